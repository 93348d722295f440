"""Mutants that staff declare to change no decision, each with its reason, and whether that is true."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engine.diagnostics import InvalidDocument, Report, did_you_mean, quoted
from engine.document import Node, read_document
from engine.document.read import items, text, texts, under
from engine.document.schema import check
from engine.policy.schemas import shipped
from engine.source import Place
from engine.testing.mutants.model import Mutant, Trial

FILE: Final = "mutants.yaml"


@dataclass(frozen=True, slots=True)
class Declared:
    """A mutant by its name, why it changes nothing, the versions that this is said of (empty: all), and where."""

    at: str
    becomes: str
    because: str
    versions: tuple[str, ...]
    place: Place

    @property
    def name(self) -> tuple[str, str]:
        return self.at, self.becomes

    def holds_for(self, version: str) -> bool:
        return not self.versions or version in self.versions


def load_declared(folder: Path, report: Report) -> tuple[Declared, ...]:
    """What the register of a pack's folder declares; nothing where there is none."""
    path = folder / FILE
    if not path.exists():
        return ()
    try:
        document = read_document(path)
    except InvalidDocument as problem:
        report.found.extend(problem.diagnostics)
        return ()
    before = len(report.errors)
    check(document, shipped("mutants"), report)
    return tuple(read_declared(document)) if len(report.errors) == before else ()


def read_declared(document: Node) -> Iterator[Declared]:
    """The declarations of a register that its schema has passed."""
    for item in items(under(document, "equivalent")):
        for node in items(under(item, "becomes")):
            becomes = " ".join(str(getattr(node, "value", "")).split())
            at, because = text(item, "at"), text(item, "because")
            yield Declared(at, becomes, because, texts(under(item, "versions")), node.place)


def check_declared(declared: Iterable[Declared], mutants: Mapping[str, Sequence[Mutant]], report: Report) -> None:
    """Every declared mutant is one of a version that it is said of. `mutants` are those of each version."""
    for one in declared:
        wrong = next((version for version in one.versions if version not in mutants), None)
        if wrong is not None:
            hint = did_you_mean(wrong, mutants) or "versions: " + ", ".join(mutants)
            report.error("mutants/unknown", f"no version {quoted(wrong)} in this pack", one.place, help=hint)
            continue
        known = [mutant.name for version, found in mutants.items() if one.holds_for(version) for mutant in found]
        if one.name not in known:
            _unknown(one, known, report)


def _unknown(one: Declared, known: list[tuple[str, str]], report: Report) -> None:
    here = list(dict.fromkeys(becomes for at, becomes in known if at == one.at))
    if here:
        hint = did_you_mean(one.becomes, here) or "there it may become " + ", ".join(map(quoted, here[:6]))
        message = f"no mutant of {quoted(one.at)} becomes {quoted(one.becomes)}"
        report.error("mutants/unknown", message, one.place, help=hint)
        return
    hint = did_you_mean(one.at, {at for at, _ in known}) or "`aftersale mutate --format json` shows all places"
    report.error("mutants/unknown", f"no mutant stands at {quoted(one.at)}", one.place, help=hint)


def check_trials(
    declared: Iterable[Declared], version: str, trials: Iterable[tuple[Mutant, Trial]], report: Report
) -> None:
    """No test notices a mutant of this version that is declared to change nothing; and it needs to be declared."""
    said = {one.name: one for one in declared if one.holds_for(version)}
    for mutant, trial in trials:
        one = said.get(mutant.name)
        if one is None or trial.state == "survived":
            continue
        what = f"{quoted(one.becomes)} at {quoted(one.at)}"
        if trial.state == "killed":
            message = f"{what} is declared to change no decision, and a test notices it"
            report.error("mutants/noticed", message, one.place, help=f"take it out; the test is “{trial.by}”")
        else:
            why = "the checks refuse it" if trial.state == "refused" else "it leaves every row as it is"
            report.warning("mutants/needless", f"{what} need not be declared: {why}", one.place, help="take it out")
