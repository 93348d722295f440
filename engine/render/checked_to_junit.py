"""What came of checking documents as JUnit's XML: a case for each document, which fails by what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence

from engine.diagnostics import Diagnostic
from engine.render.checked import Checked
from engine.render.diagnostics import diagnostic_to_line, diagnostics_to_page, summary
from engine.render.junit import Failure, TestCase, TestSuite, junit
from engine.render.page import shown


def checked_to_junit(checked: Checked) -> str:
    by_file: dict[str, list[Diagnostic]] = {}
    for one in checked.found:
        by_file.setdefault(one.place.source.name if one.place is not None else "", []).append(one)
    kinds = dict(checked.files)
    kinds |= {name: "document" for name in by_file if name and name not in kinds}
    cases = [_case(name, kind, by_file.get(name, []), checked) for name, kind in kinds.items()]
    if "" in by_file:
        cases.append(_case("what the command names", "command", by_file[""], checked))
    return junit([TestSuite("aftersale validate", tuple(cases))])


def _case(name: str, kind: str, found: Sequence[Diagnostic], checked: Checked) -> TestCase:
    wrong = [one for one in found if checked.fails(one)]
    output = "\n".join(diagnostic_to_line(one) for one in found if not checked.fails(one))
    if not wrong:
        return TestCase(name, kind, output=output)
    first = f"{wrong[0].severity}[{wrong[0].code}]: {wrong[0].message}"
    message = first if len(wrong) == 1 else f"{summary(wrong)}, the first: {first}"
    return TestCase(name, kind, Failure(message, shown(diagnostics_to_page(wrong), None), wrong[0].code), output)
