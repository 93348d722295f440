"""What would change a decision, as plain data for programs and as Markdown for a document."""

from __future__ import annotations

from datetime import datetime

from engine.analysis.possible import Possible
from engine.analysis.what_if import Changes, Way
from engine.case.model import Case
from engine.clock import format_instant
from engine.decision import Decision, Value
from engine.policy.model import Policy
from engine.render.markdown_text import escaped
from engine.render.moments import local
from engine.render.what_if_to_text import ending_in_words, grouped, reach_in_words, stand_in_words
from engine.render.what_if_words import change_in_words, ways_in_words


def what_if_to_data(found: Changes, case: Case, policy: Policy) -> dict[str, object]:
    """The changes as JSON gives them: instants are texts in the zone of the dispute."""
    now = found.now
    return {
        "scenario": now.scenario,
        "as_of": format_instant(now.as_of, now.zone),
        "policy": {"name": now.policy.name, "version": now.policy.version, "digest": now.policy.digest},
        "case_digest": now.case_digest,
        "fields": list(found.fields),
        "now": _fields(now, found.fields),
        "later": {"at": format_instant(found.later.as_of, now.zone), "fields": _fields(found.later, found.fields)}
        if found.later is not None
        else None,
        "ways": [_way(way, found, case, policy) for way in found.ways],
        "ends": [_way(way, found, case, policy) for way in found.ends],
        "searched": found.searched,
        "complete": found.complete,
        "cannot": list(found.cannot),
        "leaves_open": list(found.leaves_open),
        "undecided": list(found.undecided),
        "untried": list(found.untried),
    }


def _way(way: Way, found: Changes, case: Case, policy: Policy) -> dict[str, object]:
    zone = found.now.zone
    return {
        "changes": [_change(change, found, case, policy) for change in way.changes],
        "until": format_instant(way.until, zone) if way.until else None,
        "at": format_instant(way.decision.as_of, zone),
        "fields": {c.name: {"before": _plain(c.before), "after": _plain(c.after)} for c in way.fields},
        "case_digest": way.case.digest,
    }


def _change(change: Possible, found: Changes, case: Case, policy: Policy) -> dict[str, object]:
    value = change.value
    zone = found.now.zone
    return {
        "kind": change.kind,
        "by": change.by,
        "fact": change.fact,
        "value": format_instant(value, zone) if isinstance(value, datetime) else value,
        "proposition": change.proposition,
        "index": change.index if change.index >= 0 else None,
        "until": format_instant(change.until, zone) if change.until else None,
        "in_words": change_in_words(change, found.now, case, policy),
    }


def _fields(decision: Decision, names: tuple[str, ...]) -> dict[str, object]:
    return {name: _plain(decision.fields[name]) for name in names}


def _plain(value: Value) -> object:
    return list(value) if isinstance(value, tuple) else value


def what_if_to_markdown(found: Changes, case: Case, policy: Policy, head: str, said: str) -> str:
    """The changes as a document. `head` names the case, `said` where its moment comes from."""
    now = found.now
    lines = [f"# What would change it: {escaped(head)}", "", f"As of {local(now.as_of, now.zone)}, {said}.", ""]
    lines += [*(f"- {escaped(line)}" for line in stand_in_words(found, policy)), ""]
    groups = [(heading, list(ways_in_words(ways, now, case, policy))) for heading, ways in grouped(found, policy)]
    if found.ends:
        groups.append(("This would end the dispute", [ending_in_words(way, found, case, policy) for way in found.ends]))
    for heading, told in groups:
        lines += [f"## {escaped(heading)}", "", *(f"- {escaped(line)}" for line in told), ""]
    lines += ["## How far this goes", "", *(f"- {escaped(line)}" for line in reach_in_words(found, policy)), ""]
    return "\n".join(lines)
