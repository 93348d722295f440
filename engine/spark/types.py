"""Column types of Arrow as Spark names them. Spark knows no dictionaries: such a column is one of its values."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql.types import DataType, StructType


def plain_type(found: pa.DataType) -> pa.DataType:
    """The type as the JVM can read it: dictionaries as their values, large texts and lists as usual ones, and instants
    in microseconds."""
    import pyarrow as pa

    kinds = pa.types
    if kinds.is_dictionary(found):
        return plain_type(found.value_type)
    if kinds.is_large_string(found) or kinds.is_string_view(found):
        return pa.string()
    if kinds.is_list(found) or kinds.is_large_list(found):
        return pa.list_(plain_type(found.value_type))
    if kinds.is_struct(found):
        return pa.struct([pa.field(one.name, plain_type(one.type)) for one in found])
    if kinds.is_timestamp(found):
        return pa.timestamp("us", found.tz)
    return found


def spark_type(found: pa.DataType) -> DataType:
    """The Spark type of a column of a table of decisions. Raises TypeError for one that such tables do not have."""
    import pyarrow as pa
    from pyspark.sql import types as spark

    kinds, found = pa.types, plain_type(found)
    if kinds.is_list(found):
        return spark.ArrayType(spark_type(found.value_type))
    if kinds.is_struct(found):
        return spark.StructType([spark.StructField(one.name, spark_type(one.type)) for one in found])
    if kinds.is_decimal(found):
        return spark.DecimalType(found.precision, found.scale)
    if kinds.is_timestamp(found) and found.tz is not None:
        return spark.TimestampType()
    simple = {
        pa.string(): spark.StringType,
        pa.bool_(): spark.BooleanType,
        pa.int32(): spark.IntegerType,
        pa.int64(): spark.LongType,
        pa.float64(): spark.DoubleType,
        pa.date32(): spark.DateType,
    }
    if found not in simple:
        raise TypeError(f"Spark has no type for a column of {found}")
    return simple[found]()


def spark_schema(schema: pa.Schema) -> StructType:
    """The columns of an Arrow table as Spark declares them."""
    from pyspark.sql import types as spark

    return spark.StructType([spark.StructField(one.name, spark_type(one.type)) for one in schema])
