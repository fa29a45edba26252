"""Applications for repair, and what a repair got by false materials leads to. Append-only: where they stand, and how
they ended, is told by their cases.
"""

from django.db import models
from django.db.models import F, Q

from chengxin.base.sealing.fields import SealedTextField


class Application(models.Model):
    """An application to repair one record (信用修复申请), with the commitment as it was signed.

    `about` is the subject's reference; `rule` and `possible_on` are what was told when it applied.
    """

    case_id = models.BigIntegerField(unique=True)
    about = models.CharField(max_length=60)
    natural_key = models.UUIDField()
    item = models.CharField(max_length=64)
    provider_id = models.BigIntegerField()
    statement = SealedTextField()
    commitment_version = models.CharField(max_length=80)
    commitment_sha256 = models.BinaryField(max_length=32)
    signed_by = models.CharField(max_length=150)
    rule = models.CharField(max_length=200)
    possible_on = models.DateField(null=True)
    applied_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["about"], name="repair_about"),
            models.Index(fields=["natural_key"], name="repair_record"),
        ]

    def __str__(self) -> str:
        return f"repair {self.pk}"


class NationalApplication(models.Model):
    """An application that came through the national site (国家站转来的申请), under its number there."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="national")
    number = models.CharField(max_length=60, unique=True)
    package_id = models.BigIntegerField()

    def __str__(self) -> str:
        return self.number


class Withdrawal(models.Model):
    """A proposal to withdraw a repair (撤销信用修复)."""

    case_id = models.BigIntegerField(unique=True)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="withdrawals")
    proposed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"withdrawal {self.pk}"


class Bar(models.Model):
    """Until when a subject cannot repair by commitment (限制信用修复), because a repair was withdrawn."""

    about = models.CharField(max_length=60)
    until = models.DateField()
    withdrawal = models.OneToOneField(Withdrawal, on_delete=models.PROTECT)
    policy = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["about"], name="repair_bar_about")]

    def __str__(self) -> str:
        return f"{self.about} until {self.until}"


class Reorganisation(models.Model):
    """An enterprise's application by the green channel (破产重整), with the court's ruling and the commitment signed.

    `plan_until`: the last day of the plan's performance. What is hidden, and until when, stands in `HiddenRecord`.
    """

    case_id = models.BigIntegerField(unique=True)
    about = models.CharField(max_length=60)
    court = models.CharField(max_length=100)
    ruling = models.CharField(max_length=40)
    ruling_number = models.CharField(max_length=100)
    ruled_on = models.DateField()
    plan_until = models.DateField()
    statement = SealedTextField()
    commitment_version = models.CharField(max_length=80)
    commitment_sha256 = models.BinaryField(max_length=32)
    signed_by = models.CharField(max_length=150)
    policy = models.CharField(max_length=80)
    applied_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["about"], name="reorganisation_about")]
        constraints = [
            models.CheckConstraint(condition=Q(plan_until__gte=F("ruled_on")), name="reorganisation_plan_after_ruling")
        ]

    def __str__(self) -> str:
        return f"reorganisation {self.pk}"


class HiddenRecord(models.Model):
    """A record that is hidden while a plan is performed (暂停公示的信息)."""

    reorganisation = models.ForeignKey(Reorganisation, on_delete=models.PROTECT, related_name="hidden")
    natural_key = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reorganisation", "natural_key"], name="hidden_record_once")]

    def __str__(self) -> str:
        return f"{self.reorganisation_id} {self.natural_key}"


class ReorganisationStep(models.Model):
    """A case about the end of a suspension: the plan was performed, or it failed. `over_at`: the time ended it."""

    case_id = models.BigIntegerField(unique=True, null=True)
    reorganisation = models.ForeignKey(Reorganisation, on_delete=models.PROTECT, related_name="later")
    over_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(case_id__isnull=False) ^ Q(over_at__isnull=False), name="reorganisation_case_or_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reorganisation_id} {self.case_id or 'over'}"
