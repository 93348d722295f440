"""What would change a decision, for a person: who, what, until when, and what follows."""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.forecast import FieldChange
from engine.analysis.what_if import Changes, Way
from engine.case.model import Case
from engine.decision import Decision, Value
from engine.policy.model import Policy
from engine.render.moments import local
from engine.render.page import Page, Piece
from engine.render.phrases import capital, either, named, party_title
from engine.render.what_if_words import way_in_words, ways_in_words


def what_if_to_page(found: Changes, case: Case, policy: Policy, head: str, said: str) -> Page:
    """The changes as a page. `head` names the case, `said` where its moment comes from."""
    page = Page()
    now = found.now
    page.line(Piece(f"What would change it: {head}", "strong"))
    page.line(Piece(f"as of {local(now.as_of, now.zone)}, {said}", "quiet"))
    page.gap()
    page.lines.extend(what_if_parts(found, case, policy).lines)
    return page


def what_if_parts(found: Changes, case: Case, policy: Policy) -> Page:
    """What stands below the head."""
    page = Page()
    for line in stand_in_words(found, policy):
        page.line(line, indent=2, hang=4)
    for heading, ways in grouped(found, policy):
        page.heading(heading)
        for told in ways_in_words(ways, found.now, case, policy):
            page.line(f"- {told}", indent=2, hang=4)
    if found.ends:
        page.heading("This would end the dispute")
        for way in found.ends:
            page.line(f"- {ending_in_words(way, found, case, policy)}", indent=2, hang=4)
    page.heading("How far this goes")
    for line in reach_in_words(found, policy):
        page.line(line, indent=2, hang=4)
    return page


def stand_in_words(found: Changes, policy: Policy) -> Iterator[str]:
    """What the decision says now, and what it will say if nobody acts."""
    yield f"Now: {_values(found.now, found, policy)}."
    if found.later is not None:
        when = local(found.later.as_of, found.later.zone)
        if any(found.now.fields[name] != found.later.fields[name] for name in found.fields):
            yield f"If nobody acts, when all that runs now is over ({when}): {_values(found.later, found, policy)}."
        else:
            yield f"If nobody acts, it is the same when all that runs now is over ({when})."


def grouped(found: Changes, policy: Policy) -> Iterator[tuple[str, list[Way]]]:
    """The ways that lead to the same, under what they lead to."""
    groups: dict[str, list[Way]] = {}
    for way in found.ways:
        watched = [change for change in way.fields if change.name in found.fields]
        when = "" if way.decision.as_of == found.now.as_of else f", when all that runs is over {_when(way)}"
        groups.setdefault(f"→ {_said(watched, policy)}{when}", []).append(way)
    yield from groups.items()


def _when(way: Way) -> str:
    return f"({local(way.decision.as_of, way.decision.zone)})"


def ending_in_words(way: Way, found: Changes, case: Case, policy: Policy) -> str:
    """What ends the dispute, and where it stands then."""
    return f"{way_in_words(way, found.now, case, policy)} → {_said(way.fields, policy, stand=True)}"


def reach_in_words(found: Changes, policy: Policy) -> Iterator[str]:
    """What is proven, what is not, and how far was looked."""
    fields = either(named(name) for name in found.fields)
    if found.cannot:
        who = either(_titled(party, policy) for party in found.cannot)
        yield f"Nothing that {who} can still do alone changes {fields}: all of it was tried."
    for party in found.leaves_open:
        yield f"{capital(_titled(party, policy))} alone can at most open a question that then needs a finding."
    for party in found.undecided:
        yield f"Whether {_titled(party, policy)} alone can still change {fields} was not looked at to the end."
    if found.complete:
        yield "There are no other sets of changes." if found.ways else "No changes that are still possible change it."
    else:
        sets = "single changes" if found.searched == 1 else f"sets of up to {found.searched} changes"
        yield f"All {sets} were looked at; larger ones were not." if found.searched else "The search was cut."
    if found.untried:
        yield f"Values of these findings cannot be listed and were not tried: {', '.join(found.untried)}."


def _titled(party: str, policy: Policy) -> str:
    return party_title(policy.parties[party])


def _values(decision: Decision, found: Changes, policy: Policy) -> str:
    stand = next((f.written_as for f in policy.fields.values() if f.must_stand), None)
    names = [name for name in dict.fromkeys((stand, *found.fields)) if name is not None]
    missing = [*decision.missing_facts, *decision.unassessed]
    waits = f"; it hangs on {', '.join(missing)}" if missing else ""
    return "; ".join(_field(name, decision.fields[name]) for name in names) + waits


def _said(changes: tuple[FieldChange, ...] | list[FieldChange], policy: Policy, stand: bool = False) -> str:
    """The fields as they would be; of a dispute that ends only where it stands."""
    standing = [f.written_as for f in policy.fields.values() if f.must_stand]
    told = [change for change in changes if not stand or change.name in standing] or list(changes)
    return "; ".join(_field(change.name, change.after) for change in told)


def _field(name: str, value: Value) -> str:
    text = (", ".join(value) or "nothing") if isinstance(value, tuple) else value
    return f"{named(name)}: {text}"
