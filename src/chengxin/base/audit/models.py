from django.db import models


class AuditEntry(models.Model):
    """One act, chained to the act before it (审计记录). The application may insert and read, nothing else."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    organisation = models.CharField(max_length=18)
    action = models.CharField(max_length=80)
    object = models.CharField(max_length=200)
    details = models.JSONField()
    previous_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        indexes = [
            models.Index(fields=["action", "-seq"], name="audit_action"),
            models.Index(fields=["object"], name="audit_object"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"


class AuditHead(models.Model):
    """How many entries there are and the last one's hash, sealed. One row."""

    id = models.SmallIntegerField(primary_key=True)
    count = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)
    seal = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return str(self.count)
