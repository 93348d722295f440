"""`versions`: the versions of a pack: drafts, published, retired; and which one is in force."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import click

from engine.cli import exits, packs
from engine.cli.forms import form_option
from engine.cli.output import opened

if TYPE_CHECKING:
    from engine.diagnostics import Diagnostic
    from engine.link.program import Transition
    from engine.pack import Pack, Version
    from engine.render.page import Page, Style

SHORT = 12
COLUMN = 12
MARKS: Final[dict[str, Style]] = {"in force": "good", "superseded": "warn"}


@click.command(short_help="List the versions, and which one is in force.")
@click.option("--on", "day", callback=packs.day, metavar="DATE", help="As of this day. Default: today.")
@packs.pack_option
@form_option("text", "json")
def command(day: date | None, pack: str | None, form: str) -> int:
    """List the versions of the policy: which one is in force, which are drafts, published or retired.

    A published version governs the cases that are filed from its first day until the day before the next one begins;
    then it is retired, and still governs those. A draft governs none. Who published a version and why is shown, too.

    \b
    Examples:
      aftersale versions
      aftersale versions --on 2025-03-01
    """
    loaded = packs.load(pack)
    on = day or packs.today()
    with opened(None) as out:
        if form == "json":
            rows = [_about(version, loaded, on) for version in loaded.versions.values()]
            faulty = [_faulty(name, faults) for name, faults in loaded.faults.items()]
            out.json(rows + faulty)
        else:
            out.page(_page(loaded, on, f"on {day}" if day else "today"))
    return exits.OK


def _page(pack: Pack, on: date, when: str) -> Page:
    from engine.library import version_key
    from engine.render.page import Page, Piece

    current = packs.in_force(pack, on)
    page = Page()
    page.line(Piece(pack.name, "strong"), f"  in force {when}: {current.name if current else 'no version'}")
    for name in sorted({*pack.versions, *pack.faults}, key=version_key):
        if name in pack.faults:
            number = len(pack.faults[name])
            found = f"{number} problem{'s' if number != 1 else ''}: see `aftersale validate`"
            page.item(Piece(name, "name"), Piece("draft", "bad"), f", {found}", column=COLUMN)
        else:
            _version(page, pack.versions[name], pack, on)
    if not pack.versions and not pack.faults:
        page.line("no versions", indent=2)
    return page


def _version(page: Page, version: Version, pack: Pack, on: date) -> None:
    from engine.render.page import Piece
    from engine.render.version_states import days_of, state_on

    tenure = pack.ledger.tenure(version.name)
    state = state_on(version, pack.ledger, on)
    first_day = version.first_day
    days = (
        days_of(tenure)
        if tenure is not None
        else f"meant for filings from {first_day}"
        if first_day
        else "no first day"
    )
    mark = Piece(state, MARKS.get(state, ""))
    about = f", {days}, {_rules(version)} rules, {short(version)}"
    page.item(Piece(version.name, "name"), mark, about, column=COLUMN)
    if tenure is not None:
        one = tenure.publication
        instead = f", superseding {one.supersedes}" if one.supersedes else ""
        page.line(f"published {one.at.date()} by {one.by}{instead}: {one.why}", indent=COLUMN)
    if (other := pack.ledger.superseded_by(version.name)) is not None:
        page.line(f"superseded by {other.version} for filings from {other.first_day}: {other.why}", indent=COLUMN)
    for change in version.policy.changes:
        page.line(Piece(change, "quiet"), indent=COLUMN)
    for rule in _transition(version):
        counts = f" (when {rule.when.text}: the version of the day of {rule.counts_from.text})"
        page.line("transition: ", rule.because, Piece(counts, "quiet"), indent=COLUMN)


def short(version: Version) -> str:
    """The beginning of a version's digest."""
    kind, _, digits = version.policy.digest.partition(":")
    return f"{kind}:{digits[:SHORT]}"


def _transition(version: Version) -> tuple[Transition, ...]:
    return next(iter(version.programs.values())).transition


def _rules(version: Version) -> int:
    return len({rule.place for p in version.programs.values() for t in p.tables.values() for rule in t.rules})


def _about(version: Version, pack: Pack, on: date) -> dict[str, object]:
    policy, ledger = version.policy, pack.ledger
    tenure, other = ledger.tenure(version.name), ledger.superseded_by(version.name)
    one = version.publication
    return {
        "version": policy.version,
        "state": ledger.state(version.name, on),
        "effective_from": _iso(version.first_day),
        "effective_before": _iso(tenure.next_day) if tenure is not None else None,
        "in_force": tenure is not None and tenure.holds(on),
        "supersedes": one.supersedes if one is not None else None,
        "superseded_by": other.version if other is not None else None,
        "published_at": one.at.isoformat() if one is not None else None,
        "published_by": one.by if one is not None else None,
        "published_because": one.why if one is not None else None,
        "digest": policy.digest,
        "scenarios": list(policy.rows),
        "rules": _rules(version),
        "changes": list(policy.changes),
        "transition": [
            {"when": rule.when.text, "counts_from": rule.counts_from.text, "because": rule.because}
            for rule in _transition(version)
        ],
        "problems": 0,
    }


def _faulty(name: str, faults: tuple[Diagnostic, ...]) -> dict[str, object]:
    return {"version": name, "state": "draft", "in_force": False, "problems": len(faults)}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
