"""What came of checking documents, a line for each problem, as compilers and editors write them."""

from __future__ import annotations

from engine.render.checked import Checked
from engine.render.diagnostics import diagnostic_to_line


def checked_to_lines(checked: Checked) -> str:
    return "".join(f"{diagnostic_to_line(one)}\n" for one in checked.found)
