"""The pictures of a backtest, as SVG that takes its colours from the page: bars, flows, and bars to both sides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from engine.analysis.backtest.model import HOWS, Matrix, OfScenario, Value
from engine.render.backtest.words import HOW, cases, count, share, spoken
from engine.render.phrases import capital, named

WIDTH: Final = 880
ROW: Final = 30
BAR: Final = 16
LABEL: Final = 210  # where bars begin
NUMBER: Final = 130  # what the numbers behind them take
GAP: Final = 12  # between the nodes of a flow
LEAST: Final = 3  # height of a node
FLOW: Final = 240  # all nodes of a side together
LONGEST: Final = 34  # characters of a label


def scenario_bars(scenarios: Iterable[tuple[str, OfScenario]]) -> str:
    """A bar for each scenario, all equally long: the shares of what changes in it."""
    rows = [(title, one) for title, one in scenarios if one.all.cases]
    parts, height = [], len(rows) * ROW + 4
    for number, (title, one) in enumerate(rows):
        y, x = number * ROW + 6, float(LABEL)
        whole, room = one.all.cases, WIDTH - LABEL - NUMBER
        parts.append(_text(LABEL - 10, y + 13, title, anchor="end"))
        for kind, what, found in (*((how, HOW[how], one.changed[how].cases) for how in HOWS), _same(one)):
            width = room * found / whole
            if found:
                tip = f"{title}: {what} in {cases(found)}, {share(found, whole)}"
                parts.append(_rect(x, y, width, BAR, f"bt-{kind}", tip))
            x += width
        changed = one.changed["decision"].cases
        parts.append(_text(WIDTH - NUMBER + 10, y + 13, f"{share(changed, whole)} of {count(whole)}", "bt-soft"))
    return _svg(height, "Shares of the cases of each scenario in which the decision changes", parts)


def _same(one: OfScenario) -> tuple[str, str, int]:
    return "same", "nothing changes", one.same


def legend() -> str:
    """What the colours of the bars mean."""
    kinds = [*((how, HOW[how]) for how in HOWS), ("same", "nothing changes")]
    items = "".join(f'<li><span class="bt-key bt-{kind}"></span>{escape(what)}</li>' for kind, what in kinds)
    return f'<ul class="bt-legend">{items}</ul>'


# --------------------------------------------------------------------------------------------------------------- flows


def flow(matrix: Matrix) -> str:
    """The cases in which a single value changes, as bands from the value before to the value after."""
    ways = matrix.ways()
    whole = sum(total.cases for _, _, total in ways)
    olds = _ends([(was, total.cases) for was, _, total in ways], matrix.before)
    news = _ends([(now, total.cases) for _, now, total in ways], matrix.after)
    places: list[dict[Value, tuple[float, float]]] = []
    height = 0
    for side in (olds, news):
        place: dict[Value, tuple[float, float]] = {}
        y = 4.0
        for value, number in side:
            size = max(float(LEAST), FLOW * number / whole)
            place[value] = (y, size)
            y += size + GAP
        places.append(place)
        height = max(height, int(y))
    left, right = LABEL + 40, WIDTH - LABEL - 40
    parts, used = [], [dict.fromkeys(place, 0.0) for place in places]
    for was, now, total in ways:
        ys, widths = [], []
        for place, value, of, own in zip(places, (was, now), (olds, news), used, strict=True):
            top, size = place[value]
            width = size * total.cases / dict(of)[value]
            ys.append(top + own[value])
            widths.append(width)
            own[value] += width
        tip = f"{spoken(was)} → {spoken(now)}: {cases(total.cases)}"
        parts.append(_band((left + 8, right), (ys[0], ys[1]), (widths[0], widths[1]), tip))
    for place, entries, x, anchor in ((places[0], olds, left, "end"), (places[1], news, right, "start")):
        for value, number in entries:
            top, size = place[value]
            parts.append(_rect(x, top, 8, size, "bt-node", f"{spoken(value)}: {cases(number)}"))
            label = x - 10 if anchor == "end" else x + 18
            middle = top + size / 2
            parts.append(_text(label, middle + 4.5, f"{_short(spoken(value))}  {count(number)}", anchor=anchor))
    title = f"{capital(named(matrix.field))}: from what to what the changed cases go"
    return _svg(height + 4, title, parts)


def _ends(found: Iterable[tuple[Value, int]], order: Sequence[Value]) -> list[tuple[Value, int]]:
    sums: dict[Value, int] = {}
    for value, number in found:
        sums[value] = sums.get(value, 0) + number
    return [(value, sums[value]) for value in order if value in sums]


def _band(xs: tuple[float, float], ys: tuple[float, float], widths: tuple[float, float], tip: str) -> str:
    middle = (xs[0] + xs[1]) / 2
    (a, b), (c, d) = xs, ys
    path = (
        f"M{_n(a)} {_n(c)}C{_n(middle)} {_n(c)} {_n(middle)} {_n(d)} {_n(b)} {_n(d)}V{_n(d + widths[1])}"
        f"C{_n(middle)} {_n(d + widths[1])} {_n(middle)} {_n(c + widths[0])} {_n(a)} {_n(c + widths[0])}Z"
    )
    return f'<path class="bt-band" d="{path}"><title>{escape(tip)}</title></path>'


# ------------------------------------------------------------------------------------------------------ to both sides


def both_sides(matrix: Matrix) -> str:
    """For each word of a list a bar to the left for the cases that lose it, and to the right for those that gain it."""
    rows = [(word, matrix.gone(word).cases, matrix.come(word).cases) for word in matrix.words()]
    rows = [row for row in rows if row[1] or row[2]]
    most = max((max(gone, come) for _, gone, come in rows), default=1)
    begin = LABEL + 60
    middle = (begin + WIDTH) / 2
    room = (WIDTH - begin) / 2 - 70
    parts, height = [], len(rows) * ROW + 26
    parts.append(_text(middle - 8, 14, "no longer", "bt-soft", "end"))
    parts.append(_text(middle + 8, 14, "new", "bt-soft"))
    for number, (word, gone, come) in enumerate(rows):
        y, spoken_ = number * ROW + 26, capital(named(word))
        parts.append(_text(begin - 14, y + 13, _short(spoken_), anchor="end"))
        if gone:
            width = max(1.0, room * gone / most)
            parts.append(_rect(middle - width, y, width, BAR, "bt-gone", f"{spoken_}: no longer in {cases(gone)}"))
            parts.append(_text(middle - width - 8, y + 13, count(gone), "bt-soft", "end"))
        if come:
            width = max(1.0, room * come / most)
            parts.append(_rect(middle, y, width, BAR, "bt-come", f"{spoken_}: new in {cases(come)}"))
            parts.append(_text(middle + width + 8, y + 13, count(come), "bt-soft"))
    parts.append(f'<path class="bt-axis" d="M{_n(middle)} 20V{height - 4}"/>')
    return _svg(height, f"{capital(named(matrix.field))}: in how many cases each comes and goes", parts)


# --------------------------------------------------------------------------------------------------------------- parts


def _svg(height: int, title: str, parts: Iterable[str]) -> str:
    return (
        f'<svg class="bt" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def _rect(x: float, y: float, width: float, height: float, style: str, tip: str) -> str:
    box = f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
    return f'<rect class="{style}" {box}><title>{escape(tip)}</title></rect>'


def _text(x: float, y: float, text: str, style: str = "", anchor: str = "start") -> str:
    own = f' class="{style}"' if style else ""
    return f'<text{own} x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}">{escape(text)}</text>'


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
