"""Column types between Spark and Arrow, as far as tables of cases and of decisions have them.

Spark has such functions of its own, but they are not public, and differ from version to version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa

from engine.columns.layout import INSTANT

if TYPE_CHECKING:
    from pyspark.sql.types import DataType, StructType

_SIMPLE: Final = {
    "string": pa.string(),
    "varchar": pa.string(),
    "char": pa.string(),
    "boolean": pa.bool_(),
    "byte": pa.int8(),
    "short": pa.int16(),
    "integer": pa.int32(),
    "long": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "date": pa.date32(),
    "timestamp": INSTANT,
    "timestamp_ntz": pa.timestamp("us"),
    "void": pa.null(),
}


def arrow_type(found: DataType) -> pa.DataType:
    """The type in which Spark hands over a column. One that no fact can have counts as bytes."""
    from pyspark.sql import types

    match found:
        case types.ArrayType():
            return pa.list_(arrow_type(found.elementType))
        case types.StructType():
            return pa.struct([pa.field(one.name, arrow_type(one.dataType)) for one in found.fields])
        case types.DecimalType():
            return pa.decimal128(found.precision, found.scale)
        case _:
            return _SIMPLE.get(found.typeName(), pa.binary())


def arrow_schema(found: StructType) -> pa.Schema:
    """The columns of a DataFrame as Spark hands them over."""
    return pa.schema([pa.field(one.name, arrow_type(one.dataType)) for one in found.fields])


def spark_type(found: pa.DataType) -> DataType:
    """The type that Spark has for a column of decisions."""
    from pyspark.sql import types

    if pa.types.is_list(found):
        return types.ArrayType(spark_type(found.value_type))
    if pa.types.is_struct(found):
        return types.StructType([types.StructField(one.name, spark_type(one.type)) for one in found])
    return {
        pa.string(): types.StringType,
        pa.bool_(): types.BooleanType,
        pa.int64(): types.LongType,
        INSTANT: types.TimestampType,
    }[found]()
