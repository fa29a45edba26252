import pytest
from django.db import connection

from chengxin.base.database.context import ToldByRow, acting, go_on

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


def found(purpose: str) -> list[str]:
    column, _ = ToldByRow(purpose="purpose", basis="'consent ' || id", about="about").as_sql(None, connection)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM (VALUES (7, %s, 'person:1')) AS asked (id, purpose, about)", [purpose])
        return cursor.fetchone()[0]


def test_a_row_that_is_found_says_what_the_rest_is_read_for():
    with acting(actor="a", purpose="asking", basis="b", organisation=1):
        go_on(found("loan"))
        inside = stated()

    assert inside == ("a", "loan", "consent 7")
    assert stated() == ("", "", "")


def test_a_row_that_says_no_purpose_is_no_reason_to_go_on():
    with acting(actor="a", purpose="asking", basis="b"), pytest.raises(ValueError, match="must be stated"):
        go_on(found(""))


def test_outside_of_a_transaction_that_told_who_asks_nothing_goes_on():
    with pytest.raises(ValueError, match="must be stated"):
        go_on(["loan", "consent 7", "", ""])


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
