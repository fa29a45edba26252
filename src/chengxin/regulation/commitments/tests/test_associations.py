"""Trade associations: letters that the credit office approves, members by invitation, decisions of their own."""

from datetime import timedelta

import pytest

from chengxin.base.casework.errors import NotYourStep, SamePersonTwice
from chengxin.base.casework.tests.factories import told_to
from chengxin.base.errors import ChengxinError, NotFound, NotPermitted
from chengxin.registry.records import queries as records
from chengxin.registry.subjects.models import Subject
from chengxin.registry.subjects.tests.factories import code as code_of
from chengxin.regulation.commitments import letters_in_force, members, queries
from chengxin.regulation.commitments.errors import (
    AlreadyInvited,
    DraftIncomplete,
    LetterEnded,
    NoSuchSubject,
    NotForYou,
)
from chengxin.regulation.commitments.models import AssociationLetter, Commitment, Membership
from chengxin.regulation.commitments.services import associations, finding, signing
from chengxin.regulation.commitments.tests.factories import (
    ASSOCIATION,
    COMPANY,
    DRAFT,
    HERE,
    NOON,
    TODAY,
    approved_letter,
    association,
    factor_of,
    found_met,
    given,
    officer,
    operator,
    registered,
    resident,
    runs_association,
    signer,
)

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def an_association() -> None:
    association()


def joined() -> int:
    registered()
    member = associations.invite(code_of(1), by=runs_association(), at=NOON)
    associations.answer_invitation(member, about=COMPANY, accepted=True, by=signer(), at=NOON)
    return member


def sign(code: str, *, at=NOON) -> str:
    liang = signer()
    what = given(code, at=at, code=factor_of(liang, at=at))
    return signing.sign(code, about=COMPANY, given=what, by=liang, address=HERE, at=at)


def test_a_letter_is_in_force_from_the_day_of_its_approval_and_not_before():
    case_id = associations.submit_letter("", given=DRAFT, by=runs_association(), at=NOON)
    row = AssociationLetter.objects.get()
    assert letters_in_force.template_of(row.code, on=TODAY) is None

    associations.take(case_id, "approve", by=operator(), at=NOON)

    letter = letters_in_force.template_of(row.code, on=TODAY)
    assert letter is not None
    assert (letter.authority, letter.matter.zh, letter.kind) == (ASSOCIATION, "明厨亮灶自律", "industry")
    assert letters_in_force.template_of(row.code, on=TODAY - A_DAY) is None


def test_a_new_version_ends_the_one_before_which_still_names_what_was_signed():
    joined()
    code = approved_letter()
    number = sign(code)
    case_id = associations.submit_letter(
        code, given=DRAFT | {"text_zh": "新的公约。"}, by=runs_association(), at=NOON + A_DAY
    )
    associations.take(case_id, "approve", by=operator(), at=NOON + A_DAY)

    now = letters_in_force.template_of(code, on=TODAY + A_DAY)
    assert now is not None
    assert now.text.zh == "新的公约。"
    assert queries.public_statement(number, on=TODAY + A_DAY).template.text.zh == DRAFT["text_zh"]


def test_a_withdrawn_letter_cannot_be_signed():
    joined()
    code = approved_letter()
    associations.withdraw_letter(AssociationLetter.objects.get().pk, by=runs_association(), at=NOON + A_DAY)

    with pytest.raises(LetterEnded):
        signing.sign(code, about=COMPANY, given=given(code), by=signer(), address=HERE, at=NOON + A_DAY)
    assert not Commitment.objects.exists()


def test_members_alone_sign():
    registered()
    code = approved_letter()
    with pytest.raises(NotForYou):
        sign(code)

    member = associations.invite(code_of(1), by=runs_association(), at=NOON)
    with pytest.raises(NotForYou):
        sign(code)
    associations.answer_invitation(member, about=COMPANY, accepted=True, by=signer(), at=NOON)
    assert sign(code)


def test_what_the_association_decides_is_its_own_and_in_the_record_under_its_name():
    joined()
    number = sign(approved_letter())
    found_met(number, by=runs_association())
    case_id = finding.propose_fulfilled(number, by=runs_association(), at=NOON)
    with pytest.raises(SamePersonTwice):
        finding.take(case_id, "confirm-fulfilled", by=runs_association(), at=NOON)

    finding.take(case_id, "confirm-fulfilled", by=runs_association(812), at=NOON)

    record = records.public_records_of(Subject.objects.get().pk, on=TODAY)[0]
    values = {f.code: f.value for f in record.fields}
    assert (values["COMMITMENT_KIND"], values["PERFORMANCE"]) == ("行业自律型", "全部履行")
    assert record.authority_code == ASSOCIATION
    assert record.category == "commitment"


def test_a_member_leaves_or_is_taken_off_and_signs_no_more():
    member = joined()
    code = approved_letter()
    associations.end_membership(member, by=signer(), about=COMPANY, at=NOON)

    with pytest.raises(NotForYou):
        sign(code)
    assert members.memberships_of(COMPANY, on=TODAY) == ()


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda: associations.submit_letter("", given=DRAFT, by=officer(), at=NOON), NotPermitted),
        (lambda: associations.submit_letter("", given=DRAFT | {"text_zh": ""}, by=runs_association(), at=NOON),
         DraftIncomplete),
        (lambda: associations.submit_letter("", given=DRAFT | {"term_months": "x"}, by=runs_association(), at=NOON),
         DraftIncomplete),
        (lambda: associations.invite(code_of(1), by=officer(), at=NOON), NotPermitted),
        (lambda: associations.invite("91450100XXXXXXXXXX", by=runs_association(), at=NOON), NoSuchSubject),
        (lambda: associations.withdraw_letter(1, by=runs_association(), at=NOON), NotFound),
    ],
)  # fmt: skip
def test_what_is_refused_changes_nothing(act, error: type[ChengxinError]):
    registered()

    with pytest.raises(error):
        act()

    assert not AssociationLetter.objects.exists()
    assert not Membership.objects.exists()


def test_the_association_does_not_approve_its_own_letter():
    case_id = associations.submit_letter("", given=DRAFT, by=runs_association(), at=NOON)

    with pytest.raises(NotYourStep):
        associations.take(case_id, "approve", by=runs_association(), at=NOON)
    with pytest.raises(NotFound):
        associations.take(case_id, "approve", by=officer(), at=NOON)

    assert AssociationLetter.objects.get().effective_from is None


def test_an_invitation_names_the_association_in_each_language_as_that_language_does():
    registered()
    associations.invite(code_of(1), by=runs_association(), at=NOON)

    (letter,) = told_to(COMPANY)

    assert "协会" in letter.body_zh
    assert not set("演示餐饮行业协会虚构") & set(letter.body_en)


def test_nobody_else_answers_an_invitation_and_nobody_is_invited_twice():
    registered()
    member = associations.invite(code_of(1), by=runs_association(), at=NOON)
    with pytest.raises(AlreadyInvited):
        associations.invite(code_of(1), by=runs_association(), at=NOON)
    with pytest.raises(NotPermitted):
        associations.answer_invitation(member, about=COMPANY, accepted=True, by=resident(), at=NOON)
    with pytest.raises(NotFound):
        associations.end_membership(member, by=resident(), about=COMPANY, at=NOON)

    assert Membership.objects.get().accepted_at is None
