"""Names of registered organisations as they are compared, rows without a code, and what was decided of them.

`Decision` and `WeightsVersion` are the history: of a decision nothing, of a version of the weights only how it was
decided is ever written again.
"""

from django.db import models

from chengxin.intake.collection.models import RowWithoutCode
from chengxin.intake.resolution.rules import Act, MergeState, State, WeightState


class Form(models.Model):
    """A name that an organisation bears or bore, in its parts (`names.Form`); the id is the name's in the register."""

    id = models.BigIntegerField(primary_key=True)
    subject_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    plain = models.CharField(max_length=200)
    region = models.CharField(max_length=60)
    brand = models.CharField(max_length=200)
    trade = models.CharField(max_length=200)
    ending = models.CharField(max_length=30)
    branch = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["subject_id"], name="resolution_form_subject")]

    def __str__(self) -> str:
        return self.plain


class Detail(models.Model):
    """What else the register says of an organisation, as it is compared: plain name and `names.address_key`."""

    subject_id = models.BigIntegerField(primary_key=True)
    representative = models.CharField(max_length=200)
    address = models.CharField(max_length=200)

    def __str__(self) -> str:
        return str(self.subject_id)


class Key(models.Model):
    """Under which keys an organisation is found (`blocking.keys_of`)."""

    pk = models.CompositePrimaryKey("key", "subject_id")
    key = models.BigIntegerField()
    subject_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.key}"


class Reach(models.Model):
    """How far the register has been read: the last name and the last record; one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    name_id = models.BigIntegerField(default=0)
    record_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name_id} {self.record_id}"


class WeightsVersion(models.Model):
    """A version of the weights that decisions led to (权重版本): proposed by one official, decided by another.

    Version 0 is the policy's own. `levels` and `absent` as `weighing.Weights`; `learned_from`: decisions;
    `agreed_before` and `agreed_after`: of how many of them the present and these weights think the same.
    """

    number = models.IntegerField(unique=True)
    levels = models.JSONField()
    absent = models.FloatField()
    learned_from = models.IntegerField()
    agreed_before = models.IntegerField()
    agreed_after = models.IntegerField()
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in WeightState])
    proposed_by = models.CharField(max_length=150)
    proposed_by_id = models.BigIntegerField()
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=150, default="")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, default="")

    def __str__(self) -> str:
        return f"weights {self.number}"


class Waiting(models.Model):
    """A row that does not say whom it is about (无代码数据), and where it is. `name` as it was written."""

    id = models.BigAutoField(primary_key=True)
    row = models.OneToOneField(RowWithoutCode, on_delete=models.PROTECT)
    item = models.CharField(max_length=64)
    provider_id = models.BigIntegerField()
    name = models.CharField(max_length=500)
    representative = models.CharField(max_length=200)
    address = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in State])
    best = models.FloatField(default=0)  # probability of its best candidate
    received_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["state", "-best", "id"], name="resolution_waiting_state"),
            models.Index(fields=["provider_id", "state"], name="resolution_waiting_provider"),
        ]

    def __str__(self) -> str:
        return f"row {self.pk}"


class Candidate(models.Model):
    """An organisation that a row may be about, why, and how sure the weights of that day were."""

    id = models.BigAutoField(primary_key=True)
    waiting = models.ForeignKey(Waiting, on_delete=models.PROTECT, related_name="candidates")
    subject_id = models.BigIntegerField()
    name = models.CharField(max_length=200)  # the name of the register that fits best, which may be a former one
    probability = models.FloatField()
    score = models.FloatField()
    levels = models.JSONField()  # comparison -> level
    weights = models.IntegerField()  # number of the version

    class Meta:
        constraints = [models.UniqueConstraint(fields=["waiting", "subject_id"], name="candidate_once")]

    def __str__(self) -> str:
        return f"{self.waiting_id}:{self.subject_id}"


class Decision(models.Model):
    """What was decided of a row: by someone, or by the platform where it was certain. Append-only.

    `natural_key` and `version` name the record that a tie made or a release withdrew; `is_new`: it made or withdrew it,
    else the record stood there by itself.
    """

    id = models.BigAutoField(primary_key=True)
    waiting = models.ForeignKey(Waiting, on_delete=models.PROTECT, related_name="decisions")
    act = models.CharField(max_length=10, choices=[(a.value, a.value) for a in Act])
    subject_id = models.BigIntegerField(null=True)
    is_automatic = models.BooleanField()
    weights = models.IntegerField()
    natural_key = models.UUIDField(null=True)
    version = models.IntegerField(null=True)
    is_new = models.BooleanField(default=False)
    submission_id = models.BigIntegerField(null=True)  # by which the tied row was handed in
    reason = models.CharField(max_length=1000, default="")
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["waiting", "-id"], name="resolution_decision_row")]

    def __str__(self) -> str:
        return f"{self.act} {self.waiting_id}"


class Merge(models.Model):
    """That two entries of the register are one subject (主体合并): proposed, decided by another official, undone.

    Names and codes as they were when it was proposed; `merge_id` is `subjects.SubjectMerge`, `records` how many moved.
    """

    id = models.BigAutoField(primary_key=True)
    absorbed_id = models.BigIntegerField()
    absorbed_code = models.CharField(max_length=18)
    absorbed_name = models.CharField(max_length=200)
    survivor_id = models.BigIntegerField()
    survivor_code = models.CharField(max_length=18)
    survivor_name = models.CharField(max_length=200)
    reason = models.CharField(max_length=1000)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in MergeState])
    proposed_by = models.CharField(max_length=150)
    proposed_by_id = models.BigIntegerField()
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=150, default="")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=1000, default="")
    merge_id = models.BigIntegerField(null=True)
    records = models.IntegerField(default=0)
    undone_by = models.CharField(max_length=150, default="")
    undone_at = models.DateTimeField(null=True)
    undone_reason = models.CharField(max_length=1000, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed_id"], condition=models.Q(state="proposed"), name="merge_proposed_once"
            )
        ]
        indexes = [models.Index(fields=["state", "-id"], name="resolution_merge_state")]

    def __str__(self) -> str:
        return f"merge {self.pk}"


class MergedRecord(models.Model):
    """A record that a merge gave to the survivor; append-only."""

    pk = models.CompositePrimaryKey("merge_id", "natural_key")
    merge = models.ForeignKey(Merge, on_delete=models.PROTECT, db_index=False)
    natural_key = models.UUIDField()

    def __str__(self) -> str:
        return str(self.natural_key)
