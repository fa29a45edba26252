from django.db import models


class Change(models.Model):
    """A change of one record's state that whoever received the record must learn of (变更通知). Append-only."""

    natural_key = models.UUIDField()
    change = models.CharField(max_length=12)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["natural_key", "at"], name="change_once")]

    def __str__(self) -> str:
        return f"{self.change} {self.natural_key}"
