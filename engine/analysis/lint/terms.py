"""A condition taken apart: the parts that must hold together, as they were written."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.analysis.logic import Formula, all_of, can_hold
from engine.expr.check import Expression


@dataclass(frozen=True, slots=True)
class Term:
    """A part of a condition: its text, and its checked tree."""

    text: str
    tree: ast.expr


def terms(condition: Expression) -> list[Term]:
    """The parts that `and` joins at the top of a condition; the whole of it where there are none."""
    text = " ".join(condition.text.split())
    written = list(_joined(ast.parse(text, mode="eval").body))
    checked = list(_joined(condition.tree))
    if len(written) != len(checked):
        return [Term(text, condition.tree)]
    return [Term(ast.get_source_segment(text, one) or text, tree) for one, tree in zip(written, checked, strict=True)]


def _joined(tree: ast.expr) -> Iterator[ast.expr]:
    if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And):
        for part in tree.values:
            yield from _joined(part)
    else:
        yield tree


def contradiction(formulas: Sequence[Formula]) -> list[int]:
    """Which of the formulas, fewer would not do, cannot hold together. They must not all be able to. Raises TooHard."""
    kept = list(range(len(formulas)))
    for number in reversed(range(len(formulas))):
        rest = [other for other in kept if other != number]
        if not can_hold(all_of(formulas[other] for other in rest)):
            kept = rest
    return kept
