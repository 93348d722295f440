"""JSON in, JSON out: the quick way decides and refuses as the strict one does.

python -m tests.test_case_json 20000   checks as many damaged texts
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given

from engine import Decision, InvalidDocument, Pack, Version, load_pack
from engine.case import from_data
from engine.case.written import from_json, placed
from engine.decision.to_json import decision_to_json
from engine.diagnostics import Report
from engine.document import json_quick
from engine.testing.suite import policy_tests
from tests.kites import VERSIONS, write_versions
from tests.small_packs import publish_all
from tests.strategies import documents, instants, modest

ROOT: Final = Path(__file__).resolve().parent.parent
SHIPPED: Final = load_pack()
VERSION: Final = SHIPPED.version("1.0.0")
TESTS: Final = [test for test in policy_tests(SHIPPED.folder, Report()) if test.holds_for("1.0.0")]
TEXTS: Final = [json.dumps(test.case, default=dict).encode() for test in TESTS]
AS_OF: Final = "2025-06-13T09:00:00-04:00"
Outcome = bytes | list[str]


def compact(decision: Decision) -> bytes:
    return json.dumps(decision.to_dict(), ensure_ascii=False, separators=(",", ":")).encode()


def slowly(version: Version, content: bytes) -> Outcome:
    """What the strict reader, the plain check and the general writer make of a text."""
    try:
        document = from_json(content)
        try:
            case = from_data.read_case(document.data, version.policy)
        except InvalidDocument as problem:
            raise placed(problem, document) from None
    except InvalidDocument as problem:
        return [str(one) for one in problem.diagnostics]
    return compact(version.decide(case, AS_OF))


def quickly(holder: Version | Pack, content: bytes, **named: str) -> Outcome:
    try:
        return holder.decide_json(content, AS_OF, **named)
    except InvalidDocument as problem:
        return [str(one) for one in problem.diagnostics]


@pytest.fixture(params=["fastest", "standard"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both parsers of JSON, where the extra one is installed."""
    if request.param == "fastest":
        monkeypatch.setattr(json_quick, "_loads", pytest.importorskip("orjson").loads)
    else:
        monkeypatch.setattr(json_quick, "_loads", json_quick.standard)


# ------------------------------------------------------------------------------------------------------------ decided


@pytest.mark.usefixtures("parser")
def test_every_policy_test_bytes_to_bytes() -> None:
    for test, text in zip(TESTS, TEXTS, strict=True):
        assert VERSION.decide_json(text, test.as_of) == compact(
            VERSION.decide(VERSION.read_case(test.case), test.as_of)
        )
    assert all(SHIPPED.read_quick(text, "1.0.0") is not None for text in TEXTS)


@modest(60)
@given(documents(VERSION.policy, [*VERSION.policy.rows, "unknown"]), instants())
def test_any_decision_is_written_as_to_dict_says(document: Any, as_of: str) -> None:
    decision = VERSION.decide(VERSION.read_case(document), as_of)
    assert decision_to_json(decision).encode() == compact(decision)
    assert VERSION.decide_json(json.dumps(document).encode(), as_of) == compact(decision)


def test_words_of_any_kind_are_written_as_json_wants_them() -> None:
    decision = VERSION.decide(VERSION.read_case(TESTS[0].case), AS_OF)
    odd = 'a "quoted" \\ é \n \u2028'
    odder = replace(
        decision,
        scenario=odd,
        fields={odd: odd, "list": (odd, "b"), "empty": ()},
        missing_facts=(odd,),
        reasons=(replace(decision.reasons[0], rule=odd, general=None), *decision.reasons),
        deadlines=tuple(replace(one, name=odd, party=None, passed=True) for one in decision.deadlines),
        policy=decision.policy._replace(name=odd),
        zone=None,
    )
    assert decision_to_json(odder).encode() == compact(odder) == decision_to_json(odder).encode()


def test_what_a_case_says_beside_its_facts() -> None:
    case = {"title": "Vase, cracked \u2014 caf\u00e9", "policy": SHIPPED.name, "as_of": AS_OF, **json.loads(TEXTS[0])}
    for escaped in (True, False):
        text = json.dumps(case, ensure_ascii=escaped).encode()
        assert VERSION.decide_json(text) == VERSION.decide_json(TEXTS[0], AS_OF)
        assert SHIPPED.decide_json(text) == SHIPPED.decide_json(TEXTS[0], AS_OF)
        assert VERSION.read_json(text).title == case["title"]
        assert VERSION.read_json(text).as_of == VERSION.decide(VERSION.read_case(case), AS_OF).as_of
        assert (SHIPPED.read_quick(text) is None) == escaped
    with pytest.raises(ValueError, match="as_of"):
        VERSION.decide_json(TEXTS[0])


def test_threads_share_a_version() -> None:
    version = load_pack(only="1.0.0").version("1.0.0")  # its check is not made yet
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: version.decide_json(text, AS_OF), TEXTS[:120]))
    assert found == [VERSION.decide_json(text, AS_OF) for text in TEXTS[:120]]


# ------------------------------------------------------------------------------------------------------------ refused

REFUSED: Final = (
    *('{"scenario":1,"scenario":"%s"}', '{"scenario":"%s","facts":{},"facts":{}}', '{"scenario":"%s"} {}', "{}", "[]"),
    *('{"scenario":"%s","facts":{"order":{"on_platform":true,"on_platform":true}}}', "", "null", '"%s"', "nul", "{"),
    *('{"scenario":"%s","facts":{"order":{},"order":{}}}', '{"scenario":"%s","facts":{"earlier":{"raised":1.5}}}'),
    *('{"scenario":"%s","facts":{"earlier":{"raised":NaN}}}', '{"scenario":"%s","facts":{"earlier":{"raised":1e2}}}'),
    *('{"scenario":"%s","facts":{"earlier":{"raised":-0}}}', '{"scenario":"%s","facts":{"earlier":{"raised":01}}}'),
    *(
        '{"scenario":"%s","title":"a\u200bb"}',
        '{"scenario":"%s","title":"\x7f"}',
        '{"scenario":"%s","title":"\\u200b"}',
    ),
    *('{"scenario":"%s","title":"a,b","title":"a,b"}', '{"scenario":"%s","title":"\\u002c","title":""}', "\ufeff{}"),
    *('\ufeff{"scenario":"%s"}', '{"scenario":"%s"}\r', '\r{"scenario":"%s"}\n', '{"scenario":"%s",}', "[" * 40),
    *('{"scenario":"%s","facts":{"earlier":{"raised":100000000000000000000}}}', '{"scenario":"%s"\x00}', "[" * 99_999),
    *(
        '{"scenario":"%s","title":"' + "x" * 1_001 + '"}',
        '{"scenario":"%s","title":"' + " " * 40_000 + '"}',
        "\u00a0{}",
    ),
    '{"scenario":"%s","facts":{"carrier":{"materials":[' + '{"submitted_at":"2025-06-10T09:00:00Z"},' * 101 + "1]}}}",
    '{"scenario":"%s","facts":{"seller":{"materials":[{"submitted_at":"2025-06-10T09:00:00Z","proves":[],"proves":[]}]}}}',
)


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("text", REFUSED, ids=range(len(REFUSED)))
def test_what_is_odd_is_read_strictly(text: str) -> None:
    content = text.replace("%s", next(iter(VERSION.policy.rows))).encode()
    assert quickly(VERSION, content) == slowly(VERSION, content)
    assert quickly(SHIPPED, content, version="1.0.0") == slowly(VERSION, content)


def test_texts_that_are_not_utf_8() -> None:
    for content in (TEXTS[0].replace(b"a", b"\xff", 1), TEXTS[0].decode().encode("utf-16"), b"\xef\xbb\xbf" + TEXTS[0]):
        assert quickly(VERSION, content) == slowly(VERSION, content)


def damaged(content: bytes, choose: random.Random) -> bytes:
    """A text with some bytes replaced, taken away, or written again elsewhere."""
    for _ in range(choose.choice((1, 1, 2))):
        at, length = choose.randrange(len(content)), choose.choice((0, 1, 1, 4, 30))
        start = choose.randrange(len(content))
        new = choose.choice((b"", b'"', b",", b"\\", b"{}", b"1.0", b"null", content[start : start + length]))
        content = content[:at] + new + content[at + choose.choice((0, length)) :]
    if choose.random() < 0.4:  # a member that stands twice
        members = content.split(b", ")
        members.insert(choose.randrange(len(members)), choose.choice(members))
        content = b", ".join(members)
    return content


def damage(count: int, seed: str) -> Counter[str]:
    choose, found = random.Random(seed), Counter[str]()
    for _ in range(count):
        content = damaged(choose.choice(TEXTS), choose)
        expected = slowly(VERSION, content)
        assert quickly(VERSION, content) == expected, content
        found["decided" if isinstance(expected, bytes) else expected[0].partition("[")[2].partition("]")[0]] += 1
    return found


@pytest.mark.usefixtures("parser")
def test_damaged_texts_are_refused_alike() -> None:
    found = damage(700, "damage")
    assert found["decided"] > 20 and found["json/syntax"] > 100 and found["json/duplicate-key"] > 20


def test_json_lines_of_the_command_are_these_bytes(tmp_path: Path) -> None:
    """Quickly or slowly read, right or wrong."""
    file = tmp_path / "cases.jsonl"
    plain = [b'{"as_of": "%s", ' % AS_OF.encode() + text[1:] for text in TEXTS[:12]]
    escaped = b'{"title": "\\u00e9", ' + plain[0][1:]
    wrong = [b'{"scenario": "zz"}', plain[0].replace(b"{", b'{"as_of": "soon", ', 1), plain[1][:-1], b"[]"]
    lines = [*plain, escaped, *wrong, *plain]
    file.write_bytes(b"\n".join(lines))
    command = [sys.executable, "cli.py", "decide", str(file), "--policy", "1.0.0"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=60)
    assert found.returncode == 3
    for index, (line, record) in enumerate(zip(lines, found.stdout.splitlines(), strict=True)):
        head = b'{"index":%d,"source":"%s:%d",' % (index, str(file).encode(), index + 1)
        assert record.startswith(head)
        try:
            assert record == head + b'"decision":' + VERSION.decide_json(line) + b"}"
        except InvalidDocument as problem:
            told, error = problem.to_dict(), json.loads(record)["error"]
            assert error["message"] == told["message"]
            keys = ("code", "message", "help", "column", "path")
            expected = [{key: one[key] for key in keys} for one in told["diagnostics"]]  # type: ignore[attr-defined]
            assert [{key: one[key] for key in keys} for one in error["diagnostics"]] == expected
            assert all(one["line"] == index + 1 for one in error["diagnostics"])


# ---------------------------------------------------------------------------------------------------------- governing


def agree_on_who_governs(pack: Pack, content: bytes, data: Any) -> str | None:
    """Which version decides, by the quick way and by the slow one; None when none does."""
    try:
        chosen, expected = pack.governing(data), compact(pack.decide(data, AS_OF))
    except InvalidDocument as problem:
        assert quickly(pack, content) == [str(one) for one in placed(problem, from_json(content)).diagnostics]
        assert pack.read_quick(content) is None
        return None
    assert pack.decide_json(content, AS_OF) == expected
    found = pack.read_quick(content)
    assert found is None or found[0] is chosen
    return chosen.name


def test_a_pack_decides_by_the_version_that_governs() -> None:
    for text in TEXTS:
        agree_on_who_governs(SHIPPED, text, json.loads(text))
    assert SHIPPED.read_quick(TEXTS[0]) is not None


def test_many_versions(tmp_path: Path) -> None:
    pack = load_pack(publish_all(write_versions(tmp_path)))
    governed: Counter[str | None] = Counter()
    for turn in range(2):  # by the plain reader, and by the check
        for filed in ("2023-12-31", "2024-01-01", "2024-02-29", "2024-03-01", "2024-04-30", "2024-05-01", "2024-07-01"):
            for kite in ({}, {"urgent": True}, {"hurry": True}, {"zone": "Australia/Lord_Howe"}, {"zone": "UTC"}):
                for answered in (None, "unknown", "2024-02-01T00:00:00Z"):
                    facts = {"kite": {"filed_at": f"{filed}T12:30:00-12:00", **kite}, "shop": {"answered_at": answered}}
                    data = {"scenario": "torn", "facts": facts}
                    governed[agree_on_who_governs(pack, json.dumps(data).encode(), data)] += turn
    assert governed.keys() == {None, *VERSIONS}
    assert pack.read_quick(b'{"scenario":"lost","facts":{"kite":{"zone":"UTC","filed_at":"2024-01-01T00:00:00Z"}}}')


if __name__ == "__main__":
    print(damage(int(sys.argv[1]), "by hand"))
