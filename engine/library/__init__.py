"""Packs on disk: their versions and registers, the ledger of what is published, and which version governs a day."""

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
    VERSION_FILE,
    Draft,
    Registry,
    check_one_policy,
    check_place,
    draft_of,
    find_pack,
    load_draft,
    load_registers,
    version_files,
    version_key,
)

__all__ = [
    "EMPTY",
    "LEDGER",
    "VERSION_FILE",
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
    "load_draft",
    "load_ledger",
    "load_registers",
    "read_ledger",
    "version_files",
    "version_key",
]
