from datetime import date, timedelta

import pytest

from chengxin.registry.accounts.rules import NotPermitted, Role
from chengxin.registry.accounts.tests.factories import actor
from chengxin.registry.records import queries, services
from chengxin.registry.records.models import Record
from chengxin.registry.records.tests.factories import BEFORE, key_of, organisation_record, versions
from chengxin.registry.subjects.tests.factories import TODAY, company

pytestmark = pytest.mark.django_db
FROM, UNTIL = date(2026, 5, 9), date(2027, 5, 9)


@pytest.fixture
def subject() -> int:
    return company("南宁虚构商行")


@pytest.mark.parametrize(
    ("day", "is_shown"),
    [(FROM - timedelta(days=1), False), (FROM, True), (UNTIL - timedelta(days=1), True), (UNTIL, False)],
)
def test_a_record_is_public_from_its_first_day_until_before_its_last(subject, day, is_shown):
    organisation_record(subject)

    assert bool(queries.public_records_of(subject, on=day)) is is_shown
    assert bool(queries.public_counts_of(subject, on=day)) is is_shown
    assert queries.has_public_record(subject, on=day) is is_shown
    assert bool(queries.city_figures(on=day)) is is_shown


@pytest.mark.parametrize(
    "kept",
    [
        {"audience": "shared", "public": None},
        {"audience": "authorised", "public": None},
        {"state": "repaired"},
        {"state": "withdrawn"},
    ],
)
def test_what_is_not_public_is_neither_shown_nor_counted(subject, kept):
    organisation_record(subject, **kept)

    assert queries.public_records_of(subject, on=TODAY) == ()
    assert queries.public_counts_of(subject, on=TODAY) == {}
    assert not queries.has_public_record(subject, on=TODAY)
    assert queries.city_figures(on=TODAY) == {}


def test_a_disputed_record_is_shown_as_disputed(subject):
    organisation_record(subject, state="disputed")

    assert [r.state for r in queries.public_records_of(subject, on=TODAY)] == ["disputed"]


def test_records_come_newest_first_and_in_pages(subject):
    for month in (3, 5, 4):
        organisation_record(subject, f"{month}", decided_on=date(2026, month, 1))

    months = [r.decided_on.month for r in queries.public_records_of(subject, on=TODAY) if r.decided_on]
    (second,) = queries.public_records_of(subject, on=TODAY, limit=1, offset=1)

    assert months == [5, 4, 3]
    assert second.decided_on == date(2026, 4, 1)


def test_records_are_narrowed_by_item_and_category(subject):
    organisation_record(subject)

    assert queries.public_records_of(subject, on=TODAY, item="honour") == ()
    (row,) = queries.public_records_of(subject, on=TODAY, item="penalty-organisation")
    assert queries.public_records_of(subject, on=TODAY, category=row.category) == (row,)
    assert queries.public_records_of(subject, on=TODAY, category="nothing") == ()


def test_sealed_and_internal_fields_are_never_shown(subject):
    organisation_record(subject, payload='{"CF_WSH":"虚构1号","CF_FR_ZJHM":"sealed:v1:SECRET","BZ":"内部备注"}')

    (row,) = queries.public_records_of(subject, on=TODAY)

    assert [f.code for f in row.fields] == ["CF_WSH"]
    assert [dict(v.payload).get("CF_FR_ZJHM") for v in queries.versions_of(key_of("1"))] == [None]


def test_any_past_moment_can_be_asked_for(subject):
    organisation_record(subject, payload='{"CF_WSH":"虚构1号"}')
    corrected_at = BEFORE + timedelta(days=10)
    corrected = versions(subject, "1", payload='{"CF_WSH":"虚构2号"}', version=2)
    services.store(corrected, superseded=[Record.objects.get().pk], at=corrected_at)

    def known(at):
        return [r.document_number for r in queries.known_of(subject, at=at, on=TODAY)]

    assert known(BEFORE - timedelta(seconds=1)) == []
    assert known(BEFORE) == ["虚构1号"]
    assert known(corrected_at - timedelta(microseconds=1)) == ["虚构1号"]
    assert known(corrected_at) == ["虚构2号"]
    assert [v.version for v in queries.versions_of(key_of("1"))] == [1, 2]


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.COMPANY_REPRESENTATIVE, Role.BANK_CLERK, Role.AGENCY_CLERK])
def test_shared_records_are_refused_to_those_outside_public_bodies(subject, role):
    with pytest.raises(NotPermitted):
        queries.shared_records_of(subject, by=actor(role), purpose="licensing", basis="law", on=TODAY)


@pytest.mark.parametrize(("purpose", "basis"), [("", "law"), ("licensing", "")])
def test_shared_records_are_read_only_with_a_purpose_and_a_basis(subject, purpose, basis):
    officer = actor(Role.CREDIT_OFFICE_OPERATOR)

    with pytest.raises(ValueError, match="purpose and basis"):
        queries.shared_records_of(subject, by=officer, purpose=purpose, basis=basis, on=TODAY)


def test_a_public_body_reads_public_and_shared_but_not_authorised_records(subject):
    organisation_record(subject, "public")
    organisation_record(subject, "shared", audience="shared", public=None)
    organisation_record(subject, "authorised", audience="authorised", public=None)

    found = queries.shared_records_of(
        subject, by=actor(Role.CREDIT_OFFICE_OPERATOR), purpose="licensing", basis="law", on=TODAY
    )

    assert {r.audience for r in found} == {"public", "shared"}
