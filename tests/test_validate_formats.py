"""The faces of `validate` for programs, and `explain`: read back by what each format says of itself."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import jsonschema
import pytest

from engine.cli import exits, main
from engine.diagnostics import Diagnostic
from engine.render.annotations import annotation
from engine.render.checked import FORMATS, Checked, checked_to
from engine.render.checked_to_sarif import FINGERPRINT, uri
from engine.render.diagnostic_pages import diagnostic_pages
from engine.resources import ENGINE_VERSION
from engine.source import Place, Source

ROOT = Path(__file__).resolve().parent.parent
TIDY = ROOT / "tests" / "museum" / "tidy"
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in the museum's folder: its exit code and what it printed."""
    monkeypatch.chdir(TIDY.parent)

    def command(*arguments: object) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        printed = capsysbinary.readouterr()
        code = ended.value.code
        assert isinstance(code, int)
        return code, (printed.out + printed.err).decode()

    return command


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A pack with a warning and no error."""
    for file in TIDY.iterdir():
        text = file.read_text(encoding="utf-8").replace("within: 21 calendar days", "within: 28 calendar days")
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    return tmp_path


SOURCE = Source("packs/my policy.yaml", "a: 1\nb: [x, y]\n  # 100% odd, really: yes\n")
FOUND = (
    Diagnostic("yaml/tag", "first: 100%, then\nmore", Place(SOURCE, 2, 4, 2, 7), "do, or do not", "error",
               (("the other", Place(SOURCE, 1, 1, 1, 2)),)),
    Diagnostic("lint/unused", "nothing reads `a`", Place(SOURCE, 1, 1, 3, 4), None, "warning"),
    Diagnostic("lint/unused", "nothing reads `a`", Place(SOURCE, 1, 1, 3, 4), "again", "warning"),
    Diagnostic("pack/empty", "the folder \x1b[31m<is> & \"empty\"", None, None, "error"),
    Diagnostic("case/null", "no place but a path", None, None, "error", (), ("facts", "order", 2)),
    Diagnostic("file/missing", "there is no such file", Place(Source("gone.yaml", ""), 0, 0, 0, 0), None, "error"),
)  # fmt: skip
CHECKED = Checked((("packs/my policy.yaml", "policy"), ("good.yaml", "case")), FOUND)

# ------------------------------------------------------------------------------------------------------------- SARIF

PLACE: dict[str, Any] = {
    "type": "object",
    "required": ["artifactLocation", "region"],
    "additionalProperties": False,
    "properties": {
        "artifactLocation": {
            "type": "object",
            "required": ["uri"],
            "additionalProperties": False,
            "properties": {"uri": {"type": "string", "pattern": r"^([A-Za-z0-9_.~/%-]+|file:///[A-Za-z0-9_.~/%-]+)$"}},
        },
        "region": {
            "type": "object",
            "required": ["startLine", "startColumn", "endLine", "endColumn"],
            "additionalProperties": False,
            "properties": {
                key: {"type": "integer", "minimum": 1} for key in ("startLine", "startColumn", "endLine", "endColumn")
            },
        },
    },
}
TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
# What SARIF 2.1.0 demands of the objects that are written here, and nothing beside them.
SARIF: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "pattern": "sarif-schema-2.1.0.json$"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results", "columnKind"],
                "additionalProperties": False,
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "artifacts": {"type": "array", "uniqueItems": True},
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name", "version", "semanticVersion", "rules"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id"],
                                            "additionalProperties": False,
                                            "properties": {
                                                "id": {"type": "string"},
                                                "shortDescription": TEXT,
                                                "help": {**TEXT, "required": ["text", "markdown"]},
                                                "defaultConfiguration": {
                                                    "type": "object",
                                                    "additionalProperties": False,
                                                    "properties": {"level": LEVEL},
                                                },
                                            },
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["ruleId", "ruleIndex", "level", "message", "partialFingerprints"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "level": LEVEL,
                                "message": TEXT,
                                "partialFingerprints": {
                                    "type": "object",
                                    "additionalProperties": {"type": "string", "minLength": 1},
                                },
                                "locations": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "required": ["physicalLocation"],
                                        "additionalProperties": False,
                                        "properties": {"physicalLocation": PLACE},
                                    },
                                },
                                "relatedLocations": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "required": ["id", "message", "physicalLocation"],
                                        "properties": {
                                            "id": {"type": "integer", "minimum": 0},
                                            "message": TEXT,
                                            "physicalLocation": PLACE,
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}


def sarif(checked: Checked) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(checked_to("sarif", checked))
    jsonschema.Draft202012Validator(SARIF).validate(log)
    if official := os.environ.get("SARIF_SCHEMA"):  # the schema of OASIS, where somebody has a copy of it
        jsonschema.Draft4Validator(json.loads(Path(official).read_text("utf-8"))).validate(log)
    return log


def test_a_log_of_sarif() -> None:
    run = sarif(CHECKED)["runs"][0]
    driver = run["tool"]["driver"]
    assert driver["version"] == ENGINE_VERSION
    for result, one in zip(run["results"], FOUND, strict=True):
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == one.code
        assert result["level"] == one.severity
        assert result["message"]["text"].startswith(one.message)
        assert ("locations" in result) == (one.place is not None)
    first, *_, last = run["results"]
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "packs/my%20policy.yaml"
    assert place["region"] == {"startLine": 2, "startColumn": 4, "endLine": 2, "endColumn": 7}
    assert first["relatedLocations"][0]["message"]["text"] == "the other"
    assert last["locations"][0]["physicalLocation"]["region"]["startLine"] == 1
    help_text = {rule["id"]: rule["help"]["text"] for rule in driver["rules"]}
    assert "Prefer" in help_text["lint/unused"]
    assert sarif(Checked((), ()))["runs"][0]["results"] == []


def test_a_fingerprint_stays_when_lines_move() -> None:
    def prints(text: str) -> list[str]:
        source = Source("p.yaml", text)
        lines = [n for n, line in enumerate(text.split("\n"), 1) if line.strip() == "bad: x"]
        found = tuple(Diagnostic("yaml/tag", f"at {n}", Place(source, n, 1, n, 4)) for n in lines)
        results = sarif(Checked((), found))["runs"][0]["results"]
        return [result["partialFingerprints"][FINGERPRINT] for result in results]

    before = prints("bad: x\ngood: y\nbad: x\n")
    assert len(set(before)) == 2
    assert prints("# a comment\n\nbad: x\ngood: y\n\n  bad: x\n") == before
    assert prints("bad: x\n") == before[:1]


def test_files_outside_are_named_whole(tmp_path: Path) -> None:
    assert uri("policies/a b.yaml") == "policies/a%20b.yaml"
    assert uri("<stdin>") == "%3Cstdin%3E"
    assert uri(str(tmp_path / "a%b.yaml")).startswith("file:///")


# ------------------------------------------------------------------------------------------------------- annotations


def parsed(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as a runner reads it."""
    match = re.fullmatch(r"::(error|warning|notice) ?(.*?)::(.*)", line)
    assert match is not None, line
    pairs = (part.split("=", 1) for part in match[2].split(",") if part)
    return match[1], {key: plain(value, ":,") for key, value in pairs}, plain(match[3], "")


def plain(text: str, more: str) -> str:
    for sign in [*more, "\r", "\n"]:
        text = text.replace(f"%{ord(sign):02X}", sign)
    return text.replace("%25", "%")


def test_annotations_say_what_was_found() -> None:
    lines = [parsed(line) for line in checked_to("github", CHECKED).splitlines()]
    assert [level for level, *_ in lines] == ["error"] * 4 + ["warning"] * 2
    level, about, message = lines[0]
    assert about == {"file": SOURCE.name, "line": "2", "col": "4", "endColumn": "7", "title": "yaml/tag"}
    assert message == "first: 100%, then more\nthe other: packs/my policy.yaml:1:1\nhelp: do, or do not"
    assert "\x1b" not in checked_to("github", CHECKED)
    assert "endColumn" not in lines[4][1]
    assert lines[2][2] == "facts.order[2]: no place but a path"
    assert level == "error"


@pytest.mark.parametrize("text", ["a%0Ab", "::error::x", "a,b=c:d", "50%", "two\nlines\r\n", "%25", ""])
def test_nothing_in_an_annotation_can_end_it(text: str) -> None:
    line = annotation("warning", text, text, Place(Source(text, ""), 3, 1, 4, 1)).removesuffix("\n")
    assert "\n" not in line
    assert "\r" not in line
    assert parsed(line) == ("warning", {"file": text, "line": "3", "col": "1", "title": text}, text)


# ------------------------------------------------------------------------------------------------------------- JUnit


def test_junit_has_a_case_for_each_document() -> None:
    root = Xml.fromstring(checked_to("junit", CHECKED))
    (suite,) = root
    assert {key: suite.get(key) for key in ("tests", "failures", "errors", "skipped")} == {
        "tests": "4", "failures": "3", "errors": "0", "skipped": "0",
    }  # fmt: skip
    policy, good, gone, rest = suite
    assert (policy.get("name"), policy.get("classname")) == (SOURCE.name, "policy")
    (failure,) = policy.iter("failure")
    assert failure.get("message") == "error[yaml/tag]: first: 100%, then\nmore"
    assert "nothing reads `a`" in (policy.findtext("system-out") or "")
    assert not list(good)
    assert gone.get("name") == "gone.yaml"
    assert "2 errors, the first: " in (rest[0].get("message") or "")
    strict = Xml.fromstring(checked_to("junit", Checked(CHECKED.files, FOUND, strict=True)))
    assert "1 error, 2 warnings, the first: " in (strict[0][0][0].get("message") or "")
    assert not list(strict.iter("system-out"))


# --------------------------------------------------------------------------------------------------- the command line


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_every_format_is_the_same_twice_and_in_a_file(form: str, run: Run, odd: Path, tmp_path: Path) -> None:
    _, once = run("validate", "--pack", odd, "--format", form)
    _, twice = run("validate", "--pack", odd, "--format", form)
    output = tmp_path / "out"
    code, printed = run("validate", "--pack", odd, "--format", form, "--output", output)
    assert (code, printed) == (exits.OK, "")
    assert once == twice == output.read_text(encoding="utf-8")
    assert "lint/other-amount" in once


def test_one_problem_a_line(run: Run, odd: Path) -> None:
    code, printed = run("validate", "--pack", odd, "--format", "line")
    assert code == exits.OK
    (line,) = printed.splitlines()
    assert re.fullmatch(r".*1\.0\.0\.yaml:67:13: warning\[lint/other-amount\]: .+ \(.+\)", line)


def test_the_level_from_which_on_it_fails(run: Run, odd: Path) -> None:
    assert run("validate", "--pack", odd)[0] == exits.OK
    assert run("validate", "--pack", odd, "--fail-level", "warning")[0] == exits.FINDINGS
    assert run("validate", "--pack", TIDY, "--fail-level", "warning")[0] == exits.OK
    (odd / "1.0.0.yaml").write_text("policy: [", encoding="utf-8")
    for level in ("error", "warning"):
        assert run("validate", "--pack", odd, "--fail-level", level)[0] == exits.INVALID
        assert run("validate", "--pack", odd, "--fail-level", level, "--exit-zero")[0] == exits.OK


def test_text_tells_how_to_learn_more(run: Run, odd: Path) -> None:
    _, printed = run("validate", "--pack", odd)
    assert "`aftersale explain lint/other-amount` tells more" in printed
    assert printed.endswith("3 files checked: 1 warning\n")


# ----------------------------------------------------------------------------------------------------------- explain


def test_a_code_is_explained(run: Run) -> None:
    code, printed = run("explain", "lint/covered")
    assert code == exits.OK
    assert printed.startswith("lint/covered\n\n")
    assert "    warning[lint/covered]: " in printed
    assert "\nPrefer\n    outcome:\n" in printed
    assert "```" not in printed
    assert "**" not in printed
    assert run("explain", "covered") == (code, printed)
    assert run("explain", "lint/covered", "--format", "markdown")[1] == diagnostic_pages()["lint/covered"].markdown


def test_codes_are_listed_and_guessed(run: Run) -> None:
    code, printed = run("explain")
    assert code == exits.OK
    assert all(f"  {name}" in printed for name in diagnostic_pages())
    assert len(re.findall(r"^\| `", run("explain", "--format", "markdown")[1], re.M)) == len(diagnostic_pages())
    for wrong, hint in (("lint/coverd", "did you mean `lint/covered`?"), ("xyz", "lists them all")):
        code, printed = run("explain", wrong)
        assert code == exits.USAGE
        assert hint in printed
