"""Apache Spark: the same statement on a cluster; each executor reads parts of the snapshot, writes parts of results.

The folder of evaluations must be seen by every worker under the same path. Needs `bin/setup spark` and Java.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings

from chengxin.evaluation.runs.errors import EngineFailed, EngineMissing
from chengxin.evaluation.runs.extracting import RECORDS, SUBJECTS, Taken
from chengxin.evaluation.runs.rules import CLASSES

PRELUDE = (
    "CREATE OR REPLACE TEMPORARY FUNCTION whole(a BIGINT, times BIGINT, b BIGINT) RETURNS BIGINT"
    " RETURN CAST(CAST(a AS DECIMAL(38, 0)) * CAST(times AS DECIMAL(10, 0)) DIV b AS BIGINT)"
)
OPTIONS = {
    "spark.app.name": "chengxin evaluation",
    "spark.ui.enabled": "false",
    "spark.sql.ansi.enabled": "true",  # what does not fit is an error, never another number
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.compression.codec": "snappy",
    "mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
}


def compute(sql: str, taken: Taken, target: Path) -> None:
    """Compute the statement over the snapshot; results as Parquet files in `target`, one folder for each bucket.

    Raises `EngineMissing`, `EngineFailed`.
    """
    if not settings.SPARK_MASTER or find_spec("pyspark") is None:
        raise EngineMissing
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        session = _session(settings.SPARK_MASTER)
        try:
            _compute(session, sql, taken, target)
        finally:
            session.stop()
    except (PySparkException, Py4JError, OSError) as error:
        raise EngineFailed(reason=str(error)[:300]) from error


def _session(master: str) -> Any:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master)
    for name, value in {**OPTIONS, **settings.SPARK_OPTIONS}.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _compute(session: Any, sql: str, taken: Taken, target: Path) -> None:
    from pyspark.sql import functions as f

    buckets = len(taken.files(RECORDS))
    session.sql(PRELUDE)
    for name, kind in (("records", RECORDS), ("subjects", SUBJECTS)):
        session.read.parquet(*(path.as_uri() for path in taken.files(kind))).createOrReplaceTempView(name)
    found = session.sql(sql).withColumn("bucket", f.col("subject_id") % f.lit(min(buckets, CLASSES)))
    found.repartition(buckets, "bucket").write.mode("append").partitionBy("bucket").parquet(target.as_uri())
