"""JSON Schemas of what a version answers beside its decision: clocks, forecast, what is missing, what would change it,
and the explanation. Closed: they know the version's own rows, windows, parties, fields and facts."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, get_args

from engine.clock import Unit
from engine.document.nodes import Mapping as MappingNode
from engine.policy.from_document import SCENARIO
from engine.policy.model import FactKind, Policy
from engine.policy.schema_help import Schema
from engine.policy.schema_parts import basis, closed, deadline_names, field_value, head, instant, list_of
from engine.policy.schemas import shipped

CLOCK_STATES: Final = ("running", "met", "missed", "ended", "paused", "not started", "not asked", "open")
CHANGES: Final = ("evidence", "assessment", "authenticity", "finding", "event", "fact")
MATTERS: Final = ("outcome", "details", "deadlines", "perhaps", "nothing")


# ------------------------------------------------------------------------------------------------------------- clocks


def _clock(policy: Policy) -> Schema:
    properties = _about(policy) | {
        "zone": _zone("The zone of the dispute."),
        "next_deadlines": _next(policy),
        "clocks": _objects("Clocks", "In the order of the policy.", "Clock", _entry(policy)),
    }
    return _whole(policy, "clock", "Clocks", "Every clock of a case at a moment.", properties)


def _entry(policy: Policy) -> Schema:
    texts = {
        "title": "What it is called, in words.",
        "meaning": "As the policy says it; empty where it says nothing.",
        "length": "How long it is, in words.",
        "why": "Why it does not run and what would start it, in words; empty for one that runs or ran.",
    }
    return {
        "window": _window(policy),
        **{name: {"title": name.capitalize(), "description": said, "type": "string"} for name, said in texts.items()},
        "party": _word("Party", "Whose it is.", [*policy.parties, None]),
        "deadline": _word("Deadline", "What a decision calls its end.", [*sorted(deadline_names(policy)), None]),
        "state": _word("State", "What became of it.", CLOCK_STATES),
        "counts": _yes("Counts", "Whether anybody is held to it."),
        "periods": _objects(
            "Periods", "Those that count; the last end of several is the end.", "Period", {
                "count": {"title": "Count", "description": "How many.", "type": ["integer", "null"]},
                "unit": _word("Unit", "Of what.", [*get_args(Unit), None]),
                "until": _formula("Until", "The instant at which it ends, where it has no length."),
                "after": _formula("After", "The instant that it counts from."),
            },
        ),
        "zone": _zone("The zone that its days are counted in; null where none are."),
        "starts": instant("Starts", "From when; null while there is no start.", "string", "null"),
        "ends": instant("Ends", "The last instant; null while there is none.", "string", "null"),
        "met_by": _formula("Met by", "The instant of what meets it."),
        "done_at": instant("Done at", "When what meets it came, in time or not.", "string", "null"),
        "late": _yes("Late", "Whether that was after its end."),
        "would_start": _facts(policy, "Would start", "The facts that have not happened and that it waits for."),
        "because": list_of("Because", "Why it is not asked.", "Term", type="string"),
        "missing": _facts(policy, "Missing", "The facts and findings that are not known."),
        "paused_by": _word("Paused by", "The window that holds it up.", [*_windows(policy), None]),
        **basis(),
    }  # fmt: skip


def _next(policy: Policy) -> Schema:
    ends = {
        party: _word(party or "Nobody", "The window that ends next.", _windows(policy))
        for party in ("", *policy.parties)
    }
    return closed("Next deadlines", "The window that ends next for each party; under an empty name, nobody's.", ends)


# ----------------------------------------------------------------------------------------------------------- forecast


def _forecast(policy: Policy) -> Schema:
    properties = _about(policy) | {
        "zone": _zone("The zone of the dispute."),
        "fields": _fields("Fields", "What the decision says now.", policy, _outward(policy)),
        "steps": _objects("Steps", "In the order of time.", "Step", _step(policy)),
        "waits_for": _facts(policy, "Waits for", "The events that it waits for when nothing runs any more."),
        "missing": _facts(policy, "Missing", "The facts and findings that it hangs on then.", SCENARIO),
        "reaches": instant("Reaches", "The end of time that was looked at; null: there is no more.", "string", "null"),
    }
    return _whole(policy, "forecast", "Forecast", "What happens to a case if nobody acts.", properties)


def _step(policy: Policy) -> Schema:
    reason: Schema = {
        "table": {"title": "Table", "description": "The table of the rule.", "type": "string"},
        "rule": {"title": "Rule", "description": "The rule.", "type": "string"},
        "clauses": basis()["clauses"],
    }
    clock: Schema = {
        "window": _window(policy),
        "title": {"title": "Title", "description": "What it is called, in words.", "type": "string"},
        "party": _word("Party", "Whose it is.", [*policy.parties, None]),
        "before": _word("Before", "What became of it until then.", CLOCK_STATES),
        "after": _word("After", "What becomes of it.", CLOCK_STATES),
        "counts": _yes("Counts", "Whether anybody is held to it from then on."),
        "ends": instant("Ends", "The last instant.", "string", "null"),
    }
    return {
        "at": instant("At", "From when on it is so."),
        "last_instant": instant("Last instant", "Of the periods that ended just before.", "string", "null"),
        "events": _facts(policy, "Events", "What happens then."),
        "fields": _changed(policy),
        "clocks": _objects("Clocks", "Those that change.", "Clock", clock),
        "decides": _objects("Decides", "The rules that count from then on.", "Rule", reason),
        "no_longer": _objects("No longer", "The rules that counted until then.", "Rule", reason),
        "next_deadlines": _next(policy),
        "missing": _facts(policy, "Missing", "The facts and findings that it hangs on.", SCENARIO),
        "in_words": list_of("In words", "The same for people.", "Sentence", type="string"),
    }


# ------------------------------------------------------------------------------------------------------------ missing


def _missing(policy: Policy) -> Schema:
    told = [
        field.written_as
        for field in policy.fields.values()
        if field.must_be_known or (field.must_stand and field.if_unknown is not None)
    ]
    number = list_of("Outcomes", "Those that it leaves, by their place in the list of all.", "Number", type="integer")
    answer: Schema = {
        "value": {
            "title": "Value",
            "description": "The answer; null: there is none; `some`: there is one, of values without number.",
            "type": ["boolean", "integer", "string", "null"],
        },
        "ends": _yes("Ends", "Whether nothing is open after it."),
        "outcomes": number,
    }
    matter: Schema = {
        "fact": _word("Fact", "What is not known.", [SCENARIO, *policy.facts]),
        "question": {"title": "Question", "description": "In words.", "type": "string"},
        "type": _word("Type", "Of the fact.", get_args(FactKind)),
        "supplied_by": _word("Supplied by", "Who can say it.", [*_suppliers(policy), None]),
        "changes": _word("Changes", "What it can change, as far as was found out.", MATTERS),
        "answers": _objects("Answers", "Empty where they are too many.", "Answer", answer),
    }
    properties = _about(policy, row=False) | {
        "determined": _yes("Determined", "False while a fact is missing that decides."),
        "facts": _objects("Facts", "In the order in which to ask.", "Fact", matter),
        "findings": _objects("Findings", "What only a person can say.", "Finding", matter),
        "outcomes": {
            "title": "Outcomes",
            "description": "Those that are possible, as far as was looked.",
            "type": "array",
            "items": _fields("Outcome", "The fields that people go by.", policy, told),
        },
        "complete": _yes("Complete", "Whether everything was tried."),
        "not_excluded": _facts(policy, "Not excluded", "Facts that could still matter, where not.", SCENARIO),
    }  # fmt: skip
    return _whole(policy, "missing", "Missing", "What the decision of a case still waits for.", properties)


# ------------------------------------------------------------------------------------------------------------ what-if


def _what_if(policy: Policy) -> Schema:
    said = _fields("Fields", "What the decision says in those that are looked at.", policy, [])
    later = {"at": instant("At", "When all that runs now is over."), "fields": said}
    way: Schema = {
        "changes": _objects("Changes", "All of them together.", "Change", _change(policy)),
        "until": instant("Until", "The last instant at which all of it is in time.", "string", "null"),
        "at": instant("At", "The moment of the decision that follows."),
        "fields": _changed(policy),
        "case_digest": _digest("Of the changed facts."),
    }
    parties = dict.fromkeys(policy.parties)
    properties = _about(policy) | {
        "fields": list_of("Fields", "Those that are looked at.", "Field", enum=_outward(policy)),
        "now": said,
        "later": closed("Later", "If nobody acts; null where nothing runs.", later, ["at", "fields"])
        | {"type": ["object", "null"]},
        "ways": _objects("Ways", "The smallest sets of changes that change the fields.", "Way", way),
        "ends": _objects("Ends", "What ends the dispute.", "Way", way),
        "searched": {"title": "Searched", "description": "Up to which size all were tried.", "type": "integer"},
        "complete": _yes("Complete", "Whether there are no others of any size."),
        "cannot": list_of("Cannot", "Who cannot change the fields any more.", "Party", enum=list(parties)),
        "leaves_open": list_of("Leaves open", "Who can at most open a question.", "Party", enum=list(parties)),
        "undecided": list_of("Undecided", "Of whom that was not found out.", "Party", enum=list(parties)),
        "untried": _facts(policy, "Untried", "Findings whose values cannot be listed."),
    }
    return _whole(policy, "what-if", "What would change it", "What would change the outcome of a case.", properties)


def _change(policy: Policy) -> Schema:
    return {
        "kind": _word("Kind", "What is done.", CHANGES),
        "by": _word("By", "Who does it.", [*dict.fromkeys((*policy.parties, *_suppliers(policy))), None]),
        "fact": _word("Fact", "What is otherwise.", policy.facts),
        "value": {
            "title": "Value",
            "description": "What it is then; null for what is handed in, and where there is none.",
            "type": ["boolean", "string", "null"],
        },
        "proposition": _word("Proposition", "What is proven or not.", [*policy.propositions, None]),
        "index": {"title": "Index", "description": "Which material of the fact.", "type": ["integer", "null"]},
        "until": instant("Until", "The last instant at which it is in time.", "string", "null"),
        "in_words": {"title": "In words", "description": "The same for people.", "type": "string"},
    }


# -------------------------------------------------------------------------------------------------------- explanation


def _explanation(policy: Policy) -> Schema:
    """The shipped schema, closed over the names of the version."""
    schema = copy.deepcopy(shipped("explanation"))
    schema["$id"] = head(policy, "explanation")["$id"]
    schema["title"] = f"Explanation: {policy.title}"
    known: Mapping[str, str] = {"name": policy.name, "version": policy.version, "digest": policy.digest}
    for name, value in known.items():
        _only(schema["properties"]["policy"], name, [value])
    defs = schema["$defs"]
    facts = [SCENARIO, *policy.facts]
    tables = [*policy.tables, *(name for name, node in policy.define.items() if not isinstance(node, MappingNode))]
    waits = defs["value"]["properties"]["unknown"]
    for name in waits["properties"]:
        waits["properties"][name]["items"] |= {"enum": facts}
        waits["properties"][name]["items"].pop("type")
    says = ["", *policy.fields]  # a choice says only what it is
    defs["rule"]["properties"]["says"]["propertyNames"] = _word("Field", "What it says something of.", says)
    _only(defs["table"], "name", tables)
    _only(defs["window"], "name", _windows(policy))
    _only(defs["window"], "party", [*policy.parties, None])
    _only(defs["window"], "deadline", [*sorted(deadline_names(policy)), None])
    _only(defs["owed"], "proposition", list(policy.propositions))
    _only(defs["record"], "party", [party.name for party in policy.parties.values() if party.submits is not None])
    _only(defs["record"], "fact", [party.submits for party in policy.parties.values() if party.submits is not None])
    _only(defs["fact"], "fact", list(policy.facts))
    _only(defs["row"], "scenario", list(policy.rows))
    _only(defs["row"], "stands_in", list(policy.tables))
    return schema


def _only(schema: dict[str, Any], name: str, values: Iterable[str | None]) -> None:
    """Keep a property of an object to some values."""
    found = schema["properties"][name]
    found.pop("type")
    found["enum"] = list(values)


# -------------------------------------------------------------------------------------------------------------- parts


def _whole(policy: Policy, name: str, title: str, description: str, properties: Schema) -> Schema:
    values = {f"field.{field.name}": field_value(field, policy) for field in policy.fields.values()}
    schema = head(policy, name) | closed(f"{title}: {policy.title}", description, properties, list(properties))
    return schema | {"$defs": values}


def _about(policy: Policy, row: bool = True) -> Schema:
    scenario = _word("Scenario", "The row of the case.", [*policy.rows, "unknown"])
    known: Mapping[str, str] = {"name": policy.name, "version": policy.version, "digest": policy.digest}
    return {
        **({"scenario": scenario} if row else {}),
        "as_of": instant("As of", "The moment that it is about."),
        "policy": closed(
            "Policy", "Which text decided.",
            {key: {"title": key.capitalize(), "description": "Of the text.", "const": known[key]} for key in known},
            list(known),
        ),
        "case_digest": _digest("Of the facts."),
    }  # fmt: skip


def _digest(description: str) -> Schema:
    form = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$", "patternErrorMessage": "A digest."}
    return {"title": "Case digest", "description": description, **form}


def _objects(title: str, description: str, item: str, properties: Schema) -> Schema:
    items = closed(item, "One of them.", properties, list(properties))
    return {"title": title, "description": description, "type": "array", "items": items}


def _word(title: str, description: str, values: Iterable[str | None]) -> Schema:
    return {"title": title, "description": description, "enum": list(values)}


def _yes(title: str, description: str) -> Schema:
    return {"title": title, "description": description, "type": "boolean"}


def _zone(description: str) -> Schema:
    return {"title": "Zone", "description": description, "type": ["string", "null"]}


def _formula(title: str, description: str) -> Schema:
    return {"title": title, "description": f"{description} As written; null: none.", "type": ["string", "null"]}


def _window(policy: Policy) -> Schema:
    return _word("Window", "Its name in the policy.", _windows(policy))


def _facts(policy: Policy, title: str, description: str, *more: str) -> Schema:
    return list_of(title, description, "Fact", enum=[*more, *policy.facts])


def _windows(policy: Policy) -> list[str | None]:
    own = (f"{policy.evidence.periods}.{party.name}" for party in policy.parties.values() if party.submits is not None)
    return [*own, *policy.windows]


def _suppliers(policy: Policy) -> dict[str, None]:
    return dict.fromkeys(fact.supplied_by for fact in policy.facts.values() if fact.supplied_by is not None)


def _outward(policy: Policy) -> list[str]:
    return [field.written_as for field in policy.fields.values()]


def _said(name: str) -> Schema:
    return {"$ref": f"#/$defs/field.{name}"}


def _fields(title: str, description: str, policy: Policy, always: list[str]) -> Schema:
    said = {field.written_as: _said(field.name) for field in policy.fields.values()}
    return closed(title, description, said, always)


def _changed(policy: Policy) -> Schema:
    pairs: Schema = {}
    for field in policy.fields.values():
        said = {"before": _said(field.name), "after": _said(field.name)}
        pairs[field.written_as] = closed(field.written_as, field.meaning, said, list(said))
    return closed("Fields", "Those that change.", pairs)


ANSWERS: Final[Mapping[str, Callable[[Policy], Schema]]] = {
    "clock": _clock,
    "forecast": _forecast,
    "missing": _missing,
    "what-if": _what_if,
    "explanation": _explanation,
}
