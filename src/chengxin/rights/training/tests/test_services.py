"""Training from announcement to certificate: who may do what, and what is refused."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction

from chengxin.base.casework.tests.factories import told_to
from chengxin.base.documents import signing
from chengxin.base.errors import ChengxinError, NotFound, NotPermitted
from chengxin.registry.accounts.rules import Scope
from chengxin.rights.repair.tests.factories import COMPANY, officer, representative
from chengxin.rights.training import printing, queries, services
from chengxin.rights.training.errors import (
    AlreadyRegistered,
    CourseFull,
    CourseIncomplete,
    CourseNotOpen,
    NotBegun,
    ParticipantMissing,
)
from chengxin.rights.training.models import Certificate, Course, Registration
from chengxin.rights.training.tests.factories import BEGINS, ENDS, NOON, OFFICE, TEXTS, course, registered

pytestmark = pytest.mark.django_db
OTHER = "subject:another"


def test_a_company_registers_is_there_and_gets_a_signed_certificate_that_can_be_verified():
    course_id = course()
    registration = registered(course_id)

    assert services.certify(course_id, [registration], by=OFFICE, at=ENDS) == 1

    row = queries.certificate_of(registration, COMPANY, by=representative())
    found = queries.certificate_numbered(row.number, row.check_code)
    assert (found, row.number.startswith("PX20260908-")) == (row, True)
    assert queries.certificate_numbered(row.number, "XXXXXXXX") is None
    seal = signing.verify_pdf(printing.certificate_pdf(row), at=ENDS)
    assert (seal.signed, seal.intact, seal.whole) == (True, True, True)
    assert [n.title_zh for n in told_to(COMPANY)].count("培训证明已出具") == 1


def test_certifying_again_changes_nothing():
    course_id = course()
    registration = registered(course_id)

    made = [services.certify(course_id, [registration], by=OFFICE, at=ENDS) for _ in range(2)]

    assert (made, Certificate.objects.count()) == ([1, 0], 1)


def test_who_was_not_there_gets_no_certificate():
    course_id = course()
    there, away = registered(course_id), registered(course_id, about=OTHER)

    services.certify(course_id, [there], by=OFFICE, at=BEGINS)

    assert list(Certificate.objects.values_list("registration_id", flat=True)) == [there]
    with pytest.raises(NotFound):
        queries.certificate_of(away, OTHER, by=representative(OTHER))


def test_a_full_course_takes_nobody_until_someone_withdraws():
    course_id = course(capacity=1)
    first = registered(course_id)
    with pytest.raises(CourseFull):
        registered(course_id, about=OTHER)

    services.withdraw(first, about=COMPANY, by=representative(), at=NOON)

    assert registered(course_id, about=OTHER)
    assert Registration.objects.filter(withdrawn_at=None).count() == 1


@pytest.mark.parametrize(
    ("act", "refusal"),
    [
        (lambda c: registered(c, at=BEGINS), CourseNotOpen),
        (lambda c: registered(c, participant="  "), ParticipantMissing),
        (lambda c: services.certify(c, [1], by=OFFICE, at=NOON), NotBegun),
        (lambda c: services.certify(c, [1], by=officer(), at=ENDS), NotPermitted),
        (lambda c: services.cancel_course(c, by=officer(), at=NOON), NotPermitted),
        (lambda c: services.cancel_course(c, by=OFFICE, at=BEGINS), CourseNotOpen),
        (lambda c: queries.participants_of(c, by=officer(), at=NOON), NotPermitted),
        (
            lambda c: services.register(
                c, about=COMPANY, subject_name="", participant="x", by=representative(COMPANY, Scope.SEE), at=NOON
            ),
            NotPermitted,
        ),
        (
            lambda c: services.register(
                c, about=COMPANY, subject_name="", participant="x", by=representative(OTHER), at=NOON
            ),
            NotPermitted,
        ),
    ],
)
def test_what_is_refused_changes_nothing(act, refusal: type[ChengxinError]):
    course_id = course()

    with pytest.raises(refusal):
        act(course_id)

    assert not Registration.objects.exists()
    assert Course.objects.get().cancelled_at is None


def test_a_subject_registers_once():
    course_id = course()
    registered(course_id)

    with pytest.raises(AlreadyRegistered):
        registered(course_id)


def test_a_cancelled_course_takes_nobody_and_those_registered_are_told():
    course_id = course()
    registered(course_id)

    services.cancel_course(course_id, by=OFFICE, at=NOON)

    assert [n.title_zh for n in told_to(COMPANY)].count("信用修复培训取消") == 1
    with pytest.raises(CourseNotOpen):
        registered(course_id, about=OTHER)


@pytest.mark.parametrize(
    "changed",
    [
        {"texts": TEXTS | {"title_zh": " "}},
        {"texts": TEXTS | {"place": "x" * 301}},
        {"begins_at": NOON - timedelta(days=1)},
        {"ends_at": BEGINS},
        {"begins_at": None},
        {"capacity": 0},
        {"capacity": 5001},
    ],
)
def test_a_course_that_makes_no_sense_is_not_announced(changed):
    given = {"texts": TEXTS, "begins_at": BEGINS, "ends_at": ENDS, "capacity": 2} | changed

    with pytest.raises(CourseIncomplete):
        services.announce_course(given.pop("texts"), **given, is_online=True, by=OFFICE, at=NOON)

    assert not Course.objects.exists()


def test_the_application_cannot_rewrite_a_certificate():
    course_id = course()
    services.certify(course_id, [registered(course_id)], by=OFFICE, at=ENDS)

    with pytest.raises(ProgrammingError), transaction.atomic():
        Certificate.objects.update(number="PX")
    with pytest.raises(ProgrammingError), transaction.atomic():
        Registration.objects.update(participant="另一人")
