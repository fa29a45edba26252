"""Cases, what happened to them, and notices.

Organisations and people are named by their ids: the rooms that hold them stand above this one and never remove them.
The application's role may add to cases and events and move cases on; it cannot rewrite or remove what happened.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from chengxin.base.sealing.fields import SealedTextField

ONE_ADDRESSEE = (
    Q(organisation_id__isnull=True, user_id__isnull=False, represented="")
    | Q(organisation_id__isnull=False, user_id__isnull=True, represented="")
    | (Q(organisation_id__isnull=True, user_id__isnull=True) & ~Q(represented=""))
)


class Case(models.Model):
    """A matter on its way through a procedure (事项)."""

    procedure = models.CharField(max_length=60)
    about = models.CharField(max_length=200)
    title = SealedTextField()  # names whom and what the case is about
    title_en = SealedTextField(blank=True, default="")  # where it differs
    state = models.CharField(max_length=60)
    state_since = models.DateTimeField()
    due_on = models.DateField(null=True)
    due_working_days = models.PositiveSmallIntegerField(null=True)
    due_policy = models.CharField(max_length=120, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    steps_taken = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(
                fields=["procedure", "state", "due_on"], name="case_waiting", condition=Q(closed_at__isnull=True)
            ),
            models.Index(fields=["about"], name="case_about"),
        ]

    def __str__(self) -> str:
        return f"{self.procedure}-{self.pk}"


class CaseParty(models.Model):
    """Who has which part in a case (当事方)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parties")
    part = models.CharField(max_length=60)
    organisation_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    represented = models.CharField(max_length=60, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "part"], name="case_party_once"),
            models.CheckConstraint(condition=ONE_ADDRESSEE, name="case_party_is_one"),
        ]
        indexes = [
            models.Index(fields=["organisation_id"], name="case_party_organisation"),
            models.Index(fields=["user_id"], name="case_party_user"),
            models.Index(fields=["represented"], name="case_party_represented", condition=~Q(represented="")),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.part}"


class CaseEvent(models.Model):
    """A step that was taken, for ever (办理记录). Append-only."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    step = models.CharField(max_length=60)
    from_state = models.CharField(max_length=60, blank=True)
    to_state = models.CharField(max_length=60)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=150)
    by_user_id = models.BigIntegerField(null=True)
    by_organisation_id = models.BigIntegerField(null=True)
    by_organisation_code = models.CharField(max_length=18, blank=True)
    reason = SealedTextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="case_event_once")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.number} {self.step}"


class CaseAlert(models.Model):
    """A stage of a deadline that was reached (督办记录): whom it went to. Append-only; once a stage of a deadline."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="alerts")
    steps_taken = models.PositiveIntegerField()
    due_on = models.DateField()
    stage = models.CharField(max_length=20)
    at = models.DateTimeField()
    organisation_ids = ArrayField(models.BigIntegerField())
    user_ids = ArrayField(models.BigIntegerField())
    policy = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "steps_taken", "due_on", "stage"], name="case_alert_once")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.stage}"


class Notice(models.Model):
    """A message to an organisation or a person (通知), kept word for word as it was sent, in both languages."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="notices")
    organisation_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    represented = models.CharField(max_length=60, default="")
    title_zh = SealedTextField()
    title_en = SealedTextField()
    body_zh = SealedTextField(blank=True)
    body_en = SealedTextField(blank=True)
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=ONE_ADDRESSEE, name="notice_addressee_is_one")]
        indexes = [
            models.Index(fields=["organisation_id", "-sent_at"], name="notice_organisation"),
            models.Index(fields=["user_id", "-sent_at"], name="notice_user"),
            models.Index(fields=["represented", "-sent_at"], name="notice_represented", condition=~Q(represented="")),
        ]

    def __str__(self) -> str:
        return f"notice {self.pk}"
