"""How versions of models came into force. All append-only: what was tried, approved and published stays readable."""

from django.db import models


class PutForward(models.Model):
    """A version of a file of the city put before the credit office; its case says where it stands.

    `content` is the file's meaning as canonical JSON, so that what was approved can be read after the file is gone.
    """

    case_id = models.BigIntegerField(unique=True)
    code = models.CharField(max_length=60)
    version = models.IntegerField()
    digest = models.CharField(max_length=64)
    content = models.TextField()
    by_name = models.CharField(max_length=150)
    proposed_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code}-{self.version}"


class Proposal(PutForward):
    """A version of a model put before the credit office."""

    class Meta:
        indexes = [models.Index(fields=["code", "version"], name="evaluation_proposal")]


class Trial(models.Model):
    """A trial run of a proposal and how it compares with the model in force; the latest counts.

    `present_run_id` null: no version was in force. `unmatched`: subjects that only one of the two runs knows.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="trials")
    run_id = models.BigIntegerField()
    present_run_id = models.BigIntegerField(null=True)
    subjects = models.BigIntegerField()
    up = models.BigIntegerField()
    down = models.BigIntegerField()
    unmatched = models.BigIntegerField()
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"trial {self.pk} of {self.proposal_id}"


class Publication(models.Model):
    """A version in force from a day on, until the next one of the same code."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="publication")
    code = models.CharField(max_length=60)
    effective_from = models.DateField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "effective_from"], name="evaluation_one_version_from_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.code} from {self.effective_from}"
