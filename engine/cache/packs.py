"""Packs that were loaded before: a pack whose files are as they were needs no reading and no checking."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cache.entries import keep, key_of, ours, read_entry
from engine.cache.pickles import dumped, loads
from engine.pack import Pack, load_pack

if TYPE_CHECKING:
    from engine.backends.compiled.building import Decide


def cached_pack(folder: Path, only: str | None, drafts: bool, entries: Path | str | None) -> Pack:
    """As `load_pack`, from the entries in a folder of its own where that is possible; there the pack is kept, too.

    A folder of entries that cannot be used is as good as none. Raises InvalidDocument as `load_pack` does.
    """
    key = key_of(str(folder), only, drafts) if entries is not None and ours(str(entries)) else None
    if key is None:
        return load_pack(folder, only, drafts)
    entry = f"{entries}/{key}.pack"
    found = _read(entry)
    if found is not None:
        for version in found.versions.values():
            version.take_rows_from(_rows(f"{entries}/{key}", version.name))
        return found
    pack = load_pack(folder, only, drafts)
    if key_of(str(folder), only, drafts) == key:  # nobody wrote to the pack meanwhile
        keep(dumped(pack), entry)
    return pack


def _rows(start: str, version: str) -> Callable[[str], Decide | None]:
    """The rows of a version that were prepared before."""

    def row(scenario: str) -> Decide | None:
        from engine.cache.prepared import decide_of, row_of

        content = read_entry(f"{start}.{row_of(version, scenario)}")
        return None if content is None else decide_of(content)

    return row


def _read(entry: str) -> Pack | None:
    content = read_entry(entry)
    found = None if content is None else loads(content)
    return found if isinstance(found, Pack) else None
