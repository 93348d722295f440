"""Checked trees and names as closures: what the interpreter says of them, without going through a tree every time.

A closure takes the run of a case, which keeps in `seen` what the parts of a condition come to: the whole, what stands
below `and`, `or` and `not`, and these themselves.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from engine.backends.interpreter import COMPARISONS, FUNCTIONS
from engine.expr.scope import PRESENT
from engine.expr.unknown import Unknown, waiting
from engine.link.program import (
    IS,
    Choice,
    Constant,
    FactName,
    Formula,
    Meaning,
    PartyPart,
    Program,
    Proof,
    RecordPart,
    TablePart,
    Unsettled,
    WindowPart,
)

if TYPE_CHECKING:
    from engine.evaluation.swift import Swift

Code = Callable[["Swift"], Any]


def code_of(program: Program, tree: ast.AST) -> Code:
    """What a whole expression comes to in a run, which keeps it."""
    match tree:
        case ast.BoolOp(operator, parts):
            return _logic(tree, isinstance(operator, ast.Or), [code_of(program, part) for part in parts])
        case ast.UnaryOp(_, operand):
            return _not(tree, code_of(program, operand))
        case ast.Compare(ast.Name(name), [ast.Eq() | ast.NotEq() as operator], [ast.Constant(value)]):
            equal = isinstance(operator, ast.Eq)
            return _asked_of(tree, name, _reading(program, name), lambda found: (found == value) is equal)
        case ast.Compare(ast.Name(name), [ast.In() | ast.NotIn() as operator], [ast.Constant(value)]):
            among, values = isinstance(operator, ast.In), cast("tuple[object, ...]", value)
            return _asked_of(tree, name, _reading(program, name), lambda found: (found in values) is among)
        case ast.Compare(ast.Name(left), [operator], [ast.Name(right)]):
            reading = _reading(program, left), _reading(program, right)
            return _compared(tree, left, right, *reading, COMPARISONS[type(operator)])
        case ast.Call(ast.Name(function), [ast.Name(name)]) if function in PRESENT:
            return _asked_of(tree, name, _reading(program, name), lambda found: found is not None)
        case ast.Name(name):
            return _kept_name(tree, name, _reading(program, name))
        case ast.Constant(value):
            return _constant(tree, value)
        case _:
            return _kept(tree, _plain(tree))


def reader_of(program: Program, meaning: Meaning) -> Code:
    """What a name means in a run."""
    match meaning:
        case FactName(name):
            return _fact(program, name)
        case Formula(expression):
            return code_of(program, expression.tree)
        case Constant(value):
            return lambda run: value
        case TablePart(table, field) if field:
            return lambda run: run.outcomes.field(table, field)
        case Choice(table):
            return lambda run: run.outcomes.field(table, IS)
        case WindowPart(window, "starts"):
            return lambda run: run.clocks.clock(window).starts
        case WindowPart(window, "ends"):
            return lambda run: run.clocks.clock(window).ends
        case WindowPart():
            return lambda run: run.clocks.part(meaning)
        case PartyPart():
            return lambda run: run.records.party_part(meaning)
        case RecordPart():
            return lambda run: run.records.part(meaning)
        case Proof():
            return lambda run: run.records.proven(meaning)
        case TablePart():
            return lambda run: run.outcomes.part(meaning)
        case Unsettled():
            return lambda run: run.outcomes.unsettled(meaning)


def _reading(program: Program, name: str) -> Code:
    """What reads a name that nothing has read yet."""
    meaning = program.names[name]
    if isinstance(meaning, FactName):
        return _fact(program, meaning.fact)

    def read(run: Swift) -> object:
        readers = run.readers
        code = readers[name] if name in readers else run.codes.name(name)
        found = run.memo[name] = code(run)
        return found

    return read


def _fact(program: Program, name: str) -> Code:
    fact = program.policy.facts[name]
    unknown, event = Unknown((), (name,)) if fact.finding else Unknown((name,)), fact.kind == "event"

    def read(run: Swift) -> object:
        run.facts_read[name] = None
        value = run.case.values.get(name, unknown)
        if event and isinstance(value, datetime) and value > run.as_of:
            value = None
        run.memo[name] = value
        return value

    return read


# ------------------------------------------------------------------------------------------- parts that are not kept


def _plain(tree: ast.AST) -> Code:
    match tree:
        case ast.Name(name):
            return lambda run: run.value(name)
        case ast.Constant(value):
            return lambda run: value
        case ast.Compare(left, [operator], [right]):
            return _compared_plainly(_plain(left), _plain(right), COMPARISONS[type(operator)])
        case ast.Call(ast.Name(function), arguments):
            called, values = FUNCTIONS[function], [_plain(argument) for argument in arguments]
            return lambda run: called(run, [value(run) for value in values])
        case _:
            raise TypeError(f"no operand is a {type(tree).__name__}")


def _compared_plainly(left: Code, right: Code, compare: Callable[[Any, Any], bool]) -> Code:
    def compared(run: Swift) -> object:
        a, b = left(run), right(run)
        still_open = waiting(a, b)
        return compare(a, b) if still_open is None else still_open

    return compared


# ----------------------------------------------------------------------------------------------- parts that are kept


def _kept(tree: ast.AST, code: Code) -> Code:
    def kept(run: Swift) -> object:
        value = run.seen[tree] = code(run)
        return value

    return kept


def _logic(tree: ast.AST, settles: bool, parts: list[Code]) -> Code:
    def logic(run: Swift) -> object:
        still_open: Unknown | None = None
        for part in parts:
            value = part(run)
            if value is settles:
                run.seen[tree] = settles
                return settles
            if value.__class__ is Unknown:
                still_open = value if still_open is None else still_open.and_also(value)
        found = run.seen[tree] = (not settles) if still_open is None else still_open
        return found

    return logic


def _not(tree: ast.AST, operand: Code) -> Code:
    def negated(run: Swift) -> object:
        value = operand(run)
        found = run.seen[tree] = value if value.__class__ is Unknown else not value
        return found

    return negated


def _constant(tree: ast.AST, value: object) -> Code:
    def constant(run: Swift) -> object:
        run.seen[tree] = value
        return value

    return constant


def _kept_name(tree: ast.AST, name: str, reading: Code) -> Code:
    def read(run: Swift) -> object:
        memo = run.memo
        value = run.seen[tree] = memo[name] if name in memo else reading(run)
        return value

    return read


def _asked_of(tree: ast.AST, name: str, reading: Code, answer: Callable[[Any], bool]) -> Code:
    """A question about one name."""

    def asked(run: Swift) -> object:
        memo = run.memo
        value = memo[name] if name in memo else reading(run)
        found = run.seen[tree] = value if value.__class__ is Unknown else answer(value)
        return found

    return asked


def _compared(
    tree: ast.AST, left: str, right: str, reading_left: Code, reading_right: Code, compare: Callable[[Any, Any], bool]
) -> Code:
    def compared(run: Swift) -> object:
        memo = run.memo
        a = memo[left] if left in memo else reading_left(run)
        b = memo[right] if right in memo else reading_right(run)
        if a.__class__ is Unknown or b.__class__ is Unknown:
            found: object = waiting(a, b)
        else:
            found = compare(a, b)
        run.seen[tree] = found
        return found

    return compared
