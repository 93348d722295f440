"""A policy is amended in YAML alone: every file in `amendments/` changes a copy of the shipped pack.

The copy then goes the whole way: it is loaded, decides cases, has schemas, and the command takes it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from engine import Pack, Version, load_pack
from engine.cli import main
from engine.diagnostics import Report
from engine.document import plain, read_document
from engine.policy.schemas import case_schema, decision_schema
from engine.testing.compare import mismatches
from engine.testing.run import run_tests
from engine.testing.suite import merged, policy_tests
from tests.amending import amended
from tests.renaming import Renamed
from tests.strategies import ACCEPTED, KNOWN, by_group, dispute

FOLDER = Path(__file__).parent / "amendments"
FILES = sorted(FOLDER.glob("*.yaml"))
SHIPPED = load_pack()
AS_OF = "2025-03-20T00:00:00Z"


def amendment_of(file: Path) -> Any:
    return plain(read_document(file))


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Pack]:
    """The amended pack of a file, made once."""
    made: dict[Path, Pack] = {}

    def pack_of(file: Path) -> Pack:
        if file not in made:
            folder = tmp_path_factory.mktemp(file.stem)
            made[file] = load_pack(amended(SHIPPED.folder, folder, amendment_of(file)))
        return made[file]

    return pack_of


TESTS = [(file, test) for file in FILES for test in amendment_of(file)["tests"]]


def document_of(file: Path, test: Any) -> dict[str, Any]:
    facts = merged(
        merged(merged(ACCEPTED, by_group(KNOWN)), amendment_of(file).get("facts", {})), test.get("facts", {})
    )
    return {"scenario": test["scenario"], "facts": facts}


@pytest.mark.parametrize(("file", "test"), TESTS, ids=[f"{file.stem}: {test['name']}" for file, test in TESTS])
def test_the_amended_pack_decides_as_the_amendment_says(file: Path, test: Any, packs: Callable[[Path], Pack]) -> None:
    pack, document = packs(file), document_of(file, test)
    decision = pack.decide(document, test.get("as_of", AS_OF))
    assert not mismatches(decision, test["expect"])
    assert decision.policy.version == test.get("version", "1.0.0")
    policy = pack.version(decision.policy.version).policy
    as_json = json.loads(json.dumps(document, default=float))
    assert not list(Draft202012Validator(case_schema(policy)).iter_errors(as_json))
    assert not list(Draft202012Validator(decision_schema(policy)).iter_errors(decision.to_dict()))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_amendment_that_should_not_touch_the_worked_cases_does_not(
    file: Path, packs: Callable[[Path], Pack]
) -> None:
    pack = packs(file)
    version = pack.version("1.0.0")
    changed = []
    for result in run_tests(version, policy_tests(pack.folder, Report())):
        changed += [] if result.passed else [str(result.test)]
    if amendment_of(file).get("changes_no_worked_case"):
        assert not changed
    assert version.policy.digest != SHIPPED.version("1.0.0").policy.digest or "copy" in amendment_of(file)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_command_takes_the_amended_pack(
    file: Path, packs: Callable[[Path], Pack], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as end:
            main(arguments)
        code = end.value.code
        return code if isinstance(code, int) else 0, capsys.readouterr().out

    pack = packs(file)
    folder = str(pack.folder)
    code, output = run("validate", "--pack", folder)
    assert code == 0, output
    _, test = next((one, test) for one, test in TESTS if one == file)
    case = tmp_path / "case.yaml"
    case.write_text(yaml.safe_dump(json.loads(json.dumps(document_of(file, test), default=float))), encoding="utf-8")
    as_of = test.get("as_of", AS_OF)
    code, output = run("decide", str(case), "--pack", folder, "--as-of", as_of, "--format", "json")
    assert code in (0, 4)
    assert json.loads(output) == pack.decide(document_of(file, test), as_of).to_dict()
    assert run("decide", str(case), "--pack", folder, "--as-of", as_of)[0] in (0, 4)
    name = test.get("version", "1.0.0")
    for kind in ("case", "decision", "policy"):
        code, output = run("schema", kind, "--for", name, "--pack", folder)
        assert code == 0
        Draft202012Validator.check_schema(json.loads(output))
    code, output = run("rules", test["scenario"], name, "--pack", folder)
    assert code == 0 and output


# ------------------------------------------------------------------------------------- every name is another one


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Renamed, Version]:
    names = Renamed(SHIPPED.version("1.0.0").policy)
    return names, load_pack(names.write(tmp_path_factory.mktemp("renamed"))).version("1.0.0")


def test_no_name_is_the_same_in_the_renamed_pack(renamed: tuple[Renamed, Version]) -> None:
    _, version = renamed
    old, new = SHIPPED.version("1.0.0").policy, version.policy
    for block in ("facts", "propositions", "groups", "fields", "parties", "define", "windows", "tables", "rows"):
        names = getattr(old, block)
        assert len(getattr(new, block)) == len(names)
        assert not set(getattr(new, block)) & set(names), block
    assert not {field.written_as for field in old.fields.values()} & {field.written_as for field in new.fields.values()}


def test_a_pack_in_which_every_name_is_another_decides_the_same(renamed: tuple[Renamed, Version]) -> None:
    """The engine knows the names of no policy."""
    names, other = renamed
    version = SHIPPED.version("1.0.0")
    for number in range(400):
        found = dispute(number)
        decision = version.decide(version.read_case(found.document), found.as_of).to_dict()
        twin = other.decide(other.read_case(names.document(found.document)), found.as_of).to_dict()
        assert twin == names.decision(decision, twin)
