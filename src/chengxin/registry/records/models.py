from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from chengxin.registry.accounts.models import Organisation
from chengxin.registry.records.rules import Audience, EventKind, RecordState, Severity
from chengxin.registry.subjects.models import Person, Subject


class RecordVersion(models.Model):
    """One version of a record as the platform knew it during `[known_from, known_until)`.

    A correction is a new row with the same `natural_key` and the next `version`; of the old row only `known_until` is
    closed. `payload` maps field codes to text as declared by the catalogue (dates ISO, amounts plain decimals, several
    codes joined by ";", sealed values as `sealed:…`); empty fields are left out. `public_period` is half-open
    `[from, until)` in days of the city's time zone; null: never public. `policy` names the entry that decided it.
    Foreign keys of mass tables are not checked row by row (ADR 0004).
    """

    id = models.BigAutoField(primary_key=True)
    item = models.CharField(max_length=64)
    item_version = models.SmallIntegerField()
    natural_key = models.UUIDField()
    version = models.IntegerField(default=1)
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    authority_code = models.CharField(max_length=18)
    decided_on = models.DateField(null=True)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)  # first day on which it is no longer valid; null: without end
    severity = models.CharField(max_length=10, default="", choices=[(s.value, s.value) for s in Severity])
    audience = models.CharField(max_length=12, choices=[(a.value, a.value) for a in Audience])
    public_period = DateRangeField(null=True)
    policy = models.CharField(max_length=80, default="")
    state = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in RecordState], default=RecordState.IN_FORCE.value
    )
    submission_id = models.BigIntegerField()
    submission_row = models.IntegerField()
    known_from = models.DateTimeField()
    known_until = models.DateTimeField(null=True)
    payload = models.JSONField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.item} {self.natural_key} v{self.version}"


class Record(RecordVersion):
    """A record about an organisation or sole trader (信用信息记录)."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, db_constraint=False, db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["natural_key"], condition=Q(known_until__isnull=True), name="record_one_present_version"
            )
        ]
        indexes = [
            models.Index(fields=["subject"], name="record_subject"),
            # Only superseded versions: a small index that costs a hand-in of new records nothing.
            models.Index(fields=["natural_key"], name="record_versions", condition=Q(known_until__isnull=False)),
            # Rows lie in the order of their hand-ins: a summary of block ranges finds a month's at next to no cost.
            BrinIndex(fields=["submission_id"], name="record_submission", autosummarize=True, pages_per_range=32),
            models.Index(fields=["known_until"], name="record_superseded", condition=Q(known_until__isnull=False)),
        ]


class PersonRecord(RecordVersion):
    """A record about a natural person. Row-level security: no row is seen without a purpose (red lines 4 and 6)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["natural_key"], condition=Q(known_until__isnull=True), name="personrecord_one_present_version"
            )
        ]
        indexes = [
            models.Index(fields=["person"], name="personrecord_person"),
            BrinIndex(fields=["submission_id"], name="personrecord_submission", autosummarize=True, pages_per_range=32),
        ]


class WatchedItem(models.Model):
    """An item of which somebody wants to be told as it changes (订阅的目录项); of others no events are kept."""

    item = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return self.item


class RecordEvent(models.Model):
    """One change of a record of a watched item, written in the transaction of the change itself (变更事件, outbox).

    It names nobody: `subject` is the platform's own number of an organisation, negative for a natural person. Ids of
    one record's events ascend in the order of its changes, because each is drawn under the lock of the version that the
    change supersedes. Only `is_routed` is ever written again.
    """

    id = models.BigAutoField(primary_key=True)
    natural_key = models.UUIDField()
    subject = models.BigIntegerField()
    item = models.CharField(max_length=64)
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in EventKind])
    version = models.IntegerField()
    at = models.DateTimeField()
    is_routed = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes = [models.Index(fields=["id"], name="record_event_waiting", condition=Q(is_routed=False))]

    def __str__(self) -> str:
        return f"{self.kind} {self.natural_key} v{self.version}"


class PeriodSweep(models.Model):
    """Through which day ends and beginnings of public periods were written as events; one row."""

    through = models.DateField()

    def __str__(self) -> str:
        return f"periods through {self.through}"
