"""`schema`: JSON Schemas of what people and programs write and read."""

from __future__ import annotations

import json
from typing import Any, Final

import click

from engine.cli import exits, packs
from engine.cli.output import opened

OF_A_VERSION: Final = ("case", "decision")
NAMES: Final = ("policy", "clauses", "readings", "tests", "ledger", *OF_A_VERSION)


@click.command(short_help="Print a JSON Schema, for editors and other programs.")
@click.argument("name", type=click.Choice(NAMES))
@click.option(
    "--for", "version", metavar="VERSION", shell_complete=packs.complete_version,
    help="Closed for this version: it knows the version's own names and values.",
)  # fmt: skip
@packs.pack_option
def command(name: str, version: str | None, pack: str | None) -> int:
    """Print a JSON Schema (2020-12), for editors and other programs.

    A case and a decision have a schema for each version (default: the one in force today). With --for, that of a
    policy knows all names of the version, so that an editor can complete and check them.

    \b
    Examples:
      aftersale schema case --for 1.0.0 > 1.0.0.case.schema.json
      aftersale schema policy --for 1.0.0 > policy.schema.json
      aftersale schema clauses
    """
    with opened(None) as out:
        out.data(json.dumps(_schema(name, version, pack), ensure_ascii=False, indent=2) + "\n")
    return exits.OK


def _schema(name: str, version: str | None, pack: str | None) -> dict[str, Any]:
    from engine.policy.schemas import case_schema, decision_schema, shipped, version_schema

    if version is None and name not in OF_A_VERSION:
        return shipped(name)
    makers = {"case": case_schema, "decision": decision_schema, "policy": version_schema}
    if name not in makers:
        raise click.UsageError(f"the schema of {name} is the same for every version; leave out `--for`")
    _, chosen = packs.version_named(pack, version)
    return makers[name](chosen.policy)
