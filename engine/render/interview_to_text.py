"""Questions of an interview for a person: what is asked, why, and how to answer."""

from __future__ import annotations

from typing import Final

from engine.analysis.asking import Question
from engine.decision import Decision
from engine.policy.model import Policy
from engine.render.missing_to_text import GRADES, MOST, answer_line, outcome_in_words, question_of, supplier_of
from engine.render.page import Page, Piece
from engine.render.skeleton import EXAMPLES

HOW: Final = {
    "bool": "yes or no",
    "integer": "a whole number",
    "decimal": "a number",
    "text": "a text",
    "zone": "a time zone, such as America/New_York",
    "date": "a day, such as 2025-06-11",
    "instant": "a date and time, such as 2025-06-11 12:00",
    "event": "a date and time, such as 2025-06-11 12:00; `none`: it did not happen",
    "propositions": "words with commas between them; `none`",
    "submissions": "`none`; or the date and time when it came, and if that was assessed: `... proves WORD, WORD`",
}


def question_to_page(question: Question, policy: Policy) -> Page:
    """The question, its options with what remains after each, and why it is asked."""
    page, matter = Page(), question.matter
    fact = policy.facts.get(matter.fact)
    page.gap()
    page.line("")
    page.line(Piece(question_of(matter.fact, policy), "strong"))
    count = len(question.found.outcomes)
    least = "" if question.found.complete else "at least "
    supplier = supplier_of(matter.fact, policy)
    known = f"from: {supplier}; " if supplier else ""
    remain = f"{least}{count} outcome{'s are' if count != 1 else ' is'} possible"
    page.line(Piece(f"{known}{GRADES[matter.changes]}; {remain}", "quiet"), indent=2, hang=4)
    if fact is None or fact.kind == "enum":
        left = {answer.value: answer for answer in matter.answers}
        options = fact.values if fact is not None else {name: row.title for name, row in policy.rows.items()}
        for number, (word, meaning) in enumerate(options.items(), 1):
            page.line(f"{number} ", Piece(word, "name"), f"  {meaning}", indent=2, hang=6)
            if word in left and left[word].ends:
                page.line(Piece(f"then: {outcome_in_words(left[word].outcomes[0], policy)}", "quiet"), indent=6, hang=8)
    else:
        for answer in matter.answers[:MOST]:
            if answer.ends and matter.changes == "outcome":
                page.line(Piece(answer_line(matter.fact, answer, policy, True), "quiet"), indent=2, hang=4)
        page.line(Piece(HOW[fact.kind], "quiet"), indent=2, hang=4)
    return page


def help_to_page(name: str, policy: Policy) -> Page:
    """What a fact means and how an answer is written."""
    page = Page()
    fact = policy.facts.get(name)
    if fact is None:
        for row in policy.rows.values():
            page.item(Piece(row.name, "name"), row.description)
    else:
        page.line(fact.meaning, indent=2)
        for word, meaning in fact.values.items():
            page.item(Piece(word, "name"), meaning, column=24)
        example = fact.example or EXAMPLES.get(fact.kind)
        if example:
            page.line(f"such as {example}", indent=2)
    page.line("`unknown`: it is not known. `back`: take the last answer back. `stop`: go on later.", indent=2)
    return page


def end_to_page(decision: Decision, policy: Policy, file: str | None) -> Page:
    """How the case stands when no question is left, or none is answered any more."""
    page = Page()
    page.line("")
    declared = {field.written_as: field for field in policy.fields.values()}
    fields = tuple((name, value) for name, value in decision.fields.items() if not declared[name].if_unknown)
    standing = tuple((name, value) for name, value in decision.fields.items() if declared[name].must_stand)
    page.line(Piece(outcome_in_words((*standing, *fields), policy), "strong"))
    for name in (*decision.missing_facts, *decision.unassessed):
        page.line("missing: ", Piece(name, "name"), f"  {question_of(name, policy)}", indent=2, hang=4)
    if file is not None:
        page.line(f"`aftersale decide {file}` says why; `aftersale missing {file}` what is still open.", indent=2)
    return page
