"""`versions`: the versions of a pack, and which one is in force."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import click

from engine.cli import exits, packs
from engine.cli.output import opened

if TYPE_CHECKING:
    from engine.pack import Version

SHORT = 12


@click.command(short_help="List the versions, and which one is in force.")
@click.option("--on", "day", callback=packs.day, metavar="DATE", help="In force on this day. Default: today.")
@packs.pack_option
@packs.format_option
def command(day: date | None, pack: str | None, form: str) -> int:
    """List the versions of the policy, and which one is in force.

    A version is in force from its first day until the next one begins; drafts never are. A case is governed by the
    version in force on the local day of its filing.

    \b
    Examples:
      aftersale versions
      aftersale versions --on 2025-03-01
    """
    from engine.render.page import Page, Piece

    loaded = packs.load(pack)
    current = packs.in_force(loaded, day or packs.today())
    rows = [_about(version, version is current) for version in loaded.versions.values()]
    with opened(None) as out:
        if form == "json":
            out.data(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
            return exits.OK
        page = Page()
        when = f"on {day}" if day else "today"
        page.line(Piece(loaded.name, "strong"), f"  in force {when}: {current.name if current else 'no version'}")
        for row, version in zip(rows, loaded.versions.values(), strict=True):
            first, number = version.policy.effective_from, row["rules"]
            mark = Piece("in force", "good") if version is current else Piece(version.policy.state)
            page.item(Piece(version.name, "name"), mark, f", from {first}, {number} rules, {short(version)}", column=12)
            for change in version.policy.changes:
                page.line(Piece(change, "quiet"), indent=12)
        if not rows:
            page.line("no versions", indent=2)
        out.page(page)
    return exits.OK


def short(version: Version) -> str:
    """The beginning of a version's digest."""
    kind, _, digits = version.policy.digest.partition(":")
    return f"{kind}:{digits[:SHORT]}"


def _about(version: Version, in_force: bool) -> dict[str, object]:
    policy = version.policy
    written = {rule.place for p in version.programs.values() for t in p.tables.values() for rule in t.rules}
    return {
        "version": policy.version,
        "state": policy.state,
        "effective_from": policy.effective_from.isoformat(),
        "in_force": in_force,
        "digest": policy.digest,
        "scenarios": list(policy.rows),
        "rules": len(written),
        "changes": list(policy.changes),
    }
