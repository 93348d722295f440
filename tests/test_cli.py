"""The command as people and programs run it."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

import engine.pack
from engine import Pack, Version
from engine.analysis.reach import Reach
from engine.cli import exits, packs
from engine.cli.app import COMMANDS, app
from engine.clock import parse_instant
from engine.diagnostics import Diagnostic
from engine.document import plain, read_document
from engine.policy.schemas import case_schema, decision_schema
from engine.render.diagnostics import diagnostic_to_line, diagnostics_to_page, summary
from engine.render.moments import local, relative
from engine.render.page import Page, Piece, cells, shown, wrap
from engine.source import Place, Source

ROOT = Path(__file__).resolve().parent.parent
PACK = ROOT / "policies" / "tiktok-shop-us"
EXAMPLES = sorted((PACK / "examples").glob("*.yaml"))
DISPUTES = PACK / "examples" / "disputes.jsonl"
LOST = PACK / "examples" / "lost-package.yaml"
WAITING = PACK / "examples" / "seller-silent-so-far.yaml"
MISSING = PACK / "examples" / "missing-fact.yaml"
MOMENT = "2025-06-13T09:00:00-04:00"

Run = Callable[..., Result]


@pytest.fixture(scope="module", autouse=True)
def _packs_loaded_once() -> Iterator[None]:
    """Loading the shipped pack takes most of the time of a command."""
    kept: dict[tuple[str, str | None, bool], Pack] = {}
    load = engine.pack.load_pack

    def load_once(name: str | Path | None = None, only: str | None = None, drafts: bool = True) -> Pack:
        if Path(str(name)).resolve() != PACK:
            return load(name, only, drafts)
        key = (str(name), only, drafts)
        if key not in kept:
            kept[key] = load(name, only, drafts)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine.pack, "load_pack", load_once)
        yield


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in this process."""
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: object, stdin: str | bytes | None = None) -> Result:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)
        assert "Traceback" not in result.output
        return result

    return run


def process(
    *arguments: object, code: int = 0, env: dict[str, str] | None = None, **given: Any
) -> subprocess.CompletedProcess[bytes]:
    """Runs the command as a process of its own, as the front door in a checkout does."""
    found = subprocess.run(
        [sys.executable, ROOT / "cli.py", *map(str, arguments)],
        env={**os.environ, "COLUMNS": "80", **(env or {})}, timeout=60, check=False,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **given},
    )  # fmt: skip
    assert found.returncode == code, found.stderr
    assert b"Traceback" not in (found.stderr or b"")
    return found


def records(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def case_data(path: Path) -> dict[str, Any]:
    data = plain(read_document(path))
    assert isinstance(data, dict)
    return data


# ---------------------------------------------------------------------------------------------------------- examples


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_tell_a_story_and_decide(path: Path, run: Run, version: Version) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=../schemas/1.0.0.case.schema.json\n# ")
    data = case_data(path)
    assert data["title"]
    assert data["as_of"]
    assert not list(Draft202012Validator(case_schema(version.policy)).iter_errors(data))
    decided = run("decide", path, "--format", "json")
    decision = json.loads(decided.stdout)
    assert not list(Draft202012Validator(decision_schema(version.policy)).iter_errors(decision))
    assert decided.exit_code == (exits.OK if decision["determined"] else exits.UNDETERMINED)
    shown = run("decide", path)
    assert shown.exit_code == decided.exit_code
    standing = next(iter(version.programs.values())).standing_field
    assert shown.stdout.startswith(decision[standing.written_as])
    assert standing.values[decision[standing.written_as]].split()[0] in shown.stdout
    assert data["title"] in shown.stdout


def test_examples_cover_every_scenario_and_standing(run: Run, version: Version) -> None:
    decided = [json.loads(run("decide", path, "--format", "json").stdout) for path in EXAMPLES]
    lines = [record["decision"] for record in records(run("decide", DISPUTES).stdout)]
    assert {one["scenario"] for one in decided} == set(version.policy.rows)
    assert {one["scenario"] for one in lines} == set(version.policy.rows)
    standing = next(iter(version.programs.values())).standing_field
    assert {one[standing.written_as] for one in decided + lines} == set(standing.values)
    assert len(lines) == 25


@pytest.mark.parametrize("version", ["1.0.0", "1.1.0"])
@pytest.mark.parametrize("name", ["case", "decision", "policy"])
def test_committed_schemas_are_what_the_command_prints(name: str, version: str, run: Run) -> None:
    printed = run("schema", name, "--for", version).stdout
    assert (PACK / "schemas" / f"{version}.{name}.schema.json").read_text(encoding="utf-8") == printed


# ------------------------------------------------------------------------------------------------------------ decide


def test_a_decision_says_what_why_until_when_and_by_which_version(run: Run, pack: Pack) -> None:
    shown = " ".join(run("decide", WAITING).stdout.split())
    for said in (
        "awaiting_materials A party has not submitted and its period has not ended.",
        "as of Wed 11 Jun 2025 09:00 EDT, the case's own moment",
        "awaiting from Seller, until Thu 12 Jun 2025 10:00 EDT (1 day 1 hour left)",
        "missing evidence Seller: The product is as listed when it was ordered.",
        "Deadlines (America/New_York)",
        "seller materials due (Seller): running, 1 day 1 hour left [framework.inconsistent.submission.seller]",
        "Why Where the dispute stands: materials-awaited",
        f"reading 71 {pack.registers.readings[71].title}",
        "tiktok-shop-us 1.0.0 (sha256:",
        "in force since 2024-01-01, the dispute was filed on 2025-06-10",
    ):
        assert said in shown


def test_clauses_and_readings_are_told_with_their_gists(run: Run, pack: Pack) -> None:
    shown = " ".join(run("decide", LOST).stdout.split())
    clause = pack.registers.clauses["framework.lost_package.consequence.ship_by_tiktok.1"]
    assert f"{clause.id} {clause.gist}" in shown
    reading = pack.registers.readings[44]
    assert f"reading 44 {reading.title}: {reading.readings[reading.taken]}" in shown


def test_what_is_missing_is_asked_of_whoever_knows(run: Run) -> None:
    result = run("decide", MISSING)
    assert result.exit_code == exits.UNDETERMINED
    shown = " ".join(result.stdout.split())
    assert "order.shipping_mode Which shipping mode does the order have?" in shown
    assert "a fact: ship_by_seller | ship_by_tiktok; from: platform" in shown
    assert "in favor of" not in shown


def test_a_case_without_a_row_is_asked_for_it(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(LOST.read_text(encoding="utf-8").replace("scenario: lost_package", "scenario: unknown"))
    result = run("decide", path)
    assert result.exit_code == exits.UNDETERMINED
    assert "Scenario not known" in result.stdout
    assert "inconsistent | counterfeit" in result.stdout


def test_the_moment_is_the_options_then_the_cases_then_now(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert json.loads(run("decide", LOST, "--format", "json", "--as-of", MOMENT).stdout)["as_of"] == (
        "2025-06-13T06:00:00-07:00"
    )
    assert ", as asked\n" in run("decide", LOST, "--as-of", MOMENT).stdout
    assert json.loads(run("decide", LOST, "--format", "json").stdout)["as_of"] == "2025-06-26T12:00:00-07:00"
    monkeypatch.setattr(packs, "now", lambda: packs.instant(None, None, MOMENT))  # type: ignore[arg-type]
    text = "".join(line for line in LOST.read_text().splitlines(keepends=True) if not line.startswith("as_of"))
    assert "as of Fri 13 Jun 2025 06:00 PDT, the present moment" in run("decide", "-", stdin=text).stdout


def test_a_version_can_be_named(run: Run) -> None:
    assert "named on the command line" in run("decide", LOST, "--policy", "1.0.0").stdout


@pytest.mark.parametrize("width", [40, 80, 120, 300])
def test_no_line_is_wider_than_the_terminal(width: int, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for arguments in (("decide", *EXAMPLES), ("rules", "quality"), ("facts",), ("versions",)):
        lines = run(*arguments).stdout.splitlines()
        names = [line for line in lines if not line.startswith("==>")]
        assert max(map(len, names)) <= min(width, 120)


def test_piped_text_is_plain(run: Run) -> None:
    shown = run("decide", LOST).stdout
    assert "\x1b" not in shown
    assert not any("\u2500" <= character <= "\u257f" for character in shown)


def test_a_terminal_gets_colours_unless_it_wants_none() -> None:
    def on_terminal(**env: str) -> bytes:
        ours, theirs = pty.openpty()
        try:
            process("decide", WAITING, stdout=theirs, env={"TERM": "xterm-256color", "NO_COLOR": "", **env})
            return os.read(ours, 100_000)
        finally:
            os.close(ours)
            os.close(theirs)

    assert b"\x1b[32m" in on_terminal()
    assert b"\x1b[32m" not in on_terminal(NO_COLOR="1")


def test_several_cases_are_told_one_after_the_other(run: Run, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("scenario: lost_packge\nfacts: {}\n")
    result = run("decide", LOST, wrong, WAITING)
    assert result.exit_code == exits.INVALID
    assert result.stdout.startswith(f"==> {LOST} <==\n")
    assert f"\n\n==> {WAITING} <==\n" in result.stdout
    assert f"{wrong}:1:11: error[case/scenario]" in result.stderr
    assert "did you mean `lost_package`?" in result.stderr


def test_several_cases_as_json_are_records(run: Run) -> None:
    result = run("decide", LOST, MISSING, "--format", "json")
    assert result.exit_code == exits.UNDETERMINED
    first, second = records(result.stdout)
    assert (first["index"], first["source"]) == (0, str(LOST))
    assert (second["index"], second["source"]) == (1, str(MISSING))
    assert second["decision"] == json.loads(run("decide", MISSING, "--format", "json").stdout)


def test_what_is_wrong_with_a_case_has_its_place(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text("scenario: lost_package\nas_of: 2025-06-01\nfacts:\n  order:\n    shiping_mode: ship_by_seller\n")
    result = run("decide", path)
    assert result.exit_code == exits.INVALID
    assert not result.stdout
    assert f"{path}:2:8: error[case/time]" in result.stderr
    assert f"{path}:5:5: error[case/unknown-fact]: no such fact: `order.shiping_mode`" in result.stderr
    assert "    5 |     shiping_mode: ship_by_seller\n      |     ^^^^^^^^^^^^\n" in result.stderr
    error = json.loads(run("decide", path, "--format", "json").stdout)["error"]
    assert [(found["line"], found["code"]) for found in error["diagnostics"]] == [
        (2, "case/time"), (5, "case/unknown-fact"),
    ]  # fmt: skip


def test_a_case_before_the_first_version_is_governed_by_none(run: Run) -> None:
    early = LOST.read_text(encoding="utf-8").replace("filed_at: 2025", "filed_at: 2023")
    result = run("decide", "-", stdin=early)
    assert result.exit_code == exits.INVALID
    assert "no version was in force on 2023-06-09" in result.stderr
    wrong = run("decide", "-", stdin=early.replace("is_buyer: true", "is_buyer: maybe"))
    assert "`customer.is_buyer` is true or false" in wrong.stderr


# ------------------------------------------------------------------------------------------------------------- batch


def test_a_batch_decides_as_single_cases_do(run: Run) -> None:
    together = records(run("decide", DISPUTES).stdout)
    for line, record in zip(DISPUTES.read_text(encoding="utf-8").splitlines(), together, strict=True):
        alone = run("decide", "-", "--format", "json", stdin=line)
        assert json.loads(alone.stdout) == record["decision"]
    assert [record["source"] for record in together[:2]] == [f"{DISPUTES}:1", f"{DISPUTES}:2"]


def test_a_wrong_line_is_an_error_record_and_never_the_end(run: Run, version: Version) -> None:
    good = DISPUTES.read_bytes().splitlines()[0]
    lines = [
        good, b"", b"not json", b"[1]", b'{"scenario": ', b'{"a": 1, "a": 2}', b'{"scenario": "x", "facts": {}}',
        b"x" * 1_048_577, b'{"t\xff": 1}', b"[" * 5_000, good,
    ]  # fmt: skip
    result = run("decide", "-", "--format", "jsonl", stdin=b"\n".join(lines))
    assert result.exit_code == exits.INVALID
    found = records(result.stdout)
    assert [record["index"] for record in found] == list(range(10))
    assert found[0]["decision"] == found[-1]["decision"]
    assert [record["error"]["diagnostics"][0]["code"] for record in found[1:-1]] == [
        "json/syntax", "case/shape", "json/syntax", "json/duplicate-key", "case/scenario", "file/line-too-large",
        "file/encoding", "json/too-deep",
    ]  # fmt: skip
    assert [record["error"]["diagnostics"][0]["line"] for record in found[1:-1]] == [3, 4, 5, 6, 7, 8, 9, 10]
    assert found[2]["source"] == "<stdin>:4"


def test_a_fault_in_one_case_does_not_cost_the_others(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    decide, seen = Version.decide, []

    def second_fails(*arguments: Any) -> Any:
        seen.append(1)
        if len(seen) == 2:
            raise KeyError("lost")
        return decide(*arguments)

    monkeypatch.setattr(Version, "decide", second_fails)
    result = run("decide", DISPUTES)
    assert result.exit_code == exits.INTERNAL
    found = records(result.stdout)
    assert [record["index"] for record in found if "error" in record] == [1]
    assert "KeyError" in found[1]["error"]["message"]


@pytest.mark.parametrize("form", [None, "json", "jsonl"])
def test_lines_on_standard_input_are_recognised(form: str | None, run: Run) -> None:
    text = DISPUTES.read_text(encoding="utf-8")
    options = ("--format", form) if form else ()
    assert len(records(run("decide", "-", *options, stdin=text).stdout)) == 25
    assert len(records(run("decide", "-", *options, stdin="\n\n".join(text.splitlines()[:2])).stdout)) == 2


@pytest.mark.parametrize("text", [LOST.read_text(encoding="utf-8"), json.dumps(case_data(LOST), indent=1),
                                  json.dumps(case_data(LOST)), json.dumps(case_data(LOST)) + "\n\n"])  # fmt: skip
def test_a_document_on_standard_input_is_one_case(text: str, run: Run) -> None:
    result = run("decide", "-", "--format", "json", stdin=text)
    assert result.stdout == run("decide", LOST, "--format", "json").stdout


def test_nothing_on_standard_input_is_no_case(run: Run) -> None:
    result = run("decide", "-", stdin="")
    assert result.exit_code == exits.INVALID
    assert "<stdin>" in result.stderr


def test_equal_input_gives_equal_bytes() -> None:
    arguments = ("decide", DISPUTES, WAITING, "--format", "jsonl")
    first = process(*arguments, env={"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C"})
    second = process(*arguments, env={"PYTHONHASHSEED": "2", "TZ": "America/New_York", "LC_ALL": "C.UTF-8"})
    assert first.stdout == second.stdout
    assert first.stdout.count(b"\n") == 26


# ------------------------------------------------------------------------------------------------- reading and writing


def test_a_folder_a_pipe_and_a_missing_file_are_refused_at_once(tmp_path: Path) -> None:
    for name in ("pipe.yaml", "pipe.jsonl"):
        os.mkfifo(tmp_path / name)
        found = process("decide", tmp_path / name, "--format", "json", code=exits.INVALID)
        assert b"not a regular file" in found.stdout
    assert b"this is a folder" in process("decide", tmp_path, code=exits.INVALID).stderr
    assert b"no such file" in process("decide", tmp_path / "x.yaml", code=exits.INVALID).stderr
    assert b"no such file" in process("decide", tmp_path / "x.jsonl", code=exits.INVALID).stdout


def test_standard_input_of_a_process() -> None:
    found = process("decide", "-", stdin=LOST.open("rb"))
    assert found.stdout.startswith(b"decided")


def test_closed_standard_output_is_no_success() -> None:
    found = subprocess.run(
        ["sh", "-c", f'exec "{sys.executable}" "{ROOT}/cli.py" decide "{LOST}" >&-'],
        stderr=subprocess.PIPE, check=False, timeout=60,
    )  # fmt: skip
    assert found.returncode == exits.INTERNAL
    assert found.stderr == b"error: standard output is closed\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("arguments", [("decide", LOST), ("decide", DISPUTES), ("--help",), ("validate", LOST)])
def test_a_full_disk_is_said(arguments: tuple[object, ...]) -> None:
    with open("/dev/full", "wb") as full:
        found = process(*arguments, stdout=full, code=exits.INTERNAL)
    assert found.stderr.lower().startswith(b"error: ")
    assert b"no space left on device" in found.stderr
    assert found.stderr.count(b"\n") == 1


@pytest.mark.parametrize("arguments", [("decide", DISPUTES), ("decide", LOST), ("rules", "quality"), ("--help",)])
def test_a_reader_who_leaves_is_left_in_peace(arguments: tuple[object, ...]) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    with open(theirs, "wb") as nobody:
        found = process(*arguments, stdout=nobody, code=exits.PIPE_CLOSED)
    assert not found.stderr


def test_an_interrupt_ends_quietly() -> None:
    running = subprocess.Popen(
        [sys.executable, ROOT / "cli.py", "decide", "-", "--format", "jsonl"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background ignores it
    )  # fmt: skip
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.write(DISPUTES.read_bytes().splitlines(keepends=True)[0])
    running.stdin.flush()
    running.stdout.readline()
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=60) == exits.INTERRUPTED  # its input is still open: nothing else ends it
    _, complaints = running.communicate(timeout=60)
    assert not complaints.strip()


def test_output_goes_to_a_file_at_once_or_not_at_all(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "decisions.jsonl"
    file.write_text("old")
    file.chmod(0o640)
    link = tmp_path / "link.jsonl"
    link.symlink_to(file)
    assert not run("decide", DISPUTES, "--output", link).stdout
    assert len(records(file.read_text())) == 25
    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o640

    before = file.read_text()
    monkeypatch.setattr(packs, "now", lambda: 1 / 0)
    assert run("decide", LOST, "--output", file).exit_code == exits.INTERNAL
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    monkeypatch.setattr(packs, "now", lambda: None)
    result = run("decide", LOST, "--output", file)
    assert result.exit_code == exits.INTERNAL
    assert f"cannot write to {file}: no space left on device" in result.stderr
    assert file.read_text() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["decisions.jsonl", "link.jsonl"]


def test_output_to_what_is_no_file_is_refused(run: Run, tmp_path: Path) -> None:
    for target, said in ((tmp_path, "it is a folder"), (Path("/dev/null"), "not a regular file")):
        result = run("decide", LOST, "--output", target)
        assert result.exit_code == exits.INTERNAL
        assert said in result.stderr
    assert "no such file" in run("decide", LOST, "--output", tmp_path / "a" / "b").stderr


# -------------------------------------------------------------------------------------------------------- what is wrong


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("decid",), "did you mean `decide`?"),
        (("decide",), "Missing argument"),
        (("decide", LOST, "--policy", "1.0.1"), "did you mean `1.0.0`?"),
        (("decide", LOST, "--pack", "tiktok-shop"), "did you mean `tiktok-shop-us`?"),
        (("decide", LOST, "--as-of", "2025-06-13"), "a date without a time of day"),
        (("decide", LOST, "--as-of", "2025-06-13T00:00:00"), "has no offset"),
        (("decide", "-", "-"), "only once"),
        (("decide", DISPUTES, "--format", "text"), "JSON Lines"),
        (("rules", "lost_packge"), "did you mean `lost_package`?"),
        (("rules", "lost_package", "9.9.9"), "no version `9.9.9`"),
        (("case", "x"), "scenarios: inconsistent"),
        (("versions", "--on", "June"), "is not a date"),
        (("facts", "1.0.00"), "did you mean `1.0.0`?"),
        (("schema", "clauses", "--for", "1.0.0"), "the same for every version"),
        (("schema", "nothing"), "is not one of"),
    ],
)
def test_a_wrong_command_line_says_what_is_meant(arguments: tuple[object, ...], said: str, run: Run) -> None:
    result = run(*arguments)
    assert result.exit_code == exits.USAGE
    assert said in result.stderr
    assert not result.stdout


@pytest.mark.parametrize("problem", [KeyError("x"), RecursionError("deep"), MemoryError(), ValueError("a\nb")])
def test_a_fault_of_the_program_is_one_line(problem: Exception, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise problem

    monkeypatch.setattr(packs, "load", fail)
    result = run("versions")
    assert result.exit_code == exits.INTERNAL
    assert result.stderr.startswith(f"internal error: {type(problem).__name__}")
    assert "report this line" in result.stderr
    assert result.stderr.count("\n") == 1
    debugged = CliRunner().invoke(app, ["--debug", "versions"])
    assert debugged.exit_code == exits.INTERNAL
    assert "Traceback" in debugged.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_examples(command: str, run: Run) -> None:
    result = run(command, "--help")
    assert result.exit_code == exits.OK
    assert f"aftersale {command}" in result.stdout
    loaded = app.get_command(None, command)  # type: ignore[arg-type]
    assert loaded is not None
    assert loaded.short_help == COMMANDS[command]


def test_the_group_tells_its_commands_and_exit_codes(run: Run) -> None:
    result = run("--help")
    assert all(f"  {name}" in result.stdout for name in COMMANDS)
    assert "130 interrupted" in result.stdout
    assert run("--version").stdout.startswith("aftersale, version ")


# ---------------------------------------------------------------------------------------------------------- validate


def test_the_whole_pack_is_valid(run: Run) -> None:
    result = run("validate")
    assert result.exit_code == exits.OK
    for path in (*EXAMPLES, PACK / "1.0.0.yaml", PACK / "clauses.yaml", PACK / "tests" / "worked.yaml"):
        assert path.name in result.stdout
    assert "disputes.jsonl  25 cases: fine" in result.stdout
    assert " files checked: all is well\n" in result.stdout
    found = json.loads(run("validate", "--format", "json").stdout)
    assert (found["errors"], found["warnings"], found["diagnostics"]) == (0, 0, [])
    assert {one["kind"] for one in found["checked"]} == {
        "policy", "clause register", "readings register", "ledger", "mutants register", "sample register",
        "readers of notices", "texts of notices",
        "policy tests", "case", "25 cases",
    }  # fmt: skip


def test_a_policy_with_mistakes(run: Run, tmp_path: Path) -> None:
    text = (PACK / "1.0.0.yaml").read_text(encoding="utf-8")
    path = tmp_path / "mine.yaml"
    path.write_text(
        text.replace("not order.on_platform", "not order.on_platfrm", 1).replace("[judgment.2]", "[judgment.22]", 1)
    )
    result = run("validate", path)
    assert result.exit_code == exits.INVALID
    assert "unknown name `order.on_platfrm`" in result.stdout
    assert "did you mean `order.on_platform`?" in result.stdout
    assert "judgment.22" in result.stdout
    assert result.stdout.endswith("1 file checked: 2 errors\n")


def test_registers_are_recognised(run: Run, tmp_path: Path) -> None:
    for name, kind in (("clauses", "clause register"), ("readings", "readings register")):
        assert f"{kind}: fine" in run("validate", PACK / f"{name}.yaml").stdout
    wrong = tmp_path / "readings.yaml"
    wrong.write_text((PACK / "readings.yaml").read_text(encoding="utf-8").replace("taken: a", "taken: z", 1))
    result = run("validate", wrong)
    assert result.exit_code == exits.INVALID
    assert "error[register/taken]" in result.stdout


def test_policy_tests_with_mistakes(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "tests.yaml"
    path.write_text(
        """\
policy: tiktok-shop-us
versions: ["1.0.0", "9.0.0"]
facts:
  order: {on_platfrm: true}
tests:
  - name: Everything is wrong here.
    scenario: lost_package
    facts:
      order: {shipping_mode: ship_by_seler}
    as_of: "2025-06-13"
    expect:
      statsu: decided
      status: decidedd
      remedies: [refund_by_seler]
      deadlines: {seller_materals_due: paused}
      reasons: [consequence/seller-shiped, judgment.99]
"""
    )
    result = run("validate", path, "--format", "json")
    assert result.exit_code == exits.INVALID
    found = json.loads(result.stdout)["diagnostics"]
    assert [(one["line"], one["code"]) for one in found] == [
        (2, "test/unknown-word"), (4, "case/unknown-fact"), (9, "case/value"), (10, "case/time"),
        (12, "test/unknown-word"), (13, "test/unknown-word"), (14, "test/unknown-word"), (15, "test/unknown-word"),
        (16, "test/unknown-word"), (16, "test/unknown-word"),
    ]  # fmt: skip


def test_lines_are_checked_at_their_own_lines(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text('{"scenario": "lost_package", "facts": {}}\n\n{"scenario": "lost", "facts": {}}\nnope\n')
    result = run("validate", path)
    assert f"{path}:3:14: error[case/scenario]" in result.stdout
    assert '    3 | {"scenario": "lost", "facts": {}}' in result.stdout
    assert f"{path}:4:1: error[json/syntax]" in result.stdout
    assert f"{path} 3 cases: 2 errors" in " ".join(result.stdout.split())


def test_other_documents_are_told_what_there_is(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    path.write_text("name: something else\n")
    result = run("validate", path, tmp_path / "missing.yaml", tmp_path)
    assert result.exit_code == exits.INVALID
    assert "error[document/unknown-kind]" in result.stdout
    assert "a case has `scenario`" in " ".join(result.stdout.split())
    assert "error[file/missing]" in result.stdout
    assert "error[file/not-regular]" in result.stdout


def test_a_folder_without_versions(run: Run, tmp_path: Path) -> None:
    assert "holds no version" in run("validate", "--pack", tmp_path).stdout
    assert "no versions" in run("versions", "--pack", tmp_path).stdout
    assert run("facts", "--pack", tmp_path).exit_code == exits.USAGE


# ------------------------------------------------------------------------------------------------- looking at a policy


def test_rules_come_in_the_order_in_which_they_are_read(run: Run, version: Version) -> None:
    for name, program in version.programs.items():
        shown = run("rules", name).stdout
        for table in program.tables.values():
            ids = [f"\n{number:>2}. {rule.id}  1.0.0.yaml:" for number, rule in enumerate(table.rules, 1)]
            places = [shown.index(one, shown.index(f"\n{table.title}\n")) for one in ids]
            assert places == sorted(places)
        for record in program.records:
            assert all(owed.proposition in shown for owed in record.owes)


def test_rules_tell_general_rules_and_what_can_never_hold(run: Run) -> None:
    shown = " ".join(run("rules", "counterfeit", "1.0.0").stdout.split())
    assert "uses claim-not-shown, 1.0.0.yaml:" in shown
    assert "dispute.filed_at <= order.estimated_delivery_at (never in this row)" in shown
    assert "within 48 hours after dispute.filed_at, if dispute.issue_visible" in shown


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_skeleton_is_a_valid_case_of_which_nothing_is_known(
    form: tuple[str, ...], run: Run, version: Version
) -> None:
    for name in version.policy.rows:
        text = run("case", name, *form).stdout
        if not form:
            assert text.startswith("# yaml-language-server: $schema=")
            assert text.splitlines()[0].endswith("1.0.0.case.schema.json")
        decided = run("decide", "-", "--format", "json", "--as-of", MOMENT, stdin=text)
        assert decided.exit_code == exits.UNDETERMINED
        case = json.loads(text) if form else None
        assert case is None or not list(Draft202012Validator(case_schema(version.policy)).iter_errors(case))


def test_what_a_skeleton_leaves_out_never_matters(version: Version) -> None:
    cases = [case_data(path) for path in EXAMPLES] + records(DISPUTES.read_text(encoding="utf-8"))
    for data in cases:
        decision = version.decide(version.read_case(data), data["as_of"])
        asked = Reach(version.programs[data["scenario"]]).facts()
        assert set(decision.missing_facts) <= set(asked)
        facts = {group: dict(members) for group, members in data["facts"].items()}
        for name in set(version.policy.facts) - set(asked):
            group, _, key = name.partition(".")
            facts.setdefault(group, {})[key] = "unknown"
        other = version.decide(version.read_case({**data, "facts": facts}), data["as_of"])
        assert replace(other, case_digest=decision.case_digest) == decision


def test_versions_tell_which_one_is_in_force(run: Run) -> None:
    assert "in force on 2024-01-01: 1.0.0" in run("versions", "--on", "2024-01-01").stdout
    assert "in force on 2023-12-31: no version" in run("versions", "--on", "2023-12-31").stdout
    first = json.loads(run("versions", "--format", "json").stdout)[0]
    assert first["version"] == "1.0.0"
    assert first["digest"].startswith("sha256:")


def test_facts_are_listed_with_values_and_questions(run: Run, version: Version) -> None:
    shown = " ".join(run("facts").stdout.split())
    for fact in version.policy.facts.values():
        assert f"{fact.name} {fact.kind}" in shown
        assert fact.meaning in shown
    listed = json.loads(run("facts", "--format", "json").stdout)
    assert [one["name"] for one in listed] == list(version.policy.facts)
    assert next(one for one in listed if one["name"] == "customer.materials")["if_absent"] == []


@pytest.mark.parametrize("name", ["policy", "clauses", "readings", "tests"])
def test_shipped_schemas_are_printed(name: str, run: Run) -> None:
    shipped = json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
    assert json.loads(run("schema", name).stdout) == shipped


# --------------------------------------------------------------------------------------------------- shell completion


def completed(*words: str, incomplete: str = "") -> list[str]:
    shell = ShellComplete(app, {}, "aftersale", "_AFTERSALE_COMPLETE")
    return [item.value for item in shell.get_completions(list(words), incomplete)]


def test_versions_and_scenarios_are_completed(version: Version) -> None:
    assert completed("rules", incomplete="l") == ["lost_package"]
    assert completed("case") == list(version.policy.rows)
    assert completed("rules", "quality") == ["1.0.0", "1.1.0"]
    assert completed("decide", "--policy", incomplete="1.0") == ["1.0.0"]
    assert completed("facts", "--pack", str(PACK)) == ["1.0.0", "1.1.0"]
    assert "validate" in completed(incomplete="val")


def test_completion_never_raises(tmp_path: Path) -> None:
    assert completed("rules", "--pack", str(tmp_path)) == []
    assert completed("facts", "--pack", "/nowhere") == []


# --------------------------------------------------------------------------------------------------------- rendering


def quoted_lines(text: str, line: int, start: int, end: int, end_line: int = 0) -> list[str]:
    place = Place(Source("file.yaml", text), line, start, end_line or line, end)
    shown_page = shown(diagnostics_to_page([Diagnostic("a/b", "what is wrong", place, "what to do")]), None)
    return shown_page.splitlines()


def test_a_diagnostic_quotes_its_line_with_a_caret() -> None:
    assert quoted_lines("one\n  two: three\n", 2, 8, 13) == [
        "file.yaml:2:8: error[a/b]: what is wrong",
        "    2 |   two: three",
        "      |        ^^^^^",
        "   help: what to do",
    ]


def test_a_caret_stands_below_what_it_means_in_any_line() -> None:
    assert quoted_lines("\ta: b", 1, 5, 6)[1:3] == ["    1 |     a: b", "      |        ^"]
    assert quoted_lines("名: 値", 1, 4, 5)[1:3] == ["    1 | 名: 値", "      |     ^^"]
    assert quoted_lines("a: \x1b[31m", 1, 4, 5)[1] == "    1 | a: \\u001b[31m"
    assert quoted_lines("ab", 1, 3, 3)[2] == "      |   ^"
    assert quoted_lines("a: b\nc", 1, 4, 2, 2)[2] == "      |    ^"
    long = quoted_lines("x" * 500 + "y" + "z" * 500, 1, 501, 502)
    assert long[1].startswith("    1 | ...xxx")
    assert long[1][long[2].index("^")] == "y"
    assert max(map(len, long)) < 120


def test_a_diagnostic_points_at_both_ends() -> None:
    source = Source("file.yaml", "a: 1\na: 2\n")
    found = Diagnostic("a/b", "twice", Place(source, 2, 1, 2, 2), related=(("first here", Place(source, 1, 1, 1, 2)),))
    assert "   note: first here: file.yaml:1:1\n    1 | a: 1\n" in shown(diagnostics_to_page([found]), None)
    assert diagnostic_to_line(found) == "file.yaml:2:1: error[a/b]: twice"
    data = found.to_dict()
    assert data["related"] == [
        {"message": "first here", "file": "file.yaml", "line": 1, "column": 1, "end_line": 1, "end_column": 2}
    ]
    assert summary([found, replace(found, severity="warning"), found]) == "2 errors, 1 warning"


@pytest.mark.parametrize("width", range(40, 121, 9))
def test_wrapping_keeps_every_word_and_the_width(width: int) -> None:
    text = "a few words, and " + "averylongwordwithoutanyspace" * 9 + " then 日本語の長い文" * 5 + " the end"
    page = Page()
    page.item(Piece("label", "name"), text, column=12)
    page.line(Piece(text, "quiet"), indent=4, hang=8)
    rows = [row for line in page.lines for row in wrap(line, width)]
    assert all(sum(cells(piece.text) for piece in row) <= width for row in rows)
    joined = "".join(piece.text for row in rows for piece in row)
    assert joined.replace(" ", "") == ("label" + text * 2).replace(" ", "")


def test_moments_are_told_in_their_zone() -> None:
    at = parse_instant("2025-06-13T03:59:59Z")
    assert local(at, ZoneInfo("America/New_York")) == "Thu 12 Jun 2025 23:59:59 EDT"
    assert local(at, ZoneInfo("Asia/Kathmandu")) == "Fri 13 Jun 2025 09:44:59 UTC+05:45"
    assert local(at, None) == "Fri 13 Jun 2025 03:59:59 UTC"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "this very moment"), (1, "1 second left"), (-61, "1 minute 1 second ago"), (3_600, "1 hour left"),
        (90_061, "1 day 1 hour left"), (172_805, "2 days left"), (-0.5, "less than a second ago"),
    ],
)  # fmt: skip
def test_how_far_a_moment_is(seconds: float, said: str) -> None:
    as_of = parse_instant(MOMENT)
    assert relative(as_of + timedelta(seconds=seconds), as_of) == said
