"""Whose commitment it is: told to the authority and to who has a task after its breach, logged, and to nobody else."""

from dataclasses import replace
from io import BytesIO

import pytest

from chengxin.base.attachments import queries as attachments
from chengxin.base.attachments.services import Upload
from chengxin.base.casework.tests.factories import told_to
from chengxin.base.database.context import acting
from chengxin.base.errors import NotFound
from chengxin.registry.accounts.rules import Actor, MandateKind, Role
from chengxin.registry.subjects import services as subjects
from chengxin.registry.subjects.rules import about_person
from chengxin.regulation.commitments import handling
from chengxin.regulation.commitments.models import Check, Due, FollowUp, Letter
from chengxin.regulation.commitments.queries import files_of_check
from chengxin.regulation.commitments.rules import Result
from chengxin.regulation.commitments.services import checking, finding
from chengxin.regulation.commitments.tests.factories import (
    APPROVAL,
    COMPANY,
    EVIDENCE,
    HEALTH,
    LICENCE,
    MARKET,
    NOON,
    OWN_WILL,
    PREMISES,
    officer,
    official,
    operator,
    registered,
    resident,
    reviewer,
    signed,
    signer,
)
from chengxin.rights.consent import queries as consent
from chengxin.rights.consent import services as wishes

pytestmark = pytest.mark.django_db
NUMBER = "45010019900101999X"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture
def zhou() -> Actor:
    """A resident whose document is registered."""
    with acting(actor="test", purpose="test", basis="test"):
        (person,) = subjects.resolve_people([("身份证", NUMBER, "周某某（虚构）")], at=NOON)
    return signer("zhou", about=about_person(person), kind=MandateKind.SELF)


def looks(actor: Actor) -> list[tuple[str, dict[str, list[str]]]]:
    log = consent.access_log_of(actor.mandates[0].about, by=actor)
    return [(row.purpose, dict(row.fields)) for row in log]


@pytest.mark.parametrize("asks", [officer, reviewer])
def test_the_authority_learns_which_person_promised_and_the_person_sees_that_it_looked(zhou: Actor, asks):
    number = signed(PREMISES, by=zhou)

    found = handling.promisor(number, by=asks(), at=NOON)
    pdf = handling.letter(number, by=asks(), at=NOON)

    assert (found.name, found.number) == ("梁某某（虚构）", "45**************9X")
    assert pdf.startswith(b"%PDF")
    assert sorted(looks(zhou), key=str) == [
        ("commitment-check", {"commitment-letter": []}),
        ("commitment-check", {"commitment-promisor": ["masked-number", "name"]}),
    ]


def test_who_wants_to_know_of_looks_gets_a_notice_of_this_one_too(zhou: Actor):
    number = signed(PREMISES, by=zhou)
    about = zhou.mandates[0].about
    wishes.wish_notices(about, wanted=True, by=zhou, at=NOON)

    handling.letter(number, by=officer(), at=NOON)

    assert [n.title_zh for n in told_to(about)] == ["有单位查看了您的信用信息"]


def test_a_promisor_without_a_registered_document_is_told_by_name():
    number = signed(PREMISES, by=resident())

    found = handling.promisor(number, by=officer(), at=NOON)

    assert (found.name, found.number) == ("梁某某（虚构）", "")


@pytest.mark.parametrize(
    "asks",
    [
        lambda: officer(APPROVAL),
        lambda: replace(reviewer(), reaches=frozenset()),
        operator,
        resident,
        lambda: official(Role.AUDITOR),
        lambda: official(Role.ADMINISTRATOR),
    ],
    ids=["another department", "no reach", "credit office", "the person itself", "auditor", "administrator"],
)
def test_nobody_else_learns_it_and_nothing_is_logged(zhou: Actor, asks):
    number = signed(PREMISES, by=zhou)

    for read in (handling.promisor, handling.letter):
        with pytest.raises(NotFound):
            read(number, by=asks(), at=NOON)

    assert looks(zhou) == []


def test_an_organisations_letter_is_handed_to_its_authority_and_logged_too():
    registered()
    liang = signer()
    number = signed(OWN_WILL, by=liang)

    assert handling.letter(number, by=officer(), at=NOON).startswith(b"%PDF")
    with pytest.raises(NotFound):
        handling.promisor(number, by=officer(), at=NOON)

    assert looks(liang) == [("commitment-check", {"commitment-letter": []})]


def test_the_department_with_the_task_reads_the_letter_while_its_task_is_open():
    registered()
    liang = signer()
    number = signed(LICENCE, by=liang)
    with pytest.raises(NotFound):
        handling.letter(number, by=officer(MARKET), at=NOON)
    _breached(number, liang)

    assert handling.letter(number, by=officer(MARKET), at=NOON).startswith(b"%PDF")
    with pytest.raises(NotFound):
        handling.letter(number, by=officer(HEALTH), at=NOON)
    with pytest.raises(NotFound):
        handling.letter(number, by=replace(officer(MARKET), roles=frozenset({Role.AUDITOR})), at=NOON)

    task = FollowUp.objects.get().case_id
    finding.take(task, "report-result", by=officer(MARKET), at=NOON, reason="已撤销（虚构）")
    finding.take(task, "confirm-result", by=reviewer(), at=NOON)
    with pytest.raises(NotFound):
        handling.letter(number, by=officer(MARKET), at=NOON)
    assert handling.letter(number, by=officer(APPROVAL), at=NOON).startswith(b"%PDF")


def _breached(number: str, promisor: Actor) -> None:
    office, other = officer(APPROVAL), official(Role.DEPARTMENT_REVIEWER, APPROVAL, 806)
    case_id = finding.propose_breach(number, obligations=["site-checked"], by=office, at=NOON, reason="虚构")
    for step, by in (
        ("state", promisor),
        ("order-rectification", office),
        ("report-mended", promisor),
        ("forward", office),
        ("find-breached", other),
    ):
        finding.take(case_id, step, by=by, at=NOON, reason="虚构")


def test_a_delegates_look_at_a_checks_files_is_told_to_the_principal_and_an_authoritys_too():
    registered()
    liang = signer()
    number = signed(OWN_WILL, by=liang)
    upload = Upload(BytesIO(PNG), "visit.png")
    due = Due.objects.get().pk
    checking.record_check(due, result=Result.MET, evidence=EVIDENCE, by=officer(), at=NOON, uploads=[upload])
    check = Check.objects.get().pk
    file = attachments.attachments_of(files_of_check(check))[0].id
    delegate = replace(liang, mandates=(replace(liang.mandates[0], kind=MandateKind.DELEGATE),))

    handling.own_check_file(number, check, file, about=COMPANY, by=liang, at=NOON)
    assert looks(liang) == []
    handling.own_check_file(number, check, file, about=COMPANY, by=delegate, at=NOON)
    handling.check_file(number, check, file, by=officer(), at=NOON)
    with pytest.raises(NotFound):
        handling.check_file(number, check, file, by=officer(HEALTH), at=NOON)

    assert sorted(purpose for purpose, _ in looks(liang)) == ["commitment-check", consent.DELEGATED]


def test_beneath_the_code_a_persons_letter_is_shown_for_that_person_alone(zhou: Actor):
    signed(PREMISES, by=zhou)
    about = zhou.mandates[0].about

    assert Letter.objects.count() == 0
    with acting(actor="x", purpose=handling.PURPOSE, basis=handling.BASIS, about=COMPANY):
        assert Letter.objects.count() == 0
    with acting(actor="x", purpose=handling.PURPOSE, basis=handling.BASIS, about=about):
        assert Letter.objects.count() == 1
