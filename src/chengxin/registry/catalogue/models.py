"""Versions of catalogue items that were published here, and the proposals that led to them. Both are history."""

from django.db import models

from chengxin.registry.catalogue.revising import ProposalState


class Proposal(models.Model):
    """A proposed change of an item (目录变更): the whole new item as YAML, decided by a second official."""

    id = models.BigAutoField(primary_key=True)
    item = models.CharField(max_length=64)
    base = models.IntegerField()  # version that it changes
    content = models.TextField()
    effective_from = models.DateField()
    reason = models.CharField(max_length=1000)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in ProposalState])
    proposed_by = models.CharField(max_length=150)
    proposed_by_id = models.BigIntegerField()
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=150, default="")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=1000, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=models.Q(state=ProposalState.PROPOSED.value), name="proposal_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"proposal {self.pk}"


class ItemVersion(models.Model):
    """A version of an item (目录项版本), in force from `effective_from` until the next one is. Append-only."""

    id = models.BigAutoField(primary_key=True)
    item = models.CharField(max_length=64)
    number = models.IntegerField()
    effective_from = models.DateField()
    content = models.TextField()
    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT)
    published_by = models.CharField(max_length=150)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="item_version_once")]

    def __str__(self) -> str:
        return f"{self.item}@{self.number}"
