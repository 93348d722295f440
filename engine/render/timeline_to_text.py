"""The clocks of a case as a picture in the terminal: a bar each on one axis of time, in plain ASCII."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from engine.analysis.clock_model import ClockEntry, ClockState
from engine.render.clock_words import ClockWords
from engine.render.page import Page, Piece, Style, cells
from engine.render.timeline_axis import Axis, axis_of

MARKS: Final[dict[ClockState, tuple[str, Style]]] = {
    "running": ("=", "good"),
    "met": ("+", ""),
    "missed": ("x", "bad"),
    "ended": (".", "quiet"),
    "paused": ("~", "warn"),
    "not started": ("-", "quiet"),
}
LABEL: Final = 33
LEGEND: Final = "= gone by   - to come   + met   x missed   . over   ~ held up   | now"


def timeline_on_page(page: Page, entries: Iterable[ClockEntry], words: ClockWords, width: int) -> None:
    """Draw the clocks that have an end and count; nothing where there is none."""
    drawn = [entry for entry in entries if entry.counts and entry.ends and entry.state in MARKS]
    axis = axis_of(drawn, words.as_of, words.zone)
    if axis is None:
        return
    label = min(LABEL, max(cells(words.title(entry)) for entry in drawn))
    room = width - label - 4
    if room < 12:
        return
    page.heading(f"On one axis of time ({words.zone or 'UTC'})")
    now = _column(axis, words.as_of, room)
    for entry in sorted(drawn, key=lambda one: (one.starts or axis.starts, one.ends or axis.ends)):
        title = _cut(words.title(entry), label)
        bar, style = _bar(entry, axis, room, now)
        page.fixed(title, " " * (label - cells(title) + 2), *_with_now(bar, style, now), indent=2)
    page.fixed(Piece(" " * (label + 2) + _ticks(axis, room), "quiet"), indent=2)
    page.line(Piece(LEGEND, "quiet"), indent=2, hang=2)


def _bar(entry: ClockEntry, axis: Axis, room: int, now: int) -> tuple[str, Style]:
    mark, style = MARKS[entry.state]
    first = _column(axis, entry.starts or axis.starts, room)
    last = max(first, _column(axis, entry.ends or axis.ends, room))
    cells_ = [" "] * room
    done = _column(axis, entry.done_at, room) if entry.state == "met" and entry.done_at else last
    for column in range(first, last + 1):
        later = entry.state == "running" and column > now
        cells_[column] = "-" if later else "." if column > max(done, first) else mark
    return "".join(cells_), style


def _with_now(bar: str, style: Style, now: int) -> tuple[Piece, ...]:
    return Piece(bar[:now], style), Piece("|", "strong"), Piece(bar[now + 1 :].rstrip(), style)


def _ticks(axis: Axis, room: int) -> str:
    """The days below the bars, as many as there is room for."""
    line = ""
    for tick, text in axis.ticks(max(1, room // 9)):
        column = _column(axis, tick, room)
        if (column > len(line) or not line) and column + len(text) <= room:
            line = line.ljust(column) + text
    return line


def _column(axis: Axis, moment: datetime, room: int) -> int:
    return min(room - 1, max(0, int(axis.share(moment) * room)))


def _cut(text: str, most: int) -> str:
    while cells(text) > most:
        text = text[:-2].rstrip() + "."
    return text
