"""What may stand in the place of a word: values of the same fact or field, instants, parties."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

from engine.document import Node, Scalar
from engine.document.read import entries, under
from engine.expr.parse import dotted_name
from engine.expr.types import Type
from engine.link.compile import Citable, Compiler
from engine.link.findings import Findings
from engine.policy.model import Policy
from engine.policy.words import PARTY_PARTS, RECORD, RECORD_PARTS, SCENARIO

FEW: Final = 4  # of so few values each is exchanged for every other one, of more for the next one alone


def others(own: str, options: Sequence[str], most: int = FEW - 1) -> list[str]:
    """The options beside `own`, the one after it first; only that one where there are many."""
    if own not in options:
        return list(options[:most])
    start = options.index(own) + 1
    rest = [*options[start:], *options[: start - 1]]
    return rest if len(options) <= FEW and most > 1 else rest[:1]


class Words:
    """The words of one policy, and what each may be exchanged for."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.propositions = tuple(policy.propositions)
        self._names = Compiler(policy, Citable(), Findings()).names

    def type_of(self, name: str) -> Type | None:
        return self._names.type_of(name)

    def is_condition(self, name: str) -> bool:
        """Whether a name is true or false by itself."""
        found = self.type_of(name)
        return found is not None and found.kind == "bool"

    def instead(self, value: ast.expr, beside: ast.expr) -> list[str]:
        """The words that may stand for a word, by what it is compared with or looked for in."""
        own, other = dotted_name(value), dotted_name(beside)
        if own is None or other is None or self.type_of(own) is not None:
            return []
        if isinstance(beside, ast.Name | ast.Attribute) and own in self.policy.groups:
            return others(own, [*self.policy.groups])
        if other == SCENARIO:
            return others(own, [*self.policy.rows])
        found = self.type_of(other)
        if found is None or own not in found.values:
            return []
        fact = self.policy.facts.get(other)
        return others(own, [*fact.values] if fact is not None else sorted(found.values))

    # ----------------------------------------------------------------------------------------------------- parties

    @cached_property
    def submitting(self) -> list[str]:
        return [party.name for party in self.policy.parties.values() if party.submits is not None]

    def party_of(self, name: str) -> str:
        """The party that a name is a part of; empty for any other name."""
        party, _, part = name.partition(".")
        return party if part in PARTY_PARTS and party in self.submitting else ""

    def same_of_others(self, name: str) -> list[str]:
        """The same part of another party, or another part of the record that is of the same type."""
        party, _, part = name.partition(".")
        if self.party_of(name):
            return [f"{other}.{part}" for other in others(party, self.submitting, most=1)]
        if party == RECORD and not self.is_condition(name):
            own = self.type_of(name)
            same = [f"{RECORD}.{p}" for p in RECORD_PARTS if self.type_of(f"{RECORD}.{p}") == own]
            return others(name, same, most=1)
        return []

    # ---------------------------------------------------------------------------------------------------- instants

    @cached_property
    def anchors(self) -> list[str]:
        """The names from which a period of this version counts, in the order of the document."""
        return list(dict.fromkeys(_anchors(self.policy.document)))

    def other_anchors(self, name: str) -> list[str]:
        """Another instant from which some period counts."""
        return others(name, self.anchors, most=1)


def _anchors(node: Node) -> Iterator[str]:
    """Every plain name under `after`, wherever it stands."""
    after = under(node, "after")
    if isinstance(after, Scalar) and isinstance(after.value, str) and after.value.replace(".", "_").isidentifier():
        yield after.value
    for _, below in entries(node):
        yield from _anchors(below)
    for item in getattr(node, "items", ()):
        yield from _anchors(item)
