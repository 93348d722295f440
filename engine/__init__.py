"""Aftersale: after-sale disputes decided by a written policy that is data.

    from engine import load_pack

    pack = load_pack()
    decision = pack.decide(case, as_of="2025-06-13T00:00:00-04:00")

The names below are loaded when they are first used, so that a command pays only for what it needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.lazily import names_of
from engine.resources import ENGINE_VERSION as __version__

if TYPE_CHECKING:
    from engine.case.model import Case, Submission
    from engine.decision import Answer, Deadline, Decision, Reason
    from engine.diagnostics import Diagnostic, InvalidDocument
    from engine.explanation.model import Explanation
    from engine.notices import Letter, Notices, load_notices
    from engine.pack import Pack, Version, load_pack

_HOMES = {
    "Answer": "engine.decision",
    "Case": "engine.case.model",
    "Submission": "engine.case.model",
    "Deadline": "engine.decision",
    "Decision": "engine.decision",
    "Reason": "engine.decision",
    "Diagnostic": "engine.diagnostics",
    "Explanation": "engine.explanation.model",
    "InvalidDocument": "engine.diagnostics",
    "Letter": "engine.notices",
    "Notices": "engine.notices",
    "Pack": "engine.pack",
    "Version": "engine.pack",
    "load_notices": "engine.notices",
    "load_pack": "engine.pack",
}

__all__ = [
    "Answer",
    "Case",
    "Deadline",
    "Decision",
    "Diagnostic",
    "Explanation",
    "InvalidDocument",
    "Letter",
    "Notices",
    "Pack",
    "Reason",
    "Submission",
    "Version",
    "__version__",
    "load_notices",
    "load_pack",
]


__getattr__ = names_of(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted(__all__)
