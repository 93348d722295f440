"""What a case waits for, for a person: what to ask, in which order, of whom, and what then remains possible."""

from __future__ import annotations

from typing import Final

from engine.analysis.missing import SOME, Answer, Fields, Matter, Missing
from engine.policy.model import Policy
from engine.policy.words import SCENARIO
from engine.render.moments import local
from engine.render.page import Page, Piece
from engine.render.phrases import named

MOST: Final = 6  # outcomes that are told one by one
GRADES: Final = {
    "outcome": "the outcome hangs on it",
    "details": "only which evidence is listed as lacking hangs on it",
    "deadlines": "only deadlines hang on it",
    "perhaps": "the outcome may hang on it",
    "nothing": "nothing hangs on it: whatever it is, the outcome is the same",
}


def missing_to_page(found: Missing, policy: Policy, head: str, said: str) -> Page:
    """The listing as a page. `head` names the case, `said` where its moment comes from."""
    page, decision = Page(), found.decision
    page.line(Piece(f"What is missing: {head}", "strong"))
    page.line(Piece(f"as of {local(decision.as_of, decision.zone)}, {said}", "quiet"))
    if not found.facts and not found.findings:
        page.gap()
        page.line(Piece("Nothing is missing", "good"), ": no fact that is not known changes what is decided.", indent=2)
        return page
    if found.facts:
        page.heading("Ask for, in this order")
    for number, matter in enumerate(found.facts, 1):
        _matter(page, f"{number}. ", matter, policy)
    if found.findings:
        page.heading("Findings, which only a person may make")
    for matter in found.findings:
        _matter(page, "", matter, policy)
    page.heading("What can still come of it")
    for outcome in found.outcomes[:MOST]:
        page.line(outcome_in_words(outcome, policy), indent=2, hang=4)
    more = len(found.outcomes) - MOST
    if more > 0:
        page.line(f"and {more} more", indent=2)
    if not found.complete:
        page.gap()
        page.line(
            Piece("So much is open that not everything was tried", "warn"), ": there may be more outcomes than these, "
            "and what remains after an answer is a part of it.", indent=2,
        )  # fmt: skip
        if found.not_excluded:
            page.line(f"May matter later: {', '.join(found.not_excluded)}.", indent=2, hang=4)
    return page


def question_of(fact: str, policy: Policy) -> str:
    """What to ask for a fact."""
    return policy.facts[fact].ask if fact in policy.facts else "Which scenario is it?"


def supplier_of(fact: str, policy: Policy) -> str:
    """The title of who can supply a fact; empty where nothing is said."""
    supplier = policy.facts[fact].supplied_by if fact in policy.facts else None
    if supplier is None:
        return ""
    return policy.parties[supplier].title if supplier in policy.parties else supplier


def answer_in_words(fact: str, value: object, policy: Policy) -> str:
    """A possible answer as a person gives it."""
    kind = policy.facts[fact].kind if fact in policy.facts else SCENARIO
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return {"event": "it did not happen", "submissions": "nothing"}.get(kind, "there is none")
    if value == SOME and kind not in ("enum", "text", SCENARIO):
        return {"event": "it happened", "submissions": "something came"}.get(kind, "some value")
    return str(value)


def outcome_in_words(outcome: Fields, policy: Policy) -> str:
    """What the fields of an outcome say, the ones that say nothing left out."""
    declared = {field.written_as: field for field in policy.fields.values()}
    said = []
    for name, value in outcome:
        words = value if isinstance(value, tuple) else (value,)
        told = [word for word in words if word != declared[name].otherwise]
        if told:
            said.append(f"{named(name)}: {', '.join(told)}")
    return "; ".join(said)


def answer_line(fact: str, answer: Answer, policy: Policy, complete: bool) -> str:
    """What remains after an answer."""
    word = answer_in_words(fact, answer.value, policy)
    count = len(answer.outcomes)
    if count == 1:
        return f"{word}: {'' if answer.ends else 'so far only '}{outcome_in_words(answer.outcomes[0], policy)}"
    if not count:
        return f"{word}: open"
    return f"{word}: {'' if complete else 'at least '}{count} outcomes remain"


def _matter(page: Page, number: str, matter: Matter, policy: Policy) -> None:
    supplier = supplier_of(matter.fact, policy)
    page.line(f"{number}", Piece(question_of(matter.fact, policy), "strong"), indent=2, hang=5)
    origin = f"; from: {supplier}" if supplier else ""
    page.line(Piece(matter.fact, "name"), f"{origin}; {GRADES[matter.changes]}", indent=5, hang=7)
    if matter.changes in ("outcome", "perhaps"):
        for answer in matter.answers:
            page.line(answer_line(matter.fact, answer, policy, all(a.ends for a in matter.answers)), indent=7, hang=9)
