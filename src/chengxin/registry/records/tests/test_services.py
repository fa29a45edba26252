import json
from datetime import timedelta

import pytest
from django.db import transaction
from psycopg.errors import UniqueViolation

from chengxin.registry.records import services
from chengxin.registry.records.models import Record
from chengxin.registry.records.tests.factories import BEFORE, key_of, organisation_record, versions
from chengxin.registry.subjects.tests.factories import company

pytestmark = pytest.mark.django_db
LATER = BEFORE + timedelta(days=1)


def test_present_versions_are_told_for_the_keys_asked_for():
    subject = company("南宁虚构商行")
    organisation_record(subject, "a", payload='{"CF_WSH":"虚构甲号"}')
    organisation_record(subject, "b")

    found = services.present_versions([str(key_of("a")), str(key_of("nobody's"))])

    assert list(found) == [str(key_of("a"))]
    present = found[str(key_of("a"))]
    assert (present.version, present.state, json.loads(present.payload)) == (1, "in-force", {"CF_WSH": "虚构甲号"})


def test_a_new_version_closes_the_one_before_at_the_same_moment_and_keeps_it():
    subject = company("南宁虚构商行")
    organisation_record(subject, "a")
    old = Record.objects.get()

    corrected = versions(subject, "a", payload='{"CF_WSH":"虚构2号"}', version=2)
    services.store(corrected, superseded=[old.pk], at=LATER)

    kept = list(Record.objects.order_by("version").values_list("version", "known_from", "known_until"))
    assert kept == [(1, BEFORE, LATER), (2, LATER, None)]
    assert Record.objects.get(version=1).payload == {"CF_WSH": "虚构1号"}


def test_a_closed_version_is_never_closed_again():
    subject = company("南宁虚构商行")
    organisation_record(subject, "a")
    old = Record.objects.get()
    services.store(versions(subject, "a", version=2), superseded=[old.pk], at=LATER)

    services.store(versions(subject), superseded=[old.pk], at=LATER + timedelta(days=1))

    assert Record.objects.get(version=1).known_until == LATER


def test_two_present_versions_of_one_record_are_refused():
    subject = company("南宁虚构商行")
    organisation_record(subject, "a")

    with pytest.raises(UniqueViolation, match="record_one_present_version"), transaction.atomic():
        organisation_record(subject, "a")

    assert Record.objects.count() == 1


@pytest.mark.parametrize("text", ["反斜杠\\", "换行\n第二行", "制表\t符", '引号"', "\\N", "𠮷"])
def test_whatever_a_field_says_is_kept_to_the_letter(text):
    subject = company("南宁虚构商行")

    organisation_record(subject, payload=json.dumps({"CF_SY": text}, ensure_ascii=False))

    assert Record.objects.get().payload == {"CF_SY": text}
