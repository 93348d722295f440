"""A policy to programs: one for each row, or one row alone when only that is needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.diagnostics import Report, did_you_mean, quoted
from engine.document.nodes import Sequence
from engine.document.read import entries, items, under
from engine.expr.check import PROVEN, UNSETTLED
from engine.link.compile import Citable, Compiler
from engine.link.findings import Findings, TooMany
from engine.link.names import said_fields
from engine.link.order import Order
from engine.link.program import (
    Choice,
    Constant,
    FactName,
    Formula,
    Meaning,
    PartyPart,
    PartyRecord,
    Program,
    Proof,
    RecordPart,
    Table,
    TablePart,
    Unsettled,
    Window,
    WindowPart,
)
from engine.link.rules import check_required, link_choice, link_table
from engine.link.transition import link_transition
from engine.link.windows import link_records, link_windows
from engine.policy.model import Field, Policy, Row
from engine.policy.words import ANY, PARTY_PARTS, RECORD, RECORD_PARTS, SCENARIO, WINDOW_PARTS


def link(
    policy: Policy, citable: Citable, report: Report, only: str | None = None, faulty: frozenset[int] = frozenset()
) -> dict[str, Program]:
    """The programs of all rows, or of the one named. What is wrong goes to the report, and its row is left out.

    `faulty` are the ids of the nodes in which the schema found something wrong, which is told already.
    """
    findings = Findings()
    programs: dict[str, Program] = {}
    rows = [row for name, row in policy.rows.items() if only is None or name == only]
    try:
        compiler = Compiler(policy, citable, findings, faulty)
        standing = _standing(policy, findings)
        check_required(compiler)
        _check_single_values(policy, findings)
        _check_bases(compiler)
        transition = link_transition(compiler)
        if standing is not None:
            for row in rows:
                if not row.entries.entries and compiler.leave(under(under(policy.document, "scenarios"), row.name)):
                    continue
                _check_row(row, compiler)
                program = _program(row, compiler, *standing)
                if program is not None:
                    programs[row.name] = replace(program, transition=transition)
        if only is None:
            _check_new(compiler)
    except TooMany:
        pass
    report.found.extend(findings.told(len(rows)))
    return programs


def _check_new(compiler: Compiler) -> None:
    """A clause that only the version has is one that it cites; else it may be another one, misspelt."""
    for name in sorted(compiler.citable.new - compiler.cited):
        hint = did_you_mean(name, (compiler.citable.clauses or frozenset()) - compiler.citable.new)
        message = f"no such clause in the register, and nothing cites it: {quoted(name)}"
        compiler.report.error("link/unknown-clause", message, compiler.policy.amends[name].place, help=hint)


def _standing(policy: Policy, report: Report) -> tuple[str, Field] | None:
    """The table and the field that say where a case stands: the field that has a value for `if_unknown`."""
    fields = [f for f in policy.fields.values() if f.if_unknown is not None and not f.many and f.must_stand]
    if len(fields) != 1:
        report.error(
            "link/standing",
            "exactly one field of the decision says where a case stands: the single value "
            "without `otherwise` that has `if_unknown`",
            fields[1].place if fields else policy.document.entries["decision"].key_place,
            related=[("this one does, too", fields[0].place)] if fields else [],
        )
        return None
    tables = [t for t in policy.tables.values() if fields[0].name in t.every_rule_says]
    if len(tables) != 1:
        report.error(
            "link/standing",
            f"exactly one table says {quoted(fields[0].name)} in every rule",
            tables[1].place if tables else fields[0].place,
            related=[("this one does, too", tables[0].place)] if tables else [],
            help=None if tables else "name the field under `every_rule_says` of that table",
        )
        return None
    if tables[0].asked_if is not None:
        report.error(
            "link/standing",
            f"the table {quoted(tables[0].name)} says where a case stands, so it is asked of every case",
            tables[0].asked_if.place,
            help="take out its `asked_if`",
        )
    return tables[0].name, fields[0]


def _check_single_values(policy: Policy, report: Report) -> None:
    """A field with one value is said by one table, in which one rule decides, and has a value when none does."""
    for field in policy.fields.values():
        if field.many:
            continue
        tables = [head for head in policy.tables.values() if field.name in said_fields(policy, head.name)]
        if len(tables) > 1:
            report.error(
                "link/one-table",
                f"the field {quoted(field.name)} has one value, and two tables say it",
                tables[1].place,
                related=[("this one says it, too", tables[0].place)],
                help="let one table say it, or make the field a list with `list_of`",
            )
        for head in tables:
            if head.hit == "all":
                report.error(
                    "link/one-value",
                    f"the field {quoted(field.name)} has one value, and every rule here that holds says one",
                    head.place,
                    help="say `hit: first`, or make the field a list with `list_of`",
                )
        if field.must_stand and field.if_unknown is None and field.values:
            report.error(
                "link/no-otherwise",
                f"the field {quoted(field.name)} has no value when no rule says one",
                field.place,
                help="write that value under `otherwise:`",
            )


def _check_row(row: Row, compiler: Compiler) -> None:
    """What stands in a row: rules only for tables that have their own in every row, and a prefix that clauses have."""
    policy, known = compiler.policy, compiler.citable.clauses
    for key, entry in row.entries.entries.items():
        if key in policy.tables and not policy.tables[key].per_row:
            compiler.report.error(
                "link/not-per-row",
                f"the table {quoted(key)} is the same for every row",
                entry.key_place,
                related=[("to give rows rules of their own, say `per: scenario` here", policy.tables[key].place)],
            )
    node = under(under(under(policy.document, "scenarios"), row.name), "clauses")
    if compiler.leave(node):
        compiler.without_clauses.add(row.name)
    elif node is not None and known is not None and not any(name.startswith(f"{row.clauses}.") for name in known):
        compiler.without_clauses.add(row.name)
        near = did_you_mean(row.clauses, {name.rpartition(".")[0] for name in known})
        message = f"no clause in the register begins with `{row.clauses}.`"
        compiler.report.error("link/unknown-clause", message, node.place, help=near)


def _check_bases(compiler: Compiler) -> None:
    """The clauses and readings of what belongs to no row."""
    document = compiler.policy.document
    for item in items(under(under(document, "evidence"), "also_proven_by")):
        compiler.basis(dict(entries(item)), None)
    compiler.basis(dict(entries(under(document, "evidence"))), None)


def _program(row: Row, compiler: Compiler, standing: str, field: Field) -> Program | None:
    policy, report = compiler.policy, compiler.report
    before = report.refusals
    windows, records = link_windows(row, compiler), link_records(row, compiler)
    tables: dict[str, Table] = {}
    for head in policy.tables.values():
        scope = compiler.names.standing_scope if head.name == standing else compiler.names.scope
        tables[head.name] = link_table(head, row, compiler, scope)
    names = _names(row, compiler, tables, windows, records)
    if report.refusals > before or not _facts_are_there(policy):
        return None
    program = Program(policy, row.name, names, tables, tuple(windows), tuple(records), tables[standing], field)
    order = Order(program, report)
    return order.with_facts() if order.sound() else None


def _facts_are_there(policy: Policy) -> bool:
    """Whether the facts that the declarations name exist; those that do not are told where declarations are checked."""
    submitted = (party.submits for party in policy.parties.values() if party.submits is not None)
    named = (policy.zone_fact, *submitted, *(also.fact for also in policy.evidence.also))
    return all(name in policy.facts for name in named)


def _names(
    row: Row, compiler: Compiler, tables: Mapping[str, Table], windows: list[Window], records: list[PartyRecord]
) -> dict[str, Meaning]:
    policy = compiler.policy
    names: dict[str, Meaning] = {SCENARIO: Constant(row.name)}
    names |= {fact: FactName(fact) for fact in policy.facts}
    names |= {f"{RECORD}.{part}": RecordPart(part) for part in RECORD_PARTS}
    names |= {PROVEN + proposition: Proof(proposition) for proposition in policy.propositions}
    for window in windows + [r.window for r in records if r.window is not None]:
        names |= {f"{window.name}.{part}": WindowPart(window, part) for part in WINDOW_PARTS}
    for record in records:
        names |= {f"{record.party}.{part}": PartyPart(record, part) for part in PARTY_PARTS}
        if record.window is None:
            period = f"{policy.evidence.periods}.{record.party}"
            names |= {
                f"{period}.{part}": Constant(None if part in ("starts", "ends") else False) for part in WINDOW_PARTS
            }
    for table in tables.values():
        names[f"{table.name}.{ANY}"] = TablePart(table, "")
        names[UNSETTLED + table.name] = Unsettled(table)
        names |= {f"{table.name}.{name}": TablePart(table, name) for name in table.fields}
    for name, node in policy.define.items():
        if isinstance(node, Sequence):
            names[name] = Choice(link_choice(name, node, row, compiler))
        elif (formula := compiler.expression(node, None, compiler.bare(node))) is not None:
            names[name] = Formula(formula)
    return names
