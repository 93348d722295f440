"""`schema`: JSON Schemas of what people and programs write and read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from engine.cli import exits, packs
from engine.cli.output import opened

if TYPE_CHECKING:
    from engine.policy.schema_help import Schema

OF_A_VERSION: Final = ("case", "decision", "explanation", "clock", "forecast", "missing", "what-if")
BY_VERSION: Final = ("policy", "tests", *OF_A_VERSION)
NAMES: Final = (
    *("policy", "clauses", "readings", "tests", "ledger", "mutants", "readers", "notices", "sample"),
    *OF_A_VERSION,
    "backtest",
)


@click.command(short_help="Print a JSON Schema, for editors and other programs.")
@click.argument("name", type=click.Choice(NAMES), required=False, metavar=f"[{' | '.join(NAMES)}]")
@click.option(
    "--for", "version", metavar="VERSION", shell_complete=packs.complete_version,
    help="Closed for this version: it knows the version's own names and values.",
)  # fmt: skip
@click.option("--write", is_flag=True, help="Write all schemas of the pack into its folder `schemas/`.")
@click.option("--check", is_flag=True, help="Say which of these files are not up to date; exit code 1 if any.")
@packs.pack_option
def command(name: str | None, version: str | None, write: bool, check: bool, pack: str | None) -> int:
    """Print a JSON Schema (2020-12), for editors and other programs.

    A case, a decision, its explanation, and what `clock`, `forecast`, `missing` and `what-if` give with
    --format json have a schema for each version (default: the one in force today). With --for, those of a policy
    and of its tests know all names of the version, so that an editor can complete and check them.

    With --write, all schemas of a pack are written to the files that its documents name in their first line. Do
    so after declaring something, so that the editor knows it, too.

    \b
    Examples:
      aftersale schema --write
      aftersale schema case --for 1.0.0 > 1.0.0.case.schema.json
      aftersale schema policy --for 1.0.0 > policy.schema.json
      aftersale schema forecast > forecast.schema.json
      aftersale schema clauses
    """
    if write or check:
        if name is not None or version is not None or (write and check):
            raise click.UsageError("`--write` and `--check` each stand alone: they are about all schemas of a pack")
        return _check(pack) if check else _write(pack)
    if name is None:
        raise click.UsageError("say which schema: " + ", ".join(NAMES) + "; or `--write` for all of the pack")
    from engine.policy.editor import written

    with opened(None) as out:
        out.data(written(_schema(name, version, pack)))
    return exits.OK


def _schema(name: str, version: str | None, pack: str | None) -> Schema:
    from engine.policy.editor import schema_of
    from engine.policy.schemas import shipped

    if version is None and name not in OF_A_VERSION:
        return shipped(name)
    if name not in BY_VERSION:
        raise click.UsageError(f"the schema of {name} is the same for every version; leave out `--for`")
    loaded, chosen = packs.version_named(pack, version)
    return schema_of(name, chosen.policy, loaded.registers.clauses, loaded.registers.readings)


# ------------------------------------------------------------------------------------------------ those of a whole pack


def _write(pack: str | None) -> int:

    found = stale(packs.find(pack))
    write(found)
    with opened(None) as out:
        out.data("".join(f"{path}: written\n" for path in found) or "all schemas are up to date\n")
    return exits.OK


def _check(pack: str | None) -> int:

    found = stale(packs.find(pack))
    with opened(None) as out:
        out.data("".join(f"{path}: not up to date\n" for path in found) or "all schemas are up to date\n")
        if found:
            out.data(f"write them with `aftersale schema --write{packs.named(pack)}`\n")
    return exits.FINDINGS if found else exits.OK


def write(files: Mapping[Path, str]) -> None:
    """Write schemas, each file at once or not at all. Raises OutputFailed when one cannot be written."""
    for path, text in files.items():
        path.parent.mkdir(exist_ok=True)
        with opened(path) as file:
            file.data(text)


def stale(folder: Path) -> dict[Path, str]:
    """The files of a pack's schemas that are not there or not as they should be, with the text they should have.

    A version with faults counts as far as it can be read; one that cannot be read keeps what it has."""
    from engine.diagnostics import Report
    from engine.library import load_draft, load_registers, version_files
    from engine.policy.editor import FOLDER, schema_files

    registers = load_registers(folder, Report())
    drafts = [load_draft(path, Report()) for path in version_files(folder).values()]
    texts = schema_files([d.policy for d in drafts if d is not None], registers.clauses, registers.readings)
    files = {folder / FOLDER / name: text for name, text in texts.items()}
    return {path: text for path, text in files.items() if not path.is_file() or _read(path) != text}


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
