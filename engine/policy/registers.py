"""The registers of a pack: the clauses of the published page, and the places where it is unclear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, cast

from engine.diagnostics import Report, did_you_mean, quoted
from engine.document.nodes import Mapping as MappingNode
from engine.document.nodes import Node, Scalar
from engine.document.read import declared, entries, items, meanings, text, texts, under
from engine.policy.model import Policy
from engine.source import Place

NEW: Final = "Not on the page yet"  # the section of clauses that only a version has
OTHERWISE: Final = "This version takes another reading than those before; see what it changes."


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence of the page. `digest` and `length` are those of its normal form; `no_rule`: why no rule cites it."""

    id: str
    section: str
    number: int
    kind: str
    gist: str
    digest: str
    length: int
    no_rule: str | None
    why: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class Reading:
    """An unclear place: the question, the readings by letter, the one taken, and why."""

    number: int
    title: str
    question: str
    clauses: tuple[str, ...]
    readings: Mapping[str, str]
    taken: str
    because: str
    example: str
    not_used: str | None
    place: Place


def read_clauses(document: MappingNode) -> dict[str, Clause]:
    """The clauses of a register that its schema has passed, in the order of the page."""
    clauses = [_clause(name, node, at) for name, node, at in declared(under(document, "clauses"))]
    return {clause.id: clause for clause in sorted(clauses, key=lambda clause: clause.number)}


def _clause(name: str, node: Node, at: Place) -> Clause:
    place, no_rule = under(node, "place"), under(node, "no_rule")
    return Clause(
        id=name,
        section=text(place, "section"),
        number=_number(under(place, "number")),
        kind=text(node, "kind"),
        gist=text(node, "gist"),
        digest=text(node, "digest"),
        length=_number(under(node, "length")),
        no_rule=text(no_rule, "because") or None,
        why=text(no_rule, "why") or None,
        place=at,
    )


def _number(node: Node | None) -> int:
    return cast(int, node.value) if isinstance(node, Scalar) else 0


def read_readings(document: MappingNode) -> dict[int, Reading]:
    """The readings of a register that its schema has passed, by number."""
    return {int(name): _reading(int(name), node, at) for name, node, at in declared(under(document, "readings"))}


def _reading(number: int, node: Node, place: Place) -> Reading:
    return Reading(
        number=number,
        title=text(node, "title"),
        question=text(node, "question"),
        clauses=texts(under(node, "clauses")),
        readings=meanings(under(node, "readings")),
        taken=text(node, "taken"),
        because=text(node, "because"),
        example=text(node, "example"),
        not_used=text(node, "not_used") or None,
        place=place,
    )


def check_registers(clauses: Mapping[str, Clause], document: MappingNode | None, report: Report) -> None:
    """Readings name clauses that exist and take one of their own readings."""
    for _, node in entries(under(document, "readings")):
        for item in items(under(node, "clauses")):
            name = str(getattr(item, "value", ""))
            if clauses and name not in clauses:
                report.error(
                    "register/unknown-clause",
                    f"no such clause in the register: {quoted(name)}",
                    item.place,
                    help=did_you_mean(name, clauses),
                )
        taken = under(node, "taken")
        if taken is not None and text(node, "taken") not in meanings(under(node, "readings")):
            report.error("register/taken", "the reading that is taken is none of the readings", taken.place)


def as_amended(clauses: Mapping[str, Clause], policy: Policy) -> dict[str, Clause]:
    """The clauses as a version reads them, with what the page says once it is in force. New ones stand at the end."""
    found = dict(clauses)
    for name, amended in policy.amends.items():
        new = Clause(name, NEW, 0, "new", amended.text, "", 0, None, None, amended.place)
        found[name] = replace(clauses[name], gist=amended.text) if name in clauses else new
    return found


def as_taken(readings: Mapping[int, Reading], policy: Policy) -> dict[int, Reading]:
    """The unclear places with the readings that a version takes. Why is told for the reading of the register only."""
    found = dict(readings)
    for number in policy.takes.keys() & readings.keys():
        taken = policy.takes[number].text
        if taken != readings[number].taken:
            found[number] = replace(readings[number], taken=taken, because=OTHERWISE)
    return found


def check_taken(readings: Mapping[int, Reading], policy: Policy, report: Report) -> None:
    """The readings that a version takes are among those of the register."""
    for number, taken in policy.takes.items():
        if number not in readings:
            message = f"no such reading in the register: {quoted(number)}"
            help = f"it has the readings {min(readings)} to {max(readings)}" if readings else None
            report.error("link/unknown-reading", message, taken.place, help=help)
        elif taken.text not in (letters := readings[number].readings):
            help = did_you_mean(taken.text, letters) or f"reading {number} has {', '.join(letters)}"
            report.error("register/taken", "the reading that is taken is none of the readings", taken.place, help=help)


def check_numbers(clauses: Mapping[str, Clause], report: Report) -> None:
    """The places on the page are 1, 2, 3 and so on, each once."""
    seen: dict[int, Clause] = {}
    before = len(report.errors)
    for clause in clauses.values():
        if clause.number in seen:
            report.error(
                "register/place",
                f"two clauses have the number {clause.number}",
                clause.place,
                related=[("the other one is here", seen[clause.number].place)],
            )
        seen[clause.number] = clause
    for number in range(1, len(clauses) + 1):
        if number not in seen and len(report.errors) == before:
            last = list(clauses.values())[-1]
            report.error("register/place", f"no clause has the number {number}", last.place)
            return
