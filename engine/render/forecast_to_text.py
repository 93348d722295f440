"""What happens if nobody acts, for a person: each coming moment, what ends and begins then, and what follows."""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.clock_model import ClockEntry, ClockLedger, next_deadlines
from engine.analysis.forecast import ClockChange, FieldChange, Forecast, Step
from engine.decision import Decision
from engine.policy.model import Field, Policy
from engine.render.clock_words import ClockWords
from engine.render.moments import local, span
from engine.render.page import Page, Piece
from engine.render.phrases import as_clause, bare, capital, named


def forecast_to_page(found: Forecast, policy: Policy, head: str, said: str) -> Page:
    """The forecast as a page. `head` names the case, `said` where its moment comes from."""
    page = Page()
    now = found.now.decision
    page.line(Piece(f"If nobody acts: {head}", "strong"))
    page.line(Piece(f"as of {local(now.as_of, now.zone)}, {said}", "quiet"))
    page.gap()
    page.line(*_standing(now, policy), indent=2, hang=4)
    for line in _next(found.now, policy):
        page.line(line, indent=2, hang=4)
    for step in found.steps:
        page.heading(moment_of(step, now))
        for told in step_in_words(step, policy):
            page.line(told, indent=2, hang=4)
    page.heading(end_heading(found))
    for told in end_in_words(found, policy):
        page.line(told, indent=2, hang=4)
    return page


def moment_of(step: Step, now: Decision) -> str:
    """From when on: after the last instant of what ended, or at an event; and how far ahead that is."""
    when = (
        f"After {local(step.last_instant, now.zone)}"
        if step.last_instant is not None
        else capital(local(step.at, now.zone))
    )
    return f"{when}, in {span(step.at - now.as_of)}"


def step_in_words(step: Step, policy: Policy) -> Iterator[str]:
    """What happens at a step, ends, begins, follows and is due next: a sentence each."""
    decision = step.ledger.decision
    words = ClockWords(policy, decision.as_of, decision.zone)
    for name in step.events:
        yield f"It happens that {as_clause(policy.facts[name].meaning)}."
    for change in step.clocks:
        if change.after.state != "not started" or change.after.starts is not None:
            yield f"{_clock(change, words)}."
    for field in policy.fields.values():
        for changed in step.fields:
            if changed.name == field.written_as:
                yield from _field(changed, field, policy)
    for reason in step.decides:
        if reason.table in policy.tables:
            clauses = f" [{', '.join(reason.clauses)}]" if reason.clauses else ""
            yield f"{bare(policy.tables[reason.table].title)}: {named(reason.rule)} now holds{clauses}."
    yield from _missing(decision)
    yield from _next(step.ledger, policy)


def end_heading(found: Forecast) -> str:
    """What stands above the last sentences."""
    return "Then nothing more runs" if found.reaches is None else "Then it goes on beyond the time that can be decided"


def end_in_words(found: Forecast, policy: Policy) -> Iterator[str]:
    """What the case waits for when all is over."""
    last = found.ledgers[-1]
    for name in found.waits_for:
        yield f"until {name}: {policy.facts[name].meaning}"
    if found.missing:
        yield f"It hangs on what is not known: {', '.join(found.missing)}."
    endless = [e for e in last.entries if e.counts and e.state == "running" and e.ends is None]
    words = ClockWords(policy, last.decision.as_of, last.decision.zone)
    for entry in endless:
        yield f"{_name(entry, words)} has no end."
    if not (found.waits_for or found.missing or endless):
        yield "Nothing is waited for."


def _standing(decision: Decision, policy: Policy) -> tuple[Piece, str]:
    field = next(one for one in policy.fields.values() if one.must_stand)
    value = str(decision.fields[field.written_as])
    return Piece(value, "strong"), f"  {field.values.get(value, '')}"


def _next(ledger: ClockLedger, policy: Policy) -> Iterator[str]:
    words = ClockWords(policy, ledger.decision.as_of, ledger.decision.zone)
    due = [
        f"{_name(entry, words)} ends {words.at(entry.ends)}" for entry in next_deadlines(ledger.entries) if entry.ends
    ]
    if due:
        yield f"Next: {'; '.join(due)}."


def _missing(decision: Decision) -> Iterator[str]:
    if names := (*decision.missing_facts, *decision.unassessed):
        yield f"It waits to be known: {', '.join(names)}."


def _name(entry: ClockEntry, words: ClockWords) -> str:
    party = words.party(entry)
    return words.title(entry) + (f" ({party})" if party else "")


def _clock(change: ClockChange, words: ClockWords) -> str:
    """What became of a clock, as a sentence without its full stop."""
    before, after = change.before, change.after
    name = _name(after, words)
    if before.counts and not after.counts:
        return f"Nobody is held to “{words.title(after)}” any more"
    until = f", until {words.at(after.ends)}" if after.ends else ""
    match after.state:
        case "running":
            return f"{name} {'now ends' if before.state == 'running' else 'begins'}{until or ', without an end'}"
        case "not started":
            return f"{name}: {words.why(after)}"
        case "met":
            return f"{name} is met"
        case "missed":
            return f"{name} ends and is missed"
        case "ended":
            return f"{name} ends"
        case "paused":
            return f"{name} is {words.state(after)}"
        case "not asked":
            return f"{name} is not asked, {words.why(after)}"
        case _:
            return f"{name} {words.why(after)}"


def _field(change: FieldChange, field: Field, policy: Policy) -> Iterator[str]:
    label = capital(named(change.name))
    if isinstance(change.after, str):
        meaning = field.values.get(change.after)
        yield f"{label}: {change.before} becomes {change.after}{f' ({_whole(meaning)})' if meaning else ''}."
        return
    for word in change.after:
        if word not in change.before:
            yield f"{label}: {_word(word, field, policy)} is added."
    for word in change.before:
        if word not in change.after:
            yield f"{label}: {_word(word, field, policy)} is gone."


def _word(word: str, field: Field, policy: Policy) -> str:
    party, _, proposition = word.partition(".")
    if field.of == "values":
        return f"{word} ({_whole(field.values[word])})" if word in field.values else word
    title = policy.parties[party].title
    return f"{title} ({_whole(policy.propositions[proposition])})" if proposition else title


def _whole(sentence: str) -> str:
    """A declared sentence inside brackets."""
    return sentence.strip().removesuffix(".")
