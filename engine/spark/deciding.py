"""Cases of a Spark DataFrame to decisions, batch by batch, on whichever machine holds them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from engine.columns import Decider, decide_batches, output_schema
from engine.columns.gathered import gathered
from engine.columns.layout import AS_OF, SAID, SCENARIO, facts_of, plain_schema
from engine.pack import Pack
from engine.spark.parcel import Parcel, packed, unpacked
from engine.spark.types import arrow_schema, spark_type

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructType

    from engine.columns.table import Empty

AT_ONCE: Final = 65_536  # that a worker decides at once: it has less memory than a process that has a machine to itself


@dataclass(frozen=True, slots=True)
class Deciding:
    """What a worker does with a partition: batches of cases in, batches of decisions out, row for row.

    It reads its batches and nothing else: a partition that is tried again, or twice at once, gives the same rows.
    `columns` are the names of what comes in, in its order. Of small batches so many rows are decided `at_once`.
    """

    parcel: Parcel
    columns: tuple[str, ...]
    version: str | None
    keep: tuple[str, ...]
    as_of: datetime | str | None
    empty: Empty
    only: tuple[str, ...] | None = None
    at_once: int = AT_ONCE

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        pack = unpacked(self.parcel)
        named = gathered(renamed(batches, self.columns), self.at_once)
        for decided in decide_batches(
            pack, named, as_of=self.as_of, version=self.version, keep=self.keep, empty=self.empty, only=self.only
        ):
            yield decided.cast(plain_schema(decided.schema))


def decide(
    df: DataFrame,
    pack: Pack,
    *,
    as_of: datetime | str | None = None,
    version: str | None = None,
    keep: Sequence[str] | None = None,
    empty: Empty = "unknown",
    only: Sequence[str] | None = None,
) -> DataFrame:
    """The decisions of the cases in a DataFrame: a row for each case, in the columns of `engine.columns`.

    `as_of`, `version`, `keep`, `empty` and `only` are those of `engine.columns.decide_batches`, and so is what comes
    out, with plain strings for words. It is lazy, as all of Spark is. The rows of a partition stay in order, and a
    wrong one says what is wrong with it in `error`. Only the columns that matter are read.

    The workers need this package with the extra `columns`, of the same version; the documents of the pack travel with
    the job. Before any job begins it raises InvalidDocument for columns that do not fit and for an unknown version, and
    ValueError for a naive moment and for a column that no decision has.
    """
    plan = planned(df, pack, as_of=as_of, version=version, keep=keep, empty=empty, only=only)
    return plan.cases.mapInArrow(plan.work, plan.schema)


@dataclass(frozen=True, slots=True)
class Plan:
    """The columns that are read, under names that can be handed over; what is done with them; what comes out."""

    cases: DataFrame
    work: Deciding
    schema: StructType


def planned(
    df: DataFrame,
    pack: Pack,
    *,
    as_of: datetime | str | None,
    version: str | None,
    keep: Sequence[str] | None,
    empty: Empty,
    only: Sequence[str] | None = None,
) -> Plan:
    """What `decide` does. Raises what it raises."""
    from pyspark.sql.types import StructField, StructType

    decider = Decider(pack, arrow_schema(df.schema), as_of=as_of, version=version, keep=keep, empty=empty, only=only)
    decided = plain_schema(output_schema(pack if version is None else pack.version(version), only=only))
    kept = tuple(decider.schema.names[: len(decider.schema) - len(decided)])
    fields = [df.schema[name] for name in kept] + [StructField(one.name, spark_type(one.type)) for one in decided]
    read = _columns(df.columns, pack, kept)
    names = () if version is None else (version,)
    asked = None if only is None else tuple(only)
    work = Deciding(packed(pack, *names), read, version, kept, as_of, empty, asked)
    return Plan(handed_over(df, read), work, StructType(fields))


def _columns(names: Sequence[str], pack: Pack, kept: Sequence[str]) -> tuple[str, ...]:
    """Those that a decision reads, and those that it keeps."""
    facts = facts_of(version.policy for version in pack.versions.values())
    return tuple(one for one in names if one in (SCENARIO, AS_OF, *kept) or one.removesuffix(SAID) in facts)


def handed_over(df: DataFrame, columns: Sequence[str]) -> DataFrame:
    """These columns under numbers: Spark cannot hand over a column with a dot in its name."""
    from pyspark.sql import functions

    quoted = ("`" + name.replace("`", "``") + "`" for name in columns)
    return df.select([functions.col(name).alias(f"c{at}") for at, name in enumerate(quoted)])


def renamed(batches: Iterator[pa.RecordBatch], columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """What was handed over, under the names of its columns again."""
    return (batch.rename_columns(list(columns)) for batch in batches)
