import pytest
from django.db import connection

from chengxin.base.database.context import acting

pytestmark = pytest.mark.django_db


def stated() -> tuple[str, ...]:
    names = ("chengxin.actor", "chengxin.purpose", "chengxin.basis")
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"coalesce(current_setting('{n}', true), '')" for n in names))
        return cursor.fetchone()


def test_who_and_why_are_stated_inside_and_forgotten_after():
    with acting(actor="clerk", purpose="own-report", basis="consent"):
        inside = stated()

    assert inside == ("clerk", "own-report", "consent")
    assert stated() == ("", "", "")


def test_an_inner_purpose_ends_before_the_outer_one():
    with acting(actor="a", purpose="outer", basis="b"):
        with acting(actor="a", purpose="inner", basis="b"):
            inner = stated()
        outer = stated()

    assert (inner[1], outer[1]) == ("inner", "outer")


def test_a_purpose_is_forgotten_when_the_work_fails():
    with pytest.raises(RuntimeError), acting(actor="a", purpose="p", basis="b"):
        raise RuntimeError

    assert stated() == ("", "", "")


@pytest.mark.parametrize("missing", ["actor", "purpose", "basis"])
def test_nothing_is_read_without_all_three(missing):
    given = {"actor": "a", "purpose": "p", "basis": "b"} | {missing: ""}

    with pytest.raises(ValueError, match="must be stated"), acting(**given):
        pytest.fail("went on without a purpose")


@pytest.mark.parametrize("outer", ["own-report", "another"])
def test_a_lock_that_is_waited_for_along_with_it_is_held_inside(outer):
    with acting(actor="a", purpose=outer, basis="b"):
        before = held()
        with acting(actor="a", purpose="own-report", basis="b", behind="a matter"):
            inside = held()

    assert inside == before + 1


def held() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        return cursor.fetchone()[0]
