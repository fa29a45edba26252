from django.db import models

from chengxin.intake.collection.rules import Ground, State
from chengxin.registry.accounts.models import Organisation


class Submission(models.Model):
    """A file that an organisation handed in for a catalogue item (报送批次), and what became of it."""

    id = models.BigAutoField(primary_key=True)
    item = models.CharField(max_length=64)
    item_version = models.SmallIntegerField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    by_name = models.CharField(max_length=150)
    filename = models.CharField(max_length=255)
    stored_as = models.CharField(max_length=255, default="")
    file_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in State])
    received_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    rows = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    corrected = models.IntegerField(default=0)
    waiting = models.IntegerField(default=0)  # rows without a code, until it is known whom they are about
    columns = models.JSONField(default=list)  # [[place, title, field]]
    chosen = models.JSONField(default=dict)  # the officer's own assignment, title -> field
    error = models.JSONField(null=True)  # {code, details} of an unreadable file
    ground = models.CharField(max_length=12, choices=[(g.value, g.value) for g in Ground], default=Ground.HAND_IN)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-received_at"], name="submission_of_organisation"),
            models.Index(fields=["-received_at"], name="submission_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.item}"


class Progress(models.Model):
    """How far a submission is, written outside its transaction so that a page can ask."""

    submission = models.OneToOneField(Submission, on_delete=models.CASCADE, primary_key=True)
    step = models.CharField(max_length=20)
    fraction = models.FloatField(default=0)

    def __str__(self) -> str:
        return f"{self.step} {self.fraction:.0%}"


class RejectedRow(models.Model):
    """A row that was not taken, as it was handed in; sealed fields are sealed here too."""

    id = models.BigAutoField(primary_key=True)
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE)
    row = models.IntegerField()
    values = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "row"], name="rejected_row_once")]

    def __str__(self) -> str:
        return f"{self.submission_id}:{self.row}"


class RowWithoutCode(models.Model):
    """A good row without the subject's code, as it was read; sealed fields are sealed here too. Never changed."""

    id = models.BigAutoField(primary_key=True)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT)
    row = models.IntegerField()
    values = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "row"], name="row_without_code_once")]

    def __str__(self) -> str:
        return f"{self.submission_id}:{self.row}"


class FoundInRow(models.Model):
    """A fault or note at one field of one row."""

    id = models.BigAutoField(primary_key=True)
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE)
    row = models.IntegerField()
    field = models.CharField(max_length=200)
    rule = models.CharField(max_length=20)
    variant = models.CharField(max_length=20, default="")
    params = models.JSONField(default=dict)
    is_note = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["submission", "is_note", "row"], name="found_in_submission")]

    def __str__(self) -> str:
        return f"{self.submission_id}:{self.row} {self.rule}"


class Layout(models.Model):
    """An organisation's own assignment of columns to fields, remembered for files with the same titles."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    item = models.CharField(max_length=64)
    signature = models.CharField(max_length=64)
    chosen = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "item", "signature"], name="layout_once")]

    def __str__(self) -> str:
        return f"{self.item} {self.signature[:8]}"
