"""Files that belong to something, and what the scanner said. Append-only; the content lies sealed in storage.

`reference` names what a file belongs to, as the owning room writes it, e.g. `case-12`; that room says who may see it.
"""

import uuid

from django.db import models


class Attachment(models.Model):
    """A file that was checked and kept (附件). `sha256`: of what is kept; `given_sha256`: of what was given."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=120)
    number = models.PositiveIntegerField()
    purpose = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    given_sha256 = models.CharField(max_length=64)
    limits = models.CharField(max_length=120)
    stored_as = models.CharField(max_length=200, unique=True)
    kept_by = models.CharField(max_length=150)
    kept_by_organisation = models.CharField(max_length=18, blank=True)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reference", "number"], name="attachment_reference")]

    def __str__(self) -> str:
        return f"attachment {self.pk}"


class Scan(models.Model):
    """What a scanner said about a file, or that the installation has none (病毒检查记录)."""

    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="scans")
    verdict = models.CharField(max_length=20)
    found = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["attachment", "-at"], name="scan_attachment")]

    def __str__(self) -> str:
        return f"{self.attachment_id} {self.verdict}"
