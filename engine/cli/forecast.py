"""`forecast`: what happens to a case if nobody acts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from engine.cli import exits
from engine.cli.forms import form_option, output_option
from engine.cli.one_case import OneCase, head_of, one_case, options
from engine.cli.output import opened
from engine.diagnostics import InvalidDocument, did_you_mean, quoted

if TYPE_CHECKING:
    from engine.case.model import Case

NEXT: Final = "next"


@click.command(short_help="Show what happens to a case if nobody acts.")
@options
@click.option(
    "--suppose", "supposed", multiple=True, metavar="FACT=VALUE",
    help="Suppose a fact to be this, such as an event that comes; `FACT=next`: as soon as a period runs that it meets.",
)  # fmt: skip
@form_option("text", "json", "markdown", "svg")
@output_option
def command(
    case: str,
    as_of: datetime | None,
    version: str | None,
    pack: str | None,
    supposed: tuple[str, ...],
    form: str,
    output: Path | None,
) -> int:
    """Show what happens to a case if nobody acts: at each coming instant what ends, what begins and what then follows,
    until nothing runs any more. It is found by deciding the case at those instants.

    \b
    Examples:
      aftersale forecast case.yaml
      aftersale forecast case.yaml --suppose judgment.notified_at=2025-06-27T09:00:00-07:00
      aftersale forecast case.yaml --suppose judgment.notified_at=next

    VALUE is written as in a case file. Where several facts are supposed, `next` counts with those named before it.
    """
    from engine.analysis.forecast import forecast

    one = one_case(case, pack, version, as_of)
    found = forecast(one.version, _suppose(one, supposed), one.as_of)
    policy = one.version.policy
    with opened(output) as out:
        if form == "json":
            from engine.render.forecast_to_data import forecast_to_data

            out.json(forecast_to_data(found, policy))
        elif form == "markdown":
            from engine.render.forecast_to_data import forecast_to_markdown

            out.data(forecast_to_markdown(found, policy, head_of(one), one.said))
        elif form == "svg":
            from engine.render.timeline import timeline_to_svg

            now, entries = found.now.decision, found.ledgers[-1].entries
            out.data(timeline_to_svg(entries, now.as_of, now.zone, policy, f"If nobody acts: {head_of(one)}"))
        else:
            from engine.render.forecast_to_text import forecast_to_page

            out.page(forecast_to_page(found, policy, head_of(one), one.said))
    return exits.OK


def _suppose(one: OneCase, supposed: tuple[str, ...]) -> Case:
    """The case with what is supposed. Raises UsageError."""
    from engine.analysis.forecast import forecast

    data, case = one.data, one.case
    facts = one.version.policy.facts
    for text in supposed:
        name, equals, written = text.partition("=")
        if not equals:
            raise click.UsageError(f"nothing is supposed of {quoted(name)}; write `--suppose {name}=VALUE`")
        if name not in facts:
            hint = did_you_mean(name, facts) or "`aftersale facts` lists the facts"
            raise click.UsageError(f"no fact {quoted(name)} to suppose; {hint}")
        if written == NEXT and facts[name].kind == "event":
            value: object = forecast(one.version, case, one.as_of).next_moment(name).isoformat()
        else:
            value = _value(name, written)
        data = _with_fact(data, name, value)
        try:
            case = one.version.read(data).case
        except InvalidDocument as problem:
            first = problem.diagnostics[0]
            raise click.UsageError(f"{first.message}{f'; {first.help}' if first.help else ''}") from None
    return case


def _value(name: str, written: str) -> object:
    """A value as a case file writes it."""
    from engine.document import decode_source, parse_document, plain

    try:
        data = plain(parse_document(decode_source("--suppose", f"value: {written}\n".encode())))
    except InvalidDocument as problem:
        raise click.UsageError(f"--suppose {name}: {problem.diagnostics[0].message}") from None
    return data.get("value") if isinstance(data, Mapping) and len(data) == 1 else written


def _with_fact(data: object, name: str, value: object) -> dict[str, object]:
    """The data of a case with one fact replaced; the case itself stays as it is."""
    group, _, key = name.partition(".")
    whole = dict(data) if isinstance(data, Mapping) else {}
    facts = {name: dict(members) for name, members in whole.get("facts", {}).items()}
    facts[group] = {**facts.get(group, {}), key: value}
    return {**whole, "facts": facts}
