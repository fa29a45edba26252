"""What was asked and answered, what departments did about it, and files that are being checked."""

from django.db import models
from django.db.models import Q

from chengxin.regulation.measures.rules import Outcome


class Receipt(models.Model):
    """One credit check of one code, as it was answered (查验回执). Append-only.

    The access log's entry about the subject bears the same id. `asked` is masked where it is a citizen number; `about`
    is empty where the platform knew nobody by the code. `answer` holds a mapping for each measure (`checking.told`).
    Row-level security: receipts about natural persons are not seen without a purpose.
    """

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    organisation_id = models.BigIntegerField(null=True)
    organisation_code = models.CharField(max_length=18)
    matter = models.CharField(max_length=60)
    policy = models.CharField(max_length=80)
    door = models.CharField(max_length=20)
    run_id = models.BigIntegerField(null=True)
    asked = models.CharField(max_length=60)
    is_valid = models.BooleanField()
    about = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    status = models.CharField(max_length=20)
    answer = models.JSONField()
    measures = models.SmallIntegerField()

    class Meta:
        indexes = [
            # Both what an organisation asked last, and that of one matter: a second index would cost each check.
            models.Index(fields=["organisation_id", "-at", "-id", "matter"], name="receipt_asker"),
            models.Index(fields=["at"], name="receipt_answered", condition=Q(measures__gt=0)),
            models.Index(fields=["run_id"], name="receipt_run", condition=Q(run_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"receipt {self.pk}"


class Feedback(models.Model):
    """What the department did about one measure of a receipt (反馈). Append-only; the latest counts."""

    id = models.BigAutoField(primary_key=True)
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="feedback")
    measure = models.CharField(max_length=60)
    outcome = models.CharField(max_length=12, choices=[(o.value, o.value) for o in Outcome])
    reason = models.CharField(max_length=500)
    organisation_id = models.BigIntegerField()
    actor = models.CharField(max_length=150)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"feedback {self.pk}"


class FileRun(models.Model):
    """A file of codes that is checked in the background (批量查验). The file is kept, sealed, until the run is over.

    `taken_up_at`: when a worker last began to check it.
    """

    id = models.BigAutoField(primary_key=True)
    organisation_id = models.BigIntegerField()
    organisation_code = models.CharField(max_length=18)
    actor = models.CharField(max_length=150)
    user_id = models.BigIntegerField(null=True)
    roles = models.CharField(max_length=200)
    matter = models.CharField(max_length=60)
    filename = models.CharField(max_length=200)
    path = models.CharField(max_length=300)
    asked_at = models.DateTimeField()
    taken_up_at = models.DateTimeField(null=True)
    total = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    hits = models.IntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=60, default="")

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "-asked_at"], name="filerun_asker"),
            models.Index(fields=["asked_at"], name="filerun_unfinished", condition=Q(finished_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"file check {self.pk}"
