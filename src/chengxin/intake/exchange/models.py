"""Who received which record, what changed since, and who was told. Of a notice only what became of its delivery and its
acknowledgement is ever written again.
"""

from django.db import models
from django.db.models import Q

from chengxin.intake.exchange.rules import TAKEDOWNS, Door, PackageRoad, PackageState, Road, Urgency
from chengxin.registry.accounts.models import Organisation


class Receipt(models.Model):
    """An organisation received a record (接收记录). The first time counts; append-only."""

    natural_key = models.UUIDField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    door = models.CharField(max_length=10, choices=[(d.value, d.value) for d in Door])
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["natural_key", "organisation"], name="receipt_once")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.natural_key}"


class Change(models.Model):
    """A change of one record's state or content that whoever received the record must learn of (变更). Append-only."""

    natural_key = models.UUIDField()
    change = models.CharField(max_length=12)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["natural_key", "at"], name="change_once")]
        indexes = [models.Index(fields=["at"], name="change_takedowns", condition=Q(change__in=sorted(TAKEDOWNS)))]

    def __str__(self) -> str:
        return f"{self.change} {self.natural_key}"


class Webhook(models.Model):
    """Where an organisation's system takes changes (推送地址), and the sealed secret that signs them.

    Only `ended_at` is ever written again.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    address = models.CharField(max_length=500)
    secret = models.CharField(max_length=300)
    registered_by = models.CharField(max_length=150)
    registered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(ended_at__isnull=True), name="webhook_one_in_force"
            )
        ]

    def __str__(self) -> str:
        return f"webhook {self.pk}"


class ChangeNotice(models.Model):
    """One change told to one organisation that received the record (变更通知).

    `next_attempt_at` is null where nothing is to be delivered from here: the organisation fetches, has acknowledged,
    its delivery was given up (`dead_at`), or a subscription carries it (`carried_by`).
    """

    change = models.ForeignKey(Change, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    urgency = models.SmallIntegerField(choices=[(u.value, u.name) for u in Urgency])
    told_at = models.DateTimeField()
    attempts = models.IntegerField(default=0, db_default=0)
    next_attempt_at = models.DateTimeField(null=True)
    last_fault = models.CharField(max_length=200, default="", db_default="")
    dead_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=150, default="", db_default="")
    road = models.CharField(
        max_length=10, choices=[(r.value, r.value) for r in Road], default="", db_default="", blank=True
    )
    carried_by = models.BigIntegerField(null=True)  # number of the subscription that tells it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["change", "organisation"], name="change_notice_once")]
        indexes = [
            models.Index(fields=["organisation", "id"], name="change_notice_feed"),
            models.Index(
                fields=["organisation"], name="change_notice_waiting", condition=Q(acknowledged_at__isnull=True)
            ),
            models.Index(
                fields=["urgency", "next_attempt_at"],
                name="change_notice_due",
                condition=Q(next_attempt_at__isnull=False),
            ),
            models.Index(
                fields=["dead_at"],
                name="change_notice_dead",
                condition=Q(dead_at__isnull=False, acknowledged_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"change notice {self.pk}"


class ExchangePackage(models.Model):
    """A package from or to another platform (交换包). What came or went is never rewritten, only where it stands.

    `results` are the rows of its receipt: `row`, `accepted`, `reason`.
    """

    identifier = models.UUIDField(unique=True)
    is_inbound = models.BooleanField()
    sender = models.CharField(max_length=40)
    receiver = models.CharField(max_length=40)
    resource = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    kept_at = models.DateTimeField()
    body = models.JSONField()
    road = models.CharField(max_length=10, choices=[(r.value, r.value) for r in PackageRoad])
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in PackageState])
    results = models.JSONField(null=True)
    settled_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    last_fault = models.CharField(max_length=200, default="")

    class Meta:
        indexes = [
            models.Index(fields=["next_attempt_at"], name="package_due", condition=Q(next_attempt_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"package {self.identifier}"
