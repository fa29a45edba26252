from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from chengxin.registry.subjects.rules import Scheme, SubjectKind, SubjectStatus


class Subject(models.Model):
    """An organisation or sole trader that records are about (信用主体). Never deleted: records point here.

    `code` is the unified social credit code in force now; former and other codes with their validity stand in
    `Identifier`.
    """

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(
        max_length=20, choices=[(k.value, k.value) for k in SubjectKind if k != SubjectKind.NATURAL_PERSON]
    )
    status = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in SubjectStatus], default=SubjectStatus.ACTIVE.value
    )
    registered = models.BooleanField(default=False)  # False: known only from a feed, not yet from the base register
    division = models.CharField(max_length=12, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="subject_named")]

    def __str__(self) -> str:
        return self.name


class SubjectName(models.Model):
    """A name that a subject bears or bore (名称, 曾用名), with its bigrams for search. `until` null: the present one.

    `comparable` is `rules.comparable_name(name)`; `pairs` holds `rules.bigrams(name)` as lexemes.
    """

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="names", db_constraint=False)
    name = models.CharField(max_length=200)
    comparable = models.CharField(max_length=200)
    pairs = SearchVectorField()
    until = models.DateField(null=True)

    class Meta:
        indexes = [
            GinIndex(fields=["pairs"], name="subjectname_pairs"),
            models.Index(fields=["comparable"], name="subjectname_prefix", opclasses=["varchar_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return self.name


class Identifier(models.Model):
    """A code of a subject in some register, with validity `[valid_from, valid_until)`; null: since or for ever."""

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="identifiers")
    scheme = models.CharField(max_length=40, choices=[(s.value, s.value) for s in Scheme])
    value = models.CharField(max_length=50)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "value"], condition=Q(valid_until__isnull=True), name="identifier_names_one_subject"
            )
        ]
        indexes = [models.Index(fields=["subject"], name="identifier_subject")]

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"


class SubjectMerge(models.Model):
    """Two entries of the register that were one subject, made one (主体合并): `absorbed` now stands in `survivor`.

    What moved is kept, so that it can go back: `names` as {id, until}, `identifiers` as ids. Only `undone_at` is ever
    written again.
    """

    id = models.BigAutoField(primary_key=True)
    absorbed = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    absorbed_code = models.CharField(max_length=18)
    survivor = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    survivor_code = models.CharField(max_length=18)
    status = models.CharField(max_length=20)  # of the absorbed one, until then
    was_registered = models.BooleanField()
    names = models.JSONField()
    identifiers = models.JSONField()
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed"], condition=Q(undone_at__isnull=True), name="subject_merged_once"
            )
        ]
        indexes = [
            models.Index(fields=["survivor"], name="subject_merged_into", condition=Q(undone_at__isnull=True)),
            models.Index(fields=["survivor_code"], name="subject_merged_code", condition=Q(undone_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"merge {self.pk}: {self.absorbed_code} into {self.survivor_code}"


class Person(models.Model):
    """A natural person (自然人). Name and identifier are sealed; found by the keyed hash of type and number.

    Row-level security: without a purpose set for the transaction (`base.database.context.acting`) no row is seen.
    """

    id = models.BigAutoField(primary_key=True)
    document_type = models.CharField(max_length=20)
    number_hash = models.BinaryField(max_length=32, unique=True)
    sealed_number = models.BinaryField()
    sealed_name = models.BinaryField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"person {self.pk}"
