"""What conditions of a few plain facts come to, kept from one case to the next.

A condition that reads, in the end, a few facts with a handful of values each comes to the same, and is told the same,
in all cases that agree on these facts. What is kept is exact: it was made by deciding that condition alone.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from engine.evaluation.closures import Code
from engine.evaluation.texts import MOST, PLAIN
from engine.evaluation.trace import Tracer
from engine.explanation.model import PartTrace, Seen
from engine.expr.check import Expression
from engine.link.program import Constant, FactName, Formula, Program
from engine.link.settled import settled_tree
from engine.policy.model import Fact

if TYPE_CHECKING:
    from engine.evaluation.swift import Codes, Swift

FEW: Final = 8  # facts of a condition; more of them rarely have the same values again


@dataclass(slots=True)
class Shared:
    """What a condition came to for some values of its facts: the terms that made it so, and the facts and formulas that
    were read for it, in order. `failed` and `behind` are what was told of rules with this condition, and of those that
    come after them; `named` what was told of it by its name."""

    value: Any
    why: tuple[Seen, ...]
    facts: Mapping[str, None]
    formulas: Mapping[str, None]
    failed: dict[str, PartTrace]
    behind: dict[str, tuple[PartTrace, ...]]
    named: dict[str, Seen]


def facts_of(program: Program, expression: Expression) -> tuple[str, ...] | None:
    """The facts that a condition reads in the end, if they are few and their values come again and again; else None."""
    found = _facts_of(program, expression.tree) if expression.type.kind == "bool" else None
    return None if found is None or len(found) > FEW else tuple(sorted(found))


def _facts_of(program: Program, tree: ast.AST) -> set[str] | None:
    match tree:
        case ast.Constant():
            return set()
        case ast.Name(name):
            match program.names[name]:
                case Constant():
                    return set()
                case Formula(expression):
                    return _facts_of(program, expression.tree)
                case FactName(fact) if _repeats(program.policy.facts[fact]):
                    return {fact}
                case _:
                    return None
        case ast.BoolOp(operator, parts):
            return _together(program, parts, isinstance(operator, ast.Or))
        case ast.UnaryOp(_, operand):
            return _facts_of(program, operand)
        case ast.Compare(left, _, others):
            return _together(program, [left, *others])
        case ast.Call(_, arguments):
            return _together(program, arguments)
        case _:
            return None


def _together(program: Program, parts: list[ast.expr], settles: bool | None = None) -> set[str] | None:
    """The facts of parts that are read from the left, up to one that the row itself makes settle the whole."""
    found: set[str] = set()
    for part in parts:
        facts = _facts_of(program, part)
        if facts is None:
            return None
        found |= facts
        if settles is not None and settled_tree(program, part) is settles:
            break
    return found


def _repeats(fact: Fact) -> bool:
    """Whether the values of a fact come again and again; of an event that it did not happen."""
    return fact.kind in PLAIN or (fact.kind == "event" and fact.nullable)


def sharing(codes: Codes, expression: Expression, facts: tuple[str, ...], code: Code) -> Code:
    """The code of a condition that keeps what it comes to by the values of these facts."""
    if not facts:
        return _settled(codes, expression, code)
    declared, values_of = codes.program.policy.facts, itemgetter(*facts)
    events = tuple(fact for fact in facts if declared[fact].kind not in PLAIN)
    tree, kept = expression.tree, dict[object, Shared]()

    def shared(run: Swift) -> object:
        tokens = run.tokens
        if tokens is None:
            return code(run)
        try:
            for event in events:
                if tokens[event].__class__ is datetime:  # no other case has this instant
                    return code(run)
            values = values_of(tokens)
        except KeyError:  # not known
            return code(run)
        if values in kept:
            found = kept[values]
        elif len(kept) < MOST:
            found = kept.setdefault(values, _alone(codes, expression, code, run))
        else:
            return code(run)
        run.facts_read.update(found.facts)
        if found.formulas:
            run.formulas_read.update(found.formulas)
        run.shared[tree] = found
        value = run.seen[tree] = found.value
        return value

    return shared


def _settled(codes: Codes, expression: Expression, code: Code) -> Code:
    """The same of a condition that the row itself settles."""
    tree, kept = expression.tree, list[Shared]()

    def settled(run: Swift) -> object:
        if run.tokens is None:
            return code(run)
        if not kept:
            kept.append(_alone(codes, expression, code, run))
        found = run.shared[tree] = kept[0]
        if found.formulas:
            run.formulas_read.update(found.formulas)
        value = run.seen[tree] = found.value
        return value

    return settled


def _alone(codes: Codes, expression: Expression, code: Code, run: Swift) -> Shared:
    """What a condition comes to in a case, apart from everything else."""
    apart = codes.run(run.program, run.case, run.as_of, False)
    value = code(apart)
    why = codes.texts.condition(expression)(Tracer(apart, texts=codes.texts))
    formulas = dict.fromkeys(name for name in apart.memo if isinstance(run.program.names[name], Formula))
    return Shared(value, why, dict(apart.facts_read), formulas, {}, {}, {})
