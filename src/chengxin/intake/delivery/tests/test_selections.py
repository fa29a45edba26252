"""Saved selections: named, versioned, asked at each change; what was delivered is followed when a subject leaves."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, connection

from chengxin.base.errors import NotFound, NotPermitted
from chengxin.intake.delivery import dispatching, queries, selection_queries, selections
from chengxin.intake.delivery.errors import (
    CriteriaUnusable,
    NameMissing,
    NameTaken,
    SelectionUnknown,
)
from chengxin.intake.delivery.models import Dispatch, Selection, SelectionVersion
from chengxin.intake.delivery.rules import Choice, Road, Subjects
from chengxin.intake.delivery.tests.factories import (
    MARKET_SUPERVISION,
    NOON,
    OPERATOR,
    TODAY,
    added,
    corrected,
    delivered,
    officer,
    subject,
    subscribed,
    withdrawn,
)
from chengxin.intake.delivery.tests.test_services import asked
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.subjects.tests.factories import code

pytestmark = pytest.mark.django_db
TWICE = Choice("penalty-organisation", least=2)


def saved(choice: Choice = TWICE, *, name: str = "两次以上处罚（虚构）", by: Actor | None = None) -> int:
    return selections.make(name, choice, by=by or officer(), at=NOON)


def chosen(choice: Choice = TWICE, **wish: object) -> int:
    """A subscription, delivered as files, to whom a saved selection chooses."""
    return subscribed(road=Road.FILE, subjects=Subjects.SAVED, saved=saved(choice), **wish)


def told(subscription_id: int) -> list[tuple[int, str]]:
    """What was routed to a subscription: (subject, kind), in its order."""
    dispatching.route_all(at=lambda: NOON)
    found = Dispatch.objects.filter(subscription_id=subscription_id).order_by("sequence")
    return list(found.values_list("subject", "kind"))


def test_a_subject_that_comes_to_match_brings_what_was_there_and_one_that_does_not_brings_nothing():
    twice, once = subject(1), subject(2)
    mine = chosen(is_from_start=True)
    later = subscribed(subjects=Subjects.SAVED, saved=saved(name="另一个（虚构）"))
    added("a", about=twice)
    added("other", about=once)
    assert told(mine) == []

    added("b", about=twice)

    assert sorted(told(mine)) == [(twice, "added"), (twice, "added")]
    assert told(later) == [(twice, "added")], "only what happens from then on"
    assert told(mine) == told(mine), "and nothing of it twice"


def test_a_takedown_and_a_correction_find_the_holder_whose_subject_matches_no_longer(tmp_path, settings):
    settings.DELIVERY_FOLDER = str(tmp_path)
    about = subject()
    mine = chosen(is_from_start=True)
    added("a", "b", about=about)
    assert delivered(mine) == 1

    withdrawn("a")
    corrected("b", about=about)
    added("c", "d", about=subject(2))
    withdrawn("d")
    added("e", about=about, public=(date(2026, 5, 9), TODAY))

    kinds = told(mine)[2:]
    assert kinds == [(about, "withdrawn"), (about, "corrected")], "news of one that left, or never came, does not go"


def test_a_selection_by_another_item_is_asked_when_that_item_changes():
    about = subject()
    added("a", about=about)
    mine = chosen(Choice("honour"), is_from_start=True)
    assert told(mine) == []

    added("praised", about=about, item="honour")

    assert told(mine) == [(about, "added")], "the penalty that was there, and not the honour that was not asked for"


def test_to_renew_a_selection_makes_a_version_and_subscriptions_keep_the_one_that_they_name():
    number = saved()
    mine = subscribed(subjects=Subjects.SAVED, saved=number)

    assert selections.renew(number, TWICE, by=officer(), at=NOON) == 1, "nothing changed"
    assert selections.renew(number, Choice("penalty-organisation"), by=officer(), at=NOON) == 2

    row = queries.subscription(mine, by=officer(), at=NOON).saved
    assert row is not None
    assert (row.number, row.newest, row.choice.least) == (1, 2, 2)
    added("a", about=subject())
    assert told(mine) == []
    assert [(v.number, v.uses) for v in selection_queries.versions(number, by=officer())] == [(2, 0), (1, 1)]


@pytest.mark.parametrize(
    ("name", "choice", "error"),
    [
        (" ", TWICE, NameMissing),
        ("两次以上处罚（虚构）", TWICE, NameTaken),
        ("新", Choice("no-such-item"), CriteriaUnusable),
        ("新", Choice("penalty-person"), CriteriaUnusable),
        ("新", Choice("penalty-organisation", least=0), CriteriaUnusable),
        ("新", Choice("penalty-organisation", severities=("worst",)), CriteriaUnusable),
        ("新", Choice("penalty-organisation", divisions=("4501%",)), CriteriaUnusable),
        ("新", Choice("penalty-organisation", months=121), CriteriaUnusable),
    ],
)
def test_what_cannot_be_saved_is_refused_and_nothing_is_kept(name: str, choice: Choice, error: type):
    saved()

    with pytest.raises(error):
        saved(choice, name=name)
    assert SelectionVersion.objects.count() == 1


def test_another_organisation_neither_sees_uses_nor_renews_it_and_all_use_those_of_the_credit_office():
    number, shared = saved(), saved(by=OPERATOR)
    other = officer(MARKET_SUPERVISION)

    assert [s.id for s in selection_queries.selections(by=other)] == [shared]
    with pytest.raises(SelectionUnknown):
        subscribed(other, subjects=Subjects.SAVED, saved=number)
    for one in (number, shared):
        with pytest.raises(NotFound):
            selections.renew(one, Choice("honour"), by=other, at=NOON)
    with pytest.raises(NotPermitted):
        saved(by=Actor("auditor", None, "", frozenset({Role.AUDITOR})), name="审计（虚构）")
    with pytest.raises(SelectionUnknown):
        asked(subjects=Subjects.SAVED)
    assert (Selection.objects.count(), SelectionVersion.objects.count()) == (2, 2)
    assert subscribed(other, subjects=Subjects.SAVED, saved=shared)


def test_a_trial_counts_whom_it_chooses_today_with_examples():
    one, other = subject(1), subject(2)
    added("a", "b", about=one)
    added("c", about=other, decided_on=TODAY - timedelta(days=10))
    added("hidden", about=other, audience="shared")

    def count(**choice: object) -> tuple[int, list[str]]:
        given = replace(Choice("penalty-organisation"), **choice)  # type: ignore[arg-type]
        found = selection_queries.tried(given, by=officer(), on=TODAY)
        return found.count, [c for c, _name, _records in found.first]

    assert count() == (2, sorted([code(1), code(2)]))
    assert count(least=2) == (1, [code(1)])
    assert count(months=1) == (1, [code(2)])
    assert count(severities=("serious",)) == (0, [])
    assert count(divisions=("4502",)) == (0, [])
    assert count(divisions=("4501",)) == count()


@pytest.mark.parametrize("table", ["delivery_selection", "delivery_selectionversion"])
def test_the_application_cannot_rewrite_a_selection(table: str):
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute(f"DELETE FROM {table}")
