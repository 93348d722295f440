"""The whole decision in Python: where the case stands, every field, the reasons and the deadlines."""

from __future__ import annotations

from collections.abc import Iterable

from engine.backends.as_reasons import also_reason, evidence_reason, rule_reason
from engine.backends.compiled import parties, periods, tables
from engine.backends.compiled.expressions import truth
from engine.backends.compiled.row import Row
from engine.backends.compiled.writing import Lines, at, tuple_of
from engine.decision import PolicyId
from engine.link.parts import windows
from engine.link.program import Choice, PartyRecord, Rule, Table
from engine.policy.model import Field
from engine.resources import ENGINE_VERSION

ENTRY = "decide"


def write(row: Row) -> str:
    """The function that decides a case; its name."""
    name = row.module.name("whole", ENTRY)
    lines = Lines(row.module)
    with lines.inside(f"def {name}(case, as_of):"):
        lines.add("facts = case.values", "k = Known(as_of)")
        _standing(row, lines)
        _fields(row, lines)
        _reasons(row, lines)
        _deadlines(row, lines)
        policy = row.program.policy
        identity = row.module.constant("policy", PolicyId(policy.name, policy.version, policy.digest))
        lines.add("zone_of_days = None")
        with lines.inside(f"if {policy.zone_fact!r} in facts:"):
            lines.add(f"zone_of_days = {lines.text(row.zone())}")
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
            "made.zone = zone_of_days",
            "made._made_from = None",
            "made.__class__ = Decision",
            "return made",
        )
    row.module.write(name, lines)
    return name


def _others(row: Row) -> list[Table]:
    return [table for table in row.program.tables.values() if table is not row.program.standing]


# -------------------------------------------------------------------------------------------------------- standing


def _standing(row: Row, lines: Lines) -> None:
    """The standing rule that decides: what it says, the deadlines it shows, and what it adds to the reasons."""
    standing = row.program.standing
    lines.comment("where the case stands:", at(standing.place))
    word = "if"
    for number, rule in enumerate(standing.rules):
        condition = row.condition(rule.when)
        if truth(condition) is False:
            continue
        if truth(condition) is True:
            if word == "if":
                _stands(row, rule, number, lines)
                return
            lines.add("else:")
        else:
            lines.expression(f"{word} ", condition, ":")
        with lines.under():
            _stands(row, rule, number, lines)
        word = "elif"
        if truth(condition) is True:
            return
    lines.add("else:" if word == "elif" else "if True:")
    with lines.under():
        lines.add("raise NotKnown")


def _stands(row: Row, rule: Rule, number: int, lines: Lines) -> None:
    lines.comment(rule.id, at(rule.place))
    out = tables.Out(row, row.program.standing, "stands")
    lines.add(*(f"{name} = {out.says(rule, field, lines)}" for field, name in _own_fields(row).items()))
    held = row.module.constant(f"held_{rule.table}_{rule.id}", rule_reason("held", rule))
    lines.add(f"why = [{held}]", f"shown = {_shown(row, rule)}")
    if _may_tell_evidence(row):
        lines.add(f"told = {rule.says_owed}")
    if _choices(row):
        lines.add(f"choices = {tuple_of(map(repr, rule.choices))}")


def _own_fields(row: Row) -> dict[str, str]:
    """The fields that the standing table says, with the local names that hold them."""
    return {field: row.module.name("standing field", f"stands_{field}") for field in row.program.standing.fields}


def _shown(row: Row, rule: Rule) -> str:
    """The functions of the deadlines that a standing rule shows."""
    found = [
        periods.shown(row, window, number)
        for number, window in enumerate(windows(row.program))
        if window.deadline is not None and (rule.deadlines is None or window.deadline in rule.deadlines)
    ]
    return tuple_of(found)


# ---------------------------------------------------------------------------------------------------------- fields


def _fields(row: Row, lines: Lines) -> None:
    lines.comment("the fields of the decision")
    found = [(field.written_as, _field(row, field, lines)) for field in row.program.policy.fields.values()]
    lines.add("fields = {", *(f"    {name!r}: {value}," for name, value in found), "}")


def _field(row: Row, field: Field, lines: Lines) -> str:
    own = _own_fields(row)
    saying = row.program.tables_of(field)
    if not saying:
        return "()" if field.many else repr(field.otherwise)
    values = [
        own[field.name] if table is row.program.standing else lines.text(tables.part(row, table, field.name))
        for table in saying
    ]
    return values[0] if len(values) == 1 or not field.many else f"joined({', '.join(values)})"


# --------------------------------------------------------------------------------------------------------- reasons


def _reasons(row: Row, lines: Lines) -> None:
    lines.comment("why")
    choices, evidence = _choices(row), _may_tell_evidence(row)
    for table in _others(row):
        function = tables.outcome(row, table)
        asked = row.module.attribute(function, "asked")
        lines.add(f"why += {lines.text(tables.why(row, table))}")
        if table.reads_owed:
            lines.add("told = True" if truth(row.condition(table.asked_if)) is True else f"told = told or {asked}")
        if any(rule.choices for rule in table.rules):
            read = row.module.attribute(function, "choices")
            lines.add(f"choices += {read}")
    for name, table in choices.items():
        with lines.inside(f"if {name!r} in choices:"):
            lines.add(f"why += {lines.text(tables.why(row, table))}")
    if evidence:
        with lines.inside("if told:"):
            _evidence(row, lines)


def _choices(row: Row) -> dict[str, Table]:
    """The choices that a rule may read, in the order in which they are told."""
    rules = [rule for table in row.program.tables.values() for rule in table.rules]
    read = {name for rule in rules for name in rule.choices}
    return {name: m.table for name, m in row.program.names.items() if isinstance(m, Choice) and name in read}


def _may_tell_evidence(row: Row) -> bool:
    return any(rule.says_owed for rule in row.program.standing.rules) or any(t.reads_owed for t in _others(row))


def _evidence(row: Row, lines: Lines) -> None:
    """What is owed and still matters, and what proved something beside the materials."""
    program, evidence = row.program, row.program.policy.evidence
    lines.comment("what is owed")
    may_drop = tables.dropped(row, lines)
    lines.add("owing = []")
    for record in program.records:
        if record.party in may_drop:
            with lines.inside(f"if {record.party!r} not in dropped:"):
                _list_owing(row, record, lines)
        elif record.owes:
            _list_owing(row, record, lines)
    general = row.module.constant("owed_in_general", evidence_reason(evidence))
    lines.add("if owing:", "    why += owing", f"    why.append({general})")
    if not evidence.also:
        return
    owed = list(dict.fromkeys(owed.proposition for record in program.records for owed in record.owes))
    lines.add(f"proved_by = {{{', '.join(_looked_for(row, owed, lines))}}}" if owed else "proved_by = set()")
    for table in [*_others(row), *_choices(row).values()]:
        _also_of(row, table, [name for name in table.proofs if name not in owed], lines)
    for number, also in enumerate(evidence.also, 1):
        reason = row.module.constant(f"also_{also.fact}", also_reason(evidence, also))
        lines.add(f"if {number} in proved_by:", f"    why.append({reason})")


def _also_of(row: Row, table: Table, propositions: list[str], lines: Lines) -> None:
    """What the conditions of a table read of proof besides what is owed."""
    if not propositions:
        return
    counts = f"{table.name!r} in choices"
    if table.name in row.program.tables:
        counts = row.module.attribute(tables.outcome(row, table), "asked")
    with lines.inside(f"if {counts}:"):
        lines.add(f"proved_by.update({tuple_of(_looked_for(row, propositions, lines))})")


def _looked_for(row: Row, propositions: Iterable[str], lines: Lines) -> list[str]:
    """Who proved each of them."""
    return [lines.text(parties.by(row, name)) for name in propositions]


def _list_owing(row: Row, record: PartyRecord, lines: Lines) -> None:
    with lines.inside(f"for _, _, reason in {lines.text(parties.owes(row, record))}:"):
        lines.add("owing.append(reason)")


# ------------------------------------------------------------------------------------------------------- deadlines


def _deadlines(row: Row, lines: Lines) -> None:
    lines.comment("the deadlines, in the order of time")
    lines.add(
        "found = []",
        "for show in shown:",
        "    show(k, facts, found, why)",
        "found.sort()",
        "deadlines = tuple([one[3] for one in found])",
    )
