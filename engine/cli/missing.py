"""`missing`: which facts a case waits for, in which order to ask for them, and what can still come of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from engine.cli import exits
from engine.cli.forms import form_option, output_option
from engine.cli.one_case import head_of, one_case, options
from engine.cli.output import opened


@click.command(short_help="Show which facts a case waits for, in which order to ask for them.")
@options
@form_option("text", "json")
@output_option
def command(
    case: str, as_of: datetime | None, version: str | None, pack: str | None, form: str, output: Path | None
) -> int:
    """Show which facts and findings can still change what is decided: each with its question, who can supply it, and
    what remains possible after each answer. What settles most comes first; what changes nothing is not asked for.

    It is found by deciding the case with values tried out.

    \b
    Examples:
      aftersale missing case.yaml
      aftersale missing case.yaml --format json

    Exits with 1 when a fact or a finding is missing on which the outcome hangs.
    """
    from engine.analysis.missing import may_matter

    one = one_case(case, pack, version, as_of)
    found = may_matter(one.version, one.case, one.as_of)
    policy = one.version.policy
    with opened(output) as out:
        if form == "json":
            from engine.render.missing_to_data import missing_to_data

            out.json(missing_to_data(found, policy))
        else:
            from engine.render.missing_to_text import missing_to_page

            out.page(missing_to_page(found, policy, head_of(one), one.said))
    hangs = any(matter.changes in ("outcome", "perhaps") for matter in (*found.facts, *found.findings))
    return exits.FINDINGS if hangs else exits.OK
