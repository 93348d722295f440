"""What a policy says of the parts of a decision, in words: everything that pages about decisions take from it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from engine.expr.scope import Expression
from engine.library.registry import Registry
from engine.link.program import IS, Choice, Formula, Program, Rule, Table
from engine.policy.model import Fact, Field, Policy
from engine.render.wording import FactWords, FieldWords, RuleWords, TableWords, Wording
from engine.render.words import in_words


def wording_of(program: Program, registers: Registry) -> Wording:
    """The words for the decisions under a row: that of a program, with what the registers say for its version."""
    policy = program.policy
    fields = {name: _field(field) for name, field in policy.fields.items()}
    return Wording(
        standing=fields.pop(program.standing_field.name),
        fields=tuple(fields.values()),
        rows={name: row.title for name, row in policy.rows.items()},
        parties={name: party.title for name, party in policy.parties.items()},
        propositions=dict(policy.propositions),
        facts={
            name: FactWords(fact.meaning, fact.ask or fact.meaning, answer_to(fact, policy))
            for name, fact in policy.facts.items()
        },
        windows={
            party: frozenset(r.window.name for r in program.records if r.party == party and r.window)
            for party in policy.parties
        },
        tables={name: _table(table, program) for name, table in tables_of(program)},
        clauses={name: clause.gist for name, clause in registers.clauses.items()},
        readings={
            number: f"{reading.title}: {reading.readings.get(reading.taken, '')}"
            for number, reading in registers.readings.items()
        },
    )


def _field(field: Field) -> FieldWords:
    return FieldWords(field.written_as, field.of, dict(field.values), field.otherwise)


def _table(table: Table, program: Program) -> TableWords:
    return TableWords(table.title, {rule.id: _rule(rule, program) for rule in table.rules})


def _rule(rule: Rule, program: Program) -> RuleWords:
    chosen = rule.says.get(IS)
    condition = condition_of(rule.when, program) if rule.when is not None else ""
    return RuleWords(chosen.text if chosen else rule.id, condition)


def answer_to(fact: Fact, policy: Policy) -> str:
    """What an answer to the question of a fact looks like, and who can give it."""
    kind = "a finding" if fact.finding else "a fact"
    values = f": {' | '.join(fact.values)}" if fact.kind == "enum" else " (yes or no)" if fact.kind == "bool" else ""
    supplier = fact.supplied_by or ""
    title = policy.parties[supplier].title if supplier in policy.parties else supplier
    return f"{kind}{values}{f'; from: {title}' if title else ''}"


def condition_of(condition: Expression, program: Program) -> str:
    """A condition in words; a name that stands alone gives way to what it means."""
    policy = program.policy
    while isinstance(condition.tree, ast.Name) and condition.tree.id in policy.define:
        meaning = program.names[condition.tree.id]
        if not isinstance(meaning, Formula):
            break
        condition = meaning.expression
    return in_words(condition, policy)


def tables_of(program: Program) -> Iterator[tuple[str, Table]]:
    """The tables of a program, and its choices."""
    yield from program.tables.items()
    for meaning in program.names.values():
        if isinstance(meaning, Choice):
            yield meaning.table.name, meaning.table
