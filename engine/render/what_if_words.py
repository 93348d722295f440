"""Changes of a case in words: who does what, until when; of ways that differ in what proves something, one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.analysis.possible import Possible
from engine.analysis.what_if import Way
from engine.case.model import Case, Submission
from engine.decision import Decision
from engine.policy.model import Policy
from engine.render.moments import local
from engine.render.phrases import bare, capital, either, named, party_title


def ways_in_words(ways: Iterable[Way], now: Decision, case: Case, policy: Policy) -> Iterator[str]:
    """A line for each way. Those that differ only in what is found to prove the same, or not to, are told in one."""
    left = [list(way.changes) for way in ways]
    while left:
        first = left.pop(0)
        place, alike = max(((at, _alike(first, left, at)) for at in range(len(first))), key=lambda pair: len(pair[1]))
        left = [other for other in left if other not in alike]
        sources = [changes[place] for changes in (first, *alike)]
        told = [_folded([one], now, case, policy) for one in first]
        told[place] = _folded(sources, now, case, policy)
        yield "; and ".join(told)


def _alike(first: list[Possible], others: list[list[Possible]], at: int) -> list[list[Possible]]:
    """The sets of changes that differ from the first one in what proves something, at this place alone."""
    one = first[at]
    if one.kind not in ("assessment", "finding", "fact") or one.proposition is None:
        return []
    found = []
    for other in others:
        if len(other) == len(first) and other[:at] == first[:at] and other[at + 1 :] == first[at + 1 :]:
            same = (other[at].by, other[at].proposition, other[at].value, other[at].until, other[at].kind == "fact")
            if same == (one.by, one.proposition, one.value, one.until, one.kind == "fact"):
                found.append(other)
    return found


def way_in_words(way: Way, now: Decision, case: Case, policy: Policy) -> str:
    """All changes of a way in one line."""
    return "; and ".join(change_in_words(change, now, case, policy) for change in way.changes)


def change_in_words(change: Possible, now: Decision, case: Case, policy: Policy) -> str:
    """Who does what, and until when it is in time."""
    return _folded([change], now, case, policy)


def _folded(changes: Sequence[Possible], now: Decision, case: Case, policy: Policy) -> str:
    """One change, or several that differ in what proves something."""
    first = changes[0]
    until = f", until {local(first.until, now.zone)}" if first.until is not None else ""
    return f"{_who(first.by, policy)}: {_what(changes, now, case, policy)}{until}"


def _who(by: str | None, policy: Policy) -> str:
    if by is None:
        return "somebody"
    return policy.parties[by].title if by in policy.parties else capital(named(by))


def _what(changes: Sequence[Possible], now: Decision, case: Case, policy: Policy) -> str:
    change = changes[0]
    fact = policy.facts[change.fact]
    proof = f"“{bare(policy.propositions[change.proposition])}”" if change.proposition else ""
    match change.kind:
        case "evidence":
            return f"hand in proof of {proof}" if proof else "hand in anything, even if it proves nothing"
        case "authenticity":
            return f"find that {_source(change, now, case, policy)} is {'' if change.value else 'not '}authentic"
        case "event":
            return f"it happens that “{bare(fact.meaning)}” ({change.fact})"
        case "assessment" | "finding" | "fact" if change.proposition or change.kind == "assessment":
            sources = either(_source(one, now, case, policy) for one in changes)
            if change.kind == "fact":
                return f"let {sources} {'prove' if change.value else 'not prove'} {proof}"
            return f"find that {sources} {'proves' if change.value else 'does not prove'} {proof or 'anything'}"
        case _:
            verb = "find" if change.kind == "finding" else "let"
            value = _value(change.value)
            meaning = fact.values.get(value) or (fact.meaning if change.value is True else "")
            return f"{verb} {change.fact} to be {value}{f' (“{bare(meaning)}”)' if meaning else ''}"


def _value(value: object) -> str:
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _source(change: Possible, now: Decision, case: Case, policy: Policy) -> str:
    """What it is that proves something: material that came, or a fact by its name."""
    known = case.values.get(change.fact)
    item = known[change.index] if isinstance(known, tuple) and change.index >= 0 else None
    if not isinstance(item, Submission):
        return change.fact
    party = next((p for p in policy.parties.values() if p.submits == change.fact), None)
    return f"the material{f' of {party_title(party)}' if party else ''} of {local(item.at, now.zone)}"
