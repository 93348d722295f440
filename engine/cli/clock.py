"""`clock`: every clock of a case, as a table, a picture or a calendar."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from engine.cli import exits
from engine.cli.forms import form_option, output_option
from engine.cli.one_case import OneCase, head_of, one_case, options
from engine.cli.output import opened


@click.command(short_help="Show every clock of a case: what runs, until when, what was met or missed.")
@options
@form_option("text", "json", "markdown", "svg", "ics")
@click.option(
    "--alarm", type=click.IntRange(1, 720), metavar="HOURS",
    help="Let the calendar remind so many hours ahead of what is still to come.",
)  # fmt: skip
@output_option
def command(
    case: str,
    as_of: datetime | None,
    version: str | None,
    pack: str | None,
    form: str,
    alarm: int | None,
    output: Path | None,
) -> int:
    """Show every clock of a case: for whom it runs, from which event, how long, until when; what was met or missed; and
    what would start those that have not started.

    \b
    Examples:
      aftersale clock case.yaml
      aftersale clock case.yaml --as-of 2025-06-13T09:00:00-04:00
      aftersale clock case.yaml --format svg --output clocks.svg
      aftersale clock case.yaml --format ics --alarm 24 --output deadlines.ics

    A calendar has an event for the last instant of every period. Its ids stay the same for the same dispute, so a
    later file moves or cancels the events of an earlier one.

    Exits with 1 when there is nothing to put in a calendar.
    """
    if alarm is not None and form != "ics":
        raise click.UsageError("`--alarm` is for calendars: add `--format ics`")
    from engine.analysis.clock_ledger import clock_ledger

    one = one_case(case, pack, version, as_of)
    ledger = clock_ledger(one.version, one.case, one.as_of)
    policy = one.version.policy
    with opened(output) as out:
        if form == "json":
            from engine.render.clock_to_data import clock_to_data

            out.json(clock_to_data(ledger, policy))
        elif form == "markdown":
            from engine.render.clock_to_markdown import clock_to_markdown

            out.data(clock_to_markdown(ledger, policy, head_of(one), one.said))
        elif form == "svg":
            from engine.render.timeline import timeline_to_svg

            out.data(timeline_to_svg(ledger.entries, one.as_of, ledger.decision.zone, policy, head_of(one)))
        elif form == "ics":
            from engine.render.clock_to_ics import clock_to_ics

            written = clock_to_ics(ledger, policy, _identity(one), head_of(one), alarm)
            if not written:
                click.echo("no calendar: no period of this case has an end yet", err=True)
                return exits.FINDINGS
            out.data(written)
        else:
            from engine.render.clock_to_text import clock_to_page
            from engine.render.page import columns

            out.page(clock_to_page(ledger, policy, head_of(one), one.said, columns()))
    return exits.OK


def _identity(one: OneCase) -> str:
    """What tells a dispute from all others, however its facts grow: its row, its filing and its title."""
    filed = one.case.values.get(one.version.policy.filed_fact)
    return f"{one.case.scenario} {filed.isoformat() if isinstance(filed, datetime) else ''} {one.title}"
