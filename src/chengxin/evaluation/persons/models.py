"""Which benefits are open to a person who asked and consented. Nothing else is kept, and this is deleted on withdrawal.

Row-level security: seen, written and removed only in a transaction about that person with a stated purpose, and only
while the consent stands (migration 0002) and under an offer that a second official approved (migration 0004). There is
no column for a score, a grade, a reason against or a reader. How offers were approved names no person: append-only.
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
    by_name = models.CharField(max_length=150)
    approved_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["code", "-effective_from", "-id"], name="person_offer_approved")]

    def __str__(self) -> str:
        return f"{self.code} from {self.effective_from}"
