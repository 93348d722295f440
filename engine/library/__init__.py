"""Packs on disk: their versions and registers, the ledger of what is published, and which version governs a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.lazily import names_of

if TYPE_CHECKING:
    from engine.library.governing import Filing, filing
    from engine.library.ledger import (
        EMPTY,
        LEDGER,
        Ledger,
        Publication,
        State,
        Tenure,
        check_files,
        check_unchanged,
        load_ledger,
        read_ledger,
    )
    from engine.library.pack_files import (
        Draft,
        check_one_policy,
        check_place,
        draft_of,
        load_draft,
        load_registers,
    )
    from engine.library.places import find_pack, is_version, version_below, version_files, version_key
    from engine.library.registry import Registry

__all__ = [
    "EMPTY",
    "LEDGER",
    "Draft",
    "Filing",
    "Ledger",
    "Publication",
    "Registry",
    "State",
    "Tenure",
    "check_files",
    "check_one_policy",
    "check_place",
    "check_unchanged",
    "draft_of",
    "filing",
    "find_pack",
    "is_version",
    "load_draft",
    "load_ledger",
    "load_registers",
    "read_ledger",
    "version_below",
    "version_files",
    "version_key",
]

__getattr__ = names_of(
    __name__,
    {
        "Draft": "engine.library.pack_files",
        "EMPTY": "engine.library.ledger",
        "Filing": "engine.library.governing",
        "LEDGER": "engine.library.ledger",
        "Ledger": "engine.library.ledger",
        "Publication": "engine.library.ledger",
        "Registry": "engine.library.registry",
        "State": "engine.library.ledger",
        "Tenure": "engine.library.ledger",
        "check_files": "engine.library.ledger",
        "check_one_policy": "engine.library.pack_files",
        "check_place": "engine.library.pack_files",
        "check_unchanged": "engine.library.ledger",
        "draft_of": "engine.library.pack_files",
        "filing": "engine.library.governing",
        "find_pack": "engine.library.places",
        "is_version": "engine.library.places",
        "load_draft": "engine.library.pack_files",
        "load_ledger": "engine.library.ledger",
        "load_registers": "engine.library.pack_files",
        "read_ledger": "engine.library.ledger",
        "version_below": "engine.library.places",
        "version_files": "engine.library.places",
        "version_key": "engine.library.places",
    },
)
