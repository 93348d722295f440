"""Text to syntax tree: only what the language has, within limits that are checked before anything is walked."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from engine.diagnostics import Report, quoted
from engine.expr.hints import ABSENT, INSTEAD, syntax_hint
from engine.source import Place

MAX_LENGTH: Final = 1_000
MAX_DEPTH: Final = 32
MAX_NODES: Final = 200
MAX_NUMBER: Final = 10**9

ALLOWED: Final = (
    ast.BoolOp,
    ast.And,
    ast.Or,
    ast.UnaryOp,
    ast.Not,
    ast.Compare,
    ast.Eq,
    ast.NotEq,
    ast.Lt,
    ast.LtE,
    ast.Gt,
    ast.GtE,
    ast.In,
    ast.NotIn,
    ast.Name,
    ast.Attribute,
    ast.Constant,
    ast.List,
    ast.Call,
    ast.Load,
)


@dataclass(frozen=True, slots=True)
class Text:
    """The text of an expression and its place; `span` gives the place of the characters from one to another."""

    text: str
    place: Place
    span: Callable[[int, int], Place]

    def at(self, node: ast.AST) -> Place:
        """The place of a part of the expression."""
        start, end = getattr(node, "col_offset", None), getattr(node, "end_col_offset", None)
        return self.place if start is None or end is None else self.span(start, end)


def parse(source: Text, report: Report) -> ast.expr | None:
    """The syntax tree of an expression, or None when it was refused and the report says why."""
    text = source.text
    if problem := _unfit(text):
        report.error("expr/text", problem, source.place)
        return None
    try:
        tree = ast.parse(text.replace("\n", " "), mode="eval").body
    except SyntaxError as error:
        first = min(max((error.offset or 1) - 1, 0), len(text) - 1)
        at = source.span(first, first + 1)
        report.error("expr/syntax", f"{quoted(text)} is not an expression", at, help=syntax_hint(text))
        return None
    except (ValueError, RecursionError, MemoryError):
        report.error("expr/syntax", f"{quoted(text)} is not an expression", source.place)
        return None
    return tree if _allowed(tree, source, report) else None


def _unfit(text: str) -> str | None:
    if not text.strip():
        return "an expression is expected here, and there is none"
    if len(text) > MAX_LENGTH:
        return f"an expression has at most {MAX_LENGTH} characters; give its parts names under `define:`"
    if not text.isascii():
        odd = next(c for c in text if not c.isascii())
        return f"an expression is written in plain ASCII; this one has {quoted(odd)}"
    if "#" in text:
        return "a `#` begins a comment; put comments on a line of their own"
    if "\\" in text:
        return "a backslash has no meaning in an expression"
    return None


def _allowed(tree: ast.expr, source: Text, report: Report) -> bool:
    nodes = 0
    fine = True
    waiting: list[tuple[ast.AST, int]] = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        nodes += 1
        if nodes > MAX_NODES or depth > MAX_DEPTH:
            report.error(
                "expr/too-large", "this expression is too large; give its parts names under `define:`", source.place
            )
            return False
        if not isinstance(node, ALLOWED):
            hint = _instead(node)
            report.error(
                "expr/not-in-language", "this is not part of the expression language", source.at(node), help=hint
            )
            fine = False
            continue
        if problem := _shape(node) or _spelling(node, source.text):
            report.error("expr/not-in-language", problem, source.at(node))
            fine = False
        waiting.extend((child, depth + 1) for child in ast.iter_child_nodes(node))
    return fine


def _instead(node: ast.AST) -> str | None:
    of_operator = INSTEAD.get(type(node.op)) if isinstance(node, ast.BinOp) else None
    return of_operator or INSTEAD.get(type(node))


def _shape(node: ast.AST) -> str | None:
    if isinstance(node, ast.Compare) and len(node.ops) > 1:
        return "one comparison at a time; join them with `and`"
    if isinstance(node, ast.Call) and not isinstance(node.func, ast.Name):
        return "only the functions of the language can be called"
    if isinstance(node, ast.Attribute) and dotted_name(node) is None:
        return "a dot stands only inside a name"
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bool | str):
            return None
        if isinstance(node.value, int) and node.value <= MAX_NUMBER:
            return None
        if node.value is None:
            return ABSENT
        if isinstance(node.value, int | float):
            return "a number is a whole number up to 1,000,000,000, or a decimal in quotes"
        return "a value is a whole number, a text in quotes, or a word"
    return None


def _spelling(node: ast.AST, text: str) -> str | None:
    """Numbers and texts are written in one way only: decimal digits, plain quotes."""
    if not isinstance(node, ast.Constant) or isinstance(node.value, bool) or node.value is None:
        return None
    written = text[node.col_offset : node.end_col_offset]
    if isinstance(node.value, int) and not written.isdigit():
        return "a number is written in decimal digits only"
    if isinstance(node.value, str) and written[:1] not in ("'", '"'):
        return "a text stands in plain quotes, without a letter before them"
    return None


def dotted_name(node: ast.AST) -> str | None:
    """`a.b.c` for a name with dots, None for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *reversed(parts)])
