"""A letter out of what its reader may see and the texts of a language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, NoReturn
from zoneinfo import ZoneInfo

from engine.decision import Deadline
from engine.diagnostics import InvalidDocument, Report, quoted
from engine.document.nodes import Scalar
from engine.document.read import key_place
from engine.notices import moments
from engine.notices.model import Block, BlockKind, Key, Language, Letter
from engine.notices.template import INERT, LONGEST, Data, TooLong, render, with_parts
from engine.notices.view import FactValue, HandedIn, View
from engine.policy.model import Policy
from engine.policy.registers import Clause
from engine.source import Place

MARKS: Final[tuple[tuple[str, BlockKind], ...]] = (("## ", "heading"), ("# ", "title"), ("- ", "item"))
YES_NO: Final = {True: "yes", False: "no", None: "open"}
IN_TIME: Final = {True: "in_time", False: "late", None: "open"}


def compose(
    view: View, policy: Policy, clauses: Mapping[str, Clause], language: Language, zone: ZoneInfo | None
) -> Letter:
    """The letter. Its instants are in `zone`, or in UTC. `clauses` is the register as the version reads it.

    Raises InvalidDocument for a text that is not there and for a letter without an end; both only where the notices
    were not checked before."""
    return _Writer(view, policy, clauses, language, zone).letter()


def in_blocks(text: str) -> Iterator[Block]:
    """The form of a letter: `# ` the title, `## ` a heading, `- ` an item; an empty line ends a paragraph, and the
    lines of one are joined. What was put into the template is never taken for form."""
    kind: BlockKind | None = None
    words: list[str] = []
    for line in [*text.splitlines(), ""]:
        bare = line.strip()
        mark = next(((mark, of) for mark, of in MARKS if bare.startswith(mark)), None)
        if kind is not None and (mark is not None or not bare or kind in ("title", "heading")):
            yield Block(kind, " ".join(words))
            kind = None
        if mark is not None:
            kind, words = mark[1], []
            bare = bare.removeprefix(mark[0])
        elif bare and kind is None:
            kind, words = "paragraph", []
        words += bare.replace(INERT, "").split()


class _Lazy:
    """A list that is made when a template comes to it."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[], list[Data]]) -> None:
        self._make = make

    def __iter__(self) -> Iterator[Data]:
        return iter(self._make())

    def __len__(self) -> int:
        return len(self._make())


@dataclass(slots=True)
class _Writer:
    view: View
    policy: Policy
    clauses: Mapping[str, Clause]
    language: Language
    zone: ZoneInfo | None
    cited: dict[str, None] = field(default_factory=dict)
    shared: dict[str, object] = field(default_factory=dict)

    def letter(self) -> Letter:
        template = self.language.letters.get(self.view.reader)
        if template is None:
            self.no_text(("letters", self.view.reader))
        self.shared = self.base()
        values = self.values()
        return Letter(self.view.reader, self.language.code, tuple(in_blocks(self.written(template, values))))

    def values(self) -> dict[str, object]:
        """What the letter may read."""
        view = self.view
        names = {
            "said": Data({name: self.said(name) for name in view.fields}),
            "as_of": self.moment(view.as_of),
            "zone": self.zone.key if self.zone is not None else "UTC",
            "reader_text": self.text(("readers", view.reader)),
            "scenario_text": self.text(("scenarios", view.scenario)) if view.scenario else "",
            "title": view.title,
            "questions": [self.text(("questions", name)) for name in view.questions],
            "deadlines": [self.deadline(one) for one in view.deadlines],
            "handed_in": [self.handed_in(one) for one in view.handed_in],
        }
        reasons = []
        for reason in view.reasons:
            self.cited.update(dict.fromkeys(reason.clauses))
            text = self.text(("reasons", reason.table, reason.rule))
            clauses = list(reason.clauses)
            marks = f"[{', '.join(clauses)}]" if clauses else ""
            reasons.append(Data({"text": text, "clauses": clauses, "marks": marks, "table": reason.table}))
        cited = {"clauses": _Lazy(self.clauses_cited), "sections": _Lazy(self.sections_cited)}
        return self.shared | names | {"reasons": reasons} | cited

    def base(self) -> dict[str, object]:
        """What every text may read."""
        view = self.view
        until = {one.name: self.moment(one.at) for one in view.deadlines if one.state == "running"}
        facts: dict[str, dict[str, object]] = {}
        for name, value in view.facts.items():
            group, _, key = name.partition(".")
            facts.setdefault(group, {})[key] = self.fact(name, value)
        return {
            "version": view.version,
            "scenario": view.scenario,
            "decision": Data(view.fields),
            "until": Data(until),
            "facts": Data({group: Data(below) for group, below in facts.items()}),
        }

    # ----------------------------------------------------------------------------------------------------- its parts

    def said(self, name: str) -> str | list[str]:
        """The texts of a field. A single value that is only there for want of another is not said."""
        said = next(one for one in self.policy.fields.values() if one.written_as == name)
        value = self.view.fields[name]
        if isinstance(value, str):
            return "" if value == said.otherwise and value not in said.values else self.value(name, value)
        of = said.of
        return [self.value(name, word) if of == "values" else self.party_or_evidence(word) for word in value]

    def value(self, name: str, word: str) -> str:
        return self.text(("values", name, word))

    def party_or_evidence(self, word: str) -> str:
        party, _, proposition = word.partition(".")
        if not proposition:
            return self.text(("parties", party))
        what = self.text(("propositions", proposition))
        return what if party == self.view.party else f"{self.text(('parties', party))}: {what}"

    def deadline(self, one: Deadline) -> Data:
        at = self.moment(one.at)
        party = one.party or ""
        return Data(
            {
                "name": one.name,
                "text": self.text(("deadlines", one.name), {"at": at}),
                "at": at,
                "state": one.state,
                "state_text": self.text(("deadline_states", one.state)),
                "party": party,
                "party_text": self.text(("parties", party)) if party else "",
            }
        )

    def handed_in(self, one: HandedIn) -> Data:
        return Data(
            {
                "party": one.party,
                "party_text": self.text(("parties", one.party)),
                "at": self.moment(one.at),
                "in_time": IN_TIME[one.in_time],
                "genuine": YES_NO[one.genuine],
                "assessed": YES_NO[one.proves is not None],
                "proves": [self.text(("propositions", name)) for name in one.proves or ()],
            }
        )

    def clauses_cited(self) -> list[Data]:
        """The clauses that were cited so far, in the order of the page."""
        return [Data({"id": name, "section": self.section(name), "gist": self.gist(name)}) for name in self.in_order()]

    def sections_cited(self) -> list[Data]:
        """The sections of the page that were cited so far, each with its clauses."""
        found: dict[str, list[str]] = {}
        for name in self.in_order():
            found.setdefault(self.section(name), []).append(name)
        return [Data({"title": title, "clauses": names}) for title, names in found.items()]

    def in_order(self) -> list[str]:
        return sorted(self.cited, key=lambda name: (self.clauses[name].number if name in self.clauses else 0, name))

    def section(self, name: str) -> str:
        return self.clauses[name].section if name in self.clauses else ""

    def gist(self, name: str) -> str:
        return self.clauses[name].gist if name in self.clauses else ""

    def fact(self, name: str, value: FactValue) -> str:
        match value:
            case bool():
                return YES_NO[value]
            case datetime():
                return self.moment(value)
            case date():
                return moments.day(value, self.language)
            case _:
                return str(value)

    def moment(self, instant: datetime) -> str:
        return moments.moment(instant, self.zone, self.language)

    # ----------------------------------------------------------------------------------------------------- its texts

    def text(self, key: Key, more: Mapping[str, object] | None = None) -> str:
        """A text for the reader."""
        found = self.language.texts.get(key)
        scalar = found.for_reader(self.view.reader) if found is not None else None
        if scalar is None:
            self.no_text(key)
        return " ".join(self.rendered(scalar, {**self.shared, **(more or {})}).replace(INERT, "").split())

    def written(self, template: Scalar, values: Mapping[str, object]) -> str:
        whole = with_parts(str(template.value), self.language.parts)
        return self.rendered(template._replace(value=whole), values)

    def rendered(self, template: Scalar, values: Mapping[str, object]) -> str:
        try:
            return render(str(template.value), values, self.language.joints, self.cite)
        except TooLong:
            _refuse("notice/too-long", f"this grows past {LONGEST} characters", template.place)

    def cite(self, name: str) -> None:
        self.cited[name] = None

    def no_text(self, key: Key) -> NoReturn:
        *way, last = key
        where = quoted(".".join(way))
        message = f"no text for {quoted(last)} under {where} for the reader {quoted(self.view.reader)}"
        place = key_place(self.language.document, key[0]) or self.language.document.place
        _refuse("notice/no-text", message, place)


def _refuse(code: str, message: str, place: Place) -> NoReturn:
    report = Report()
    report.error(code, message, place)
    raise InvalidDocument(report.found)
