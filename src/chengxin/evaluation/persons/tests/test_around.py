"""Red line 2, word by word, and tried from around the application."""

import ast
import shutil
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from chengxin.base import clock
from chengxin.base.audit.models import AuditEntry
from chengxin.evaluation.persons import loading, offers, queries, services
from chengxin.evaluation.persons.errors import AlreadyAsked, NotAsked, NoticeNotRead, NotOwnWish
from chengxin.evaluation.persons.model import Benefit, Need, Offer
from chengxin.evaluation.persons.models import OpenBenefit
from chengxin.evaluation.persons.tests.factories import HONOUR, OFFER, ask, honoured
from chengxin.evaluation.scorecards import profile
from chengxin.evaluation.scorecards.faults import BrokenModel
from chengxin.intake.collection.tests import factories as files
from chengxin.registry.accounts.rules import Actor, Mandated, MandateKind, Role, Scope
from chengxin.rights.consent import queries as consents
from chengxin.rights.consent import services as consent_services
from chengxin.rights.consent.errors import PurposeNotOpen, SignatureMissing, WordingChanged
from chengxin.rights.consent.models import Consent, Request
from chengxin.rights.consent.tests.factories import bank, clerk, count, resident
from tests.house.tree import SOURCE, parsed, python

CITY = Path(settings.CITY_FOLDER)
OWN = {"purpose": queries.OWN_WISH}


@pytest.fixture
def about(db, tmp_path: Path) -> str:
    return honoured(tmp_path)


@pytest.fixture
def plain(committed_db: str) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """A connection as the application's role that never met the application."""
    known = connection.get_connection_params()
    with psycopg.connect(
        host=known.get("host"), port=known.get("port"), user=known["user"], dbname=known["dbname"],
        password=known.get("password"),
    ) as made:  # fmt: skip
        yield made


def told(plain, statement: str, *values: object, **settings: str) -> int:
    """Run a statement with these settings, and take it back; returns how many rows it met."""
    with plain.transaction(force_rollback=True):
        for name, value in settings.items():
            plain.execute("SELECT set_config(%s, %s, true)", [f"chengxin.{name}", value])
        return int(plain.execute(statement, values).rowcount)


def open_now(about: str, *, by: Actor | None = None) -> list[str]:
    row = queries.offers_to(about, by=by or resident(about), on=clock.local_date(clock.now()))[0]
    return [b.benefit.code for b in row.benefits if b.is_open]


def nothing_happened() -> bool:
    looked = AuditEntry.objects.filter(action__startswith="persons").exclude(action__startswith="persons.offer_")
    return count(Request) == count(Consent) == 0 and not looked.exists()


def test_on_own_request_after_notice_and_with_consent_an_honour_opens_a_benefit(about):
    assert open_now(about) == []

    assert ask(about) == 1

    assert open_now(about) == ["library"]


def test_every_input_is_shown_and_a_penalty_is_none(about):
    ask(about)
    row = queries.offers_to(about, by=resident(about), on=clock.local_date(clock.now()))[0]

    assert [r.item for r in row.inputs] == [HONOUR]
    assert [r.natural_key for b in row.benefits for r in b.records] == [row.inputs[0].natural_key]


def delegate(about: str) -> Actor:
    mandate = Mandated(9, about, MandateKind.DELEGATE, frozenset(Scope))
    return Actor("delegate", None, "", frozenset({Role.RESIDENT}), user_id=809, mandates=(mandate,))


@pytest.mark.parametrize(
    "who",
    [
        delegate,
        lambda about: resident("person:999999"),
        lambda about: bank(),
        lambda about: clerk(files.MARKET, Role.DEPARTMENT_OFFICER),
        lambda about: clerk(files.MARKET, Role.CREDIT_OFFICE_REVIEWER),
    ],
    ids=["delegate", "another resident", "bank", "department", "credit office"],
)
def test_nobody_else_asks_looks_or_withdraws_and_nothing_happens(about, who):
    by = who(about)

    with pytest.raises(NotOwnWish):
        ask(about, by=by)
    with pytest.raises(NotOwnWish):
        open_now(about, by=by)
    with pytest.raises(NotOwnWish):
        services.look_again(OFFER, about, by=by, at=clock.now())
    with pytest.raises(NotOwnWish):
        services.withdraw(OFFER, about, by=by, at=clock.now())

    assert nothing_happened()


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"notice_version": ""}, NoticeNotRead),
        ({"notice_version": "evaluation/person-notice@2020-01-01"}, NoticeNotRead),
        ({"signed_by": " "}, SignatureMissing),
        ({"wording_version": "query-consent/wording@2020-01-01"}, WordingChanged),
    ],
)
def test_without_the_notice_or_the_consent_of_today_nothing_is_looked_at(about, changed, error):
    with pytest.raises(error):
        ask(about, **changed)

    assert nothing_happened()


def test_no_organisation_can_ask_for_this_consent(about):
    today = clock.local_date(clock.now())
    with pytest.raises(PurposeNotOpen):
        consent_services.ask(
            about, purpose="resident-benefits", items=[HONOUR], valid_from=today, valid_until=today.replace(year=2099),
            queries=1, by=bank(), at=clock.now(),
        )  # fmt: skip

    assert nothing_happened()


def test_withdrawal_deletes_the_result_and_after_it_nothing_is_computed(about):
    ask(about)

    services.withdraw(OFFER, about, by=resident(about), at=clock.now())

    assert open_now(about) == []
    with pytest.raises(NotAsked):
        services.look_again(OFFER, about, by=resident(about), at=clock.now())
    assert services.forget(about) == 0, "nothing was left to delete"
    ask(about)
    assert open_now(about) == ["library"]
    with pytest.raises(AlreadyAsked):
        ask(about)


def test_a_consent_that_is_withdrawn_elsewhere_takes_the_result_along_at_once(about):
    ask(about)
    today = clock.local_date(clock.now())
    (request,) = consents.requests_to(about, by=resident(about), on=today)

    consent_services.revoke(request.id, about=about, by=resident(about), at=clock.now())

    assert open_now(about) == []
    assert services.forget(about) == 1
    assert services.forget(about) == 0


def test_each_look_stands_in_the_log_that_the_person_sees_and_the_audit_chain_names_no_result(about):
    ask(about)
    services.look_again(OFFER, about, by=resident(about), at=clock.now())

    rows = consents.access_log_of(about, by=resident(about))
    assert len([r for r in rows if r.purpose == "resident-benefits"]) == 2
    noted = AuditEntry.objects.filter(action__in=["persons.asked", "persons.looked"])
    assert [sorted(e.details) for e in noted.order_by("seq")][1:] == [[], []]


def test_the_schema_has_no_place_for_anything_adverse():
    columns = {f.attname for f in OpenBenefit._meta.get_fields()}
    assert columns == {"id", "about", "consent_id", "offer", "digest", "benefit", "behind", "opened_at"}
    others = [m for m in apps.get_app_config("persons").get_models() if m is not OpenBenefit]
    assert {m.__name__ for m in others} == {"OfferProposal", "OfferApproval", "OfferEndProposal", "OfferEnd"}
    named = {f.attname for m in others for f in m._meta.concrete_fields}
    assert not named & {"about", "person_id", "consent_id", "subject_id", "benefit", "behind"}, "they name nobody"
    assert {f.name for f in fields(Benefit)} == {"code", "title", "opens", "provider", "need"}
    assert {f.name for f in fields(Need)} == {"resource", "where", "window_months", "text"}
    numbers = {f.name for kind in (Offer, Benefit, Need) for f in fields(kind) if "int" in str(f.type)}
    assert numbers == {"version", "window_months"}


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("    need: {resource: honour-person", "    points: -5\n    need: {resource: honour-person"),
        ("benefits:\n", "vetoes: []\nbenefits:\n"),
        ("benefits:\n", "cut_offs: []\nbenefits:\n"),
        ("need: {resource: honour-person", "need: {severity: [minor], resource: honour-person"),
        ("need: {resource: honour-person", "need: {resource: penalty-person"),
        ("need: {resource: honour-person", "need: {resource: honour"),
    ],
)
def test_a_file_that_would_count_against_someone_is_refused(written, instead, tmp_path):
    text = (CITY / "evaluation" / "persons" / "resident-1.yaml").read_text(encoding="utf-8")
    path = tmp_path / "resident-1.yaml"
    path.write_text(text.replace(written, instead, 1), encoding="utf-8")

    offer, faults = loading.read(path)

    around = profile.around(CITY)
    if offer is not None:
        faults = loading.faults(offer, around.profile, around.forbidden, around.organisations)
    assert faults


def test_an_adverse_file_in_the_profile_stops_everything_before_anyone_is_looked_at(about, monkeypatch, tmp_path):
    folder = tmp_path / "city"
    shutil.copytree(CITY, folder)
    path = folder / "evaluation" / "persons" / "resident-1.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("resource: honour-person, where: {HONOUR_KIND", "resource: penalty-person, where: {X", 1)
    )
    monkeypatch.setattr(offers, "city_folder", lambda: folder)

    with pytest.raises(BrokenModel):
        ask(about)

    assert nothing_happened()


def test_the_offers_of_the_city_have_no_faults():
    around = profile.around(CITY)
    for path in sorted((CITY / "evaluation" / "persons").glob("*.yaml")):
        offer, faults = loading.read(path)
        assert faults == []
        assert loading.faults(offer, around.profile, around.forbidden, around.organisations) == []


def test_nothing_but_my_space_reads_what_is_open_to_a_person():
    readers = [
        path.relative_to(SOURCE).parts[:2]
        for path in python(tests=False)
        if path.is_relative_to(SOURCE) and "evaluation/persons" not in path.as_posix()
        if "chengxin.evaluation.persons" in {n for node in ast_imports(path) for n in node}
    ]
    assert set(readers) <= {("faces", "space"), ("faces", "portal"), ("faces", "workbench"), ("project", "sample")}
    workbench = {n for path in python(tests=False) if "faces/workbench" in path.as_posix() for n in persons(path)}
    assert workbench == {"approving", "ending", "offers", "EndDayWrong", "OfferStanding", "ENDED"}, (
        "officials read nobody"
    )
    public = (SOURCE / "faces" / "portal" / "evaluation.py").read_text(encoding="utf-8")
    assert "persons.offers(" in public and "offers_to" not in public, "the public reads what is offered, never to whom"


def persons(path: Path) -> Iterator[str]:
    """What a file takes from this room."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("chengxin.evaluation.persons"):
            yield from (alias.name for alias in node.names)


def ast_imports(path: Path) -> Iterator[set[str]]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield {node.module, ".".join(node.module.split(".")[:3])}


INSERT = (
    "INSERT INTO persons_openbenefit (about, consent_id, offer, digest, benefit, behind, opened_at)"
    " VALUES (%s, %s, 'resident-1', %s, 'forged', ARRAY[gen_random_uuid()], now())"
)


def test_a_plain_connection_in_the_application_s_role_gets_around_nothing(committed_db, tmp_path, plain):
    about = honoured(tmp_path)
    ask(about)
    today = clock.local_date(clock.now())
    (request,) = consents.requests_to(about, by=resident(about), on=today)
    own, digest = OWN | {"about": about}, offers.named("resident-1").digest
    assert told(plain, INSERT, about, request.consent_id, digest, **own) == 1, "else the refusals below prove nothing"
    see = "SELECT * FROM persons_openbenefit"

    assert told(plain, see) == 0
    assert told(plain, see, about=about) == 0
    assert told(plain, see, purpose="audit", about=about) == 0
    assert told(plain, see, **OWN, about="person:999999") == 0
    assert told(plain, see, **own) == 1
    for changed in ({"purpose": "audit"}, {"about": "person:999999"}):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            told(plain, INSERT, about, request.consent_id, digest, **(own | changed))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        told(plain, INSERT, about, request.consent_id + 1, digest, **own)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        told(plain, "UPDATE persons_openbenefit SET benefit = 'worse'", **own)
    assert told(plain, "DELETE FROM persons_openbenefit", purpose="consent-withdrawn", about=about) == 0
    consent_services.revoke(request.id, about=about, by=resident(about), at=clock.now())
    assert told(plain, see, **own) == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        told(plain, INSERT, about, request.consent_id, digest, **own)
    assert told(plain, "DELETE FROM persons_openbenefit", purpose="consent-withdrawn", about="person:999999") == 0
    assert told(plain, "DELETE FROM persons_openbenefit", purpose="consent-withdrawn", about=about) == 1
