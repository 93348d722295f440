"""YAML text to a tree with places. Nothing is constructed: the parser's events are read one by one, under limits."""

from __future__ import annotations

import re

import yaml

from engine.diagnostics import InvalidDocument, Report, in_order, quoted
from engine.document import limits
from engine.document.characters import IN_YAML, describe, forbidden, is_surrogate
from engine.document.nodes import Node
from engine.document.yaml_syntax import Trouble, explain
from engine.document.yaml_tree import Tree
from engine.source import Place, Source

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DIRECTIVE = re.compile("^%.*", re.MULTILINE)


def read_yaml(source: Source) -> Node:
    """The document's value with places.

    Raises InvalidDocument with everything that is wrong, up to the first break of YAML's syntax."""
    report = Report()
    _check_text(source, report)
    report.stop_if_wrong()
    tree = Tree(source, report)
    try:
        _feed(source, tree, report)
    except yaml.YAMLError as error:
        explain(source, _trouble(error), tree.last, tree.last_quoted, report)
    report.stop_if_wrong()
    if tree.root is None:
        tree.stop("yaml/empty", "the document is empty", Place(source, 1, 1, 1, 1))
    return tree.root


def _check_text(source: Source, report: Report) -> None:
    """Refuse, before the parser sees it, what it is slow at or takes otherwise than a reader does."""
    if limits.longer_than(source.text, limits.DOCUMENT_BYTES):
        message = f"the document is too large: it may have {limits.DOCUMENT_BYTES} bytes"
        report.error("yaml/too-large", message, Place(source, 1, 1, 1, 1))
        return
    for character, place in forbidden(source, IN_YAML):
        code = "yaml/encoding" if is_surrogate(character) else "yaml/control-character"
        remedy = "indent and separate with spaces" if character == "\t" else "delete it"
        report.error(code, f"{describe(character)} cannot stand in a document", place, help=remedy)
    if match := _DIRECTIVE.search(source.text):
        line = source.text.count("\n", 0, match.start()) + 1
        place = Place(source, line, 1, line, len(match.group()) + 1)
        report.error("yaml/syntax", "a line cannot begin with `%`: YAML directives are not used here", place)


def _feed(source: Source, tree: Tree, report: Report) -> None:
    lines = source.text.split("\n")
    documents = 0
    for event in yaml.parse(source.text, Loader=_LOADER):
        span = _span(source, event)
        if isinstance(event, yaml.ScalarEvent):
            style = event.style or ""
            if style in ("|", ">"):
                span = _block_span(span, lines)
            _check_properties(event, span, report)
            if not style and span.end_line > span.line:
                _check_swallowed(span, lines, report)
            tree.scalar(event.value, style, span)
        elif isinstance(event, yaml.CollectionStartEvent):
            _check_properties(event, span, report)
            tree.start(mapping=isinstance(event, yaml.MappingStartEvent), flow=bool(event.flow_style), span=span)
        elif isinstance(event, yaml.CollectionEndEvent):
            tree.end(span)
        elif isinstance(event, yaml.AliasEvent):
            tree.alias(event.anchor or "", span)
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                tree.stop("yaml/documents", "a second document begins here; a file holds one", span)
        if len(report.found) >= limits.PROBLEMS:
            raise InvalidDocument(in_order(report.found))


def _span(source: Source, event: yaml.Event) -> Place:
    begin, end = event.start_mark, event.end_mark
    assert begin is not None and end is not None  # the parser marks every event
    return Place(source, begin.line + 1, begin.column + 1, end.line + 1, end.column + 1)


def _block_span(span: Place, lines: list[str]) -> Place:
    """The parser ends a block text where the next part begins; end it with its last line that has text."""
    last = span.end_line - 1 if span.end_column == 1 else span.end_line
    last = min(last, len(lines))
    while last > span.line and not lines[last - 1].strip():
        last -= 1
    return Place(span.source, span.line, span.column, last, len(lines[last - 1].rstrip("\r")) + 1)


def _check_swallowed(span: Place, lines: list[str], report: Report) -> None:
    """A list item that is indented deeper than the text above it becomes a part of that text."""
    for number in range(span.line + 1, span.end_line + 1):
        line = lines[number - 1]
        column = len(line) - len(line.lstrip()) + 1
        if line[column - 1 : column + 1] == "- ":
            message = f"this line looks like a list item, but continues the text of line {span.line}"
            place = Place(span.source, number, column, number, len(line.rstrip()) + 1)
            report.error("yaml/ambiguous", message, place, help="indent it like the item it follows, or quote the text")


def _check_properties(event: yaml.ScalarEvent | yaml.CollectionStartEvent, span: Place, report: Report) -> None:
    begin = Place(span.source, span.line, span.column, span.line, span.column + 1)
    remedy = "quote the text if it is meant to begin so"
    if event.anchor is not None:
        message = f"{quoted('&' + event.anchor)} is a YAML anchor; anchors are not used here"
        report.error("yaml/anchor", message, begin, help=remedy)
    if event.tag is not None:
        report.error("yaml/tag", f"{quoted(event.tag)} is a YAML tag; tags are not used here", begin, help=remedy)


def _trouble(error: yaml.YAMLError) -> Trouble:
    if not isinstance(error, yaml.MarkedYAMLError):
        return Trouble("", "", None, None)
    context, problem = error.context_mark, error.problem_mark
    return Trouble(
        str(error.context or ""),
        str(error.problem or ""),
        (context.line + 1, context.column + 1) if context else None,
        (problem.line + 1, problem.column + 1) if problem else None,
    )
