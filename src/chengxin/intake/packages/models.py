"""Which versions of records were told to which platform above, in which package, and what it said of each."""

from django.db import models
from django.db.models import Q

from chengxin.intake.exchange.models import ExchangePackage
from chengxin.intake.packages.rules import Operation, Outcome
from chengxin.registry.accounts.models import Organisation


class ReportMark(models.Model):
    """Up to which record all were looked at for a platform (上报进度)."""

    receiver = models.CharField(max_length=40, unique=True)
    through = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.receiver} {self.through}"


class UpwardRow(models.Model):
    """A version of a record in a package upwards (上报行). Only what became of it is ever written again."""

    package = models.ForeignKey(ExchangePackage, on_delete=models.PROTECT)
    number = models.IntegerField()  # of the row in the package, from 1
    receiver = models.CharField(max_length=40)
    natural_key = models.UUIDField()
    version = models.IntegerField()
    item = models.CharField(max_length=64)
    operation = models.CharField(max_length=8, choices=[(o.value, o.value) for o in Operation])
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    outcome = models.CharField(
        max_length=10, choices=[(o.value, o.value) for o in Outcome], default=Outcome.WAITING.value
    )
    reason = models.CharField(max_length=500, default="", blank=True)
    case_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receiver", "natural_key", "version"], name="upward_row_once"),
            models.UniqueConstraint(fields=["package", "number"], name="upward_row_in_package"),
        ]
        indexes = [
            models.Index(fields=["provider", "-id"], name="upward_row_returned", condition=Q(outcome="rejected")),
        ]

    def __str__(self) -> str:
        return f"{self.package_id}/{self.number}"
