"""The notices of a pack against its versions: no name that no version has, no text that is missing, nobody told what is
not for them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.diagnostics import Report, did_you_mean, quoted
from engine.document.nodes import Scalar
from engine.document.read import declared, key_place, text, under
from engine.link.program import Program
from engine.notices.kinds import (
    DAY,
    MOMENT,
    SAY,
    STATES,
    Kind,
    Known,
    Many,
    deadlines_of,
    kind_of,
    names_of_letters,
    names_of_texts,
)
from engine.notices.model import OTHERS, Catalogue, Key, Language, Reader, among
from engine.notices.read import names_in
from engine.notices.template import Checker
from engine.policy.model import Policy
from engine.policy.registers import Clause
from engine.source import Place

LETTERS: Final = "letters"


def check_catalogue(
    catalogue: Catalogue,
    programs: Mapping[str, Mapping[str, Program]],
    clauses: Mapping[str, Clause],
    report: Report,
    needed: Collection[str] | None = None,
    later: Collection[str] = (),
) -> None:
    """Report everything that is wrong. `programs` are those of the rows of each version, `clauses` the register;
    `needed` are the versions whose texts have to be there, None for all. For a text that only versions in `later` need
    there is a warning."""
    every = [program for rows in programs.values() for program in rows.values()]
    policies = {name: next(iter(rows.values())).policy for name, rows in programs.items() if rows}
    known = Known(tuple(policies.values()), tuple(every))
    if policies and catalogue.policy not in {policy.name for policy in policies.values()}:
        place = under(catalogue.document, "policy")
        other = next(iter(policies.values())).name
        message = f"this belongs to the policy {quoted(catalogue.policy)}, and the pack to {quoted(other)}"
        report.error("pack/other-policy", message, place.place if place else None)
    for reader in catalogue.readers.values():
        _check_reader(reader, known, report)
    new = {name for policy in policies.values() for name in policy.amends}
    templates = Checker(report, frozenset(clauses) | new if clauses else None)
    wanted = Wanted(catalogue.readers, programs)
    some = {name: programs[name] for name in sorted(programs, key=lambda name: name in later)
            if needed is None or name in needed}  # fmt: skip
    for language in catalogue.languages.values():
        _check_language(language, catalogue, wanted, report)
        _check_whole(language, Wanted(catalogue.readers, some), later, report)
        _check_templates(language, catalogue.readers, known, wanted, templates)


# ------------------------------------------------------------------------------------------------------- the readers


def _check_reader(reader: Reader, known: Known, report: Report) -> None:
    """Every name that stands under a reader is one that a version has, and may be shown to a party."""
    fields, facts = known.fields(), known.facts()
    lists: tuple[tuple[str, str, Iterable[str]], ...] = (
        ("party", "party", known.parties()),
        ("fields", "field of the decision", fields),
        ("reasons", "table", known.tables()),
        ("deadlines", "deadline", known.deadlines()),
        ("facts", "fact", facts),
        ("asked", "supplier of facts", known.suppliers()),
        ("handed_in", "party", known.parties()),
    )
    for key, what, names in lists:
        for scalar in names_in(under(reader.node, key)):
            _known(scalar, what, names, report)
    for name, values, place in declared(under(reader.node, "hides")):
        kind = fields.get(name)
        if not isinstance(kind, Many):
            lists_only = [field for field, of in fields.items() if isinstance(of, Many)]
            help = did_you_mean(name, lists_only) or f"fields with lists: {', '.join(lists_only)}"
            message = f"no field with a list of values is called {quoted(name)}"
            report.error("notice/unknown-name", message, place, help=help)
            continue
        options = getattr(kind.of, "options", ())
        for scalar in names_in(values):
            _known(scalar, f"value of `{name}`", options, report)
    if reader.party is not None:
        _check_party(reader, known, report)
    for scalar in names_in(under(reader.node, "facts")):
        if (fact := facts.get(str(scalar.value))) is not None and kind_of(fact) is None:
            message = f"{quoted(fact.name)} is no plain value, and cannot be shown by itself"
            report.error("notice/not-theirs", message, scalar.place, help="`handed_in` shows what parties handed in")


def _check_party(reader: Reader, known: Known, report: Report) -> None:
    """A party is shown nothing that comes from another one, nor what a person found."""
    facts, parties = known.facts(), known.parties()
    for scalar in names_in(under(reader.node, "facts")):
        fact = facts.get(str(scalar.value))
        if fact is None:
            continue
        if fact.finding:
            message = f"{quoted(fact.name)} is a finding, and the reader {quoted(reader.name)} is a party"
            report.error("notice/not-theirs", message, scalar.place, help="what was found is told by reasons alone")
        elif fact.supplied_by != reader.party and fact.supplied_by in parties:
            message = f"{quoted(fact.name)} comes from {quoted(fact.supplied_by)}, not from {quoted(reader.party)}"
            report.error("notice/not-theirs", message, scalar.place, help="take it out")
    for key in ("handed_in", "asked"):
        for scalar in names_in(under(reader.node, key)):
            if scalar.value != reader.party and scalar.value in parties:
                message = f"{quoted(scalar.value)} is another party than the reader {quoted(reader.name)}"
                report.error("notice/not-theirs", message, scalar.place, help=f"it can be {quoted(reader.party)} alone")
    for key in ("fields", "reasons", "deadlines", "asked", "handed_in"):
        node = under(reader.node, key)
        if isinstance(node, Scalar) and getattr(reader, key) is None:
            own = f"write `[{reader.party}]`" if key in ("asked", "handed_in") else "name what it may see"
            message = f"the reader {quoted(reader.name)} is a party, and may not see all of this"
            report.error("notice/not-theirs", message, node.place, help=own)


def _known(scalar: Scalar, what: str, names: Iterable[str], report: Report) -> None:
    options = sorted(names)
    if str(scalar.value) not in options:
        help = did_you_mean(str(scalar.value), options) or f"there are {', '.join(options[:12])}"
        report.error("notice/unknown-name", f"no {what} is called {quoted(scalar.value)}", scalar.place, help=help)


# ---------------------------------------------------------------------------------------------------------- the texts


@dataclass(frozen=True, slots=True)
class Want:
    """A text that has to be there: for which readers, and the first version that needs it."""

    readers: tuple[str, ...]
    version: str


@dataclass(slots=True)
class Wanted:
    """Every text that a language must have."""

    readers: Mapping[str, Reader]
    programs: Mapping[str, Mapping[str, Program]]
    texts: dict[Key, Want] = field(default_factory=dict)

    def __post_init__(self) -> None:
        everybody = tuple(self.readers)
        for name in everybody:
            self.texts[("readers", name)] = Want((name,), "")
        for state in sorted(STATES.options):
            self.texts[("deadline_states", state)] = Want(everybody, "")
        for version, rows in self.programs.items():
            for program in rows.values():
                self._of_version(program.policy, version)
                self._of_row(program, version)

    def _of_version(self, policy: Policy, version: str) -> None:
        everybody = tuple(self.readers)
        for section, names in (("parties", policy.parties), ("scenarios", policy.rows)):
            for name in names:
                self._want((section, name), everybody, version)
        proving = self._who(lambda r: r.handed_in != () or _sees_evidence(r, policy))
        for name in policy.propositions:
            self._want(("propositions", name), proving, version)
        for said in policy.fields.values():
            readers = self._who(lambda r, said=said: among(said.written_as, r.fields))
            for value in said.values if said.of == "values" else ():
                told = tuple(r for r in readers if value not in self.readers[r].hides.get(said.written_as, ()))
                self._want(("values", said.written_as, value), told, version)
        for fact in policy.facts.values():
            readers = self._who(lambda r, fact=fact: among(fact.supplied_by or "", r.asked))
            if readers:
                self._want(("questions", fact.name), readers, version)

    def _of_row(self, program: Program, version: str) -> None:
        for name in sorted(deadlines_of(program)):
            self._want(("deadlines", name), self._who(lambda r, name=name: among(name, r.deadlines)), version)
        for table in program.tables.values():
            readers = self._who(lambda r, table=table: among(table.name, r.reasons))
            for rule in table.rules if readers else ():
                self._want(("reasons", table.name, rule.id), readers, version)

    def _who(self, sees: object) -> tuple[str, ...]:
        assert callable(sees)
        return tuple(name for name, reader in self.readers.items() if sees(reader))

    def _want(self, key: Key, readers: tuple[str, ...], version: str) -> None:
        self.texts.setdefault(key, Want(readers, version))


def _sees_evidence(reader: Reader, policy: Policy) -> bool:
    return any(said.of == "evidence" and among(said.written_as, reader.fields) for said in policy.fields.values())


def _check_language(language: Language, catalogue: Catalogue, wanted: Wanted, report: Report) -> None:
    policy = under(language.document, "policy")
    if policy is not None and text(language.document, "policy") != catalogue.policy:
        message = f"these texts belong to another policy than the readers: {quoted(text(language.document, 'policy'))}"
        report.error("pack/other-policy", message, policy.place)
    told: set[Key] = set()
    for key, one in language.texts.items():
        if key not in wanted.texts:
            _unknown_text(key, one.place, language, wanted, told, report)
        for reader, scalar in one.by_reader.items():
            if reader != OTHERS and reader not in catalogue.readers:
                _unknown_reader(reader, key_of(one.by_reader, reader, language, key) or scalar.place, catalogue, report)
    for name, _, place in declared(under(language.document, LETTERS)):
        if name not in catalogue.readers:
            _unknown_reader(name, place, catalogue, report)
    for name in catalogue.readers:
        if name not in language.letters:
            place = key_place(language.document, LETTERS) or language.document.place
            report.error("notice/no-text", f"no letter to the reader {quoted(name)} in {language.name}", place)


def _check_whole(language: Language, wanted: Wanted, later: Collection[str], report: Report) -> None:
    """Every text that is needed is there, for every reader who can be told of it."""
    for key, want in wanted.texts.items():
        found = language.texts.get(key)
        missing = [name for name in want.readers or (OTHERS,) if found is None or found.for_reader(name) is None]
        if found is None or (missing and want.readers):
            place = found.place if found is not None else _section(language, key)
            tell = report.warning if want.version in later else report.error
            _no_text(key, want, missing if found is not None else [], place, language, tell)


def key_of(by_reader: Mapping[str, Scalar], reader: str, language: Language, key: Key) -> Place | None:
    """Where the name of a reader stands in a text."""
    node = language.document
    for part in key:
        below = under(node, part)
        if below is None:
            return None
        node = below  # type: ignore[assignment]
    return key_place(node, reader)


def _unknown_reader(name: str, place: Place, catalogue: Catalogue, report: Report) -> None:
    names = [*catalogue.readers, OTHERS]
    help = did_you_mean(name, names) or f"readers: {', '.join(names)}"
    report.error("notice/unknown-name", f"no reader is called {quoted(name)}", place, help=help)


def _unknown_text(key: Key, place: Place, language: Language, wanted: Wanted, told: set[Key], report: Report) -> None:
    """A text for something that no version has: the whole group of texts at once, where that is not known."""
    for length in range(2, len(key) + 1):
        start, siblings = key[:length], {k[length - 1] for k in wanted.texts if k[: length - 1] == key[: length - 1]}
        if start[-1] in siblings:
            continue
        if start not in told:
            told.add(start)
            *way, last = start
            if length < len(key):
                place = key_place(under(language.document, key[0]), last) or place
            help = did_you_mean(last, siblings) or "no version has it, or no reader is told of it: take it out"
            report.error("notice/unknown-name", f"nothing under {quoted('.'.join(way))} is called {quoted(last)}",
                         place, help=help)  # fmt: skip
        return


def _section(language: Language, key: Key) -> Place:
    node = under(language.document, key[0])
    own = key_place(node, key[1]) if len(key) > 2 else None
    return own or key_place(language.document, key[0]) or language.document.place


def _no_text(
    key: Key, want: Want, readers: list[str], place: Place, language: Language, tell: Callable[[str, str, Place], None]
) -> None:
    *way, last = key
    whom = f" for the reader{'s'[: len(readers) - 1]} {', '.join(map(quoted, readers))}" if readers else ""
    since = f" (version {want.version})" if want.version else ""
    message = f"no text in {language.name} for {quoted(last)} under {quoted('.'.join(way))}{whom}{since}"
    tell("notice/no-text", message, place)


# ------------------------------------------------------------------------------------------------------ the templates


def _check_templates(
    language: Language, readers: Mapping[str, Reader], known: Known, wanted: Wanted, templates: Checker
) -> None:
    templates.check(language.moment, MOMENT.parts)
    templates.check(language.day, DAY.parts)
    short = {name: names_of_texts(reader, known) for name, reader in readers.items()}
    for key, one in language.texts.items():
        want = wanted.texts.get(key)
        for scalar, names in _templates(one.by_reader, want.readers if want else tuple(readers)):
            for name in names:
                more: dict[str, Kind] = {"at": SAY} if key[0] == "deadlines" else {}
                templates.check(scalar, short.get(name, {}) | more)
    taken: set[str] = set()
    for name, scalar in language.letters.items():
        if name in readers:
            taken |= templates.check_letter(scalar, names_of_letters(readers[name], known), language.parts)
    for name, _, place in declared(under(language.document, "parts")):
        if name not in taken:
            message = f"no letter takes the part {quoted(name)}"
            templates.report.error("notice/unknown-name", message, place, help="take it out, or take it in a letter")


def _templates(by_reader: Mapping[str, Scalar], readers: tuple[str, ...]) -> Iterator[tuple[Scalar, list[str]]]:
    """Each template of a text with the readers that get it."""
    for name, scalar in by_reader.items():
        yield scalar, [name] if name != OTHERS else [reader for reader in readers if reader not in by_reader] or [name]
