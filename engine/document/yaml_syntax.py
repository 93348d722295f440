"""What to tell a writer where YAML's syntax breaks. The parser's own words only choose the message."""

from __future__ import annotations

from dataclasses import dataclass

from engine.diagnostics import Report, quoted
from engine.source import Place, Source

Position = tuple[int, int]  # line and column, from 1

_QUOTE_ALL = (
    "put one pair of quotes around the whole value, or write it in block style: `>-` and the text on the next line"
)
_CLOSE_IT = "close the quote at the end of its line, or take it away"
_QUOTE_IT = "quote the value if it is a text"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the parser said: what it was reading and since where, what it met and where."""

    context: str
    problem: str
    since: Position | None
    met: Position | None


@dataclass(frozen=True, slots=True)
class _Advice:
    code: str
    message: str
    help: str | None = None
    at_start: bool = False  # point to where the thing begins, not to where the parser gave up


_BY_WORDS: tuple[tuple[str, str, _Advice], ...] = (
    # part of the context, part of the problem
    ("quoted scalar", "unexpected", _Advice("yaml/syntax", "the quote that opens here is never closed", None, True)),
    (
        "quoted scalar",
        "unicode character",
        _Advice("yaml/control-character", "this escape writes no character", "write the character itself"),
    ),
    (
        "quoted scalar",
        "",
        _Advice(
            "yaml/syntax", "this escape is not known in double quotes", "use single quotes: `\\` is plain text there"
        ),
    ),
    ("alias", "", _Advice("yaml/anchor", "a value cannot begin with `*`", _QUOTE_IT, True)),
    ("anchor", "", _Advice("yaml/anchor", "a value cannot begin with `&`", _QUOTE_IT, True)),
    ("tag", "", _Advice("yaml/tag", "a value cannot begin with `!`", _QUOTE_IT, True)),
    ("", "tag handle", _Advice("yaml/tag", "a value cannot begin with `!`", _QUOTE_IT)),
    ("", "duplicate", _Advice("yaml/anchor", "anchors and tags are not used here", _QUOTE_IT)),
    (
        "simple key",
        "",
        _Advice(
            "yaml/syntax", "expected `key: value`, but no `: ` follows here", "mind the space after the colon", True
        ),
    ),
    (
        "block scalar",
        "",
        _Advice("yaml/syntax", "after `|` or `>` nothing can follow on the line", "begin the text on the next line"),
    ),
    (
        "",
        "sequence entries are not allowed",
        _Advice("yaml/syntax", "a list item cannot begin here", "begin the list on the next line, or quote the value"),
    ),
    ("", "mapping keys are not allowed", _Advice("yaml/syntax", "a value cannot begin with `? `", _QUOTE_IT)),
    (
        "",
        "document start",
        _Advice("yaml/syntax", "the document ends before this line", "indent this line as far as the first key"),
    ),
)


def explain(source: Source, trouble: Trouble, last: Place | None, quoted_last: Place | None, report: Report) -> None:
    """Report one break of the syntax. `last` is the scalar read last, `quoted_last` the last one in quotes."""
    met = _place(source, trouble.met or trouble.since)
    since = _place(source, trouble.since) if trouble.since else None
    sign = source.line(met.line)[met.column - 1 : met.column]
    if quoted_last and _goes_on(source, quoted_last, met) and quoted_last.end_line > quoted_last.line:
        opens = Place(source, quoted_last.line, quoted_last.column, quoted_last.line, quoted_last.column + 1)
        message = f"the quote that opens here is closed only on line {met.line}, and that line goes on"
        report.error(
            "yaml/text-after-quote", message, opens, help=_CLOSE_IT, related=[("it is closed before this", met)]
        )
    elif quoted_last and _goes_on(source, quoted_last, met):
        message = "YAML ends the value at the closing quote, but the line goes on"
        report.error(
            "yaml/text-after-quote", message, met, help=_QUOTE_ALL, related=[("the value in quotes", quoted_last)]
        )
    elif "mapping values are not allowed" in trouble.problem:
        _second_colon(met, last, report)
    elif "start any token" in trouble.problem:
        report.error("yaml/syntax", f"a value cannot begin with {quoted(sign)}", met, help=_QUOTE_IT)
    elif "node content" in trouble.problem or "node content" in trouble.context:
        message = f"expected a value before {quoted(sign)}" if sign else "expected a value, but the text ends"
        report.error("yaml/syntax", message, met, help=_QUOTE_IT)
    elif since and "flow" in trouble.context:
        _in_brackets(source, "[" if "sequence" in trouble.context else "{", since, met, report)
    elif since and trouble.context.startswith("while parsing a block"):
        _in_block("mapping" in trouble.context, since, met, report)
    else:
        _by_words(trouble, since, met, report)


def _by_words(trouble: Trouble, since: Place | None, met: Place, report: Report) -> None:
    context, problem = trouble.context.lower(), trouble.problem.lower()
    for in_context, in_problem, advice in _BY_WORDS:
        if in_context in context and in_problem in problem:
            place = since if since and advice.at_start else met
            report.error(advice.code, advice.message, place, help=advice.help)
            return
    report.error("yaml/syntax", "this is not YAML; the text breaks off or changes its shape here", met, help=_QUOTE_IT)


def _goes_on(source: Source, value: Place, met: Place) -> bool:
    rest = source.line(value.end_line)[value.end_column - 1 :]
    between = rest[: met.column - value.end_column]
    return (
        value.end_line == met.line and met.column >= value.end_column and not between.strip() and rest[:1] not in ":,]}"
    )


def _second_colon(met: Place, last: Place | None, report: Report) -> None:
    if last and last.line < met.line:
        message = f"a key cannot begin here: the line continues the text of line {last.line}, as it is indented deeper"
        report.error(
            "yaml/syntax", message, met, help="indent it like the key it belongs beside", related=[("the text", last)]
        )
    else:
        message = "a second `: ` on the line: a text that contains `: ` must be quoted"
        report.error("yaml/syntax", message, met, help=_QUOTE_ALL)


def _in_brackets(source: Source, opening: str, since: Place, met: Place, report: Report) -> None:
    closing = {"[": "]", "{": "}"}[opening]
    related = [("it opens here", since)]
    if not source.line(met.line)[met.column - 1 :].strip():
        report.error("yaml/syntax", f"the {quoted(opening)} that opens here is never closed", since)
    else:
        message = f"expected `,` or {quoted(closing)}: the {quoted(opening)} of line {since.line} is still open"
        remedy = "quote a text that contains brackets, braces, commas or `: `, or use block style"
        report.error("yaml/syntax", message, met, help=remedy, related=related)


def _in_block(mapping: bool, since: Place, met: Place, report: Report) -> None:
    found = met.source.line(met.line)[met.column - 1 :].rstrip()
    if found[:1] in ("]", "}"):
        report.error("yaml/syntax", f"{quoted(found[:1])} closes nothing", met, help=_QUOTE_IT)
        return
    if mapping and found.startswith("- ") and met.column == since.column:
        remedy = "take away the `- `, or begin the list under a key of its own"
        report.error("yaml/syntax", "a list item cannot stand among keys", met, help=remedy, related=[("a key", since)])
        return
    what = "a key" if mapping else "a `- ` item"
    message = f"expected {what} in column {since.column}, as on line {since.line}, but found {quoted(found)}"
    remedy = f"it stands in column {met.column}: check the indentation of this line"
    report.error("yaml/syntax", message, met, help=remedy, related=[(f"{what} of the same level", since)])


def _place(source: Source, position: Position | None) -> Place:
    """A one-character place; the end of the last line with text for a position after it."""
    line, column = position or (1, 1)
    lines = source.text.split("\n")
    if line > len(lines) or not "".join(lines[line - 1 :]).strip():
        line = len(source.text.rstrip().split("\n"))
        column = len(lines[line - 1].rstrip()) + 1
    return Place(source, line, column, line, column + 1)
