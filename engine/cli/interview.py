"""`interview`: asks for the facts of a case, what settles most first, and writes the case file."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from engine.case.written import placed
from engine.cli import exits, packs, sources
from engine.cli.output import opened
from engine.diagnostics import InvalidDocument

if TYPE_CHECKING:
    from engine.analysis.asking import Question
    from engine.case.model import Case
    from engine.case.written import CaseDocument
    from engine.decision import Decision
    from engine.pack import Pack, Version
    from engine.render.page import Page

UNKNOWN: Final = "unknown"
ASKS_SCENARIO: Final = "scenario"


@click.command(short_help="Ask for the facts of a case, one by one, and write the case file.")
@click.argument("case", metavar="[CASE]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--scenario", metavar="SCENARIO", shell_complete=packs.complete_scenario, help="Begin with this scenario."
)
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="FILE",
    help="Write the case to this file. Default: CASE itself; without a CASE, standard output in the end.",
)  # fmt: skip
@click.option(
    "--as-of", callback=packs.instant, metavar="INSTANT",
    help="Decide as of this moment. Default: `as_of` of the case, or else now.",
)  # fmt: skip
@click.option(
    "--policy", "version", metavar="VERSION", shell_complete=packs.complete_version,
    help="Ask by this version. Default: the one in force on the local day of filing; today, while that is not known.",
)  # fmt: skip
@packs.pack_option
def command(
    case: Path | None,
    scenario: str | None,
    output: Path | None,
    as_of: datetime | None,
    version: str | None,
    pack: str | None,
) -> int:
    """Ask for the facts of a case, one at a time, until it is decided or only findings are missing. What settles most
    is asked first, what changes nothing is not asked.

    \b
    Examples:
      aftersale interview case.yaml                    begin a case, or go on with it
      aftersale interview --scenario SCENARIO --output case.yaml

    Answer yes or no, with the number or the word of an option, with a date and time (a local time is one of the
    dispute's zone), `unknown`, or `none`. `?` explains the question, `back` takes the last answer back, `stop` ends.
    The file is written anew after every answer, without comments of your own; the same command goes on with it later.

    Questions go to standard error; without a terminal each line of standard input is an answer. Exits with 4 when
    the case is undetermined in the end.
    """
    found = _begun(case)
    loaded = packs.load(pack, version, drafts=False)
    interview = _Interview(loaded, version, as_of, {}, output or case)
    if found is not None:
        interview.data = _checked(found, interview)
    if scenario is not None:
        interview.data[ASKS_SCENARIO] = packs.scenario_of(interview.version(), scenario)
    return interview.run()


def _begun(case: Path | None) -> CaseDocument | None:
    """The case in the file, or None where there is no file yet. Raises InvalidDocument."""
    if case is None or not case.exists():
        return None
    if sources.is_lines(str(case)):
        raise click.UsageError("an interview is about one case: name a file of YAML or JSON")
    found = next(sources.from_file(str(case))).found
    if isinstance(found, InvalidDocument):
        raise found
    return found


def _checked(found: CaseDocument, interview: _Interview) -> dict[str, Any]:
    """The data of a case that is as it should be. Raises InvalidDocument with places."""
    data = found.data if isinstance(found.data, Mapping) else {}
    interview.data = dict(data)
    try:
        interview.version().read(found.data)
    except InvalidDocument as problem:
        raise placed(problem, found) from None
    return {**data, "facts": {group: dict(members) for group, members in (data.get("facts") or {}).items()}}


@dataclass(slots=True)
class _Interview:
    pack: Pack
    named: str | None
    as_of: datetime | None
    data: dict[str, Any]
    file: Path | None
    passed: list[str] = field(default_factory=list)
    before: list[tuple[dict[str, Any], list[str]]] = field(default_factory=list)
    told: str = ""

    def version(self) -> Version:
        """The version that governs the case as far as it is known, else the one in force today."""
        if self.named is not None:
            return self.pack.version(self.named)
        try:
            return self.pack.governing(self.data)
        except InvalidDocument:
            return packs.in_force(self.pack, packs.today()) or packs.last(self.pack)

    def run(self) -> int:
        self.data = {"policy": self.pack.name, ASKS_SCENARIO: UNKNOWN, **self.data}
        self.data.setdefault("facts", {})
        version, case, moment = self._read(self.data)
        while (question := self._next(version, case, moment)) is not None:
            if not self._ask(question, version):
                break
            version, case, moment = self._read(self.data)
        self._end(version, case, moment)
        return exits.OK if version.decide(case, moment).determined else exits.UNDETERMINED

    def _read(self, data: Mapping[str, Any]) -> tuple[Version, Case, datetime]:
        version = self.version()
        reading = version.read(data)
        if version.name != self.told:
            self.told = version.name
            _say(f"by version {version.name} of {self.pack.name}")
        return version, reading.case, self.as_of or reading.as_of or packs.now()

    def _next(self, version: Version, case: Case, moment: datetime) -> Question | None:
        from engine.analysis.asking import next_question

        return next_question(version, case, moment, self.passed)

    # ---------------------------------------------------------------------------------------------------- one question

    def _ask(self, question: Question, version: Version) -> bool:
        """Ask until there is an answer that is understood. False when the interview is to end."""
        from engine.render.interview_to_text import help_to_page, question_to_page

        policy, name = version.policy, question.matter.fact
        _show(question_to_page(question, policy))
        while True:
            line = _line()
            word = line.lower() if line is not None else "stop"
            if word == "stop":
                return False
            if word == "":
                continue
            if word == "?":
                _show(help_to_page(name, policy))
                continue
            if word == "back":
                if not self.before:
                    _say("there is nothing to take back")
                    continue
                self.data, self.passed = self.before.pop()
                self._write(version)
                return True
            problem = self._answer(name, line or "", version)
            if problem is None:
                return True
            _say(f"{problem}. Answer again, or `?` for help.")

    def _answer(self, name: str, text: str, version: Version) -> str | None:
        """Take an answer into the case. What is wrong with it; None if nothing is."""
        from engine.case.from_person import NotUnderstood

        try:
            data = self._with(name, text, version)
            version.read(data)
        except NotUnderstood as problem:
            return str(problem)
        except InvalidDocument as problem:
            first = problem.diagnostics[0]
            return f"{first.message}; {first.help}" if first.help else first.message
        self.before.append((self.data, list(self.passed)))
        self.passed = [*self.passed, name]
        self.data = data
        self._write(version)
        return None

    def _with(self, name: str, text: str, version: Version) -> dict[str, Any]:
        from engine.case.from_person import value_of
        from engine.clock import zone

        policy = version.policy
        unknown = text.lower() == UNKNOWN
        if name == ASKS_SCENARIO:
            rows = list(policy.rows)
            number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
            return {**self.data, ASKS_SCENARIO: rows[number - 1] if 1 <= number <= len(rows) else text}
        facts = self.data["facts"]
        group, _, key = policy.zone_fact.partition(".")
        named = facts.get(group, {}).get(key, UNKNOWN)
        tz = None if named == UNKNOWN else zone(str(named))
        value = UNKNOWN if unknown else value_of(text, policy.facts[name], tz)
        group, _, key = name.partition(".")
        return {**self.data, "facts": {**facts, group: {**facts.get(group, {}), key: value}}}

    # ------------------------------------------------------------------------------------------------------- the file

    def _write(self, version: Version) -> None:
        if self.file is not None:
            with opened(self.file) as out:
                out.data(self._text(version))

    def _text(self, version: Version) -> str:
        from engine.render.case_file import case_to_json, case_to_yaml

        if self.file is not None and self.file.suffix == ".json":
            return case_to_json(self.data)
        return case_to_yaml(self.data, version.policy)

    def _end(self, version: Version, case: Case, moment: datetime) -> None:
        from engine.render.interview_to_text import end_to_page

        decision: Decision = version.decide(case, moment)
        _show(end_to_page(decision, version.policy, str(self.file) if self.file is not None else None))
        if self.file is None:
            with opened(None) as out:
                out.data(self._text(version))
        else:
            self._write(version)


def _line() -> str | None:
    """The next line of standard input; None at its end."""
    click.echo("> ", nl=False, err=True)
    line = sys.stdin.readline()
    if not sys.stdin.isatty():
        click.echo(line.rstrip("\n"), err=True)
    return line.strip() if line else None


def _show(page: Page) -> None:
    from engine.render.page import shown

    click.echo(shown(page, sys.stderr), nl=False, err=True, color=True)


def _say(text: str) -> None:
    from engine.render.page import Page

    page = Page()
    page.line(text)
    _show(page)
