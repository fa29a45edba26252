"""Registers, plans, draws and visits. All but the register of objects is append-only; states are the cases'."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class ObjectEntry(models.Model):
    """A subject in the register of objects of a matter (检查对象名录库) in `[since, until)`."""

    id = models.BigAutoField(primary_key=True)
    matter = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    since = models.DateField()
    until = models.DateField(null=True)
    is_by_hand = models.BooleanField(default=False)  # taken out by hand: stays out when the register is renewed
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "subject_id"], name="inspection_object_once"),
        ]

    def __str__(self) -> str:
        return f"{self.matter} {self.subject_id}"


class Inspector(models.Model):
    """An official of the register of inspectors (检查人员名录库); `user_id`: the account that fills in on site."""

    number = models.CharField(max_length=30, unique=True)
    organisation_id = models.BigIntegerField()
    user_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=60)
    added_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id"], name="inspector_organisation"),
            models.Index(fields=["user_id"], name="inspector_user"),
        ]

    def __str__(self) -> str:
        return f"inspector {self.number}"


class InspectorTerms(models.Model):
    """What an inspector can do, and where; the latest counts. No division: the whole city."""

    inspector = models.ForeignKey(Inspector, on_delete=models.PROTECT, related_name="terms")
    skills = ArrayField(models.CharField(max_length=60))
    divisions = ArrayField(models.CharField(max_length=12))
    is_active = models.BooleanField()
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["inspector", "-id"], name="inspector_terms_latest")]

    def __str__(self) -> str:
        return f"{self.inspector_id} {self.is_active}"


class Recusal(models.Model):
    """That an inspector withdraws from a subject (回避), or does so no longer; the latest counts."""

    inspector = models.ForeignKey(Inspector, on_delete=models.PROTECT, related_name="recusals")
    code = models.CharField(max_length=18)
    ground = models.CharField(max_length=60)
    is_declared = models.BooleanField()
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["inspector", "code", "-id"], name="recusal_latest")]

    def __str__(self) -> str:
        return f"{self.inspector_id} {self.code}"


class Plan(models.Model):
    """A line of a year's plan (年度抽查计划): who looks at what, where and when, `[starts_on, ends_on)`."""

    case_id = models.BigIntegerField(unique=True)
    number = models.CharField(max_length=30, unique=True)
    year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    lead_id = models.BigIntegerField()
    departments = ArrayField(models.BigIntegerField())
    matters = ArrayField(models.CharField(max_length=80))  # versions of the policy entries
    divisions = ArrayField(models.CharField(max_length=12))  # none: the whole city
    starts_on = models.DateField()
    ends_on = models.DateField()
    proposed_by = models.BigIntegerField(null=True)
    proposed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="inspection_plan_period")]

    def __str__(self) -> str:
        return f"plan {self.number}"


class Draw(models.Model):
    """A draw as it was published, before it was drawn. `inspectors` and `recusals`: as they are hashed."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="draws")
    number = models.CharField(max_length=30, unique=True)
    statement = models.JSONField()
    statement_sha256 = models.CharField(max_length=64)
    inspectors = models.JSONField()
    recusals = models.JSONField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=150)

    def __str__(self) -> str:
        return f"draw {self.number}"


class DrawObject(models.Model):
    """An object of a draw's population. Token, stratum, division and matters are public; who it is and the salt not."""

    id = models.BigAutoField(primary_key=True)
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="objects_drawn_from")
    token = models.CharField(max_length=64)
    salt = models.CharField(max_length=64)
    subject_id = models.BigIntegerField()
    code = models.CharField(max_length=18)
    name = models.CharField(max_length=200)
    stratum = models.CharField(max_length=20)
    division = models.CharField(max_length=12)
    matters = ArrayField(models.CharField(max_length=60))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draw", "token"], name="draw_object_once")]
        indexes = [models.Index(fields=["code"], name="draw_object_code")]

    def __str__(self) -> str:
        return f"{self.draw_id} {self.token[:8]}"


class Round(models.Model):
    """A round in which the parties commit, then reveal. `parties`: codes of organisations."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    parties = ArrayField(models.CharField(max_length=18))
    commit_until = models.DateTimeField()
    reveal_until = models.DateTimeField()
    started_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draw", "number"], name="draw_round_once")]

    def __str__(self) -> str:
        return f"{self.draw_id} round {self.number}"


class Commitment(models.Model):
    """What a party committed to."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="commitments")
    party = models.CharField(max_length=18)
    commitment = models.CharField(max_length=64)
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "party"], name="draw_commitment_once")]

    def __str__(self) -> str:
        return f"{self.round_id} {self.party}"


class Reveal(models.Model):
    """The value that a party had committed to."""

    commitment = models.OneToOneField(Commitment, on_delete=models.PROTECT, related_name="reveal")
    value = models.CharField(max_length=64)
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"reveal {self.pk}"


class RoundEnd(models.Model):
    """How a round ended: drawn with a seed, or void, and through whom."""

    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="end")
    ended = models.CharField(max_length=10)
    defaulted = ArrayField(models.CharField(max_length=18))
    seed = models.CharField(max_length=64, blank=True)
    visits = models.JSONField()  # the result as it is published and hashed
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.round_id} {self.ended}"


class Visit(models.Model):
    """An inspection of one object that was drawn; where it stands is its case's state."""

    drawn = models.OneToOneField(DrawObject, on_delete=models.PROTECT, related_name="visit")
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="visits")
    number = models.CharField(max_length=40, unique=True)
    part = models.CharField(max_length=20)
    case_id = models.BigIntegerField(unique=True)

    def __str__(self) -> str:
        return f"visit {self.number}"


class Assignment(models.Model):
    """That an inspector goes on a visit, drawn or in another's place; who was replaced goes no more."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="assignments")
    inspector = models.ForeignKey(Inspector, on_delete=models.PROTECT, related_name="assignments")
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["inspector", "-at"], name="assignment_inspector")]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.inspector_id}"


class Change(models.Model):
    """One entry made on site: a value for a field of the visit. The id is the device's, so it can be sent twice."""

    id = models.UUIDField(primary_key=True)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="changes")
    field = models.CharField(max_length=160)
    value = models.JSONField()
    counter = models.BigIntegerField()
    made_at = models.DateTimeField()  # by the device's clock; nothing is decided by it
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["visit"], name="visit_change")]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.field}"


class VisitFile(models.Model):
    """A photo or a drawn signature of a visit, under the device's own id."""

    id = models.UUIDField(primary_key=True)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="files")
    purpose = models.CharField(max_length=20)
    attachment_id = models.UUIDField()
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["visit"], name="visit_file")]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.purpose}"


class Outcome(models.Model):
    """The published result of one matter of a visit, and the record that tells of it."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="outcomes")
    matter = models.CharField(max_length=80)
    task_number = models.CharField(max_length=60, unique=True)
    result = models.CharField(max_length=60)
    is_problem = models.BooleanField()
    handling = models.TextField(blank=True)
    inspected_on = models.DateField()
    natural_key = models.UUIDField()
    follow_up_case = models.BigIntegerField(null=True, unique=True)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "matter"], name="visit_outcome_once")]

    def __str__(self) -> str:
        return f"{self.task_number} {self.result}"
