"""Conditions in the languages of other engines. Every translation keeps the order and the shape of the condition."""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.ladder.rules import Rule

COMPARES: dict[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.In: "in",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signs:
    """How a language writes what Python writes `and`, `or`, `not`."""

    both: str
    either: str
    negated: str


PYTHON = Signs("and", "or", "not ")
C = Signs("&&", "||", "!")


def infix(node: ast.expr, signs: Signs) -> str:
    """A condition as text, in brackets wherever it has parts."""
    match node:
        case ast.BoolOp(op, values):
            sign = signs.both if isinstance(op, ast.And) else signs.either
            return "(" + f" {sign} ".join(infix(value, signs) for value in values) + ")"
        case ast.UnaryOp(ast.Not(), operand):
            return f"({signs.negated}{infix(operand, signs)})"
        case ast.Compare(left, [op], [right]):
            return f"({infix(left, signs)} {COMPARES[type(op)]} {infix(right, signs)})"
        case ast.Name(name):
            return name
        case ast.List(parts):
            return "[" + ", ".join(infix(part, signs) for part in parts) + "]"
        case ast.Constant(value):
            return json.dumps(value)
    raise ValueError(ast.dump(node))


def python_ladder(rules: Sequence[Rule]) -> str:
    """The whole ladder as one expression of Python that gives the id of the rule."""
    return " ".join(f"{rule.name!r} if {ast.unparse(rule.condition)} else" for rule in rules[:-1]) + repr(
        rules[-1].name
    )


def ternary_ladder(rules: Sequence[Rule], signs: Signs) -> str:
    """The whole ladder as `condition ? id : ...`."""
    text = json.dumps(rules[-1].name)
    for rule in reversed(rules[:-1]):
        text = f"({infix(rule.condition, signs)} ? {json.dumps(rule.name)} : {text})"
    return text


def json_logic(node: ast.expr) -> Any:
    match node:
        case ast.BoolOp(op, values):
            return {"and" if isinstance(op, ast.And) else "or": [json_logic(value) for value in values]}
        case ast.UnaryOp(ast.Not(), operand):
            return {"!": [json_logic(operand)]}
        case ast.Compare(left, [op], [right]):
            return {COMPARES[type(op)]: [json_logic(left), json_logic(right)]}
        case ast.Name(name):
            return {"var": name}
        case ast.List(parts):
            return [json_logic(part) for part in parts]
        case ast.Constant(value):
            return value
    raise ValueError(ast.dump(node))


def json_logic_ladder(rules: Sequence[Rule]) -> Any:
    steps = [part for rule in rules[:-1] for part in (json_logic(rule.condition), rule.name)]
    return {"if": [*steps, rules[-1].name]}


def rego_module(rules: Sequence[Rule]) -> str:
    """A module whose `ladder` is the id of the rule: a rule for each condition, one body for each way to meet it."""
    lines = ["package policy"]
    for rule in rules[:-1]:
        for way in _ways(rule.condition, True):
            lines.append(f"holds_{rule.name} if {{ {'; '.join(way)} }}")
    first, *others = rules[:-1]
    chain = [f'ladder := "{first.name}" if holds_{first.name}']
    chain += [f'else := "{rule.name}" if holds_{rule.name}' for rule in others]
    lines.append(" ".join([*chain, f'else := "{rules[-1].name}"']))
    return "\n".join(lines) + "\n"


def _ways(node: ast.expr, wanted: bool) -> list[list[str]]:
    """The condition, or its opposite, as alternatives of what must hold together."""
    match node:
        case ast.UnaryOp(ast.Not(), operand):
            return _ways(operand, not wanted)
        case ast.BoolOp(op, values):
            parts = [_ways(value, wanted) for value in values]
            if isinstance(op, ast.And) is not wanted:
                return [way for part in parts for way in part]
            whole: list[list[str]] = [[]]
            for part in parts:
                whole = [[*before, *way] for before in whole for way in part]
            return whole
        case ast.Compare(left, [ast.In()], [ast.List(values)]):
            name = infix(left, PYTHON)
            texts = [json.dumps(value.value) for value in values if isinstance(value, ast.Constant)]
            if wanted:
                return [[f"input.{name} == {text}"] for text in texts]
            return [[f"input.{name} != {text}" for text in texts]]
        case ast.Compare(left, [op], [right]):
            sign = COMPARES[type(op)]
            sign = sign if wanted else OPPOSITES[sign]
            return [[f"input.{infix(left, PYTHON)} {sign} {infix(right, PYTHON)}"]]
        case ast.Name(name):
            return [[f"input.{name} == {'true' if wanted else 'false'}"]]
        case ast.Constant(value):
            return [[]] if value is wanted else []
    raise ValueError(ast.dump(node))


OPPOSITES = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def decision_table(rules: Sequence[Rule]) -> dict[str, Any]:
    """A decision of zen-engine: one table, a column for each fact, a row for each way to meet a condition."""
    rows = [(rule.name, _cells(way)) for rule in rules for way in _ways(rule.condition, True)]
    fields = sorted({field for _, cells in rows for field in cells})
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": field, "name": field, "field": field} for field in fields],
        "outputs": [{"id": "then", "name": "rule", "field": "rule"}],
        "rules": [
            {"_id": str(number), "then": json.dumps(name)} | {field: cells.get(field, "") for field in fields}
            for number, (name, cells) in enumerate(rows)
        ],
    }
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "ladder", "name": "ladder", "type": "decisionTableNode", "content": table},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [
        {"id": "1", "sourceId": "in", "targetId": "ladder", "type": "edge"},
        {"id": "2", "sourceId": "ladder", "targetId": "out", "type": "edge"},
    ]
    return {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}


def _cells(way: Sequence[str]) -> dict[str, str]:
    """What must hold together, by the fact that it is about, as unary tests."""
    found: dict[str, list[str]] = {}
    for test in dict.fromkeys(way):
        name, sign, value = test.removeprefix("input.").split(" ", 2)
        found.setdefault(name, []).append(f"$ {sign} {value}")
    return {name: " and ".join(tests) for name, tests in found.items()}
