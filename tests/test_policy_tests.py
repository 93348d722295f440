"""`aftersale test`: what tests may say, what they compare, and what a failure shows."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from click.testing import CliRunner, Result

from engine import load_pack
from engine.cli.app import app
from engine.diagnostics import Report
from engine.explanation.model import PartTrace, Seen
from engine.pack import Pack
from engine.testing.check import checked_suite
from engine.testing.failures import explain
from engine.testing.model import Suite
from engine.testing.run import run_test
from engine.testing.suite import policy_tests, suite
from tests import kites

HEAD = """\
policy: kites
scenario: torn
as_of: 2024-03-04T12:00:00Z
facts:
  kite: {filed_at: 2024-03-01T09:00:00Z, wind: 3, outside: true, silk: false}
tests:
"""


def pack_with(folder: Path, *tests: str, **more: str) -> tuple[Pack, Suite]:
    """The kites with these tests, each a line of YAML behind the head; everything that is wrong is an error."""
    text = HEAD + "".join(f"  - {test}\n" for test in tests)
    pack = load_pack(kites.write(folder / "kites", text, **more))
    report = Report()
    found = checked_suite(pack, report)
    assert not report.found, report.found
    return pack, found


def wrong(folder: Path, *tests: str) -> list[str]:
    """What is wrong with the tests, in one line each."""
    text = HEAD + "".join(f"  - {test}\n" for test in tests)
    pack, report = load_pack(kites.write(folder / "kites", text)), Report()
    checked_suite(pack, report)
    return [f"{found.place.line if found.place else 0} {found.code}: {found.message}" for found in report.found]


def mismatches(folder: Path, test: str, **more: str) -> list[str]:
    pack, found = pack_with(folder, test, **more)
    return [str(one) for one in run_test(pack.version("1.0.0"), found.tests[0]).mismatches]


def traces(folder: Path, test: str, **more: str) -> dict[str, PartTrace]:
    pack, found = pack_with(folder, test, **more)
    version = pack.version("1.0.0")
    return {trace.part: trace for trace in explain(version, run_test(version, found.tests[0]))}


def command(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["test", *map(str, arguments)], prog_name="aftersale")


# ---------------------------------------------------------------------------------------------------- what tests say


def test_a_test_takes_its_example_and_changes_it(tmp_path: Path) -> None:
    _, found = pack_with(
        tmp_path,
        "{name: As it is., example: breeze.yaml, expect: {payer: maker}}",
        "{name: But silent., example: breeze.yaml, facts: {owner: {papers: []}}, expect: {payer: flyer}}",
        "{name: Elsewhere., example: breeze.yaml, scenario: lost, as_of: 2024-03-05T12:00:00Z, expect: {payer: flyer}}",
    )
    as_it_is, silent, elsewhere = found.tests
    whole = yaml.safe_load(kites.EXAMPLE)
    assert as_it_is.as_of == "2024-03-04T12:00:00Z"
    assert silent.case["facts"]["owner"] == {"papers": []}
    assert silent.case["facts"]["kite"].keys() == whole["facts"]["kite"].keys()
    assert (elsewhere.scenario, elsewhere.as_of) == ("lost", "2024-03-05T12:00:00Z")
    assert as_it_is.example == "breeze.yaml" and as_it_is.own == {}


def test_an_example_leaves_out_what_the_file_says_for_all(tmp_path: Path) -> None:
    tests = kites.TESTS.replace("silk: false}\ntests", "silk: true}\ntests")
    found = policy_tests(kites.write(tmp_path / "kites", tests), Report())
    assert found[0].case["facts"]["kite"]["silk"] is False
    assert found[1].case["facts"]["kite"]["silk"] is True


def test_a_test_has_versions_of_its_own(tmp_path: Path) -> None:
    _, found = pack_with(tmp_path, '{name: Now., versions: ["1.0.0"], expect: {payer: flyer}}')
    assert found.tests[0].versions == ("1.0.0",)
    assert wrong(tmp_path / "2", '{name: Later., versions: ["1.0.1"], expect: {payer: flyer}}') == [
        "7 test/unknown-word: no such version: `1.0.1`"
    ]


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("{name: No case., example: storm.yaml, expect: {payer: flyer}}", "no such file under `examples/`"),
        ("{name: No field., expect: {player: flyer}}", "no such field of a decision: `player`"),
        ("{name: No moment., expect: {deadlines: {answer_due: 2024-03-04}}}", "is a date without a time of day"),
        ("{name: No rule., expect: {reasons: [outcome/rust]}}", "no such clause or rule: `outcome/rust`"),
        ("{name: No reading., expect: {reasons: [reading 9]}}", "no such clause or rule: `reading 9`"),
        ("{name: No reading., readings: [9], expect: {payer: flyer}}", "no such reading: `9`"),
        ("{name: No fact., facts: {kite: {wing: 3}}, expect: {payer: flyer}}", "`kite.wing`"),
        ("{name: No moment., as_of: noon, expect: {payer: flyer}}", "`noon` is not an instant"),
        ("{name: No scenario., scenario: burnt, expect: {payer: flyer}}", "`burnt`"),
    ],
)
def test_what_a_test_cannot_say_is_told_at_its_place(tmp_path: Path, test: str, said: str) -> None:
    (found,) = wrong(tmp_path, test)
    assert found.startswith("7 ") and said in found


def test_a_fault_of_the_common_facts_is_told_once_and_there(tmp_path: Path) -> None:
    text = HEAD.replace("wind: 3", "wind: calm") + "  - {name: One., expect: {payer: flyer}}\n"
    pack, report = (
        load_pack(kites.write(tmp_path / "kites", text + "  - {name: Two., expect: {payer: flyer}}\n")),
        Report(),
    )
    checked_suite(pack, report)
    assert {str(found.place).rpartition("kites.yaml:")[2] for found in report.found} == {"5:48"}


def test_a_fault_of_an_example_is_told_where_a_test_names_it(tmp_path: Path) -> None:
    text = HEAD + "  - {name: One., example: breeze.yaml, expect: {payer: flyer}}\n"
    folder = kites.write(tmp_path / "kites", text, example=kites.EXAMPLE.replace("wind: 3", "wind: calm"))
    report = Report()
    checked_suite(load_pack(folder), report)
    assert [found.place.line for found in report.found if found.place] == [7]


@pytest.mark.parametrize("example", ["facts: [1]\nscenario: torn\n", "- 1\n", "facts: {kite: 3}\n"])
def test_an_example_that_is_no_case_is_told(tmp_path: Path, example: str) -> None:
    text = HEAD + "  - {name: One., example: breeze.yaml, expect: {payer: flyer}}\n"
    report = Report()
    checked_suite(load_pack(kites.write(tmp_path / "kites", text, example=example)), report)
    assert [found.code for found in report.found] == ["case/shape"]


# ------------------------------------------------------------------------------------------------ what is compared


@pytest.mark.parametrize(
    ("expect", "differs"),
    [
        ("{payer: flyer, stage: settled, determined: true, missing_facts: []}", ""),
        ("{determined: false}", "determined: expected false, found true"),
        ("{remarks_made: []}", "remarks_made: expected [], found [slow]"),
        ("{deadline_states: {answer_due: missed}}", ""),
        ("{deadline_states: {answer_due: met}}", "deadline_states.answer_due: expected met, found missed"),
        (
            "{deadlines: {papers_due: 2024-03-02T09:00:00Z, answer_due: 2024-03-03T23:59:59Z}}",
            "",
        ),
        ("{deadlines: {papers_due: 2024-03-02T09:00:00Z}}", "deadlines.answer_due: expected nothing"),
        ("{reasons: [outcome/nothing-shown, page.papers, reading 1]}", ""),
        ("{not_reasons: [reading 1]}", "not_reasons: expected not reading 1, found among the reasons"),
        ("{reasons: [outcome/rest]}", "reasons: expected outcome/rest, found not among the reasons"),
    ],
)
def test_any_part_of_a_decision_may_be_expected(tmp_path: Path, expect: str, differs: str) -> None:
    found = mismatches(tmp_path, f"{{name: Nothing was shown., expect: {expect}}}")
    assert (found == []) if not differs else any(one.startswith(differs) for one in found), found


def test_nothing_rests_on_a_rule_that_failed(tmp_path: Path) -> None:
    """The decision tells it among its reasons, because it failed for want of proof."""
    silent = "{name: N., facts: {owner: {papers: [{submitted_at: 2024-03-01T10:00:00Z, proves: [tore]}]}}, expect: "
    assert mismatches(tmp_path, silent + "{reasons: [outcome/nothing-shown]}}") == [
        "reasons: expected outcome/nothing-shown, found not among the reasons"
    ]


# ----------------------------------------------------------------------------------------------------------- traces


def flat(found: tuple[Seen, ...]) -> dict[str, Seen]:
    return {one.text: one for one in found} | {k: v for one in found for k, v in flat(one.below).items()}


def test_a_rule_that_does_not_hold_shows_the_failing_term_and_its_facts(tmp_path: Path) -> None:
    facts = "facts: {owner: {papers: [{submitted_at: 2024-03-01T10:00:00Z, proves: [tore]}]}}"
    found = traces(tmp_path, f"{{name: N., {facts}, expect: {{reasons: [outcome/silk]}}}}")["outcome/silk"]
    assert found.state == "failed"
    assert [term.text for term in found.why] == ["kite.silk", "stormy"]
    seen = flat(found.why)
    assert (seen["kite.silk"].value, seen["kite.silk"].origin) == (False, "common")
    assert seen["kite.wind >= 7"].value is False  # it stopped `stormy`; what came before it held and is not shown
    assert "kite.outside" not in seen
    assert (seen["kite.wind"].value, seen["kite.wind"].origin) == (3, "common")


def test_a_rule_that_is_not_reached_names_the_rule_before_it(tmp_path: Path) -> None:
    found = traces(tmp_path, "{name: N., expect: {payer: maker, reasons: [outcome/rest]}}")["outcome/rest"]
    assert (found.state, found.by) == ("unreached", "outcome/nothing-shown")
    assert flat(found.why)["proven(tore)"].value is False


def test_the_rules_that_say_what_is_expected_are_found_without_their_names(tmp_path: Path) -> None:
    found = traces(tmp_path, "{name: N., expect: {payer: maker}}")
    assert {part: trace.state for part, trace in found.items()} == {
        "outcome/silk": "unreached",  # it says `loser`, which may be the maker
        "outcome/rest": "unreached",
        "outcome/nothing-shown": "decides",
    }


def test_of_a_table_where_all_count_only_what_lacks_or_is_too_much_is_shown(tmp_path: Path) -> None:
    found = traces(tmp_path, "{name: N., expect: {remarks_made: [windy]}}")
    assert {part: trace.state for part, trace in found.items()} == {
        "extras/windy": "failed",
        "extras/slow": "held",
    }


def test_a_table_that_is_not_asked_shows_its_guard(tmp_path: Path) -> None:
    found = traces(tmp_path, "{name: N., as_of: 2024-03-01T10:00:00Z, expect: {payer: maker}}")["outcome"]
    assert found.state == "unasked"
    assert flat(found.why)["papers.owner.ends"].kind == "window"


def test_what_is_open_shows_the_fact_that_is_not_given(tmp_path: Path) -> None:
    shown = "facts: {kite: {wind: unknown}, owner: {papers: [{submitted_at: 2024-03-01T10:00:00Z, proves: [tore]}]}}"
    found = traces(tmp_path, f"{{name: N., {shown}, expect: {{payer: maker, determined: true}}}}")
    assert found["outcome/silk"].state == "open"
    assert flat(found["outcome/silk"].why)["kite.wind"].origin == "nowhere"
    assert (found["outcome/rest"].state, found["outcome/rest"].by) == ("open", "outcome/silk")


def test_windows_show_how_they_run(tmp_path: Path) -> None:
    def window(name: str, test: str) -> PartTrace:
        return traces(tmp_path / name, f"{{name: N., {test}, expect: {{deadline_states: {{answer_due: paused}}}}}}")[
            "answer"
        ]

    runs = window("1", "facts: {kite: {urgent: true}}")
    assert runs.state == "runs"
    assert (flat(runs.why)["kite.urgent"].value, flat(runs.why)["kite.urgent"].origin) == (True, "test")
    later = window("2", "facts: {kite: {filed_at: 2024-04-01T09:00:00Z}}")
    assert later.state == "unasked"
    assert flat(later.why)["kite.filed_at"].origin == "later"
    assert window("3", "facts: {kite: {filed_at: unknown}}").state == "open"


def test_where_a_fact_comes_from(tmp_path: Path) -> None:
    test = "{name: N., example: breeze.yaml, facts: {kite: {wind: 9}}, expect: {payer: maker, remarks_made: []}}"
    found = traces(tmp_path, test)
    seen = flat(found["outcome/silk"].why) | flat(found["extras/slow"].why)
    assert seen["kite.wind"].origin == "test"
    assert seen["kite.outside"].origin == "example"
    assert seen["shop.answered_at"].origin == "declaration"


def test_a_window_shows_what_it_is_made_of(tmp_path: Path) -> None:
    found = traces(tmp_path, "{name: N., expect: {remarks_made: []}}")["extras/slow"]
    (missed,) = found.why
    assert (missed.text, missed.value, missed.kind) == ("answer.missed", True, "window")
    assert [(seen.text, seen.origin) for seen in missed.below] == [
        ("kite.urgent", "declaration"),
        ("kite.filed_at", "common"),
        ("answer.ends", ""),
        ("shop.answered_at", "declaration"),
    ]
    assert str(missed.below[1].value) == "2024-03-01 09:00:00+00:00"


def test_a_test_that_passes_has_nothing_to_explain(tmp_path: Path) -> None:
    assert traces(tmp_path, "{name: N., expect: {payer: flyer}}") == {}


# ------------------------------------------------------------------------------------------------------ the command

FAILS = '{name: "Who, then: 100 %?", expect: {payer: maker}}'


def test_the_shipped_pack_passes() -> None:
    done = command()
    assert done.exit_code == 0
    assert re.search(r"^1\.0\.0: [0-9]+ tests passed$", done.stdout, re.M)


def test_a_failure_is_shown_with_its_trace(tmp_path: Path) -> None:
    pack_with(tmp_path, FAILS)
    done = command("--pack", tmp_path / "kites")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[:5] == [
        "FAILED 1.0.0: Who, then: 100 %?",
        f"  {tmp_path}/kites/tests/kites.yaml:7",
        "  payer                 expected maker",
        "                        found    flyer",
        "  outcome/silk was not reached, because outcome/nothing-shown comes before it",
    ]
    assert "        proven(tore): false\n          owner.papers: nothing  left out\n" in done.stdout
    assert done.stdout.endswith("1.0.0: 1 of 1 test failed\n")
    assert re.fullmatch(r"[0-9.]+ seconds\n", done.stderr)


def test_choose_tests_by_words_and_by_file(tmp_path: Path) -> None:
    pack_with(tmp_path, FAILS, "{name: The flyer pays., expect: {payer: flyer}}")
    folder = tmp_path / "kites"
    assert command("--pack", folder, "-k", "pays FLYER").exit_code == 0
    assert "1.0.0: no tests" in command("--pack", folder, "-k", "nobody").stdout
    other = tmp_path / "own.yaml"
    other.write_text(HEAD + "  - {name: Mine., example: breeze.yaml, expect: {payer: maker}}\n")
    done = command(other, "--pack", folder)
    assert (done.exit_code, done.stdout) == (0, "1.0.0: 1 test passed\n")


def test_only_the_version_named_is_tested(tmp_path: Path) -> None:
    folder = kites.write(tmp_path / "kites")
    second = kites.POLICY.replace('"1.0.0"', '"1.1.0"')
    (folder / "1.1.0.yaml").write_text(second)
    assert command("--pack", folder).stdout == "1.0.0: 2 tests passed\n1.1.0: 2 tests passed\n"
    assert command("--pack", folder, "--policy", "1.1.0").stdout == "1.1.0: 2 tests passed\n"
    assert command("--pack", folder, "--policy", "1.2.0").exit_code == 2


def test_documents_that_are_wrong_stop_it(tmp_path: Path) -> None:
    folder = kites.write(tmp_path / "kites", kites.TESTS.replace("payer: maker", "payer: makr"))
    done = command("--pack", folder)
    assert (done.exit_code, done.stdout) == (3, "")
    assert "kites.yaml:9:21: error[test/unknown-word]" in done.stderr
    assert command(tmp_path / "none.yaml", "--pack", folder).exit_code == 3
    assert command(folder / "1.0.0.yaml", "--pack", folder).exit_code == 3
    assert command("--threshold", "101", "--pack", folder).exit_code == 2


def test_json_has_everything(tmp_path: Path) -> None:
    pack_with(tmp_path, FAILS)
    done = command("--pack", tmp_path / "kites", "--format", "json", "--coverage")
    data: dict[str, Any] = json.loads(done.stdout)
    (result,) = data["versions"][0]["results"]
    assert (data["tests"], data["failed"], done.exit_code) == (1, 1, 1)
    assert result["mismatches"] == [{"field": "payer", "expected": "maker", "found": "flyer"}]
    assert [trace["state"] for trace in result["trace"]] == ["unreached", "unreached", "decides"]
    assert data["versions"][0]["coverage"]["figures"]["readings"] == {"tried": 1, "possible": 1, "percent": 100}


ALLOWED = {  # by the schema with which Jenkins checks such files (junit-10.xsd)
    "testsuites": {"name", "time", "tests", "failures", "disabled", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "time", "disabled", "skipped", "timestamp", "hostname", "id"},
    "testcase": {"name", "assertions", "time", "classname", "status"},
    "failure": {"type", "message"},
}


def test_junit_is_as_ci_systems_read_it(tmp_path: Path) -> None:
    pack_with(tmp_path, FAILS, "{name: The flyer pays., expect: {payer: flyer}}")
    target = tmp_path / "junit.xml"
    done = command("--pack", tmp_path / "kites", "--format", "junit", "--threshold", "90", "--output", target)
    assert (done.exit_code, done.stdout) == (1, "")
    root = ElementTree.parse(target).getroot()
    assert all(set(node.attrib) <= ALLOWED[node.tag] for node in root.iter())
    suite, cases = root[0], list(root[0])
    assert suite.attrib == {"name": "kites 1.0.0", "tests": "3", "failures": "2", "errors": "0", "skipped": "0"}
    assert [case.attrib["name"] for case in cases] == [
        "Who, then: 100 %?",
        "The flyer pays.",
        "coverage of at least 90 %",
    ]
    failure = cases[0][0]
    assert failure.attrib["message"] == "payer: expected maker, found flyer"
    assert f"{tmp_path}/kites/tests/kites.yaml:7\n" in (failure.text or "")
    assert "was not reached, because outcome/nothing-shown" in (failure.text or "")
    assert cases[2][0].attrib["message"].startswith("below 90 %: rules ")
    assert list(cases[1]) == []


def test_annotations_are_escaped(tmp_path: Path) -> None:
    pack_with(tmp_path, FAILS)
    done = command("--pack", tmp_path / "kites", "--format", "github")
    (line,) = done.stdout.splitlines()
    head, _, text = line.removeprefix("::error ").partition("::")
    values = dict(part.split("=", 1) for part in head.split(","))
    assert values["title"] == "kites 1.0.0%3A Who%2C then%3A 100 %25?"
    assert (values["file"], values["line"]) == (f"{tmp_path}/kites/tests/kites.yaml", "7")
    assert "%0A" in text and "expected maker" in text


def test_markdown_for_the_summary_of_a_run(tmp_path: Path) -> None:
    pack_with(tmp_path, FAILS)
    text = command("--pack", tmp_path / "kites", "--format", "markdown", "--coverage").stdout
    assert text.startswith("## Policy tests of kites 1.0.0\n\n0 of 1 tests passed.\n\n- **Who, then: 100 %?** (`")
    assert "\n| readings | 100 % | 1 of 1 |\n" in text
    assert "- `kite.urgent` was never true (answer/1, line 47)" in text


def test_the_same_tests_give_the_same_bytes(tmp_path: Path) -> None:
    pack_with(tmp_path, FAILS)
    for form in ("text", "json", "junit", "github", "markdown"):
        arguments = ("--pack", tmp_path / "kites", "--coverage", "--format", form)
        assert command(*arguments).stdout == command(*arguments).stdout


def test_what_is_said_not_to_happen_is_checked(tmp_path: Path) -> None:
    claim = "cannot_happen:\n  - {at: outcome/rest, scenario: torn, because: Nobody shows anything.}\ntests:\n"
    folder = kites.write(tmp_path / "kites", kites.TESTS.replace("tests:\n", claim))
    done = command("--pack", folder)
    assert done.exit_code == 1
    assert "error[test/happens]: `outcome/rest, in torn` happens, and is said not to" in done.stdout
    assert "1.0.0: 2 tests passed, 1 of what cannot happen happened" in done.stdout
    assert len(suite(folder, Report()).claims) == 1
