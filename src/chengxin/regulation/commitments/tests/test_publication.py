"""For how long a commitment and what was found of it are public: the term, and a year from the finding."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import dates, integers

from chengxin.base.errors import ChengxinError, NotFound
from chengxin.registry.records.rules import months_after
from chengxin.regulation.commitments import drafting, policy, queries, rules
from chengxin.regulation.commitments.errors import DraftIncomplete
from chengxin.regulation.commitments.models import Commitment
from chengxin.regulation.commitments.services import finding, signing
from chengxin.regulation.commitments.tests.factories import (
    DRAFT,
    HERE,
    OWN_WILL,
    PERSON,
    VOLUNTEER,
    before_decision,
    found_met,
    officer,
    registered,
    resident,
    reviewer,
    signed,
    signer,
)
from chengxin.regulation.commitments.tests.factories import given as declared

SIGNED = datetime(2025, 12, 2, 4, tzinfo=UTC)
OVER = datetime(2026, 12, 3, 4, tzinfo=UTC)  # the day after the obligation's last, two after the term's
A_DAY = timedelta(days=1)
OFFICE = "114501000075510245"


def kept(number: str, *, authority: str = "11450100007550013R") -> None:
    """Checked and confirmed on time, which is when the term is over."""
    found_met(number, by=officer(authority), at=OVER)
    case_id = finding.propose_fulfilled(number, by=officer(authority), at=OVER)
    finding.take(case_id, "confirm-fulfilled", by=reviewer(authority), at=OVER)


def is_public(number: str, on: date) -> bool:
    try:
        return bool(queries.public_statement(number, on=on))
    except NotFound:
        return False


@pytest.mark.django_db
def test_what_was_kept_for_its_whole_term_becomes_public_and_stays_so_for_a_year():
    registered()
    number = signed(OWN_WILL, at=SIGNED)
    assert Commitment.objects.get().ends_on < OVER.date()
    assert not is_public(number, OVER.date())

    kept(number)

    shown = [is_public(number, day) for day in (OVER.date(), date(2027, 12, 2), date(2027, 12, 3))]
    assert shown == [True, True, False]
    assert queries.public_statement(number, on=OVER.date()).row.state == "performed"


@pytest.mark.django_db
def test_a_breach_found_after_the_term_is_public():
    registered()
    number = signed(OWN_WILL, at=SIGNED)
    case_id = before_decision(number, promisor=signer(), at=OVER)

    finding.take(case_id, "find-breached", by=reviewer(), at=OVER, reason="逾期未整改（虚构）")

    assert queries.public_statement(number, on=OVER.date()).row.state == "not-performed"


@pytest.mark.django_db
def test_of_a_person_the_finding_is_shown_for_a_year_while_they_consent():
    what = declared(VOLUNTEER, at=SIGNED, shown=True)
    number = signing.sign(VOLUNTEER, about=PERSON, given=what, by=resident(), address=HERE, at=SIGNED)
    assert not is_public(number, OVER.date())
    kept(number, authority=OFFICE)

    shown = [is_public(number, day) for day in (OVER.date(), date(2027, 12, 2), date(2027, 12, 3))]
    signing.show(number, about=PERSON, shown=False, by=resident(), at=OVER)

    assert shown == [True, True, False]
    assert not is_public(number, OVER.date())


@given(on=dates(date(2024, 1, 1), date(2030, 12, 31)), months=integers(1, 36))
def test_a_finding_is_shown_from_the_first_day_that_its_months_reach(on: date, months: int):
    since = rules.shown_if_found_since(on, months)

    assert months_after(since, months) > on >= months_after(since - A_DAY, months)


@given(signed_on=dates(date(2024, 1, 1), date(2031, 12, 31)), months=integers(1, 60))
def test_what_fits_is_due_within_the_term_on_whatever_day_it_was_signed(signed_on: date, months: int):
    longest = max(d for d in range(1, 2000) if rules.fits(d, months))

    assert rules.due_on(signed_on, longest) <= rules.ends_on(signed_on, months)


@pytest.mark.parametrize("code", sorted({t.code for t in policy.templates_on(date(2026, 11, 27))}))
def test_every_letter_in_force_is_due_within_its_term(code: str):
    letter = next(t for t in policy.templates_on(date(2026, 11, 27)) if t.code == code)

    assert all(rules.fits(o.due_days, letter.term_months) for o in letter.obligations)


@pytest.mark.parametrize(("months", "days", "error"), [("12", "364", None), ("12", "365", DraftIncomplete)])
def test_an_association_drafts_no_obligation_that_is_due_after_the_term(
    months: str, days: str, error: type[ChengxinError] | None
):
    draft = DRAFT | {"term_months": months, "due_days": days}

    if error is None:
        assert drafting.content(draft)["obligations"][0]["due_days"] == int(days)
        return
    with pytest.raises(error):
        drafting.content(draft)
