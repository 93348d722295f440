"""What would change a decision, as a part of the report of a case."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from engine.analysis.what_if import Changes
from engine.case.model import Case
from engine.policy.model import Policy
from engine.render.what_if_to_text import ending_in_words, grouped, reach_in_words, stand_in_words
from engine.render.what_if_words import ways_in_words


def what_if_to_html(found: Changes, case: Case, policy: Policy) -> str:
    """What stands under the heading."""
    parts = [_list(stand_in_words(found, policy))]
    for heading, ways in grouped(found, policy):
        parts += [_heading(heading), _list(ways_in_words(ways, found.now, case, policy))]
    if found.ends:
        parts += [_heading("This would end the dispute")]
        parts += [_list(ending_in_words(way, found, case, policy) for way in found.ends)]
    return "".join((*parts, _heading("How far this goes"), _list(reach_in_words(found, policy))))


def _heading(text: str) -> str:
    return f"<h3>{escape(text)}</h3>"


def _list(lines: Iterable[str]) -> str:
    return f'<ul class="lines">{"".join(f"<li>{escape(line)}</li>" for line in lines)}</ul>'
