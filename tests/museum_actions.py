"""Mistakes that are no change to a document: what a person or a program does, and the diagnostics that follow."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from engine.analysis.clause_report import clause_report
from engine.analysis.page_differences import compare, findings
from engine.analysis.page_text import digest
from engine.cli.documents import Checker
from engine.diagnostics import Diagnostic, InvalidDocument, Report
from engine.document import check, plain, read_document, read_json, read_source, read_yaml
from engine.document.formatted import formatted
from engine.expr.parse import Text, parse
from engine.library import LEDGER, load_registers
from engine.notices import check_notices, load_notices
from engine.pack import check_pack, load_pack
from engine.publishing.begin import begin
from engine.publishing.publish import Plan, Wish, carry_out, plan, written_ledger
from engine.source import Place, Source
from engine.testing.check import checked_suite
from engine.testing.coverage import run_watched
from tests import loan_notices
from tests.small_packs import publish_all

Found = list[Diagnostic]
ACTIONS: dict[str, Callable[[Path], Found]] = {}
LATE, LOST = "Who is late pays a fine.", "Who loses a book pays for it."
WHOLE = (LATE, LOST)


def action(name: str) -> Callable[[Callable[[Path], Found]], Callable[[Path], Found]]:
    def register(function: Callable[[Path], Found]) -> Callable[[Path], Found]:
        ACTIONS[name] = function
        return function

    return register


@contextmanager
def refused(found: Found) -> Iterator[None]:
    """Collects the diagnostics of what is refused here."""
    try:
        yield
    except InvalidDocument as problem:
        found.extend(problem.diagnostics)


def _of(function: Callable[[], object]) -> Found:
    found: Found = []
    with refused(found):
        function()
    return found


def _validated(path: Path) -> Found:
    checker = Checker(str(path.parent))
    checker.file(str(path))
    return checker.found


def _changed(path: Path, *changes: tuple[str, str]) -> Path:
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return path


# --------------------------------------------------------------------------------------------------- files, documents


@action("a missing file")
def _(folder: Path) -> Found:
    return _validated(folder / "cse.yaml")


@action("a folder")
def _(folder: Path) -> Found:
    return _of(lambda: read_source(folder))


@action("a large file")
def _(folder: Path) -> Found:
    (folder / "case.yaml").write_text("# " + "x" * 1_100_000)
    return _validated(folder / "case.yaml")


@action("a stray byte")
def _(folder: Path) -> Found:
    (folder / "case.yaml").write_bytes("scenario: late\ntitle: Zwei Wochen sp\xe4t\n".encode("latin-1"))
    return _validated(folder / "case.yaml")


@action("UTF-16")
def _(folder: Path) -> Found:
    (folder / "case.yaml").write_bytes("scenario: late\n".encode("utf-16"))
    return _validated(folder / "case.yaml")


@action("an impossible name")
def _(folder: Path) -> Found:
    return _of(lambda: read_source(Path("case\0.yaml")))


@action("a file of somebody else")
def _(folder: Path) -> Found:
    with patch("engine.document.files.os.open", side_effect=PermissionError(13, "Permission denied")):
        return _of(lambda: read_source(folder / "case.yaml"))


@action("a long line")
def _(folder: Path) -> Found:
    (folder / "cases.jsonl").write_text('{"scenario": "late", "facts": {}, "title": "' + "x" * 1_100_000 + '"}\n')
    return _validated(folder / "cases.jsonl")


@action("a long text")
def _(folder: Path) -> Found:
    return _validated(_changed(folder / "case.yaml", ("Two weeks late", "late " * 2000)))


@action("many values")
def _(folder: Path) -> Found:
    (folder / "case.yaml").write_text("scenario: late\nfacts:\n" + "- a\n" * 20_000)
    return _validated(folder / "case.yaml")


@action("a large text in memory")
def _(folder: Path) -> Found:
    return _of(lambda: read_yaml(Source("case.yaml", "# " + "x" * 1_100_000)))


@action("a surrogate in memory")
def _(folder: Path) -> Found:
    return _of(lambda: read_yaml(Source("case.yaml", "title: \ud83d\n")))


@action("a long text in JSON")
def _(folder: Path) -> Found:
    return _validated(_changed(folder / "case.json", ("Two weeks late", "late " * 2000)))


@action("many values in JSON")
def _(folder: Path) -> Found:
    (folder / "case.json").write_text("[" + "1, " * 20_000 + "1]")
    return _validated(folder / "case.json")


@action("a large text of JSON in memory")
def _(folder: Path) -> Found:
    return _of(lambda: read_json(Source("case.json", " " * 1_100_000)))


@action("a layout that changes a value")
def _(folder: Path) -> Found:
    with patch("engine.document.formatted.laid_out", lambda *_: "days: 4  # a comment\n"):
        return _of(lambda: formatted(Source("period.yaml", "days: 3  # a comment\n")))


@action("a layout that loses a comment")
def _(folder: Path) -> Found:
    with patch("engine.document.formatted.laid_out", lambda *_: "days: 3\n"):
        return _of(lambda: formatted(Source("period.yaml", "days: 3  # a comment\n")))


@action("keys that exclude each other")
def _(folder: Path) -> Found:
    schema: dict[str, object] = {"not": {"required": ["days", "until"], "description": "A period has one end."}}
    report = Report()
    check(read_yaml(Source("period.yaml", "days: 3\nuntil: 2024-03-01\n")), schema, report)
    return report.found


@action("keys that exclude each other, without a word why")
def _(folder: Path) -> Found:
    report = Report()
    check(
        read_yaml(Source("period.yaml", "days: 3\nuntil: 2024-03-01\n")),
        {"not": {"required": ["days", "until"]}},
        report,
    )
    return report.found


@action("a forbidden key")
def _(folder: Path) -> Found:
    schema: dict[str, object] = {"if": {"required": ["days"]}, "then": {"properties": {"until": False}}}
    report = Report()
    check(read_yaml(Source("period.yaml", "days: 3\nuntil: 2024-03-01\n")), schema, report)
    return report.found


# ------------------------------------------------------------------------------------------------------------ policies


def _policy(folder: Path, *changes: tuple[str, str]) -> Found:
    _changed(folder / "1.0.0.yaml", *changes)
    report = Report()
    check_pack(folder, report)
    return report.found


@action("a long expression")
def _(folder: Path) -> Found:
    report = Report()
    text = " and ".join(["loan.reserved"] * 60)
    place = Place(Source("<text>", text), 1, 1, 1, len(text) + 1)
    parse(Text(text, place, place.shifted), report)
    return report.found


@action("a long chain of names")
def _(folder: Path) -> Found:
    chain = "".join(f"  step_{n}: step_{n + 1} and loan.reserved\n" for n in range(1, 61))
    return _policy(folder, ("  fee:\n", f"{chain}  step_61: loan.reserved\n  fee:\n"))


# --------------------------------------------------------------------------------------------------------------- packs


def _second(folder: Path) -> None:
    text = (folder / "1.0.0.yaml").read_text(encoding="utf-8")
    text = text.replace('"1.0.0"', '"2.0.0"').replace("2024-01-01", "2025-01-01")
    (folder / "2.0.0.yaml").write_text(text, encoding="utf-8")


def _governed(folder: Path, facts: dict[str, Any]) -> Found:
    publish_all(folder)
    return _of(lambda: load_pack(folder).governing({"scenario": "late", "facts": facts}))


@action("no such pack")
def _(folder: Path) -> Found:
    return _of(lambda: load_pack("no-such-pack"))


@action("no such version")
def _(folder: Path) -> Found:
    return _of(lambda: load_pack(folder).version("1.0"))


@action("a case before the first version")
def _(folder: Path) -> Found:
    return _governed(folder, {"loan": {"zone": "Europe/Paris", "filed_at": "2023-05-01T10:00:00+02:00"}})


@action("only a draft")
def _(folder: Path) -> Found:
    facts = {"loan": {"zone": "Europe/Paris", "filed_at": "2024-05-01T10:00:00+02:00"}}
    return _of(lambda: load_pack(folder).governing({"scenario": "late", "facts": facts}))


@action("a change after publication")
def _(folder: Path) -> Found:
    publish_all(folder)
    return _policy(folder, ("within: 21 calendar days", "within: 28 calendar days"))


@action("an unknown filing")
def _(folder: Path) -> Found:
    _second(folder)
    return _governed(folder, {"loan": {"zone": "Europe/Paris"}})


@action("an unknown zone")
def _(folder: Path) -> Found:
    _second(folder)
    return _governed(folder, {"loan": {"filed_at": "2025-01-01T01:00:00+01:00"}})


@action("an unknown fact of a transition rule")
def _(folder: Path) -> Found:
    _second(folder)
    rule = "transition:\n- {when: loan.reserved, counts_from: loan.lent_at, because: Reserved books stay.}\n"
    _changed(folder / "2.0.0.yaml", ("time_zone:", f"{rule}time_zone:"))
    facts = {"zone": "Europe/Paris", "filed_at": "2025-02-01T10:00:00+01:00", "lent_at": "2024-12-01T10:00:00+01:00"}
    return _governed(folder, {"loan": facts})


# --------------------------------------------------------------------------------------------- versions and the ledger

TODAY = date(2026, 2, 10)


def _planned(folder: Path, *changes: tuple[str, str], first_day: str | None = "2026-03-01") -> Plan:
    """A second version that is to be published."""
    (folder / "1.1.0.yaml").unlink(missing_ok=True)
    file = begin(folder, "1.1.0", "1.0.0", None)
    _changed(file, *(changes or (("changes: []", "changes: [More time.]"),)))
    wish = Wish("1.1.0", date.fromisoformat(first_day) if first_day else None, "The desk", "It is time.")
    now = datetime(2026, 2, 10, 12, tzinfo=UTC)
    return plan(load_pack(folder), written_ledger(folder), wish, now, TODAY)


@action("a number that is too low")
def _(folder: Path) -> Found:
    return _of(lambda: begin(folder, "0.9.0", "1.0.0", None))


@action("a number that is none")
def _(folder: Path) -> Found:
    return _of(lambda: begin(folder, "1.1", "1.0.0", None))


@action("a number that is taken")
def _(folder: Path) -> Found:
    _second(folder)
    return _of(lambda: begin(folder, "2.0.0", "1.0.0", None))


@action("a version in braces")
def _(folder: Path) -> Found:
    (folder / "1.0.0.yaml").write_text('{policy: loans, version: "1.0.0", title: Library loans}\n', encoding="utf-8")
    return _of(lambda: begin(folder, "1.1.0", "1.0.0", None))


@action("a ledger in brackets")
def _(folder: Path) -> Found:
    ledger: Any = plain(read_document(publish_all(folder) / LEDGER))
    text = f"register: ledger\npolicy: loans\npublications: {json.dumps(ledger['publications'])}\n"
    (folder / LEDGER).write_text(text, encoding="utf-8")
    return _of(lambda: _planned(folder))


@action("no first day")
def _(folder: Path) -> Found:
    return _of(lambda: _planned(publish_all(folder), first_day=None))


@action("another first day")
def _(folder: Path) -> Found:
    change = ("changes: []", "changes: [More time.]\neffective_from: 2026-03-01")
    return _of(lambda: _planned(publish_all(folder), change, first_day="2026-04-01"))


@action("a day in the past")
def _(folder: Path) -> Found:
    return _of(lambda: _planned(publish_all(folder), first_day="2026-01-01"))


@action("no changes")
def _(folder: Path) -> Found:
    return _of(lambda: _planned(publish_all(folder), ("# what changes", "# to be said")))


@action("two who publish at once")
def _(folder: Path) -> Found:
    first = _planned(publish_all(folder))
    second = _planned(folder)
    carry_out(first)
    return _of(lambda: carry_out(second))


@action("an empty pack")
def _(folder: Path) -> Found:
    for file in folder.iterdir():
        file.unlink()
    checker = Checker(str(folder))
    checker.everything()
    return checker.found


# --------------------------------------------------------------------------------------------------------------- cases


def _case(folder: Path, **changes: Any) -> Found:
    data: Any = plain(read_document(folder / "case.yaml"))
    for group, facts in changes.items():
        data["facts"].setdefault(group, {}).update(facts)
    return _of(lambda: load_pack(folder).version("1.0.0").read_case(data))


@action("a case that is a text")
def _(folder: Path) -> Found:
    return _of(lambda: load_pack(folder).version("1.0.0").read_case("late"))


@action("a binary fraction")
def _(folder: Path) -> Found:
    return _case(folder, loan={"price": 12.5})


@action("a naive instant")
def _(folder: Path) -> Found:
    return _case(folder, loan={"filed_at": datetime(2024, 3, 1, 10)})


@action("many submissions")
def _(folder: Path) -> Found:
    return _case(folder, desk={"papers": [{"submitted_at": "2024-03-02T10:00:00+01:00"}] * 101})


# ------------------------------------------------------------------------------------------------ clauses and the page


@action("no register")
def _(folder: Path) -> Found:
    from engine.cli.clauses import _registers

    (folder / "clauses.yaml").unlink()
    (folder / "readings.yaml").unlink()
    return _of(lambda: _registers(str(folder)))


CITES = (
    ("fees: [bill]}", "fees: [bill], cites: [fines.lost], readings: [1]}"),
    ("{id: too-late,", "{id: too-late, cites: [fines.late],"),
)


def _reported(folder: Path, *changes: tuple[str, str], register: tuple[str, str] | None = None) -> Found:
    _changed(folder / "1.0.0.yaml", *changes)
    if register is not None:
        file, more = register
        (folder / file).write_text((folder / file).read_text(encoding="utf-8") + more, encoding="utf-8")
    pack = load_pack(folder)
    return list(clause_report(pack.version("1.0.0"), pack.registers).findings)


@action("a clause that nothing cites")
def _(folder: Path) -> Found:
    return _reported(folder, (CITES[0][0], CITES[0][1].replace("fines.lost", "")), CITES[1])


@action("a clause that is cited all the same")
def _(folder: Path) -> Found:
    return _reported(folder, *CITES, register=("clauses.yaml", "    no_rule: {because: not_modelled, why: By hand.}\n"))


@action("a reading that nothing names")
def _(folder: Path) -> Found:
    return _reported(folder, (CITES[0][0], CITES[0][1].replace("[1]", "[]")), CITES[1])


@action("a reading that is named all the same")
def _(folder: Path) -> Found:
    return _reported(folder, *CITES, register=("readings.yaml", "    not_used: It changes nothing.\n"))


def _page(folder: Path, *sentences: str) -> Found:
    lines = ["register: clauses", "policy: loans", "page: The rules of the library", "clauses:"]
    for number, (name, sentence) in enumerate((("fines.late", LATE), ("fines.lost", LOST)), 1):
        lines += [
            f"  {name}:",
            f"    place: {{section: Fines, number: {number}}}",
            "    kind: duty",
            "    gist: A gist.",
        ]
        lines += [f'    digest: "{digest(sentence)}"', f"    length: {len(sentence)}"]
    (folder / "clauses.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    clauses = load_registers(folder, Report()).clauses
    return findings(compare(Source("page.txt", "\n".join(sentences) + "\n"), clauses), clauses)


@action("a sentence that was changed")
def _(folder: Path) -> Found:
    return _page(folder, LATE, "Who loses a book pays twice its price.")


@action("a sentence that is gone")
def _(folder: Path) -> Found:
    return _page(folder, LATE)


@action("a sentence that was moved")
def _(folder: Path) -> Found:
    return _page(folder, LOST, LATE)


@action("a sentence that is new")
def _(folder: Path) -> Found:
    return _page(folder, *WHOLE, "Library staff pay no fines.")


@action("a sentence that stands there twice")
def _(folder: Path) -> Found:
    return _page(folder, *WHOLE, LATE)


@action("a claim that is not true")
def _claim(folder: Path) -> Found:
    claim = "cannot_happen:\n  - {at: outcome/too-late, because: Nobody is late.}\ntests:"
    facts = 'zone: UTC, filed_at: "2024-02-01T10:00:00Z", lent_at: "2024-01-01T10:00:00Z", returned_at: null'
    path = _changed(folder / "tests.yaml", ("tests:", claim), ("renewals: 1", facts))
    pack, report = load_pack(folder), Report()
    suite = checked_suite(pack, report, [path])
    assert not report.found
    return list(run_watched(pack.version("1.0.0"), suite.tests, suite.claims).untrue)


TRIED = """\
tests:
  - name: A late book, renewed three times.
    scenario: late
    facts:
      loan:
        zone: Europe/Berlin
        renewals: 3
        filed_at: "2024-02-20T10:00:00+01:00"
        lent_at: "2024-01-01T10:00:00+01:00"
        returned_at: null
    as_of: "2024-03-01T10:00:00+01:00"
    expect: {fees: [fine]}
"""


def _mutated(folder: Path, at: str, becomes: str) -> Found:
    """What is found of a declared mutant when it is tried on a test."""
    from engine.testing.mutants.declared import check_trials, load_declared
    from engine.testing.mutants.run import bench
    from engine.testing.mutants.sites import mutants

    (folder / "tests").mkdir()
    (folder / "tests" / "late.yaml").write_text(TRIED, encoding="utf-8")
    declared = [f"  - at: {at}", f"    becomes: {becomes}", "    because: Nobody would see it."]
    lines = ["register: mutants", "policy: loans", "equivalent:", *declared]
    (folder / "mutants.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    own = bench(folder, "1.0.0")
    tried = [(mutant, own.try_(mutant)) for mutant in mutants(own.version.policy) if mutant.name == (at, becomes)]
    assert tried
    report = Report()
    check_trials(load_declared(folder, report), "1.0.0", tried, report)
    return report.found


@action("a mutant that a test notices")
def _(folder: Path) -> Found:
    return _mutated(folder, "define.frequent", "loan.renewals >= 4")


@action("a mutant that the checks refuse")
def _(folder: Path) -> Found:
    return _mutated(folder, "tables.outcome.hit", "all")


# ------------------------------------------------------------------------------------------------------------ notices

UNTIL = ("    {% if until.due %}\n    - {{ until.due }}\n    {% endif %}\n", "")
ENDING = ("letters:\n", "parts:\n  end: Yours truly.\nletters:\n")
NOTICES: dict[str, tuple[tuple[str, str], ...]] = {
    "a template that does not end": (("The book came late.", '"{% if scenario == \'late\' %}Late."'),),
    "a template nested too deeply": (("too-late: The book came late.", f'too-late: "{{{{ {"(" * 900}x }}}}"'),),
    "a template that calls": (("library: The library pays.", 'library: "{{ version.upper() }}"'),),
    "a template that counts": (("Nothing was shown.", '"{% for n in range(9) %}{{ n }}{% endfor %}"'),),
    "a template that writes a word for comparing": (("{{ said.stage }}", "{{ decision.stage }}"),),
    "a word that is not compared": (("{% if until.due %}", "{% if decision.stage %}"),),
    "a condition over something that is no word": (("{% if until.due %}", "{% if until.due == 'now' %}"),),
    "a way of writing that is not there": (("{{ said.fees | listed }}", "{{ said.fees | join }}"),),
    "a loop in a loop": (("{{ reason.marks }}", "{% for more in reasons %}{{ more.text }}{% endfor %}"),),
    "a name that a template has not": (("{{ said.payer }}", "{{ said.payr }}"),),
    "a field that the reader does not see": (
        ("fields: [stage, payer, fees]", "fields: [payer, fees]"),
        ("{{ said.stage }} ", ""),
        ("rest: Nothing else was the case.", "rest: \"{% if decision.stage == 'settled' %}So it is.{% endif %}\""),
    ),
    "a value that a field has not": (("{% if 'fine' in decision.fees %}", "{% if 'fin' in decision.fees %}"),),
    "a clause that is not there": (("too-late: The book came late.", "too-late: \"{{ 'page.lat' | clause }}\""),),
    "a text for a value that is not there": (("fees: {fine: a fine,", "fees: {fine: a fine, fee: a fee,"),),
    "texts for a table that is not there": (("  stages: {awaited", "  stage: {awaited"),),
    "a text for a reader that is not there": (("{borrower: You pay.,", "{borower: You pay.,"),),
    "a deadline that is not there": (("deadlines: [due]", "deadlines: [dew]"), UNTIL),
    "a part that is not there": (("    # {{ title }}\n", "    # {{ title }}\n    {% include 'ending' %}\n"), ENDING),
    "a part that no letter takes": (ENDING,),
    "a hidden field that is no list": (("hides: {fees: [bill]}", "hides: {payer: [library]}"),),
    "a value without a text": (("fees: {fine: a fine, bill: a bill}", "fees: {bill: a bill}"),),
    "a text that a reader lacks": (("You pay., others:", "You pay., borrower2:"),),
    "a reader without a letter": (("  clerk: |\n    # {{ title }}", "  # nothing\n  borrower2: |\n    # {{ title }}"),),
    "papers of another party": (("handed_in: [reader]", "handed_in: [desk]"),),
    "papers of all parties": (("handed_in: [reader]", "handed_in: all"),),
    "papers as a fact": (("facts: [loan.filed_at, loan.due_on]", "facts: [loan.filed_at, desk.papers]"),),
    "notices of another policy": (("register: readers\npolicy: loans", "register: readers\npolicy: lones"),),
}  # fmt: skip


def _noticed(changes: tuple[tuple[str, str], ...]) -> Callable[[Path], Found]:
    def found(folder: Path) -> Found:
        report = Report()
        loan_notices.write(folder, *changes)
        check_notices(load_pack(folder), report)
        return report.found

    return found


ACTIONS |= {name: _noticed(changes) for name, changes in NOTICES.items()}


@action("a fact of another party")
def _(folder: Path) -> Found:
    note = ("What does the note say?}", "What does the note say?, supplied_by: desk}")
    _changed(folder / "1.0.0.yaml", note, ("loan.reserved: {type: bool,", "loan.reserved: {type: bool, finding: true,"))
    return _noticed(())(folder)


@action("notices without Jinja")
def _(folder: Path) -> Found:
    with patch.dict("sys.modules", {"jinja2": None}):
        return _noticed(())(folder)


@action("a letter without an end")
def _(folder: Path) -> Found:
    loan_notices.write(folder, ("waiting: We wait.", f"waiting: '{'We wait. ' * 800}'"),
                       ("Dear {{ reader_text }}, {{ said.stage }}", "{{ said.stage }} " * 10))  # fmt: skip
    version = load_pack(folder).version("1.0.0")
    case = version.read_case({"scenario": "late", "facts": {}})
    decision = version.decide(case, "2024-03-01T00:00:00Z")
    notices = load_notices(load_pack(folder))
    return _of(lambda: notices.letter(version, case, decision, "borrower"))


# -------------------------------------------------------------------------------------------------------------- tables


def _table(folder: Path, keep: tuple[str, ...] | None = None, **columns: Any) -> Found:
    """What is found of a table with these columns; `__` in their names is a dot."""
    import pyarrow as pa

    from engine.columns import Decider

    named = {name.replace("__", "."): values for name, values in columns.items()}
    schema = pa.RecordBatch.from_pydict(named).schema
    return _of(lambda: Decider(load_pack(folder), schema, keep=keep))


@action("a table without scenarios")
def _(folder: Path) -> Found:
    return _table(folder, row=["late"], loan__renewals=[1])


@action("a table with a fact that is none")
def _(folder: Path) -> Found:
    return _table(folder, scenario=["late"], loan__renewal=[1])


@action("a table with columns of other types")
def _(folder: Path) -> Found:
    days = [datetime(2024, 3, 1, 10)]
    return _table(folder, scenario=["late"], loan__filed_at=days, loan__price=[12.5], loan__reserved=[1])


@action("a column to keep that is not there")
def _(folder: Path) -> Found:
    return _table(folder, ("number", "stage"), scenario=["late"], numbers=[1], stage=["x"])


@action("a table of another kind")
def _(folder: Path) -> Found:
    from engine.columns import open_table

    return _of(lambda: open_table(folder / "cases.xlsx"))
