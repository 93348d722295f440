"""What every name of a policy is: its type for the checker, wherever the name is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.diagnostics import Report, quoted
from engine.document.nodes import Node, Sequence
from engine.document.read import entries, items, under
from engine.expr.check import Scope
from engine.expr.types import BOOL, INSTANT, Type, joined, list_of, word
from engine.policy.from_document import PARTY_PARTS, RECORD, RECORD_PARTS, SCENARIO, WINDOW_PARTS
from engine.policy.model import Field, Policy

RULE_KEYS = frozenset(
    {
        *("id", "use", "when", "else", "and_when", "not_used", "if_unknown", "is"),
        *("cites", "readings", "no_longer_owed_by", "deadlines"),
    }
)
ANY = "any"


def field_type(field: Field, policy: Policy) -> Type:
    """The type that a table's output of this field has in an expression, and that a rule's value must have."""
    if field.of == "parties":
        return list_of(frozenset(policy.parties))
    if field.of == "evidence":
        return list_of(evidence_ids(policy))
    if field.many:
        return list_of(frozenset(field.values))
    return word(*field.values, *([field.otherwise] if field.otherwise else []))


def evidence_ids(policy: Policy) -> frozenset[str]:
    return frozenset(f"{party}.{proposition}" for party in policy.parties for proposition in policy.propositions)


def rule_lists(policy: Policy, table: str) -> Iterator[Node]:
    """Every list of rules that serves a table: its own, and those of the rows."""
    head = policy.tables[table]
    if head.rules is not None:
        yield head.rules
    for row in policy.rows.values():
        rules = under(row.entries, table)
        if rules is not None:
            yield rules


def said_fields(policy: Policy, table: str) -> tuple[str, ...]:
    """The fields that the rules of a table say, in the order of the decision."""
    said: set[str] = set()
    for rules in rule_lists(policy, table):
        for rule in items(rules):
            said |= {key for key, _ in entries(rule)} - RULE_KEYS
            for name, node in entries(rule):
                if name == "use":
                    general = policy.general_rules.get(str(getattr(node, "value", "")))
                    said |= {key for key, _ in entries(general)} - RULE_KEYS - {"required_in"}
    return tuple(name for name in policy.fields if name in said)


class Names:
    """The types of all names of a policy. `infer` gives the type of a definition's formula when it is first needed."""

    def __init__(self, policy: Policy, report: Report, infer: Callable[[Node, Scope], Type | None]) -> None:
        self.policy = policy
        self.report = report
        self._infer = infer
        self._inferring: list[str] = []
        self._types: dict[str, Type | None] = {SCENARIO: word(*policy.rows)}
        for fact in policy.facts.values():
            self._types[fact.name] = fact.type
        for part in RECORD_PARTS:
            self._types[f"{RECORD}.{part}"] = self._record_type(part)
        for party in policy.parties.values():
            if party.submits is not None:
                self._types.update({f"{party.name}.{part}": BOOL for part in PARTY_PARTS})
                self._window_types(f"{policy.evidence.periods}.{party.name}")
        for window in policy.windows:
            self._window_types(window)
        for table in policy.tables:
            self._types[f"{table}.{ANY}"] = BOOL
            for name in said_fields(policy, table):
                self._types[f"{table}.{name}"] = field_type(policy.fields[name], policy)
        groups = {name: frozenset(group.scenarios) for name, group in policy.groups.items()}
        propositions = frozenset(policy.propositions)
        self.scope = Scope(self.type_of, self.all, propositions, groups, SCENARIO)
        self.standing_scope = Scope(self.type_of, self.all, propositions, groups, SCENARIO, frozenset(policy.tables))

    def _record_type(self, part: str) -> Type:
        if part == "awaits":
            return BOOL
        if part == "complete_at":
            return INSTANT
        return list_of(frozenset(self.policy.parties) if part == "awaited" else evidence_ids(self.policy))

    def _window_types(self, window: str) -> None:
        for part in WINDOW_PARTS:
            self._types[f"{window}.{part}"] = INSTANT if part in ("starts", "ends") else BOOL

    def all(self) -> set[str]:
        return set(self._types) | set(self.policy.define)

    def type_of(self, name: str) -> Type | None:
        if name in self._types:
            return self._types[name]
        node = self.policy.define.get(name)
        if node is None:
            return None
        if name in self._inferring:
            way = " -> ".join([*self._inferring[self._inferring.index(name) :], name])
            self.report.error("link/cycle", f"{quoted(name)} depends on itself: {way}", node.place)
            return BOOL
        self._inferring.append(name)
        self._types[name] = found = self._define_type(node)
        self._inferring.pop()
        return found

    def _define_type(self, node: Node) -> Type:
        if not isinstance(node, Sequence):
            return self._infer(node, self.scope) or BOOL
        types = [self._infer(value, self.scope) for item in node.items if (value := under(item, "is")) is not None]
        known = [t for t in types if t is not None]
        whole = joined(known) if known else BOOL
        if whole is None:
            self.report.error("link/choice-types", "the alternatives of this choice are of different kinds", node.place)
        return whole or BOOL
