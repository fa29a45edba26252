"""What stands in the released files of open data, release by release, and the statistics that were published.

Of a line of the ledger only `replaced` is ever written again; the rest is append-only.
"""

from django.db import models
from django.db.models import Q

from chengxin.intake.opendata.rules import Format
from chengxin.registry.records.models import Record


class Release(models.Model):
    """One making of an open resource's files (发布版).

    `valid_until`: the first day on which a record in it is public no more; null: none of them ends. `cursor` is the
    last line of the ledger that the files hold. `terms` names the policy entry that applied.
    """

    item = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    valid_until = models.DateField(null=True)
    rows = models.IntegerField()
    added = models.IntegerField()
    removed = models.IntegerField()
    cursor = models.BigIntegerField()
    terms = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["item", "-id"], name="opendata_release_newest")]

    def __str__(self) -> str:
        return f"{self.item} release {self.pk}"


class ReleaseFile(models.Model):
    """One file of a release with its size in bytes and SHA-256 as hexadecimal digits; append-only."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="files")
    format = models.CharField(max_length=10, choices=[(f.value, f.value) for f in Format])
    stored_as = models.CharField(max_length=200)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "format"], name="opendata_file_once")]

    def __str__(self) -> str:
        return self.stored_as


class OpenRecord(models.Model):
    """A line of the ledger: the record stands in the files in this version, or (`record` null) was taken out.

    Each record has one line that is not `replaced`; lines of one item get their numbers release by release, so the
    number is the cursor of the feed. `key` is random and the only name that removals know.
    """

    id = models.BigAutoField(primary_key=True)
    item = models.CharField(max_length=64)
    natural_key = models.UUIDField()
    key = models.UUIDField()
    record = models.ForeignKey(Record, on_delete=models.PROTECT, null=True, db_constraint=False, db_index=False)
    replaced = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["natural_key"], condition=Q(replaced=False), name="opendata_one_line")
        ]
        indexes = [
            models.Index(fields=["item", "id"], name="opendata_feed", condition=Q(replaced=False)),
            models.Index(
                fields=["item", "id"], name="opendata_removed", condition=Q(replaced=False, record__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return str(self.key)


class StatisticRelease(models.Model):
    """A published statistic of one period `[since, until)`; append-only, never made twice: its noise is fixed.

    `cells`: value to count, null where too few; `policy` names the entry that gave epsilon and threshold.
    """

    code = models.CharField(max_length=64)
    since = models.DateField()
    until = models.DateField()
    made_at = models.DateTimeField()
    policy = models.CharField(max_length=80)
    epsilon = models.DecimalField(max_digits=6, decimal_places=3)
    threshold = models.IntegerField()
    cells = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "since"], name="opendata_statistic_once")]
        indexes = [models.Index(fields=["made_at"], name="opendata_statistic_spent")]

    def __str__(self) -> str:
        return f"{self.code} {self.since}"
