"""What a version changes against the one before: what its authors say, and what differs, scenario by scenario."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.analysis.compare_versions import differences
from engine.library import Registry
from engine.pack import Version
from engine.render.changes.build import announced
from engine.render.changes.front import front, lines_of, title_of, visible
from engine.render.changes.told import Said, Section, Told
from engine.render.reader.content import Block, Chapter, Detail, Entries, Entry, Link, Points, Prose

NOTHING_CHANGES: Final = "Nothing changes in periods, evidence or rules."
ON_ONE_LINE: Final = 200  # characters of what was and what is, together


def changes_chapter(version: Version, before: Version | None, registers: Registry) -> Chapter:
    """The changes of a version; of the first one, what its authors say of it.

    `registers` are those of the pack, without what the version amends.
    """
    said: tuple[Block, ...] = (Points(version.policy.changes),) if version.policy.changes else ()
    if before is None:
        return Chapter("What this version is", "changes", said)
    told = announced(differences(before, version), registers)
    amended = registers.under(version.policy)
    parts = tuple(_part(section, amended) for section in told.sections if section.what or front(section))
    blocks = said if parts else (*said, Prose(NOTHING_CHANGES))
    return Chapter(f"What changes against version {before.name}", "changes", blocks, parts)


def _part(section: Section, registers: Registry) -> Chapter:
    title = section.title if section.scenario else "In several scenarios"
    came = Prose("This scenario is new." if section.what == "added" else "This scenario is no longer handled.")
    entries = tuple(
        Entry("", title_of(change), details=tuple(_details(change, section, registers))) for change in front(section)
    )
    blocks: tuple[Block, ...] = (came,) if section.what else ()
    return Chapter(title, "", (*blocks, Entries("changes", entries)) if entries else blocks)


def _details(change: Told, section: Section, registers: Registry) -> Iterator[Detail]:
    if change.who and change.who.lower() not in change.title.lower():
        yield Detail("For", change.who)
    for one in visible(change):
        yield from _said(one, change)
    if not section.scenario:
        yield Detail("Takes effect in", "Every scenario" if change.everywhere else ", ".join(change.rows.values()))
    for passed in change.passed_by:
        yield Detail("Does not reach", f"{passed.title}: {passed.why}")
    if change.what != "removed":
        went, came = change.clauses
        for label, clauses in (("Rests on", came), ("No longer rests on", went)):
            links = tuple(Link(name, f"clause-{name}") for name in clauses if name in registers.clauses)
            if links:
                yield Detail(label, links=links)


def _said(one: Said, change: Told) -> Iterator[Detail]:
    """What a part says: before and after, where it was changed, one below the other where that is long."""
    before, after = ("; ".join(lines_of(one, lines)) for lines in (one.before, one.after))
    if change.what != "changed":
        yield Detail(one.label, after if change.what == "added" else before)
    elif not before or not after:
        yield Detail(one.label, f"new: {after}" if after else f"no longer: {before}")
    elif len(before) + len(after) > ON_ONE_LINE:
        yield Detail(f"{one.label}, until now", before)
        yield Detail(f"{one.label}, then", after)
    else:
        yield Detail(one.label, f"until now {before.removesuffix('.')}; then {after}")
