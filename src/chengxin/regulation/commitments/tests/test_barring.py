"""Who broke a commitment given instead of a proof is not offered another: by a measure of the catalogue, no longer."""

from datetime import UTC, date, datetime, timedelta

import pytest

from chengxin.base.casework.tests.factories import told_to
from chengxin.registry.records import queries as records
from chengxin.registry.records import services as record_changes
from chengxin.registry.records.tests.factories import organisation_record
from chengxin.registry.subjects.models import Subject
from chengxin.regulation.commitments import barring, policy
from chengxin.regulation.commitments.errors import NotOffered, PersonNotOffered
from chengxin.regulation.commitments.models import Commitment
from chengxin.regulation.commitments.rules import Kind
from chengxin.regulation.commitments.services import finding, signing
from chengxin.regulation.commitments.tests.factories import (
    APPROVAL,
    COMPANY,
    HERE,
    LICENCE,
    OWN_WILL,
    PERSON,
    PREMISES,
    before_decision,
    code,
    given,
    letter,
    officer,
    registered,
    resident,
    reviewer,
    signed,
    signer,
)
from chengxin.regulation.measures import policy as catalogue
from chengxin.regulation.measures import services as checks
from chengxin.regulation.measures.tests.factories import LICENCE as LICENCE_MATTER
from chengxin.regulation.measures.tests.factories import official
from chengxin.rights.repair import queries as repair
from chengxin.rights.repair.rules import Answer

NOON = datetime(2026, 12, 1, 4, tzinfo=UTC)  # a Tuesday, 12:00 in the city
TODAY = NOON.date()
DAY = timedelta(days=1)
NEXT = NOON + DAY  # a finding has effect once its day of service is over
TERM_ENDS = date(2027, 12, 1)  # the first day after the twelve months of the letter about premises
MEASURE = "no-commitment-licences"
LISTED = '{"LIST":"重大税收违法失信主体","AUTHORITY_NAME":"国家税务总局南宁市税务局","DECISION_NUMBER":"虚构1号"}'


def broken(template: str, *, by, at: datetime = NOON) -> str:
    """The number of a commitment that was found not kept."""
    number = signed(template, by=by, at=at)
    case_id = before_decision(number, promisor=by, at=at)
    finding.take(case_id, "find-breached", by=reviewer(), at=at, reason="住所不实（虚构）")
    return number


def try_to_sign(template: str, *, by) -> None:
    """Sign without a second factor: what bars is said before one is asked for."""
    about = by.mandates[0].about
    signing.sign(template, about=about, given=given(template, at=NOON), by=by, address=HERE, at=NEXT)


def answered(at: datetime = NEXT) -> list[tuple[str, str, str]]:
    """What the credit check answers the Approval Bureau about the company with regard to commitments."""
    (receipt,) = checks.check([code(1)], matter=LICENCE_MATTER, by=official(APPROVAL), at=at, door="api")
    return [
        (m.item or m.list_code, m.decided_on, m.until.isoformat()[:10] if m.until else "")
        for m in receipt.restrictions
        if m.measure.code == MEASURE
    ]


@pytest.fixture
def liang(db):
    """Whose company gave a false commitment instead of a proof."""
    registered()
    actor = signer()
    broken(PREMISES, by=actor)
    return actor


def open_on(about: str, template: str, day: datetime, *, by) -> date | None:
    bar = barring.bar_of(about, letter(template, at=NOON), by=by, at=day)
    return bar.until if bar else None


def test_the_bar_is_a_measure_of_the_catalogue_and_the_credit_check_answers_it(liang):
    bar = barring.bar_of(COMPANY, letter(LICENCE, at=NOON), by=liang, at=NEXT)

    assert bar is not None
    assert bar.measure.version == "measures/no-commitment-licences@2026-11-27"
    assert answered() == [("commitment", "2026-12-01", bar.until.isoformat())]


def test_after_a_broken_commitment_of_one_kind_no_other_of_notice_and_commitment_is_open(liang):
    with pytest.raises(NotOffered) as refused:
        try_to_sign(LICENCE, by=liang)

    assert "不适用告知承诺制" in refused.value.sentence
    assert "国办发〔2020〕42号" in refused.value.sentence
    assert TERM_ENDS.isoformat() in refused.value.sentence
    assert Commitment.objects.count() == 1


def test_what_is_promised_freely_stays_open_and_so_does_the_handing_in_of_papers_later(liang):
    for template in (OWN_WILL, "construction-papers", "repair-correction"):
        assert open_on(COMPANY, template, NEXT, by=liang) is None
    assert signed(OWN_WILL, by=liang, at=NOON)


def test_a_broken_word_of_ones_own_will_bars_nothing(db):
    registered()
    actor = signer()

    broken(OWN_WILL, by=actor)

    assert answered() == []
    assert open_on(COMPANY, LICENCE, NEXT, by=actor) is None


def test_on_the_day_of_the_finding_itself_nothing_is_barred_yet(liang):
    assert open_on(COMPANY, LICENCE, NOON, by=liang) is None


def test_the_bar_ends_on_its_day_without_repair(liang):
    last = datetime(2027, 11, 30, 4, tzinfo=UTC)

    assert open_on(COMPANY, LICENCE, last, by=liang) == TERM_ENDS
    assert open_on(COMPANY, LICENCE, last + DAY, by=liang) is None


def test_a_finding_after_the_term_bars_nothing_for_its_record_is_public_no_more(db):
    assert barring.following(Kind.CERTIFICATE, ends_on=TODAY - DAY, found_on=TODAY) is None


@pytest.mark.parametrize("lift", [record_changes.end_by_repair, record_changes.withdraw])
def test_the_bar_falls_with_the_record_of_the_breach(liang, lift):
    key = Commitment.objects.get().natural_key
    assert key is not None

    lift(key, by=officer(), at=NOON)

    assert open_on(COMPANY, LICENCE, NEXT, by=liang) is None
    assert answered() == []


def test_a_broken_commitment_can_be_repaired_and_one_that_runs_needs_no_repair(liang):
    running = signed(OWN_WILL, by=liang, at=NOON)
    rows = records.own_records_of(COMPANY, by=liang)
    told = repair.eligibilities(rows, COMPANY, on=TODAY)
    answers = {r.document_number: told[r.natural_key].answer for r in rows}

    assert answers.pop(running) is Answer.NOT_NEEDED
    assert list(answers.values()) == [Answer.POSSIBLE]


def test_notice_and_finding_tell_basis_length_and_remedy(liang):
    notice, _order, found = told_to(COMPANY)

    for told in (notice.body_zh, found.body_zh):
        assert "国办发〔2020〕42号" in told
        assert "不适用告知承诺制" in told
    assert "至多 12 个月" in notice.body_zh
    assert "修复" in notice.body_zh
    assert f"至 {TERM_ENDS} 之前" in found.body_zh
    assert "可以申请信用修复" in found.body_zh
    assert "No licence on a commitment" in found.body_en


def test_letters_about_a_promise_that_bars_nothing_tell_of_no_measure(db):
    registered()
    actor = signer()

    broken(OWN_WILL, by=actor)

    assert not [n for n in told_to(COMPANY) if "告知承诺制" in n.body_zh or "{" in n.body_zh]


def test_what_was_found_before_the_measure_was_told_bars_nothing(db):
    registered()
    actor, before = signer(), datetime(2026, 11, 26, 4, tzinfo=UTC)

    broken(PREMISES, by=actor, at=before)

    assert answered() == []
    assert open_on(COMPANY, LICENCE, NEXT, by=actor) is None


def test_who_stands_on_a_list_that_the_measure_names_does_not_sign_what_the_check_would_refuse(db):
    registered()
    actor = signer()
    organisation_record(
        Subject.objects.get().pk, item="serious-breach", payload=LISTED, decided_on=TODAY - 30 * DAY,
        public=(TODAY - 30 * DAY, TODAY + 700 * DAY), at=NOON - 30 * DAY,
    )  # fmt: skip
    assert [one[0] for one in answered()] == ["serious-tax"]

    with pytest.raises(NotOffered) as refused:
        try_to_sign(LICENCE, by=actor)

    assert "南宁市税务局" in refused.value.sentence
    assert not Commitment.objects.exists()
    assert signed(OWN_WILL, by=actor, at=NOON)


def test_a_person_is_met_by_a_finding_of_their_own_for_the_same_term_and_is_told_so(db):
    actor = resident()
    broken(PREMISES, by=actor)

    assert open_on(PERSON, "no-criminal-record", NEXT, by=actor) == TERM_ENDS
    with pytest.raises(PersonNotOffered) as refused:
        try_to_sign("no-criminal-record", by=actor)
    assert "复核" in refused.value.advice
    assert open_on(PERSON, "no-criminal-record", datetime(2027, 12, 1, 4, tzinfo=UTC), by=actor) is None
    found = told_to(PERSON)[-1].body_zh
    assert f"至 {TERM_ENDS} 之前" in found
    assert "信用修复" not in found


def test_every_letter_of_notice_and_commitment_is_asked_of_an_authority_that_a_check_would_answer():
    terms = policy.notice_and_commitment_on(TODAY)
    assert terms is not None
    assert terms.kinds == {Kind.APPROVAL, Kind.CERTIFICATE}
    asked = [m for m in catalogue.matters_on(TODAY) if terms.measure in m.measures]

    for template in policy.templates_on(TODAY):
        if template.kind in terms.kinds:
            assert any(template.authority in m.departments for m in asked), template.code
            assert (
                template.authority in next(m for m in catalogue.measures_on(TODAY) if m.code == terms.measure).executors
            ), template.code
