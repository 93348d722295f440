"""What every HTML page about a policy is made of: lines, conditions and marks, all from outside escaped."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from html import escape

from engine.link.program import Basis
from engine.render.phrases import Condition, Phrase, capital
from engine.render.table.sheet import TOGETHER, Line, is_choice, is_plain, needs_list, short


class Parts:
    """Writes pieces of one page. `terms` are the definitions that it explains, `gists` and `readings` what is cited.

    `prefix` is what the clauses of the row begin with that is written just now. Without `marked`, lines are written
    without what they rest on.
    """

    def __init__(self, terms: Collection[str], gists: Mapping[str, str], readings: Mapping[int, str]) -> None:
        self.terms = terms
        self.gists = gists
        self.readings = readings
        self.prefix = ""
        self.marked = True

    def lines(self, lines: Iterable[Line], kind: str = "lines") -> str:
        """A list of lines, empty for none."""
        lines = tuple(lines)
        choice = is_choice(lines)
        items = "".join(f"<li>{self.line(line, choice)}</li>" for line in lines)
        return f'<ul class="{kind}">{items}</ul>' if items else ""

    def line(self, line: Line, choice: bool = False) -> str:
        """A line with what stands below it. In a choice the condition comes first."""
        label = f'<span class="label">{escape(line.label)}</span>' if line.label else ""
        said = self.said(line.said, ", ")
        text = f"{label}: {said}" if label and said else label or (said if choice else capital(said))
        when = f"<div>{self.when(line.guard, line.when)}</div>" if line.guard else ""
        note = f'<p class="note">{escape(line.note)}</p>' if line.note else ""
        if choice and is_plain(line.when):
            parts: tuple[str, ...] = (f"{self.when(line.guard, line.when)}: {text}",)
        else:
            parts = (when, f"then: {text}") if choice else (text, note, when)
        return f"{' '.join(parts)}{self.marks(line.basis)}{self.lines(line.lines, 'alternatives')}"

    def said(self, said: Iterable[Phrase], joint: str) -> str:
        return joint.join(self.phrase(phrase, str(phrase)) for phrase in said)

    def when(self, lead: str, when: Condition | None) -> str:
        """A condition behind the word that leads it in."""
        start = f'<span class="lead">{capital(lead)}</span>' if lead else ""
        return f"{start} {self.condition(when)}" if when is not None else start

    def condition(self, when: Condition) -> str:
        if isinstance(when, Phrase):
            return self.phrase(when, str(when))
        if not needs_list(when):
            joint = f" <strong>{when.word}</strong> "
            return joint.join(self.phrase(p, p.among_others) for p in when.parts if isinstance(p, Phrase))
        parts = "".join(f"<li>{self.condition(part)}</li>" for part in when.parts)
        return f'{TOGETHER[when.word]}<ul class="parts">{parts}</ul>'

    def phrase(self, phrase: Phrase, text: str) -> str:
        if phrase.term is None or phrase.term not in self.terms:
            return escape(text)
        return f'<a class="term" href="#term-{escape(phrase.term)}">{escape(text)}</a>'

    def marks(self, basis: Basis) -> str:
        """What something rests on, in small: ids whose titles tell what they say."""
        if not self.marked:
            return ""
        parts = [self._mark("clause", id_, short(id_, self.prefix), self.gists.get(id_, "")) for id_ in basis.clauses]
        if basis.readings:
            numbers = (self._mark("reading", str(n), str(n), self.readings.get(n, "")) for n in basis.readings)
            parts.append(f"<span>reading{'s'[: len(basis.readings) - 1]} {', '.join(numbers)}</span>")
        return f'<div class="marks">{" ".join(parts)}</div>' if parts else ""

    @staticmethod
    def _mark(kind: str, name: str, text: str, gist: str) -> str:
        return f'<a href="#{kind}-{escape(name)}" title="{escape(gist)}">{breakable(text)}</a>'


def breakable(name: str) -> str:
    """An id, escaped, that may be broken at its dots and underscores."""
    return escape(name).replace(".", "<wbr>.").replace("_", "_<wbr>")
