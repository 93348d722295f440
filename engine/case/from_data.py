"""Plain data to a Case: every fact declared, every value of its type, all problems at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from engine.case.model import Case, Submission, WholeCase
from engine.clock import BadTime, parse_date, parse_instant, zone
from engine.diagnostics import InvalidDocument, Report, did_you_mean, quoted
from engine.document.schema_words import shown
from engine.policy.model import ABSENT, Fact, Policy
from engine.source import Place

UNKNOWN: Final = "unknown"
HEAD_KEYS: Final = ("policy", "scenario", "as_of", "title", "facts")
SUBMISSION_KEYS: Final = ("submitted_at", "proves", "authentic")
MAX_SUBMISSIONS: Final = 100
MAX_PROBLEMS: Final = 100
MAX_TEXT: Final = 1_000
MAX_INTEGER: Final = 10**9

Path = tuple[str | int, ...]


class _Refused(Exception):
    """A value is not of its type; `code`, message and hint are for its writer."""

    def __init__(self, code: str, message: str, help: str | None = None, path: Path = ()) -> None:
        super().__init__(message)
        self.code, self.message, self.help, self.path = code, message, help, path


def read_case(data: object, policy: Policy) -> Case:
    """A Case from plain data (as JSON gives it): `scenario`, and `facts` in groups: `{order: {delivered_at: ...}}`.

    A fact left out, or written `unknown`, is unknown, unless its declaration says what its absence means; the scenario
    may be `unknown`, too. Raises InvalidDocument with a path for every problem, and no more than a hundred of them.
    """
    return whole_case(data, policy).case


def whole_case(data: object, policy: Policy) -> WholeCase:
    """As `read_case`, with what the case says beside its facts."""
    report = _Problems()
    try:
        return _whole_case(data, policy, report)
    except _TooMany:
        raise InvalidDocument(report.found) from None


class _TooMany(Exception):
    """So much is wrong that the rest is not looked for."""


class _Problems(Report):
    def error(
        self,
        code: str,
        message: str,
        place: Place | None = None,
        *,
        help: str | None = None,
        related: Sequence[tuple[str, Place]] = (),
        path: Path = (),
    ) -> None:
        super().error(code, message, place, help=help, related=related, path=path)
        if len(self.found) == MAX_PROBLEMS:
            raise _TooMany


def _whole_case(data: object, policy: Policy, report: Report) -> WholeCase:
    if not isinstance(data, Mapping):
        report.error("case/shape", "a case is a mapping with `scenario` and `facts`")
        raise InvalidDocument(report.found)
    for key in data:
        if key not in HEAD_KEYS:
            report.error(
                "case/unknown-key",
                f"no such key in a case: {quoted(key)}",
                path=(str(key),),
                help=_misplaced(str(key), policy) or did_you_mean(str(key), HEAD_KEYS),
            )
    as_of, title = _head(data, report)
    named = data.get("policy")
    if named is not None and named != policy.name:
        report.error(
            "case/other-policy",
            f"this case belongs to the policy {shown(named)}, not to {quoted(policy.name)}",
            path=("policy",),
        )
    scenario = data.get("scenario")
    if scenario == UNKNOWN:
        scenario = None
    elif not isinstance(scenario, str) or scenario not in policy.rows:
        said = f"no such scenario: {shown(scenario)}" if scenario is not None else "a case names its scenario"
        hint = did_you_mean(str(scenario), policy.rows) or "it can be " + ", ".join(policy.rows)
        report.error("case/scenario", said, path=("scenario",) if "scenario" in data else (), help=hint)
        scenario = None
    values, assumed = _values(data.get("facts", {}), policy, report)
    report.stop_if_wrong()
    case = Case(scenario, MappingProxyType(values), digest_of(scenario, values), assumed)
    return WholeCase(case, as_of, title)


def _head(data: Mapping[object, object], report: Report) -> tuple[datetime | None, str]:
    """The moment and the title that a case may carry; null is as good as left out."""
    as_of, title, moment = data.get("as_of"), data.get("title"), None
    try:
        if as_of is not None:
            moment = parse_instant(str(as_of))
    except BadTime as problem:
        report.error("case/time", str(problem), path=("as_of",))
    if title is not None and (not isinstance(title, str) or len(title) > MAX_TEXT):
        report.error("case/type", f"`title` is a text of at most {MAX_TEXT} characters", path=("title",))
    return moment, title if isinstance(title, str) else ""


def _misplaced(key: str, policy: Policy) -> str | None:
    groups = {name.partition(".")[0] for name in policy.facts}
    return "groups of facts stand under `facts:`" if key in groups or key in policy.facts else None


def _values(data: object, policy: Policy, report: Report) -> tuple[dict[str, object], frozenset[str]]:
    """The values of facts by name, and the names of those that were left out and take the value declared for that."""
    values: dict[str, object] = {}
    if not isinstance(data, Mapping):
        group, _, key = next(iter(policy.facts)).partition(".")
        report.error("case/shape", f"`facts` is a mapping of groups: `{group}: {{{key}: ...}}`", path=("facts",))
        return values, frozenset()
    facts = policy.facts
    groups = {name.partition(".")[0] for name in facts}
    for group, members in data.items():
        if group not in groups:
            help = did_you_mean(str(group), groups) or "groups: " + ", ".join(sorted(groups))
            report.error("case/unknown-fact", f"no such group of facts: {quoted(group)}", path=("facts", str(group)),
                         help=_in_group(str(group), facts) or help)  # fmt: skip
            continue
        if not isinstance(members, Mapping):
            report.error(
                "case/shape",
                f"{quoted(group)} is a group of facts: a mapping",
                path=("facts", str(group)),
                help=f"write the names of its facts below it: `{group}: {{{_first(group, facts)}: ...}}`",
            )
            continue
        for key, value in members.items():
            name = f"{group}.{key}"
            fact = facts.get(name)
            path: Path = ("facts", str(group), str(key))
            if fact is None:
                report.error("case/unknown-fact", f"no such fact: {quoted(name)}", path=path, help=_near(name, facts))
                continue
            if value == UNKNOWN and UNKNOWN not in fact.values:
                values[name] = ABSENT
                continue
            try:
                values[name] = _READERS[fact.kind](value, fact) if value is not None else _nothing(fact)
            except _Refused as problem:
                report.error(problem.code, problem.message, path=path + problem.path, help=problem.help)
    assumed = [name for name, fact in facts.items() if name not in values and fact.if_absent is not ABSENT]
    values.update({name: value_if_absent(facts[name]) for name in assumed})
    return {name: value for name, value in values.items() if value is not ABSENT}, frozenset(assumed)


def value_if_absent(fact: Fact) -> object:
    """The value that a fact takes when it is left out, by its declaration."""
    return _READERS[fact.kind](fact.if_absent, fact) if fact.if_absent is not None else _nothing(fact)


def _near(name: str, facts: Mapping[str, Fact]) -> str | None:
    """The fact that is meant, or that has the same name in another group."""
    group, _, key = name.partition(".")
    elsewhere = next((fact for fact in facts if fact.partition(".")[2] == key), None)
    if elsewhere is not None:
        return f"did you mean `{elsewhere}`?"
    own = ", ".join(fact.partition(".")[2] for fact in facts if fact.startswith(f"{group}."))
    return did_you_mean(name, facts) or f"facts in `{group}`: {own}"


def _first(group: object, facts: Mapping[str, Fact]) -> str:
    return next(name.partition(".")[2] for name in facts if name.startswith(f"{group}."))


def _in_group(name: str, facts: Mapping[str, Fact]) -> str | None:
    """For a fact that stands where a group should: how it is written."""
    group, _, key = name.partition(".")
    return f"write it in its group: `{group}: {{{key}: ...}}`" if name in facts else None


def _nothing(fact: Fact) -> object:
    if not fact.nullable:
        raise _Refused(
            "case/null", f"{quoted(fact.name)} cannot be null", "leave it out, or write `unknown`, if it is not known"
        )
    return False if fact.kind == "bool" else None


# ---------------------------------------------------------------------------------------------------- one type each


def _said(value: object) -> str:
    """A value as its writer would say it."""
    return f"the text {shown(value)}" if isinstance(value, str) else shown(value)


def _wrong(fact: Fact, value: object, wanted: str) -> _Refused:
    hint = f"{fact.meaning}" if fact.meaning else None
    return _Refused("case/type", f"{quoted(fact.name)} is {wanted}; this is {_said(value)}", hint)


def _bool(value: object, fact: Fact) -> bool:
    if not isinstance(value, bool):
        raise _wrong(fact, value, "true or false")
    return value


def _enum(value: object, fact: Fact) -> str:
    if not isinstance(value, str) or value not in fact.values:
        options = ", ".join(fact.values)
        hint = did_you_mean(str(value), fact.values)
        raise _Refused(
            "case/value", f"{shown(value)} is no value of {quoted(fact.name)}", hint or f"it can be {options}"
        )
    return value


def _integer(value: object, fact: Fact) -> int:
    if type(value) is not int or abs(value) > MAX_INTEGER:
        raise _wrong(fact, value, "a whole number of at most 1,000,000,000")
    return value


def _decimal(value: object, fact: Fact) -> Decimal:
    if isinstance(value, float | bool) or not isinstance(value, int | Decimal):
        hint = "pass a Decimal or a whole number; a binary fraction is not exact" if isinstance(value, float) else None
        raise _Refused("case/type", f"{quoted(fact.name)} is an exact decimal number; this is {_said(value)}", hint)
    number = Decimal(value)
    if not number.is_finite() or abs(number) > MAX_INTEGER:
        raise _wrong(fact, value, "a decimal number of at most 1,000,000,000")
    return number


def _text(value: object, fact: Fact) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT or any(not c.isprintable() for c in value):
        raise _wrong(fact, value, f"a text of at most {MAX_TEXT} printable characters")
    return value


def _zone(value: object, fact: Fact) -> str:
    if not isinstance(value, str):
        raise _wrong(fact, value, "a time zone such as `America/New_York`")
    try:
        zone(value)
    except BadTime as problem:
        raise _Refused("case/time", str(problem)) from None
    return value


def _instant(value: object, fact: Fact) -> datetime:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise _Refused("case/time", f"{quoted(value)} has no offset from UTC")
        value = value.isoformat()
    if not isinstance(value, str):
        raise _wrong(fact, value, "an instant such as `2025-06-10T09:00:00-04:00`")
    try:
        return parse_instant(value)
    except BadTime as problem:
        raise _Refused("case/time", str(problem)) from None


def _date(value: object, fact: Fact) -> date:
    if not isinstance(value, str):
        raise _wrong(fact, value, "a date such as `2025-06-10`")
    try:
        return parse_date(value)
    except BadTime as problem:
        raise _Refused("case/time", str(problem)) from None


def _propositions(value: object, fact: Fact, path: Path = ()) -> frozenset[str]:
    if not isinstance(value, list | tuple):
        raise _Refused("case/type", f"a list of propositions is expected; this is {_said(value)}", path=path)
    for number, item in enumerate(value):
        if not isinstance(item, str) or item not in fact.values:
            hint = did_you_mean(str(item), fact.values)
            raise _Refused("case/value", f"no such proposition: {shown(item)}", hint, (*path, number))
    return frozenset(value)


def _submissions(value: object, fact: Fact) -> tuple[Submission, ...]:
    if not isinstance(value, list | tuple):
        raise _wrong(fact, value, "a list of submissions, each with `submitted_at` and `proves`")
    if len(value) > MAX_SUBMISSIONS:
        raise _Refused("case/type", f"a party has at most {MAX_SUBMISSIONS} submissions in a case")
    found = [_submission(item, fact, number) for number, item in enumerate(value)]
    return tuple(sorted(found, key=order_of))


def order_of(one: Submission) -> tuple[object, ...]:
    """Submissions stand in the order of time, and those of one instant in an order of their own."""
    return (one.at, sorted(one.proves or ()), one.authentic is None, bool(one.authentic))


def _submission(item: object, fact: Fact, number: int) -> Submission:
    if not isinstance(item, Mapping):
        raise _Refused("case/type", "a submission is a mapping with `submitted_at` and `proves`", path=(number,))
    for key in item:
        if key not in SUBMISSION_KEYS:
            hint = did_you_mean(str(key), SUBMISSION_KEYS)
            raise _Refused("case/unknown-key", f"no such key in a submission: {quoted(key)}", hint, (number, str(key)))
    if "submitted_at" not in item:
        raise _Refused("case/missing-key", "a submission says when: `submitted_at`", path=(number,))
    try:
        at = _instant(item["submitted_at"], fact)
    except _Refused as problem:
        raise _Refused(problem.code, problem.message, problem.help, (number, "submitted_at")) from None
    proves, authentic = item.get("proves", UNKNOWN), item.get("authentic", True)
    if authentic not in (True, False, UNKNOWN) or (isinstance(authentic, int) and not isinstance(authentic, bool)):
        raise _Refused("case/type", "`authentic` is true, false or unknown", path=(number, "authentic"))
    found = None if proves == UNKNOWN else _propositions(proves, fact, (number, "proves"))
    return Submission(at, found, authentic if isinstance(authentic, bool) else None)


_READERS: Final[Mapping[str, Callable[[object, Fact], object]]] = {
    "bool": _bool,
    "enum": _enum,
    "integer": _integer,
    "decimal": _decimal,
    "text": _text,
    "zone": _zone,
    "date": _date,
    "instant": _instant,
    "event": _instant,
    "propositions": _propositions,
    "submissions": _submissions,
}


# ----------------------------------------------------------------------------------------------------------- digest


def digest_of(scenario: str | None, values: Mapping[str, object]) -> str:
    """The digest of the facts of a case, by their values as a Case has them."""
    text = canonical({"scenario": scenario, "facts": dict(values)})
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def canonical(value: object) -> str:
    """Values as the digest writes them."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_canonical)


def _canonical(value: object) -> object:
    match value:
        case datetime() | date():
            return value.isoformat()
        case frozenset():
            return sorted(value)
        case Submission():
            return [value.at, value.proves, value.authentic]
        case Decimal():
            return f"decimal:{value.normalize()}"
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical form")
