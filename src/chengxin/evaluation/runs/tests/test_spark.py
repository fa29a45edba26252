"""The same model on the same snapshot by DuckDB and by a Spark cluster: all results are equal."""

from datetime import timedelta
from io import StringIO
from random import Random

import pytest
from django.core.management import call_command

from chengxin.evaluation.runs import compiling, services
from chengxin.evaluation.runs.engines import spark
from chengxin.evaluation.runs.errors import EngineMissing
from chengxin.evaluation.runs.models import Run
from chengxin.evaluation.runs.rules import Engine
from chengxin.evaluation.runs.tests.cluster import OPTIONS, cluster
from chengxin.evaluation.runs.tests.factories import OFFICER
from chengxin.evaluation.runs.tests.made import outcomes, snapshot_of
from chengxin.evaluation.scorecards import rules
from chengxin.evaluation.scorecards.model import Measure
from chengxin.evaluation.scorecards.rules import Fact
from chengxin.evaluation.scorecards.tests.factories import bins, indicator, model, veto
from chengxin.evaluation.scorecards.tests.strategies import RESOURCES, STATES, TODAY
from chengxin.registry.records.tests.factories import organisation_record
from chengxin.registry.subjects.tests.factories import companies

FINE = '{"CF_WSH":"虚构1号","CF_NR_FK":"5.000000"}'


@pytest.fixture(scope="module")
def spark_cluster(tmp_path_factory):
    with cluster(tmp_path_factory.mktemp("spark")) as address:
        yield address


@pytest.fixture
def on_spark(spark_cluster, settings, tmp_path):
    settings.SPARK_MASTER, settings.SPARK_OPTIONS = spark_cluster, OPTIONS
    settings.EVALUATION_FOLDER = str(tmp_path)


def test_without_a_cluster_spark_is_refused_by_name(settings, tmp_path):
    settings.SPARK_MASTER = ""

    with pytest.raises(EngineMissing):
        spark.compute("", snapshot_of(every_measure(), [[]], tmp_path, as_of=TODAY), tmp_path)


def test_a_run_by_spark_is_replayed_by_duckdb_to_the_last_digit(committed_db, on_spark):
    for name in companies("虚构甲（虚构）", "虚构乙（虚构）", "虚构丙（虚构）")[:2]:
        organisation_record(name, str(name), payload=FINE, public=None, audience="shared")

    call_command("evaluate", "enterprise-1", "--engine", "spark", "--trial", stdout=StringIO())

    run = Run.objects.get()
    was, now = services.replay(run.pk, engine=Engine.DUCKDB, by=OFFICER)
    assert (run.engine, run.subjects, was) == ("spark", 3, now)


def test_spark_gives_what_the_reference_gives(on_spark, tmp_path):
    one, subjects = every_measure(), drawn(60)
    taken = snapshot_of(one, subjects, tmp_path / "snapshot", as_of=TODAY, buckets=4)

    spark.compute(
        compiling.compiled(one, taken.layout, as_of=TODAY, disputed_counts=False), taken, tmp_path / "results"
    )

    found = outcomes(one, str(tmp_path / "results" / "*" / "*.parquet"))
    for place, facts in enumerate(subjects, start=1):
        assert found[place] == rules.evaluate(one, facts, as_of=TODAY, disputed_counts=False)


def every_measure():
    """A model with each measure, with and without decay, of counts and of sums."""
    contract = {"PERFORMANCE": ("全部履行",)}
    all_contracts = {"PERFORMANCE": ("全部履行", "部分履行", "未履行")}
    scale = bins(-20, 1, 10, 5000, 40)
    penalty = {"resource": "penalty-organisation", "bins": scale}
    signed = {"resource": "contract-performance", "where": contract, "of_where": all_contracts, "bins": scale}
    return model(
        indicator("count", measure=Measure.COUNT, where={"CF_CFLB": ("罚款",)}, severity=("general",), **penalty),
        indicator("fading", measure=Measure.COUNT, window_months=36, decay_half_life_months=7, **penalty),
        indicator("sum", measure=Measure.SUM, field="CF_NR_FK", **penalty),
        indicator(
            "fading-sum", measure=Measure.SUM, field="CF_NR_FK", window_months=36, decay_half_life_months=12, **penalty
        ),
        indicator("share", measure=Measure.SHARE, missing_points=-20, **signed),
        indicator("sums", measure=Measure.SHARE, field="AMOUNT", of_field="AMOUNT", missing_points=-20, **signed),
        indicator("recency", measure=Measure.RECENCY, missing_points=-20, **penalty),
        indicator("trend", measure=Measure.TREND, window_months=12, **penalty),
        indicator("existence", measure=Measure.EXISTENCE, **penalty),
        vetoes=(veto(window_months=12),),
    )


def drawn(count):
    """Subjects with facts of every kind and state; the same ones each time."""
    random, number = Random(17), iter(range(1, 10_000))
    return [[_fact(random, next(number)) for _ in range(random.randrange(12))] for _ in range(count)]


def _fact(random, number):
    resource = random.choice(sorted(RESOURCES))
    field, values, amount = RESOURCES[resource]
    return Fact(
        id=number,
        resource=resource,
        on=TODAY - timedelta(days=random.randrange(-30, 1500)),
        values={field: random.choice(values)} if random.random() < 0.9 else {},
        amounts={amount: random.randrange(10**12)} if amount and random.random() < 0.7 else {},
        severity=random.choice(("", "minor", "general", "serious")),
        state=random.choice(STATES),
        until=TODAY + timedelta(days=random.randrange(-300, 900)) if random.random() < 0.3 else None,
    )
