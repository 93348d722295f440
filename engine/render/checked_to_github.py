"""What came of checking documents as annotations of GitHub Actions, errors first: of each level only ten are shown."""

from __future__ import annotations

from engine.diagnostics import Diagnostic, dotted
from engine.render.annotations import annotation
from engine.render.checked import Checked
from engine.render.page import clean


def checked_to_github(checked: Checked) -> str:
    return "".join(map(_annotation, sorted(checked.found, key=lambda one: one.severity != "error")))


def _annotation(one: Diagnostic) -> str:
    where = f"{dotted(one.path)}: " if one.path and one.place is None else ""
    lines = [where + clean(one.message), *(f"{clean(text)}: {clean(str(place))}" for text, place in one.related)]
    lines += [f"help: {clean(one.help)}"] if one.help else []
    return annotation(one.severity, "\n".join(lines), one.code, one.place)
