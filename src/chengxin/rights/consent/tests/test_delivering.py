"""What leaves by a subscription and is not public: entitled at that moment, and in the access log with that commit."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from chengxin.base.database.context import acting
from chengxin.intake.delivery import dispatching, selections
from chengxin.intake.delivery import services as delivery
from chengxin.intake.delivery.errors import SubjectsUnknown
from chengxin.intake.delivery.models import Subscription
from chengxin.intake.delivery.rules import Choice, Subjects
from chengxin.intake.delivery.tests.factories import (
    APPROVAL_BUREAU,
    OPERATOR,
    REVIEWER,
    WISH,
    added,
    officer,
    subject,
    subscribed,
)
from chengxin.registry.records.models import PersonRecord
from chengxin.registry.subjects.tests.factories import code
from chengxin.rights.consent import services
from chengxin.rights.consent.models import AccessEntry
from chengxin.rights.consent.tests.factories import ITEM, NOON, asked, bank, granted, penalised, resident

pytestmark = pytest.mark.django_db
LOAN = replace(WISH, basis="loan-management", items=(ITEM,), months=1, subjects=Subjects.LIST)


def entries(about: str) -> list[AccessEntry]:
    with acting(actor="test", purpose="audit", basis="test"):
        return list(AccessEntry.objects.filter(about=about).order_by("at"))


@pytest.fixture
def consented(tmp_path: Path) -> tuple[str, int, int]:
    """A resident, the request that they consented to, and the bank's subscription from the start by it."""
    about = penalised(tmp_path)
    request_id = granted(about, queries=2)
    mine = delivery.request(replace(LOAN, listed=(str(request_id),)), by=bank(), at=NOON)
    delivery.decide(mine, approve=True, reason="", by=REVIEWER, at=NOON)
    dispatching.route_all(at=lambda: NOON)
    return about, request_id, mine


def happens(about: str, tmp_path: Path) -> None:
    """The resident's record changes its state and is told of."""
    from chengxin.registry.records import services as records

    with acting(actor="test", purpose="test", basis="test"):
        key = PersonRecord.objects.values_list("natural_key", flat=True).filter(known_until=None).get()
    records.mark_disputed(key, by=officer(APPROVAL_BUREAU), at=NOON, about_person=True)
    dispatching.route_all(at=lambda: NOON)


def test_by_consent_a_persons_record_goes_without_name_and_number_and_counts_as_a_query(consented, tmp_path):
    about, request_id, mine = consented
    happens(about, tmp_path)

    sent = delivery.fetch(mine, by=bank(), at=NOON)

    assert sent is not None
    (event,) = json.loads(sent.body)["data"]["events"]
    assert (event["consent"], event["content"]["subject"], event["content"]["subject_name"]) == (request_id, "", "")
    assert "甲某某" not in sent.body.decode()
    (entry,) = entries(about)
    assert (entry.door, entry.purpose, entry.records, entry.organisation_code) == (
        "delivery", "loan", 1, bank().organisation_code,
    )  # fmt: skip
    assert entry.consent_id is not None


def test_after_the_consent_was_withdrawn_nothing_of_the_person_leaves_any_more(consented, tmp_path):
    about, request_id, mine = consented
    happens(about, tmp_path)
    services.revoke(request_id, about=about, by=resident(about), at=NOON)

    assert delivery.fetch(mine, by=bank(), at=NOON) is None
    assert entries(about) == []


def test_when_the_queries_of_a_consent_are_used_the_consumer_is_told_to_stop_and_gets_no_content(consented, tmp_path):
    about, _, mine = consented
    happens(about, tmp_path)
    for _ in range(2):
        sent = delivery.fetch(mine, by=bank(), at=NOON)
        assert sent is not None and b"content" in sent.body

    sent = delivery.fetch(mine, by=bank(), at=NOON)

    assert sent is not None
    (event,) = json.loads(sent.body)["data"]["events"]
    assert (event["kind"], event["takedown"], "content" in event) == ("ended", True, False)
    assert len(entries(about)) == 2


def test_only_requests_of_the_own_organisation_that_were_consented_to_are_taken(tmp_path):
    about = penalised(tmp_path)
    waiting = asked(about)

    with pytest.raises(SubjectsUnknown):
        delivery.request(replace(LOAN, listed=(str(waiting),)), by=bank(), at=NOON)
    mine = granted(about)
    with pytest.raises(SubjectsUnknown):
        delivery.request(replace(LOAN, listed=(str(mine), "999999")), by=bank(), at=NOON)
    saved = selections.make("受过处罚的（虚构）", Choice("penalty-organisation"), by=OPERATOR, at=NOON)
    with pytest.raises(SubjectsUnknown):  # nobody consents for those whom a selection chooses
        delivery.request(replace(LOAN, subjects=Subjects.SAVED, saved=saved), by=bank(), at=NOON)
    assert not Subscription.objects.exists()


def test_without_consent_no_subscription_is_told_of_a_person(tmp_path):
    penalised(tmp_path)
    mine = subscribed(basis="graded-supervision", items=("penalty-organisation",))
    happens("", tmp_path)

    assert delivery.fetch(mine, by=officer(), at=NOON) is None


def test_what_is_shared_among_public_bodies_is_logged_for_each_subject_and_what_is_public_is_not():
    mine = subscribed(basis="graded-supervision", items=("arrears", "penalty-organisation"), months=12)
    one, other = subject(1), subject(2)
    added("open", about=other)
    added("shared", about=one, item="arrears", audience="shared", public=None, payload="{}")
    dispatching.route_all(at=lambda: NOON)

    sent = delivery.fetch(mine, by=officer(), at=NOON)

    assert sent is not None and len(sent.sequences) == 2
    (entry,) = entries(f"subject:{code(1)}")
    assert (entry.basis, entry.door, entry.records) == ("subscriptions/graded-supervision@2021-10-18", "delivery", 1)
    assert entries(f"subject:{code(2)}") == []


def test_a_subscription_to_what_is_public_never_carries_what_is_shared():
    mine = subscribed()
    added("shared", about=subject(), audience="shared", public=None)
    dispatching.route_all(at=lambda: NOON)

    assert delivery.fetch(mine, by=officer(), at=NOON) is None
    assert entries(f"subject:{code(1)}") == []
