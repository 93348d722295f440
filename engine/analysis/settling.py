"""Which terms made a condition what it came to in a case: down to facts, through the definitions that it names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from engine.backends.interpreter import Interpreter
from engine.expr.check import Expression
from engine.expr.unknown import Unknown
from engine.link.program import Formula


def settling(condition: Expression, run: Interpreter) -> Iterator[Expression]:
    """Statements that are so in the case, and made the condition true or false; of an open one the open terms.

    Each can be told in words as it stands: a term that failed is turned into its opposite.
    """
    value = run.evaluate(condition)
    match condition.tree:
        case ast.BoolOp(operator, parts):
            inner = [_part(condition, part) for part in parts]
            settles = isinstance(operator, ast.Or)
            if value is settles:
                inner = [next(part for part in inner if run.evaluate(part) is settles)]
            elif isinstance(value, Unknown):
                inner = [part for part in inner if isinstance(run.evaluate(part), Unknown)]
            for part in inner:
                yield from settling(part, run)
        case ast.UnaryOp(_, operand):
            yield from settling(_part(condition, operand), run)
        case ast.Name(name) if isinstance(meaning := run.program.names[name], Formula):
            yield from settling(meaning.expression, run)
        case tree:
            yield _part(condition, ast.UnaryOp(ast.Not(), tree)) if value is False else condition


def _part(whole: Expression, tree: ast.expr) -> Expression:
    """A condition inside another one."""
    return replace(whole, text=ast.unparse(tree), tree=tree, span=None, parts=())
