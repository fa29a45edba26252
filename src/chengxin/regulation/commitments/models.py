"""Commitments as they were signed, what is due under them, what checks found, and what was decided.

Append-only: the application's role may only move on where a commitment stands and whether it is shown (see the guard
migration). Where a case stands is told by casework.
"""

from django.db import models
from django.db.models import Q

from chengxin.regulation.commitments.rules import Cause, Kind, Result, State, Told


class Commitment(models.Model):
    """A commitment that was signed (信用承诺). `about` is the subject's reference; of a person no name is kept here.

    `shown_name` is what everyone may read: an organisation's name, a person's masked one once they consented.
    `natural_key` names the record of the catalogue item `commitment`; null for persons, where the letter says that
    nothing is published, and once that record was withdrawn. `reference` is the number of the matter that it was given
    for, and stands in `matter_zh` too; empty where the letter asks for none. `ends_on` is the last day of the term;
    from `free_from` on the same can be promised again, found or not. `is_reopened`: it ran again after a finding was
    undone, and may meet one signed meanwhile; that no others with the same reference run at once, the migrations hold.
    """

    number = models.CharField(max_length=30, unique=True)
    about = models.CharField(max_length=60)
    subject_code = models.CharField(max_length=18, default="")
    shown_name = models.CharField(max_length=200, default="")
    is_person = models.BooleanField()
    kind = models.CharField(max_length=20, choices=[(k.value, k.value) for k in Kind])
    template = models.CharField(max_length=64)
    template_version = models.CharField(max_length=120)
    text_sha256 = models.CharField(max_length=64)
    matter_zh = models.CharField(max_length=300)
    matter_en = models.CharField(max_length=300)
    reference = models.CharField(max_length=60, default="")
    authority_id = models.BigIntegerField()
    signed_at = models.DateTimeField()
    ends_on = models.DateField()
    free_from = models.DateField()
    signed_by = models.CharField(max_length=150)
    signed_by_id = models.BigIntegerField()
    with_second_factor = models.BooleanField()
    check_code = models.CharField(max_length=20)
    natural_key = models.UUIDField(null=True)
    is_shown = models.BooleanField()
    state = models.CharField(max_length=20, choices=[(s.value, s.value) for s in State], default=State.RUNNING.value)
    state_since = models.DateTimeField()
    is_reopened = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_person=False) | Q(subject_code="", natural_key__isnull=True),
                name="commitment_of_person_unnamed",
            ),
        ]
        indexes = [
            models.Index(fields=["-signed_at"], name="commitment_shown", condition=Q(is_shown=True)),
            models.Index(fields=["kind", "-signed_at"], name="commitment_kind", condition=Q(is_shown=True)),
            models.Index(fields=["template", "-signed_at"], name="commitment_template", condition=Q(is_shown=True)),
            models.Index(fields=["state", "-signed_at"], name="commitment_state", condition=Q(is_shown=True)),
            models.Index(fields=["subject_code"], name="commitment_subject", condition=~Q(subject_code="")),
            models.Index(fields=["about"], name="commitment_about"),
            models.Index(fields=["authority_id", "-signed_at"], name="commitment_authority"),
        ]

    def __str__(self) -> str:
        return self.number


class Letter(models.Model):
    """The signed letter as PDF. Row-level security: a person's is seen only for a purpose that names that person."""

    commitment = models.OneToOneField(Commitment, on_delete=models.PROTECT)
    about = models.CharField(max_length=60)
    is_person = models.BooleanField()
    pdf = models.BinaryField()

    def __str__(self) -> str:
        return f"letter {self.commitment_id}"


class ShowingConsent(models.Model):
    """A person's consent that a commitment is shown, and its withdrawal; the latest counts (同意公开)."""

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="showing_consents")
    given = models.BooleanField()
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"showing consent {self.pk}"


class Due(models.Model):
    """An obligation with its last day (到期义务)."""

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="dues")
    code = models.CharField(max_length=64)
    due_on = models.DateField()
    by_data = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["commitment", "code"], name="commitment_due_once")]
        indexes = [models.Index(fields=["due_on"], name="commitment_due_on")]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.code}"


class Check(models.Model):
    """What a check of an obligation found (核查): by an official with evidence, or by records. It decides nothing.

    `evidence` of records is the item's code and the day of the record at `record_key`; a dash where there was none.
    """

    due = models.ForeignKey(Due, on_delete=models.PROTECT, related_name="checks")
    result = models.CharField(max_length=10, choices=[(r.value, r.value) for r in Result])
    by_data = models.BooleanField()
    evidence = models.TextField()
    record_key = models.UUIDField(null=True)
    by_name = models.CharField(max_length=150)
    by_user_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["due", "result"], condition=Q(by_data=True), name="commitment_data_check")]

    def __str__(self) -> str:
        return f"check {self.pk}"


class DueNotice(models.Model):
    """A notice about an obligation that was sent (到期提醒), once each. Append-only."""

    due = models.ForeignKey(Due, on_delete=models.PROTECT, related_name="notices")
    told = models.CharField(max_length=12, choices=[(t.value, t.value) for t in Told])
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["due", "told"], name="commitment_due_notice_once")]

    def __str__(self) -> str:
        return f"{self.due_id} {self.told}"


class Finding(models.Model):
    """A case that is to find a commitment kept or broken (履行认定)."""

    case_id = models.BigIntegerField(unique=True)
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="findings")
    facts = models.TextField()
    obligations = models.JSONField()
    opened_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"finding {self.case_id}"


class Decision(models.Model):
    """What was found (认定), by the official who took the deciding step of its case; the latest that was not undone."""

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="decisions")
    finding = models.OneToOneField(Finding, on_delete=models.PROTECT)
    state = models.CharField(max_length=20, choices=[(s.value, s.value) for s in State])
    reason = models.TextField()
    decided_by = models.CharField(max_length=150)
    decided_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"decision {self.pk}"


class Undoing(models.Model):
    """A finding undone (认定撤销), or, where `cause` is `mended`, one that stands and bars no longer."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT)
    cause = models.CharField(max_length=10, choices=[(c.value, c.value) for c in Cause])
    reason = models.TextField()
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.cause} {self.decision_id}"


class Review(models.Model):
    """A case in which another official looks again at a finding that is no record (违诺认定复核)."""

    case_id = models.BigIntegerField(unique=True)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="reviews")
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"review {self.case_id}"


class FollowUp(models.Model):
    """A task for the competent department after a finding of breach (违诺后续处理)."""

    case_id = models.BigIntegerField(unique=True)
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="follow_ups")
    task = models.CharField(max_length=64)
    department_id = models.BigIntegerField()
    opened_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"follow-up {self.case_id}"


class AssociationLetter(models.Model):
    """A version of an association's own letter (行业自律承诺书); in force once the credit office approved it.

    `content` has the shape of a policy entry's values. `[effective_from, effective_until)`; null from: not approved.
    """

    association_id = models.BigIntegerField()
    code = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    content = models.JSONField()
    case_id = models.BigIntegerField(unique=True)
    drafted_by = models.CharField(max_length=150)
    drafted_at = models.DateTimeField()
    effective_from = models.DateField(null=True)
    effective_until = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="association_letter_once")]
        indexes = [models.Index(fields=["association_id"], name="association_letter_of")]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Membership(models.Model):
    """An association invites a subject to its list of members (会员名单); it counts from acceptance until it ends."""

    association_id = models.BigIntegerField()
    about = models.CharField(max_length=60)
    invited_by = models.CharField(max_length=150)
    invited_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["association_id", "about"], condition=Q(ended_at__isnull=True), name="membership_once"
            )
        ]
        indexes = [models.Index(fields=["about"], name="membership_about")]

    def __str__(self) -> str:
        return f"{self.association_id} {self.about}"
