"""Which rules and windows explain why a test failed: those that should have decided, and those that did instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from engine.evaluation.trace import Tracer, origin_of
from engine.evaluation.watching import Watching
from engine.explanation.model import Origin, PartTrace
from engine.expr.check import Expression
from engine.link.parts import choices_read, windows
from engine.link.program import Program, Rule, Table
from engine.pack import Version
from engine.testing.compare import DEADLINES, REASONS, cited
from engine.testing.model import PolicyTest
from engine.testing.run import Result
from engine.testing.watch import watch

KNOWN: Final = {"determined", "missing_facts", "unassessed"}
MOST: Final = 4  # rules that might have decided; more of them would explain nothing


def explain(version: Version, result: Result) -> tuple[PartTrace, ...]:
    """What became of the rules and windows that a failed test is about, the ones it names or expects first.

    Empty for a test that passed, and for a case that cannot be decided under one row."""
    if result.passed or result.decision is None:
        return ()
    _, watching = watch(version, result.test)
    if watching is None:
        return ()
    tracer = Tracer(watching, _origins(watching, result.test))
    named = list(_named(tracer, result))
    found = [
        *named,
        *_expected(tracer, result, {trace.part.partition("/")[0] for trace in named}),
        *_windows(tracer, result),
        *_standing(tracer, result),
    ]
    return tuple({trace.part: trace for trace in found}.values())


def _origins(watching: Watching, test: PolicyTest) -> Callable[[str], Origin]:
    """Where the value of a fact comes from, and what the case gives, by the part of the test that says it."""

    def origin(fact: str) -> Origin:
        found = origin_of(watching, fact)
        group, _, key = fact.partition(".")
        if found != "case":
            return found
        if key in test.own.get(group, {}):
            return "test"
        return "example" if test.example is not None else "common"

    return origin


def _named(tracer: Tracer, result: Result) -> Iterator[PartTrace]:
    """The rules that are expected among the reasons and are not there, or are there and should not."""
    differing = {mismatch.field for mismatch in result.mismatches}
    tables = {table.name: table for table in _tables(tracer.program)}
    there = cited(result.decision) if result.decision else set()
    for key in REASONS:
        for name in result.test.expect.get(key, ()) if key in differing else ():
            table, _, rule_id = name.partition("/")
            if rule_id and table in tables and (name in there) is (key == "not_reasons"):
                yield from (tracer.rule(tables[table], rule) for rule in tables[table].rules if rule.id == rule_id)


def _expected(tracer: Tracer, result: Result, named: set[str]) -> Iterator[PartTrace]:
    """The rules that say what is expected of the fields that differ, and those that said otherwise instead.

    Of the tables `named`, the test has named the rules that should have decided."""
    program, expect = tracer.program, result.test.expect
    fields = {field.written_as: field.name for field in program.policy.fields.values()}
    wanted = {fields[name]: _words(value) for name, value in expect.items() if name in fields}
    given = {fields[name]: _words(value) for name, value in result.decision.fields.items()} if result.decision else {}
    differing = [fields[mismatch.field] for mismatch in result.mismatches if mismatch.field in fields]
    decided = tracer.watching.rules_that_decided()
    for table in program.tables.values():
        told = [name for name in differing if name in table.fields]
        if table.hit == "first":
            candidates = [rule for rule in table.rules if told and _may_decide(rule, table, wanted)]
            instead = [rule for rule in decided if rule.table == table.name and told]
        else:
            lacking = [(name, wanted[name] - given.get(name, set())) for name in told]
            extra = [(name, given.get(name, set()) - wanted[name]) for name in told]
            candidates = [rule for rule in table.rules if _says_some(rule, lacking)]
            instead = [rule for rule in decided if rule.table == table.name and _says_some(rule, extra)]
        yield from (tracer.rule(table, rule) for rule in ([] if table.name in named else candidates)[:MOST])
        yield from (tracer.rule(table, rule) for rule in instead)


def _words(value: Any) -> set[str]:
    return {value} if isinstance(value, str) else set(value)


def _may_decide(rule: Rule, table: Table, wanted: Mapping[str, set[str]]) -> bool:
    """Whether a rule can say all that is expected of its table; other tables may add to a list."""
    return all(_agrees(rule.says.get(name), wanted[name]) for name in table.fields if name in wanted)


def _agrees(says: Expression | None, words: set[str]) -> bool:
    if says is None:
        return True
    if says.names:
        return bool(words & says.type.values) or not words
    return says.type.values <= words and (bool(says.type.values) or not words)


def _says_some(rule: Rule, words: Iterable[tuple[str, set[str]]]) -> bool:
    return any(name in rule.says and bool(some & rule.says[name].type.values) for name, some in words)


def _windows(tracer: Tracer, result: Result) -> Iterator[PartTrace]:
    differing = {mismatch.field for mismatch in result.mismatches}
    names = {name for key in DEADLINES for name in result.test.expect.get(key, ()) if f"{key}.{name}" in differing}
    yield from (tracer.window(window) for window in windows(tracer.program) if window.deadline in names)


def _standing(tracer: Tracer, result: Result) -> Iterator[PartTrace]:
    """The rule that says where the case stands, when more or less is known than was expected."""
    if KNOWN.intersection(mismatch.field for mismatch in result.mismatches):
        table = tracer.program.standing
        outcome = tracer.watching.outcomes.read[table.name][1]
        rules = [rule for rule, _ in outcome.still_open] or outcome.hold
        yield from (tracer.rule(table, rule) for rule in rules[:1])


def _tables(program: Program) -> Iterator[Table]:
    yield from program.tables.values()
    yield from choices_read(program)
