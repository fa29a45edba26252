"""What arrives on lists, changes or goes leaves its line in the public log, in the transaction that does it."""

import contextlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chengxin.base.casework.services import PLATFORM
from chengxin.base.errors import ChengxinError, NotFound
from chengxin.base.transparency import queries as transparency
from chengxin.base.transparency import services as log
from chengxin.base.transparency.checking import Finding, check
from chengxin.base.transparency.models import LogPart
from chengxin.intake.collection.tests import factories as files
from chengxin.registry.records import services as record_changes
from chengxin.registry.records.models import Record
from chengxin.registry.records.rules import Cause
from chengxin.registry.subjects.rules import about_subject
from chengxin.registry.subjects.tests.factories import company
from chengxin.regulation.lists import arrivals_log, persons, public, services
from chengxin.regulation.lists.public import Fold
from chengxin.regulation.lists.tests.factories import (
    NOON,
    REGION,
    arrived,
    arrived_person,
    entered,
    representative,
)

pytestmark = pytest.mark.django_db
ITEM, TAX_LIST, SAFETY_LIST = "serious-breach", "重大税收违法失信主体", "安全生产严重失信主体"


def row(number: int, listed: str = TAX_LIST, **changed: str) -> dict[str, str]:
    return {
        "SUBJECT_NAME": f"南宁虚构{number}号贸易有限公司", "SUBJECT_CODE": files.company(number), "LIST": listed,
        "DECISION_NUMBER": f"虚构〔2026〕{number}号", "REASON": "虚构事由", "BASIS": "虚构依据",
        "REMOVAL_CONDITIONS": "期满移出（虚构）", "LISTED_ON": "2026-05-09", "ENDS_ON": "2029-05-08",
        "AUTHORITY_NAME": "虚构自治区机关", "AUTHORITY_CODE": REGION, "SOURCE_NAME": "广西（虚构）",
        "SOURCE_CODE": REGION,
    } | changed  # fmt: skip


def hand_in(folder: Path, *rows: dict[str, str], at: datetime = NOON) -> None:
    result = files.hand_in_rows(folder, *rows, item=ITEM, by=REGION, at=at)
    assert result.rejected == 0, files.found(result)


def said(start: int = 0) -> list[tuple[str, str, int, int]]:
    """Topic, kind, number of entries and change of each line from `start` on."""
    lines = [json.loads(r.content) for r in transparency.leaves(start=start, size=99)]
    return [(one["topic"], one["kind"], one["count"], one["change"]) for one in lines]


def key_of(number: int = 1) -> UUID:
    found = Record.objects.get(known_until=None, item=ITEM, subject__code=files.company(number))
    return UUID(str(found.natural_key))


def text(content: object) -> str:
    return json.dumps(content, ensure_ascii=False)


def test_a_hand_in_leaves_one_line_for_each_list_however_many_it_puts_there(tmp_path: Path):
    hand_in(tmp_path, row(1), row(2), row(3), row(4, SAFETY_LIST))
    hand_in(tmp_path, row(1), row(2), row(3, ENDS_ON="2027-05-08"))

    assert said() == [
        ("serious-tax", "arrived", 3, 3),
        ("work-safety", "arrived", 1, 1),
        ("serious-tax", "arrival-amended", 1, 0),
    ]
    assert public.arrivals_fold_of("serious-tax", at=NOON) == Fold(3, 0, 3)
    assert all(files.company(1) not in leaf.content for leaf in transparency.leaves(start=0, size=9))


def test_each_subject_proves_its_own_entry_offline_and_nothing_else_fits(tmp_path: Path):
    hand_in(tmp_path, *(row(n) for n in range(1, 8)))
    about = about_subject(files.company(5))

    (proof,) = persons.own_proofs(about, key_of(5), by=representative(about), at=NOON)

    assert check(text(proof)).is_good
    told = json.loads(proof["opening"]["statement"])
    assert (told["about"], told["from"], told["until"], told["place"]) == (about, "2026-05-09", "2029-05-09", "on")
    assert files.company(4) not in text(proof)
    wrong = {"statement": text(told | {"until": "2099-01-01"}), "place": 0, "salt": "00" * 32, "path": []}
    for name, value in wrong.items():
        forged = {**proof, "opening": {**proof["opening"], name: value}}
        assert check(text(forged)).finding is Finding.WRONG_OPENING, name
    assert persons.own_proofs(about, key_of(4), by=representative(about), at=NOON) == ()
    with pytest.raises(NotFound):
        persons.own_proofs(about, key_of(5), by=representative("subject:none"), at=NOON)


def test_a_hand_in_that_fails_leaves_neither_line_nor_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def failing(*args: object, **given: object) -> int:
        raise OSError("the disk is full")

    with monkeypatch.context() as patched, pytest.raises(OSError, match="full"):
        patched.setattr(log, "append_many", failing)
        hand_in(tmp_path, row(1))
    refused = files.hand_in_rows(tmp_path, row(1, LIST="虚构名单"), item=ITEM, by=REGION)

    assert refused.rejected == 1
    assert (said(), Record.objects.count(), LogPart.objects.count()) == ([], 0, 0)


def test_what_is_on_no_list_leaves_no_line_and_asks_the_database_nothing(tmp_path: Path):
    files.hand_in_rows(tmp_path, files.penalty())

    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        services.follow_hand_in(1, item="penalty-organisation", at=NOON)

    assert [q["sql"] for q in asked if "POINT" not in q["sql"]] == []
    assert said() == []


def test_a_natural_person_leaves_date_and_number_and_is_neither_named_nor_counted_on_the_list(tmp_path: Path):
    about = arrived_person(tmp_path)

    assert said() == [("work-safety", "arrived", 1, 0)]
    assert public.arrivals_fold_of("work-safety", at=NOON) == Fold(0, 0, 0)
    (part,) = LogPart.objects.all()
    assert json.loads(part.statement)["about"] == about
    assert all(hidden not in part.statement for hidden in (files.citizen(1), "虚某"))
    key = UUID(part.reference.removeprefix(arrivals_log.REFERENCE))
    (proof,) = persons.own_proofs(about, key, by=representative(about), at=NOON)
    assert check(text(proof)).is_good
    record_changes.withdraw(key, by=PLATFORM, at=NOON, about_person=True)
    assert said(1) == [("work-safety", "arrival-gone", 1, 0)]


def test_what_was_there_before_the_log_told_of_arrivals_is_written_down_once(monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as patched:
        patched.setattr(arrivals_log, "follow_records", lambda *args, **given: 0)
        arrived(company("南宁虚构商行"))
        arrived(company("南宁虚构二行", 2), "2", state="suspended")

    assert public.arrivals_fold_of("serious-tax", at=NOON) == Fold(0, 0, 1, is_begun=False)
    assert [services.compare_arrivals(at=NOON), services.compare_arrivals(at=NOON)] == [1, 0]
    assert public.arrivals_fold_of("serious-tax", at=NOON) == Fold(1, 0, 1)
    assert json.loads(transparency.leaves(start=0, size=1)[0].content)["reason"] == "comparison"


def test_what_the_citys_own_entry_takes_over_is_not_counted_twice():
    key = arrived(company("南宁虚构商行"))

    entered(natural_key=key)

    assert public.arrivals_fold_of("serious-tax", at=NOON) == Fold(0, 0, 0)
    assert public.fold_of("serious-tax", at=NOON) == Fold(1, 0, 1)
    last = json.loads(transparency.newest_leaves(1)[0].content)
    assert (last["kind"], last["reason"], last["change"]) == ("arrival-gone", "own-decision", -1)


def test_a_record_that_came_out_of_nowhere_is_seen_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    hand_in(tmp_path, row(1))
    monkeypatch.setattr(arrivals_log, "follow_records", lambda *args, **given: 0)
    arrived(company("南宁虚构商行", 99))

    found = public.arrivals_fold_of("serious-tax", at=NOON)

    assert (found, found.agrees) == (Fold(1, 0, 2), False)


Road = Callable[[Path, datetime], object]
ROADS: dict[str, Road] = {
    "came": lambda folder, at: hand_in(folder, row(1), row(3), at=at),
    "amended": lambda folder, at: hand_in(folder, row(1, ENDS_ON=f"{at:%Y}-12-30"), row(2), at=at),
    "hidden": lambda folder, at: record_changes.suspend(key_of(), why=Cause.REORGANISATION, by=PLATFORM, at=at),
    "shown": lambda folder, at: record_changes.resume(key_of(), by=PLATFORM, at=at),
    "marked": lambda folder, at: record_changes.mark_disputed(key_of(), by=PLATFORM, at=at),
    "repaired": lambda folder, at: record_changes.end_by_repair(key_of(), by=PLATFORM, at=at),
    "repair undone": lambda folder, at: record_changes.undo_repair(key_of(), by=PLATFORM, at=at),
    "withdrawn": lambda folder, at: record_changes.withdraw(key_of(2), by=PLATFORM, at=at),
    "compared": lambda folder, at: services.compare_arrivals(at=at),
}
walks = st.lists(st.tuples(st.sampled_from(sorted(ROADS)), st.integers(0, 200)), min_size=3, max_size=8)


class _Undo(Exception):
    pass


@settings(
    max_examples=12, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(walks)
def test_the_arrivals_shown_are_those_that_the_public_log_leaves_there_whatever_happens(tmp_path: Path, way):
    with contextlib.suppress(_Undo), transaction.atomic():
        _walk(tmp_path, way)
        raise _Undo


def test_each_road_by_which_an_arrival_may_leave_or_come_back_is_walked(tmp_path: Path):
    way = ["came", "amended", "hidden", "shown", "marked", "repaired", "repair undone", "withdrawn", "compared"]

    assert _walk(tmp_path, [(road, 1) for road in way]) == way


def _walk(folder: Path, way: list[tuple[str, int]]) -> list[str]:
    """Go that way; the roads that were open. What time alone takes off or brings needs no line."""
    at, taken = NOON, []
    for road, days in way:
        at += timedelta(days=days)
        before, lines = _shown(at), transparency.latest_head()
        with contextlib.suppress(ChengxinError, Record.DoesNotExist), transaction.atomic():
            ROADS[road](folder, at)
            taken.append(road)
        shown = _shown(at)
        assert shown == _left_by_the_log(at), road
        assert public.arrivals_fold_of("serious-tax", at=at).agrees, road
        assert shown == before or transparency.latest_head() != lines, road
    head = transparency.latest_head()
    assert head is None or check(text(transparency.export(at=at))).told[0].left == sum(c for *_, c in said())
    return taken


def _shown(at: datetime) -> set[str]:
    return {about_subject(e.code) for e in public.entries_of("serious-tax", at=at).items}


def _left_by_the_log(at: datetime) -> set[str]:
    """Whom the log's lines, opened, leave on the list at that moment."""
    last = {part.reference: json.loads(part.statement) for part in LogPart.objects.order_by("id")}
    today = at.date().isoformat()
    return {t["about"] for t in last.values() if t["place"] == "on" and t["from"] <= today < t["until"]}
