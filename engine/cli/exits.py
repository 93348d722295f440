"""Exit codes, the same for every command."""

from __future__ import annotations

from typing import Final

OK: Final = 0
FINDINGS: Final = 1  # something was found, or a test failed
USAGE: Final = 2  # the command line itself is wrong
INVALID: Final = 3  # a policy, a case or another document is wrong
UNDETERMINED: Final = 4  # a fact is missing that decides
INTERNAL: Final = 5  # a fault of this program, or its output cannot be written
INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141  # whoever read the output stopped reading
