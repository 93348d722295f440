"""A backtest as one page: no script, nothing fetched, everything from outside escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Final

from engine.analysis.backtest.model import HOWS, Backtest, Cell, Matrix, Reason, Sample, Total, Value
from engine.render.backtest.charts import both_sides, flow, legend, scenario_bars
from engine.render.backtest.style import BACKTEST_STYLE
from engine.render.backtest.words import (
    HOW,
    PolicyChange,
    Report,
    amount,
    cases,
    count,
    moved,
    share,
    spoken,
    total,
    value,
)
from engine.render.html_parts import breakable
from engine.render.phrases import capital, named
from engine.render.reader.html_style import STYLE

FEW: Final = 12  # reasons told of a cell
MOST: Final = 14  # values on a side of a table
REMARK: Final = (
    "This page says what two versions of a policy indicate on the facts of these cases. It decides none of them."
)


def backtest_to_html(report: Report, limit: int) -> str:
    """The whole page; at most `limit` cells are told one by one, 0 for all."""
    result = report.result
    title = f"{report.title}: {result.after} against {result.before}"
    sections = [
        _section("By scenario", _scenarios(report)),
        _section("From what to what", "".join(_matrix(matrix, result) for matrix in result.matrices if matrix.changed)),
        _section("What changes together", _cells(report, limit)),
        _section("Where it comes from", _changes(report.changes)),
        _section("Not decided", _errors(result)),
    ]
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{escape(title)}</title>",
            f"<style>{STYLE}{BACKTEST_STYLE}</style>",
            "</head>",
            "<body>",
            '<a class="skip" href="#content">Skip to the content</a>',
            "<header>",
            f"<h1>{escape(report.title)}</h1>",
            f'<ul class="about"><li>{escape(result.policy)}</li><li>{cases(result.rows)}</li>'
            f"<li>decided by {escape(result.after)} and by {escape(result.before)}</li></ul>",
            _tiles(result),
            "</header>",
            '<main id="content" tabindex="-1">',
            *(section for section in sections if section),
            "</main>",
            f"<footer><p>{escape(_how(result))}</p><p>{escape(REMARK)}</p></footer>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _section(title: str, content: str) -> str:
    return f'<section><h2 class="level-2">{escape(title)}</h2>{content}</section>' if content else ""


def _how(result: Backtest) -> str:
    old, new = result.one_by_one
    return (
        f"Decided as single cases and not in columns: {count(old)} by {result.before}, {count(new)} by {result.after}. "
        "The answers are the same in both ways."
    )


def _tiles(result: Backtest) -> str:
    whole = result.total
    items = []
    for how in HOWS:
        found = whole.changed[how]
        others = ", ".join(named(name) for name in result.changes if name not in result.by) or "what is missing"
        beside = f"{count(result.beside)} of them only in {others}" if how == "decision" and result.beside else ""
        number = share(found.cases, whole.all.cases)
        items.append(_tile(how, number, HOW[how], cases(found.cases), _sum(found, result), beside))
    items.append(_tile("same", share(whole.same, whole.all.cases), "nothing changes", cases(whole.same), ""))
    old, new = whole.undetermined
    if old or new:
        said = f"{count(old)} → {count(new)}"
        items.append(_tile("open", said, "undetermined cases", "before and after", ""))
    return f'<ul class="tiles">{"".join(items)}</ul>'


def _tile(kind: str, number: str, what: str, *more: str) -> str:
    lines = "".join(f"<span>{escape(line)}</span>" for line in more if line)
    return f'<li class="{kind}"><strong>{escape(number)}</strong><span>{escape(what)}</span>{lines}</li>'


def _sum(found: Total, result: Backtest) -> str:
    return f"{named(result.amount)} {amount(found.amount)}" if result.amount else ""


# ----------------------------------------------------------------------------------------------------------- scenarios


def _scenarios(report: Report) -> str:
    result = report.result
    picture = scenario_bars((report.scenario(name), one) for name, one in result.scenarios.items())
    heads = ["Scenario", "Cases", *(capital(HOW[how].removeprefix("the ").removeprefix("a ")) for how in HOWS)]
    heads += ["Undetermined before", "after"]
    rows = [
        [report.scenario(name), *(total(one, result.amount) for one in (own.all, *(own.changed[how] for how in HOWS))),
         *map(count, own.undetermined)]
        for name, own in result.scenarios.items()
    ]  # fmt: skip
    table = _table(heads, rows)
    return f'<div class="picture">{picture}</div>{legend()}{_unfold("The numbers", table)}'


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(f"<tr>{''.join(_cells_of_row(row))}</tr>" for row in rows)
    return f'<div class="wide"><table class="numbers"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cells_of_row(row: Iterable[str]) -> Iterator[str]:
    first, *rest = row
    yield f'<th scope="row">{escape(first)}</th>'
    yield from (f"<td>{escape(text)}</td>" for text in rest)


def _unfold(title: str, content: str) -> str:
    return f"<details><summary>{escape(title)}</summary>{content}</details>"


# ------------------------------------------------------------------------------------------------------------ matrices


def _matrix(matrix: Matrix, result: Backtest) -> str:
    """A field: how its values flow, or how its words come and go; and all numbers to unfold."""
    title = f"{capital(named(matrix.field))}: in {cases(matrix.changed)}"
    meaning = f'<p class="note">{escape(matrix.meaning)}</p>' if matrix.meaning else ""
    picture = both_sides(matrix) if matrix.many else flow(matrix)
    numbers = _words_table(matrix, result) if matrix.many else _square(matrix, result)
    return (
        f'<div class="part"><h3>{escape(title)}</h3>{meaning}<div class="picture">{picture}</div>'
        f"{_unfold('The numbers', numbers)}</div>"
    )


def _square(matrix: Matrix, result: Backtest) -> str:
    """Values before in rows, values after in columns; the darker, the more cases go that way."""
    most = max((found.cases for _, _, found in matrix.ways()), default=1)
    heads = "".join(f'<th scope="col">{escape(spoken(now))}</th>' for now in matrix.after)
    rows = []
    for was in matrix.before:
        cells = "".join(_cell_of(was, now, matrix, result, most) for now in matrix.after)
        rows.append(f'<tr><th scope="row">{escape(spoken(was))}</th>{cells}</tr>')
    corner = f'<th scope="col">{escape(result.before)} ↓ {escape(result.after)} →</th>'
    table = f'<table class="numbers"><thead><tr>{corner}{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    return f'<div class="wide">{table}</div>'


def _cell_of(was: Value, now: Value, matrix: Matrix, result: Backtest, most: int) -> str:
    found = matrix.cells.get((was, now))
    if found is None:
        return "<td></td>"
    if was == now:
        return f'<td class="stays">{total(found, result.amount)}</td>'
    dark = 8 + round(52 * found.cases / most)
    return f'<td class="moves" style="--share:{dark}">{total(found, result.amount)}</td>'


def _words_table(matrix: Matrix, result: Backtest) -> str:
    """The words that come and go, and the sets that most cases go between."""
    words = [(word, matrix.gone(word), matrix.come(word)) for word in matrix.words()]
    rows = [[capital(named(word)), total(gone, result.amount), total(come, result.amount)] for word, gone, come in words
            if gone.cases or come.cases]  # fmt: skip
    ways = sorted(matrix.ways(), key=lambda way: -way[2].cases)[:MOST]
    sets = [[f"{value(was)} → {value(now)}", total(found, result.amount)] for was, now, found in ways]
    return _table(("", "No longer", "New"), rows) + _table(("Most frequent", "Cases"), sets)


# --------------------------------------------------------------------------------------------------------------- cells


def _cells(report: Report, limit: int) -> str:
    found = [(number, cell) for number, cell in enumerate(report.result.cells) if cell.how != "reasons"]
    told = "".join(_cell(number, cell, report) for number, cell in found[: limit or None])
    rest = len(found) - limit
    more = f'<p class="note">And {count(rest)} more, each with fewer cases.</p>' if limit and rest > 0 else ""
    return told + more


def _cell(number: int, cell: Cell, report: Report) -> str:
    entries = [*_entries(cell), ("such as", _samples(number, cell, report))]
    body = "".join(f"<dt>{escape(label)}</dt><dd>{said}</dd>" for label, said in entries if said)
    size = f'<span class="size">{count(cell.total.cases)}</span>'
    sums = _sum(cell.total, report.result)
    where = f'<span class="where">{escape(report.scenario(cell.scenario))}{f", {escape(sums)}" if sums else ""}</span>'
    return f'<details><summary>{size} {_what(cell)} {where}</summary><div class="cell"><dl>{body}</dl></div></details>'


def _what(cell: Cell) -> str:
    parts = [
        f"{escape(named(one.field))}: {moved(one, lambda said: escape(named(value(said))), _strong)}"
        for one in cell.shifts
    ]
    if cell.others:
        parts.append(escape(("also " if parts else "only ") + ", ".join(map(named, cell.others))))
    return "; ".join(parts) or escape(HOW[cell.how] if cell.how != "decision" else "what is missing")


def _strong(text: str) -> str:
    return f"<strong>{text}</strong>"


def _entries(cell: Cell) -> Iterator[tuple[str, str]]:
    for label, reasons in (("no longer", cell.gone), ("now", cell.come), ("decides otherwise", cell.parts)):
        yield label, _reasons(reasons, cell.total.cases)


def _reasons(reasons: tuple[Reason, ...], of: int) -> str:
    texts = [
        f"<code>{breakable(one.text)}</code>{f' in {count(one.cases)}' if one.cases != of else ''}"
        for one in reasons[:FEW]
    ]
    more = [f"and {len(reasons) - FEW} more"] if len(reasons) > FEW else []
    return ", ".join([*texts, *more])


def _samples(number: int, cell: Cell, report: Report) -> str:
    return "; ".join(_sample(sample, report.files.get((number, sample.row))) for sample in cell.samples)


def _sample(sample: Sample, file: Path | None) -> str:
    kept = "".join(f", {escape(key)} {escape(str(said))}" for key, said in sample.kept.items() if said is not None)
    where = f" <code>{breakable(str(file))}</code>" if file is not None else ""
    return f"row {count(sample.row)}{kept}{where}"


# -------------------------------------------------------------------------------------------------- changes and errors


def _changes(changes: Iterable[PolicyChange]) -> str:
    rows = []
    for one in changes:
        told, place = one.told, one.told.place
        where = f"{Path(place.source.name).name}:{place.line}" if place is not None else ""
        scenarios = "every scenario" if told.everywhere else ", ".join(told.rows.values())
        said = "".join(
            f"<div>{escape(line.label)}: {escape('; '.join(line.before) or 'nothing')} → "
            f"{escape('; '.join(line.after) or 'nothing')}</div>"
            for line in told.said
        )
        number = "–" if one.cases is None else count(one.cases)
        rows.append(
            f'<details class="source"><summary><span class="size">{number}</span> {escape(told.title)}'
            f'{" (new)" if told.what == "added" else ""} <span class="where">{escape(told.kind)}, '
            f'{escape(scenarios)}</span></summary><div class="cell">{said}<code>{escape(where)}</code></div></details>'
        )
    note = (
        '<p class="note">What the version changes, with the number of changed cases in which that very part decides '
        "otherwise. A case can be counted for several.</p>"
    )
    return note + "".join(rows) if rows else ""


def _errors(result: Backtest) -> str:
    errors = result.errors
    if not errors.all:
        return ""
    sides = ((f"by {result.before} alone", errors.before), (f"by {result.after} alone", errors.after))
    parts = [f"{cases(number)} {side}" for side, number in (("by neither", errors.both), *sides) if number]
    items = "".join(
        f'<li>row {count(row)}: <span class="wrong">{escape(said)}</span></li>' for row, said in errors.first
    )
    return f'<p>{escape(", ".join(parts))}.</p><ul class="points">{items}</ul>'
