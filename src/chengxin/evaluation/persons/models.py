"""Which benefits are open to a person who asked and consented. Nothing else is kept, and this is deleted on withdrawal.

Row-level security: seen, written and removed only in a transaction about that person with a stated purpose, and only
while the consent stands (migration 0002) and under an offer that a second official approved (migration 0004) and nobody
ended (migration 0006). There is no column for a score, a grade, a reason against or a reader. How offers were approved
and ended names no person: append-only.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from chengxin.evaluation.scorecards.models import PutForward


class OpenBenefit(models.Model):
    """A benefit that is open (便利), by which consent and rules, and the records that open it."""

    id = models.BigAutoField(primary_key=True)
    about = models.CharField(max_length=60)
    consent_id = models.BigIntegerField()
    offer = models.CharField(max_length=60)  # code and version
    digest = models.CharField(max_length=64)
    benefit = models.CharField(max_length=60)
    behind = ArrayField(models.UUIDField())  # natural keys of the records
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["about", "offer", "benefit"], name="person_benefit_once"),
            models.CheckConstraint(condition=~models.Q(behind=[]), name="person_benefit_has_its_records"),
        ]

    def __str__(self) -> str:
        return f"{self.offer} {self.benefit}"


class OfferProposal(PutForward):
    """A version of an offer put before the credit office."""

    class Meta:
        indexes = [models.Index(fields=["code", "version"], name="person_offer_proposal")]


class OfferApproval(models.Model):
    """A version that a second official approved (便利清单批准): in effect from a day on, until the next of its code."""

    proposal = models.OneToOneField(OfferProposal, on_delete=models.PROTECT, related_name="approval")
    code = models.CharField(max_length=60)
    effective_from = models.DateField()
    effective_until = models.DateField(null=True)  # the first day after it, where the file names one
    by_name = models.CharField(max_length=150)
    approved_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["code", "-effective_from", "-id"], name="person_offer_approved")]

    def __str__(self) -> str:
        return f"{self.code} from {self.effective_from}"


class OfferEndProposal(models.Model):
    """An approved version that an official wants to end (便利清单终止) from a day on."""

    case_id = models.BigIntegerField(unique=True)
    approval = models.ForeignKey(OfferApproval, on_delete=models.PROTECT, related_name="end_proposals")
    ends_on = models.DateField()
    by_name = models.CharField(max_length=150)
    proposed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"end of {self.approval.proposal}"


class OfferEnd(models.Model):
    """The end that a second official decided: from `ends_on` on nothing is offered and nobody is looked at."""

    proposal = models.OneToOneField(OfferEndProposal, on_delete=models.PROTECT, related_name="end")
    approval = models.OneToOneField(OfferApproval, on_delete=models.PROTECT, related_name="end")
    ends_on = models.DateField()
    by_name = models.CharField(max_length=150)
    ended_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.approval.proposal} until {self.ends_on}"
