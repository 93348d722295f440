"""What the properties are tested on: made-up disputes, raw cases of any version, and well-typed formulas."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Final, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from engine.policy.model import Fact, Policy
from tests.import_cases import BASELINE, FACTS, case_document
from tests.oracle.generate import SCENARIOS, life

Document = dict[str, Any]
Test = TypeVar("Test", bound=Callable[..., None])
LEFT_OUT = object()
ZONES = ("America/New_York", "America/Phoenix", "Europe/Lisbon", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
# Noon and midnight, in UTC and in the zones above, on days of clock changes, on a leap day and at a year's end.
EDGES = [
    datetime(2025, 3, 9, 7, 0, tzinfo=UTC),
    datetime(2025, 3, 10, 3, 59, 59, tzinfo=UTC),
    datetime(2025, 3, 10, 4, 0, tzinfo=UTC),
    datetime(2025, 11, 2, 5, 30, tzinfo=UTC),
    datetime(2024, 2, 29, 12, 0, tzinfo=UTC),
    datetime(2024, 12, 31, 23, 59, 59, tzinfo=UTC),
]
LATER = ("2025-03-09T00:00:00Z", "2025-03-12T04:00:00Z", "2025-03-25T00:00:00Z", "2025-12-31T00:00:00Z")
STEPS = (timedelta(0), timedelta(microseconds=1), timedelta(seconds=1), timedelta(hours=48), timedelta(days=15))


def modest(examples: int) -> Callable[[Test], Test]:
    """Settings of a property: so many examples, the same on every run."""
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    return settings(max_examples=examples, derandomize=True, database=None, deadline=None, suppress_health_check=checks)


def with_facts(document: Document, changed: Mapping[str, Any]) -> Document:
    """A case with some facts replaced, by their names in the policy."""
    facts = {group: dict(members) for group, members in document["facts"].items()}
    for name, value in changed.items():
        group, _, key = name.partition(".")
        facts.setdefault(group, {})[key] = value
    return {**document, "facts": facts}


def by_group(flat: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Facts of the flat vocabulary as a case groups them."""
    facts: dict[str, dict[str, Any]] = with_facts({"facts": {}}, {FACTS[name]: value for name, value in flat.items()})[
        "facts"
    ]
    return facts


# --------------------------------------------------------------------------------------------------- made-up disputes


@dataclass(frozen=True)
class Dispute:
    """A plausible case of version 1.0.0 as plain data, and a moment to decide it at."""

    document: Document
    as_of: str

    def with_fact(self, name: str, value: Any) -> Document:
        """The case with one fact replaced, by its name in the policy."""
        return with_facts(self.document, {name: value})

    def but(self, **flat: Any) -> Document:
        """The case with some facts replaced, by their names in the flat vocabulary."""
        return with_facts(self.document, {FACTS[name]: value for name, value in flat.items()})

    def fact(self, flat: str) -> Any:
        """A fact by its name in the flat vocabulary; `unknown` if it is left out."""
        group, _, name = FACTS[flat].partition(".")
        return self.document["facts"].get(group, {}).get(name, "unknown")


def dispute(number: int) -> Dispute:
    facts, as_of = life(random.Random(f"property/{number}"), SCENARIOS[number % len(SCENARIOS)])
    return Dispute(case_document({**BASELINE, **facts}), as_of)


def disputes(scenarios: Sequence[str] = SCENARIOS) -> st.SearchStrategy[Dispute]:
    """Disputes of these rows, with their instants mostly on the edges of windows."""
    rows = [SCENARIOS.index(name) for name in scenarios]
    pairs = st.tuples(st.integers(0, 100_000), st.sampled_from(rows))
    return pairs.map(lambda pair: dispute(pair[0] * len(SCENARIOS) + pair[1]))


def wholly_known(found: Dispute) -> bool:
    """Whether no fact of a dispute is unknown."""
    known = all(
        "unknown" not in (value, *_inner(value)) for g in found.document["facts"].values() for value in g.values()
    )
    return known and found.document["scenario"] != "unknown"


def _inner(value: Any) -> list[Any]:
    return [part for item in value for part in item.values()] if isinstance(value, list) and _mappings(value) else []


def _mappings(value: list[Any]) -> bool:
    return all(isinstance(item, dict) for item in value)


# ---------------------------------------------------------------------------------------------------------- raw cases


@st.composite
def instants(draw: st.DrawFn) -> str:
    """An instant near an edge, written with some offset."""
    moment = draw(st.sampled_from(EDGES)) + draw(st.sampled_from((1, -1))) * draw(st.sampled_from(STEPS))
    offset = timezone(timedelta(minutes=draw(st.sampled_from((0, -300, 345, 840, -720)))))
    return moment.astimezone(offset).isoformat()


def days() -> st.SearchStrategy[str]:
    return st.dates(date(2024, 2, 27), date(2025, 12, 31)).map(date.isoformat)


def numbers() -> st.SearchStrategy[Any]:
    return st.one_of(st.integers(-1, 25), st.decimals(-5, 100, places=2))


def submissions(fact: Fact) -> st.SearchStrategy[Any]:
    proves = st.one_of(st.just("unknown"), st.lists(st.sampled_from(sorted(fact.values)), unique=True, max_size=3))
    authentic = st.sampled_from((True, False, "unknown"))
    one = st.fixed_dictionaries({"submitted_at": instants()}, optional={"proves": proves, "authentic": authentic})
    return st.lists(one, max_size=3)


def values(fact: Fact) -> st.SearchStrategy[Any]:
    """A value that a fact may have, without `unknown` and null."""
    match fact.kind:
        case "bool":
            return st.booleans()
        case "enum":
            return st.sampled_from(list(fact.values))
        case "integer":
            return st.integers(-1, 25)
        case "decimal":
            return numbers()
        case "zone":
            return st.sampled_from(ZONES)
        case "date":
            return days()
        case "instant" | "event":
            return instants()
        case "propositions":
            return st.lists(st.sampled_from(sorted(fact.values)), unique=True, max_size=4)
        case "submissions":
            return submissions(fact)
        case _:
            return st.sampled_from(("", "K-77", "K-78"))


@st.composite
def documents(draw: st.DrawFn, policy: Policy, rows: Sequence[str] = (), gaps: int = 1) -> Document:
    """Any case that a version reads: every fact with a value, null, unknown or left out, sensible or not.

    Without `gaps` nothing is unknown or left out.
    """
    facts: dict[str, dict[str, Any]] = {}
    for fact in policy.facts.values():
        group, _, name = fact.name.partition(".")
        choices = [values(fact), values(fact), st.none() if fact.nullable else values(fact)]
        value = draw(st.one_of(*choices, *([st.just("unknown"), st.just(LEFT_OUT)] * gaps)))
        if value is not LEFT_OUT:
            facts.setdefault(group, {})[name] = value
    return {"scenario": draw(st.sampled_from([*(rows or policy.rows)])), "facts": facts}


ACCEPTED: Final = by_group(
    {
        "time_zone": "America/New_York",
        "filed_at": "2025-03-08T12:00:00Z",
        "about_breach_of_earlier_resolution": False,
        "after_sale_request": "unresolved",
        "prior_requests_raised": 0,
        "prior_requests_closed": 0,
        "previous_request_end": "none",
        "previous_judgment_notified_at": None,
        "platform_purchase": True,
        "valid_transaction": True,
        "delivered_at": "2025-03-08T09:00:00Z",
        "last_tracking_update_at": "2025-03-08T09:00:00Z",
        "estimated_delivery_at": "2025-03-08T11:00:00Z",
        "filer_is_buyer": True,
        "seller_sells_in_us": True,
        "seller_notified_at": "2025-03-08T12:00:00Z",
        "withdrawn_at": None,
        "cancelled_by_agreement_at": None,
        "settled_at": None,
        "other_process_started_at": None,
    }
)


# What else is known of a request without any trouble, in the flat vocabulary.
KNOWN: Final[dict[str, Any]] = {
    "shipping_mode": "ship_by_seller",
    "carrier_used": True,
    "carrier_notified_at": None,
    "system_data_proves": [],
    "issue_visible": True,
    "allergy_claim": False,
    "inconsistency": "wrong_item",
    "customized": False,
    "wholly_damaged": False,
    "correct_product_available": True,
    "certified_hazard_finding": False,
    "media_report_unsafe": False,
    "recall": "none",
    "bulk_inferior": False,
    "prevails": "customer",
    "deceptive_or_fraudulent": False,
    "quality_severity": "minor",
}


def accepted(policy: Policy) -> st.SearchStrategy[Dispute]:
    """Disputes of version 1.0.0 that the service took, with anything for the facts that come after that."""

    def with_the_gates_open(document: Document) -> Document:
        names = {f"{group}.{key}": value for group, members in ACCEPTED.items() for key, value in members.items()}
        return with_facts(document, names)

    pairs = st.tuples(documents(policy, gaps=0).map(with_the_gates_open), st.sampled_from(LATER))
    return pairs.map(lambda pair: Dispute(*pair))


# ----------------------------------------------------------------------------------------------------------- formulas


class Formulas:
    """Well-typed formulas over the facts of a policy; `depth` bounds how far they nest."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.facts = list(policy.facts.values())

    def of_kind(self, *kinds: str) -> list[Fact]:
        return [fact for fact in self.facts if fact.kind in kinds]

    def formulas(self, depth: int = 3) -> st.SearchStrategy[str]:
        """A condition."""
        atoms = [
            self._names("bool"),
            self._words(),
            self._numbers(),
            self._instants(),
            self._days(),
            self._texts(),
            self._lists(),
            self._given(),
            self._rows(),
        ]
        atom = st.one_of(*(strategy for strategy in atoms if not strategy.is_empty))
        if depth == 0:
            return atom
        part = self.formulas(depth - 1)
        joined = st.tuples(st.sampled_from((" and ", " or ")), st.lists(part, min_size=2, max_size=3))
        return st.one_of(
            atom,
            part.map(lambda inner: f"not ({inner})"),
            joined.map(lambda pair: pair[0].join(f"({inner})" for inner in pair[1])),
        )

    def _names(self, *kinds: str) -> st.SearchStrategy[str]:
        names = [fact.name for fact in self.of_kind(*kinds)]
        return st.sampled_from(names) if names else st.nothing()

    def _words(self) -> st.SearchStrategy[str]:
        @st.composite
        def compared(draw: st.DrawFn) -> str:
            fact = draw(st.sampled_from(self.of_kind("enum")))
            some = draw(st.lists(st.sampled_from(list(fact.values)), min_size=1, max_size=3, unique=True))
            if draw(st.booleans()):
                return f"{fact.name} {draw(st.sampled_from(('==', '!=')))} {some[0]}"
            return f"{fact.name} {draw(st.sampled_from(('in', 'not in')))} [{', '.join(some)}]"

        return compared() if self.of_kind("enum") else st.nothing()

    def _numbers(self) -> st.SearchStrategy[str]:
        @st.composite
        def compared(draw: st.DrawFn) -> str:
            fact = draw(st.sampled_from(self.of_kind("integer", "decimal")))
            operator = draw(st.sampled_from(("==", "!=", "<", "<=", ">", ">=")))
            whole = draw(st.integers(0, 25))
            other = str(whole) if fact.kind == "integer" or draw(st.booleans()) else f"'{whole}.5'"
            left, right = draw(st.permutations([fact.name, other]))
            text = f"{left} {operator} {right}"
            return f"given({fact.name}) and {text}" if fact.nullable and operator not in ("==", "!=") else text

        return compared() if self.of_kind("integer", "decimal") else st.nothing()

    def instant(self, depth: int = 2) -> st.SearchStrategy[str]:
        names = self._names("instant", "event")
        if depth == 0 or names.is_empty:
            return names
        inner = st.lists(self.instant(depth - 1), min_size=2, max_size=3)
        joined = st.tuples(st.sampled_from(("latest", "earliest")), inner)
        return st.one_of(names, names, joined.map(lambda pair: f"{pair[0]}({', '.join(pair[1])})"))

    def _instants(self) -> st.SearchStrategy[str]:
        operators = st.sampled_from(("==", "!=", "<", "<=", ">", ">="))
        compared = st.tuples(self.instant(), operators, self.instant()).map(" ".join)
        happened = self.instant().map(lambda inner: f"happened({inner})")
        return st.one_of(compared, happened)

    def _days(self) -> st.SearchStrategy[str]:
        @st.composite
        def compared(draw: st.DrawFn) -> str:
            operator = draw(st.sampled_from(("==", "!=", "<", "<=", ">", ">=")))
            on = f"date('{draw(days())}')"
            inner = draw(st.one_of(self.instant().map(lambda i: f"day({i})"), self._names("date")))
            tested = inner[4:-1] if inner.startswith("day(") else inner
            nullable = inner.startswith("day(") or self.policy.facts[inner].nullable
            test = "happened" if inner.startswith("day(") else "given"
            guard = f"{test}({tested}) and " if nullable and operator not in ("==", "!=") else ""
            return f"{guard}{inner} {operator} {on}"

        return compared()

    def _texts(self) -> st.SearchStrategy[str]:
        pairs = st.tuples(self._names("text"), st.sampled_from(("==", "!=")), st.sampled_from(("'K-77'", "''")))
        return pairs.map(" ".join)

    def _lists(self) -> st.SearchStrategy[str]:
        @st.composite
        def asked(draw: st.DrawFn) -> str:
            fact = draw(st.sampled_from(self.of_kind("propositions")))
            return f"contains({fact.name}, {draw(st.sampled_from(sorted(fact.values)))})"

        return asked() if self.of_kind("propositions") else st.nothing()

    def _given(self) -> st.SearchStrategy[str]:
        names = [fact.name for fact in self.facts if fact.kind not in ("bool", "submissions", "propositions")]
        return st.sampled_from(names).map(lambda name: f"given({name})")

    def _rows(self) -> st.SearchStrategy[str]:
        compared = st.sampled_from(list(self.policy.rows)).map(lambda row: f"scenario == {row}")
        groups = [f"scenario in {name}" for name in self.policy.groups]
        return st.one_of(compared, st.sampled_from(groups)) if groups else compared
