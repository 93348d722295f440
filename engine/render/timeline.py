"""The clocks of a case as a picture: bars on one axis of time, as SVG that stands alone or inside a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from engine.analysis.clock_model import ClockEntry, ClockState
from engine.policy.model import Policy
from engine.render.clock_words import ClockWords
from engine.render.moments import local
from engine.render.timeline_axis import Axis, axis_of

WIDTH: Final = 960
LEFT: Final = 12
RIGHT: Final = WIDTH - 12
TOP: Final = 58  # below the title and the names of the days
ROW: Final = 46
BAR: Final = 14
LONGEST: Final = 136  # characters of a label; the rest stands in its tooltip
DRAWN: Final[tuple[ClockState, ...]] = ("running", "met", "missed", "ended", "paused", "not started")
STYLE: Final = """
.tl{font:13px system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;--ink:#1b1f24;--soft:#5b6470;--grid:#d5dae0;
--paper:#fff;--go:#1a6b3c;--bad:#a4202a;--fill:#c9d6e6}
@media (prefers-color-scheme:dark){.tl{--ink:#e8ebef;--soft:#a7b0bb;--grid:#3a424c;--paper:#14181d;--go:#6fce97;
--bad:#ff8f8f;--fill:#3b4b61}}
@media print{.tl{--ink:#000;--soft:#333;--grid:#bbb;--paper:#fff;--go:#000;--bad:#000;--fill:#ccc}}
.tl text{fill:var(--ink);paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round}
.tl .tl-soft{fill:var(--soft);font-size:11.5px}.tl .tl-strong{font-weight:600}
.tl .tl-bad{fill:var(--bad)}.tl .tl-go{fill:var(--go)}
.tl .tl-paper{fill:var(--paper)}.tl .tl-grid{stroke:var(--grid);stroke-width:1}
.tl .tl-bar{stroke:var(--ink);stroke-width:1.2;fill:none}.tl .tl-gone{fill:var(--soft)}.tl .tl-fill{fill:var(--fill)}
.tl .tl-later{stroke-dasharray:4 3}.tl .tl-now{stroke:var(--bad);stroke-width:2}.tl .tl-dot{fill:var(--ink)}
.tl .tl-go-on{stroke:var(--ink);stroke-width:1.6;fill:none}.tl .tl-hatch{stroke:var(--ink);stroke-width:1.6}
"""


def timeline_to_svg(
    entries: Iterable[ClockEntry],
    as_of: datetime,
    zone: ZoneInfo | None,
    policy: Policy,
    title: str = "",
    prefix: str = "tl",
) -> str:
    """The clocks that count: those with a start or an end as bars, the others in words below.

    `as_of` is the moment drawn as a line, `zone` that of the day grid (None: UTC). Days are drawn as long as they were:
    those on which the clock changed are marked with their hours. Text stays text. The same input gives the same bytes.
    `prefix` begins every id: a page may have several pictures.
    """
    return _Drawing(tuple(entries), ClockWords(policy, as_of, zone), title, prefix).svg()


class _Drawing:
    def __init__(self, entries: tuple[ClockEntry, ...], words: ClockWords, title: str, prefix: str) -> None:
        self.words = words
        self.title = title
        self.prefix = escape(prefix)
        counted = [entry for entry in entries if entry.counts]
        bars = [entry for entry in counted if entry.state in DRAWN and (entry.starts or entry.ends)]
        self.axis = axis_of(bars, words.as_of, words.zone)
        self.bars = sorted(bars, key=lambda one: (one.starts or one.ends or words.as_of, one.ends or words.as_of))
        self.others = [entry for entry in counted if entry not in bars and entry.state in ("not started", "open")]

    def svg(self) -> str:
        bottom = TOP + ROW * len(self.bars) if self.axis else TOP - 24
        height = bottom + 34 + (22 + 18 * len(self.others) if self.others else 0)
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="tl" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
            f'height="{height}" role="img" aria-labelledby="{self.prefix}-title {self.prefix}-desc">',
            f'<title id="{self.prefix}-title">{escape(self.title or "The clocks of the case")}</title>',
            f'<desc id="{self.prefix}-desc">{escape(self.description())}</desc>',
            f"<style>{STYLE}</style>",
            f'<defs><pattern id="{self.prefix}-missed" width="6" height="6" patternUnits="userSpaceOnUse" '
            'patternTransform="rotate(45)"><line class="tl-hatch" x1="0" y1="0" x2="0" y2="6"/></pattern>'
            f'<pattern id="{self.prefix}-paused" width="5" height="5" patternUnits="userSpaceOnUse">'
            '<circle class="tl-dot" cx="2" cy="2" r="1.1"/></pattern></defs>',
            f'<rect class="tl-paper" width="{WIDTH}" height="{height}"/>',
            _text(LEFT, 18, self.title or "The clocks of the case", "tl-strong"),
        ]
        if self.axis is not None:
            parts.extend(self._grid(self.axis, bottom))
            for number, entry in enumerate(self.bars):
                parts.extend(self._bar(self.axis, entry, TOP + ROW * number + 20))
            parts.extend(self._now(self.axis, bottom))
            parts.extend(self._changes(self.axis))
            for number, entry in enumerate(self.bars):
                parts.append(self._label(entry, TOP + ROW * number + 14))
        else:
            parts.append(_text(LEFT, bottom, "No clock has begun.", ""))
        parts.extend(self._others(bottom + 46))
        return "\n".join([*parts, "</svg>"]) + "\n"

    def description(self) -> str:
        """Everything that the picture shows, in words."""
        words = self.words
        told = [f"As of {words.at(words.as_of)}."]
        for entry in (*self.bars, *self.others):
            facts = (words.state(entry), words.dates(entry), words.why(entry))
            told.append(f"{self._name(entry)}: {', '.join(fact for fact in facts if fact)}.")
        return " ".join(told)

    def _name(self, entry: ClockEntry) -> str:
        party = self.words.party(entry)
        return self.words.title(entry) + (f" ({party})" if party else "")

    # -------------------------------------------------------------------------------------------------------- parts

    def _grid(self, axis: Axis, bottom: int) -> Iterator[str]:
        if len(axis.days) <= 120:
            for day in axis.days:
                x = _x(axis, day.starts)
                yield f'<line class="tl-grid" x1="{x}" y1="{TOP - 14}" x2="{x}" y2="{bottom}"/>'
        named = [(moment, text) for moment, text in axis.ticks((RIGHT - LEFT) // 58) if _x(axis, moment) < RIGHT - 44]
        for moment, text in named:
            x = _x(axis, moment)
            yield f'<line class="tl-grid" x1="{x}" y1="{TOP - 20}" x2="{x}" y2="{bottom}"/>'
            yield _text(x + 3, TOP - 20, text, "tl-soft")

    def _changes(self, axis: Axis) -> Iterator[str]:
        """Days on which the clock changed, with their hours."""
        for day in axis.days:
            if day.hours != 24:
                start, end = _x(axis, day.starts), _x(axis, day.ends)
                yield (
                    f"<g><title>{escape(day.name)} has {day.hours:g} hours: the clock changes</title>"
                    f'<rect class="tl-fill" x="{start}" y="{TOP - 14}" width="{_n(end - start)}" height="7"/>'
                    f"{_text(end + 3, TOP - 6, f'{day.hours:g} h', 'tl-soft')}</g>"
                )

    def _label(self, entry: ClockEntry, y: int) -> str:
        """What a bar is, and what became of it."""
        style = "tl-bad" if entry.state == "missed" else "tl-go" if entry.state == "running" else ""
        label = self._said(entry)
        return _text(LEFT, y, label if len(label) <= LONGEST else label[: LONGEST - 1] + "…", style)

    def _said(self, entry: ClockEntry) -> str:
        ends = f", until {self.words.at(entry.ends)}" if entry.ends else ""
        return f"{self._name(entry)}{ends}: {self.words.state(entry)}"

    def _bar(self, axis: Axis, entry: ClockEntry, y: int) -> Iterator[str]:
        words = self.words
        yield f"<g><title>{escape(f'{self._said(entry)}. {words.length(entry)}')}</title>"
        start = _x(axis, entry.starts) if entry.starts else float(LEFT)
        end = _x(axis, entry.ends) if entry.ends else float(RIGHT)
        width = max(_n(end - start), 2.0)
        yield f'<rect class="tl-paper" x="{start}" y="{y}" width="{width}" height="{BAR}"/>'
        gone = max(0.0, min(_n(_x(axis, words.as_of) - start), width))
        match entry.state:
            case "running":
                yield f'<rect class="tl-gone" x="{start}" y="{y}" width="{gone}" height="{BAR}"/>'
            case "met" | "ended":
                yield f'<rect class="tl-fill" x="{start}" y="{y}" width="{width}" height="{BAR}"/>'
            case "missed" | "paused":
                fill = f"url(#{self.prefix}-{entry.state})"
                yield f'<rect fill="{fill}" x="{start}" y="{y}" width="{width}" height="{BAR}"/>'
        ahead = entry.state == "not started" or (entry.state != "running" and end > _x(axis, words.as_of))
        later = " tl-later" if ahead and entry.done_at is None else ""
        yield f'<rect class="tl-bar{later}" x="{start}" y="{y}" width="{width}" height="{BAR}"/>'
        if entry.done_at is not None:
            x, middle = _n(_x(axis, entry.done_at) - 6), y + BAR / 2
            diamond = f"M{x} {middle}l6 -6l6 6l-6 6Z"
            yield f'<path class="tl-dot" d="{diamond}"><title>{escape(words.at(entry.done_at))}</title></path>'
        if entry.ends is None or entry.ends > axis.ends:  # it goes on
            yield f'<path class="tl-go-on" d="M{RIGHT - 5} {y + 2}l5 5l-5 5"/>'
        yield "</g>"

    def _now(self, axis: Axis, bottom: int) -> Iterator[str]:
        x = _x(axis, self.words.as_of)
        yield f'<line class="tl-now" x1="{x}" y1="{TOP - 14}" x2="{x}" y2="{bottom + 6}"/>'
        anchor = "end" if x > WIDTH / 2 else "start"
        text = f"now: {local(self.words.as_of, self.words.zone)}"
        yield _text(x - 5 if anchor == "end" else x + 5, bottom + 16, text, "tl-strong", anchor)

    def _others(self, y: int) -> Iterator[str]:
        for number, entry in enumerate(self.others):
            said = ", ".join(part for part in (self.words.state(entry), self.words.why(entry)) if part)
            label = f"{self._name(entry)}: {said}"
            cut = label if len(label) <= LONGEST else label[: LONGEST - 1] + "…"
            yield f"<g><title>{escape(label)}</title>{_text(LEFT, y + 18 * number, cut, '')}</g>"


def _text(x: float, y: float, text: str, style: str, anchor: str = "start") -> str:
    kind = f' class="{style}"' if style else ""
    end = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{_n(x)}" y="{_n(y)}"{kind}{end}>{escape(text)}</text>'


def _x(axis: Axis, moment: datetime) -> float:
    return _n(LEFT + min(1.0, max(0.0, axis.share(moment))) * (RIGHT - LEFT))


def _n(number: float) -> float:
    return round(number, 2)
