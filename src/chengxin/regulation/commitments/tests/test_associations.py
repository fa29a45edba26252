"""Trade associations: letters that the credit office approves, members by invitation, decisions of their own."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chengxin.base.casework.errors import NotYourStep, SamePersonTwice
from chengxin.base.casework.tests.factories import told_to
from chengxin.base.errors import ChengxinError, NotFound, NotPermitted
from chengxin.registry.accounts.models import Organisation
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.records import queries as records
from chengxin.registry.subjects.models import Subject
from chengxin.registry.subjects.tests.factories import code as code_of
from chengxin.registry.subjects.tests.factories import company
from chengxin.regulation.commitments import drafting, letters_in_force, members, queries
from chengxin.regulation.commitments.errors import (
    AlreadyInvited,
    DraftIncomplete,
    LetterEnded,
    NewerApproved,
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
    OWN_WILL,
    TODAY,
    approved_letter,
    association,
    factor_of,
    found_met,
    given,
    officer,
    official,
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


def other() -> Actor:
    """Runs an association of its own."""
    Organisation.objects.update_or_create(
        code="51450100MJDEM00671",
        defaults={"name_zh": "另一协会（虚构）", "name_en": "Another association (fictional)", "kind": "association"},
    )
    return official(Role.ASSOCIATION_OFFICER, "51450100MJDEM00671", 821)


def test_a_code_is_accepted_only_from_the_association_whose_letter_bears_it():
    theirs = other()
    own = approved_letter()
    first_of_theirs = f"association-{theirs.organisation_id}-1"

    for code in (first_of_theirs, own, OWN_WILL, "association-1"):
        with pytest.raises(NotFound):
            associations.submit_letter(code, given=DRAFT, by=theirs, at=NOON)

    assert AssociationLetter.objects.count() == 1
    associations.submit_letter("", given=DRAFT, by=theirs, at=NOON)
    assert AssociationLetter.objects.filter(code=first_of_theirs).exists()


def test_a_code_that_another_took_before_does_not_stop_the_first_letter():
    theirs = other()
    approved_letter()
    AssociationLetter.objects.create(
        association_id=AssociationLetter.objects.get().association_id, code=f"association-{theirs.organisation_id}-1",
        version=1, content=drafting.content(DRAFT), case_id=999_999, drafted_by="x", drafted_at=NOON,
    )  # fmt: skip

    case_id = associations.submit_letter("", given=DRAFT, by=theirs, at=NOON)

    assert AssociationLetter.objects.get(case_id=case_id).code == f"association-{theirs.organisation_id}-2"


def test_an_older_version_is_not_approved_after_a_newer_one():
    code = approved_letter()
    second = associations.submit_letter(code, given=DRAFT, by=runs_association(), at=NOON)
    third = associations.submit_letter(code, given=DRAFT, by=runs_association(), at=NOON)
    associations.take(third, "approve", by=operator(), at=NOON + A_DAY)

    with pytest.raises(NewerApproved):
        associations.take(second, "approve", by=operator(), at=NOON + 2 * A_DAY)

    letter = letters_in_force.template_of(code, on=TODAY + 2 * A_DAY)
    assert letter is not None
    assert letter.version.endswith("@3")
    assert AssociationLetter.objects.get(case_id=second).effective_from is None
    assert associations.take(second, "reject", by=operator(), at=NOON + 2 * A_DAY, reason="已有新版本") == "rejected"


def test_the_names_of_all_members_are_one_query():
    for number in (1, 2, 3):
        company(f"虚构{number}号", number)
        associations.invite(code_of(number), by=runs_association(), at=NOON + number * A_DAY)

    with CaptureQueriesContext(connection) as asked:
        rows, total = members.members_of(runs_association(), on=TODAY)

    assert [row.name for row in rows] == ["虚构3号", "虚构2号", "虚构1号"]
    assert total == 3
    assert len([q for q in asked.captured_queries if "subjects_" in q["sql"]]) == 1
