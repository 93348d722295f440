"""Compiled rows give the decisions of the reference meaning, and the same source every time."""

from __future__ import annotations

import ast
import copy
import os
import pickle
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, replace
from datetime import datetime
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Decision, Version, load_pack
from engine.backends.compiled import alone, build, generate, whole
from engine.backends.compiled.building import OFFERED
from engine.backends.compiled.generating import finished
from engine.backends.compiled.known import UNKNOWN
from engine.backends.compiled.parties import weigh
from engine.backends.compiled.row import Row
from engine.backends.compiled.writing import LOCAL, NUMBERED, laid_out
from engine.backends.interpreter import Interpreter
from engine.case.model import Case
from engine.cli.app import app
from engine.clock import parse_instant
from engine.diagnostics import Report
from engine.document import parse_document, plain
from engine.evaluation.one_row import run
from engine.evaluation.one_table import ask
from engine.evaluation.quick import FEW, WORTH_IT
from engine.evaluation.telling.generating import generate as generate_telling
from engine.link.program import Formula, Program
from engine.source import Source
from engine.testing.suite import policy_tests
from tests import bikes, kites
from tests.agreeing import Both, check_disputes, check_raw, raw_cases
from tests.ladders import ladder
from tests.small_packs import load_data, merged
from tests.strategies import EDGES, Formulas, dispute, documents, instants, modest
from tests.test_expressions import POLICY as WORKSHOP
from tests.test_expressions import with_formulas
from tests.test_interpreter import cases as language_cases

ROOT = Path(__file__).parent.parent
PACK = load_pack()
TESTS = policy_tests(PACK.folder, Report())


@pytest.mark.parametrize("name", PACK.versions)
def test_every_policy_test_is_decided_alike(name: str) -> None:
    both = Both(PACK.version(name))
    for test in TESTS:
        if test.holds_for(name):
            case = both.version.read_case(test.case)
            if case.scenario is not None:
                both.check(case, parse_instant(test.as_of))
    assert both.left.total() < both.decided.total() / 4


@pytest.mark.parametrize("name", PACK.versions)
def test_so_are_plausible_disputes(name: str) -> None:
    both = check_disputes(PACK.version(name), range(300))
    assert both.left.total() < both.decided.total() / 2


@pytest.mark.parametrize("name", PACK.versions)
def test_so_is_whatever_can_be_read(name: str) -> None:
    both = check_raw(PACK.version(name), 300, "sample")
    assert both.left.total() < both.decided.total()


@pytest.mark.parametrize("pack", [bikes, kites])
def test_so_are_the_cases_of_small_packs(pack: ModuleType, tmp_path: Path) -> None:
    both = check_raw(load_pack(pack.write(tmp_path)).version("1.0.0"), 400, "small")
    assert both.left.total() < both.decided.total()


def language() -> Iterator[Any]:
    for param in language_cases():
        [case] = param.values
        if "refused" not in case:
            named = {f"formula_{number}": formula for number, formula in enumerate(case.get("formulas", {}), 1)}
            yield pytest.param(case, named, id=param.id)


@pytest.mark.parametrize(("case", "named"), list(language()))
def test_so_is_every_table_of_the_language(case: dict[str, Any], named: dict[str, str]) -> None:
    policy = merged(case["policy"], {"define": named}) if named else case["policy"]
    version = load_data(policy).version("1.0.0")
    read = version.read_case({"scenario": case.get("scenario", "wheel"), "facts": case["facts"]})
    both = Both(version)
    if read.scenario is not None:
        both.check(read, parse_instant(case["as_of"]))
    check_raw(version, 12, case["name"])


FORMULAS = st.lists(Formulas(WORKSHOP).formulas(), min_size=3, max_size=8)


@modest(40)
@given(FORMULAS, documents(WORKSHOP), documents(WORKSHOP), instants())
def test_formulas_are_what_the_reference_says(formulas: list[str], one: Any, other: Any, as_of: str) -> None:
    """What raises is not said at all."""
    formulas = [text for text in formulas if len(text) <= 900]
    version, moment = with_formulas(formulas), parse_instant(as_of)
    for document in (one, other):
        program, case = version.programs[document["scenario"]], version.read_case(document)
        reference = Interpreter(program, case, moment)
        for name in (f"f{number}" for number in range(len(formulas))):
            unknown = {name: UNKNOWN for name, fact in program.policy.facts.items() if fact.kind == "event"}
            for facts in (case.values, {**unknown, **case.values}):
                try:
                    found = formula(program, name)(facts, moment)
                except KeyError:
                    continue
                assert found is reference.value(name)


def formula(program: Program, name: str) -> Any:
    """A formula compiled, as a function of facts and a moment."""
    meaning = program.names[name]
    assert isinstance(meaning, Formula)
    row = Row(program)
    with row.straight.inside("def asked(facts, as_of):"):
        row.need(meaning.expression)
        weigh(row, row.straight, meaning.expression)
        row.straight.expression("return ", row.name(name))
    row.module.write(row.straight)
    return build(finished(row, "asked", name))


def test_no_variable_of_generated_code_can_be_the_name_of_a_policy() -> None:
    """A function has the name of a part of the policy: a variable of that name would stand before it."""
    for version in (PACK.version("1.0.0"), load_data(ladder(60, "all")).version("1.0.0")):
        for program in version.programs.values():
            for table in (None, *program.tables.values()):
                row = Row(program, table)
                source = finished(row, whole.write(row) if table is None else alone.write(row, table), "").source
                taken = row.module.taken()
                assert {name for name in variables(source) - taken if not NUMBERED.match(name)} == set()


def variables(source: str) -> set[str]:
    """The variables of all functions of a source."""
    found: set[str] = set()
    waiting = [compile(source, "source", "exec")]
    while waiting:
        code = waiting.pop()
        inner = [one for one in code.co_consts if isinstance(one, CodeType)]
        found |= {name for one in inner for name in one.co_varnames if not name.startswith(".")}
        waiting += inner
    return found


@pytest.mark.parametrize("width", range(10, 90, 3))
def test_a_long_expression_means_the_same_over_several_lines(width: int) -> None:
    for text in ("a and (b or c and d) and not (e or f)", "(a and b or c) and (d or e) or (f if g else h) and i"):
        whole = ast.parse(text, mode="eval").body
        lines = "\n".join(laid_out("found = ", whole, "", width))
        assert ast.dump(ast.parse(lines)) == ast.dump(ast.parse(f"found = {text}"))


def test_names_that_generated_code_uses_itself_may_be_those_of_a_policy() -> None:
    """A policy may call its definitions as variables, helpers and attributes of the generated code are called."""
    words = {"day", "deadline", "deadlines", "proven", "latest", "earliest"}  # of the language: nobody may take them
    hostile = [name for name in (*LOCAL, *OFFERED) if name.islower() and name not in words]
    hostile += ["answer_ends", "answer_starts", "extras_why", "extras_any", "owner_received", "said_0", "value_1"]
    condition = "kite.outside and kite.wind > 3"
    policy = merged(plain(parse_document(Source("kites", kites.POLICY))), {"define": dict.fromkeys(hostile, condition)})
    rules = [
        {"id": f"r-{number}", "when": f"not {name} or {name} and answer.met", "remarks_made": ["windy"]}
        for number, name in enumerate(hostile)
    ]
    policy["tables"]["extras"]["rules"] = rules
    both = check_raw(load_data(policy).version("1.0.0"), 40, "hostile")
    assert both.left.total() < both.decided.total()


def test_the_same_program_gives_the_same_source() -> None:
    again = load_pack().version("1.0.0")
    for name, program in PACK.version("1.0.0").programs.items():
        for written in (generate, generate_telling):
            one, other = written(program), written(again.programs[name])
            assert one.source == other.source
            assert one.constants == other.constants


def test_what_is_generated_can_be_kept() -> None:
    version = PACK.version("1.0.0")
    name, program = next(iter(version.programs.items()))
    kept = pickle.loads(pickle.dumps(generate(program)))
    test = next(t for t in TESTS if t.case.get("scenario") == name)
    case, moment = version.read_case(test.case), parse_instant(test.as_of)
    assert build(kept, name)(case, moment) == run(program, case, moment)


def _compiled_decision() -> Decision:
    version = load_pack().version("1.0.0")
    version.compile()
    found = dispute(1)
    return version.decide(version.read_case(found.document), found.as_of)


def test_a_compiled_decision_is_as_plain_and_frozen_as_any() -> None:
    decision = _compiled_decision()
    with pytest.raises(FrozenInstanceError):
        decision.scenario = "other"  # type: ignore[misc]
    if decision.deadlines:
        with pytest.raises(FrozenInstanceError):
            decision.deadlines[0].name = "other"  # type: ignore[misc]
        assert copy.copy(decision.deadlines[0]) == decision.deadlines[0]
        assert pickle.loads(pickle.dumps(decision.deadlines[0])) == decision.deadlines[0]
    assert replace(decision, zone=None) == decision
    assert type(decision) is Decision
    assert decision.explain().rows


def test_a_version_decides_the_same_before_and_after_it_is_compiled() -> None:
    version = load_pack().version("1.0.0")
    found = dispute(1)
    case = version.read_case(found.document)
    decisions = [version.decide(case, found.as_of) for _ in range(WORTH_IT + 3)]
    assert all(decision == decisions[0] for decision in decisions)
    assert [d.to_dict() for d in decisions] == [decisions[0].to_dict()] * len(decisions)


def test_closures_decide_once_some_cases_were_left(monkeypatch: pytest.MonkeyPatch) -> None:
    version, by_interpreter = load_pack().version("1.0.0"), []
    version.compile()
    found = dispute(2)
    found.document["facts"]["dispute"]["request_with_seller"] = "unknown"
    case = version.read_case(found.document)
    expected = run(version.programs[str(case.scenario)], case, parse_instant(found.as_of))
    assert not expected.determined

    def counted(program: Program, case: Case, as_of: datetime) -> Decision:
        by_interpreter.append(case)
        return run(program, case, as_of)

    monkeypatch.setattr("engine.evaluation.one_row.run", counted)
    decisions = [version.decide(case, found.as_of) for _ in range(FEW + 20)]
    assert len(by_interpreter) == FEW
    with ThreadPoolExecutor(4) as pool:
        decisions += pool.map(lambda _: version.decide(case, found.as_of), range(200))
    assert all(decision == expected and decision.to_dict() == expected.to_dict() for decision in decisions)
    assert decisions[-1].explain() == version.explain(case, found.as_of)


def test_a_process_compiles_more_than_one_version() -> None:
    """What the package offers is loaded lazily, and must not give way to a module of the same name."""
    code = "from engine import load_pack; [version.compile() for version in load_pack().versions.values()]"
    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parent.parent, check=True)


def test_threads_share_a_compiled_version() -> None:
    version: Version = load_pack().version("1.0.0")
    work = [dispute(number) for number in range(120)]
    times = 6 * WORTH_IT // 100  # so that every row is compiled meanwhile
    expected = [PACK.version("1.0.0").decide(version.read_case(one.document), one.as_of).to_dict() for one in work]
    with ThreadPoolExecutor(4) as pool:
        found = list(
            pool.map(lambda one: version.decide(version.read_case(one.document), one.as_of).to_dict(), work * times)
        )
    assert found == expected * times


# -------------------------------------------------------------------------------------------------- one table alone


@pytest.mark.parametrize("name", PACK.versions)
def test_a_table_alone_says_what_the_reference_says(name: str) -> None:
    version, chance = PACK.version(name), random.Random(name)
    both = Both(version)
    functions = {
        (row, table): version.rules(row, table)
        for row, program in version.programs.items()
        for table in program.tables
        if program.tables[table] is not program.standing
    }
    waiting = 0
    for case, as_of in raw_cases(both, 120, f"alone/{name}"):
        program = version.programs[str(case.scenario)]
        for (row, table), rules in functions.items():
            if row == case.scenario and chance.random() < 0.7:
                answer = rules(case.values, as_of)
                assert answer == ask(program, program.tables[table], case.values, as_of)
                waiting += bool(answer.missing)
    assert waiting


def test_what_has_no_such_table_says_which_there_are() -> None:
    with pytest.raises(ValueError, match="no table `consequense`; did you mean `consequence`"):
        PACK.version("1.0.0").rules("quality", "consequense")
    with pytest.raises(ValueError, match="no scenario"):
        PACK.version("1.0.0").rules("nothing", "consequence")


@pytest.mark.parametrize("codes", [False, True], ids=["kinds", "codes"])
@pytest.mark.parametrize("hit", ["first", "all"])
@pytest.mark.parametrize(("rules", "wild"), [(8, 0.0), (60, 0.0), (60, 0.05), (120, 0.4), (400, 0.0)])
def test_large_tables_in_groups_decide_as_the_reference_does(rules: int, wild: float, hit: str, codes: bool) -> None:
    version = load_data(ladder(rules, hit, wild=wild, codes=codes)).version("1.0.0")
    both = check_raw(version, 150, f"{rules}/{wild}")
    assert both.left.total() < both.decided.total()
    alone, program = version.rules("only", "ways"), version.programs["only"]
    for case, as_of in raw_cases(both, 60, "alone"):
        assert alone(case.values, as_of) == ask(program, program.tables["ways"], case.values, as_of)


def test_the_rules_that_can_apply_alone_are_gone_through() -> None:
    """Of 1,000 rules, a case asks a twentieth: the facts that it reads are counted."""
    reads = {}
    for rules in (50, 1000):
        version = load_data(ladder(rules)).version("1.0.0")
        alone, both = version.rules("only", "ways"), Both(version)
        counted = [Counting(case.values) for case, _ in raw_cases(both, 40, "count") if len(case.values) > 20]
        for facts in counted:
            alone(facts, EDGES[0])
        reads[rules] = sum(facts.reads for facts in counted) / len(counted)
    assert reads[1000] < 40


class Counting(dict[str, object]):
    """Facts that count how often they are read."""

    reads = 0

    def __getitem__(self, name: str) -> object:
        self.reads += 1
        return super().__getitem__(name)


# ----------------------------------------------------------------------------------------------------- the command


def printed(*arguments: str) -> str:
    from click.testing import CliRunner

    result = CliRunner().invoke(app, ["compile", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("what", [(), ("--explanation",)])
def test_the_command_shows_source_that_says_where_each_part_comes_from(tmp_path: Path, what: tuple[str, ...]) -> None:
    shown = printed("delayed", "1.0.0", "--show", *what)
    ast.parse(shown)
    lines = (PACK.folder / "1.0.0.yaml").read_text(encoding="utf-8").splitlines()
    rule = re.search(r"# seller-shipped 1\.0\.0\.yaml:(\d+)", shown)
    assert rule is not None
    assert lines[int(rule[1]) - 1].strip() == "- id: seller-shipped"
    printed("delayed", "1.0.0", *what, "--output", str(tmp_path / "delayed.py"))
    assert (tmp_path / "delayed.py").read_text(encoding="utf-8") == shown


def test_the_command_tells_how_much_there_is_of_each_row() -> None:
    told = printed()
    assert all(row in told for row in PACK.version("1.0.0").programs)
    assert "functions" in told
    assert "1.0.0, explanations, compiled" in printed("delayed", "1.0.0", "--explanation")
    assert "def rules(facts, as_of):" in printed("quality", "--table", "gates", "--show")


def test_the_command_knows_the_tables() -> None:
    from click.testing import CliRunner

    result = CliRunner().invoke(app, ["compile", "--table", "gate"])
    assert result.exit_code == 2
    assert "did you mean `gates`" in result.output
    result = CliRunner().invoke(app, ["compile", "--table", "gates", "--explanation"])
    assert result.exit_code == 2
    assert "--table and --explanation exclude each other" in result.output


@pytest.mark.parametrize("what", [(), ("--explanation",)])
def test_the_source_is_the_same_whatever_the_hash_seed(what: tuple[str, ...]) -> None:
    command = [sys.executable, "cli.py", "compile", "quality", "--show", *what]
    sources = {
        subprocess.run(
            command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True, cwd=ROOT
        ).stdout
        for seed in ("1", "4711")
    }
    assert len(sources) == 1
