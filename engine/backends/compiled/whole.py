"""The whole decision in Python: where the case stands, every field, the reasons and the deadlines."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from engine.backends.as_reasons import also_reason, evidence_reason, window_reason
from engine.backends.compiled import parties, periods, tables
from engine.backends.compiled.expressions import truth
from engine.backends.compiled.row import Row
from engine.backends.compiled.writing import Lines, alternatives, at, tuple_of
from engine.decision import PolicyId
from engine.link.parts import of_table, windows
from engine.link.program import Choice, Rule, Table, Window
from engine.resources import ENGINE_VERSION

ENTRY = "decide"


def write(row: Row) -> str:
    """The function that decides a case; its name."""
    name, lines = row.module.name("whole", ENTRY), row.straight
    lines.add(f"def {name}(case, as_of, by=None, facts=None):")
    with lines.under():
        lines.add("if facts is None:", "    facts = case.values")
        with lines.inside("try:"):
            _decision(row, lines)
        with lines.inside("except KeyError:"):
            lines.add("if facts is not case.values or EVENTS.keys() <= facts.keys():", "    raise")
            lines.add(f"return {name}(case, as_of, by, {{**EVENTS, **facts}})")
    row.module.functions.append(f"EVENTS = dict.fromkeys({tuple_of(map(repr, row.events))}, UNKNOWN)")
    row.module.write(lines)
    return name


def _decision(row: Row, lines: Lines) -> None:
    zone_fact = row.program.policy.zone_fact
    _standing(row, lines)
    for table in _others(row):
        tables.table_itself(row, table)
    _fields(row, lines)
    _reasons(row, lines)
    _deadlines(row, lines)
    if row.first_time("zone", ""):  # nothing has needed it
        lines.add(f"{row.local('', 'the_zone')} = {row.zone_named()} if {zone_fact!r} in facts else None")
    policy = row.program.policy
    identity = row.module.constant("policy", PolicyId(policy.name, policy.version, policy.digest))
    lines.comment("the decision")
    lines.add(
        "made = OpenDecision()",
        f"made.scenario = {row.program.scenario!r}",
        "made.as_of = as_of",
        "made.fields = MappingProxyType(fields)",
        "made.missing_facts = made.unassessed = ()",
        "made.deadlines = deadlines",
        "made.reasons = tuple(why)",
        f"made.policy = {identity}",
        "made.case_digest = case.digest",
        f"made.engine_version = {ENGINE_VERSION!r}",
        "made.determined = True",
        f"made.zone = {row.local('', 'the_zone')}",
        "made._made_by = by",
        "made._case = case",
        "made.__class__ = Decision",
        "return made",
    )


def _others(row: Row) -> list[Table]:
    return [table for table in row.program.tables.values() if table is not row.program.standing]


# -------------------------------------------------------------------------------------------------------- standing


def _standing(row: Row, lines: Lines) -> None:
    """The standing rule that decides: what it says, the deadlines it shows, and what it adds to the reasons."""
    standing = row.program.standing
    row.need(*of_table(standing))
    parties.weigh(row, lines, *(rule.when for rule in standing.rules))
    lines.comment("where the case stands:", at(standing.place))
    found = [(row.condition(rule.when), rule) for rule in standing.rules]
    for rule, inside in alternatives(lines, found):
        _stands(row, rule, inside)
    if all(truth(condition) is not True for condition, _ in found):
        lines.add("else:" if any(truth(condition) is None for condition, _ in found) else "if True:")
        with lines.under():
            lines.add("raise NotKnown")


def _stands(row: Row, rule: Rule, lines: Lines) -> None:
    lines.comment(rule.id, at(rule.place))
    out = tables.Out(row, row.program.standing)
    parties.weigh(row, lines, *rule.says.values())
    for field, name in _own_fields(row).items():
        lines.add(f"{name} = {out.says(rule, field, lines)}")
    lines.add(f"stands = {out.held(rule)}")
    if any(rule.deadlines is not None for rule in row.program.standing.rules):
        every = frozenset(w.deadline for w in windows(row.program) if w.deadline is not None)
        shown = every if rule.deadlines is None else frozenset(rule.deadlines)
        called = "every_deadline" if shown == every else f"deadlines_{rule.id}"
        lines.add(f"shown = {row.module.constant(called, shown)}")
    if _may_tell_evidence(row):
        lines.add(f"told = {rule.says_owed}")
    if _choices(row):
        lines.add(f"choices = {tuple_of(map(repr, rule.choices))}")


def _own_fields(row: Row) -> dict[str, str]:
    """The fields that the standing table says, with the local names that hold them."""
    return {field: row.module.name("standing field", f"stands_{field}") for field in row.program.standing.fields}


# ---------------------------------------------------------------------------------------------------------- fields


def _fields(row: Row, lines: Lines) -> None:
    lines.comment("the fields of the decision")
    own = _own_fields(row)
    lines.add("fields = {")
    for field in row.program.policy.fields.values():
        values = [
            own[field.name] if table is row.program.standing else tables.said(row, table, tables.field(field.name))
            for table in row.program.tables_of[field.name]
        ]
        value = ("()" if field.many else repr(field.otherwise)) if not values else values[0]
        if len(values) > 1 and field.many:
            value = f"joined({', '.join(values)})"
        lines.add(f"    {field.written_as!r}: {value},")
    lines.add("}")


# --------------------------------------------------------------------------------------------------------- reasons


def _reasons(row: Row, lines: Lines) -> None:
    choices, evidence = _choices(row), _may_tell_evidence(row)
    listed = _others(row)
    for table in listed:
        if table.reads_owed and evidence:
            lines.add(f"told = told or {tables.said(row, table, 'asked')}")
        if any(rule.choices for rule in table.rules):
            lines.add(f"choices += {tables.said(row, table, 'choices')}")
    lines.comment("why")
    found = ["stands", *(f"*{tables.said(row, table, 'why')}" for table in listed)]
    lines.add(f"why = [{', '.join(found)}]")
    for table in choices.values():
        row.need(*of_table(table))
    for name, table in choices.items():
        with lines.inside(f"if {name!r} in choices:"):
            lines.add(f"why += {lines.text(tables.why_chosen(row, table))}")
    if evidence:
        owing = parties.still_owed(row)
        row.need_for(ast.Name(owing))
        with lines.inside("if told:"):
            parties.owing(row, lines)
            _evidence(row, owing, lines)


def _choices(row: Row) -> dict[str, Table]:
    """The choices that a rule may read, in the order in which they are told."""
    rules = [rule for table in row.program.tables.values() for rule in table.rules]
    read = {name for rule in rules for name in rule.choices}
    return {name: m.table for name, m in row.program.names.items() if isinstance(m, Choice) and name in read}


def _may_tell_evidence(row: Row) -> bool:
    return any(rule.says_owed for rule in row.program.standing.rules) or any(t.reads_owed for t in _others(row))


def _evidence(row: Row, owing: str, lines: Lines) -> None:
    """What is owed and still matters, and what proved something beside the materials."""
    program, evidence, module = row.program, row.program.policy.evidence, row.module
    lines.comment("what is owed")
    with lines.inside(f"if {owing}:"):
        lines.add(f"why += [one[2] for one in {owing}]")
        lines.add(f"why.append({module.constant('owed_in_general', evidence_reason(evidence))})")
    if not evidence.also:
        return
    parties.weighed(row, lines)
    owed = tuple(dict.fromkeys(owed.proposition for record in program.records for owed in record.owes))
    with lines.inside("if len(proven) > len(proved):"):
        lines.add(f"sought = {module.constant('sought', owed)}")
        for table in _others(row):
            _also(f"if {tables.said(row, table, 'asked')}:", (n for n in table.proofs if n not in owed), lines)
        for table in _choices(row).values():
            _also(f"if {table.name!r} in choices:", (n for n in table.proofs if n not in owed), lines)
        lines.add(f"beside = proven_beside(sought, proved, {parties.also(row)})")
        for number, one in enumerate(evidence.also, 1):
            reason = module.constant(f"also_{one.fact}", also_reason(evidence, one))
            lines.add(f"if {number} in beside:", f"    why.append({reason})")


def _also(head: str, propositions: Iterable[str], lines: Lines) -> None:
    found = tuple(propositions)
    if found:
        lines.add(head, f"    sought += {found!r}")


# ------------------------------------------------------------------------------------------------------- deadlines


def _deadlines(row: Row, lines: Lines) -> None:
    program = row.program
    listed = [(number, w) for number, w in enumerate(windows(program)) if w.deadline is not None]
    for _, window in listed:
        periods.window_itself(row, window)
        row.need(window.met_by)
        row.need_for(periods.part(row, window, "paused"))
    for _, window in listed:
        row.need_for(periods.met_in_time(row, window))
    lines.comment("the deadlines, in the order of time")
    lines.add("found = []")
    named = [rule.deadlines for rule in program.standing.rules]
    for number, window in listed:
        ends = periods.of(row, window, "ends")
        always = all(deadlines is None or window.deadline in deadlines for deadlines in named)
        counts = "" if always else f" and {window.deadline!r} in shown"
        word = "if"
        if periods.may_be_open(row, window):
            basis = window.basis + window.spans[0].basis
            reason = row.module.constant(f"open_{window.name}", window_reason("open", window, basis))
            lines.add(f"if {ends} is UNKNOWN{counts}:", f"    why.append({reason})")
            word = "elif"
        lines.add(f"{word} {ends} is not None{counts}:")
        with lines.under():
            _deadline(row, window, number, lines)
    lines.add("if len(found) > 1:", "    found.sort()", "deadlines = tuple([one[3] for one in found])")


def _deadline(row: Row, window: Window, number: int, lines: Lines) -> None:
    ends = periods.of(row, window, "ends")
    clauses, readings, reason = _told(row, window, lines)
    over = "'missed'" if window.met_by is not None or periods.own_record(row, window) is not None else "'ended'"
    state = f"{over} if passed else 'running'"
    for word, value in (
        ("met", periods.met_in_time(row, window)),
        ("paused", periods.part(row, window, "paused")),
    ):
        if truth(value) is None:
            state = f"{word!r} if {lines.text(value)} else {state}"
    lines.add(
        f"passed = as_of > {ends}",
        "deadline = OpenDeadline()",
        f"deadline.name = {window.deadline!r}",
        f"deadline.window = {window.name!r}",
        f"deadline.party = {window.party!r}",
        f"deadline.at = {ends}",
        f"deadline.state = {state}",
        "deadline.passed = passed",
        f"deadline.clauses = {clauses}",
        f"deadline.readings = {readings}",
        "deadline.__class__ = Deadline",
        f"found.append(({ends}, {window.deadline!r}, {number}, deadline))",
        f"why.append({reason})",
    )


def _told(row: Row, window: Window, lines: Lines) -> tuple[str, str, str]:
    """What gives the clauses, the readings and the reason of a window in the case."""
    module, spans, chosen = row.module, window.spans, periods.of(row, window, "spans")
    if window.latest and len(spans) > 1:
        bases = module.constant(f"{window.name}_bases", tuple(span.basis for span in spans))
        general = module.constant(f"{window.name}_basis", window.basis)
        facts = module.constant(f"{window.name}_facts", window.facts)
        lines.add(f"basis = together({general}, [{bases}[number] for number in {chosen}])")
        reason = f"Reason('shown', '', {window.name!r}, basis.clauses, basis.readings, {facts})"
        return "basis.clauses", "basis.readings", reason
    told = [window_reason("shown", window, window.basis + span.basis) for span in spans]
    if len(set(told)) == 1:
        basis = window.basis + spans[0].basis
        clauses = module.constant(f"{window.name}_clauses", basis.clauses)
        readings = module.constant(f"{window.name}_readings", basis.readings)
        return clauses, readings, module.constant(f"shown_{window.name}", told[0])
    names = [module.constant(f"shown_{window.name}_{number}", reason) for number, reason in enumerate(told, 1)]
    lines.add(f"reason = {tuple_of(names)}[{chosen}[0]]")
    return "reason.clauses", "reason.readings", "reason"
