"""Which terms made a condition what it came to in a case: down to facts, through the definitions that it names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from engine.backends.interpreter import Interpreter
from engine.expr.check import Expression
from engine.expr.terms import deciding
from engine.link.program import Formula


def settling(condition: Expression, run: Interpreter) -> Iterator[Expression]:
    """Statements that are so in the case, and made the condition true or false; of an open one the open terms.

    Each can be told in words as it stands: a term that failed is turned into its opposite.
    """

    def value(tree: ast.expr) -> object:
        return run.evaluate(_part(condition, tree))

    for tree in deciding(condition.tree, value):
        meaning = run.program.names[tree.id] if isinstance(tree, ast.Name) else None
        if isinstance(meaning, Formula):
            yield from settling(meaning.expression, run)
        else:
            yield _part(condition, ast.UnaryOp(ast.Not(), tree) if value(tree) is False else tree)


def _part(whole: Expression, tree: ast.expr) -> Expression:
    """A condition inside another one; the whole as it was written."""
    if tree is whole.tree:
        return whole
    return replace(whole, text=ast.unparse(tree), tree=tree, span=None, parts=())
