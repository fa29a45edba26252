"""No way through the steps of an entry's case skips one: random walks by random people."""

from datetime import timedelta

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
from chengxin.regulation.lists.models import ListEntry, NoticeService
from chengxin.regulation.lists.tests.factories import (
    COMPANY,
    MARKET_SUPERVISION,
    NOON,
    officer,
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
    "reviewer": reviewer,
    "firm": representative,
    "other clerk": lambda: officer(MARKET_SUPERVISION),
    "other reviewer": lambda: reviewer(MARKET_SUPERVISION),
}
STEPS = ["serve", "defend", "ask-hearing", "answer", "hold-hearing", "list", "not-list", "drop", "silence"]
moves = st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(sorted(WHO)), st.booleans()), max_size=9)


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
                extra = {"served_on": local_date(at), "way": "post", "number": "虚构1号"} if is_complete else {}
                services.take(case_id, step, by=WHO[who](), at=at, reason="虚构", **extra)
        except ChengxinError:
            continue
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
    assert decided.by_user_id not in {taken[s].by_user_id for s in ("propose", "serve", "answer") if s in taken}
    assert service.served_on <= entry.heard_on <= entry.decided_on < entry.in_force_until
    assert "ask-hearing" not in taken or "hold-hearing" in taken
    is_over = local_date(decided.at) > local_date(told.at) + timedelta(days=7)  # five working days, no holidays
    assert "hold-hearing" in taken or is_over
