"""The Spark session of a command: the one that `spark-submit` has made ready, or one of its own; what it reads, and
what becomes of what fails in it."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from engine.diagnostics import InvalidDocument, Report

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

LOCAL: Final = "local[*]"
_RAISED: Final = re.compile(r"(?!org\.|java\.|py4j\.)[\w.]+: ")
_ROOT: Final = Path(__file__).resolve().parent.parent.parent


class SparkMissing(RuntimeError):
    """Spark cannot be started here; the message says what to install."""


class SparkFailed(RuntimeError):
    """Spark gave up; the message is the line that says why."""


def check_installed() -> None:
    """Raises SparkMissing when pyspark or Java is not there."""
    if importlib.util.find_spec("pyspark") is None:
        raise SparkMissing("Spark needs the extra `spark`: pip install 'aftersale[spark]'")
    java = Path(os.environ.get("JAVA_HOME", "")) / "bin" / "java"
    if shutil.which("java") is None and not java.is_file():
        raise SparkMissing("Spark needs Java 17 or later: on Debian `apt-get install default-jre-headless`")


@contextmanager
def session(master: str | None = None, settings: Mapping[str, str] = MappingProxyType({})) -> Iterator[SparkSession]:
    """A session on this master, such as `local[4]`, `yarn` or `spark://host:7077`, and its end.

    Without one, it is the master that `spark-submit` was given, or else this machine with all its cores. `settings` are
    options of Spark. A session that is there already is taken as it is, and stays. Raises SparkMissing, and SparkFailed
    for what fails in Spark meanwhile.
    """
    check_installed()
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        with _started(master, settings) as found:
            yield found
    except (PySparkException, Py4JError) as problem:
        raise SparkFailed(_why(problem)) from problem


def read_cases(spark: SparkSession, cases: str) -> DataFrame:
    """The table of cases in Parquet at a path or an address. Raises InvalidDocument when there is none."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        return spark.read.parquet(cases)
    except (PySparkException, Py4JError) as problem:
        report = Report()
        report.error("columns/unreadable", f"the table cannot be read: {_why(problem)}")
        raise InvalidDocument(report.found) from None


def _why(problem: Exception) -> str:
    """The line that says it: of a traceback in a worker the last one, of anything else the first."""
    said = problem.java_exception.getMessage() if hasattr(problem, "java_exception") else str(problem)
    lines = [line.strip() for line in str(said).splitlines() if line.strip()] or [type(problem).__name__]
    raised = [line for line in lines if _RAISED.match(line)] if "Traceback" in str(said) else []
    return (raised[-1] if raised else lines[0])[:300]


@contextmanager
def _started(master: str | None, settings: Mapping[str, str]) -> Iterator[SparkSession]:
    from pyspark.sql import SparkSession

    if (found := SparkSession.getActiveSession()) is not None:
        yield found
        return
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    builder = SparkSession.builder.appName("aftersale")
    if master is not None or not submitted:
        builder = builder.master(master or LOCAL)
    local = _local() if not submitted and (master or LOCAL).startswith("local") else {}
    for key, value in {**local, **settings}.items():
        builder = builder.config(key, value)
    started = builder.getOrCreate()
    try:
        yield started
    finally:
        started.stop()


def _local() -> dict[str, str]:
    """What a session on this machine alone needs: its own address, this interpreter, this engine, and little noise."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": str(sys.stderr.isatty()).lower(),
        "spark.log.level": "FATAL",
        "spark.sql.session.timeZone": "UTC",
        "spark.executorEnv.PYTHONPATH": os.pathsep.join(paths),
    }
