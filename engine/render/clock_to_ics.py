"""The ends of a case's periods as iCalendar (RFC 5545): one event each, under a UID that stays the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from engine.analysis.clock_model import ClockEntry, ClockLedger
from engine.policy.model import Policy
from engine.render.clock_words import ClockWords
from engine.resources import ENGINE_VERSION

OCTETS: Final = 75  # of a line, without its end
ESCAPED: Final = (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n"))


def clock_to_ics(ledger: ClockLedger, policy: Policy, case: str, head: str, alarm: int | None = None) -> str:
    """A calendar with the last instant of every period that has one; empty text where none has.

    `case` is what tells this dispute from all others: the same one gives the same UIDs, so that a calendar that reads a
    later file moves its events instead of doubling them. What is met, or counts no longer, is cancelled. `alarm` is how
    many hours ahead a calendar should remind of what is still to come.
    """
    words = ClockWords(policy, ledger.decision.as_of, ledger.decision.zone)
    ending = [entry for entry in ledger.entries if entry.ends is not None]
    if not ending:
        return ""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//aftersale//aftersale {ENGINE_VERSION}//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(head)}",
    ]
    for entry in ending:
        lines.extend(_event(entry, words, f"{policy.name} {case} {entry.window}", head, alarm))
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _event(entry: ClockEntry, words: ClockWords, id_: str, head: str, alarm: int | None) -> Iterator[str]:
    assert entry.ends is not None
    party = words.party(entry)
    summary = f"{party}: {words.title(entry)} ends" if party else f"{words.title(entry)} ends"
    about = [head, entry.meaning, words.length(entry), words.dates(entry), words.state(entry), ", ".join(entry.clauses)]
    yield "BEGIN:VEVENT"
    yield f"UID:{uuid5(NAMESPACE_URL, id_)}"
    yield f"DTSTAMP:{_utc(words.as_of)}"
    yield f"DTSTART:{_utc(entry.ends)}"
    yield f"SUMMARY:{_escaped(summary)}"
    yield f"DESCRIPTION:{_escaped(chr(10).join(part for part in about if part))}"
    yield f"STATUS:{'CANCELLED' if entry.state == 'met' or not entry.counts else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    if alarm is not None and entry.comes:
        yield "BEGIN:VALARM"
        yield "ACTION:DISPLAY"
        yield f"DESCRIPTION:{_escaped(summary)}"
        yield f"TRIGGER:-PT{alarm}H"
        yield "END:VALARM"
    yield "END:VEVENT"


def _utc(moment: datetime) -> str:
    """An instant in UTC, to the second: what is later within it does not count."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    for character, written in ESCAPED:
        text = text.replace(character, written)
    return "".join(c for c in text if c.isprintable())


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets, never cut inside a character; the next ones begin with a space."""
    piece, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > OCTETS:
            yield piece
            piece, size = " ", 1
        piece += character
        size += octets
    yield piece
