"""A published page against the register of its clauses: for people, as Markdown, and as plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from engine.analysis.page_differences import Comparison, findings
from engine.policy.registers import Clause
from engine.render.diagnostics import diagnostics_to_page
from engine.render.markdown_text import escaped
from engine.render.page import Page, Piece

CUT = 200  # characters of a sentence that a document repeats


def comparison_to_page(comparison: Comparison, clauses: Mapping[str, Clause]) -> Page:
    """Every difference with its line, and how much is unchanged."""
    page = diagnostics_to_page(findings(comparison, clauses))
    page.gap()
    page.line(comparison.page)
    page.line(Piece(verdict(comparison), "bad" if comparison.differences else "good"))
    return page


def verdict(comparison: Comparison) -> str:
    """How much of the register stands on the page unchanged, and how many differences of each kind there are."""
    counts = Counter(difference.what for difference in comparison.differences)
    differences = "".join(f", {count} {what}" for what, count in counts.items())
    return f"{comparison.unchanged} of {comparison.registered} sentences unchanged{differences}"


def comparison_to_markdown(comparison: Comparison) -> str:
    """The differences as a Markdown table."""
    lines = ["# The published page against the register", "", f"{escaped(comparison.page)}: {verdict(comparison)}", ""]
    if comparison.differences:
        lines += ["| Line | What | Clauses | Found |", "| ---: | --- | --- | --- |"]
    for difference in comparison.differences:
        found = difference.found if len(difference.found) <= CUT else difference.found[:CUT] + "..."
        clauses = ", ".join(difference.clauses)
        lines.append(f"| {difference.place.line} | {difference.what} | {escaped(clauses)} | {escaped(found)} |")
    return "\n".join(lines) + "\n"


def comparison_to_data(comparison: Comparison) -> dict[str, object]:
    """The comparison as plain data."""
    return {
        "page": comparison.page,
        "registered": comparison.registered,
        "unchanged": comparison.unchanged,
        "differences": [
            {
                "what": difference.what,
                "clauses": list(difference.clauses),
                "line": difference.place.line,
                "column": difference.place.column,
                "found": difference.found,
                **dict(zip(("digest", "length"), difference.registration or (None, None), strict=True)),
            }
            for difference in comparison.differences
        ],
    }
