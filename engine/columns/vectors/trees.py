"""Parts of the expressions of a program that say the same, so that each is worked out once."""

from __future__ import annotations

import ast
from itertools import count
from typing import Any

from engine.columns.vectors.kept import kept
from engine.link.program import Program


class Trees:
    """Numbers of parts: the same for those that say the same. They are found as they are asked for."""

    def __init__(self) -> None:
        self.of_node: dict[int, int] = {}
        self._of_key: dict[tuple[Any, ...], int] = {}
        self._next = count()  # two threads never get the same one

    def number(self, node: ast.AST) -> int:
        found = self.of_node.get(id(node))
        if found is None:
            found = self.of_node[id(node)] = self._of_key.setdefault(self._key(node), next(self._next))
        return found

    def _key(self, node: ast.AST) -> tuple[Any, ...]:
        match node:
            case ast.Name(id=name):
                return ast.Name, name
            case ast.Constant(value=value):
                return ast.Constant, type(value), repr(value)
            case ast.BoolOp(op=op, values=parts):
                return type(op), *map(self.number, parts)
            case ast.UnaryOp(op=op, operand=part):
                return type(op), self.number(part)
            case ast.Compare(left=left, ops=ops, comparators=others):
                return *map(type, ops), self.number(left), *map(self.number, others)
            case ast.Call(func=ast.Name(id=name), args=parts):
                return ast.Call, name, *map(self.number, parts)
            case _:
                return (id(node),)


@kept
def trees_of(_: Program) -> Trees:
    """Those of a program, from one table to the next."""
    return Trees()
