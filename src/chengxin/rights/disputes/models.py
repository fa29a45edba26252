"""Disputes, and what their providers answered. Append-only: where a dispute stands is told by its case."""

from django.db import models

from chengxin.base.sealing.fields import SealedTextField


class Dispute(models.Model):
    """A dispute about one record (异议申请). `version` is the record's version that was contested."""

    case_id = models.BigIntegerField(unique=True)
    about = models.CharField(max_length=60)
    natural_key = models.UUIDField()
    version = models.IntegerField()
    item = models.CharField(max_length=64)
    provider_id = models.BigIntegerField()
    ground = models.CharField(max_length=60)
    statement = SealedTextField()
    filed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["about"], name="dispute_about"),
            models.Index(fields=["natural_key"], name="dispute_record"),
        ]

    def __str__(self) -> str:
        return f"dispute {self.pk}"


class Answer(models.Model):
    """What the provider's officer found (核查意见); for a correction also each field's new value and what stood there.

    Personal identifiers are sealed, and so is everything about a natural person.
    """

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="answers")
    outcome = models.CharField(max_length=20)
    changes = models.JSONField(default=dict)
    old = models.JSONField(default=dict)
    reason = SealedTextField()
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["dispute", "-at"], name="dispute_answer")]

    def __str__(self) -> str:
        return f"answer {self.pk}"


class RecordWithdrawal(models.Model):
    """A proposal to withdraw a record whose decision fell (撤下记录). Append-only.

    `document_number` names the paper that says so, which lies among the case's evidence.
    """

    case_id = models.BigIntegerField(unique=True)
    about = models.CharField(max_length=60)
    natural_key = models.UUIDField()
    version = models.IntegerField()
    item = models.CharField(max_length=64)
    provider_id = models.BigIntegerField()
    ground = models.CharField(max_length=60)
    document_number = models.CharField(max_length=100)
    reason = SealedTextField()
    proposed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"record withdrawal {self.pk}"
