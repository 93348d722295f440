"""`case`: a case file to fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from engine.cli import exits, packs
from engine.cli.output import opened

if TYPE_CHECKING:
    from engine.pack import Pack, Version


@click.command(short_help="Print a case file to fill in.")
@click.argument("scenario", shell_complete=packs.complete_scenario)
@click.option(
    "--policy", "version", metavar="VERSION", shell_complete=packs.complete_version,
    help="For this version. Default: the one in force today.",
)  # fmt: skip
@packs.pack_option
@click.option("--json", "as_json", is_flag=True, help="As JSON, without the comments.")
def command(scenario: str, version: str | None, pack: str | None, as_json: bool) -> int:
    """Print a case file to fill in: every fact that this scenario can need.

    Each fact has its question, its meaning and its possible values as comments. As printed it is a valid case, of
    which nothing is known.

    \b
    Examples:
      aftersale case SCENARIO > case.yaml
      aftersale decide case.yaml
    """
    from engine.render.skeleton import skeleton, skeleton_data

    loaded, chosen = packs.version_named(pack, version)
    program = chosen.programs[packs.scenario_of(chosen, scenario)]
    with opened(None) as out:
        if as_json:
            out.json(skeleton_data(program))
        else:
            out.data(skeleton(program, *_schema(loaded, chosen)))
    return exits.OK


def _schema(pack: Pack, version: Version) -> tuple[str, str]:
    """Where an editor finds the schema of a case, as seen from the working folder; and how to get it, if need be."""
    name = f"{version.name}.case.schema.json"
    shipped = packs.near(pack.folder / "schemas" / name)
    if shipped.is_file() and not shipped.is_absolute():
        return shipped.as_posix(), ""
    return name, f"aftersale schema case --for {version.name} > {name}"
