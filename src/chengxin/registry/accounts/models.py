from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q

from chengxin.registry.accounts.rules import MandateKind, Role


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
        ASSOCIATION = "association", "行业协会"

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
    sessions_from = models.DateTimeField(null=True)  # sessions begun earlier are over


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


class Mandate(models.Model):
    """A person's right to act on behalf of a subject (代理权): `[valid_from, valid_until)`; null: without end.

    `about` is `subject:CODE` or `person:ID`; `scopes` holds values of `Scope` separated by spaces; `proof` says what
    it rests on (an identity provider's statement, an officer's check, the mandate of who delegated).
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="mandates")
    about = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=[(k.value, k.value) for k in MandateKind])
    scopes = models.CharField(max_length=100)
    proof = models.CharField(max_length=200)
    delegated_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="delegations")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")), name="mandate_period"
            ),
            models.CheckConstraint(
                condition=~Q(kind=MandateKind.DELEGATE.value)
                | Q(delegated_by__isnull=False, valid_until__isnull=False),
                name="mandate_delegated_for_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["user"], name="mandate_user"),
            models.Index(fields=["about"], name="mandate_about"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.about}"


class Invitation(models.Model):
    """An offer to act on behalf of a subject (委托邀请), taken by whoever brings its code, once, before `expires_at`.

    Of the code only a keyed hash is kept; `ends_at` is the end of the mandate that it gives.
    """

    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="invitations")
    code_hash = models.BinaryField(unique=True)
    scopes = models.CharField(max_length=100)
    ends_at = models.DateTimeField()
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_by__isnull=True, taken_at__isnull=True)
                | Q(taken_by__isnull=False, taken_at__isnull=False, withdrawn_at__isnull=True),
                name="invitation_taken_or_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mandate_id} {self.offered_at}"


class Authenticator(models.Model):
    """A person's second factor (身份验证器, TOTP): a sealed secret; the last step used, so that no code works twice."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="authenticator")
    secret = models.CharField(max_length=200)
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.user_id)


class RecoveryCode(models.Model):
    """A code that stands in once for a lost authenticator (恢复码); only its keyed hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    code_hash = models.BinaryField(unique=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.user_id)


class Passkey(models.Model):
    """A person's key in a device of theirs (通行密钥, WebAuthn): its public half, and the device's counter."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=60)
    credential_id = models.BinaryField(unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField()
    registered_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user_id} {self.name}"


class ProviderIdentity(models.Model):
    """Which person of an identity provider (统一身份认证) someone is; of the provider's subject only a keyed hash."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="provider_identity")
    issuer = models.CharField(max_length=200)
    subject_hash = models.BinaryField(unique=True)
    first_seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} {self.issuer}"


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
