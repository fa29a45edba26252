"""Courses of repair training, who registered, who was there, and the certificates. Of a course only its cancellation,
of a registration only its withdrawal is ever written again.
"""

from django.db import models
from django.db.models import F, Q


class Course(models.Model):
    """A course (培训场次), free of charge: `[begins_at, ends_at)`. `place` is an address or, online, a link."""

    title_zh = models.CharField(max_length=100)
    title_en = models.CharField(max_length=200)
    organiser = models.CharField(max_length=100)
    about = models.TextField(default="", blank=True)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=300)
    is_online = models.BooleanField()
    capacity = models.IntegerField()
    announced_by = models.CharField(max_length=150)
    announced_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["begins_at"], name="course_begins")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at"), capacity__gt=0), name="course_makes_sense")
        ]

    def __str__(self) -> str:
        return f"course {self.pk}"


class Registration(models.Model):
    """A subject registered someone for a course (报名); `subject_name` is empty for a natural person."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="registrations")
    about = models.CharField(max_length=60)
    subject_name = models.CharField(max_length=200)
    participant = models.CharField(max_length=60)
    registered_by = models.CharField(max_length=150)
    registered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["about"], name="registration_about")]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "about"], condition=Q(withdrawn_at__isnull=True), name="registration_once"
            )
        ]

    def __str__(self) -> str:
        return f"registration {self.pk}"


class Certificate(models.Model):
    """Who registered was there (到课), and the number under which that is certified (培训证明). Append-only."""

    registration = models.OneToOneField(Registration, on_delete=models.PROTECT)
    number = models.CharField(max_length=40, unique=True)
    check_code = models.CharField(max_length=20)
    attended_by = models.CharField(max_length=150)
    issued_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.number
