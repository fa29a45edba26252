"""No way through the steps of an entry's case skips one: random walks by random people."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengxin.base.casework import services as casework
from chengxin.base.casework.models import Case, CaseEvent
from chengxin.base.clock import local_date
from chengxin.base.errors import ChengxinError
from chengxin.registry.subjects.tests.factories import company
from chengxin.regulation.lists import queries, services
from chengxin.regulation.lists.models import HearingCall, ListEntry, NoticeService
from chengxin.regulation.lists.tests.factories import (
    COMPANY,
    MARKET_SUPERVISION,
    NOON,
    officer,
    presiding,
    proposed,
    representative,
    reviewer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> int:
    return company("南宁虚构商行")


WHO = {
    "clerk": officer,
    "presiding": presiding,
    "reviewer": reviewer,
    "firm": representative,
    "other clerk": lambda: officer(MARKET_SUPERVISION),
    "other reviewer": lambda: reviewer(MARKET_SUPERVISION),
}
STEPS = [
    "serve", "defend", "ask-hearing", "answer", "call-hearing", "hold-hearing", "list", "not-list", "drop",
    "silence", "a fortnight"]  # fmt: skip
moves = st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(sorted(WHO)), st.booleans()), max_size=12)


class _Undo(Exception):
    pass


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves)
def test_no_way_through_the_steps_lists_anyone_who_was_not_told_heard_and_decided_about_by_another(firm: int, way):
    try:
        with transaction.atomic():
            _walk(way)
            raise _Undo
    except _Undo:
        return


def _walk(way: list[tuple[str, str, bool]]) -> None:
    case_id, at = proposed(), NOON
    for step, who, is_complete in way:
        at += timedelta(minutes=1)
        try:
            with transaction.atomic():
                if step == "silence":
                    at += timedelta(days=14)
                    casework.expire(case_id, steps_taken=Case.objects.get(pk=case_id).steps_taken, at=at)
                    continue
                if step == "a fortnight":
                    at += timedelta(days=14)
                    continue
                extra = _extra(at, step) if is_complete else {}
                services.take(case_id, step, by=WHO[who](), at=at, reason="虚构", **extra)
        except ChengxinError:
            continue
    _check(case_id, at)


def _extra(at: datetime, step: str) -> dict[str, object]:
    """What a form of that step names beside the reason; a call for a fortnight later, or for tomorrow."""
    held_at = at + timedelta(days=14 if at.minute % 2 else 1)
    way = "public-notice" if at.minute % 3 == 0 else "post"
    call = {"held_at": held_at, "place": "虚构路1号"}
    return {"served_on": local_date(at), "way": way, "number": "虚构1号"} | (call if step == "call-hearing" else {})


def _check(case_id: int, at: datetime) -> None:
    taken = {e.step: e for e in CaseEvent.objects.filter(case_id=case_id)}
    entry = ListEntry.objects.filter(case_id=case_id).first()
    assert bool(queries.entries_in_force([COMPANY], at=at)) == (entry is not None)
    if entry is None:
        return
    service = NoticeService.objects.get(proposal__case_id=case_id)
    told, decided = taken["serve"], taken["list"]
    answered = [taken[s].number for s in ("answer", "defence-over", "hold-hearing") if s in taken]
    assert told.number < max(answered) < decided.number
    assert decided.by_user_id == reviewer().user_id
    preparing = ("propose", "serve", "answer", "call-hearing", "hold-hearing")
    assert decided.by_user_id not in {taken[s].by_user_id for s in preparing if s in taken}
    assert entry.notice_served_on <= service.served_on
    assert entry.notice_served_on <= entry.heard_on <= entry.decided_on < entry.in_force_until
    assert ("ask-hearing" in taken) == ("call-hearing" in taken) == ("hold-hearing" in taken)
    assert "defend" not in taken or taken["defend"].number < taken["answer"].number
    is_over = local_date(decided.at) > service.served_on + timedelta(days=7)  # five working days, no holidays
    assert "hold-hearing" in taken or is_over
    if "hold-hearing" not in taken:
        return
    call, held = HearingCall.objects.latest("pk"), taken["hold-hearing"]
    assert call.held_at <= held.at and local_date(call.called_at) + timedelta(days=8) <= local_date(call.held_at)
    assert held.by_user_id not in {taken[s].by_user_id for s in ("propose", "serve")}
