"""What a version declares and nothing uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from engine.analysis.lint.places import block, declared_at, value_at, warning
from engine.analysis.reading import names_in_use
from engine.diagnostics import Diagnostic, quoted
from engine.document.nodes import Mapping, Node, Scalar, Sequence
from engine.document.read import entries, items, text, under
from engine.expr.check import PROVEN
from engine.library import Registry
from engine.link.parts import windows
from engine.link.program import Program, Rule
from engine.pack import Version
from engine.policy.model import Policy
from engine.policy.words import REQUIRED_IN

UNUSED: Final = "lint/unused"
_GROUP: Final = re.compile(r"\bin\s+([a-z][a-z0-9_]*)")


def unused(version: Version, _registers: Registry) -> Iterator[Diagnostic]:
    """Declarations that nothing uses, and values that no rule says."""
    policy, programs = version.policy, list(version.programs.values())
    read = {name for program in programs for name in names_in_use(program)}
    yield from _facts(policy, read)
    yield from _propositions(policy, programs, read)
    yield from _groups(policy)
    yield from _parties(policy, programs)
    yield from _definitions(policy, read)
    yield from _windows(policy, programs, read)
    yield from _general_rules(policy)
    yield from _tables(policy, programs, read)
    yield from _values(policy, programs)


def _facts(policy: Policy, read: set[str]) -> Iterator[Diagnostic]:
    used = read | {policy.zone_fact, policy.filed_fact}
    used |= {party.submits for party in policy.parties.values() if party.submits is not None}
    used |= {also.fact for also in policy.evidence.also}
    for name in policy.facts:
        if name not in used:
            yield _unused(policy, "facts", name, "nothing reads the fact {}", "use it in a rule, or take it out")


def _propositions(policy: Policy, programs: list[Program], read: set[str]) -> Iterator[Diagnostic]:
    owed = {owed.proposition for program in programs for record in program.records for owed in record.owes}
    for name in policy.propositions:
        if name not in owed and PROVEN + name not in read:
            message = "nobody owes the proposition {}, and no rule asks whether it is proven"
            help = f"let a row ask for it under `{policy.evidence.owed}`, or a rule say `proven({name})`"
            yield _unused(policy, "propositions", name, message, help)


def _groups(policy: Policy) -> Iterator[Diagnostic]:
    named = {text(general, REQUIRED_IN) for general in policy.general_rules.values()}
    for part in ("define", "windows", "general_rules", "tables", "scenarios"):
        for written in _texts(block(policy, part)):
            named.update(_GROUP.findall(written))
    for name in policy.groups:
        if name not in named:
            message = "nothing names the group {}"
            yield _unused(policy, "groups", name, message, "name it after `in` or under `required_in`, or take it out")


def _texts(node: Node | None) -> Iterator[str]:
    if isinstance(node, Mapping):
        for _, below in entries(node):
            yield from _texts(below)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _texts(item)
    elif isinstance(node, Scalar) and isinstance(node.value, str):
        yield node.value


def _parties(policy: Policy, programs: list[Program]) -> Iterator[Diagnostic]:
    named = {window.party for program in programs for window in windows(program)}
    for rule in _rules(programs):
        for field, said in rule.says.items():
            if field and (policy.fields[field].of == "parties" or policy.fields[field].values):
                named |= said.type.values
    for party in policy.parties.values():
        if party.submits is None and party.name not in named:
            message = "the party {} submits nothing, has no period, and no rule names it"
            yield _unused(policy, "parties", party.name, message, "give it a part, or take it out")


def _definitions(policy: Policy, read: set[str]) -> Iterator[Diagnostic]:
    for name in policy.define:
        if name not in read:
            message, help = "nothing reads the definition {}", "use it in a rule, or take it out"
            yield _unused(policy, "define", name, message, help)


def _windows(policy: Policy, programs: list[Program], read: set[str]) -> Iterator[Diagnostic]:
    shown = {window.name for program in programs for window in program.windows if window.deadline is not None}
    for name in policy.windows:
        if name not in shown and not any(other.startswith(f"{name}.") for other in read):
            message = "the window {} is no deadline of the decision, and nothing reads it"
            yield _unused(policy, "windows", name, message, f"give it a `deadline`, or ask for `{name}.ends`")


def _general_rules(policy: Policy) -> Iterator[Diagnostic]:
    lists = [head.rules for head in policy.tables.values()]
    lists += [node for row in policy.rows.values() for _, node in entries(row.entries)]
    used = {text(rule, "use") for rules in lists for rule in items(rules) if under(rule, "not_used") is None}
    for name in policy.general_rules:
        if name not in used:
            message = "no row uses the general rule {}"
            yield _unused(policy, "general_rules", name, message, f"write `use: {name}` in a row, or take it out")


def _tables(policy: Policy, programs: list[Program], read: set[str]) -> Iterator[Diagnostic]:
    for head in policy.tables.values():
        tables = [program.tables[head.name] for program in programs]
        asked = any(name.partition(".")[0] == head.name for name in read)
        drops = any(rule.not_owed_by for table in tables for rule in table.rules)
        if not asked and not drops and not any(table.fields for table in tables):
            message = "the table {} says no field of the decision, and nothing reads it"
            yield _unused(
                policy, "tables", head.name, message, f"let its rules say a field, or ask for `{head.name}.any`"
            )


def _rules(programs: Iterable[Program]) -> Iterator[Rule]:
    for program in programs:
        for table in program.tables.values():
            yield from table.rules


def _values(policy: Policy, programs: list[Program]) -> Iterator[Diagnostic]:
    """Fields that no rule says, and values of fields that no rule says."""
    for field in policy.fields.values():
        said = [rule.says[field.name] for rule in _rules(programs) if field.name in rule.says]
        if not said:
            message = "no rule says the field {}"
            yield _unused(policy, "decision", field.name, message, "let the rules of a table say it, or take it out")
            continue
        values = {value for expression in said for value in expression.type.values} | {field.if_unknown}
        for value in field.values:
            if value not in values:
                yield warning(
                    "lint/never-said",
                    f"no rule says that {quoted(field.name)} is {quoted(value)}",
                    value_at(policy, field.name, value),
                    help="let a rule say it, or take it out",
                )


def _unused(policy: Policy, part: str, name: str, message: str, help: str) -> Diagnostic:
    return warning(UNUSED, message.format(quoted(name)), declared_at(policy, part, name), help=help)
