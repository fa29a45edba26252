"""A breach found bars further commitments of the kind, for the time that policy says and no longer."""

from datetime import UTC, date, datetime, timedelta

import pytest

from chengxin.registry.records import services as record_changes
from chengxin.regulation.commitments import barring, policy
from chengxin.regulation.commitments.errors import BarredByBreach
from chengxin.regulation.commitments.models import Commitment
from chengxin.regulation.commitments.rules import Kind
from chengxin.regulation.commitments.services import finding
from chengxin.regulation.commitments.tests.factories import (
    COMPANY,
    NOON,
    TODAY,
    before_decision,
    officer,
    registered,
    reviewer,
    signed,
    signer,
)

OPEN_AGAIN = date(TODAY.year + 1, TODAY.month, TODAY.day)


@pytest.mark.parametrize(
    ("kind", "months"),
    [
        (Kind.APPROVAL, 12),
        (Kind.PAPERS, 6),
        (Kind.CERTIFICATE, 12),
        (Kind.OWN_WILL, 0),
        (Kind.REPAIR, 0),
        (Kind.INDUSTRY, 0),
    ],
)
def test_policy_bars_what_replaces_a_proof_and_never_what_is_promised_freely(kind: Kind, months: int):
    assert policy.months_barred(kind, TODAY) == months
    assert policy.months_barred(kind, date(2020, 1, 1)) == 0


@pytest.fixture
def liang(db, monkeypatch):
    """Whose company broke a commitment of a kind that is barred for a year."""
    monkeypatch.setattr(policy, "months_barred", lambda kind, day: 12 if kind is Kind.OWN_WILL else 0)
    registered()
    actor = signer()
    case_id = before_decision(signed(by=actor), promisor=actor)
    finding.take(case_id, "find-breached", by=reviewer(), at=NOON, reason="逾期未整改（虚构）")
    return actor


def test_until_the_bar_ends_nothing_is_signed_and_on_that_day_it_is_again(liang):
    last = datetime(OPEN_AGAIN.year, OPEN_AGAIN.month, OPEN_AGAIN.day, 4, tzinfo=UTC) - timedelta(days=1)

    with pytest.raises(BarredByBreach) as refused:
        signed(by=liang, at=last)
    assert OPEN_AGAIN.isoformat() in refused.value.sentence
    assert Commitment.objects.count() == 1

    assert signed(by=liang, at=last + timedelta(days=1))


def test_only_that_kind_and_that_subject_are_barred(liang):
    assert barring.barred_until(COMPANY, Kind.OWN_WILL, by=liang, on=TODAY) == OPEN_AGAIN
    assert barring.barred_until(COMPANY, Kind.APPROVAL, by=liang, on=TODAY) is None
    assert barring.barred_until("subject:another", Kind.OWN_WILL, by=liang, on=TODAY) is None


@pytest.mark.parametrize("lift", [record_changes.end_by_repair, record_changes.withdraw])
def test_the_bar_falls_with_the_record_of_the_breach(liang, lift):
    key = Commitment.objects.get().natural_key
    assert key is not None

    lift(key, by=officer(), at=NOON)

    assert barring.barred_until(COMPANY, Kind.OWN_WILL, by=liang, on=TODAY) is None
