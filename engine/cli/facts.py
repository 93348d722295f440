"""`facts`: what a version declares as its facts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from engine.cli import exits, packs
from engine.cli.forms import form_option
from engine.cli.output import opened

if TYPE_CHECKING:
    from engine.policy.model import Fact, Policy
    from engine.render.page import Page


@click.command(short_help="List the facts that a version declares.")
@click.argument("version", required=False, shell_complete=packs.complete_version)
@packs.pack_option
@form_option("text", "json")
def command(version: str | None, pack: str | None, form: str) -> int:
    """List the facts that a version declares: type, values, meaning, question, who supplies it, and what it is when it
    is left out. Default of VERSION: the one in force today.

    \b
    Examples:
      aftersale facts
      aftersale facts 1.0.0 --format json
    """
    _, chosen = packs.version_named(pack, version)
    facts = chosen.policy.facts.values()
    with opened(None) as out:
        if form == "json":
            out.json([_data(fact) for fact in facts])
        else:
            out.page(_page(chosen.policy))
    return exits.OK


def _page(policy: Policy) -> Page:
    from engine.render.page import Page, Piece

    page = Page()
    page.line(Piece(f"{len(policy.facts)} facts of {policy.name} {policy.version}", "strong"))
    group = ""
    for fact in policy.facts.values():
        if fact.name.partition(".")[0] != group:
            group = fact.name.partition(".")[0]
            page.heading(group)
        page.line(Piece(fact.name, "name"), f"  {fact.kind}", Piece(_remarks(fact, policy), "quiet"), indent=2, hang=6)
        page.line(fact.meaning, indent=4)
        if fact.ask and fact.ask != fact.meaning:
            page.line(Piece(fact.ask, "quiet"), indent=4)
        for value, meaning in fact.values.items() if fact.kind == "enum" else ():
            page.line(Piece(value, "strong"), f"  {meaning}", indent=6, hang=8)
        if fact.example:
            page.line(Piece(f"such as {fact.example}", "quiet"), indent=4)
    return page


def _remarks(fact: Fact, policy: Policy) -> str:
    from engine.policy.model import ABSENT

    supplier = fact.supplied_by or ""
    title = policy.parties[supplier].title if supplier in policy.parties else supplier
    remarks = (
        "a finding" if fact.finding else "",
        "may be null" if fact.nullable else "",
        f"from: {title}" if title else "",
        "" if fact.if_absent is ABSENT else f"left out: {json.dumps(fact.if_absent, default=str)}",
    )
    return "".join(f", {remark}" for remark in remarks if remark)


def _data(fact: Fact) -> dict[str, object]:
    from engine.policy.model import ABSENT

    data: dict[str, object] = {
        "name": fact.name,
        "type": fact.kind,
        "values": dict(fact.values),
        "finding": fact.finding,
        "nullable": fact.nullable,
        "meaning": fact.meaning,
        "ask": fact.ask,
        "supplied_by": fact.supplied_by,
        "example": fact.example,
    }
    absent = {} if fact.if_absent is ABSENT else {"if_absent": fact.if_absent}
    return data | absent
