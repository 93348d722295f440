"""What a template may read, by kinds: every name and every word in it is checked before anybody is written to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.link.program import Program
from engine.notices.model import Reader, among
from engine.policy.model import Fact, Policy


@dataclass(frozen=True, slots=True)
class Say:
    """A text that can be written; empty counts as no."""


@dataclass(frozen=True, slots=True)
class Word:
    """One of a few words, to be compared; `written` if it can stand in a letter, too."""

    options: frozenset[str]
    written: bool = False


@dataclass(frozen=True, slots=True)
class Many:
    """A list, to be gone through; empty counts as no."""

    of: Kind


@dataclass(frozen=True, slots=True)
class Group:
    """Values by their names. `what` is what the names are, for a message."""

    what: str
    parts: Mapping[str, Kind]


Kind = Say | Word | Many | Group

SAY: Final = Say()
YES_OR_NO: Final = Word(frozenset({"yes", "no"}))
SAYINGS: Final = Many(SAY)
STATES: Final = Word(frozenset({"running", "met", "missed", "ended", "paused"}))
IN_TIME: Final = Word(frozenset({"in_time", "late", "open"}))
GENUINE: Final = Word(frozenset({"yes", "no", "open"}))
MOMENT: Final = Group(
    "part of a moment",
    dict.fromkeys(("weekday", "day", "month", "year", "hour", "hour12", "half", "minute", "second", "zone"), SAY),
)
DAY: Final = Group("part of a day", dict.fromkeys(("weekday", "day", "month", "year"), SAY))


@dataclass(frozen=True, slots=True)
class Known:
    """What the versions of a pack declare, together: a name is known when one of them has it."""

    policies: tuple[Policy, ...]
    programs: tuple[Program, ...]

    def facts(self) -> dict[str, Fact]:
        return {name: fact for policy in self.policies for name, fact in policy.facts.items()}

    def parties(self) -> set[str]:
        return {name for policy in self.policies for name in policy.parties}

    def rows(self) -> set[str]:
        return {name for policy in self.policies for name in policy.rows}

    def tables(self) -> set[str]:
        return {name for policy in self.policies for name in policy.tables}

    def suppliers(self) -> set[str]:
        return {fact.supplied_by for fact in self.facts().values() if fact.supplied_by} | self.parties()

    def deadlines(self) -> set[str]:
        return {name for program in self.programs for name in deadlines_of(program)}

    def fields(self) -> dict[str, Kind]:
        """The fields by their outward names, with the words that they can have."""
        found: dict[str, Kind] = {}
        for policy in self.policies:
            for field in policy.fields.values():
                words = {*field.values, field.otherwise} - {""}
                if field.of == "parties":
                    words |= {*policy.parties}
                elif field.of == "evidence":
                    words |= {f"{party}.{what}" for party in policy.parties for what in policy.propositions}
                before = found.get(field.written_as)
                known = before.of if isinstance(before, Many) else before
                both = Word(frozenset(words) | (known.options if isinstance(known, Word) else frozenset()))
                found[field.written_as] = Many(both) if field.many else both
        return found


def deadlines_of(program: Program) -> set[str]:
    """The names of the deadlines of a row."""
    windows = [*program.windows, *(record.window for record in program.records if record.window is not None)]
    return {window.deadline for window in windows if window.deadline}


def names_of_texts(reader: Reader, known: Known) -> dict[str, Kind]:
    """What every text for a reader may read."""
    fields = {name: kind for name, kind in known.fields().items() if among(name, reader.fields)}
    until = {name: SAY for name in sorted(known.deadlines()) if among(name, reader.deadlines)}
    return {
        "version": Word(frozenset(policy.version for policy in known.policies), written=True),
        "scenario": Word(frozenset(known.rows())),
        "decision": Group("field that this reader sees", fields),
        "until": Group("deadline that this reader sees", until),
        "facts": _facts(reader, known.facts()),
    }


def names_of_letters(reader: Reader, known: Known) -> dict[str, Kind]:
    """What a letter to a reader may read."""
    base = names_of_texts(reader, known)
    fields = base["decision"]
    assert isinstance(fields, Group)
    said: dict[str, Kind] = {name: SAYINGS if isinstance(kind, Many) else SAY for name, kind in fields.parts.items()}
    parties = Word(frozenset(known.parties()))
    deadline: dict[str, Kind] = {"name": Word(frozenset(known.deadlines())), "text": SAY, "at": SAY, "state": STATES}
    deadline |= {"state_text": SAY, "party": parties, "party_text": SAY}
    handed_in: dict[str, Kind] = {"party": parties, "party_text": SAY, "at": SAY, "in_time": IN_TIME}
    reason: dict[str, Kind] = {"text": SAY, "clauses": SAYINGS, "marks": SAY, "table": Word(frozenset(known.tables()))}
    clause: dict[str, Kind] = {"id": SAY, "section": SAY, "gist": SAY}
    handed_in |= {"genuine": GENUINE, "assessed": YES_OR_NO, "proves": SAYINGS}
    return base | {
        "said": Group("field that this reader sees", said),
        "as_of": SAY,
        "zone": SAY,
        "reader_text": SAY,
        "scenario_text": SAY,
        "title": SAY,
        "questions": SAYINGS,
        "deadlines": Many(Group("part of a deadline", deadline)),
        "reasons": Many(Group("part of a reason", reason)),
        "handed_in": Many(Group("part of a submission", handed_in)),
        "clauses": Many(Group("part of a clause", clause)),
        "sections": Many(Group("part of a section", {"title": SAY, "clauses": SAYINGS})),
    }


def _facts(reader: Reader, facts: Mapping[str, Fact]) -> Group:
    groups: dict[str, dict[str, Kind]] = {}
    for name in reader.facts:
        if name in facts and (kind := kind_of(facts[name])) is not None:
            group, _, key = name.partition(".")
            groups.setdefault(group, {})[key] = kind
    return Group("fact that this reader sees", {name: Group(f"fact of `{name}` that this reader sees", parts)
                                                for name, parts in groups.items()})  # fmt: skip


def kind_of(fact: Fact) -> Kind | None:
    """What a template can do with a fact; None for what is found to be proven, which is no plain value."""
    match fact.kind:
        case "bool":
            return YES_OR_NO  # what is not known is neither
        case "enum":
            return Word(frozenset(fact.values))
        case "propositions" | "submissions":
            return None
        case _:
            return SAY
