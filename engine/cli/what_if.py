"""`what-if`: what would change the decision of a case."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from engine.cli import exits
from engine.cli.forms import form_option, output_option
from engine.cli.one_case import OneCase, head_of, one_case, options
from engine.cli.output import opened
from engine.diagnostics import did_you_mean, quoted


@click.command(
    "what-if", short_help="Show the smallest sets of changes that would turn a case, and who can no longer change it."
)
@options
@click.option("--field", metavar="FIELD", help="Look at this field of the decision. Default: the outcome.")
@click.option("--by", metavar="PARTY", help="Keep to what this party can still do, or this supplier of facts.")
@click.option(
    "--max-size", type=click.IntRange(1, 10), default=3, show_default=True, metavar="N",
    help="Look at no more than so many changes together.",
)  # fmt: skip
@click.option(
    "--also", multiple=True, metavar="FACT",
    help="Let this fact be otherwise, too. By default facts of the past stay as they are.",
)  # fmt: skip
@form_option("text", "json", "markdown")
@output_option
def command(
    case: str,
    as_of: datetime | None,
    version: str | None,
    pack: str | None,
    field: str | None,
    by: str | None,
    max_size: int,
    also: tuple[str, ...],
    form: str,
    output: Path | None,
) -> int:
    """Show the smallest sets of changes that would change the outcome of a case: evidence that a party can still hand
    in, findings that could be otherwise, events that can still happen; each with who, until when and what follows,
    verified by deciding the changed case. Nothing that would come too late is among them.

    \b
    Examples:
      aftersale what-if case.yaml
      aftersale what-if case.yaml --by PARTY
      aftersale what-if case.yaml --field status --max-size 2
    """
    from engine.analysis.what_if import what_would_change

    one = one_case(case, pack, version, as_of)
    _check(one, field, by, also)
    found = what_would_change(one.version, one.case, one.as_of, field, by, max_size, also)
    policy = one.version.policy
    with opened(output) as out:
        if form == "json":
            from engine.render.what_if_to_data import what_if_to_data

            out.json(what_if_to_data(found, one.case, policy))
        elif form == "markdown":
            from engine.render.what_if_to_data import what_if_to_markdown

            out.data(what_if_to_markdown(found, one.case, policy, head_of(one), one.said))
        else:
            from engine.render.what_if_to_text import what_if_to_page

            out.page(what_if_to_page(found, one.case, policy, head_of(one), one.said))
    return exits.OK


def _check(one: OneCase, field: str | None, by: str | None, also: tuple[str, ...]) -> None:
    """Whether everything that was named is there. Raises UsageError."""
    from engine.analysis.possible import TRIED

    policy = one.version.policy
    if one.case.scenario is None:
        raise click.UsageError(
            "what would change it can be told once the scenario is known; the case leaves it open."
            " `aftersale missing` tells what each would lead to"
        )
    fields = [f.written_as for f in policy.fields.values()]
    if field is not None and field not in fields:
        hint = did_you_mean(field, fields) or f"fields: {', '.join(fields)}"
        raise click.UsageError(f"the decision has no field {quoted(field)}; {hint}")
    actors = dict.fromkeys([*policy.parties, *(f.supplied_by for f in policy.facts.values() if f.supplied_by)])
    if by is not None and by not in actors:
        hint = did_you_mean(by, actors) or f"it can be {', '.join(actors)}"
        raise click.UsageError(f"nobody is called {quoted(by)}; {hint}")
    for name in also:
        if name not in policy.facts:
            hint = did_you_mean(name, policy.facts) or "`aftersale facts` lists the facts"
            raise click.UsageError(f"no fact {quoted(name)}; {hint}")
        if policy.facts[name].kind not in TRIED:
            raise click.UsageError(f"the values of {quoted(name)} cannot all be tried; `forecast --suppose` takes one")
