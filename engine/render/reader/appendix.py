"""The published page as a version sees it: every clause with what rests on it, every unclear place with its reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from engine.analysis.citations import Citations, Citer, citations
from engine.library import Registry
from engine.link.program import Basis
from engine.pack import Version
from engine.policy.model import Policy
from engine.policy.registers import Clause, Reading
from engine.render.phrases import capital, named
from engine.render.reader.content import Chapter, Detail, Entries, Entry, Link, Prose, Value
from engine.render.table.sheet import Sheet

RESERVING: Final = ("discretion", "disclaimer")  # the kinds of clauses that leave something open


def reservations(registers: Registry) -> Chapter:
    """What the page itself leaves open: the clauses that reserve a discretion or disclaim something."""
    found = [c for c in registers.clauses.values() if c.kind in RESERVING or c.no_rule in RESERVING]
    entries = tuple(Entry("", clause.gist, clause.id, details=(_place(clause),)) for clause in found)
    note = Prose("A decision by these rules says what the policy indicates. Beyond that the published page says:")
    return Chapter("What remains open", "open", (note, Entries("words", entries)) if entries else ())


def registers_told(
    registers: Registry, page: Registry, version: Version, sheet: Sheet, bases: Mapping[str, Basis]
) -> tuple[Chapter, Chapter]:
    """Every clause in the order of the page, and every unclear place with the reading taken.

    `registers` are as the version reads them, `page` as they are without what it amends and takes otherwise.
    `bases` tells, by its anchor on the page, on what a rule rests that is the same in every row."""
    cited = citations(version)
    to = _Links(version.policy, sheet, bases)
    return _clauses(registers, page, cited, to), _readings(registers, page, cited, to)


def _clauses(registers: Registry, page: Registry, cited: Citations, to: _Links) -> Chapter:
    sections: dict[str, list[Entry]] = {}
    for clause in registers.clauses.values():
        users = to.of_clause(clause.id, cited.clauses.get(clause.id, ()))
        if users:
            detail = Detail("Rests on it", links=users)
        else:
            why = clause.why or (capital(named(clause.no_rule)) if clause.no_rule else "Nothing rests on it.")
            detail = Detail("No rule", why)
        entry = Entry(f"clause-{clause.id}", clause.gist, clause.id, str(clause.number or ""),
                      details=(detail, *_amended(clause, page)))  # fmt: skip
        sections.setdefault(clause.section, []).append(entry)
    chapters = tuple(Chapter(title, "", (Entries("clauses", tuple(found)),)) for title, found in sections.items())
    note = Prose(
        "Every sentence, bullet and cell of the published page, in its order and in our own words, with what rests on "
        "it; and where nothing does, why."
    )
    return Chapter("The published page, clause by clause", "clauses", (note,) if chapters else (), chapters)


def _readings(registers: Registry, page: Registry, cited: Citations, to: _Links) -> Chapter:
    entries = tuple(
        _reading(reading, to.of_reading(cited.readings.get(reading.number, ())), registers, page)
        for reading in registers.readings.values()
    )
    note = Prose("Where the published page can be read in more than one way: the question, and the answer taken here.")
    blocks = (note, Entries("readings", entries)) if entries else ()
    return Chapter("Unclear places and how they are read", "readings", blocks)


def _reading(reading: Reading, users: tuple[Link, ...], registers: Registry, page: Registry) -> Entry:
    values = tuple(Value(letter, text, letter == reading.taken) for letter, text in reading.readings.items())
    clauses = tuple(Link(name, f"clause-{name}") for name in reading.clauses if name in registers.clauses)
    until_now = page.readings[reading.number].taken
    details = [Detail("Until now", f"Answer {until_now}.")] if until_now != reading.taken else []
    details += [Detail("Why", reading.because)] if reading.because else []
    details += [Detail("Example", reading.example)] if reading.example else []
    details += [Detail("Clauses", links=clauses)] if clauses else []
    details += [Detail("Taken by", links=users)] if users else []
    details += [Detail("Taken by no rule", reading.not_used)] if reading.not_used and not users else []
    return Entry(f"reading-{reading.number}", reading.title, "", str(reading.number), reading.question,
                 values=values, details=tuple(details))  # fmt: skip


def _amended(clause: Clause, page: Registry) -> Iterator[Detail]:
    """What the page says of a clause until a version amends it."""
    if clause.id not in page.clauses:
        yield Detail("Until now", "The page says nothing of the kind.")
    elif (said := page.clauses[clause.id].gist) != clause.gist:
        yield Detail("Until now", said)


def _place(clause: Clause) -> Detail:
    return Detail("On the page", f"{clause.section}, number {clause.number}")


class _Links:
    """Where on the page the parts stand that rest on something."""

    def __init__(self, policy: Policy, sheet: Sheet, bases: Mapping[str, Basis]) -> None:
        self.policy = policy
        self.bases = bases
        self.shared = {line.label for line in sheet.same}

    def of_clause(self, clause: str, citers: Iterable[Citer]) -> tuple[Link, ...]:
        """What rests on a clause; a rule of every row only if it does in a row where it can hold."""
        links = self.of_reading(citers)
        return tuple(
            link for link in links if link.anchor not in self.bases or clause in self.bases[link.anchor].clauses
        )

    def of_reading(self, citers: Iterable[Citer]) -> tuple[Link, ...]:
        return tuple(dict.fromkeys(link for citer in citers for link in self._links(citer)))

    def _links(self, citer: Citer) -> Iterator[Link]:
        policy = self.policy
        title = capital(named(citer.name))
        match citer.kind:
            case "general rule":
                yield Link(title, f"general-{citer.name}")
            case "choice":
                name = citer.name.rpartition("-")[0]
                yield Link(capital(named(name)), f"term-{name}")
            case "transition":
                yield Link("Which disputes stay with an earlier version", citer.name.replace(" ", "-"))
            case "proof":
                yield Link("What counts as proof", "evidence")
            case "rule" if not policy.tables[citer.table].per_row:
                yield Link(title, f"rule-{citer.table}-{citer.name}")
            case "rule":
                for row in citer.rows:
                    yield Link(f"{title} ({policy.rows[row].title})", f"rule-{row}-{citer.table}-{citer.name}")
            case "window" if title in self.shared:
                yield Link(title, f"window-{citer.name}")
            case _:
                yield from self._in_rows(citer)

    def _in_rows(self, citer: Citer) -> Iterator[Link]:
        """A period or a piece of evidence, in the rows where it stands."""
        head, _, rest = citer.name.partition(".")
        if citer.kind == "evidence":
            title = f"Evidence of {self.policy.parties[head].title}"
        else:
            title = f"{capital(named(head))} of {self.policy.parties[rest].title}" if rest else capital(named(head))
        if len(citer.rows) == len(self.policy.rows) > 1:
            yield Link(f"{title} (every scenario)", "framework")
        else:
            for row in citer.rows:
                yield Link(f"{title} ({self.policy.rows[row].title})", f"row-{row}")
