"""The same text on the same files by Spark: for groups whose facts outgrow one machine.

PySpark is an extra (`pip install cheji[spark]`) and needs a Java runtime; workers on other machines
must reach the data folder's `mirror` and `CHEJI_SPARK_SHARED` under the same path.
"""

import os
from functools import cache
from typing import Any, Final

from cheji.records.bulk import table_of
from cheji.records.models import Fact

from .duck import COLUMNS, connect, from_csv, quoted
from .folder import Folder
from .reading import EVERY, Months, sources, within

MASTER: Final = "CHEJI_SPARK_MASTER"
SHARED: Final = "CHEJI_SPARK_SHARED"


@cache
def session() -> Any:
    """The process's session: on `CHEJI_SPARK_MASTER`, or on two threads of this machine."""
    from pyspark.sql import SparkSession  # noqa: PLC0415  an extra that few installations have

    builder = SparkSession.builder.appName("cheji").master(os.environ.get(MASTER, "local[2]"))
    options = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "8",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "true",
    }
    for name, value in options.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def rows(folder: Folder, text: str, months: Months = EVERY) -> list[tuple[Any, ...]]:
    """The answer to a text that reads the table of facts, as the database would give it now."""
    spark = session()
    with sources(folder, passing=os.environ.get(SHARED)) as (held, tail):
        files = folder.paths(within(held, months))
        parts = files if tail is None else [*files, _as_parquet(tail)]
        found = spark.read.parquet(*parts) if parts else spark.createDataFrame([], _schema())
        found.createOrReplaceTempView(table_of(Fact))
        return [tuple(row) for row in spark.sql(text).collect()]


def _as_parquet(tail: str) -> str:
    """The facts that the files lack, in the form that the workers read."""
    path = f"{tail}.parquet"
    with connect() as duck:
        duck.execute(f"COPY (SELECT * FROM {from_csv(tail)}) TO {quoted(path)} (FORMAT parquet)")  # noqa: S608
    return path


def _schema() -> str:
    kinds = {"VARCHAR": "STRING", "INTEGER": "INT"}
    return ", ".join(f"{name} {kinds.get(kind, kind)}" for name, kind in COLUMNS.items())
