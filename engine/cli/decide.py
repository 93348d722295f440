"""`decide`: cases to decisions, for people or for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from engine.case.written import CaseDocument, placed
from engine.cli import exits, packs, sources
from engine.cli.cases import Item, given, problem_at
from engine.cli.forms import output_option
from engine.cli.moment import NAMED, moment_of
from engine.cli.output import Output, opened
from engine.cli.progress import Progress, size_of
from engine.diagnostics import InvalidDocument

if TYPE_CHECKING:
    from engine.analysis.what_if import Changes
    from engine.case.model import Case
    from engine.decision import Decision
    from engine.explanation.model import Explanation
    from engine.library import Registry
    from engine.link.program import Program
    from engine.pack import Pack, Version
    from engine.render.decision_to_text import Telling

TABLES: Final = frozenset({".parquet", ".pq", ".csv", ".arrow", ".feather", ".ipc"})


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, what it was made from, and how it came about and what would change it, if that was asked for.

    `moment` says where its moment comes from, `why` why this version decided."""

    decision: Decision
    pack: Pack
    version: Version
    case: Case
    title: str
    moment: str
    why: str
    explanation: Explanation | None = None
    changes: Changes | None = None

    @property
    def telling(self) -> Telling:
        """What it is told to people with."""
        from engine.render.decision_to_text import Telling
        from engine.render.policy_words import wording_of

        return Telling(wording_of(self.program, self.registers), self.moment, self.why, self.title)

    @property
    def program(self) -> Program:
        """The program of its row, or that of any row while the row is not known."""
        programs = self.version.programs
        return programs.get(self.case.scenario or "") or next(iter(programs.values()))

    @property
    def registers(self) -> Registry:
        """The registers as its version reads them."""
        return self.pack.registers.under(self.version.policy)

    def to_dict(self) -> dict[str, object]:
        """The decision as plain data, with its explanation and what would change it."""
        told = self.decision.to_dict()
        if self.explanation is not None:
            told["explanation"] = self.explanation.to_dict()
        if self.changes is not None:
            from engine.render.what_if_to_data import what_if_to_data

            told["what_if"] = what_if_to_data(self.changes, self.case, self.version.policy)
        return told


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says about every case."""

    pack: Pack
    version: str | None
    as_of: datetime | None
    now: datetime
    explain: bool = False
    what_if: bool = False

    def decide(self, item: Item) -> Decided:
        """The decision of a case. Raises InvalidDocument, with places."""
        found = item.found
        if isinstance(found, InvalidDocument):
            raise found
        try:
            return self._decide(found, item.line)
        except InvalidDocument as problem:
            raise placed(problem, found) from None

    def quickly(self, item: Item) -> Decision | None:
        """The decision alone of a case in JSON, when nothing more is asked and nothing is unusual; else None."""
        if not isinstance(item.given, bytes) or self.explain or self.what_if:
            return None
        found = self.pack.read_quick(item.given, self.version)
        if found is None:
            return None
        version, reading = found
        return version.decide(reading.case, self.as_of or reading.as_of or self.now)

    def _decide(self, document: CaseDocument, line: int | None) -> Decided:
        data = document.data
        name, why = self._version(data)
        version = self.pack.version(name)
        reading = version.read(data)
        moment, said = moment_of(self.as_of, reading.as_of, self.now)
        decision = version.decide(reading.case, moment)
        explanation = changes = None
        if self.explain:
            tree = document.tree()
            explanation = version.explain(reading.case, moment, why, lambda fact: given(tree, fact, line))
        if self.what_if and reading.case.scenario is not None:
            from engine.analysis.what_if import what_would_change

            changes = what_would_change(version, reading.case, moment)
        return Decided(decision, self.pack, version, reading.case, reading.title, said, why, explanation, changes)

    def _version(self, data: object) -> tuple[str, str]:
        """The version that decides a case, and why."""
        if self.version is not None:
            return self.version, NAMED
        try:
            return self.pack.governing_with_reason(data)
        except InvalidDocument:
            if self.pack.versions:  # what is wrong with the case itself may be the cause
                packs.last(self.pack).read(data)
            raise


@click.command(short_help="Decide cases: what follows, why, until when, and what is missing.")
@click.argument("cases", nargs=-1, required=True, metavar="CASE...")
@click.option(
    "--policy", "version", metavar="VERSION", shell_complete=packs.complete_version,
    help="Decide by this version. Default: the one in force on the local day of filing.",
)  # fmt: skip
@click.option(
    "--as-of", callback=packs.instant, metavar="INSTANT",
    help="Decide as of this moment, such as 2025-06-13T09:00:00-04:00; what is later has not happened yet. "
         "Default: `as_of` of the case, or else now.",
)  # fmt: skip
@click.option(
    "--explain", is_flag=True,
    help="Show how it came about: what became of every rule, period and party, and which facts of the case made it so.",
)  # fmt: skip
@click.option("--what-if", is_flag=True, help="Show what would change the outcome, as `aftersale what-if` does.")
@packs.pack_option
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "jsonl", "html"]),
    help="text for people (the default), html for a page of the case, json or jsonl for programs.",
)  # fmt: skip
@output_option
def command(
    cases: tuple[str, ...],
    version: str | None,
    as_of: datetime | None,
    explain: bool,
    what_if: bool,
    pack: str | None,
    form: str | None,
    output: Path | None,
) -> int:
    """Decide cases: what follows, why, until when, and what is missing.

    CASE is a file of YAML or JSON, a file of JSON Lines (.jsonl, .ndjson: one case per line), or `-` for standard
    input. Several may be named.

    \b
    Examples:
      aftersale decide case.yaml
      aftersale decide case.yaml --as-of 2025-06-13T09:00:00-04:00
      aftersale decide case.yaml --explain
      aftersale decide case.yaml --format html --output report.html
      aftersale decide case.yaml --format json --policy 1.0.0
      aftersale decide cases.jsonl --output decisions.jsonl
      cat cases.jsonl | aftersale decide - --format jsonl

    With --format json, one case gives one object: the decision (see `aftersale schema decision`), or
    {"error": ...}. JSON Lines, and several cases with --format json or jsonl, give JSON Lines in the same order:
    {"index": 0, "source": "cases.jsonl:1", "decision": {...}}, or "error" in place of "decision". A wrong case is an
    error record and never the end. A line may have 1 MiB. Standard input is taken for JSON Lines when its first
    line ends an object that it begins and another one follows, or with --format jsonl.

    With --explain, every decision also says how it came about: under "explanation" in JSON; --what-if adds
    what would change the outcome, under "what_if", for a case whose scenario is known. --format html gives one
    page that stands alone, with all of that to unfold; several cases stand on one page behind a list of them.

    Exits with 3 when a case is wrong, else with 4 when one is undetermined, else with 0; with 5 when the program
    itself failed on one.
    """
    lines, items = _items(cases, form)
    if lines and form == "text":
        raise click.UsageError("JSON Lines give JSON Lines; leave out `--format text`, or name the cases as files")
    explain, what_if = explain or form == "html", what_if or form == "html"
    asked = Asked(packs.load(pack, version, drafts=False), version, as_of, packs.now(), explain, what_if)
    with opened(output) as out:
        if form == "html":
            return _report(items, asked, out)
        if lines or form == "jsonl" or (form == "json" and len(cases) > 1):
            size = size_of(case for case in cases if case != sources.STDIN)
            progress = Progress("cases", size, output)
            try:
                return _records(items, asked, out, progress, flush=output is None)
            finally:
                progress.end()
        if form == "json":
            return _object(next(items), asked, out)
        return _pages(items, asked, out, several=len(cases) > 1)


def _items(cases: tuple[str, ...], form: str | None) -> tuple[bool, Iterator[Item]]:
    """The cases in order, and whether there are JSON Lines among them."""
    for case in cases:
        if Path(case).suffix.lower() in TABLES:
            raise click.UsageError(f"{case} is a table of cases; decide it with `aftersale batch {case} --output FILE`")
    if cases.count(sources.STDIN) > 1:
        raise click.UsageError("`-` can stand for standard input only once")
    lines = form == "jsonl" or any(map(sources.is_lines, cases))
    stdin: Iterator[Item] = iter(())
    if sources.STDIN in cases:
        stdin_lines, stdin = sources.from_stdin(form == "jsonl")
        lines = lines or stdin_lines
    items = (stdin if case == sources.STDIN else sources.from_file(case) for case in cases)
    return lines, chain.from_iterable(items)


# ------------------------------------------------------------------------------------------------------ three ways


def _pages(items: Iterator[Item], asked: Asked, out: Output, several: bool) -> int:
    from engine.render.decision_to_text import decision_to_page
    from engine.render.page import Line, Page, Piece

    wrong = undetermined = False
    for number, item in enumerate(items):
        try:
            decided = asked.decide(item)
        except InvalidDocument as problem:
            wrong = True
            _complain(problem)
            continue
        page = Page([Line(())] if number else [])
        if several:
            page.line(Piece(f"==> {item.name} <==", "quiet"))
        page.lines.extend(decision_to_page(decided.decision, decided.telling).lines)
        if decided.explanation is not None:
            from engine.render.explanation_to_text import explanation_to_page

            page.gap()
            page.lines.extend(explanation_to_page(decided.explanation, decided.version.policy).lines)
        if decided.changes is not None:
            from engine.render.what_if_to_text import what_if_parts

            page.heading("What would change it")
            page.lines.extend(what_if_parts(decided.changes, decided.case, decided.version.policy).lines)
        undetermined = undetermined or not decided.decision.determined
        out.page(page)
    return _code(wrong, undetermined)


def _report(items: Iterator[Item], asked: Asked, out: Output) -> int:
    """One page. When no case can be decided there is none, and what is wrong is told on standard error alone."""
    from engine.render.report.case import CaseReport
    from engine.render.report.page import report_to_html

    cases: list[CaseReport] = []
    problems: list[tuple[str, str]] = []
    for item in items:
        try:
            decided = asked.decide(item)
        except InvalidDocument as problem:
            _complain(problem)
            problems.append((item.name, problem.diagnostics[0].message))
            continue
        if decided.explanation is not None:
            picture = _timeline(decided, f"timeline-{len(cases) + 1}")
            told = (decided.decision, decided.telling, decided.program, decided.registers, decided.explanation)
            cases.append(CaseReport(item.name, *told, picture, _changes(decided)))
    if cases:
        out.data(report_to_html(cases, problems))
    return _code(bool(problems), any(not case.decision.determined for case in cases))


def _changes(decided: Decided) -> str:
    """What would change the outcome, as HTML; empty while the scenario is not known."""
    from engine.render.what_if_to_html import what_if_to_html

    policy = decided.version.policy
    return what_if_to_html(decided.changes, decided.case, policy) if decided.changes is not None else ""


def _timeline(decided: Decided, prefix: str) -> str:
    """The picture of the periods of a case; empty where none has a start or an end."""
    from engine.analysis.clock_ledger import clock_ledger
    from engine.render.timeline import timeline_to_svg

    decision, policy = decided.decision, decided.version.policy
    entries = clock_ledger(decided.version, decided.case, decision.as_of).entries
    title = "The periods of the case"
    return timeline_to_svg(entries, decision.as_of, decision.zone, policy, title, prefix) if entries else ""


def _object(item: Item, asked: Asked, out: Output) -> int:
    wrong = undetermined = False
    try:
        decided = asked.decide(item)
        undetermined = not decided.decision.determined
        data = decided.to_dict()
    except InvalidDocument as problem:
        wrong, data = True, {"error": _error(problem, item)}
    out.data(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
    return _code(wrong, undetermined)


def _records(items: Iterator[Item], asked: Asked, out: Output, progress: Progress, flush: bool) -> int:
    from engine.decision.to_json import decision_to_json, written

    wrong = undetermined = fault = False
    for index, item in enumerate(items):
        error: InvalidDocument | None = None
        kind, text = "decision", ""
        try:
            decision = asked.quickly(item)
            if decision is not None:
                text = decision_to_json(decision)
            else:
                decided = asked.decide(item)
                decision, text = decided.decision, written(decided.to_dict())
            undetermined = undetermined or not decision.determined
        except InvalidDocument as problem:
            wrong, error = True, problem
        except Exception as problem:  # a fault of the program in one case must not cost all the others
            fault, error = True, problem_at("internal", f"{type(problem).__name__}: {problem}"[:200])
        if error is not None:
            kind, text = "error", written(_error(error, item))
        out.data(f'{{"index":{index},"source":{written(item.name)},"{kind}":{text}}}\n')
        if flush:
            out.flush()
        progress.step(item.size, error is not None)
    return exits.INTERNAL if fault else _code(wrong, undetermined)


def _code(wrong: bool, undetermined: bool) -> int:
    return exits.INVALID if wrong else exits.UNDETERMINED if undetermined else exits.OK


def _complain(problem: InvalidDocument) -> None:
    import sys

    from engine.render.diagnostics import diagnostics_to_page
    from engine.render.page import shown

    click.echo(shown(diagnostics_to_page(problem.diagnostics), sys.stderr), err=True, nl=False, color=True)


def _error(problem: InvalidDocument, item: Item) -> dict[str, object]:
    """What is wrong with a case, as plain data; lines count from the start of the whole source."""
    told = problem.to_dict()
    if item.line is not None:
        where = {"file": item.source, "line": item.line, "end_line": item.line}
        told["diagnostics"] = [found.to_dict() | where for found in problem.diagnostics]
    return told
