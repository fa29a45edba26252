"""An offer to natural persons ends by two officials or by its date; who had asked is told, and nothing is kept."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from django.db import ProgrammingError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from chengxin.base import clock
from chengxin.base.audit.models import AuditEntry
from chengxin.base.casework import notices
from chengxin.base.casework.errors import NotYourStep, ReasonMissing, SamePersonTwice
from chengxin.base.clock import CITY_TIME
from chengxin.base.database.context import acting
from chengxin.base.errors import NotFound
from chengxin.evaluation.persons import approving, ending, loading, offers, queries, services
from chengxin.evaluation.persons.errors import EndDayWrong, OfferEndAlreadyProposed, OfferNotApproved, OfferOver
from chengxin.evaluation.persons.models import OfferApproval, OfferEnd, OfferEndProposal, OfferProposal
from chengxin.evaluation.persons.tests.factories import OFFER, approved, ask, ended, honoured
from chengxin.evaluation.persons.tests.test_approving import altered, in_effect, state
from chengxin.evaluation.scorecards.tests.officials import official, operator, reviewer
from chengxin.registry.accounts.rules import Role
from chengxin.rights.consent import queries as consents
from chengxin.rights.consent.rules import Standing
from chengxin.rights.consent.tests.factories import resident

NAME, ONE_DAY = "resident-1", timedelta(days=1)
INSERT = (
    "INSERT INTO persons_openbenefit (about, consent_id, offer, digest, benefit, behind, opened_at)"
    " SELECT about, id, %s, %s, 'forged', ARRAY[gen_random_uuid()], now() FROM consent_consent WHERE about = %s"
)
pytestmark = pytest.mark.django_db


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CITY_TIME)


def standings(about: str) -> list[Standing]:
    return [r.standing for r in consents.requests_to(about, by=resident(about), on=clock.today())]


def told(about: str) -> list[str]:
    return [n.title for n in notices.notices_of(resident(about)).items]


def asked_for(about: str) -> list[str]:
    found = queries.offers_to(about, by=resident(about), on=clock.today())
    return [row.offer.name for row in found if row.request is not None]


def test_when_a_second_official_ends_an_offer_nothing_of_it_is_kept_and_who_had_asked_is_told(tmp_path):
    about = honoured(tmp_path)
    ask(about)
    case_id = ending.propose(NAME, ends_on=clock.today(), reason="不再提供（虚构）", by=operator(), at=clock.now())
    assert (NAME in in_effect(), standings(about)) == (True, [Standing.GRANTED]), "proposed is not ended"

    ending.take(case_id, "end", by=reviewer(), at=clock.now(), reason="同意终止（虚构）")

    assert (in_effect(), state()) == (["farm-household-1"], "ended")
    with pytest.raises(NotFound):
        services.look_again(OFFER, about, by=resident(about), at=clock.now())
    with (
        acting(actor="forged", purpose=queries.OWN_WISH, basis="none", about=about),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(INSERT, [NAME, offers.named(NAME).digest, about])
    approval = OfferApproval.objects.get(code=OFFER)
    assert ending.close(approval.pk, at=clock.now()) == 1
    assert standings(about) == [Standing.REVOKED]
    assert [r.is_closed for r in consents.requests_to(about, by=resident(about), on=clock.today())] == [True]
    assert services.forget(about) == 0, "nothing was left to delete"
    assert told(about) == ["您申请的“居民守信便利”已经终止"]
    assert ending.close(approval.pk, at=clock.now()) == 0, "and again: nobody is told twice"
    noted = AuditEntry.objects.filter(action__startswith="persons.offer_end").order_by("seq")
    assert [e.action for e in noted] == ["persons.offer_end_proposed", "persons.offer_end_ended"]


def test_who_asked_before_the_end_has_not_asked_for_what_is_offered_anew(tmp_path):
    about = honoured(tmp_path)
    ask(about)
    ended(NAME)
    approved(NAME)
    assert (NAME in in_effect(), state()) == (True, "in-effect")

    ending.close(OfferApproval.objects.filter(code=OFFER).order_by("pk")[0].pk, at=clock.now())

    assert asked_for(about) == []
    assert ask(about) == 1


def test_until_its_last_day_an_offer_stays_and_nobody_is_closed_early(tmp_path):
    about, day = honoured(tmp_path), clock.today() + 10 * ONE_DAY
    ask(about)

    approval = ended(NAME, ends_on=day)

    assert [NAME in [o.name for o in offers.in_effect(on=d)] for d in (day - ONE_DAY, day)] == [True, False]
    assert (state(), ending.close(approval, at=clock.now()), standings(about)) == ("in-effect", 0, [Standing.GRANTED])
    (job,) = ProcrastinateJob.objects.filter(task_name="persons.close_offer")
    assert job.scheduled_at == midnight(day)
    assert ending.close(approval, at=midnight(day)) == 1


def test_nobody_ends_what_they_put_forward_and_nothing_ends(tmp_path):
    both = replace(operator(), roles=frozenset({Role.CREDIT_OFFICE_OPERATOR, Role.CREDIT_OFFICE_REVIEWER}))
    approved(NAME)
    case_id = ending.propose(NAME, ends_on=clock.today(), reason="终止（虚构）", by=both, at=clock.now())

    with pytest.raises(SamePersonTwice):
        ending.take(case_id, "end", by=both, at=clock.now(), reason="自己决定（虚构）")
    with pytest.raises(ReasonMissing):
        ending.take(case_id, "end", by=reviewer(), at=clock.now())
    with pytest.raises(OfferEndAlreadyProposed):
        ending.propose(NAME, ends_on=clock.today(), reason="再一次（虚构）", by=operator(), at=clock.now())
    assert (in_effect(), OfferEnd.objects.count()) == ([NAME], 0)

    ending.take(case_id, "keep", by=reviewer(), at=clock.now(), reason="继续提供（虚构）")

    assert in_effect() == [NAME]


@pytest.mark.parametrize("role", [Role.CREDIT_OFFICE_REVIEWER, Role.DEPARTMENT_OFFICER, Role.AUDITOR])
def test_only_operators_put_an_end_forward_with_a_reason_a_day_and_something_to_end(role):
    def proposed(name: str = NAME, *, by=None, days: int = 0, reason: str = "终止（虚构）") -> int:
        day = clock.today() + days * ONE_DAY
        return ending.propose(name, ends_on=day, reason=reason, by=by or operator(), at=clock.now())

    with pytest.raises(OfferNotApproved):
        proposed()
    approved(NAME)
    with pytest.raises(NotYourStep):
        proposed(by=official(role, 903))
    with pytest.raises(ReasonMissing):
        proposed(reason=" ")
    with pytest.raises(EndDayWrong):
        proposed(days=-1)

    assert not OfferEndProposal.objects.exists()


def dated(folder: Path, monkeypatch: pytest.MonkeyPatch, until: date) -> None:
    line = ("effective_from: 2026-01-01\n", f"effective_from: 2026-01-01\neffective_until: {until}\n")
    city = altered(folder / str(until), line)
    monkeypatch.setattr(offers, "city_folder", lambda: city)


def test_an_offer_ends_by_the_date_that_its_file_names(tmp_path, monkeypatch):
    day = clock.today() + 30 * ONE_DAY
    dated(tmp_path, monkeypatch, day)
    about = honoured(tmp_path)
    ask(about)

    assert [NAME in [o.name for o in offers.in_effect(on=d)] for d in (day - ONE_DAY, day)] == [True, False]
    approval = OfferApproval.objects.get(code=OFFER)
    (job,) = ProcrastinateJob.objects.filter(task_name="persons.close_offer")
    assert (job.scheduled_at, job.args) == (midnight(day), {"approval_id": approval.pk})
    assert ending.close(approval.pk, at=midnight(day)) == 1
    assert standings(about) == [Standing.REVOKED]


def test_an_offer_whose_date_has_come_is_neither_put_forward_nor_approved(tmp_path, monkeypatch):
    dated(tmp_path, monkeypatch, clock.today() + ONE_DAY)
    case_id = approving.propose(NAME, by=operator(), at=clock.now())
    tomorrow = clock.now() + ONE_DAY

    with pytest.raises(OfferOver):
        approving.take(case_id, "approve", by=reviewer(), at=tomorrow, reason="太晚（虚构）")
    approving.take(case_id, "withdraw", by=operator(), at=tomorrow)
    with pytest.raises(OfferOver):
        approving.propose(NAME, by=operator(), at=tomorrow)

    assert (OfferProposal.objects.count(), OfferApproval.objects.count()) == (1, 0)


def test_who_asked_goes_on_under_the_version_that_took_its_place_once_it_is_computed_anew(tmp_path, monkeypatch):
    about = honoured(tmp_path)
    ask(about)
    folder = altered(tmp_path)
    second = folder / "evaluation" / "persons" / "resident-2.yaml"
    text = (folder / "evaluation" / "persons" / f"{NAME}.yaml").read_text(encoding="utf-8")
    second.write_text(text.replace("version: 1", "version: 2", 1), encoding="utf-8")
    monkeypatch.setattr(offers, "city_folder", lambda: folder)

    approved("resident-2")

    row = queries.offers_to(about, by=resident(about), on=clock.today())[0]
    assert (row.offer.name, row.is_outdated, [b.is_open for b in row.benefits]) == ("resident-2", True, [False] * 3)
    with pytest.raises(OfferNotApproved):
        ended(NAME)
    services.look_again(OFFER, about, by=resident(about), at=clock.now())
    row = queries.offers_to(about, by=resident(about), on=clock.today())[0]
    assert (row.is_outdated, [b.is_open for b in row.benefits]) == (False, [True, False, False])


def test_what_was_computed_is_deleted_on_the_day_that_the_consent_ends(tmp_path):
    about = honoured(tmp_path)

    ask(about)

    (request,) = consents.requests_to(about, by=resident(about), on=clock.today())
    (job,) = ProcrastinateJob.objects.filter(task_name="persons.forget")
    assert (job.scheduled_at, job.args) == (midnight(request.valid_until), {"about": about})


def test_two_offers_never_share_a_purpose_and_none_ends_before_it_begins():
    (farm, resident_offer) = sorted(offers.files(), key=lambda o: o.code)

    assert loading.purposes_shared([farm, resident_offer]) == []
    assert loading.purposes_shared([farm, replace(resident_offer, consent=farm.consent)])
    assert loading.faults(replace(farm, effective_until=farm.effective_from), *_around()) and not loading.faults(
        farm, *_around()
    )


def _around():
    around = offers.profile.around(offers.city_folder())
    return around.profile, around.forbidden, around.organisations
