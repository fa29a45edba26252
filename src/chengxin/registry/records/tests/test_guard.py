"""Red lines 4 and 6, tried from around the application."""

import pytest
from django.db import connection
from django.db.utils import ProgrammingError

from chengxin.base import clock
from chengxin.base.database.context import acting
from chengxin.registry.subjects.models import Person


def _person() -> None:
    Person.objects.bulk_create(
        [
            Person(
                document_type="身份证",
                number_hash=b"h" * 32,
                sealed_number=b"sealed",
                sealed_name=b"sealed",
                created_at=clock.now(),
            )
        ]
    )


@pytest.mark.django_db
def test_the_application_connects_without_superuser_rights_or_bypassrls():
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)


@pytest.mark.django_db
def test_natural_persons_are_invisible_without_a_purpose_even_to_plain_sql():
    with acting(actor="test", purpose="test", basis="test"):
        _person()

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM subjects_person")
        assert cursor.fetchone() == (0,)
    with acting(actor="test", purpose="own-report", basis="consent"):
        assert Person.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM records_record",
        "TRUNCATE records_record",
        "UPDATE records_record SET payload = '{}'",
        "DELETE FROM subjects_subject",
    ],
)
def test_the_application_cannot_overwrite_or_delete_what_it_knew(statement):
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute(statement)
