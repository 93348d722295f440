"""`rules`: a scenario as it is decided."""

from __future__ import annotations

import click

from engine.cli import exits, packs
from engine.cli.output import opened


@click.command(short_help="Show the rules of a scenario in the order in which they are read.")
@click.argument("scenario", shell_complete=packs.complete_scenario)
@click.argument("version", required=False, shell_complete=packs.complete_version)
@packs.pack_option
def command(scenario: str, version: str | None, pack: str | None) -> int:
    """Show the rules of a scenario in the order in which they are read.

    General rules stand where the scenario takes them. Each rule has its condition, what it says, the clauses and
    readings that it rests on, and the line where it is written; then come the periods, the evidence that is owed, and
    the names that conditions use. Default of VERSION: the one in force today.

    \b
    Examples:
      aftersale rules SCENARIO
      aftersale rules SCENARIO 1.0.0 | less
    """
    from engine.render.program_to_text import program_to_page

    _, chosen = packs.version_named(pack, version)
    program = chosen.programs[packs.scenario_of(chosen, scenario)]
    with opened(None) as out:
        out.page(program_to_page(program))
    return exits.OK
