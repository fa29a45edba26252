"""Campaigns, who takes part, whom they look at, what was found, and the cases worth telling. All append-only."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Campaign(models.Model):
    """A special campaign (专项整治) as proposed: `[starts_on, ends_on)`; where it stands is its case's state."""

    case_id = models.BigIntegerField(unique=True)
    lead_id = models.BigIntegerField()
    field = models.CharField(max_length=80)  # version of the policy entry
    title = models.CharField(max_length=120)
    basis = models.TextField()
    criteria = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    selection = models.JSONField()  # rules.Selection.as_json
    proposed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gt=models.F("starts_on")), name="campaign_period")
        ]

    def __str__(self) -> str:
        return f"campaign {self.pk}"


class Member(models.Model):
    """An organisation that takes part (参加单位)."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="members")
    organisation_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "organisation_id"], name="campaign_member_once")]
        indexes = [models.Index(fields=["organisation_id"], name="campaign_member_organisation")]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.organisation_id}"


class Order(models.Model):
    """A member's task in a campaign (任务); its case says where it stands."""

    case_id = models.BigIntegerField(unique=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="orders")
    organisation_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "organisation_id"], name="campaign_order_once")]

    def __str__(self) -> str:
        return f"campaign order {self.pk}"


class Target(models.Model):
    """An organisation that the saved query found on the day of the launch (对象), and the records that it found it by.

    `record_keys` is empty for targets of campaigns that were launched before it was kept.
    """

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="targets")
    code = models.CharField(max_length=18)
    name = models.CharField(max_length=200)
    records = models.IntegerField()
    record_keys = ArrayField(models.UUIDField(), default=list, db_default=[])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "code"], name="campaign_target_once")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.code}"


class Result(models.Model):
    """What a member found at a target (核查结果); the latest counts. `outcome`: version of the policy entry."""

    id = models.BigAutoField(primary_key=True)
    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="results")
    outcome = models.CharField(max_length=80)
    found = models.TextField()
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["target", "-id"], name="campaign_result_latest")]

    def __str__(self) -> str:
        return f"{self.target_id} {self.outcome}"


class Tally(models.Model):
    """How the targets of a campaign stood when it was ended, for ever: how many by version of outcome, "" for none."""

    campaign = models.OneToOneField(Campaign, on_delete=models.PROTECT)
    outcomes = models.JSONField()

    def __str__(self) -> str:
        return f"tally {self.campaign_id}"


class TypicalCase(models.Model):
    """A case worth telling (典型案例), with no name in its text; `natural_key` is the record that names the subject."""

    case_id = models.BigIntegerField(unique=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="typical_cases")
    organisation_id = models.BigIntegerField()
    natural_key = models.UUIDField(null=True)
    title = models.CharField(max_length=120)
    text = models.TextField()
    lesson = models.TextField()
    proposed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"typical case {self.pk}"


class TakenDown(models.Model):
    """The decision that a published typical case leaves the public site; `case_id` is null for older ones."""

    typical_case = models.OneToOneField(TypicalCase, on_delete=models.PROTECT, related_name="taken_down")
    case_id = models.BigIntegerField(unique=True, null=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"taken down {self.typical_case_id}"


class Publication(models.Model):
    """The decision that a typical case stands on the public site in `[published_on, until)`."""

    typical_case = models.OneToOneField(TypicalCase, on_delete=models.PROTECT)
    published_on = models.DateField()
    until = models.DateField()

    def __str__(self) -> str:
        return f"publication {self.pk}"
