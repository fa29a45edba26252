"""Questions of several rooms in one statement, by the mapper's connection and by one of an express lane's own."""

import asyncio
from datetime import date
from typing import Any

import psycopg
import pytest

from chengxin.base.database.awaited import in_greenlet
from chengxin.base.database.own import OwnConnection
from chengxin.base.database.preparing import prepared
from chengxin.base.database.together import Together, day

WORDS = "SELECT w, length(w), w = 'b' FROM unnest(%(words)s::text[]) AS w"
DAYS = "SELECT %(day)s::date, NULL"
GIVEN = {"asked": "SELECT unnest(%(words)s::text[]) AS word"}
FROM_GIVEN = "SELECT word FROM asked WHERE word > %(above)s::text"
pytestmark = pytest.mark.django_db


def own_rows(statement: str, values: Any) -> Any:
    def asked() -> Any:
        own = OwnConnection()
        try:
            return own.rows(statement, values)
        finally:
            own.close()

    return asyncio.run(in_greenlet(asked))


@pytest.mark.parametrize("asked_of", [prepared, own_rows])
def test_each_question_gets_its_own_rows_as_texts(asked_of: Any):
    together = Together(asked_of)
    words = together.ask(WORDS, {"words": ["a", 'b"\\', "b"]}, columns=3)
    days = together.ask(DAYS, {"day": date(2026, 8, 3)}, columns=2)

    assert [list(row) for row in words()] == [["a", "1", "false"], ['b"\\', "3", "false"], ["b", "1", "true"]]
    assert [list(row) for row in days()] == [["2026-08-03", None]]
    assert (day(days()[0][0]), day(days()[0][1])) == (date(2026, 8, 3), None)


def test_one_name_may_stand_for_different_values_of_two_questions():
    together = Together()
    first = together.ask(DAYS, {"day": date(2026, 8, 3)}, columns=2)
    second = together.ask(DAYS, {"day": date(2026, 8, 4)}, columns=2)

    assert (first()[0][0], second()[0][0]) == ("2026-08-03", "2026-08-04")


def test_all_questions_are_one_statement_and_what_they_share_is_made_once():
    statements: list[str] = []

    def noted(statement: str, values: Any) -> Any:
        statements.append(statement)
        return prepared(statement, values)

    together = Together(noted)
    low = together.ask(FROM_GIVEN, {"words": ["a", "b", "c"], "above": "a"}, columns=1, given=GIVEN)
    high = together.ask(FROM_GIVEN, {"words": ["a", "b", "c"], "above": "b"}, columns=1, given=GIVEN)

    assert ([row[0] for row in low()], [row[0] for row in high()]) == (["b", "c"], ["c"])
    assert len(statements) == 1
    assert statements[0].count("AS MATERIALIZED") == 1


def test_a_shared_relation_with_other_values_is_refused():
    together = Together()
    together.ask(FROM_GIVEN, {"words": ["a"], "above": "a"}, columns=1, given=GIVEN)

    with pytest.raises(ValueError, match="asked"):
        together.ask(FROM_GIVEN, {"words": ["b"], "above": "a"}, columns=1, given=GIVEN)


def test_nothing_can_be_asked_once_the_answers_are_there():
    together = Together()
    together.ask(DAYS, {"day": date(2026, 8, 3)}, columns=2)()

    with pytest.raises(ValueError, match="asked already"):
        together.ask(DAYS, {"day": date(2026, 8, 3)}, columns=2)


def test_an_own_connection_tells_who_asks_and_goes_on_after_a_fault():
    def ask() -> None:
        own = OwnConnection(told={"purpose": "虚构目的"})
        try:
            with pytest.raises(psycopg.Error):
                own.rows("SELECT 1 / %(zero)s::int", {"zero": "0"})
            assert own.rows("SELECT current_setting('chengxin.purpose')", {}) == [("虚构目的",)]
            assert own.rows("SELECT 1 WHERE false", {}) == []
        finally:
            own.close()

    asyncio.run(in_greenlet(ask))


def test_a_statement_that_asks_to_be_prepared_is_kept_prepared():
    prepared("SELECT 'kept prepared', %s::text", ["a"])

    (found,) = prepared(
        "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s::text", ["%kept prepared%"]
    )
    assert found == (1,)
