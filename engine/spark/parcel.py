"""A pack on its way to other machines: the documents that decide, as they stand, checked again where they arrive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from engine.columns.layout import governing_versions
from engine.library import LEDGER
from engine.pack import Pack, load_pack
from engine.resources import ENGINE_VERSION

PACKS_KEPT: Final = 8  # of a worker process; a job needs one or two


class ParcelRefused(RuntimeError):
    """What was sent is not what arrived, or another engine would read it."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """The documents that decide cases: versions by name, or the ledger with all that it has published (every version of
    a pack that has none).

    `documents` are file names with their bytes, `digests` the versions with the digests of their content, as they were
    when the parcel was packed. It is plain data: it can be pickled, and two of the same pack are equal.
    """

    pack: str
    documents: tuple[tuple[str, bytes], ...]
    digests: tuple[tuple[str, str], ...]
    engine_version: str = ENGINE_VERSION


def packed(pack: Pack, *names: str) -> Parcel:
    """The parcel of a pack that was loaded from its folder: these versions, or all that may govern a case.

    Clauses and readings stay at home: the versions were checked against them, and decide without them. Raises
    InvalidDocument when there is no such version.
    """
    versions = [pack.version(name) for name in names] or governing_versions(pack)
    digests = {version.name: version.policy.digest for version in versions}
    files = [f"{name}.yaml" for name in digests] + ([LEDGER] if not names and pack.ledger.publications else [])
    documents = tuple((file, (pack.folder / file).read_bytes()) for file in sorted(files))
    return Parcel(pack.name, documents, tuple(sorted(digests.items())))


@lru_cache(maxsize=PACKS_KEPT)
def unpacked(parcel: Parcel) -> Pack:
    """The pack in a parcel: checked and linked once in a process, however many tasks ask for it.

    Raises ParcelRefused when this machine has another version of the engine, or when the documents are not those of the
    pack that was packed.
    """
    if parcel.engine_version != ENGINE_VERSION:
        raise ParcelRefused(
            f"the cases are sent by aftersale {parcel.engine_version}, and this worker has {ENGINE_VERSION}; "
            "install the same version on the driver and on every worker"
        )
    with TemporaryDirectory(prefix="aftersale-") as folder:
        place = Path(folder) / parcel.pack
        place.mkdir()
        for name, content in parcel.documents:
            (place / name).write_bytes(content)
        pack = load_pack(place, drafts=LEDGER not in dict(parcel.documents))
    _check_digests(pack, dict(parcel.digests))
    return pack


def _check_digests(pack: Pack, sent: Mapping[str, str]) -> None:
    arrived = {name: version.policy.digest for name, version in pack.versions.items()}
    if wrong := [name for name in sent if arrived.get(name) != sent[name]]:
        raise ParcelRefused(f"version {wrong[0]} of {pack.name} is not the one that was loaded: its file was changed")
