"""What the commands have in common: the pack, its versions and scenarios, as named on the command line."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from engine.cli import places
from engine.cli.places import cache_folder

if TYPE_CHECKING:
    from engine.pack import Pack, Version

Command = TypeVar("Command", bound=Callable[..., Any])
INDENTED_KEY: Final = re.compile(r"( +)([a-z][a-z0-9_]*):")


_said: set[Path] = set()


def near(path: Path) -> Path:
    """The path as seen from the working folder, when it lies below it: so that messages are short."""
    return Path(places.near(str(path)))


def find(pack: str | None, quiet: bool = False) -> Path:
    """The folder of the pack of this name or folder: one below `policies` in the working folder comes before one that
    is shipped, and where both have its name and no path was given it is said, once, which was taken. Raises
    InvalidDocument."""
    found = places.found_pack(pack)
    if found is None:
        from engine.library import find_pack

        return find_pack(pack, Path(places.OWN))
    folder, hides = Path(found[0]), found[1]
    if hides and not quiet and folder not in _said:
        _said.add(folder)
        click.echo(f"note: the pack in {folder} is taken, not the one of this name that is shipped", err=True)
    return near(folder)


def load(pack: str | None, only: str | None = None, drafts: bool = True) -> Pack:
    """The pack of this name or folder, from the cache if it was loaded before. Raises InvalidDocument with everything
    that is wrong with it."""
    from engine.cache.packs import cached_pack

    with _nothing_to_collect():
        return cached_pack(find(pack), only, drafts, cache_folder())


@contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """What is loaded here stays to the end: the garbage collector looks at it neither meanwhile nor later."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def pack_option(command: Command) -> Command:
    return click.option(
        "--pack",
        metavar="NAME_OR_FOLDER",
        help="The policy pack: its name or its folder. Default: the only one below `policies` here, or else shipped.",
    )(command)


def named(pack: str | None) -> str:
    """The option that names the pack again, for a command that a message proposes; empty where none was named."""
    if pack is None:
        return ""
    import shlex

    return f" --pack {shlex.quote(pack)}"


# ------------------------------------------------------------------------------------------------ versions by name


def version_named(pack: str | None, version: str | None) -> tuple[Pack, Version]:
    """The pack, and the version of this name; without a name the one that is in force today, or else the last one.

    Raises InvalidDocument for a pack with faults or without versions, and for an unknown version."""
    loaded = load(pack, version)
    chosen = loaded.version(version) if version is not None else in_force(loaded, today()) or last(loaded)
    return loaded, chosen


def in_force(pack: Pack, day: date) -> Version | None:
    """The version that is in force on a day; None before the first."""
    tenure = pack.ledger.on(day)
    return pack.versions.get(tenure.version) if tenure is not None else None


def version_before(pack: Pack, version: Version) -> Version | None:
    """The version with the next lower number in the pack's folder; None for the first. Raises InvalidDocument when it
    has faults."""
    from engine.library import version_below, version_files

    name = version_below(version_files(pack.folder), version.name)
    return None if name is None else pack.versions.get(name) or load(str(pack.folder), name).version(name)


def last(pack: Pack) -> Version:
    """The last version of a pack. Raises UsageError when it has none."""
    if not pack.versions:
        raise click.UsageError(f"the pack {pack.name!r} has no versions")
    return list(pack.versions.values())[-1]


def today() -> date:
    return datetime.now().astimezone().date()


def scenario_of(version: Version, name: str) -> str:
    """The name of a scenario of this version. Raises UsageError for another."""
    if name in version.programs:
        return name
    from engine.diagnostics import did_you_mean, quoted

    hint = did_you_mean(name, version.programs) or "scenarios: " + ", ".join(version.programs)
    raise click.UsageError(f"no scenario {quoted(name)} in version {version.name}; {hint}")


# ----------------------------------------------------------------------------------------------- values of options


def instant(_ctx: click.Context, _param: click.Parameter, value: str | None) -> datetime | None:
    """The moment that an option names. Raises BadParameter for anything else."""
    from engine.clock import BadTime, parse_instant

    try:
        return None if value is None else parse_instant(value)
    except BadTime as problem:
        raise click.BadParameter(str(problem)) from None


def day(_ctx: click.Context, _param: click.Parameter, value: str | None) -> date | None:
    """The day that an option names. Raises BadParameter for anything else."""
    from engine.clock import BadTime, parse_date

    try:
        return None if value is None else parse_date(value)
    except BadTime as problem:
        raise click.BadParameter(str(problem)) from None


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def now() -> datetime:
    """The only place where a clock is read for a decision: the moment it is made for, when nobody names another."""
    return datetime.now(UTC).replace(microsecond=0)


# ------------------------------------------------------------------------------------------------- shell completion


def complete_version(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    return _starting_with(incomplete, lambda: _version_files(ctx))


def complete_scenario(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    return _starting_with(incomplete, lambda: _scenarios(list(_version_files(ctx).values())[-1]))


def _starting_with(incomplete: str, names: Callable[[], Iterable[str]]) -> list[str]:
    try:
        return [name for name in names() if name.startswith(incomplete)]
    except Exception:  # the shell must never see a traceback in the middle of a line
        return []


def _version_files(ctx: click.Context) -> dict[str, Path]:
    from engine.library import version_files

    return version_files(find(ctx.params.get("pack"), quiet=True))


def _scenarios(file: Path) -> list[str]:
    """The keys right below `scenarios:`, by their indentation: no need to check the whole version for that."""
    _, _, block = ("\n" + file.read_text(encoding="utf-8")).partition("\nscenarios:")
    found = [match for line in block.splitlines() if (match := INDENTED_KEY.match(line))]
    return [match[2] for match in found if match[1] == found[0][1]]
