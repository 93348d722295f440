"""Letters: each reads as it was read, nobody is told what is not for them, no template does more than it may."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Case, Decision, InvalidDocument, Notices, Version, load_notices, load_pack
from engine.clock import parse_instant
from engine.diagnostics import Report
from engine.document import Scalar
from engine.notices import check_notices
from engine.notices.compose import in_blocks
from engine.notices.kinds import SAY, SAYINGS, Group, Word
from engine.notices.model import OTHERS, Text
from engine.notices.moments import moment
from engine.notices.template import Checker, Data, render, with_parts
from engine.publishing.publish import Wish, plan, written_ledger
from engine.render.notice import letter_to_html, letter_to_markdown, letter_to_page
from engine.render.page import in_columns
from engine.source import Place, Source
from tests import loan_notices
from tests.museum_pieces import BASE
from tests.notice_letters import EXAMPLES, KEPT, ROOT, Kept, letters, notice
from tests.strategies import Dispute, disputes, modest

PACK = load_pack()
NOTICES = load_notices(PACK)
LETTERS = list(letters())
PARTIES = [name for name in NOTICES.readers if NOTICES.catalogue.readers[name].party is not None]
LOST = str(EXAMPLES / "lost-package.yaml")
WHOLE = re.compile(r"[\ue000{}]|\bNone\b|  |\s[.,;]|\[\]|\(\)")  # what no finished letter has


# ---------------------------------------------------------------------------------------------------- letters, as read


@pytest.mark.parametrize("kept", LETTERS, ids=str)
def test_a_letter_reads_as_it_was_read(kept: Kept) -> None:
    assert kept.made() == kept.path.read_text(encoding="utf-8")


def test_no_other_letter_is_kept_and_every_status_is_among_them() -> None:
    assert {path.name for path in KEPT.iterdir()} == {one.path.name for one in LETTERS} | {"letters.yaml"}
    said: set[Any] = set()
    for kept in LETTERS:
        data = kept.case()
        version = PACK.version(kept.written.get("policy", PACK.governing(data).name))
        as_of = kept.written.get("as_of", str(data.get("as_of")))
        said.add(version.decide(version.read_case({k: v for k, v in data.items() if k != "as_of"}), as_of).status)
    assert said == set(PACK.version("1.0.0").policy.fields["status"].values)


def test_a_letter_is_the_same_wherever_it_is_written() -> None:
    """Neither the machine's zone, nor its language, nor the order in which it keeps sets has part in it."""
    for name, seed in (("Asia/Kathmandu", "1"), ("America/St_Johns", "7")):
        environment = {**os.environ, "TZ": name, "PYTHONHASHSEED": seed, "LC_ALL": "C", "COLUMNS": "80"}
        command = [sys.executable, "cli.py", "notice", LOST, "--to", "carrier", "--language", "es"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
        assert done.stdout == (KEPT / "lost-carrier-spanish.txt").read_bytes()


@modest(40)
@given(disputes(), st.sampled_from(["1.0.0", "1.1.0"]))
def test_every_letter_of_every_dispute_is_whole(dispute: Dispute, name: str) -> None:
    version, case, decision = _decided(dispute, name)
    for reader in NOTICES.readers:
        for language in NOTICES.languages:
            letter = NOTICES.letter(version, case, decision, reader, language)
            assert letter.title and letter.title[-1].isalpha()
            assert not [block for block in letter.blocks if WHOLE.search(block.text) or not block.text]


def _decided(dispute: Dispute, name: str = "1.0.0") -> tuple[Version, Case, Decision]:
    version = PACK.version(name)
    case = version.read_case(dispute.document)
    return version, case, version.decide(case, dispute.as_of)


# --------------------------------------------------------------------------------------------------------- the command


def test_all_are_written_to_at_once(tmp_path: Path) -> None:
    done = notice(LOST, "--to", "all", "--output", str(tmp_path / "letters"), "--zone", "seller=Asia/Shanghai",
                  "--language", "carrier=es", "--format", "markdown")  # fmt: skip
    assert done.exit_code == 0
    assert {path.name for path in (tmp_path / "letters").iterdir()} == {f"{name}.md" for name in NOTICES.readers}
    assert "Asia/Shanghai" in (tmp_path / "letters" / "seller.md").read_text("utf-8")
    assert "America/Los\\_Angeles" in (tmp_path / "letters" / "customer.md").read_text("utf-8")
    assert "Una disputa" in (tmp_path / "letters" / "carrier.md").read_text("utf-8")
    assert (tmp_path / "letters" / "customer.md").read_text("utf-8") == (KEPT / "lost-customer.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--to", "custmer"], "no reader `custmer`; did you mean `customer`?"),
        (["--to", "customer", "--language", "sp"], "no language `sp`; there are en, es"),
        (["--to", "customer", "--language", "carier=es"], "no reader `carier`; did you mean `carrier`?"),
        (["--to", "customer", "--zone", "America/NewYork"], "America/New_York"),
        (["--to", "all"], "with `--to all`, name a folder"),
        ([], "Missing option '--to'"),
    ],
)
def test_a_wrong_command_line_is_told(arguments: list[str], said: str) -> None:
    done = notice(LOST, *arguments)
    assert done.exit_code == 2
    assert said in " ".join(done.output.split())


def test_a_pack_without_notices_and_notices_with_faults(tmp_path: Path) -> None:
    pack = _loans(tmp_path)
    (pack / "case.yaml").write_text("scenario: late\nas_of: 2024-03-01T00:00:00Z\n", encoding="utf-8")
    case = str(pack / "case.yaml")
    (pack / "notices").rename(pack / "set-aside")
    done = notice(case, "--pack", str(pack), "--policy", "1.0.0", "--to", "clerk")
    assert done.exit_code == 2
    assert "has no notices" in done.output
    (pack / "set-aside").rename(pack / "notices")
    assert notice(case, "--pack", str(pack), "--policy", "1.0.0", "--to", "clerk").exit_code == 4
    texts = pack / "notices" / "en.yaml"
    texts.write_text(texts.read_text("utf-8").replace("said.payer", "said.payr"), encoding="utf-8")
    done = notice(case, "--pack", str(pack), "--policy", "1.0.0", "--to", "clerk")
    assert isinstance(done.exception, SystemExit) and done.exit_code == 3


def test_a_decision_of_another_case_is_refused() -> None:
    version, case, _ = _decided(DISPUTES[0])
    _, other, decision = _decided(DISPUTES[1])
    assert case.digest != other.digest
    with pytest.raises(ValueError, match="not the decision of this case"):
        NOTICES.letter(version, case, decision, "customer")


# ----------------------------------------------------------------------------------------------- what is not for them


@cache
def _marked() -> Notices:
    """The notices with a mark in place of everything that evidence can be found to prove."""
    languages = {}
    for code, language in NOTICES.catalogue.languages.items():
        texts = dict(language.texts)
        for key in texts:
            if key[0] == "propositions":
                texts[key] = Text({OTHERS: Scalar(f"<<{key[1]}>>", texts[key].place, True, "")}, texts[key].place)
        languages[code] = replace(language, texts=texts)
    return Notices(PACK, replace(NOTICES.catalogue, languages=languages))


@modest(60)
@given(disputes(), st.sampled_from(PARTIES), st.sampled_from(NOTICES.languages))
def test_a_party_is_told_of_its_own_evidence_only(dispute: Dispute, reader: str, language: str) -> None:
    """What stands in a letter of all that can be proven is what the party itself handed in or owes."""
    version, case, decision = _decided(dispute)
    party = version.policy.parties[NOTICES.catalogue.readers[reader].party or ""]
    own = {word.partition(".")[2] for word in decision.missing_evidence if word.startswith(f"{party.name}.")}
    for one in case.values.get(party.submits or "") or ():  # type: ignore[attr-defined]
        own |= one.proves or set()
    letter = _marked().letter(version, case, decision, reader, language, title="<<title>>")
    shown = {mark for block in letter.blocks for mark in re.findall("<<(.+?)>>", block.text)}
    assert shown <= own


@modest(60)
@given(disputes(), st.sampled_from(PARTIES), st.integers(1, 10**6), st.booleans())
def test_what_the_other_side_sent_leaves_no_trace(dispute: Dispute, reader: str, shift: int, assessed: bool) -> None:
    """The other side's material may be otherwise in every way: where the decision is the same, so is the letter."""
    version, case, decision = _decided(dispute)
    changed = dict(case.values)
    for party in version.policy.parties.values():
        if party.submits is None or party.name == NOTICES.catalogue.readers[reader].party:
            continue
        given_ = changed.get(party.submits) or ()
        changed[party.submits] = tuple(_other(one, shift, assessed) for one in given_)  # type: ignore[attr-defined]
    for name, fact in version.policy.facts.items():
        if fact.finding and isinstance(changed.get(name), bool):
            changed[name] = not changed[name]
    other = replace(case, values=changed, digest="sha256:another")
    after = version.decide(other, dispute.as_of)
    if _told(after) == _told(decision):
        before, now = (NOTICES.letter(version, *pair, reader) for pair in ((case, decision), (other, after)))
        assert now == before


def _other(one: Any, shift: int, assessed: bool) -> Any:
    at = one.at.replace(microsecond=shift % 1_000_000)
    return replace(one, at=at, proves=one.proves if assessed else None)


def _told(decision: Decision) -> Any:
    """A decision without what only its basis says of the case."""
    held = [(one.table, one.rule) for one in decision.reasons if one.state == "held"]
    return dict(decision.fields), decision.deadlines, decision.missing_facts, held


DISPUTES = [Dispute({"scenario": "lost_package", "facts": {"order": {"on_platform": yes}}}, "2025-06-01T00:00:00Z")
            for yes in (True, False)]  # fmt: skip


def test_the_title_of_a_case_is_free_text_and_for_reviewers_alone() -> None:
    version, case, decision = _decided(DISPUTES[0])
    shown = {name: "SECRET" in str(NOTICES.letter(version, case, decision, name, title="SECRET")) for name in PARTIES}
    assert not any(shown.values())
    assert "SECRET" in str(NOTICES.letter(version, case, decision, "reviewer", title="SECRET"))


def test_a_party_sees_no_fact_of_another_one() -> None:
    """Of all facts that parties see in the shipped notices, none is a finding or comes from another party."""
    for name in PARTIES:
        reader = NOTICES.catalogue.readers[name]
        for version in PACK.versions.values():
            for fact in map(version.policy.facts.__getitem__, reader.facts):
                assert not fact.finding
                assert fact.supplied_by == reader.party or fact.supplied_by not in version.policy.parties


# ---------------------------------------------------------------------------------------------------------- catalogues


def test_the_shipped_catalogues_are_whole() -> None:
    report = Report()
    check_notices(PACK, report)
    assert not report.found
    assert set(NOTICES.languages) == {"en", "es"}
    assert set(NOTICES.readers) == {"customer", "seller", "carrier", "reviewer"}


def _loans(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    pack = tmp_path / "loans"
    shutil.copytree(BASE, pack)
    loan_notices.write(pack, *changes)
    return pack


def test_every_text_is_needed(tmp_path: Path) -> None:
    """Whatever is taken out of a language is missed; the texts for a reader that is hidden a value are not."""
    pack = load_pack(_loans(tmp_path))
    report = Report()
    catalogue = check_notices(pack, report)
    assert catalogue is not None and not report.found
    from engine.notices.check import check_catalogue

    programs = {name: version.programs for name, version in pack.versions.items()}
    language = catalogue.languages["en"]
    for key in language.texts:
        less = replace(language, texts={other: text for other, text in language.texts.items() if other != key})
        found = Report()
        check_catalogue(replace(catalogue, languages={"en": less}), programs, pack.registers.clauses, found)
        assert [one.code for one in found.found] == ["notice/no-text"], key
        assert f"`{key[-1]}`" in found.found[0].message


def test_a_draft_with_faults_makes_no_name_unknown(tmp_path: Path) -> None:
    """What only the draft declares is not known while it cannot be read; letters by other versions go on."""
    pack = tmp_path / "shop"
    shutil.copytree(ROOT / "policies" / "tiktok-shop-us", pack)
    draft = pack / "1.1.0.yaml"
    draft.write_text(draft.read_text("utf-8").replace("carrier_not_heard:", "carrier_not_herd:", 1), encoding="utf-8")
    assert "1.1.0" in load_pack(pack).faults
    assert load_notices(load_pack(pack)).languages == ("en", "es")


def test_a_draft_without_its_texts_does_not_keep_letters_back(tmp_path: Path) -> None:
    """Letters by the published version go on; the draft is told by `validate`, and cannot be published so."""
    pack = tmp_path / "shop"
    shutil.copytree(ROOT / "policies" / "tiktok-shop-us", pack)
    draft = pack / "1.1.0.yaml"
    draft.write_text(draft.read_text("utf-8").replace("carrier_not_heard", "carrier_unheard"), encoding="utf-8")
    loaded = load_pack(pack)
    assert load_notices(loaded).languages == ("en", "es")
    report = Report()
    check_notices(loaded, report)
    assert {one.code for one in report.found} == {"notice/no-text"}
    assert all("carrier_unheard" in one.message and "(version 1.1.0)" in one.message for one in report.found)
    warned = Report()
    check_notices(loaded, warned, later=["1.1.0"])
    assert [one.message for one in warned.found] == [one.message for one in report.found]
    assert not warned.errors
    now = datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC"))
    with pytest.raises(InvalidDocument, match="carrier_unheard"):
        plan(loaded, written_ledger(pack), Wish("1.1.0", None, "Mara", "So."), now, now.date())


# ------------------------------------------------------------------------------------------------------- form and data

FORM = "# A title\n- an item\n## a heading <b>&amp;</b> {{ version }} {% if %} *so* [x](y)"


@pytest.mark.parametrize("note", [FORM, "<script>alert(1)</script>", "- \ue000# x", "{{ 7 * 7 }}", "a\n\nb"])
def test_what_a_case_says_is_never_form(note: str, tmp_path: Path) -> None:
    """A text of the case stands in the letter as it is: no heading, no item, no markup, no template."""
    pack = load_pack(_loans(tmp_path))
    version = pack.version("1.0.0")
    case = version.read_case({"scenario": "late", "facts": {"loan": {"reserved": True}}})
    case = replace(case, values={**case.values, "loan.note": note})
    decision = version.decide(case, "2024-03-01T00:00:00Z")
    letter = load_notices(pack).letter(version, case, decision, "borrower")
    plain = " ".join(note.replace("\ue000", "").split())
    assert [block.kind for block in letter.blocks if plain in block.text] == ["paragraph"]
    assert [block.kind for block in letter.blocks].count("title") == 1
    html = letter_to_html(letter)
    assert "<script" not in html and "<b>" not in html
    assert html.count("<h1>") == html.count("<title>") == 1
    assert plain in " ".join(in_columns(letter_to_page(letter), 60).split())
    assert "\n# A title" not in letter_to_markdown(letter)


def test_a_letter_has_the_form_that_its_template_gives() -> None:
    text = "# One\ntwo\nthree\n\nfour\n- five\n  six\n- seven\n## eight\n\n\n\ue000# nine\n"
    found = [(block.kind, block.text) for block in in_blocks(text)]
    assert found == [("title", "One"), ("paragraph", "two three"), ("paragraph", "four"), ("item", "five six"),
                     ("item", "seven"), ("heading", "eight"), ("paragraph", "# nine")]  # fmt: skip


# --------------------------------------------------------------------------------------------------------------- times


@pytest.mark.parametrize(
    ("instant", "zone", "english", "spanish"),
    [
        # one hour comes twice when the clocks go back: the name of the zone tells which one it is
        ("2025-11-02T05:30:00Z", "America/New_York", "Sunday, November 2, 2025, 1:30 AM EDT", "01:30 (EDT)"),
        ("2025-11-02T06:30:00Z", "America/New_York", "Sunday, November 2, 2025, 1:30 AM EST", "01:30 (EST)"),
        # a day that ends in the dispute's zone ends on another one for its reader
        ("2025-03-10T03:59:59Z", "America/New_York", "Sunday, March 9, 2025, 11:59:59 PM EDT", "23:59:59 (EDT)"),
        ("2025-03-10T03:59:59Z", "Asia/Shanghai", "Monday, March 10, 2025, 11:59:59 AM CST", "11:59:59 (CST)"),
        ("2025-03-10T00:00:00Z", "Asia/Kathmandu", "Monday, March 10, 2025, 5:45 AM UTC+05:45", "05:45 (UTC+05:45)"),
        ("2024-02-29T12:00:00Z", "UTC", "Thursday, February 29, 2024, 12:00 PM UTC", "12:00 (UTC)"),
        ("2025-01-01T00:07:00Z", "UTC", "Wednesday, January 1, 2025, 12:07 AM UTC", "00:07 (UTC)"),
    ],
)
def test_moments_are_those_of_the_reader(instant: str, zone: str, english: str, spanish: str) -> None:
    languages = NOTICES.catalogue.languages
    at = parse_instant(instant)
    assert moment(at, ZoneInfo(zone), languages["en"]) == english
    assert moment(at, ZoneInfo(zone), languages["es"]).endswith(f", {spanish}")


def test_deadlines_in_the_letter_are_those_of_the_decision() -> None:
    """In every zone, the moment in the letter is the last instant of the deadline."""
    for zone in ("America/Los_Angeles", "Pacific/Kiritimati", "America/St_Johns"):
        done = notice(str(EXAMPLES / "minor-quality-issue.yaml"), "--to", "seller", "--zone", zone)
        there = datetime(2025, 8, 21, 23, 59, 59, tzinfo=ZoneInfo("America/Los_Angeles")).astimezone(ZoneInfo(zone))
        text = moment(there, ZoneInfo(zone), NOTICES.catalogue.languages["en"])
        assert f"You may appeal until {text} [" in " ".join(done.stdout.split())


# ------------------------------------------------------------------------------------------------------------- attacks

ATTACKS = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ said.__class__ }}",
    "{{ said.stage.__class__ }}",
    "{{ said['__class__'] }}",
    "{{ said|attr('__init__') }}",
    "{{ version.format.__globals__ }}",
    "{{ '%s' % version }}",
    "{{ ('{0.__class__}').format(version) }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ joiner() }}",
    "{{ lipsum() }}",
    "{{ namespace(a=1) }}",
    "{{ dict(a=1) }}",
    "{{ _own.get('cited') }}",
    "{{ range(1000000000) | list }}",
    "{% for n in range(1000000000) %}x{% endfor %}",
    "{% for a in lists %}{% for b in lists %}{% for c in lists %}x{% endfor %}{% endfor %}{% endfor %}",
    "{% for a in lists recursive %}{{ loop(lists) }}{% endfor %}",
    "{% for a in lists if a %}x{% endfor %}",
    "{{ 'x' * 1000000000 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ 'x'.ljust(1000000000) }}",
    "{{ version|center(1000000000) }}",
    "{{ version ~ version }}",
    "{{ version[0] }}",
    "{{ version[:1] }}",
    "{{ lists|join('x') }}",
    "{{ lists|map('upper')|list }}",
    "{{ version|safe }}",
    "{% set x = version %}{{ x }}",
    "{% set x %}{{ version }}{% endset %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% include '/etc/passwd' %}",
    "{% include '/etc/passwd' ignore missing %}",
    "{% include ['a', 'b'] %}",
    "{% include version %}",
    "{% include 'end' without context %}",
    "{% import 'os' as os %}",
    "{% from 'os' import system %}",
    "{% extends 'x' %}",
    "{% block x %}{% endblock %}",
    "{% filter upper %}x{% endfilter %}",
    "{% call version() %}{% endcall %}",
    "{% with x = version %}{{ x }}{% endwith %}",
    "{% autoescape false %}{{ version }}{% endautoescape %}",
    "{% do version.append(1) %}",
    "{% if version is defined %}x{% endif %}",
    "{% if version == version %}x{% endif %}",
    "{% if 1 < 2 < 3 %}x{% endif %}",
    "{% if 'a' == 'a' %}x{% endif %}",
    "{% if version == 1 %}x{% endif %}",
    "{{ version if version else version }}",
    "{{ not version }}",
    "{{ [version] }}",
    "{{ 'x' }}",
    "{{ 7 }}",
    "{{ caller }}",
    "{{ loop.index }}",
    "{{ none }}",
    "{{ word }}",
    "{{ lists }}",
    "{{ said }}",
    "{% if said %}x{% endif %}",
    "{% for a in version %}{{ a }}{% endfor %}",
    "{% for a, b in lists %}{{ a }}{% endfor %}",
    "{% for version in lists %}{{ version }}{% endfor %}",
    "{{ '' | clause }}",
    "{{ version | clause }}",
    "{{ 'page' | clause('x') }}",
    "{{ unknown }}",
    "{{ said.none }}",
    "{{" + "(" * 3000 + "version" + ")" * 3000 + "}}",
    "{{ " + "not " * 2500 + "version }}",
    "{% if " + "version and " * 500 + "version %}x{% endif %}",
    "{% if version %}" * 400 + "{% endif %}" * 400,
    "{{ version" + "|capital" * 900 + " }}",
    "{{ said" + ".stage" * 1200 + " }}",
    "{{",
    "{% if version %}",
    "{% endif %}",
    "{{ version }",
    "{{ \x00 }}",
]
NAMES = {
    "version": Word(frozenset({"1.0.0"}), written=True),
    "word": Word(frozenset({"a", "b"})),
    "said": Group("field", {"stage": SAY}),
    "lists": SAYINGS,
}
VALUES = {"version": "1.0.0", "word": "a", "said": Data({"stage": "x"}), "lists": ["a", "b"]}


@pytest.mark.parametrize("text", ATTACKS, ids=lambda text: text[:60])
def test_an_attack_is_refused_before_it_runs(text: str) -> None:
    found = _found(text)
    assert found
    assert {one.code for one in found} <= {"notice/template", "notice/not-allowed", "notice/unknown-name"}


def _found(text: str) -> list[Any]:
    report = Report()
    Checker(report, frozenset({"page.one"})).check(_scalar(text), NAMES)
    return report.found


def _scalar(text: str) -> Scalar:
    lines = text.split("\n")
    return Scalar(text, Place(Source("x", text), 1, 1, len(lines), len(lines[-1]) + 1), False, "")


@pytest.mark.parametrize(
    "text", [text for text in ATTACKS if "__" in text or "_own" in text], ids=lambda text: text[:60]
)
def test_the_sandbox_gives_nothing_away_by_itself(text: str) -> None:
    """Even a template that was never checked reaches nothing but plain data."""
    try:
        written = render(text, VALUES, (", ", " and "), lambda _: None)
    except Exception:
        return
    assert not re.search(r"class|function|module|object|method", written)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("{{ version }} {{ said.stage | capital }}", "1.0.0 X"),
        ("{{ lists | listed }}; {{ lists | listed | capital }}", "a and b; A and b"),
        ("{% for one in lists %}<{{ one }}>{% else %}-{% endfor %}", "<a><b>"),
        ("{% if word == 'a' and word in ['a', 'b'] and not word != 'a' %}yes{% else %}no{% endif %}", "yes"),
        ("{% if said.stage or lists %}yes{% endif %}{% if 'a' not in ('a', 'b') %}{% endif %}", None),
        ("{{ 'page.one' | clause }}", "[page.one]"),
        ("{% if word == 'b' %}\nno\n{% elif version == '1.0.0' %}\nyes\n{% endif %}\n", "yes\n"),
    ],
)
def test_what_a_template_may_do(text: str, written: str | None) -> None:
    if written is None:
        assert _found(text)
        return
    assert not _found(text)
    assert render(text, VALUES, (", ", " and "), lambda _: None).replace("\ue000", "") == written


PARTS = {"end": "{% for one in lists %}{{ one }}{% endfor %}", "self": "{% include 'end' %}", "wrong": "{{ versoin }}"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{% if word == 'a' %}\n{% include 'end' %}\n{% endif %}", []),
        ("{% include 'end' ignore missing %}", ["notice/not-allowed"]),
        ("{% include 'ende' %}", ["notice/unknown-name"]),
        ("{% for one in lists %}{% include 'end' %}{% endfor %}", ["notice/not-allowed"]),
        ("{% include 'self' %}", ["notice/unknown-name"]),
        ("{% include 'wrong' %}", ["notice/unknown-name"]),
    ],
)
def test_what_letters_have_in_common(text: str, said: list[str]) -> None:
    """A letter takes parts by their names, not in a loop, and a part takes none; what it reads is checked, too."""
    parts = {name: _scalar(part) for name, part in PARTS.items()}
    report = Report()
    Checker(report, None).check_letter(_scalar(text), NAMES, parts)
    assert [one.code for one in report.found] == said
    if not said:
        assert "ab" in render(with_parts(text, parts), VALUES, (", ", " and "), lambda _: None).replace("\ue000", "")


def test_what_is_not_there_is_neither_yes_nor_no(tmp_path: Path) -> None:
    """A fact that is not known is written as nothing, and is neither `yes` nor `no`."""
    asked = "{% if facts.loan.reserved == 'yes' %}A{% elif facts.loan.reserved == 'no' %}B{% else %}C{% endif %}"
    text = f'rest: {{borrower: "{asked}", others: Nothing.}}'
    pack = load_pack(_loans(tmp_path, ("rest: Nothing else was the case.", text)))
    version, notices = pack.version("1.0.0"), load_notices(pack)
    returned = {"lent_at": "2024-02-01T00:00:00Z", "returned_at": "2024-02-02T00:00:00Z"}
    said = []
    for more in ({"reserved": True}, {"reserved": False}, {}):
        facts = {"loan": {"filed_at": "2024-02-03T00:00:00Z", "zone": "UTC", **returned, **more}}
        case = version.read_case({"scenario": "late", "facts": facts})
        letter = notices.letter(version, case, version.decide(case, "2024-03-01T00:00:00Z"), "borrower")
        said += [block.text for block in letter.blocks if block.kind == "item"]
    assert said == ["A", "B", "C"]


def test_no_letter_without_jinja(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    done = notice(LOST, "--to", "customer")
    assert done.exit_code == 2
    assert "aftersale[notices]" in done.output
