"""Pieces that every Markdown page about a policy is made of: lines, conditions, the framework table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.link.program import Basis
from engine.render.markdown_text import escaped
from engine.render.phrases import Condition, Joined, Phrase, capital
from engine.render.table.sheet import NOTHING, TOGETHER, Line, Sheet, is_choice, is_plain, marks, needs_list


class MarkdownParts:
    """Writes pieces of one page. `prefix` is what the clauses of the row begin with that is written just now.

    Without `marked`, the framework table is written without what its lines rest on."""

    def __init__(self) -> None:
        self.prefix = ""
        self.marked = True

    def framework(self, sheet: Sheet) -> Iterator[str]:
        """The framework table."""
        yield f"| Scenario | {' | '.join(escaped(column.title) for column in sheet.columns)} |"
        yield "| --- |" + " --- |" * len(sheet.columns)
        for row in sheet.rows:
            self.prefix = row.clauses
            head = f"**{escaped(row.title)}**" + (f"<br>{escaped(row.description)}" if row.description else "")
            cells = ("<br>".join(self.cell(row.cells[column.key])) or NOTHING for column in sheet.columns)
            yield f"| {head} | {' | '.join(cells)} |"
        self.prefix = ""

    def cell(self, lines: Iterable[Line], bullet: str = "") -> Iterator[str]:
        for line in lines:
            main = self.main(line)
            if line.guard:
                main += f", *{line.guard}*" + (f" {self.condition(line.when)}" if line.when else "")
            rests = self.marks(line.basis) if self.marked else ""
            yield f"{bullet}{main} {rests}".rstrip()
            yield from self.cell(line.lines, "- ")

    def main(self, line: Line) -> str:
        said = self.said(line.said)
        label = f"**{escaped(line.label)}**" if line.label else ""
        return f"{label}: {said}" if label and said else label or capital(said)

    # ------------------------------------------------------------------------------------------------------ lines

    def item(self, line: Line, depth: int, choice: bool = False) -> Iterator[str]:
        """A line as an item of a list, with what stands below it."""
        main, rests = self.main(line), self.marks(line.basis)
        if choice and not is_plain(line.when):
            yield from self.when(line.guard, line.when, depth)
            yield f"{' ' * depth}  - then: {self.said(line.said)} {rests}".rstrip()
        else:
            if choice:
                main = f"{self.lead(line.guard, line.when)}: {self.said(line.said)}"
            yield f"{' ' * depth}- {main} {rests}".rstrip()
        if line.note:
            yield f"{' ' * depth}  - {escaped(line.note)}"
        if line.guard and not choice:
            yield from self.when(line.guard, line.when, depth + 2)
        yield from self.rests(line.basis, depth + 2)
        for part in line.lines:
            yield from self.item(part, depth + 2, is_choice(line.lines))

    def when(self, guard: str, when: Condition | None, depth: int) -> Iterator[str]:
        """A condition behind the word that leads it in."""
        if isinstance(when, Joined) and needs_list(when):
            yield f"{' ' * depth}- *{capital(guard)}* {TOGETHER[when.word]}"
            yield from self.parts(when, depth + 2)
        else:
            yield f"{' ' * depth}- {self.lead(guard, when)}"

    def lead(self, guard: str, when: Condition | None) -> str:
        return f"*{capital(guard)}*" + (f" {self.condition(when)}" if when else "")

    def parts(self, when: Joined, depth: int) -> Iterator[str]:
        for part in when.parts:
            if isinstance(part, Joined):
                yield f"{' ' * depth}- {TOGETHER[part.word]}"
                yield from self.parts(part, depth + 2)
            else:
                yield f"{' ' * depth}- {self.phrase(part, str(part))}"

    def condition(self, when: Condition) -> str:
        """A condition on one line."""
        if isinstance(when, Phrase):
            return self.phrase(when, str(when))
        return f" {when.word} ".join(
            self.phrase(part, part.among_others) if isinstance(part, Phrase) else f"({self.condition(part)})"
            for part in when.parts
        )

    def said(self, said: Iterable[Phrase]) -> str:
        return ", ".join(self.phrase(phrase, str(phrase), "*") for phrase in said)

    def phrase(self, phrase: Phrase, text: str, term: str = "") -> str:
        """Something said; `term` stands around the name of a definition."""
        return f"{term}{escaped(text)}{term}" if phrase.term else escaped(text)

    def marks(self, basis: Basis) -> str:
        """What something rests on, in brackets."""
        plain = marks(basis, self.prefix)
        return f"({escaped(plain)})" if plain else ""

    def rests(self, basis: Basis, depth: int) -> Iterator[str]:
        """What something rests on, as items below it, for pages that have no marks."""
        return iter(())
