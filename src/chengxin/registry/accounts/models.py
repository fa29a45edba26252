from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q

from chengxin.registry.accounts.rules import Role


class Organisation(models.Model):
    """A department, district, court, bank or agency that hands in, asks for or handles records (单位)."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", "部门"
        DISTRICT = "district", "县(市、区)人民政府"
        DEVELOPMENT_ZONE = "development-zone", "开发区管委会"
        COURT = "court", "法院"
        PARTY = "party", "党委部门"
        PUBLIC_SERVICE = "public-service", "公共服务单位"
        BANK = "bank", "银行"
        AGENCY = "agency", "信用服务机构"

    code = models.CharField("统一社会信用代码", max_length=18, unique=True)
    code_is_generated = models.BooleanField("代码为系统生成", default=False)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    division = models.CharField("行政区划代码", max_length=12)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name_zh


class User(AbstractUser):
    """A person who signs in. Names of demo people are made up and say so."""

    display_name_zh = models.CharField(max_length=60)
    display_name_en = models.CharField(max_length=60)
    is_demo = models.BooleanField(default=False)


class Appointment(models.Model):
    """A person's role in an organisation, for a time (任职): `[valid_from, valid_until)`."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="appointments")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=40, choices=[(r.value, r.value) for r in Role])
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "organisation", "role", "valid_from", name="appointment_once"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")), name="appointment_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class SignInFailure(models.Model):
    """A failed attempt to sign in, kept to limit further ones."""

    username = models.CharField(max_length=150)
    address = models.GenericIPAddressField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["username", "at"], name="signinfailure_name"),
            models.Index(fields=["address", "at"], name="signinfailure_address"),
        ]

    def __str__(self) -> str:
        return f"{self.username} {self.at}"
