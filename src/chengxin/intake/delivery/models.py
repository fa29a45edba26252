"""Subscriptions, what waits for each consumer, and the log of what was delivered.

A request, its decision, its end, the versions of a selection and the log are append-only. Of an event for a consumer
only what became of it is ever written again; of a consumer's lane only where it stands.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from chengxin.intake.delivery.rules import FileFormat, Kind, Outcome, Road, Step, Subjects, Urgency
from chengxin.registry.accounts.models import Organisation


class Selection(models.Model):
    """A saved selection (主体筛选) of an organisation, or of the credit office for everyone (`organisation` null)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True)
    name = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="selection_name_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"selection {self.pk}"


class SelectionVersion(models.Model):
    """What a selection asks for (rules.Choice.as_json), in its version `number` from 1; the highest is the present."""

    selection = models.ForeignKey(Selection, on_delete=models.PROTECT, related_name="versions", db_index=False)
    number = models.IntegerField()
    criteria = models.JSONField()
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["selection", "number"], name="selection_version_number")]

    def __str__(self) -> str:
        return f"selection {self.selection_id} v{self.number}"


class Subscription(models.Model):
    """What an organisation asks to be told as it happens (订阅): `[valid_from, valid_until)`.

    `secret` signs webhooks (sealed); `consumer_key` is the Ed25519 public key of the consumer's receipts, base64.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    basis = models.CharField(max_length=80)  # version of the policy entry
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in Kind])
    purpose = models.CharField(max_length=60, default="", blank=True)
    reason = models.CharField(max_length=500)
    items = ArrayField(models.CharField(max_length=64))
    subjects = models.CharField(max_length=10, choices=[(s.value, s.value) for s in Subjects])
    selection = models.JSONField(default=dict)
    saved = models.ForeignKey(SelectionVersion, on_delete=models.PROTECT, null=True)
    is_from_start = models.BooleanField(default=False)  # also what is there when it begins
    road = models.CharField(max_length=10, choices=[(r.value, r.value) for r in Road])
    file_format = models.CharField(
        max_length=10, choices=[(f.value, f.value) for f in FileFormat], default=FileFormat.JSONL.value
    )
    address = models.CharField(max_length=500, default="", blank=True)
    secret = models.CharField(max_length=300)
    consumer_key = models.CharField(max_length=60)
    valid_from = models.DateField()
    valid_until = models.DateField()
    requested_by = models.CharField(max_length=150)
    requested_by_id = models.BigIntegerField()
    requested_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "-id"], name="subscription_consumer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(subjects=Subjects.SAVED.value, saved__isnull=False)
                | ~Q(subjects=Subjects.SAVED.value) & Q(saved=None),
                name="subscription_names_its_selection",
            )
        ]

    def __str__(self) -> str:
        return f"subscription {self.pk}"


class SubscribedSubject(models.Model):
    """A subject that a subscription names (订阅的主体); negative: a natural person, who consented by `request_id`."""

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, db_index=False)
    subject = models.BigIntegerField()
    request_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "subject"], name="subscribed_subject_once")]

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.subject}"


class Decision(models.Model):
    """What a second official decided of a request (审批)."""

    subscription = models.OneToOneField(Subscription, on_delete=models.PROTECT)
    is_approved = models.BooleanField()
    reason = models.CharField(max_length=500, default="", blank=True)
    decided_by = models.CharField(max_length=150)
    decided_by_id = models.BigIntegerField()
    decided_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"decision on subscription {self.subscription_id}"


class Ending(models.Model):
    """A subscription was ended before its time (终止)."""

    subscription = models.OneToOneField(Subscription, on_delete=models.PROTECT)
    reason = models.CharField(max_length=500)
    ended_by = models.CharField(max_length=150)
    ended_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"end of subscription {self.subscription_id}"


class Lane(models.Model):
    """Where the deliveries of one subscription stand (交付通道). Begins with the approval.

    `copied_to`: the last row of the records that were there at the beginning; null: all are in. `failures` in a row;
    `stopped_at`: given up until someone begins anew. `entries` and `head` are the end of its log.
    """

    subscription = models.OneToOneField(Subscription, on_delete=models.PROTECT)
    is_open = models.BooleanField(default=False)  # events are routed to it
    copied_to = models.BigIntegerField(null=True)
    last_sequence = models.BigIntegerField(default=0)
    failures = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    last_fault = models.CharField(max_length=200, default="", blank=True)
    last_success_at = models.DateTimeField(null=True)
    entries = models.BigIntegerField(default=0)
    head = models.CharField(max_length=64)
    closed_at = models.DateTimeField(null=True)  # the subscription is over; takedowns of what was delivered still go
    outstanding = models.UUIDField(null=True)  # written as a file, its receipt has not come

    def __str__(self) -> str:
        return f"lane of subscription {self.subscription_id}"


class Dispatch(models.Model):
    """One event for one consumer (交付事项), in the consumer's own sequence, which has no gaps."""

    id = models.BigAutoField(primary_key=True)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    sequence = models.BigIntegerField()
    natural_key = models.UUIDField()
    subject = models.BigIntegerField()
    item = models.CharField(max_length=64)
    kind = models.CharField(max_length=12)
    version = models.IntegerField()
    urgency = models.SmallIntegerField(choices=[(u.value, u.name) for u in Urgency])
    happened_at = models.DateTimeField()
    routed_at = models.DateTimeField()
    attempts = models.IntegerField(default=0, db_default=0)
    refusals = models.IntegerField(default=0, db_default=0)
    is_alone = models.BooleanField(default=False, db_default=False)
    retry_at = models.DateTimeField(null=True)
    replays = models.IntegerField(default=0, db_default=0)
    outcome = models.CharField(
        max_length=12, choices=[(o.value, o.value) for o in Outcome], default="", db_default="", blank=True
    )
    cause = models.CharField(max_length=200, default="", db_default="", blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "sequence"], name="dispatch_sequence")]
        indexes = [
            models.Index(fields=["subscription", "urgency", "sequence"], name="dispatch_open", condition=Q(outcome="")),
            models.Index(fields=["subscription", "subject"], name="dispatch_subject", condition=Q(outcome="")),
            models.Index(fields=["subscription", "natural_key"], name="dispatch_record"),
            models.Index(fields=["subscription", "sequence"], name="dispatch_dead", condition=Q(outcome="dead")),
            models.Index(
                fields=["subscription", "subject"],
                name="dispatch_retry",
                condition=Q(outcome="", retry_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"event {self.subscription_id}-{self.sequence}"


class DeliveryEntry(models.Model):
    """One entry of a consumer's log of deliveries (交付日志), chained and signed; append-only."""

    id = models.BigAutoField(primary_key=True)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    number = models.BigIntegerField()
    step = models.CharField(max_length=12, choices=[(s.value, s.value) for s in Step])
    delivery = models.UUIDField()
    attempt = models.IntegerField()
    digest = models.CharField(max_length=64)
    sequences = ArrayField(models.BigIntegerField())
    fault = models.CharField(max_length=200, default="", blank=True)
    receipt = models.CharField(max_length=100, default="", blank=True)
    at = models.DateTimeField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    seal = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "number"], name="delivery_entry_number")]
        indexes = [models.Index(fields=["delivery"], name="delivery_entry_delivery")]

    def __str__(self) -> str:
        return f"entry {self.subscription_id}/{self.number}"
