"""Proposals, entries and how they ended. All append-only: where a proposal stands is told by its case, whether an entry
stands by its latest event, and its end by its own date.

`about` is the reference of `subjects.rules.about_subject` or `about_person`; of natural persons no name is kept here.
"""

from django.db import models
from django.db.models import F, Q

from chengxin.regulation.lists.rules import Exit


class Proposal(models.Model):
    """A proposal to enter a subject on a list (拟列入), with its facts; `policy` names the list's entry of that day."""

    case_id = models.BigIntegerField(unique=True)
    list_code = models.CharField(max_length=60)
    about = models.CharField(max_length=60)
    subject_name = models.CharField(max_length=200, blank=True)
    authority_id = models.BigIntegerField()
    authority_code = models.CharField(max_length=18)
    facts = models.TextField()
    evidence = models.TextField()
    months = models.PositiveSmallIntegerField()
    policy = models.CharField(max_length=80)
    proposed_by = models.CharField(max_length=150)
    proposed_by_id = models.BigIntegerField()
    proposed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(facts="") & ~Q(evidence="") & Q(months__gt=0), name="proposal_founded")
        ]
        indexes = [models.Index(fields=["about"], name="proposal_about")]

    def __str__(self) -> str:
        return f"proposal {self.pk}"


class NoticeService(models.Model):
    """How and when the prior notice was served (送达): the proof without which nobody is listed.

    `given_on`: the day on which it was handed over, sent or published; `served_on`: the day on which it counts as
    served by its way. Rows of before the two were told apart have no `given_on`.
    """

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="service")
    given_on = models.DateField(null=True)
    served_on = models.DateField()
    way = models.CharField(max_length=20)
    proof = models.TextField()
    recorded_by = models.CharField(max_length=150)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(proof=""), name="service_proved"),
            models.CheckConstraint(
                condition=Q(given_on=None) | Q(given_on__lte=F("served_on")), name="service_after_giving"
            ),
        ]

    def __str__(self) -> str:
        return f"service of {self.proposal_id}"


class HearingCall(models.Model):
    """When and where a hearing is held, as its party was told (听证通知书); the latest one counts."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="hearing_calls")
    held_at = models.DateTimeField()
    place = models.CharField(max_length=200)
    called_by = models.CharField(max_length=150)
    called_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(place="") & Q(held_at__gt=F("called_at")), name="hearing_called_before")
        ]

    def __str__(self) -> str:
        return f"hearing-call {self.pk}"


class HonourConsent(models.Model):
    """A person's consent to being named on a list that honours them, or its withdrawal; the latest one counts.

    `wording`, `text_sha256`: the version and text that were read. Signed by the person's own account alone; neither
    name nor number is kept here.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="consents")
    given = models.BooleanField()
    wording = models.CharField(max_length=80, blank=True)
    text_sha256 = models.CharField(max_length=64, blank=True)
    by_name = models.CharField(max_length=150)
    by_user_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "given"], name="honour_consent_once"),
            models.CheckConstraint(
                condition=Q(given=False) | ~Q(wording="") & ~Q(text_sha256=""), name="honour_consent_read"
            ),
        ]

    def __str__(self) -> str:
        return f"honour-consent {self.pk}"


class ListEntry(models.Model):
    """An entry on a list by a decision of this city's authority (列入).

    In force during `[in_force_from, in_force_until)`. `heard_on`: the day on which the defence was answered or its time
    was over; of one by consent the notice is the question, and `heard_on` the day of the consent. `natural_key` names
    the record that tells of the entry, where the catalogue has an item for it; its state counts for the entry as well.
    Of a natural person `subject_name` and `masked_number` are masked, and stand there only where the list's policy
    publishes persons.
    """

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="entry")
    case_id = models.BigIntegerField(unique=True)
    list_code = models.CharField(max_length=60)
    about = models.CharField(max_length=60)
    subject_name = models.CharField(max_length=200, blank=True)
    masked_number = models.CharField(max_length=40, blank=True, default="", db_default="")
    authority_code = models.CharField(max_length=18)
    authority_name_zh = models.CharField(max_length=200)
    authority_name_en = models.CharField(max_length=200)
    decision_number = models.CharField(max_length=128)
    decided_on = models.DateField()
    notice_served_on = models.DateField()
    heard_on = models.DateField()
    in_force_from = models.DateField()
    in_force_until = models.DateField()
    reason = models.TextField()
    policy = models.CharField(max_length=80)
    proposed_by_id = models.BigIntegerField()
    decided_by = models.CharField(max_length=150)
    decided_by_id = models.BigIntegerField()
    natural_key = models.UUIDField(null=True, unique=True)
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority_code", "decision_number"], name="entry_decision_once"),
            models.CheckConstraint(
                condition=Q(notice_served_on__lte=F("heard_on"))
                & Q(heard_on__lte=F("decided_on"))
                & Q(in_force_from__gte=F("decided_on"))
                & Q(in_force_until__gt=F("in_force_from")),
                name="entry_heard_before_decided",
            ),
            models.CheckConstraint(
                condition=~Q(proposed_by_id=F("decided_by_id")) & ~Q(decision_number="") & ~Q(reason=""),
                name="entry_decided_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["about"], name="entry_about"),
            models.Index(fields=["list_code", "in_force_until"], name="entry_list"),
        ]

    def __str__(self) -> str:
        return f"list-entry {self.pk}"


class EntryEvent(models.Model):
    """What happened to an entry, for ever: it was entered, hidden because of `hidden`, ended by `exit`, or put back.

    The latest one counts.
    """

    entry = models.ForeignKey(ListEntry, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveSmallIntegerField()
    is_standing = models.BooleanField()
    hidden = models.CharField(max_length=20, blank=True, default="", db_default="")
    exit = models.CharField(max_length=20, blank=True, choices=[(e.value, e.value) for e in Exit])
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    decision_number = models.CharField(max_length=128, blank=True)
    case_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "number"], name="entry_event_once"),
            models.CheckConstraint(
                condition=Q(is_standing=True, exit="", hidden="")
                | Q(is_standing=False, exit="") & ~Q(hidden="")
                | Q(is_standing=False, hidden="") & ~Q(exit=""),
                name="entry_event_exit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.number}"


class Removal(models.Model):
    """A case about taking an entry off its list before its end (移出), asked for or of the authority's own motion."""

    case_id = models.BigIntegerField(unique=True)
    entry = models.ForeignKey(ListEntry, on_delete=models.PROTECT, related_name="removals")
    exit = models.CharField(max_length=20, choices=[(e.value, e.value) for e in Exit])
    grounds = models.TextField()
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(grounds=""), name="removal_founded")]

    def __str__(self) -> str:
        return f"removal {self.pk}"
