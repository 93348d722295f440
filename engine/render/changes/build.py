"""The differences between two versions to words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal

from engine.analysis.differences import ID, PERIOD, POSITION, USE, WHEN, Change, Difference, Differences, Escape, What
from engine.library import Registry
from engine.policy.model import Policy
from engine.render.changes.say import Saying
from engine.render.changes.told import Announced, PassedBy, Said, Section, Told
from engine.render.phrases import bare, capital, named, party_title

KINDS: Final = {
    "head": "the policy", "clause": "clause of the page", "reading": "unclear place",
    "fact": "fact", "proposition": "proposition", "group": "group of scenarios",
    "field": "field of the decision", "party": "party", "proof": "proof", "table": "table", "name": "definition",
    "window": "period", "period": "period", "general rule": "general rule", "scenario": "scenario",
    "evidence": "evidence owed", "rule": "rule",
}  # fmt: skip
COLUMNS: Final = {
    "head": "", "clause": "amends", "reading": "takes",
    "fact": "facts", "proposition": "propositions", "group": "groups", "field": "decision",
    "party": "parties", "proof": "evidence", "table": "tables", "name": "define", "window": "windows",
    "period": "parties", "general rule": "general_rules", "scenario": "scenarios",
}  # fmt: skip
_BASIS: Final = ("cites", "readings")
_ASIDE: Final = frozenset({"head", "clause", "reading"})
_FRAMES: Final = frozenset({"party", "meaning", USE})  # of a part that was added or removed: its title tells them
GENERAL: Final = "General parts"


def announced(found: Differences, registers: Registry, begins: str = "") -> Announced:
    """A comparison in words: what is general first, then scenario by scenario. `begins` is the day it takes effect."""
    return Telling(found, registers).announced(begins)


class Telling:
    """Tells the changes of a comparison. `titles` are those of the scenarios of both versions."""

    def __init__(self, found: Differences, registers: Registry) -> None:
        self.found = found
        self.before: Policy = found.before.policy
        self.after: Policy = found.after.policy
        self.registers = registers
        self.old, self.new = Saying(found.before, registers), Saying(found.after, registers)
        rows = {**self.before.rows, **self.after.rows}
        self.titles = {name: rows[name].title for name in found.rows}

    def announced(self, begins: str) -> Announced:
        told = {id(change): self.told(change) for change in self.found.changes}
        telling = [change for change in self.found.changes if change.effect != "wording"]
        sections = [Section("", GENERAL, "", tuple(told[id(c)] for c in telling if c.row is None))]
        for row, title in self.titles.items():
            own = [change for change in telling if change.row == row]
            whole = next((change for change in own if change.kind == "scenario" and change.what != "changed"), None)
            what: What | Literal[""] = whole.what if whole is not None else ""
            general = (c for c in telling if c.row is None and c.kind not in _ASIDE and row in c.rows and not what)
            through = (told[id(c)].title for c in general)
            changes = tuple(told[id(c)] for c in own if c is not whole)
            sections.append(Section(row, title, what, changes, tuple(dict.fromkeys(through))))
        shown = tuple(s for s in sections if s.changes or s.what or s.through)
        wording = tuple(told[id(c)] for c in self.found.changes if c.effect == "wording")
        cited = [text for one in told.values() for side in one.clauses for text in side]
        numbers = [text for one in told.values() for side in one.readings for text in side]
        registers = self.registers.under(self.after)
        clauses, readings = registers.clauses, registers.readings
        return Announced(
            policy=self.after.name,
            title=self.after.title,
            before=self.before.version,
            after=self.after.version,
            begins=begins,
            short=tuple(c for c in self.after.changes if c not in self.before.changes),
            sections=shown,
            wording=wording,
            scenarios=self.titles,
            gists={clause: clauses[clause].gist for clause in dict.fromkeys(cited) if clause in clauses},
            readings={n: readings[int(n)].title for n in dict.fromkeys(numbers) if int(n) in readings},
        )

    # --------------------------------------------------------------------------------------------------- one change

    def told(self, change: Change) -> Told:
        """One change in words."""
        rows = tuple(row for row in self.titles if row in change.rows)
        return Told(
            title=self._title(change),
            kind=self._kind(change),
            column=self._column(change),
            name=f"{change.party}.{change.name}" if change.kind == "evidence" else change.name,
            was=capital(named(change.was)),
            what=change.what,
            effect=change.effect,
            who=self._who(change),
            said=tuple(self._said(change)),
            rows={row: self.titles[row] for row in rows},
            everywhere=set(self.after.rows) <= set(rows),
            passed_by=tuple(self._passed_by(change, escape) for escape in change.escapes),
            clauses=_basis(change, "cites"),
            readings=_basis(change, "readings"),
            before=change.before,
            after=change.after,
        )

    def _kind(self, change: Change) -> str:
        if change.kind != "rule":
            return KINDS[change.kind]
        policy = self.after if change.table in self.after.tables else self.before
        return f"rule of “{policy.tables[change.table].title}”"

    def _column(self, change: Change) -> str:
        evidence = self.after.evidence
        if change.kind == "rule":
            return change.table
        if change.kind == "evidence":
            return evidence.owed
        if change.row is not None and change.kind in ("window", "period"):
            return change.name if change.kind == "window" else evidence.periods
        return COLUMNS[change.kind]

    def _title(self, change: Change) -> str:
        policy, name = (self.after if change.what != "removed" else self.before), change.name
        match change.kind:
            case "head":
                return policy.title
            case "clause":
                return f"The page: {self.new.section(name)}"
            case "reading":
                return self.new.question(name)
            case "fact":
                return capital(bare(policy.facts[name].meaning))
            case "proposition":
                return bare(policy.propositions[name])
            case "group":
                return policy.groups[name].title
            case "field":
                return capital(named(policy.fields[name].written_as))
            case "party":
                return policy.parties[name].title
            case "proof":
                return capital(bare(policy.facts[name].meaning)) if name else "What counts as proof"
            case "table":
                return policy.tables[name].title
            case "period":
                return capital(f"{named(policy.evidence.periods)} of {party_title(policy.parties[name])}")
            case "scenario":
                return policy.rows[name].title
            case "evidence":
                owes = party_title(policy.parties[change.party])
                return capital(f"{owes} owes proof: {bare(policy.propositions[name])}")
            case _:
                return capital(named(name))

    def _who(self, change: Change) -> str:
        parties = {**self.before.parties, **self.after.parties}
        return parties[change.party].title if change.party in parties else ""

    def _said(self, change: Change) -> Iterator[Said]:
        keys = {difference.key for difference in change.differences}
        if change.kind in ("rule", "general rule") and change.what != "changed" and WHEN not in keys:
            yield self._line(change, Difference(WHEN, None, None))
        if change.kind == "fact" and change.what == "added" and "if_absent" not in keys:
            yield self._line(change, Difference("if_absent", None, None))
        for difference in change.differences:
            framed = change.what != "changed" and difference.key in _FRAMES
            if difference.key not in _BASIS and not framed:
                yield self._line(change, difference)

    def _line(self, change: Change, difference: Difference) -> Said:
        key = difference.key
        before = self.old.lines(change, key, difference.before) if change.what != "added" else ()
        after = self.new.lines(change, key, difference.after) if change.what != "removed" else ()
        common = set(before) & set(after)
        partly = bool(common) and set(before) != set(after) and key != PERIOD
        if partly:
            before, after = (tuple(one for one in lines if one not in common) for lines in (before, after))
        listed = difference.before == () or difference.after == ()  # only the words that went and came, as it is
        policy = self.after if change.what != "removed" else self.before
        return Said(key, label_of(key, policy), before, after, partly or (listed and change.what == "changed"))

    def _passed_by(self, change: Change, escape: Escape) -> PassedBy:
        match escape.why:
            case "own rules":
                why = "has rules of its own"
            case "not used":
                why = f"does not use this rule: {escape.says}"
            case _:
                own = "; ".join(self.new.lines(change, escape.key, escape.says))
                label = label_of(escape.key, self.after)
                why = f"has its own period: {own}" if escape.key == PERIOD else f"says “{label}” itself: {own}"
        return PassedBy(escape.row, self.titles[escape.row], why, escape.place)


LABELS: Final = {
    PERIOD: "Period", "asked_if": "Only if", "met_by": "Met when", "paused_by": "Held up by", "deadline": "Deadline",
    "party": "Party", "meaning": "Meaning", WHEN: "If", "deadlines": "Deadlines shown", "title": "Title",
    "no_longer_owed_by": "No longer owed by", "if_unknown": "While unknown", ID: "Name", USE: "General rule",
    POSITION: "Read", "type": "Type", "one_of": "Values", "values": "Values", "finding": "Only a person can say it",
    "nullable": "Can be null", "if_absent": "If left out", "ask": "Question", "supplied_by": "Supplied by",
    "example": "Example", "scenarios": "Scenarios", "may_prove": "May prove", "submits": "Materials",
    "means": "Means", "alternatives": "Means", "hit": "Rules", "per": "Own rules in each scenario",
    "every_rule_says": "Every rule says", "list_of": "Takes its words from", "list": "Holds a list",
    "otherwise": "If no rule says one", "must_be_known": "Must be known", "written_as": "Written as",
    "description": "Description", "clauses": "Its clauses begin with", "time_zone": "Time zone",
    "filed_at": "Moment of filing", "periods": "Key of the periods", "owed": "Key of what is owed",
    "required_in": "Stands in", "gist": "Says", "taken": "Taken as",
}  # fmt: skip


def label_of(key: str, policy: Policy) -> str:
    """What a key of a part is called."""
    if key in policy.fields and key not in LABELS:
        return capital(named(policy.fields[key].written_as))
    head, _, word = key.partition(".")
    return f"Meaning of “{word}”" if word and head in LABELS else LABELS.get(key, capital(named(key)))


def _basis(change: Change, key: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What went and what came of the clauses or readings that a part rests on."""
    for difference in change.differences:
        if difference.key == key:
            old, new = _texts(difference.before), _texts(difference.after)
            return tuple(t for t in old if t not in new), tuple(t for t in new if t not in old)
    return (), ()


def _texts(value: object) -> tuple[str, ...]:
    found: Iterable[object] = value if isinstance(value, tuple) else ()
    return tuple(map(str, found))
