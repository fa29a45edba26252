"""Writes of repair training: announcing and cancelling courses, registering, and certifying who was there."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chengxin.base.audit import services as audit
from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.clock import CITY_TIME
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.base.identifiers.rules import CREDIT_CODE_ALPHABET
from chengxin.registry.accounts.rules import Actor, Permission, Scope, require
from chengxin.rights.training import queries, rules
from chengxin.rights.training.errors import AlreadyRegistered, CourseNotOpen, ParticipantMissing
from chengxin.rights.training.models import Certificate, Course, Registration

CERTIFIED = _("培训证明已出具")
CERTIFIED_BODY = _("您参加的信用修复培训已登记到课，证明可以在“信用修复培训”里下载。")
CANCELLED = _("信用修复培训取消")
CANCELLED_BODY = _("您报名的信用修复培训已取消，请在“信用修复培训”里选择其他场次。")


@transaction.atomic
def announce_course(
    texts: Mapping[str, str],
    *,
    begins_at: datetime | None,
    ends_at: datetime | None,
    is_online: bool,
    capacity: int,
    by: Actor,
    at: datetime,
) -> int:
    """Announce a course; `texts`: title_zh, title_en, organiser, place, about. Returns its id.

    Raises `NotPermitted`, `CourseIncomplete`.
    """
    require(by, Permission.MANAGE_TRAINING)
    begins, ends = rules.course_period(texts, begins_at=begins_at, ends_at=ends_at, capacity=capacity, at=at)
    course = Course.objects.create(
        **{name: texts.get(name, "").strip() for name in rules.LONGEST},
        begins_at=begins,
        ends_at=ends,
        is_online=is_online,
        capacity=capacity,
        announced_by=by.name,
        announced_at=at,
    )
    audit.note("training.course_announced", str(course), by=by, at=at)
    return course.pk


@transaction.atomic
def cancel_course(course_id: int, *, by: Actor, at: datetime) -> None:
    """Cancel a course that has not begun, and tell those who registered. Raises `NotPermitted`, `CourseNotOpen`."""
    require(by, Permission.MANAGE_TRAINING)
    course = _locked(course_id)
    if course.cancelled_at is not None or course.begins_at <= at:
        raise CourseNotOpen
    course.cancelled_at = at
    course.save(update_fields=["cancelled_at"])
    for about in Registration.objects.filter(course=course, withdrawn_at=None).values_list("about", flat=True):
        casework.send_notice(Party(represented=about), title=CANCELLED, body=CANCELLED_BODY, by=by, at=at)
    audit.note("training.course_cancelled", str(course), by=by, at=at)


@transaction.atomic
def register(course_id: int, *, about: str, subject_name: str, participant: str, by: Actor, at: datetime) -> int:
    """Register someone of `about` for a course; returns the registration's id.

    Raises `NotFound`, `NotPermitted`, `ParticipantMissing`, `AlreadyRegistered`, `CourseFull`, `CourseNotOpen`.
    """
    if not by.may_for(about, Scope.APPLY):
        raise NotPermitted
    course = _locked(course_id)
    taken = Registration.objects.filter(course=course, withdrawn_at=None)
    if taken.filter(about=about).exists():
        raise AlreadyRegistered
    rules.check_registration(queries.facts_of(course, registered=taken.count()), at=at)
    if not participant.strip():
        raise ParticipantMissing
    made = Registration.objects.create(
        course=course,
        about=about,
        subject_name=subject_name,
        participant=participant.strip()[:60],
        registered_by=by.name,
        registered_at=at,
    )
    audit.note("training.registered", str(made), by=by, at=at, course=course.pk)
    return made.pk


@transaction.atomic
def withdraw(registration_id: int, *, about: str, by: Actor, at: datetime) -> None:
    """Take a registration back before the course begins. Raises `NotFound`, `NotPermitted`, `CourseNotOpen`."""
    if not by.may_for(about, Scope.APPLY):
        raise NotPermitted
    found = Registration.objects.select_for_update().filter(pk=registration_id, about=about, withdrawn_at=None).first()
    if found is None:
        raise NotFound
    if found.course.begins_at <= at:
        raise CourseNotOpen
    found.withdrawn_at = at
    found.save(update_fields=["withdrawn_at"])
    audit.note("training.withdrawn", str(found), by=by, at=at)


@transaction.atomic
def certify(course_id: int, registration_ids: Sequence[int], *, by: Actor, at: datetime) -> int:
    """Note who was there and certify it; returns how many certificates are new. Repeating it changes nothing.

    Raises `NotPermitted`, `NotFound`, `NotBegun`.
    """
    require(by, Permission.MANAGE_TRAINING)
    course = _locked(course_id)
    rules.check_attendance(queries.facts_of(course, registered=0), at=at)
    present = Registration.objects.filter(course=course, pk__in=registration_ids, withdrawn_at=None, certificate=None)
    made = [
        Certificate(
            registration=one,
            number=rules.certificate_number(at.astimezone(CITY_TIME), _drawn(rules.DRAWN)),
            check_code=_drawn(rules.CHECK_CODE_LENGTH),
            attended_by=by.name,
            issued_at=at,
        )
        for one in present
    ]
    Certificate.objects.bulk_create(made)
    for one in made:
        to = Party(represented=one.registration.about)
        casework.send_notice(to, title=CERTIFIED, body=CERTIFIED_BODY, by=by, at=at)
    if made:
        audit.note("training.certified", str(course), by=by, at=at, numbers=[one.number for one in made])
    return len(made)


def _locked(course_id: int) -> Course:
    queue_behind(f"course:{course_id}")
    found = Course.objects.filter(pk=course_id).first()
    if found is None:
        raise NotFound
    return found


def _drawn(length: int) -> str:
    return "".join(secrets.choice(CREDIT_CODE_ALPHABET) for _ in range(length))
