"""The public log: its leaves, what opens them, its signed heads and their keys.

Append-only, for the owner of the tables as well.
"""

from django.db import models
from django.db.models import Q


class LogLeaf(models.Model):
    """A leaf of the log, word for word as it was hashed; `index` counts from 0 without gaps."""

    index = models.BigIntegerField(primary_key=True)
    content = models.TextField()
    hash = models.BinaryField(max_length=32)
    appended_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(index__gte=0), name="log_leaf_counts")]

    def __str__(self) -> str:
        return f"leaf {self.index}"


class LogOpening(models.Model):
    """What a leaf is bound to, and the salt: never public. `reference` names whom it concerns, as its room does."""

    leaf = models.OneToOneField(LogLeaf, on_delete=models.PROTECT, primary_key=True)
    reference = models.CharField(max_length=80)
    salt = models.BinaryField(max_length=32)
    statement = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["reference"], name="log_opening_reference")]

    def __str__(self) -> str:
        return f"opening of {self.leaf_id}"


class LogPart(models.Model):
    """One of the many whom a single leaf concerns: `place` in the leaf's own tree (from 0), and what opens it.

    Never public, as an opening. `topic` is the leaf's own. The foreign key is not checked row by row (ADR 0004).
    """

    id = models.BigAutoField(primary_key=True)
    leaf = models.ForeignKey(LogLeaf, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    place = models.IntegerField()
    topic = models.CharField(max_length=60)
    reference = models.CharField(max_length=80)
    salt = models.BinaryField(max_length=32)
    statement = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["leaf", "place"], name="log_part_place")]
        indexes = [models.Index(fields=["reference"], name="log_part_reference")]

    def __str__(self) -> str:
        return f"part {self.place} of {self.leaf_id}"


class LogHead(models.Model):
    """The signed head of the log when it had `size` leaves; `frontier` holds its full subtrees, largest first."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    frontier = models.BinaryField()
    timestamp = models.BigIntegerField()
    signature = models.BinaryField()

    def __str__(self) -> str:
        return f"head of {self.size}"


class LogSigner(models.Model):
    """A key that signs heads: from that of `first` leaves on, until the next one's.

    `vouched`: the signature of the key before it over it (`keyring.Signer.told`); empty where that key was not at hand.
    """

    first = models.BigIntegerField(primary_key=True)
    key = models.TextField()
    vouched = models.BinaryField()
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(first__gte=1), name="log_signer_counts")]

    def __str__(self) -> str:
        return f"key from {self.first} on"
