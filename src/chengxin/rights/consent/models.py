"""Requests, what was signed, what was withdrawn, and who looked. All append-only: nothing is rewritten.

Row-level security on each: a subject sees what is about it, an organisation its own requests and what became of them,
the service window and the audit all; without a stated purpose nothing is seen (migration 0004). Who is concerned stands
in each table, so that no row has to be looked up to judge another (bench/access).
"""

from uuid import uuid4

from django.db import models

from chengxin.rights.consent.rules import Method


class Request(models.Model):
    """An organisation asks a subject for its consent (授权请求): `[valid_from, valid_until)`.

    `about` is the subject's reference, empty where the platform knows nobody by that number (the asker is not told).
    """

    organisation_id = models.BigIntegerField()
    organisation_code = models.CharField(max_length=18)
    about = models.CharField(max_length=60)
    purpose = models.CharField(max_length=60)
    policy = models.CharField(max_length=80)
    items = models.JSONField()
    valid_from = models.DateField()
    valid_until = models.DateField()
    most_queries = models.IntegerField()
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["about"], name="consent_request_about"),
            models.Index(fields=["organisation_id"], name="consent_request_asker"),
        ]

    def __str__(self) -> str:
        return f"consent request {self.pk}"


class Consent(models.Model):
    """A consent as it was signed (授权), with its receipt after ISO/IEC TS 27560 and the platform's signature on it."""

    request = models.OneToOneField(Request, on_delete=models.PROTECT)
    organisation_id = models.BigIntegerField()
    about = models.CharField(max_length=60)
    method = models.CharField(max_length=10, choices=[(m.value, m.value) for m in Method])
    signed_by = models.CharField(max_length=150)
    wording_version = models.CharField(max_length=80)
    wording_sha256 = models.BinaryField(max_length=32)
    receipt = models.JSONField()
    granted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"consent {self.pk}"


class Refusal(models.Model):
    """The subject did not consent (不同意)."""

    request = models.OneToOneField(Request, on_delete=models.PROTECT)
    organisation_id = models.BigIntegerField()
    about = models.CharField(max_length=60)
    refused_by = models.CharField(max_length=150)
    refused_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"refusal {self.pk}"


class Revocation(models.Model):
    """The subject withdrew its consent (撤回授权); `by_platform`: what it was given for ended, and it did not."""

    consent = models.OneToOneField(Consent, on_delete=models.PROTECT)
    organisation_id = models.BigIntegerField()
    about = models.CharField(max_length=60)
    revoked_by = models.CharField(max_length=150)
    revoked_at = models.DateTimeField()
    by_platform = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"revocation {self.pk}"


class WindowForm(models.Model):
    """A consent on paper (纸质授权书), as an officer at a service window scanned it; a second officer makes it count.

    The scan is kept among the attachments (`base.attachments`), sealed. Two forms may stand behind one request, one
    after the other: where the first was rejected.
    """

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="windowforms")
    number = models.CharField(max_length=60, unique=True)
    signed_by = models.CharField(max_length=150)
    scan_id = models.UUIDField()
    recorded_by = models.CharField(max_length=150)
    recorded_by_id = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"window form {self.pk}"


class WindowCheck(models.Model):
    """What the second officer found, comparing the scan with the request (复核)."""

    form = models.OneToOneField(WindowForm, on_delete=models.PROTECT, related_name="check_made")
    is_confirmed = models.BooleanField()
    reason = models.CharField(max_length=500, default="")
    checked_by = models.CharField(max_length=150)
    checked_by_id = models.BigIntegerField()
    checked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"window check {self.pk}"


class NoticeWish(models.Model):
    """Whether a subject wants a notice of each read; the latest counts."""

    about = models.CharField(max_length=60)
    wanted = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["about"], name="consent_wish_about")]

    def __str__(self) -> str:
        return f"notice wish {self.pk}"


class AccessEntry(models.Model):
    """One read of what is not public (查询记录): who, for whom, why, on which basis, what.

    Row-level security: without a purpose nothing is seen; else only rows about the subject that the transaction names,
    and of those no sealed one before its end; an auditor's purpose sees all.
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    organisation_id = models.BigIntegerField(null=True)
    organisation_code = models.CharField(max_length=18)
    about = models.CharField(max_length=60)
    purpose = models.CharField(max_length=60)
    basis = models.CharField(max_length=300)
    consent_id = models.BigIntegerField(null=True)
    fields = models.JSONField()  # item code -> codes of the fields that were read
    records = models.IntegerField()
    door = models.CharField(max_length=20)
    matter = models.CharField(max_length=60, default="")  # 案号, 事项编号: for the audit, not told to the subject
    sealed_until = models.DateTimeField(null=True)
    sealed_basis = models.CharField(max_length=300, default="")

    class Meta:
        indexes = [
            models.Index(fields=["about", "at"], name="access_about"),
            models.Index(fields=["consent_id"], name="access_consent", condition=models.Q(consent_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"access {self.pk}"
