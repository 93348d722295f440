"""Drawn cases as JSON Lines: each line a case as a case file writes it, ready to be decided."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from engine.columns.json_text import as_json, instants
from engine.columns.layout import AS_OF, SAID, SCENARIO
from engine.sampling.plan import Plan, Planned


def lines(plan: Plan, batch: pa.RecordBatch) -> bytes:
    """The cases of a batch of this plan, a line each."""
    head = [f'{{"policy":"{plan.policy.name}","scenario":', as_json(batch.column(SCENARIO))]
    head += [f',"{AS_OF}":"', instants(batch.column(AS_OF)), '","facts":{']
    whole = pc.binary_join_element_wise(*head, _joined(list(_groups(plan, batch)), batch.num_rows), "}}\n", "")
    text = pc.binary_join(pa.ListArray.from_arrays([0, len(whole)], whole), "")
    return bytes(text[0].as_buffer()) if batch.num_rows else b""


def _groups(plan: Plan, batch: pa.RecordBatch) -> Iterator[pa.Array]:
    """The groups of facts, each with a comma before it; empty where nothing in it is given."""
    groups: dict[str, list[Planned]] = {}
    for planned in plan.columns:
        groups.setdefault(planned.fact.name.partition(".")[0], []).append(planned)
    for group, members in groups.items():
        inner = _joined([_fact(planned, batch) for planned in members], batch.num_rows)
        whole = pc.binary_join_element_wise(f',"{group}":{{', inner, "}", "")
        yield pc.if_else(pc.equal(inner, ""), "", whole)


def _joined(parts: list[pa.Array], rows: int) -> pa.Array:
    """Texts that begin with a comma, one after the other, without the first comma."""
    if not parts:
        return pa.array([""] * rows, pa.string())
    return pc.utf8_slice_codeunits(pc.binary_join_element_wise(*parts, ""), 1)


def _fact(planned: Planned, batch: pa.RecordBatch) -> pa.Array:
    """The fact of each case, with a comma before it; empty where it is left out."""
    name = planned.fact.name
    column = batch.column(name)
    texts = _handed_in(column) if planned.fact.kind == "submissions" else as_json(column)
    texts = pc.if_else(pc.is_valid(column), texts, None)
    if planned.may_be_said:
        said = batch.column(name + SAID).cast(pa.string())
        texts = pc.coalesce(texts, pc.if_else(pc.equal(said, "unknown"), '"unknown"', said))
    key = name.partition(".")[2]
    return pc.fill_null(pc.binary_join_element_wise(f',"{key}":', texts, ""), "")


def _handed_in(column: pa.Array) -> pa.Array:
    """Lists of submissions; what is not known of one is said to be unknown."""
    flat = column.flatten()
    parts = [flat.field(number) for number in range(3)]
    texts = [pc.if_else(pc.is_valid(part), as_json(part), '"unknown"') for part in parts]
    names = [own.name for own in column.type.value_type]
    written = pc.binary_join_element_wise(
        *(
            piece
            for number, name in enumerate(names)
            for piece in (f'{"," if number else "{"}"{name}":', texts[number])
        ),
        "}",
        "",
    )
    lengths = pc.list_value_length(column).fill_null(0)
    ends = pa.concat_arrays([pa.array([0], pa.int32()), pc.cumulative_sum(lengths)]).cast(pa.int32())
    return pc.binary_join_element_wise("[", pc.binary_join(pa.ListArray.from_arrays(ends, written), ","), "]", "")
