"""Snapshots of the records, runs of models over them, and what each run gave for each subject. Append-only."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from chengxin.evaluation.runs.rules import OPEN_TRIALS, Engine, Purpose, TrialState


class Snapshot(models.Model):
    """The records and the population as one moment of the database held them, kept as files (评价快照).

    `digest` is the same for the same content, however it was read and cut into files (`extracting`).
    """

    id = models.BigAutoField(primary_key=True)
    folder = models.CharField(max_length=100, unique=True)
    as_of = models.DateField()
    taken_at = models.DateTimeField()
    records = models.BigIntegerField()
    subjects = models.BigIntegerField()
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.folder


class Run(models.Model):
    """One model computed over one snapshot (评价批次); the row is written when all its results are."""

    id = models.BigAutoField(primary_key=True)
    model = models.CharField(max_length=60)
    version = models.IntegerField()
    model_digest = models.CharField(max_length=64)
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT)
    as_of = models.DateField()
    purpose = models.CharField(max_length=12, choices=[(p.value, p.value) for p in Purpose])
    engine = models.CharField(max_length=12, choices=[(e.value, e.value) for e in Engine])
    disputed_counts = models.BooleanField()
    started_at = models.DateTimeField()
    milliseconds = models.IntegerField()  # from the snapshot to written results
    actor = models.CharField(max_length=150)
    subjects = models.BigIntegerField()
    result_digest = models.CharField(max_length=64)

    class Meta:
        indexes = [
            # The latest grades in force: few rows, asked for with every reading of a grade.
            models.Index(fields=["model", "-as_of", "-id"], name="run_in_force", condition=Q(purpose="in-force")),
        ]

    def __str__(self) -> str:
        return f"{self.model}-{self.version} {self.as_of}"


class Result(models.Model):
    """What a run gave for one subject (评价结果). Points and values stand in the order of the model's indicators.

    `grade` empty: too little is known. A value null: missing. `evidence` holds the record versions behind them, each
    with marks that say for which indicators and vetoes it counts (`rules.marked`). Subjects are not checked row by row
    (ADR 0004).
    """

    pk = models.CompositePrimaryKey("subject_id", "run_id")
    subject_id = models.BigIntegerField()
    run = models.ForeignKey(Run, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    points = models.IntegerField()
    grade = models.CharField(max_length=12)
    coverage = models.SmallIntegerField()
    veto = models.CharField(max_length=60)
    indicator_points = ArrayField(models.IntegerField())
    indicator_values = ArrayField(models.BigIntegerField(null=True))
    evidence = ArrayField(models.BigIntegerField())

    def __str__(self) -> str:
        return f"{self.subject_id} {self.grade}"


class Standing(models.Model):
    """How many subjects of a run stood in each grade, for one group of a kind of grouping (评价分布)."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="standings")
    grouping = models.CharField(max_length=20)
    group = models.CharField(max_length=40)
    grade = models.CharField(max_length=12)
    subjects = models.BigIntegerField()
    points = models.BigIntegerField()  # the sum of their points

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "grouping", "group", "grade"], name="standing_once")]

    def __str__(self) -> str:
        return f"{self.grouping} {self.group} {self.grade}"


class Foresight(models.Model):
    """How well a run's points ranked what came after it (排序能力): outcomes in `(as_of, until]` (`monitoring`)."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="foresights")
    outcome = models.CharField(max_length=60)
    until = models.DateField()
    at = models.DateTimeField()
    with_outcome = models.BigIntegerField()
    without = models.BigIntegerField()
    auc_per_mille = models.IntegerField(null=True)
    ks_per_mille = models.IntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.run_id} {self.outcome}"


class KeptComparison(models.Model):
    """What a trial changes against the version in force, counted once, when the trial is computed (批次比较).

    `moves`: grade before, grade after, subjects. `causes`: indicator, subjects, points gained and lost in sum.
    """

    id = models.BigAutoField(primary_key=True)
    before = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+", db_index=False)
    moves = models.JSONField()
    causes = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["after", "before"], name="runs_comparison_once")]

    def __str__(self) -> str:
        return f"{self.before_id} {self.after_id}"


class KeptMover(models.Model):
    """A subject whose grade changes in a kept comparison; `place` 1 has the largest change of points."""

    pk = models.CompositePrimaryKey("comparison_id", "place")
    comparison = models.ForeignKey(KeptComparison, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    place = models.IntegerField()
    subject_id = models.BigIntegerField()
    before = models.CharField(max_length=12)
    after = models.CharField(max_length=12)
    points_before = models.IntegerField()
    points_after = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.place} {self.subject_id}"


class TrialOrder(models.Model):
    """A trial of a proposed version that somebody asked for and a task computes (试算任务); one at a time per case.

    `stage`: what it does now. `said_zh`, `said_en`: why it failed and what to do. While it runs, its process holds an
    advisory lock (`queries.TRIAL_LOCK`, id): one that is `running` without it has died.
    """

    id = models.BigAutoField(primary_key=True)
    case_id = models.BigIntegerField()
    model = models.CharField(max_length=60)  # code and version
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in TrialState])
    stage = models.CharField(max_length=12, default="", blank=True)
    actor = models.CharField(max_length=150)
    organisation_id = models.BigIntegerField(null=True)
    organisation_code = models.CharField(max_length=18, default="", blank=True)
    user_id = models.BigIntegerField(null=True)
    roles = models.CharField(max_length=300)
    asked_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    run_id = models.BigIntegerField(null=True)
    fault = models.CharField(max_length=60, default="", blank=True)
    said_zh = models.CharField(max_length=600, default="", blank=True)
    said_en = models.CharField(max_length=600, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_id"],
                condition=Q(state__in=sorted(s.value for s in OPEN_TRIALS)),
                name="evaluation_trial_one_at_a_time",
            )
        ]
        indexes = [models.Index(fields=["case_id", "-id"], name="evaluation_trial_of_case")]

    def __str__(self) -> str:
        return f"trial order {self.pk} of {self.model}"
