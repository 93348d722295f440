"""A version to the page for readers: the order of its chapters, and those that hold rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from engine.analysis.reach import Reach
from engine.link.general import GeneralRule, general_rules
from engine.link.program import Basis, Program, Rule, Table, Transition
from engine.pack import Pack, Version
from engine.policy.model import TableHead
from engine.policy.words import ALL
from engine.render.moments import MONTH_NAMES
from engine.render.phrases import Phrase, bare, capital, named
from engine.render.reader.appendix import registers_told, reservations
from engine.render.reader.changes import changes_chapter
from engine.render.reader.content import (
    Block,
    Chapter,
    Framework,
    Lines,
    Link,
    Points,
    Prose,
    ReaderPage,
    RuleList,
    ToldRule,
    numbered,
)
from engine.render.reader.glossary import glossary, terms_chapter
from engine.render.table.build import framework_table
from engine.render.table.sheet import Line, RuleText, Sheet, SheetRow
from engine.render.telling import ORDERS, Telling, together
from engine.render.words import moment
from engine.resources import ENGINE_VERSION


def reader_page(pack: Pack, version: Version, before: Version | None = None) -> ReaderPage:
    """The whole version for readers, with the registers and the ledger of its pack, and the version before it."""
    return _Building(pack, version, before).page()


class _Building:
    def __init__(self, pack: Pack, version: Version, before: Version | None) -> None:
        self.version = version
        self.registers = pack.registers.under(version.policy)
        self.unamended = pack.registers  # as the page is now, without what the version amends
        self.tenure = pack.ledger.tenure(version.name)
        self.before = before
        self.policy = version.policy
        self.programs = version.programs
        self.tell = Telling(version)
        self.general = general_rules(version.policy)
        self.bases: dict[str, Basis] = {}  # of the rules that are the same in every row, by their anchors

    def page(self) -> ReaderPage:
        # The rules outside the table are told first, so that the terms they name are explained like those of the table.
        common = {head.name: self.common(head) for head in self.policy.tables.values() if not head.per_row}
        transition = self.transition()
        general = Chapter("General rules", "general", tuple(self.general_blocks()))
        sheet = framework_table(self.version, self.registers, self.tell)
        tables = [*self.policy.tables.values()]
        first = next((n for n, head in enumerate(tables) if head.per_row), len(tables))
        before = [common[head.name] for head in tables[:first]]
        after = [common[head.name] for head in tables[first:] if not head.per_row]
        registers = self.registers
        chapters = [
            changes_chapter(self.version, self.before, self.unamended),
            transition,
            Chapter("The framework table", "framework", (Framework(sheet),)),
            *before,
            self.periods(sheet),
            self.evidence(sheet),
            Chapter("Scenarios", "scenarios", (), tuple(self.scenario(row, sheet) for row in sheet.rows)),
            general,
            *after,
            terms_chapter(sheet.terms),
            *glossary(self.policy),
            reservations(registers),
            *registers_told(registers, self.unamended, self.version, sheet, self.bases),
        ]
        return ReaderPage(
            title=self.policy.title,
            version=self.policy.version,
            facts=tuple(self.facts()),
            chapters=tuple(numbered(chapters)),
            foot=tuple(self.foot()),
            terms=sheet.terms,
            gists={clause.id: clause.gist for clause in registers.clauses.values()},
            readings={reading.number: reading.title for reading in registers.readings.values()},
        )

    def facts(self) -> Iterator[str]:
        """What a reader wants to know of the version before anything else."""
        tenure, first_day = self.tenure, self.version.first_day
        yield f"Version {self.policy.version}"
        if tenure is None:
            yield "Draft"
            if first_day is not None:
                yield f"Meant for disputes filed from {_day(first_day)}"
        elif tenure.empty:
            yield "Replaced before it began"
        else:
            yield "Published"
            until = f" to before {_day(tenure.next_day)}" if tenure.next_day is not None else ""
            yield f"For disputes filed from {_day(tenure.first_day)}{until}"

    def foot(self) -> Iterator[str]:
        """What the page was made from, and who published that."""
        policy = self.policy
        yield (
            f"Made from version {policy.version} of the policy {policy.name}, whose content has the digest "
            f"{policy.digest}."
        )
        if self.tenure is not None:
            published = self.tenure.publication
            yield f"Published by {published.by}: {published.why}"
        yield f"Made by aftersale {ENGINE_VERSION}. The same version always gives this same page."

    def transition(self) -> Chapter:
        """Which disputes an earlier version decides, though they are filed in the days of this one."""
        rules = next(iter(self.programs.values())).transition if self.programs else ()
        told = tuple(self.kept(rule, number, len(rules)) for number, rule in enumerate(rules))
        order = ORDERS["first"] if len(rules) > 1 else ""
        blocks = (RuleList(order, None, told),) if told else ()
        return Chapter("Which disputes stay with an earlier version", "transition", blocks)

    def kept(self, rule: Transition, number: int, of: int) -> ToldRule:
        """A transition rule."""
        day = f"the version in force on the day of this: {moment(rule.counts_from, self.policy)}"
        text = RuleText(
            id=f"transition-{number + 1}",
            title=capital(bare(rule.because)),
            guard="if",
            when=self.tell.condition(rule.when),
            says=(Line("Decided by", (Phrase(day),)),),
            remarks=(),
            basis=self.tell.basis(rule.basis),
            general=None,
        )
        return ToldRule(text.id, _leading(number, of), text)

    # ------------------------------------------------------------------------------------------ tables for all rows

    def common(self, head: TableHead) -> Chapter:
        """A table whose rules are the same in every row."""
        tables = [program.tables[head.name] for program in self.programs.values()]
        rules: list[ToldRule] = []
        for same in zip(*(table.rules for table in tables), strict=True):
            told = self.tell.rule(_everywhere(same, [*self.programs.values()]), "")
            anchor = f"rule-{head.name}-{told.id}"
            self.bases[anchor] = told.basis
            rules.append(self.told(head, told, anchor, len(rules), len(tables[0].rules)))
        return Chapter(head.title, f"table-{head.name}", (self.rule_list(tables[0], tuple(rules)),))

    def rule_list(self, table: Table, rules: tuple[ToldRule, ...]) -> RuleList:
        order = ORDERS[table.hit] if len(rules) > 1 else ""
        return RuleList(order, self.tell.condition(table.asked_if), rules)

    def told(self, head: TableHead, rule: RuleText, anchor: str, number: int, of: int) -> ToldRule:
        """A rule with the words that say when it is read."""
        general = rule.general and Link(capital(named(rule.general)), f"general-{rule.general}")
        return ToldRule(anchor, _lead(head, rule, number, of), rule, general=general or None)

    # ------------------------------------------------------------------------------------------- periods, evidence

    def periods(self, sheet: Sheet) -> Chapter:
        """The periods that all rows share."""
        names = {capital(named(name)): f"window-{name}" for name in self.policy.windows}
        lines = Lines(sheet.same, tuple(names[line.label] for line in sheet.same)) if sheet.same else None
        note = Prose("These are the same in every scenario. The others stand in the framework table.")
        return Chapter("Periods that every scenario shares", "periods", (note, lines) if lines else ())

    def evidence(self, sheet: Sheet) -> Chapter:
        """What proves something, and who can prove what."""
        blocks: list[Block] = [Lines(sheet.sources)] if sheet.sources else []
        chapters = []
        for party in self.policy.parties.values():
            if party.submits is not None:
                proves = tuple(self.policy.propositions[name] for name in party.may_prove)
                blocks_of = (Points(proves),) if proves else ()
                chapters.append(Chapter(f"What the materials of {party.title} may prove", "", blocks_of))
        return Chapter("What counts as proof", "evidence", tuple(blocks), tuple(chapters))

    # ---------------------------------------------------------------------------------------------------- the rows

    def scenario(self, row: SheetRow, sheet: Sheet) -> Chapter:
        """A row in full: its periods, what each party must prove, and its rules."""
        chapters = []
        for column in sheet.columns:
            if row.cells[column.key]:
                note = (Prose(column.note),) if column.note else ()
                chapters.append(Chapter(column.title, "", (*note, Lines(row.cells[column.key]))))
        program = self.programs[row.name]
        for rules in row.rules:
            head, of = self.policy.tables[rules.name], len(rules.rules)
            told = tuple(
                self.told(head, rule, f"rule-{row.name}-{rules.name}-{rule.id}", number, of)
                for number, rule in enumerate(rules.rules)
            )
            chapters.append(Chapter(rules.title, "", (self.rule_list(program.tables[rules.name], told),)))
        description = (Prose(row.description),) if row.description else ()
        return Chapter(row.title, f"row-{row.name}", description, tuple(chapters), row.clauses)

    # ----------------------------------------------------------------------------------------------- general rules

    def general_blocks(self) -> Iterator[Block]:
        if self.general:
            yield Prose(
                "These rules serve several scenarios. Each scenario takes them at the place where it names them, "
                "and may narrow them or say some things otherwise there."
            )
            yield RuleList("", None, tuple(self.general_rule(general) for general in self.general.values()))

    def general_rule(self, general: GeneralRule) -> ToldRule:
        rule = general.rule
        serves = [name for name, program in self.programs.items() if _takes(program, rule.id)]
        told = self.tell.rule(rule, "")
        remarks = [*told.remarks]
        if general.own:
            remarks.append(f"It rests, too, on each scenario's own clause {', '.join(general.own)}.")
        if general.required_in:
            group = self.policy.groups.get(general.required_in)
            where = "every scenario" if general.required_in == ALL else f"“{group.title if group else ''}”"
            remarks.append(f"It must take part in {where}.")
        rows = self.policy.rows
        remarks += [f"It takes no part in “{rows[row].title}”: {why}" for row, why in general.not_used.items()]
        whole = RuleText(
            told.id, told.title, told.guard, told.when, told.says, tuple(remarks), told.basis, general=None
        )
        served = tuple(Link(rows[name].title, f"row-{name}") for name in serves)
        return ToldRule(f"general-{rule.id}", "if" if rule.when else "when its scenario says so", whole, served)


def _lead(head: TableHead, rule: RuleText, number: int, of: int) -> str:
    if head.hit == "all":
        return "if" if rule.when else "always"
    if rule.when is None:
        return "in every other case" if of > 1 else "always"
    return _leading(number, of)


def _leading(number: int, of: int) -> str:
    """What leads in the condition of a rule, where the first that holds decides."""
    return "first, if" if number == 0 and of > 1 else "otherwise, if" if number else "if"


def _takes(program: Program, general: str) -> bool:
    return any(rule.general == general for table in program.tables.values() for rule in table.rules)


def _everywhere(same: tuple[Rule, ...], programs: list[Program]) -> Rule:
    """A rule of all rows: it rests on what it rests on in any row where it can hold."""

    live = [
        rule for rule, program in zip(same, programs, strict=True) if Reach(program).settled(rule.when) is not False
    ]
    return replace(same[0], basis=together(rule.basis for rule in live or same))


def _day(day: date) -> str:
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"
