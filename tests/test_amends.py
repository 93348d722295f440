"""What a version says instead of the registers: sentences that the page will have, and readings it takes otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import Pack, load_pack
from engine.analysis.clause_report import clause_report
from engine.cli import main
from tests import bikes
from tests.small_packs import publish_all

NEW = "rows.brakes.loan"
AMENDED = f"""amends:
  general.bell: A bell comes with every repair.
  {NEW}: While brakes are mended, the rider is lent a bicycle.
"""


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    """Two versions, of which the second amends a sentence and brings one, on which a rule of it rests."""
    (tmp_path / "bikes").mkdir()
    folder = bikes.write(tmp_path / "bikes")
    text = (folder / "1.0.0.yaml").read_text(encoding="utf-8")
    second = text.replace('version: "1.0.0"', 'version: "1.1.0"').replace("time_zone:", f"{AMENDED}time_zone:", 1)
    assert "cites: [general.bell]" in second
    second = second.replace("cites: [general.bell]", f"cites: [general.bell, {NEW}]")
    (folder / "1.1.0.yaml").write_text(second, encoding="utf-8")
    return load_pack(publish_all(folder, drafts=["1.1.0"]))


def test_a_version_reads_the_registers_as_it_amends_them(pack: Pack) -> None:
    first, second = (pack.registers.under(pack.version(name).policy) for name in ("1.0.0", "1.1.0"))
    assert second.clauses["general.bell"].gist == "A bell comes with every repair."
    assert second.clauses[NEW].gist == "While brakes are mended, the rider is lent a bicycle."
    assert first is pack.registers
    assert NEW not in first.clauses
    assert first.clauses["general.bell"].gist != second.clauses["general.bell"].gist


def test_the_clause_report_knows_a_new_sentence(pack: Pack) -> None:
    report = clause_report(pack.version("1.1.0"), pack.registers)
    assert report.cited_by(NEW)
    assert NEW not in clause_report(pack.version("1.0.0"), pack.registers).clauses


def test_the_page_is_compared_with_the_register_alone(pack: Pack) -> None:
    assert NEW not in pack.registers.clauses


def test_the_shipped_draft_is_told_in_its_own_words(capsys: pytest.CaptureFixture[str]) -> None:
    shipped = load_pack()
    draft = shipped.version("1.1.0").policy
    read = shipped.registers.under(draft)
    for name, amended in draft.amends.items():
        assert read.clauses[name].gist == amended.text
    for number, taken in draft.takes.items():
        assert read.readings[number].taken == taken.text != shipped.registers.readings[number].taken
    with pytest.raises(SystemExit):
        main(("render", "1.1.0", "--format", "markdown"))
    told = " ".join(capsys.readouterr().out.split())
    assert "within 48 hours of the last tracking update or the estimated delivery time, whichever is later" in told
    assert "From the last update or the estimated time, whichever is later." in told
