"""Parts of conditions that ask what cannot be, or not what they seem to ask."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date
from typing import Final

from engine.analysis.conditions import Conditions
from engine.analysis.lint.places import key_of_rule, part_at
from engine.analysis.lint.stands import ROWS, Stands, Verdict
from engine.analysis.reading import live_expressions
from engine.diagnostics import Diagnostic, quoted
from engine.expr.check import PROVEN, Expression
from engine.expr.scope import PRESENT
from engine.library import Registry
from engine.link.program import Constant, FactName, Formula, Program, Proof, TablePart
from engine.pack import Version
from engine.policy.words import PARTY_PARTS
from engine.source import Place

NO_PART: Final = "lint/no-part"
DROPS: Final = "no_longer_owed_by"
BY_ITSELF: Final = ("submitted", "not_authentic")  # what may be so of a party without a period, too
Asked = Iterator[tuple[Place, Verdict | None]]


def questions(version: Version, _registers: Registry) -> Iterator[Diagnostic]:
    """Warnings about single questions, each if it is suspicious in every row that asks it."""
    programs = list(version.programs.values())
    for family in (_no_part, _nothing_dropped, _never_seen, _not_owed, _never_absent, _when_absent, _dated):
        stands = Stands(len(programs))
        for program in programs:
            for place, verdict in family(program):
                stands.add(place, program.scenario, verdict)
        yield from stands.told()


def _names(program: Program) -> Iterator[tuple[Expression, str]]:
    for expression in live_expressions(program):
        for name in expression.names:
            yield expression, name


# ------------------------------------------------------------------------------------------------- parties and proof


def _no_part(program: Program) -> Asked:
    """A question about the period of a party that has none here."""
    periods = f"{program.policy.evidence.periods}."
    for expression, name in _names(program):
        party, _, part = name.removeprefix(periods).partition(".")
        known = part in PARTY_PARTS or name.startswith(periods)
        record = next((record for record in program.records if record.party == party), None)
        if record is None or not known or part in BY_ITSELF:
            continue
        message = f"{quoted(party)} has no period{ROWS}, so {quoted(name)} never holds"
        if isinstance(program.names[name], Constant) and part in ("starts", "ends"):
            message = f"{quoted(party)} has no period{ROWS}, so there is no {quoted(name)}"
        help = f"give it a period under `{program.policy.evidence.periods}`, or leave it out here"
        verdict = None if record.window is not None else Verdict(NO_PART, message, help)
        yield part_at(expression, name), verdict


def _nothing_dropped(program: Program) -> Asked:
    """A rule that drops what a party owes, where it owes nothing."""
    owing = {record.party for record in program.records if record.owes}
    for table in program.tables.values():
        for rule in table.rules:
            idle = [party for party in rule.not_owed_by if party not in owing]
            message = f"{quoted(', '.join(idle))} owes no evidence{ROWS}, so there is nothing that it no longer owes"
            verdict = Verdict(NO_PART, message, "take it out of `no_longer_owed_by`") if idle else None
            if rule.not_owed_by:
                yield key_of_rule(program, rule, DROPS), verdict


def _not_owed(program: Program) -> Asked:
    """A question for proof of what nobody owes here."""
    owed = {owed.proposition for record in program.records for owed in record.owes}
    for expression, name in _names(program):
        if isinstance(program.names[name], Proof):
            proposition = name.removeprefix(PROVEN)
            message = f"nobody owes {quoted(proposition)}{ROWS}, and its proof decides here"
            help = f"let a party owe it under `{program.policy.evidence.owed}`, or ask for what is owed"
            verdict = None if proposition in owed else Verdict("lint/not-owed", message, help)
            yield part_at(expression, f"proven({proposition})"), verdict


# ------------------------------------------------------------------------------------------------- values and absence


def _never_seen(program: Program) -> Asked:
    """A comparison of a table's field with a value that no rule of the table says."""
    conditions = Conditions(program)
    for expression in live_expressions(program):
        for node in ast.walk(expression.tree):
            if isinstance(node, ast.Compare):
                yield from _compared(node, expression, program, conditions)


def _compared(node: ast.Compare, expression: Expression, program: Program, conditions: Conditions) -> Asked:
    for one, other in ((node.left, node.comparators[0]), (node.comparators[0], node.left)):
        meaning = program.names.get(one.id) if isinstance(one, ast.Name) else None
        if not isinstance(meaning, TablePart) or not meaning.field or not isinstance(other, ast.Constant):
            continue
        value: object = other.value
        values: tuple[object, ...] = value if isinstance(value, tuple) else (value,)
        sayable = conditions.sayable(meaning.table, meaning.field)
        for odd in values:
            message = f"no rule of {quoted(meaning.table.name)} says {quoted(odd)} for {quoted(meaning.field)}{ROWS}"
            help = "it can be " + ", ".join(sorted(map(str, sayable - {""}))[:12])
            verdict = None if odd in sayable else Verdict("lint/never-seen", message, help)
            yield part_at(expression, str(odd)), verdict


def _never_absent(program: Program) -> Asked:
    """`given` of a fact that is always there."""
    for expression in live_expressions(program):
        for node in ast.walk(expression.tree):
            name = _tested(node)
            meaning = program.names.get(name)
            fact = program.policy.facts[meaning.fact] if isinstance(meaning, FactName) else None
            if fact is not None and not fact.nullable:
                message = f"{quoted(name)} is never absent, so {quoted(f'given({name})')} asks nothing"
                related = (("it is declared here", fact.place),)
                help = "leave it out, or let the fact say `nullable: true`"
                yield part_at(expression, f"given({name})"), Verdict("lint/never-absent", message, help, related)


def _when_absent(program: Program) -> Asked:
    """`not (given(x) and x ...)`, written so or by the name of a definition: true when there is no x."""
    for expression in live_expressions(program):
        for node in ast.walk(expression.tree):
            if not isinstance(node, ast.UnaryOp):
                continue
            inner = node.operand
            meaning = program.names.get(inner.id) if isinstance(inner, ast.Name) else None
            defined = meaning.expression if isinstance(meaning, Formula) else None
            for name in _tested_and_compared(defined.tree if defined is not None else inner):
                text = f"not {inner.id}" if isinstance(inner, ast.Name) else "not "
                message = f"this holds when {quoted(name)} is absent, too"
                help = f"if that is not meant, write `given({name}) and not ...`"
                related = (
                    ((f"{quoted(inner.id)} is defined here", defined.place),)
                    if defined is not None and isinstance(inner, ast.Name)
                    else ()
                )
                yield part_at(expression, text), Verdict("lint/true-when-absent", message, help, related)


def _tested_and_compared(tree: ast.expr) -> Iterator[str]:
    """The names that are tested for presence and compared in the same conjunction."""
    if not isinstance(tree, ast.BoolOp) or not isinstance(tree.op, ast.And):
        return
    compared = {
        side.id
        for part in tree.values
        if isinstance(part, ast.Compare)
        for side in (part.left, *part.comparators)
        if isinstance(side, ast.Name)
    }
    for part in tree.values:
        if (name := _tested(part)) in compared:
            yield name


def _tested(node: ast.AST) -> str:
    """The name whose presence is tested; empty for anything else."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in PRESENT:
        argument = node.args[0]
        return argument.id if isinstance(argument, ast.Name) else ""
    return ""


def _dated(program: Program) -> Asked:
    """A comparison with a day of the calendar."""
    for expression in live_expressions(program):
        for node in ast.walk(expression.tree):
            if isinstance(node, ast.Compare):
                days = [side.value for side in (node.left, *node.comparators) if _is_day(side)]  # type: ignore[attr-defined]
                for day in days:
                    message = f"this hangs on the day {day}; a change from a day on is a new version of the policy"
                    help = "make the change in a copy of the version that begins on that day"
                    yield part_at(expression, f"date('{day}')"), Verdict("lint/dated", message, help)


def _is_day(tree: ast.expr) -> bool:
    return isinstance(tree, ast.Constant) and isinstance(tree.value, date)
