"""Tables of cases: column by column against one by one, and the ladder against Polars written by hand."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from benchmarks.cases import pack as shipped
from benchmarks.cases import version
from benchmarks.decision import agreed
from benchmarks.harness import Contest, Contestant, Figures, Size, Target, agree
from benchmarks.ladder import by_hand, rules
from benchmarks.report import duration
from engine import Case, Decision, Pack, Submission, Version, load_pack
from engine.columns import decide_batches, input_schema
from engine.columns.layout import AT_ONCE

ROOT = Path(__file__).resolve().parent.parent
SINGLE, COLUMNS, POLARS = "one by one", "in columns", "Polars, by hand"
ASKED, ONLY = "in columns, what Polars gives", ("reasons", "winner", "payer", "remedy")
LESS, SMALLER = "in columns, fewer rows at once", 65_536
SECONDS = 20.0  # that a run for its memory may take


def contests(size: Size) -> Iterator[Contest | Figures]:
    rows = 2_000 if size.quick else AT_ONCE
    asked, _, _ = agreed(size)
    chosen, cases = version(), [one.case for one in asked]
    table = table_of(chosen, cases, [one.moment for one in asked])
    decisions = [chosen.decide(one.case, one.moment) for one in asked]
    pack = shipped()
    agree(COLUMNS, answers(pack, chosen, table), SINGLE, [flat(chosen, one) for one in decisions])
    many = repeated(table, rows)
    moments = [(one.case, one.moment) for one in asked]
    yield Contest(
        "columns",
        "The shipped policy over a table of cases",
        SINGLE,
        [
            Contestant(
                SINGLE,
                lambda n: [chosen.decide(*moments[number % len(moments)]) for number in range(n)],
                "`Version.decide`, cases read already",
            ),
            in_columns(pack, chosen, many, f"`decide_batches`, Arrow in and out; {AT_ONCE:,} rows at once"),
            in_columns(pack, chosen, many, f"the same, {SMALLER:,} rows at once", LESS, at_once=SMALLER),
        ],
        rows,
        targets=[Target(COLUMNS, SINGLE, 1 / 15)],
        says=f"{len(asked)} cases, repeated. Every decision in columns is that of the single path: fields, missing"
        " evidence, notes, deadlines and reasons. Time of the processor, so that threads count.",
    )
    yield from _ladder(size, rows)
    if not size.quick:
        yield _memory(pack, chosen, many)


def _ladder(size: Size, rows: int) -> Iterator[Contest]:
    from benchmarks.ladder import in_polars  # the other contest needs no Polars

    ladder = rules.version()
    asked = rules.samples(size.inputs if size.quick else 2_000)
    pack = load_pack(Path(rules.__file__).parent / "pack")
    table = table_of(ladder, [one.case for one in asked], [rules.MOMENT] * len(asked))
    expected = [by_hand.decide(one.scenario, one.facts) for one in asked]
    wanted = [answer[:4] for answer in expected]
    for name, only in ((COLUMNS, None), (ASKED, ONLY)):
        batches = decide_batches(pack, table.to_batches(), version="1.0.0", only=only)
        rows_found = pa.Table.from_batches(list(batches)).to_pylist()
        told = [(_deciding(row["reasons"]), row["winner"], row["payer"], row["remedy"]) for row in rows_found]
        agree(name, told, "by hand", wanted)
    frame = in_polars.frame(table)
    agree(POLARS, in_polars.decide(frame).rows(), "by hand", wanted)
    many = repeated(table, rows)
    frames = in_polars.frame(many)
    pairs = [(one.scenario, one.facts) for one in asked]
    yield Contest(
        "columns_ladder",
        "The ladder over a table of cases",
        POLARS,
        [
            Contestant(
                POLARS, lambda n: in_polars.decide(frames.head(n)), "enums, lazy; the rule and its fields", rows
            ),
            in_columns(pack, ladder, many, "`decide_batches`, only the reasons and these fields", ASKED, ONLY),
            in_columns(pack, ladder, many, "`decide_batches`; the whole decision with its reasons"),
            Contestant(
                "by hand, one by one",
                lambda n: [by_hand.decide(*pairs[number % len(pairs)]) for number in range(n)],
                "over mappings",
            ),
        ],
        rows,
        targets=[Target(ASKED, POLARS, 1.2)],
        says="Time of the processor, so that Polars' threads count.",
    )


def _deciding(reasons: Sequence[str]) -> str:
    return next(one for one in reasons if one.startswith("held outcome.")).removeprefix("held outcome.")


def in_columns(
    pack: Pack,
    chosen: Version,
    table: pa.Table,
    note: str,
    name: str = COLUMNS,
    only: Sequence[str] | None = None,
    at_once: int = AT_ONCE,
) -> Contestant:
    """Whole batches at once, unless that takes seconds: a batch has its cost, whatever is in it."""
    run, few = decides(pack, chosen, table, only, at_once), table.num_rows // 16
    run(few)
    row = taken(run, few) / few
    return Contestant(name, run, note, min(table.num_rows, at_once if at_once * row < 4 else int(0.5 / row)))


def taken(run: Callable[[int], object], rows: int) -> float:
    begin = time.process_time()
    run(rows)
    return time.process_time() - begin


def decides(
    pack: Pack, chosen: Version, table: pa.Table, only: Sequence[str] | None = None, at_once: int = AT_ONCE
) -> Callable[[int], object]:
    """Decide the first n rows and keep nothing of it."""

    def run(n: int) -> int:
        batches = table.slice(0, n).to_batches(max_chunksize=at_once)
        return sum(batch.num_rows for batch in decide_batches(pack, batches, version=chosen.name, only=only))

    return run


# ------------------------------------------------------------------------------------------------------------- tables


def table_of(chosen: Version, cases: Sequence[Case], moments: Sequence[object]) -> pa.Table:
    """Cases as a table in the layout of the version."""
    schema = input_schema(chosen)
    columns: dict[str, pa.Array] = {
        "scenario": pa.array([case.scenario for case in cases]).dictionary_encode(),
        "as_of": pa.array(moments, schema.field("as_of").type),
    }
    for name in chosen.policy.facts:
        kind = schema.field(name).type
        values = [_plain(case.values.get(name)) for case in cases]
        column = pa.array(values, kind)
        columns[name] = column.dictionary_encode() if pa.types.is_string(kind) else column
        said = ["null" if name in case.values and case.values[name] is None else None for case in cases]
        if any(said):
            columns[f"{name}.said"] = pa.array(said, pa.string()).dictionary_encode()
    return pa.table(columns)


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_submission(one) for one in value]
    return value


def _submission(one: Submission) -> Mapping[str, object]:
    proves = None if one.proves is None else sorted(one.proves)
    return {"submitted_at": one.at, "proves": proves, "authentic": one.authentic}


def repeated(table: pa.Table, rows: int) -> pa.Table:
    """So many rows of a table, drawn at random."""
    rng = random.Random(rows)
    return table.take(pa.array([rng.randrange(table.num_rows) for _ in range(rows)])).combine_chunks()


# ------------------------------------------------------------------------------------------------------------ answers


def answers(pack: Pack, chosen: Version, table: pa.Table) -> list[dict[str, object]]:
    found = pa.Table.from_batches(list(decide_batches(pack, table.to_batches(), version=chosen.name)))
    rows: list[dict[str, object]] = found.to_pylist()
    for row in rows:
        assert row.pop("error") is None
        for name in ("version", "scenario", "as_of"):
            row.pop(name)
    return rows


def flat(chosen: Version, decision: Decision) -> dict[str, object]:
    """A decision as a row of the table of decisions."""
    row: dict[str, Any] = {"determined": decision.determined}
    row |= {name: list(value) if isinstance(value, tuple) else value for name, value in decision.fields.items()}
    row |= {"missing_facts": list(decision.missing_facts), "unassessed": list(decision.unassessed)}
    row["deadlines"] = [
        {name: getattr(one, name) for name in ("name", "window", "party", "at", "state", "passed")}
        for one in decision.deadlines
    ]
    row["reasons"] = [f"{one.state} {'.'.join(filter(None, (one.table, one.rule)))}" for one in decision.reasons]
    return row


# ------------------------------------------------------------------------------------------------------------- memory


def _memory(pack: Pack, chosen: Version, many: pa.Table) -> Figures:
    """The peak of a process that decides ten times as many rows as another one."""
    run = decides(pack, chosen, many)
    one = taken(run, 4_000) / 4_000
    if one < 150e-6:
        one = taken(run, AT_ONCE) / AT_ONCE
    most = next((rows for rows in (10_000_000, 1_000_000, 100_000) if rows * one < SECONDS), 10_000)
    found = []
    for rows in (most // 10, most):
        code = f"from benchmarks.columns import stream; stream({rows})"
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
        took, peak = done.stdout.split()
        found.append((f"{rows:,}", f"{int(peak) / 1024:.0f} MiB", duration(float(took) / rows), took))
    return Figures(
        "columns_memory",
        "Memory of deciding a table",
        ("rows", "peak", "a row", "seconds"),
        tuple(found),
        "A process of its own for each, on one core more or less; batches come and go.",
    )


def stream(rows: int) -> None:
    """Decide so many rows as they come, and print the seconds and the peak of memory in KiB."""
    asked, _, _ = agreed(Size(600, 0.0, True))
    chosen = version()
    table = table_of(chosen, [one.case for one in asked], [one.moment for one in asked])
    batch = repeated(table, min(rows, AT_ONCE)).to_batches()[0]
    whole, rest = divmod(rows, batch.num_rows)
    batches = (batch.slice(0, batch.num_rows if number < whole else rest) for number in range(whole + bool(rest)))
    begin = time.perf_counter()
    for _ in decide_batches(shipped(), batches, version=chosen.name):
        pass
    took = time.perf_counter() - begin
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    print(f"{took:.2f}", next(line.split()[1] for line in status if line.startswith("VmHWM")))
