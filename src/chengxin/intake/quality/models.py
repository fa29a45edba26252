"""Figures of data quality, what providers declared, and work orders about wrong codes. All append-only."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from chengxin.intake.quality.rules import Edit, Kind


class Computation(models.Model):
    """One computing of a month's figures (质量计算); the closing one counts, once and for all."""

    month = models.DateField()  # its first day
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in Kind])
    at = models.DateTimeField()
    by_name = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["month"], condition=Q(kind=Kind.CLOSING.value), name="month_closed_once")
        ]
        indexes = [models.Index(fields=["month", "-id"], name="computation_latest")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.kind}"


class Figure(models.Model):
    """Of `total` of a provider in a month, `good` passed the check (质量指标值); see `rules.Measured`."""

    id = models.BigAutoField(primary_key=True)
    computation = models.ForeignKey(Computation, on_delete=models.PROTECT, related_name="figures")
    check_code = models.CharField(max_length=40)
    provider_id = models.BigIntegerField()
    division = models.CharField(max_length=12)
    item = models.CharField(max_length=64, blank=True)
    good = models.BigIntegerField()
    total = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["computation", "check_code", "provider_id", "division", "item"], name="figure_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.check_code} {self.good}/{self.total}"


class Declaration(models.Model):
    """How many decisions a provider says that it made in a month (应报数申报); the latest counts."""

    organisation_id = models.BigIntegerField()
    item = models.CharField(max_length=64)
    month = models.DateField()
    decisions = models.PositiveIntegerField()
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["month", "organisation_id", "item", "-id"], name="declaration_latest")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.item} {self.month:%Y-%m}"


class CodeOrder(models.Model):
    """A work order about the wrong codes of one hand-in (重错码工单); where it stands is its case's state."""

    case_id = models.BigIntegerField(unique=True)
    provider_id = models.BigIntegerField()
    item = models.CharField(max_length=64)
    submission_id = models.BigIntegerField(unique=True)
    opened_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["provider_id", "-id"], name="code_order_of_provider"),
            models.Index(fields=["opened_at"], name="code_order_opened"),
        ]

    def __str__(self) -> str:
        return f"code order {self.pk}"


class OrderLine(models.Model):
    """A row whose code is wrong or names another subject. `rest`: what else tells the decision apart, as handed in."""

    class Fault(models.TextChoices):
        CHECK_DIGIT = "check-digit"  # the code fails its check
        OTHER_SUBJECT = "other-subject"  # the code is one subject's, the name another's
        TWO_NAMES = "two-names"  # the code's subject has another name in the register

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(CodeOrder, on_delete=models.PROTECT, related_name="lines")
    row = models.IntegerField()
    fault = models.CharField(max_length=20, choices=Fault.choices)
    code = models.CharField(max_length=50)
    name = models.CharField(max_length=200)
    rest = ArrayField(models.TextField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "row"], name="order_line_once")]

    def __str__(self) -> str:
        return f"{self.order_id}:{self.row}"


class ProposedCode(models.Model):
    """A correction that the platform proposes for a line (建议代码), best first."""

    id = models.BigAutoField(primary_key=True)
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="proposals")
    place = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=18)
    name = models.CharField(max_length=200)
    edit = models.CharField(max_length=20, choices=[(e.value, e.value) for e in Edit])
    likeness = models.DecimalField(max_digits=3, decimal_places=2)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "place"], name="proposed_code_once")]

    def __str__(self) -> str:
        return f"{self.line_id} {self.code}"


class CodeDecision(models.Model):
    """Which code the provider says is right (核定代码); the latest counts. It changes no record."""

    id = models.BigAutoField(primary_key=True)
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="decisions")
    code = models.CharField(max_length=18)
    is_proposed = models.BooleanField()
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["line", "-id"], name="code_decision_latest")]

    def __str__(self) -> str:
        return f"{self.line_id} {self.code}"


class Mended(models.Model):
    """The row that came with the right code through a later hand-in (已更正)."""

    line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, related_name="mended")
    submission_id = models.BigIntegerField()
    row = models.IntegerField()
    code = models.CharField(max_length=18)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.line_id} {self.code}"


class MonthlyReport(models.Model):
    """The report of a closed month (质量月报), as it was signed, in one language."""

    computation = models.ForeignKey(Computation, on_delete=models.PROTECT, related_name="reports")
    language = models.CharField(max_length=10)
    number = models.CharField(max_length=40, unique=True)
    pdf = models.BinaryField()
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["computation", "language"], name="monthly_report_once")]

    def __str__(self) -> str:
        return self.number
