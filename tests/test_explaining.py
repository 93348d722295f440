"""The quick way to an explanation tells what the plain one tells, whatever was explained before."""

from __future__ import annotations

import copy
import gc
import pickle
import random
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType, ModuleType
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from engine import Version, load_pack
from engine.case.model import Case
from engine.clock import parse_instant
from engine.document import parse_document, plain
from engine.evaluation.explain import WORTH_IT, Explaining, explain_plainly
from engine.evaluation.telling.building import Telling, build
from engine.evaluation.telling.generating import generate
from engine.evaluation.telling.memory import Facts, Told, ToldFacts, Values
from engine.evaluation.trace import Places
from engine.explanation.model import Explanation, RowTrace
from engine.source import Place, Source
from tests import bikes, kites
from tests.agreeing import raw_case
from tests.ladders import ladder
from tests.small_packs import as_yaml, completed, load_data, load_text, merged
from tests.strategies import EDGES, Formulas, dispute, documents, modest
from tests.test_interpreter import cases as language_cases

PACK = load_pack()
VERSION = PACK.version("1.0.0")
Asked = tuple[Case, datetime]


def disputes(version: Version, numbers: Iterable[int]) -> Iterator[Asked]:
    """Each made-up dispute as it is, earlier, with some facts forgotten, with its findings not made, and again."""
    for number in numbers:
        chance, found = random.Random(number), dispute(number)
        case, as_of = version.read_case(found.document), parse_instant(found.as_of)
        forgotten = chance.sample(sorted(case.values), min(len(case.values), chance.randint(1, 8)))
        yield case, as_of
        yield case, as_of - timedelta(hours=chance.randint(0, 400))
        yield without(case, forgotten), as_of
        yield without(case, [name for name in case.values if version.policy.facts[name].finding]), as_of
        yield case, as_of
        if number % 10 == 0:
            yield replace(case, scenario=None), as_of


def without(case: Case, names: Iterable[str]) -> Case:
    left = {name: value for name, value in case.values.items() if name not in names}
    return replace(case, values=MappingProxyType(left))


def raw(version: Version, many: int, seed: str) -> Iterator[Asked]:
    """Any cases that a version reads, and beside each the same with one fact as another case has it."""
    chance, rows = random.Random(seed), list(version.programs)
    before: dict[str, Case] = {}
    for number in range(many):
        row = rows[number % len(rows)]
        document = raw_case(version.policy, row, chance, chance.choice((0, 0, 0.05, 0.3)))
        case, as_of = version.read_case(document), chance.choice(EDGES)
        yield case, as_of
        other = before.get(row, case)
        for name in chance.sample(sorted(other.values), min(3, len(other.values))):
            yield replace(case, values=MappingProxyType({**case.values, name: other.values[name]})), as_of
        before[row] = case


def given(fact: str) -> Place | None:
    """Where a case could give a fact."""
    return Place(Source("case", ""), len(fact), 1, len(fact), 2) if len(fact) % 2 else None


class Ways:
    """A version explained by generated Python at once, by closures alone, and plainly."""

    def __init__(self, version: Version) -> None:
        self.version = version
        self.written = Explaining(version.programs, worth_it=0)
        self.closures = Explaining(version.programs, worth_it=10**9)
        self.tellings: dict[str, Telling] = {}
        self.many = self.told = 0

    def compare(self, case: Case, as_of: datetime, because: str = "", given: Places | None = None) -> None:
        """Explain a case in all ways. Raises AssertionError where they differ."""
        plain = explain_plainly(self.version.programs, case, as_of, because, given)
        same(self.written.explain(case, as_of, because, given), plain)
        same(self.closures.explain(case, as_of, because, given), plain)
        self.many += 1
        for row in plain.rows:
            if "Missing(" not in repr(row) and row.determined:
                self.told += 1
                self.tell(row, replace(case, scenario=row.scenario), as_of, given)

    def tell(self, plain: RowTrace, case: Case, as_of: datetime, given: Places | None) -> None:
        """Where all is known, the generated Python tells it, and does not leave it to the others."""
        if plain.scenario not in self.tellings:
            program = self.version.programs[plain.scenario]
            self.tellings[plain.scenario] = build(generate(program), program.policy)
        row, _ = self.tellings[plain.scenario].row(case, as_of, given)
        assert repr(row) == repr(plain)


def differing(version: Version, asked: Iterable[Asked]) -> int:
    """How many cases were explained in all ways. Raises AssertionError."""
    ways = Ways(version)
    for case, as_of in asked:
        ways.compare(case, as_of)
        if ways.many % 5 == 0:
            ways.compare(case, as_of, "because", given)
    assert ways.told
    return ways.many


def same(found: Explanation, plain: Explanation) -> None:
    assert found == plain
    assert found.to_dict() == plain.to_dict()
    assert repr(found) == repr(plain)  # to the last type: 1 is not True


# ---------------------------------------------------------------------------------------------------- the same is told


@pytest.mark.parametrize("name", PACK.versions)
def test_disputes_are_told_alike(name: str) -> None:
    assert differing(PACK.version(name), disputes(VERSION, range(60))) > 250


@pytest.mark.parametrize("name", PACK.versions)
def test_so_is_whatever_can_be_read(name: str) -> None:
    version = PACK.version(name)
    assert differing(version, raw(version, 60, name)) > 150


@pytest.mark.parametrize("pack", [bikes, kites])
def test_so_are_the_cases_of_small_packs(pack: ModuleType, tmp_path: Any) -> None:
    version = load_pack(pack.write(tmp_path)).version("1.0.0")
    assert differing(version, raw(version, 80, "small")) > 100


@pytest.mark.parametrize("hit", ["first", "all"])
def test_so_are_large_tables(hit: str) -> None:
    version = load_data(ladder(60, hit, wild=0.3)).version("1.0.0")
    assert differing(version, raw(version, 60, "ladder")) > 100


@pytest.mark.parametrize("case", [case for param in language_cases() for case in param.values if "refused" not in case])
def test_so_is_every_table_of_the_language(case: dict[str, Any]) -> None:
    named = {f"formula_{number}": formula for number, formula in enumerate(case.get("formulas", {}), 1)}
    version = load_data(merged(case["policy"], {"define": named}) if named else case["policy"]).version("1.0.0")
    assert differing(version, raw(version, 12, case["name"]))


def test_so_is_what_a_row_settles() -> None:
    """Formulas and conditions that are the same in every case of a row, alone and within others."""
    formulas = {
        "here": "scenario == torn",
        "elsewhere": "not here and kite.outside",
        "anywhere": "here or kite.outside or kite.wind > 3",
        "one_of_two": "scenario == torn or scenario in [torn]",
        "both": "scenario == torn and scenario != lost",
        "late": "happened(shop.answered_at) and happened(kite.filed_at) and day(shop.answered_at) > day(kite.filed_at)",
        "calm": "kite.wind < 2 or not kite.outside and not kite.urgent",
    }
    conditions = [
        *formulas, "here and calm", "calm and here", "elsewhere or late and calm", "not (here or calm) and kite.silk",
        "not happened(shop.answered_at) and calm", "kite.wind < 2 or kite.urgent or here", "not elsewhere",
        "scenario == torn or scenario in [torn]", "kite.silk and (scenario == torn or scenario in [torn])",
        "not (scenario == torn and scenario != lost) or kite.silk",
    ]  # fmt: skip
    for hit in ("all", "first"):
        version = with_rules(conditions, formulas, hit)
        assert differing(version, raw(version, 80, hit)) > 100


def with_rules(conditions: list[str], formulas: dict[str, str], hit: str) -> Version:
    """The kites' version with formulas, and a table of rules with these conditions."""
    source: Any = plain(parse_document(Source("kites", kites.POLICY)))
    rules = [{"id": f"r{number}", "when": text, "remarks_made": ["windy"]} for number, text in enumerate(conditions)]
    field: dict[str, Any] = {}
    if hit == "first":
        rules = [{**rule, "remarks_made": "windy"} for rule in rules]
        field = {"list_of": None, "one_of": ["windy", "slow"], "otherwise": "quiet", "if_unknown": None}
    extras = {"hit": hit, "rules": rules}
    patch = {"define": formulas, "decision": {"remarks_made": field}, "tables": {"extras": extras}}
    return load_text.__wrapped__(as_yaml(completed(merged(source, patch)))).version("1.0.0")


KITES = with_rules(["kite.silk"], {}, "all").policy
FORMULAS = st.lists(Formulas(KITES).formulas().filter(lambda text: len(text) <= 900), min_size=3, max_size=6)


@modest(40)
@hypothesis.given(FORMULAS, st.sampled_from(("all", "first")), st.lists(documents(KITES), min_size=4, max_size=4))
def test_so_is_any_condition(formulas: list[str], hit: str, found: list[Any]) -> None:
    named = {f"f{number}": text for number, text in enumerate(formulas)}
    joined = [
        f"{name} {word} ({text})" for name, text in named.items() for word in ("and", "or")
    ]  # no two are the same
    ways = Ways(with_rules([*joined, *named], named, hit))
    for document in found:
        ways.compare(ways.version.read_case(document), EDGES[0])


# ---------------------------------------------------------------------------------------------------- what is kept


def test_threads_share_what_is_kept() -> None:
    asked = list(disputes(VERSION, range(40)))
    expected = [explain_plainly(VERSION.programs, case, as_of) for case, as_of in asked]
    quick = Explaining(VERSION.programs, worth_it=3)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda one: quick.explain(*one), asked * 3))
    assert found == expected * 3


def test_a_version_explains_by_what_is_written_after_some_cases_or_at_once() -> None:
    late, at_once = load_pack().version("1.0.0"), load_pack().version("1.0.0")
    at_once.compile(explanations=True)
    case, as_of = next(disputes(VERSION, [1]))
    explained = [version.explain(case, as_of) for version in (late, at_once) for _ in range(WORTH_IT + 2)]
    assert all(found == explained[0] for found in explained)
    for version, written in ((late, {case.scenario}), (at_once, set(at_once.programs))):
        assert version._explaining is not None
        assert set(version._explaining._tellings) == written


def test_nothing_of_a_case_stays_behind() -> None:
    """What was read and told of a case goes when it is explained, and not when the collector of garbage comes."""
    ways = Explaining(VERSION.programs, worth_it=0)
    case, as_of = next(disputes(VERSION, [1]))
    ways.explain(case, as_of)
    gc.collect()
    gc.disable()
    try:
        before = sum(isinstance(one, Facts | Values | Told | ToldFacts) for one in gc.get_objects())
        ways.explain(case, as_of)
        assert sum(isinstance(one, Facts | Values | Told | ToldFacts) for one in gc.get_objects()) == before
    finally:
        gc.enable()


@pytest.mark.parametrize("quickly", [True, False])
def test_an_explanation_is_plain_and_frozen(quickly: bool) -> None:
    case, as_of = next(disputes(VERSION, [1]))
    found = Explaining(VERSION.programs, worth_it=0 if quickly else 1).explain(case, as_of)
    assert pickle.loads(pickle.dumps(found)) == found == copy.deepcopy(found)
    row = found.rows[0]
    for part, name in ((found, "rows"), (row, "facts"), (row.tables[0], "rules"), (next(row.rules()), "why")):
        with pytest.raises(AttributeError):
            setattr(part, name, ())
