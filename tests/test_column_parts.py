"""What is read of columns and how lists are put together, against the plain way; and tables cut anywhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest

from engine import load_pack
from engine.clock import BadTime, end_of_day, local_day
from engine.columns import batches, buffers, decide_batches
from engine.columns.gathered import gathered
from engine.columns.patterns import Patterns, distinct, repeated
from engine.columns.vectors.bits import packed
from engine.columns.vectors.marks import each, lists_of
from engine.columns.vectors.sets import Handed, Sets, sets_of
from engine.columns.vectors.values import NOTHING, Given
from engine.columns.vectors.word_lists import WordLists
from engine.columns.vectors.zones import EPOCH, Zones, micros
from tests.case_tables import table_of
from tests.ladders import ladder
from tests.small_packs import load_data
from tests.strategies import dispute

RNG = np.random.default_rng(7)
ZONES = ("America/New_York", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu", "Etc/GMT+12")


# -------------------------------------------------------------------------------------------------------- whole tables


def test_a_table_may_be_cut_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of a table start in the middle of a byte, of lists and of words; a long one is decided in several."""
    pack = load_pack()
    version = next(iter(pack.versions.values()))
    table = table_of([(one.document, one.as_of) for one in map(dispute, range(260))], version.policy)

    def decided(part: pa.RecordBatch) -> list[dict[str, object]]:
        found = decide_batches(pack, [part], version=version.name, in_columns=True)
        return [row for batch in found for row in batch.to_pylist()]

    whole = decided(table)
    for first, last in ((0, 1), (3, 70), (8, 72), (13, 260), (63, 64)):
        assert decided(table.slice(first, last - first)) == whole[first:last]
    monkeypatch.setattr(batches, "AT_ONCE", 101)
    assert decided(table) == whole


def test_fewer_rows_at_once_of_many_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory does not grow with the rules."""
    monkeypatch.setattr(batches, "AT_ONCE", 1_000)
    rows = 600
    table = pa.record_batch({"scenario": ["only"] * rows, "ask.count_0": list(range(rows))})
    sizes = {}
    for rules in (20, 511):
        pack = load_data(ladder(rules))
        found = list(decide_batches(pack, [table], version="1.0.0", as_of="2025-01-01T00:00:00Z", keep=["ask.count_0"]))
        sizes[rules] = [one.num_rows for one in found]
        assert [row for one in found for row in one["ask.count_0"].to_pylist()] == list(range(rows))
    assert sizes == {20: [600], 511: [249, 249, 102]}


# ------------------------------------------------------------------------------------------------------------ buffers


@pytest.mark.parametrize("first", [0, 1, 8, 13])
@pytest.mark.parametrize("rows", [0, 1, 7, 8, 90])
def test_columns_are_read_from_any_row(first: int, rows: int) -> None:
    truths = [None, True, False, True] * 40
    column = pa.array(truths)[first : first + rows]
    there = buffers.given(column)
    assert (np.ones(rows, np.bool_) if there is None else there).tolist() == column.is_valid().to_pylist()
    found = buffers.truths(column).tolist()
    assert [
        one for one, own in zip(found, truths[first:], strict=False) if own is not None
    ] == column.drop_null().to_pylist()
    assert buffers.numbers(pa.array(range(160), pa.int64())[first : first + rows], np.int64).tolist() == list(
        range(first, first + rows)
    )
    lists = pa.array([list(range(number % 3)) for number in range(160)])[first : first + rows]
    assert np.diff(buffers.offsets(lists)).tolist() == [len(one) for one in lists.to_pylist()]
    own = truths[first : first + rows]
    made = buffers.bools(
        np.array([one is True for one in own], np.bool_), np.array([one is None for one in own], np.bool_)
    )
    assert made.to_pylist() == own


# -------------------------------------------------------------------------------------------------------------- zones


def test_days_of_many_zones_at_once() -> None:
    """To the second on both sides of every change of a clock, and of the midnights around it."""
    zones, moments, own = Zones(), [], []
    for name in ZONES:
        zone, start = ZoneInfo(name), datetime(2007, 1, 1, tzinfo=UTC)
        for hours in range(0, 6 * 365 * 24, 6):
            before, after = start + timedelta(hours=hours), start + timedelta(hours=hours + 6)
            if hours % 6000 == 0 or before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
                around = [before + timedelta(minutes=half * 30 + late) for half in range(-50, 62) for late in (0, 1)]
                moments += [one + timedelta(microseconds=step) for one in around for step in (-1, 0, 1_000_000)]
                own += [name] * (6 * 112)
    numbers, instants = np.array([zones.number(name) for name in own]), np.array([micros(one) for one in moments])
    days = zones.days(numbers, instants)
    expected = [local_day(one, ZoneInfo(name)) for one, name in zip(moments, own, strict=True)]
    assert [(EPOCH + timedelta(days=int(day))).date() for day in days] == expected
    ends = [EPOCH + timedelta(microseconds=int(end)) for end in zones.ends(numbers, days)]
    assert ends == [end_of_day(day, ZoneInfo(name)) for day, name in zip(expected, own, strict=True)]


def test_a_zone_that_comes_later_and_days_far_away() -> None:
    zones = Zones()
    first = np.int64(zones.number("America/New_York"))
    at = datetime(2031, 7, 4, 3, 59, 59, tzinfo=UTC)
    assert (
        zones.days(first, np.array([micros(at)]))
        == zones.days(first, np.array([micros(at + timedelta(seconds=1))])) - 1
    )
    other = np.int64(zones.number("Asia/Tokyo"))
    early, late = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 12, 31, tzinfo=UTC)
    for zone, name in ((other, "Asia/Tokyo"), (first, "America/New_York")):
        days = zones.days(zone, np.array([micros(early), micros(late)]))
        wanted = [end_of_day(local_day(one, ZoneInfo(name)), ZoneInfo(name)) for one in (early, late)]
        assert zones.ends(zone, days).tolist() == [micros(one) for one in wanted]
    with pytest.raises(BadTime):
        zones.number("Atlantis/Deep")
    assert zones.number("Asia/Tokyo") == other


# -------------------------------------------------------------------------------------------------------------- lists


@pytest.mark.parametrize("many", [1, 64, 65, 200])
def test_sets_have_what_is_in_them(many: int) -> None:
    words = tuple(f"word{number}" for number in range(many))
    lists = [RNG.choice(many, size=RNG.integers(0, min(many, 5) + 1)).tolist() for _ in range(50)]
    starts = np.array([0, *np.cumsum([len(one) for one in lists])])
    found = sets_of(words, starts, np.array([code for one in lists for code in one], np.int32))
    for number, word in enumerate(words):
        assert found.has(word).tolist() == [number in one for one in lists]
    assert not found.has("no word").any()
    order = RNG.permutation(50)
    assert found.taken(order).has(words[-1]).tolist() == [many - 1 in lists[row] for row in order]
    filled = found.filled(np.arange(50) < 3, [words[0], words[-1]])
    assert filled.has(words[-1]).tolist() == [row < 3 or many - 1 in lists[row] for row in range(50)]


def test_materials_in_another_order() -> None:
    """Rows of three parts, one of which is left out, keep their order inside each."""
    row = np.repeat(np.arange(40), RNG.integers(0, 4, 40))
    nothing = np.zeros(len(row), np.bool_)
    handed = Handed(row, np.arange(len(row)), nothing, nothing, nothing, Sets({"a": 0}, (row.astype(np.uint64) % 2,)))
    part_of = RNG.integers(-1, 2, 40)
    order = np.concatenate([(part_of == 0).nonzero()[0], (part_of == 1).nonzero()[0]])
    places = np.full(40, -1)
    places[order] = np.arange(len(order))
    found = handed.ordered(places, part_of[order].astype(np.uint8))
    wanted = [(place, item) for place, own in enumerate(order) for item in (row == own).nonzero()[0]]
    assert list(zip(found.row.tolist(), found.at.tolist(), strict=True)) == wanted
    assert found.proves.has("a").tolist() == [row[item] % 2 == 1 for _, item in wanted]
    half = int((part_of == 0).sum())
    second = found.part(half, len(order))
    assert list(zip((second.row + half).tolist(), second.at.tolist(), strict=True)) == [
        w for w in wanted if w[0] >= half
    ]


@pytest.mark.parametrize("many", [0, 1, 8, 9, 40])
def test_lists_of_codes_by_row(many: int) -> None:
    told = [(100 + number, RNG.random(300) < 0.3) for number in range(many)]
    ids, (counts, codes) = lists_of(each([(code, packed(mask)) for code, mask in told], 300), 300)
    starts, items = repeated(ids, counts, codes)
    for row in range(300):
        assert items[starts[row] : starts[row + 1]].tolist() == [code for code, mask in told if mask[row]]
    assert len(counts) <= min(300, 2**many)


def test_patterns_of_several_parts() -> None:
    patterns = Patterns(6)
    patterns.add(
        np.array([4, 1]), np.array([1, 0], np.int32), (np.array([2, 1], np.int32), np.array([7, 8, 9], np.int32))
    )
    patterns.add(np.array([0]), np.array([0], np.int32), (np.array([3], np.int32), np.array([1, 2, 3], np.int32)))
    starts, items = patterns.put_together()
    assert [items[a:b].tolist() for a, b in pairwise(starts)] == [
        [1, 2, 3],
        [7, 8],
        [],
        [],
        [9],
        [],
    ]
    wide = repeated(np.array([1, 1, 2], np.int32), np.array([0, 2, 2], np.int32), np.array([5, 6, 7, 8], np.int64))
    assert (wide[0].tolist(), wide[1].tolist()) == ([0, 2, 4, 6], [5, 6, 5, 6, 7, 8])
    lines, numbers = distinct(np.array([[1, 2], [3, 4], [1, 2]], np.uint16))
    assert lines[numbers].tolist() == [[1, 2], [3, 4], [1, 2]]
    assert len(lines) == 2


def test_words_of_lists() -> None:
    lists = WordLists()
    one, two = lists.id([5]), lists.id([6, 5])
    masks = [RNG.random(90) < 0.5 for _ in range(11)]
    told = [(np.int32(one if number % 2 else two), mask) for number, mask in enumerate(masks)]
    found = lists.together(90, [(own, packed(mask)) for own, mask in told])
    step = np.zeros(90, np.int32)
    for own, mask in told:
        step[mask] = lists.joined(step[mask], own)
    assert [lists.lists[code] for code in found] == [lists.lists[code] for code in step]
    assert lists.has(found, 6).tolist() == [6 in lists.lists[code] for code in found]
    lists.id([6, 7])
    assert lists.has(np.array([lists.id([6, 7]), one]), 6).tolist() == [True, False]
    assert [lists.lists[code] for code in lists.ones(np.array([5, -1, 6, -3], np.int32))] == [(5,), (), (6,), ()]


def test_instants_that_are_there() -> None:
    found = Given(np.array([5, 1, 9]), np.array([True, False, True]))
    assert found.v.tolist() == [5, NOTHING, 9]
    assert found.known_at(np.array([5, 9, 8]), None).v.tolist() == [5, NOTHING, NOTHING]
    assert found.known_at(np.array([5, 10, 8]), np.array([0, 1])).v.tolist() == [5, NOTHING]
    assert found.known_at(np.array([4, 10, 9]), np.array([2, 0])).v.tolist() == [9, NOTHING]


def test_small_batches_are_decided_together_and_give_the_same_rows() -> None:
    small = [
        pa.RecordBatch.from_pydict(
            {"row": list(range(at, at + 3)), "word": pa.array([f"w{at}", None, "same"]).dictionary_encode()}
        )
        for at in range(0, 30, 3)
    ]
    for rows, sizes in ((3, [3] * 10), (7, [6] * 5), (9, [9, 9, 9, 3]), (100, [30])):
        found = list(gathered(iter(small), rows))
        assert [one.num_rows for one in found] == sizes
        assert pa.Table.from_batches(found).to_pylist() == pa.Table.from_batches(small).to_pylist()
    assert list(gathered(iter([]))) == []
    other = pa.RecordBatch.from_pydict({"row": ["a text"]})
    assert [one.num_rows for one in gathered([small[0], small[1], other, small[2]])] == [6, 1, 3]
