"""Connectors' files: what is wrong is said with its place; and what a position keeps comes back as it was."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengxin.base.policy import city_folder
from chengxin.intake.collection.tests.factories import PENALTY, PERSON_PENALTY
from chengxin.intake.connectors import profile, rules, shaping
from chengxin.intake.connectors.tests.factories import DATABASE, described
from chengxin.registry.catalogue import queries as catalogue

NOON = datetime(2026, 5, 10, 4, tzinfo=UTC)
SFTP = {"kind": "sftp", "host_key": "CHENGXIN_CONNECTOR_K", "password": "CHENGXIN_CONNECTOR_P"}
REST = {"kind": "rest", "key": "id"}


def connector(source: dict[str, Any] = DATABASE, **changed: Any) -> rules.Connector:
    found, wrong = rules.parsed(described(source, **changed))
    assert (found is not None, wrong) == (True, [])
    return found


@pytest.mark.parametrize(
    ("source", "changed", "told"),
    [
        (DATABASE | {"address": "DATABASE_URL"}, {}, "source.database.address"),
        (DATABASE | {"address": "postgresql://u:p@h/d"}, {}, "source.database.address"),
        (DATABASE | {"password": "x"}, {}, "source.database.password"),
        (DATABASE | {"kind": "ftp"}, {}, "source"),
        (DATABASE, {"every_minutes": 0}, "every_minutes"),
        (DATABASE, {"code": "Has Spaces"}, "code"),
        (DATABASE, {"unknown": 1}, "unknown"),
    ],
)
def test_a_file_of_another_shape_is_refused_at_its_place(source: dict, changed: dict, told: str):
    found, wrong = rules.parsed(described(source, **changed))

    assert found is None
    assert wrong[0].split(":")[0] == told


@pytest.mark.parametrize(
    ("source", "changed", "told"),
    [
        (DATABASE, {"columns": {"NOWHERE": "x"}}, "columns.NOWHERE"),
        (DATABASE, {"columns": {}}, "columns.CF_XDR_MC"),
        (DATABASE, {"organisation": "1145010000755003XC", "item": "judgment-defaulter"}, "organisation"),
        (DATABASE, {"item": "no-such-item"}, "item"),
        (DATABASE, {"feedback": {"folder": True}}, "feedback"),
        (REST, {"feedback": {"table": "x"}}, "feedback"),
        (REST | {"since": "s"}, {}, "source.since"),
        (SFTP, {"constants": {"CF_CFLB": "罚款"}}, "constants, values"),
        ({**SFTP, "password": None}, {"columns": {}}, "source"),
        (DATABASE | {"key": "cf_xdr_zjhm"}, {"item": PERSON_PENALTY}, "source.key"),
    ],
)
def test_what_does_not_fit_the_catalogue_is_told_at_its_place(source: dict, changed: dict, told: str):
    items = {item.code: item for item in catalogue.items()}
    wanted = {"item": PENALTY, **changed}["item"]
    found, _ = rules.parsed(described(source, **{**changed, "item": PENALTY}) | {"item": wanted})
    if wanted == PERSON_PENALTY:
        found = connector(source, item=wanted)
    assert found is not None

    assert told in [one.split(":")[0] for one in rules.faults(found, items.get(found.item))]


@pytest.mark.parametrize("folder", [city_folder() / "connectors"])
def test_the_connectors_of_the_city_have_no_faults(folder: Path):
    assert list(profile.faults(folder)) == []


values = st.one_of(
    st.none(), st.integers(), st.text(max_size=20), st.dates(), st.datetimes(timezones=st.just(UTC)), st.uuids(),
    st.decimals(allow_nan=False, allow_infinity=False, places=3),
)  # fmt: skip


@given(values)
def test_what_a_position_keeps_comes_back_as_it_was(value: Any):
    assert shaping.given(shaping.kept(value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None), ("", None), ("文字", "文字"), (True, "是"), (3, "3"), (2.0, "2"), (2.5, "2.5"),
        (Decimal("2.50"), "2.50"), (date(2026, 5, 9), "2026-05-09"), (b"abc", "abc"),
        (datetime(2026, 5, 9, 16, 30, tzinfo=UTC), "2026-05-10 00:30:00"), (["a"], '["a"]'),
    ],
)  # fmt: skip
def test_a_value_becomes_the_text_a_department_would_have_written(value: Any, text: str | None):
    assert shaping.text_of(value) == text


def test_a_pull_that_died_is_taken_up_before_its_next_time_and_two_missed_rounds_are_behind():
    daily = connector(every_minutes=1440)

    assert rules.resumed_at(daily, begun=NOON) == NOON + timedelta(minutes=10)
    assert rules.next_run(daily, after=NOON) == NOON + timedelta(days=1)
    assert not rules.is_behind(daily, current_as_of=NOON, at=NOON + timedelta(days=2))
    assert rules.is_behind(daily, current_as_of=NOON, at=NOON + timedelta(days=2, seconds=1))
