"""The register of made-up cases: read, and checked against what the versions of the pack declare."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from engine.case.from_data import read_case
from engine.clock import BadTime, parse_date
from engine.diagnostics import InvalidDocument, Report, did_you_mean, quoted
from engine.document import Node, read_document
from engine.document.nodes import plain
from engine.document.read import declared, entries, items, under
from engine.document.schema import check
from engine.policy.from_document import SCENARIO
from engine.policy.model import Fact, Policy
from engine.policy.schemas import shipped
from engine.sampling.model import ALWAYS, FILE, REGISTER, Draw, Otherwise, Profile, Said
from engine.source import Place

SECONDS: Final = {"minute": 60, "hour": 3600, "day": 86400}
MOST_SUBMISSIONS: Final = 100
MOST_SECONDS: Final = 3660 * SECONDS["day"]
_BY: Final = re.compile(r"([0-9]+) (minute|hour|day)s? to ([0-9]+) (minute|hour|day)s?\Z")
_AT: Final = ("after", "before", "by", "mostly")
_HANDED_IN: Final = ("count", "owed", "beside", "not_assessed", "forged", "doubted")
_PERCENT: Final = ("chance", "unknown", "absent", "owed", "beside", "not_assessed", "forged", "doubted")
# The keys that a fact of a kind may have, beside those of every fact.
_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "bool": ("chance",),
    "enum": ("values",),
    "text": ("values",),
    "zone": ("values",),
    "integer": ("values", "between", "mostly"),
    "decimal": ("values", "between", "mostly"),
    "date": ("values", *_AT),
    "instant": ("chance", *_AT),
    "event": ("chance", *_AT),
    "propositions": ("owed", "beside"),
    "submissions": (*_AT, *_HANDED_IN),
}
_EVERY: Final = ("unknown", "absent", "only_in", "but")
_EXCEPTION: Final = ("where", "share")
_CHOSEN_BY: Final = ("bool", "enum", "text", "zone", "integer")  # the kinds of facts that `where` may ask for
TRUTH: Final = ("false", "true")


def load_profile(folder: Path, policies: Iterable[Policy], report: Report) -> Profile:
    """What the register of a pack's folder says, checked; an empty profile where there is none."""
    path = folder / FILE
    if not path.exists():
        return Profile()
    try:
        document = read_document(path)
    except InvalidDocument as problem:
        report.found.extend(problem.diagnostics)
        return Profile()
    return checked_profile(document, policies, report)


def checked_profile(document: Node, policies: Iterable[Policy], report: Report) -> Profile:
    """The profile in a document, with everything that is wrong in the report."""
    before = len(report.errors)
    check(document, shipped(REGISTER), report)
    if len(report.errors) > before:
        return Profile()
    return _Reader(tuple(policies), report).profile(document)


@dataclass(slots=True)
class _Reader:
    """Reads a register that its schema has passed. A name is known when any version of the pack declares it."""

    policies: tuple[Policy, ...]
    report: Report

    def profile(self, document: Node) -> Profile:
        named = under(document, "policy")
        own = self.policies[0].name
        if named is not None and plain(named) != own:
            message = f"this belongs to the policy {quoted(plain(named))}, and the pack to {quoted(own)}"
            self.report.error("pack/other-policy", message, named.place)
        for name, _, at in declared(under(document, "scenarios")):
            self._known(name, "scenario", self._rows(), at)
        self._weighed(under(document, "scenarios"))
        as_of = under(document, "as_of")
        facts: dict[str, Said] = {}
        for name, node, at in declared(under(document, "facts")):
            fact = self._fact(name, at)
            if fact is not None:
                facts[name] = self._said(node, at, fact)
        found = Profile(
            {name: _number(node) for name, node in entries(under(document, "scenarios"))},
            self._days(under(document, "days")),
            self._said(as_of, as_of.place, None) if as_of is not None else None,
            facts,
        )
        self._check_order(found)
        return found

    def _days(self, node: Node | None) -> tuple[date, date] | None:
        if node is None:
            return None
        found: list[date] = []
        for _, below in entries(node):
            try:
                found.append(parse_date(str(plain(below))))
            except BadTime as problem:
                self.report.error("sample/range", str(problem), below.place)
        first, last = (plain(below) for below in (under(node, "from"), under(node, "until")) if below is not None)
        if len(found) == 2 and str(first) > str(last):
            self.report.error("sample/range", f"{quoted(first)} lies after {quoted(last)}", node.place)
            return None
        return (date.fromisoformat(str(first)), date.fromisoformat(str(last))) if len(found) == 2 else None

    # ------------------------------------------------------------------------------------------------------- names

    def _rows(self) -> list[str]:
        return list(dict.fromkeys(row for policy in self.policies for row in policy.rows))

    def _groups(self) -> list[str]:
        return list(dict.fromkeys(group for policy in self.policies for group in policy.groups))

    def _facts(self) -> dict[str, Fact]:
        return {name: fact for policy in self.policies for name, fact in policy.facts.items()}

    def _known(self, name: str, what: str, names: Iterable[str], place: Place | None) -> bool:
        options = list(names)
        if name in options:
            return True
        hint = did_you_mean(name, options) or f"it can be {', '.join(options)}"
        self.report.error("sample/unknown-name", f"no such {what}: {quoted(name)}", place, help=hint)
        return False

    def _fact(self, name: str, place: Place | None) -> Fact | None:
        facts = self._facts()
        if name in facts:
            return facts[name]
        hint = did_you_mean(name, facts) or "`aftersale facts` lists them"
        self.report.error("sample/unknown-name", f"no such fact: {quoted(name)}", place, help=hint)
        return None

    # ------------------------------------------------------------------------------------------------------- draws

    def _said(self, node: Node, place: Place, fact: Fact | None) -> Said:
        """What a block says of a fact, or of the moment of the decision."""
        self._check_keys(node, fact)
        own = {key: below for key, below in entries(node) if key not in ("only_in", "but")}
        others = []
        for item in items(under(node, "but")):
            self._check_keys(item, fact, _EXCEPTION)
            said = dict(entries(item))
            where, share = said.pop("where", None), said.pop("share", None)
            if where is None and share is None:
                message = "an exception says in which cases it holds"
                self.report.error("sample/not-here", message, item.place, help="say `where`, or a `share` of all cases")
            others.append(
                Otherwise(
                    self._where(where) if where is not None else {},
                    _number(share) if share is not None else ALWAYS,
                    self._draw(_replaced(own, said), fact),
                )
            )
        only_in = under(node, "only_in")
        for below in items(only_in):
            self._known(str(plain(below)), "scenario or group", [*self._rows(), *self._groups()], below.place)
        names = tuple(str(plain(below)) for below in items(only_in))
        return Said(self._draw(own, fact), tuple(others), names, place)

    def _check_keys(self, node: Node, fact: Fact | None, more: tuple[str, ...] = ()) -> None:
        allowed = (*more, *_KEYS[fact.kind], *_EVERY) if fact is not None else (*more, *_AT, "but")
        what = f"{quoted(fact.name)}, which is of the kind {fact.kind}" if fact is not None else "the moment"
        for key, _, at in declared(node):
            if key not in allowed:
                help = f"it can have {', '.join(allowed)}"
                self.report.error("sample/not-here", f"{quoted(key)} says nothing of {what}", at, help=help)

    def _draw(self, said: Mapping[str, Node], fact: Fact | None) -> Draw:
        data = {key: plain(below) for key, below in said.items()}
        self._check_values(said, fact)
        anchor = said.get("after") or said.get("before")
        if anchor is not None:
            found = self._fact(str(plain(anchor)), anchor.place)
            if found is not None and found.kind not in ("event", "instant"):
                message = f"{quoted(found.name)} is no event, and nothing can be counted from it"
                self.report.error("sample/not-here", message, anchor.place)
        if (anchor is None) != ("by" not in said):
            lacks = "`by` says how far" if anchor is not None else "`after` or `before` says from what"
            at = anchor.place if anchor is not None else said["by"].place
            self.report.error("sample/not-here", "a time has an event and a distance", at, help=lacks)
        by = self._by(said.get("by"))
        numbers: dict[str, Any] = {key: _number(said[key]) for key in _PERCENT if key in said}
        for key in ("values", "count"):
            self._weighed(said.get(key))
            if key in said:
                numbers[key] = {name: _number(below) for name, below in entries(said[key])}
        return Draw(
            between=self._between(said.get("between")),
            after=str(data.get("after") or data.get("before") or ""),
            before="before" in data,
            by=by,
            mostly=data.get("mostly", ""),  # type: ignore[arg-type] # by the schema
            **numbers,
        )

    def _check_values(self, said: Mapping[str, Node], fact: Fact | None) -> None:
        if fact is None:
            return
        for name, _, at in declared(said.get("values")) if "values" in _KEYS[fact.kind] else ():
            if fact.kind == "enum":
                self._known(name, f"value of {quoted(fact.name)}", fact.values, at)
                continue
            problem = _refused(name, fact, next(one for one in self.policies if fact.name in one.facts))
            if problem:
                self.report.error("sample/unknown-name", problem, at)
        for name, _, at in declared(said.get("count")):
            if not name.isdecimal() or int(name) > MOST_SUBMISSIONS:
                self.report.error("sample/range", f"{quoted(name)} is no number from 0 to {MOST_SUBMISSIONS}", at)
        if "absent" in said and not fact.nullable:
            message = f"{quoted(fact.name)} cannot be null, so it is never known to be absent"
            self.report.error("sample/not-here", message, said["absent"].place, help="say `unknown`, if that is meant")

    def _by(self, node: Node | None) -> tuple[int, int] | None:
        match = _BY.match(str(plain(node))) if node is not None else None
        if node is None or match is None:
            return None
        least, most = int(match[1]) * SECONDS[match[2]], int(match[3]) * SECONDS[match[4]]
        if least > most or most > MOST_SECONDS:
            said = "the least is more than the most" if least > most else "it is further than ten years"
            self.report.error("sample/range", f"{quoted(match[0])}: {said}", node.place)
        return least, most

    def _between(self, node: Node | None) -> tuple[Decimal, Decimal] | None:
        if node is None:
            return None
        low, high = (_number(item) for item in items(node))
        if low > high:
            self.report.error("sample/range", "the least is more than the most", node.place)
        return low, high

    def _weighed(self, node: Node | None) -> None:
        if node is not None and not any(_number(below) for _, below in entries(node)):
            self.report.error("sample/range", "none of these would ever be drawn: all weights are 0", node.place)

    def _where(self, node: Node) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for name, below, at in declared(node):
            values = [(_word(plain(one)), one.place) for one in items(below)]
            if name == SCENARIO:
                for value, place in values:
                    self._known(value, "scenario or group", [*self._rows(), *self._groups()], place)
            else:
                fact = self._fact(name, at)
                if fact is not None:
                    self._check_asked(fact, values, at)
            found[name] = frozenset(value for value, _ in values)
        return found

    def _check_asked(self, fact: Fact, values: Iterable[tuple[str, Place]], at: Place) -> None:
        if fact.kind not in _CHOSEN_BY:
            message = f"{quoted(fact.name)} is of the kind {fact.kind}, which has no few values to ask for"
            self.report.error("sample/not-here", message, at, help=f"ask for one of the kinds {', '.join(_CHOSEN_BY)}")
            return
        for value, place in values:
            if fact.kind == "enum":
                self._known(value, f"value of {quoted(fact.name)}", fact.values, place)
            elif fact.kind == "bool":
                self._known(value, f"value of {quoted(fact.name)}", TRUTH, place)

    # ------------------------------------------------------------------------------------------------------- order

    def _check_order(self, profile: Profile) -> None:
        """No fact waits for itself."""
        for name in profile.facts:
            way = _circle(name, profile.facts)
            if way and name == min(way):
                place = profile.facts[name].place
                said = " waits for ".join(map(quoted, [*way, way[0]]))
                self.report.error("sample/cycle", f"nothing of this can be drawn first: {said}", place)


def _circle(start: str, facts: Mapping[str, Said]) -> list[str]:
    """A way from a fact through what it waits for back to itself; empty when there is none."""
    ways = [[start]]
    seen = set()
    while ways:
        way = ways.pop()
        for after in sorted(facts[way[-1]].waits_for() if way[-1] in facts else ()):
            if after == start:
                return way
            if after not in seen:
                seen.add(after)
                ways.append([*way, after])
    return []


def _replaced(own: Mapping[str, Node], other: Mapping[str, Node]) -> dict[str, Node]:
    """The keys of a block with those of an exception on top: one way of saying something takes the place of another."""
    whole = dict(own)
    for ways in (("values", "between"), ("after", "before")):
        if any(key in other for key in ways):
            for key in ways:
                whole.pop(key, None)
    return {**whole, **other}


def _refused(text: str, fact: Fact, policy: Policy) -> str:
    """Why a text is no value of a fact; empty when it is one."""
    value: object = text
    if fact.kind in ("integer", "decimal"):
        try:
            value = int(text) if fact.kind == "integer" else Decimal(text)
        except (ValueError, ArithmeticError):
            return f"{quoted(text)} is no number"
    group, _, key = fact.name.partition(".")
    try:
        read_case({SCENARIO: next(iter(policy.rows)), "facts": {group: {key: value}}}, policy)
    except InvalidDocument as problem:
        return problem.diagnostics[0].message
    return ""


def _word(value: object) -> str:
    """A value as YAML writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(node: Node) -> Decimal:
    value = plain(node)
    return Decimal(value) if isinstance(value, int | Decimal) else Decimal(0)
