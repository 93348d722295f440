"""The hints on drafts: each beside the version of the next lower number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli import packs
from engine.cli.compared import cases_of_pack
from engine.diagnostics import InvalidDocument, Report

if TYPE_CHECKING:
    from engine.analysis.draft_hint import Hint
    from engine.pack import Version
    from engine.testing.model import PolicyTest


def hints(pack: str | None, versions: Sequence[Version], tests: Sequence[PolicyTest] = ()) -> list[Hint]:
    """The hints on those of the versions that are drafts, where a lower version and the cases of the pack can be used.
    `tests` are the policy tests of the pack, where they have been read.

    What is wrong with them is no matter of the drafts, and told where they are checked themselves."""
    drafts = [version for version in versions if version.publication is None]
    try:
        return list(_hints(pack, drafts, versions, tests)) if drafts else []
    except InvalidDocument:
        return []


def _hints(
    pack: str | None, drafts: Iterable[Version], loaded: Iterable[Version], tests: Sequence[PolicyTest]
) -> Iterator[Hint]:
    from engine.analysis.behaviour import behaviour
    from engine.analysis.compare_versions import differences
    from engine.analysis.draft_hint import hint

    folder = packs.find(pack)
    cases = cases_of_pack(folder, Report(), tests)
    by_file = {version.policy.document.place.source.name: version for version in loaded}
    for draft in drafts:
        before = _version_before(draft, folder, by_file)
        if before is not None:
            found = differences(before, draft)
            yield hint(found, behaviour(before, draft, cases if found.changes else ()))


def _version_before(draft: Version, folder: Path, loaded: Mapping[str, Version]) -> Version | None:
    """The version of the next lower number in the pack, if there is one and nothing is wrong with it."""
    from engine.library import load_ledger, load_registers, version_below, version_files
    from engine.pack import load_version

    files = version_files(folder)
    name = version_below(files, draft.name)
    if name is None:
        return None
    file = files[name]
    found = loaded.get(str(file))
    if found is None:
        registers, ledger = load_registers(folder, Report()), load_ledger(folder, Report())
        found = load_version(file, registers, Report(), ledger)
    return found if found is not None and found.policy.name == draft.policy.name else None
