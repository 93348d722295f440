"""A backtest for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from engine.analysis.backtest.model import HOWS, Backtest, Cell, Matrix, Reason
from engine.render.backtest.words import (
    HOW,
    PolicyChange,
    Report,
    amount,
    cases,
    count,
    share,
    total,
    value,
    what_changes,
)
from engine.render.page import Page, Piece
from engine.render.phrases import capital

COLUMN: Final = 30
FEW: Final = 5  # reasons told of a cell


def backtest_to_page(report: Report, limit: int) -> Page:
    """The whole report; at most `limit` cells are told one by one, 0 for all."""
    page, result = Page(), report.result
    page.line(Piece(report.title, "strong"))
    page.line(f"{result.policy}: {cases(result.rows)} decided by {result.after} and by {result.before}")
    page.gap()
    _summary(page, result)
    _scenarios(page, report)
    _fields(page, result)
    for matrix in result.matrices:
        _matrix(page, matrix, result)
    _cells(page, report, limit)
    _changes(page, report.changes)
    _errors(page, result)
    page.gap()
    one_by_one = [f"{count(number)} by {name}" for number, name in zip(result.one_by_one, _names(result), strict=True)]
    page.line(Piece(f"Of these cases, decided as single cases and not in columns: {', '.join(one_by_one)}.", "quiet"))
    return page


def _names(result: Backtest) -> tuple[str, str]:
    return result.before, result.after


def _summary(page: Page, result: Backtest) -> None:
    whole = result.total
    for how in HOWS:
        found = whole.changed[how]
        said = (share(found.cases, whole.all.cases), f"  {cases(found.cases)}")
        sums = f", {result.amount} {amount(found.amount)}" if result.amount else ""
        page.item(capital(HOW[how]), Piece(said[0], "strong" if found.cases else ""), said[1], sums, column=COLUMN)
        if how == "decision" and result.beside:
            others = ", ".join(name for name in result.changes if name not in result.by)
            page.item("  of these only in", f"{others or 'what is missing'}: {cases(result.beside)}", column=COLUMN)
    page.item("Nothing changes", share(whole.same, whole.all.cases), f"  {cases(whole.same)}", column=COLUMN)
    old, new = whole.undetermined
    page.item("Undetermined", f"{count(old)} by {result.before}, {count(new)} by {result.after}", column=COLUMN)
    if result.errors.all:
        page.item("Not decided", Piece(cases(result.errors.all), "bad"), column=COLUMN)
    if result.amount and result.without_amount:
        page.item(f"Without {result.amount}", cases(result.without_amount), column=COLUMN)


def _scenarios(page: Page, report: Report) -> None:
    result = report.result
    page.heading("By scenario")
    for name, one in result.scenarios.items():
        decision = one.changed["decision"]
        sums = f", {result.amount} {amount(decision.amount)}" if result.amount else ""
        said = f"{count(decision.cases)} of {cases(one.all.cases)}{sums}"
        alone = (("a deadline", one.changed["deadline"]), ("the reasons", one.changed["reasons"]))
        more = [f", {what} alone in {count(found.cases)}" for what, found in alone if found.cases]
        page.item(
            report.scenario(name),
            Piece(f"{share(decision.cases, one.all.cases):>7}", "strong" if decision.cases else ""),
            f"  {said}{''.join(more)}",
            column=COLUMN,
        )


def _fields(page: Page, result: Backtest) -> None:
    changed = {name: number for name, number in result.changes.items() if number}
    if not changed:
        return
    page.heading("By field of the decision")
    for name, number in changed.items():
        page.item(Piece(name, "name"), f"{share(number, result.total.all.cases):>7}  {cases(number)}", column=COLUMN)


def _matrix(page: Page, matrix: Matrix, result: Backtest) -> None:
    """The ways of a single value; of a list, what came and went of each of its words."""
    if not matrix.changed:
        return
    page.heading(f"{matrix.field}: in {cases(matrix.changed)}")
    if matrix.many:
        for word in matrix.words():
            gone, come = matrix.gone(word), matrix.come(word)
            if gone.cases or come.cases:
                said = (f"no longer in {total(gone, result.amount)}", f"new in {total(come, result.amount)}")
                page.item(
                    word, ", ".join(s for s, of in zip(said, (gone, come), strict=True) if of.cases), column=COLUMN
                )
        return
    ways = sorted(matrix.ways(), key=lambda way: -way[2].cases)
    for before, after, found in ways:
        page.item(f"{count(found.cases):>9}", f"{value(before)} ", Piece("→", "quiet"), f" {value(after)}",
                  f"  ({result.amount} {amount(found.amount)})" if result.amount else "", column=13)  # fmt: skip


def _cells(page: Page, report: Report, limit: int) -> None:
    result = report.result
    found = [cell for cell in result.cells if cell.how != "reasons"]
    if not found:
        return
    page.heading("What changes together")
    for number, cell in enumerate(found[: limit or None]):
        page.gap()
        page.line(
            Piece(report.scenario(cell.scenario), "strong"),
            f"  {cases(cell.total.cases)}",
            f", {result.amount} {amount(cell.total.amount)}" if result.amount else "",
            Piece(f"  {share(cell.total.cases, result.total.all.cases)}", "quiet"),
            indent=2,
        )
        page.line(what_changes(cell), indent=4, hang=6)
        for label, reasons in (("no longer", cell.gone), ("now", cell.come), ("parts", _windows(cell))):
            if reasons:
                page.item(Piece(label, "quiet"), _listed(reasons, cell.total.cases), indent=4, column=16)
        if cell.samples:
            page.item(Piece("such as", "quiet"), _samples(report, number, cell), indent=4, column=16)
    if limit and len(found) > limit:
        page.gap()
        page.line(Piece(f"and {len(found) - limit} more; `--limit 0` shows all", "quiet"), indent=2)


def _windows(cell: Cell) -> tuple[Reason, ...]:
    """Of the parts those that no reason tells."""
    told = {reason.text.partition(" ")[2] for reason in (*cell.gone, *cell.come)}
    return tuple(part for part in cell.parts if part.text not in told)


def _listed(reasons: tuple[Reason, ...], of: int) -> str:
    texts = [one.text if one.cases == of else f"{one.text} ({count(one.cases)})" for one in reasons[:FEW]]
    more = f", and {len(reasons) - FEW} more" if len(reasons) > FEW else ""
    return ", ".join(texts) + more


def _samples(report: Report, number: int, cell: Cell) -> str:
    texts = []
    for sample in cell.samples:
        file = report.files.get((number, sample.row))
        kept = "".join(f", {key} {said}" for key, said in sample.kept.items() if said is not None)
        texts.append(f"{file or f'row {sample.row}'}{kept}")
    return "; ".join(texts)


def _changes(page: Page, changes: Iterable[PolicyChange]) -> None:
    changes = tuple(changes)
    if not changes:
        return
    page.heading("Where it comes from")
    page.line(Piece("Changed cases in which a part that the version changes decides otherwise", "quiet"), indent=2)
    for one in changes:
        place = one.told.place
        where = f"  {Path(place.source.name).name}:{place.line}" if place is not None else ""
        number = "-" if one.cases is None else count(one.cases)
        rows = "" if one.told.everywhere else f": {', '.join(one.told.rows.values())}"
        said = f"{one.told.title}{' (new)' if one.told.what == 'added' else ''}{rows}"
        page.item(f"{number:>9}", said, Piece(f"  {one.told.kind}{where}", "quiet"), column=13)


def _errors(page: Page, result: Backtest) -> None:
    errors = result.errors
    if not errors.all:
        return
    page.heading("Not decided")
    sides = (("by neither", errors.both), (f"by {result.before}", errors.before), (f"by {result.after}", errors.after))
    page.line(", ".join(f"{cases(number)} {side}" for side, number in sides if number), indent=2)
    for row, said in errors.first:
        page.item(f"row {row}", said, column=16)
    if errors.all > len(errors.first):
        page.line(Piece(f"and {count(errors.all - len(errors.first))} more", "quiet"), indent=2)
