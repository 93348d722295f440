"""What every name of a policy is: its type for the checker, wherever the name is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from engine.diagnostics import quoted
from engine.document.nodes import Node, Scalar, Sequence, key_place_of
from engine.document.read import entries, items, texts, under
from engine.expr.check import Scope
from engine.expr.types import BOOL, INSTANT, Type, joined, list_of, word
from engine.link.findings import Findings
from engine.policy.model import Field, Policy
from engine.policy.words import (
    ANY,
    PARTY_PARTS,
    RECORD,
    RECORD_PARTS,
    REQUIRED_IN,
    RULE_KEYS,
    SCENARIO,
    WINDOW_PARTS,
)
from engine.source import Place

_NAME: Final = re.compile(r"'[^']*'|\"[^\"]*\"|([a-z][a-z0-9_.]*)")


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
                    said |= {key for key, _ in entries(general)} - RULE_KEYS - {REQUIRED_IN}
    return tuple(name for name in policy.fields if name in said)


class Names:
    """The types of all names of a policy. `infer` gives the type of a definition's formula when it is first needed.

    `faulty` are the ids of nodes that the schema refused: names declared there are refused, too.
    """

    def __init__(
        self, policy: Policy, report: Findings, infer: Callable[[Node, Scope], Type | None], faulty: frozenset[int]
    ) -> None:
        self.policy = policy
        self.report = report
        self._infer = infer
        self._settled = False
        blocks = (entries(under(policy.document, "facts")), policy.define.items())
        self._refused = {name for block in blocks for name, node in block if id(node) in faulty}
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
        propositions, tables = frozenset(policy.propositions), frozenset(policy.tables)
        self.standing_scope = Scope(
            self.type_of, self.all, propositions, groups, SCENARIO, tables, self.refused, self.defined
        )
        self.scope = replace(self.standing_scope, tables=frozenset())

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
        """The type of a name; None for one that is not declared, or whose declaration was refused."""
        self._settle()
        return self._types.get(name)

    def refused(self, name: str) -> bool:
        """Whether a name is declared, but its declaration was refused."""
        self._settle()
        return name in self._refused

    def defined(self, name: str, values: frozenset[str]) -> Place | None:
        """Where a definition stands; of a choice, the alternative that gives one of these values."""
        node = self.policy.define.get(name)
        for item in node.items if isinstance(node, Sequence) else ():
            value = under(item, "is")
            if value is not None and values.intersection(texts(value)):
                return value.place
        return node.place if node is not None else None

    # ------------------------------------------------------------------------------------------------- definitions

    def _settle(self) -> None:
        """Give every definition its type, those that it reads first; so chains of any length need no deep calls."""
        if self._settled:
            return
        self._settled = True
        for name in self._in_order():
            found = None if name in self._refused else self._define_type(self.policy.define[name])
            if found is None:
                self._refused.add(name)
            else:
                self._types.setdefault(name, found)

    def _in_order(self) -> list[str]:
        """The definitions, each after those that its type hangs on. Those that hang on themselves are refused."""
        done: dict[str, None] = {}
        for root in self.policy.define:
            way = {root: self._reads(root)}
            while way and root not in done:
                name = next(reversed(way))
                below = next((other for other in way[name] if other not in done), None)
                if below is None:
                    done[name] = None
                    del way[name]
                elif below in way:
                    self._cycle([*list(way)[list(way).index(below) :], below])
                else:
                    way[below] = self._reads(below)
        return list(done)

    def _reads(self, name: str) -> Iterator[str]:
        """The definitions that the type of a definition hangs on."""
        node = self.policy.define[name]
        values = [under(item, "is") for item in node.items] if isinstance(node, Sequence) else [node]
        for value in values:
            text = value.value if isinstance(value, Scalar) else None
            for match in _NAME.finditer(text if isinstance(text, str) else ""):
                if match[1] in self.policy.define:
                    yield match[1]

    def _cycle(self, way: list[str]) -> None:
        self._refused.update(way)
        place, below = (key_place_of(self.policy.document, ("define", name)) for name in way[:2])
        related = [(f"{quoted(way[1])} is defined here", below)] if len(way) > 2 else []
        self.report.error("link/cycle", f"{quoted(way[0])} depends on itself: {shown_way(way)}", place, related=related)

    def _define_type(self, node: Node) -> Type | None:
        if not isinstance(node, Sequence):
            return self._infer(node, self.scope)
        values = [value for item in node.items if (value := under(item, "is")) is not None]
        types = [self._infer(value, self.scope) for value in values]
        known = [type_ for type_ in types if type_ is not None]
        if len(known) < len(types) or not known:
            return None
        whole = joined(known)
        if whole is None:
            odd = next(n for n, type_ in enumerate(known) if joined([known[0], type_]) is None)
            self.report.error(
                "link/choice-types",
                f"the alternatives of a choice are of one kind: this is {known[odd]}, the first is {known[0]}",
                values[odd].place,
                related=[("the first is here", values[0].place)],
            )
        return whole


def shown(name: str) -> str:
    """A name as an expression writes it."""
    function, _, argument = name.partition(":")
    return f"{function}({argument})" if argument else name


def shown_way(way: list[str]) -> str:
    """A chain of names, the middle left out when it is long."""
    names = [shown(name) for name in way]
    return " -> ".join(names if len(names) <= 10 else [*names[:6], "...", *names[-3:]])
