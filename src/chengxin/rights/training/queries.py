"""Reads of repair training."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from chengxin.base.errors import NotFound
from chengxin.registry.accounts.rules import Actor, Permission, Scope, require
from chengxin.rights.training import rules
from chengxin.rights.training.models import Certificate, Course, Registration
from chengxin.rights.training.rules import CourseFacts, CourseState

LONGEST_NUMBER = 40


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course, how many registered, and what can be done with it now."""

    id: int
    title_zh: str
    title_en: str
    organiser: str
    about: str
    begins_at: datetime
    ends_at: datetime
    place: str
    is_online: bool
    capacity: int
    registered: int
    state: CourseState


@dataclass(frozen=True, slots=True)
class RegistrationRow:
    """A registration with its course; `number` is the certificate's, empty before there is one."""

    id: int
    course: CourseRow
    subject_name: str
    participant: str
    registered_at: datetime
    number: str


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """What a certificate says."""

    number: str
    check_code: str
    issued_at: datetime
    title_zh: str
    title_en: str
    organiser: str
    begins_at: datetime
    ends_at: datetime
    subject_name: str
    participant: str


def coming_courses(*, at: datetime) -> tuple[CourseRow, ...]:
    """What begins after that moment, the next first. Index: `course_begins`."""
    return tuple(course_row(c, at=at) for c in counted(Course.objects.filter(begins_at__gt=at)).order_by("begins_at"))


def all_courses(*, by: Actor, at: datetime, page: int, size: int) -> tuple[tuple[CourseRow, ...], int]:
    """All courses, the latest first, and how many there are. Raises `NotPermitted`. Index: `course_begins`."""
    require(by, Permission.MANAGE_TRAINING)
    found, start = counted(Course.objects.all()).order_by("-begins_at", "-id"), (page - 1) * size
    return tuple(course_row(c, at=at) for c in found[start : start + size]), Course.objects.count()


def participants_of(course_id: int, *, by: Actor, at: datetime) -> tuple[CourseRow, tuple[RegistrationRow, ...]]:
    """A course with those who registered. Raises `NotPermitted`, `NotFound`. Index: `registration_once`."""
    require(by, Permission.MANAGE_TRAINING)
    course = counted(Course.objects.filter(pk=course_id)).first()
    if course is None:
        raise NotFound
    row = course_row(course, at=at)
    found = Registration.objects.filter(course_id=course_id, withdrawn_at=None).select_related("certificate")
    return row, tuple(_registration(r, row) for r in found.order_by("id"))


def registrations_of(about: str, *, by: Actor, at: datetime) -> tuple[RegistrationRow, ...]:
    """What a subject registered for, newest first. Raises `NotFound` for anyone else. Index: `registration_about`."""
    if not by.may_for(about, Scope.SEE):
        raise NotFound
    found = list(
        Registration.objects.filter(about=about, withdrawn_at=None).select_related("certificate").order_by("-id")
    )
    courses = {c.pk: course_row(c, at=at) for c in counted(Course.objects.filter(pk__in=[r.course_id for r in found]))}
    return tuple(_registration(r, courses[r.course_id]) for r in found)


def certificate_of(registration_id: int, about: str, *, by: Actor) -> CertificateRow:
    """The certificate of a subject's registration. Raises `NotFound`. Index: unique registration."""
    if not by.may_for(about, Scope.SEE):
        raise NotFound
    found = _certificates().filter(registration_id=registration_id, registration__about=about).first()
    if found is None:
        raise NotFound
    return _certificate(found)


def certificate_numbered(number: str, code: str) -> CertificateRow | None:
    """The certificate with that number and check code; None where either is wrong. Index: unique number."""
    cleaned = number.strip().upper()
    if not cleaned or len(cleaned) > LONGEST_NUMBER or "\x00" in cleaned:
        return None
    found = _certificates().filter(number=cleaned).first()
    return _certificate(found) if found and found.check_code == code.strip().upper() else None


def counted(courses: "QuerySet[Course]") -> "QuerySet[Course]":
    """Courses with how many are registered."""
    return courses.annotate(taken=Count("registrations", filter=Q(registrations__withdrawn_at__isnull=True)))


def facts_of(course: Course, *, registered: int) -> CourseFacts:
    """What decides whether the course can be joined."""
    return CourseFacts(
        course.begins_at, course.ends_at, course.capacity, registered, is_cancelled=course.cancelled_at is not None
    )


def course_row(course: Course, *, at: datetime) -> CourseRow:
    """A counted course as a row."""
    registered: int = course.taken  # type: ignore[attr-defined]
    return CourseRow(
        id=course.pk,
        title_zh=course.title_zh,
        title_en=course.title_en,
        organiser=course.organiser,
        about=course.about,
        begins_at=course.begins_at,
        ends_at=course.ends_at,
        place=course.place,
        is_online=course.is_online,
        capacity=course.capacity,
        registered=registered,
        state=rules.state(facts_of(course, registered=registered), at=at),
    )


def _registration(found: Registration, course: CourseRow) -> RegistrationRow:
    number = found.certificate.number if hasattr(found, "certificate") else ""
    return RegistrationRow(found.pk, course, found.subject_name, found.participant, found.registered_at, number)


def _certificates() -> "QuerySet[Certificate]":
    return Certificate.objects.select_related("registration__course")


def _certificate(found: Certificate) -> CertificateRow:
    registration = found.registration
    course = registration.course
    return CertificateRow(
        number=found.number,
        check_code=found.check_code,
        issued_at=found.issued_at,
        title_zh=course.title_zh,
        title_en=course.title_en,
        organiser=course.organiser,
        begins_at=course.begins_at,
        ends_at=course.ends_at,
        subject_name=registration.subject_name,
        participant=registration.participant,
    )
