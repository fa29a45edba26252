"""Where each connector stands, and what every pull brought. The connectors themselves are files of the profile."""

from django.db import models
from django.db.models import Q

from chengxin.intake.collection.models import Submission
from chengxin.intake.connectors.rules import PartState, RunState


class Standing(models.Model):
    """Where a connector stands (对接状态). `position` says what was taken of the source; see the source's module.

    It moves in the same transaction as the hand-in that it tells of. `place` names what it refers to.
    """

    code = models.CharField(max_length=60, unique=True)
    place = models.JSONField(default=dict)
    position = models.JSONField(default=dict)
    next_run_at = models.DateTimeField(null=True)
    current_as_of = models.DateTimeField(null=True)  # begin of the last pull that took all that there was
    paused_at = models.DateTimeField(null=True)
    paused_by = models.CharField(max_length=150, default="", blank=True)
    failures = models.IntegerField(default=0)  # in a row

    def __str__(self) -> str:
        return self.code


class PullRun(models.Model):
    """One pull from a source (拉取)."""

    code = models.CharField(max_length=60)
    asked_by = models.CharField(max_length=150)
    began_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in RunState])
    parts = models.IntegerField(default=0)
    rows = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    corrected = models.IntegerField(default=0)
    fault = models.CharField(max_length=60, default="", blank=True)
    fault_detail = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["code", "-id"], name="pull_run_newest")]

    def __str__(self) -> str:
        return f"{self.code} {self.pk}"


class PulledPart(models.Model):
    """One batch of rows or one file of a pull, and its hand-in.

    `keys`: the source's own keys of the rows, in their order, until the faults were told back; never personal numbers.
    """

    run = models.ForeignKey(PullRun, on_delete=models.PROTECT)
    number = models.IntegerField()
    name = models.CharField(max_length=300)
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in PartState])
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, null=True)
    reason = models.CharField(max_length=300, default="", blank=True)
    keys = models.JSONField(default=list)
    waits_for_feedback = models.BooleanField(default=False)
    feedback_fault = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="pulled_part_once")]
        indexes = [
            models.Index(fields=["run"], name="pulled_part_untold", condition=Q(waits_for_feedback=True)),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}"


class SeenFile(models.Model):
    """A file of a folder as it was when it was last taken or refused; a changed one is taken again."""

    code = models.CharField(max_length=60)
    name = models.CharField(max_length=300)
    mark = models.CharField(max_length=200)  # size and time, or the store's own tag
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "name"], name="seen_file_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
