"""What everybody meets of the changes between two versions, as opposed to those who write cases and policies."""

from __future__ import annotations

from typing import Final

from engine.render.changes.build import KINDS
from engine.render.changes.told import Said, Section, Told

# Parts whose changes only those who write cases and policies meet.
BEHIND: Final = frozenset({KINDS[kind] for kind in ("head", "fact", "proposition", "group", "party", "table")})
# What parts say that is about names and upkeep.
HIDDEN: Final = frozenset({"deadline", "deadlines", "id", "use", "if_unknown", "written_as", "list"})
WORDS: Final = frozenset({"one_of", "values"})


def front(section: Section) -> list[Told]:
    """The changes of a section that everybody meets."""
    return [c for c in section.changes if c.kind not in BEHIND and (visible(c) or c.clauses != ((), ()))]


def visible(change: Told) -> list[Said]:
    """What of a change everybody meets."""
    return [one for one in change.said if one.key not in HIDDEN]


def lines_of(one: Said, lines: tuple[str, ...]) -> list[str]:
    """The lines as people read them: values by their meanings alone; `nothing` where nothing was said."""
    texts = [line.partition(": ")[2] or line for line in lines] if one.key in WORDS else list(lines)
    return texts or ([] if one.partly else ["nothing"])


def title_of(change: Told) -> str:
    """What a change is called: its part, and whether that came or went."""
    return change.title + {"added": " (new)", "removed": " (no longer)"}.get(change.what, "")
