"""An offer to natural persons takes effect by two officials of the credit office, and by nothing else."""

import shutil
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from chengxin.base import clock
from chengxin.base.audit.models import AuditEntry
from chengxin.base.casework.errors import NotYourStep, ReasonMissing, SamePersonTwice
from chengxin.base.casework.models import Case, CaseEvent
from chengxin.base.database.context import acting
from chengxin.base.errors import NotFound
from chengxin.evaluation.persons import approving, offers, queries
from chengxin.evaluation.persons.errors import OfferAlreadyProposed, OfferAltered, UnknownOffer
from chengxin.evaluation.persons.models import OfferApproval, OfferProposal, OpenBenefit
from chengxin.evaluation.persons.tests.factories import OFFER, approved, ask, ended, honoured
from chengxin.evaluation.scorecards.faults import BrokenModel
from chengxin.evaluation.scorecards.tests.officials import official, operator, reviewer
from chengxin.registry.accounts.rules import Role
from chengxin.rights.consent.models import Request

CITY, NAME = Path(settings.CITY_FOLDER), "resident-1"
pytestmark = pytest.mark.django_db


def in_effect() -> list[str]:
    return [one.name for one in offers.in_effect(on=clock.today())]


def state() -> str:
    return next(r.state for r in offers.register(on=clock.today()) if r.offer.name == NAME)


def test_an_offer_takes_effect_when_a_second_official_approves_it_and_each_step_is_in_the_audit_chain():
    assert (in_effect(), state()) == ([], "file")
    case_id = approving.propose(NAME, by=operator(), at=clock.now())
    assert (in_effect(), state()) == ([], "proposed")

    approving.take(case_id, "approve", by=reviewer(), at=clock.now(), reason="只开放便利（虚构）")

    assert (in_effect(), state()) == ([NAME], "in-effect")
    noted = AuditEntry.objects.filter(action__startswith="persons.offer").order_by("seq")
    assert [e.action for e in noted] == ["persons.offer_proposed", "persons.offer_approved"]


def test_nobody_approves_what_they_proposed_and_nothing_takes_effect():
    both = replace(operator(), roles=frozenset({Role.CREDIT_OFFICE_OPERATOR, Role.CREDIT_OFFICE_REVIEWER}))
    case_id = approving.propose(NAME, by=both, at=clock.now())

    with pytest.raises(SamePersonTwice):
        approving.take(case_id, "approve", by=both, at=clock.now(), reason="自己批准（虚构）")
    with pytest.raises(ReasonMissing):
        approving.take(case_id, "approve", by=reviewer(), at=clock.now())
    with pytest.raises(NotFound):
        approving.take(case_id, "propose", by=reviewer(), at=clock.now())

    assert (in_effect(), OfferApproval.objects.count()) == ([], 0)


@pytest.mark.parametrize("role", [Role.CREDIT_OFFICE_REVIEWER, Role.DEPARTMENT_OFFICER])
def test_only_operators_of_the_credit_office_put_an_offer_forward(role):
    with pytest.raises(NotYourStep):
        approving.propose(NAME, by=official(role, 903), at=clock.now())
    with pytest.raises(UnknownOffer):
        approving.propose("resident-9", by=operator(), at=clock.now())

    assert not OfferProposal.objects.exists()


def test_a_version_is_proposed_once_and_again_only_after_it_was_refused():
    case_id = approving.propose(NAME, by=operator(), at=clock.now())
    with pytest.raises(OfferAlreadyProposed):
        approving.propose(NAME, by=operator(), at=clock.now())
    approving.take(case_id, "refuse", by=reviewer(), at=clock.now(), reason="再想想（虚构）")
    assert (in_effect(), state()) == ([], "refused")

    approving.propose(NAME, by=operator(), at=clock.now())

    assert (in_effect(), state()) == ([], "proposed")


def test_nobody_is_looked_at_under_an_offer_that_nobody_approved(tmp_path):
    about = honoured(tmp_path, offered=False)
    approving.propose(NAME, by=operator(), at=clock.now())

    with pytest.raises(NotFound):
        ask(about)

    assert not Request.objects.exists() and not AuditEntry.objects.filter(action="persons.looked").exists()


def altered(folder: Path, *changes: tuple[str, str]) -> Path:
    """The city's profile with other words in the file of the offer."""
    target = folder / "city"
    shutil.copytree(CITY, target)
    path = target / "evaluation" / "persons" / f"{NAME}.yaml"
    text = path.read_text(encoding="utf-8")
    for before, after in changes:
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")
    return target


def test_a_file_that_says_something_else_than_what_was_approved_takes_nothing_into_effect(tmp_path, monkeypatch):
    about = honoured(tmp_path)
    folder = altered(tmp_path, ("window_months: 60", "window_months: 600"))
    monkeypatch.setattr(offers, "city_folder", lambda: folder)

    assert (in_effect(), state()) == (["farm-household-1"], "altered")
    with pytest.raises(NotFound):
        ask(about)
    with pytest.raises(OfferAlreadyProposed):
        approving.propose(NAME, by=operator(), at=clock.now())


def test_a_file_that_changed_while_it_waited_is_not_approved(tmp_path, monkeypatch):
    case_id = approving.propose(NAME, by=operator(), at=clock.now())
    folder = altered(tmp_path, ("window_months: 60", "window_months: 600"))
    monkeypatch.setattr(offers, "city_folder", lambda: folder)

    with pytest.raises(OfferAltered):
        approving.take(case_id, "approve", by=reviewer(), at=clock.now(), reason="没有看见改动（虚构）")

    assert (state(), OfferApproval.objects.count(), Case.objects.get(pk=case_id).state) == ("altered", 0, "proposed")


def test_an_adverse_file_can_neither_be_proposed_nor_approved(tmp_path, monkeypatch):
    case_id = approving.propose(NAME, by=operator(), at=clock.now())
    folder = altered(tmp_path, ("resource: honour-person", "resource: penalty-person"))
    monkeypatch.setattr(offers, "city_folder", lambda: folder)

    with pytest.raises(BrokenModel):
        approving.propose("farm-household-1", by=operator(), at=clock.now())
    with pytest.raises(BrokenModel):
        approving.take(case_id, "approve", by=reviewer(), at=clock.now(), reason="批准不利的（虚构）")

    assert (OfferProposal.objects.count(), OfferApproval.objects.count()) == (1, 0)


def test_a_row_of_approval_without_the_step_of_a_second_official_opens_nothing_in_the_database(tmp_path):
    about = honoured(tmp_path, offered=False)
    case_id = approving.propose(NAME, by=operator(), at=clock.now())
    proposal = OfferProposal.objects.get()
    forged = {"proposal": proposal, "code": OFFER, "effective_from": clock.today(), "by_name": "forged"}
    OfferApproval.objects.create(approved_at=clock.now(), **forged)

    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        ask(about)
    Case.objects.filter(pk=case_id).update(state="approved")
    CaseEvent.objects.create(
        case_id=case_id, number=2, step="approve", from_state="proposed", to_state="approved", at=clock.now(),
        by_name=operator().name, by_user_id=operator().user_id,
    )  # fmt: skip
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        ask(about)

    assert not OpenBenefit.objects.exists()


@pytest.mark.parametrize(("offer", "digest"), [("resident-2", ""), (NAME, "0" * 64)])
def test_a_row_names_the_offer_that_was_approved_to_the_last_letter(tmp_path, offer, digest):
    about = honoured(tmp_path)
    ask(about)
    row = (
        "INSERT INTO persons_openbenefit (about, consent_id, offer, digest, benefit, behind, opened_at)"
        " SELECT about, id, %s, %s, 'forged', ARRAY[gen_random_uuid()], now() FROM consent_consent WHERE about = %s"
    )

    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        acting(actor="forged", purpose=queries.OWN_WISH, basis="none", about=about),
        connection.cursor() as cursor,
    ):
        cursor.execute(row, [offer, digest or offers.named(NAME).digest, about])


@pytest.mark.parametrize(
    "table", ["persons_offerproposal", "persons_offerapproval", "persons_offerendproposal", "persons_offerend"]
)
@pytest.mark.parametrize("statement", ["DELETE FROM {table}", "UPDATE {table} SET id = id"])
def test_the_application_cannot_rewrite_how_an_offer_came_into_effect_and_ended(table, statement):
    approved(NAME)
    ended(NAME)

    with pytest.raises(ProgrammingError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table=table))
    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)
