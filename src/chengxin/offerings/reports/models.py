"""What a natural person adds to the report about them, and who checked one. Append-only, under row-level security."""

from django.db import models


class OwnNote(models.Model):
    """What a person wants to be read beside their records (本人说明); the latest counts, an empty one takes it back."""

    about = models.CharField(max_length=60)
    text = models.CharField(max_length=500)
    written_by = models.CharField(max_length=150)
    written_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["about", "-id"], name="report_note_about")]

    def __str__(self) -> str:
        return f"own note {self.pk}"


class ReportCheck(models.Model):
    """Someone who held a person's report had it verified (核验): which report, and when; never who."""

    number = models.CharField(max_length=40)
    about = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["about", "number"], name="report_check_about")]

    def __str__(self) -> str:
        return f"report check {self.pk}"
