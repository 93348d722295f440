"""Periods: amounts that the cited clauses do not name, and defaults that every row replaces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Final

from engine.analysis.lint.places import warning
from engine.analysis.lint.stands import ROWS, Stands, Verdict, listed
from engine.clock import Amount, BadTime
from engine.diagnostics import Diagnostic, quoted
from engine.document.nodes import Node, key_place_of
from engine.document.read import entries, under
from engine.library import Registry
from engine.link.parts import windows
from engine.link.program import Basis, Span, Window
from engine.pack import Version
from engine.policy.model import Policy
from engine.policy.registers import Clause
from engine.policy.words import PERIOD_KEYS

_WORDS: Final = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
    *("fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
_TENS: Final = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
_NUMBERS: Final = {word: number for number, word in enumerate(_WORDS, 1)} | _TENS
_AMOUNT: Final = re.compile(rf"\b([0-9]+|{'|'.join(_NUMBERS)})[ -]+(?:calendar[ -])?(hours?|days?)\b", re.IGNORECASE)
_ADDED: Final = ("cites", "readings")  # the keys of a period that a row adds to


def periods(version: Version, registers: Registry) -> Iterator[Diagnostic]:
    """Warnings about periods."""
    yield from _other_amounts(version, registers.clauses)
    yield from _replaced(version.policy)


def _other_amounts(version: Version, clauses: Mapping[str, Clause]) -> Iterator[Diagnostic]:
    stands = Stands(len(version.programs), everywhere=False)
    for program in version.programs.values():
        for window in windows(program):
            for span in window.spans:
                if span.amount is not None:
                    stands.add(span.place, program.scenario, _against_clauses(window, span, span.amount, clauses))
    yield from stands.told()


def _against_clauses(window: Window, span: Span, amount: Amount, clauses: Mapping[str, Clause]) -> Verdict | None:
    """A verdict where the clauses that a period rests on name amounts, and none of them is this one."""
    named = _named(span.basis, clauses) or _named(window.basis, clauses)
    if not named or amount in named:
        return None
    said = " or ".join(map(str, named))
    cited = list(dict.fromkeys(named.values()))
    clause = f"the clause {quoted(cited[0].id)}" if len(cited) == 1 else f"the clauses {listed(c.id for c in cited)}"
    return Verdict(
        "lint/other-amount",
        f"this says {amount}{ROWS}, and {clause} it rests on say{'s' if len(cited) == 1 else ''} {said}",
        "is it a new version, another clause, or has the clause changed and its gist not yet?",
        tuple((f"{quoted(one.id)} says {quoted(one.gist)}", one.place) for one in cited[:2]),
    )


def _named(basis: Basis, clauses: Mapping[str, Clause]) -> dict[Amount, Clause]:
    """The amounts that the gists of the clauses name, each with the first clause that does."""
    found: dict[Amount, Clause] = {}
    for name in basis.clauses:
        for number, unit in _AMOUNT.findall(clauses[name].gist if name in clauses else ""):
            count = _NUMBERS.get(number.lower()) or int(number)
            with suppress(BadTime):
                amount = Amount(count, "hours" if unit.lower().startswith("hour") else "calendar days")
                found.setdefault(amount, clauses[name])
    return found


# ------------------------------------------------------------------------------------------------------------ defaults


def _replaced(policy: Policy) -> Iterator[Diagnostic]:
    """Keys of a general period that every row replaces."""
    rows = [row.entries for row in policy.rows.values()]
    for name in policy.windows:
        yield from _of_period(policy, ("windows", name), [under(row, name) for row in rows])
    for party in policy.parties.values():
        if party.period:
            own = [under(under(row, policy.evidence.periods), party.name) for row in rows]
            yield from _of_period(policy, ("parties", party.name), own)


def _of_period(policy: Policy, path: tuple[str, str], rows: list[Node | None]) -> Iterator[Diagnostic]:
    for key, _ in entries(under(under(policy.document, path[0]), path[1])):
        if key in PERIOD_KEYS and key not in _ADDED and rows and all(under(row, key) is not None for row in rows):
            yield warning(
                "lint/replaced",
                f"every row says {quoted(key)} of its own for {quoted(path[1])}, so this one counts nowhere",
                key_place_of(policy.document, (*path, key)),
                help="take it out here, or in the rows where it is the same",
            )
