"""Tables of cases: what is decided column by column is what each case alone is decided to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Pack, Version, load_pack
from engine.backends.interpreter import Interpreter
from engine.clock import end_of_day, local_day, parse_instant
from engine.columns import Counts, decide_batches
from engine.columns.alike import alike
from engine.columns.answers import Words
from engine.columns.batches import _prepared
from engine.columns.table import Table, columns_of
from engine.columns.vectors.facts import FactArrays
from engine.columns.vectors.ordered import Ordered
from engine.columns.vectors.run import Run
from engine.columns.vectors.values import NOTHING, UNKNOWNS, level, spread
from engine.columns.vectors.word_lists import WordLists
from engine.columns.vectors.zones import EPOCH, ZoneClock, Zones, micros
from engine.expr.unknown import Unknown
from tests import bikes, kites
from tests.case_tables import Document, rows_of, table_of
from tests.small_packs import load_data, load_text, merged
from tests.strategies import Formulas, accepted, dispute, documents, instants, modest
from tests.test_expressions import POLICY as WORKSHOP
from tests.test_expressions import WORKSHOP as WORKSHOP_DATA
from tests.test_expressions import with_formulas
from tests.test_interpreter import cases as language_cases

PACK = load_pack()
VERSIONS = [PACK.version(name) for name in PACK.versions]
Cases = Sequence[tuple[Document, str]]


def check(pack: Pack, version: Version, cases: Cases, counts: Counts | None = None) -> None:
    """Every row of the table of these cases is what its case is."""
    table = table_of(cases, version.policy)
    found = [
        row
        for b in decide_batches(pack, [table], version=version.name, counts=counts, in_columns=True)
        for row in b.to_pylist()
    ]
    for row, expected, case in zip(found, rows_of(version, cases), cases, strict=True):
        assert row == expected, case


# ------------------------------------------------------------------------------------------------- the same decisions


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.name)
def test_a_row_is_decided_as_its_case_is(version: Version) -> None:
    counts = Counts()
    check(PACK, version, [(one.document, one.as_of) for one in map(dispute, range(700))], counts)
    assert counts.rows == 700
    assert counts.one_by_one < 20  # those of which the scenario is not known


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.name)
def test_so_is_any_case_that_can_be_read(version: Version) -> None:
    rows = [*version.policy.rows, "unknown"]

    @modest(25)
    @given(st.lists(st.tuples(documents(version.policy, rows), instants()), min_size=1, max_size=8))
    def same(cases: Cases) -> None:
        check(PACK, version, cases)

    same()


def test_so_is_any_case_that_was_taken() -> None:
    @modest(25)
    @given(st.lists(accepted(VERSIONS[0].policy), min_size=1, max_size=12))
    def same(found: list[Any]) -> None:
        check(PACK, VERSIONS[0], [(one.document, one.as_of) for one in found])

    same()


def test_around_every_deadline() -> None:
    version = VERSIONS[0]
    cases = []
    for one in map(dispute, range(60)):
        for deadline in version.decide(version.read_case(one.document), one.as_of).deadlines:
            for step in (-1, 0, 1, 1_000_000):
                cases.append((one.document, (deadline.at + timedelta(microseconds=step)).isoformat()))
    assert len(cases) > 500
    check(PACK, version, cases)


@pytest.mark.parametrize("text", [bikes.POLICY, kites.POLICY], ids=["bikes", "kites"])
def test_small_policies(text: str) -> None:
    pack = load_text(text)
    version = pack.version("1.0.0")

    @modest(40)
    @given(st.lists(st.tuples(documents(version.policy, gaps=0), instants()), min_size=1, max_size=8))
    def known(cases: Cases) -> None:
        check(pack, version, cases)

    @modest(20)
    @given(st.lists(st.tuples(documents(version.policy), instants()), min_size=1, max_size=8))
    def with_gaps(cases: Cases) -> None:
        check(pack, version, cases)

    known()
    with_gaps()


@pytest.mark.parametrize("case", list(language_cases()))
def test_the_language(case: dict[str, Any]) -> None:
    """Every case of the tables that say what the language means."""
    if "refused" in case:
        return
    formulas = {f"formula_{number}": formula for number, formula in enumerate(case.get("formulas", {}), 1)}
    pack = load_data(merged(case["policy"], {"define": formulas}) if formulas else case["policy"])
    version = pack.version("1.0.0")
    document = {"scenario": case.get("scenario", "wheel"), "facts": case["facts"]}
    check(pack, version, [(document, case["as_of"])])
    if formulas:
        check_names(version, [(document, case["as_of"])], formulas)


ASKS_FOR_SCENARIO = [
    {"id": "fast-wheel", "when": "scenario == wheel and bike.gears > 3", "stage": "done"},
    {"id": "wet", "when": "scenario in flat_things and bike.wet or scenario != saddle and bike.loud", "stage": "done"},
    {"id": "rack", "when": "scenario == rack and given(bike.brake)", "stage": "done"},
    {"id": "cheap", "when": "given(bike.price) and bike.price < '12.5'", "stage": "done"},
    {"id": "round", "when": "bike.gears >= 5 or scenario in round_things", "stage": "done"},
    {"id": "rest", "else": True, "stage": "done"},
]


def test_scenarios_that_the_same_rules_decide() -> None:
    """Rules that ask for the scenario are decided for all of them at once."""
    pack = load_data(merged(WORKSHOP_DATA, {"tables": {"stages": {"rules": ASKS_FOR_SCENARIO}}}))
    version = pack.version("1.0.0")
    (together,) = alike(version)
    assert together.scenarios == tuple(version.programs)

    @modest(40)
    @given(
        st.lists(
            st.tuples(documents(version.policy, [*version.policy.rows, "unknown"]), instants()), min_size=1, max_size=70
        )
    )
    def same(cases: Cases) -> None:
        check(pack, version, cases)

    same()
    known = [(one, "2025-06-01T00:00:00Z") for one in every(version, ASKED)]
    check(pack, version, known)
    for row in version.policy.rows:
        check(pack, version, [case for case in known if case[0]["scenario"] == row])


ASKED = {"bike.gears": (2, 5), "bike.wet": (True, False), "bike.loud": (True, False), "bike.brake": ("disc", None)}


def every(version: Version, values: dict[str, tuple[Any, ...]]) -> Iterator[Document]:
    """A case for every scenario and every combination of these values."""
    for row, *chosen in product(version.policy.rows, *values.values()):
        facts: dict[str, dict[str, Any]] = {}
        for name, value in zip(values, chosen, strict=True):
            group, _, key = name.partition(".")
            facts.setdefault(group, {})[key] = value
        yield {"scenario": row, "facts": facts}


# ---------------------------------------------------------------------------------------------------- the same values


def run_of(version: Version, cases: Cases) -> Run:
    table = table_of(cases, version.policy)
    columns = columns_of(table.schema, [version.policy], None, set())
    words, rows = Words(), np.arange(len(cases))
    facts = FactArrays(Table(table, columns, "unknown"), version, words, _prepared(version, words))
    as_of = np.array([micros(parse_instant(moment)) for _, moment in cases])
    ordered = Ordered(facts, rows, [len(rows)], as_of, words, Zones())
    return Run(version.programs[cases[0][0]["scenario"]], ordered, 0, len(rows), WordLists())


def check_names(version: Version, cases: Cases, names: Iterable[str]) -> None:
    """Names are what the reference says, and wait for the same."""
    run = run_of(version, cases)
    references = []
    for document, as_of in cases:
        program = version.programs[document["scenario"]]
        references.append(Interpreter(program, version.read_case(document), parse_instant(as_of)))
    for name in names:
        check_name(run, cases, references, name)


def check_name(run: Run, cases: Cases, references: list[Interpreter], name: str) -> None:
    found = run.value(name)
    values, unknown = spread(found.v, len(cases)), level(found.u, len(cases))
    for number, (document, _) in enumerate(cases):
        expected = references[number].value(name)
        if isinstance(expected, Unknown):
            waits = UNKNOWNS.all[unknown[number]]
            assert unknown[number] and (waits.facts, waits.findings) == (expected.facts, expected.findings), (
                name,
                document,
            )
            assert found.sure is None or listed(run, found.sure[number]) == expected.sure
        else:
            assert unknown[number] == 0, (name, document)
            assert as_value(run, found.kind, values[number]) == expected, (name, document)


def listed(run: Run, value: Any) -> tuple[str, ...]:
    return tuple(run.words.word(code) for code in run.lists.lists[int(value)])


def as_value(run: Run, kind: str, value: Any) -> Any:
    match kind:
        case "bool":
            return bool(value)
        case "word":
            return None if value < 0 else run.words.word(int(value))
        case "tuple":
            return listed(run, value)
        case "instant" if value != NOTHING:
            return EPOCH + timedelta(microseconds=int(value))
        case "date" if value != NOTHING:
            return (EPOCH + timedelta(days=int(value))).date()
        case _:
            return None if value == NOTHING else int(value)


@pytest.mark.parametrize("row", list(VERSIONS[-1].programs))
def test_every_name_is_what_the_reference_says(row: str) -> None:
    version = VERSIONS[-1]
    cases = [(one.document, one.as_of) for one in map(dispute, range(240)) if one.document["scenario"] == row]
    check_names(version, cases, (name for name in version.programs[row].names if name not in version.policy.facts))


@modest(60)
@given(st.lists(Formulas(WORKSHOP).formulas(), min_size=3, max_size=8), st.data())
def test_formulas_are_what_the_reference_says(formulas: list[str], data: st.DataObject) -> None:
    formulas = [text for text in formulas if len(text) <= 900]
    version = with_formulas(formulas)
    row = data.draw(st.sampled_from(list(version.programs)))
    one = st.tuples(documents(version.policy, [row]), instants())
    cases = data.draw(st.lists(one, min_size=1, max_size=6))
    check_names(version, cases, (f"f{number}" for number in range(len(formulas))))


ZONES = ("America/New_York", "Europe/Lisbon", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns",
         "Africa/Casablanca", "Pacific/Apia", "America/Sao_Paulo", "Asia/Gaza", "Antarctica/Troll")  # fmt: skip


@pytest.mark.parametrize("name", ZONES)
def test_days_are_those_of_the_clock(name: str) -> None:
    """To the second, on both sides of every change of clocks and of every midnight around it."""
    clock, zone = ZoneClock(name), ZoneInfo(name)
    start = datetime(2000, 1, 1, tzinfo=UTC)
    moments: list[datetime] = []
    for hours in range(0, 26 * 365 * 24, 6):
        before, after = start + timedelta(hours=hours), start + timedelta(hours=hours + 6)
        if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            for minutes in range(-24 * 60, 30 * 60, 30):
                moments += [before + timedelta(minutes=minutes, seconds=second) for second in (-1, 0, 1)]
    moments += [start + timedelta(days=61 * number, hours=number) for number in range(200)]
    instants = np.array([micros(moment) for moment in moments])
    days = clock.days(instants)
    expected = [local_day(moment, zone) for moment in moments]
    assert [(EPOCH + timedelta(days=int(day))).date() for day in days] == expected
    ends = clock.ends(days)
    assert [EPOCH + timedelta(microseconds=int(end)) for end in ends] == [end_of_day(day, zone) for day in expected]
