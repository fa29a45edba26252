"""Applications through the national site, over real HTTP with its stand-in: cases open, states and receipts go back."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from wsgiref.simple_server import make_server

import pytest

from chengxin.base import clock
from chengxin.base.casework import services as casework
from chengxin.base.casework.models import Case
from chengxin.intake.exchange import files, national, packages, platforms, tasks
from chengxin.intake.exchange.errors import PackageRefused
from chengxin.intake.exchange.models import ExchangePackage
from chengxin.intake.exchange.platforms import Level
from chengxin.intake.exchange.rules import PackageRoad
from chengxin.project.management.commands.national_peer import Quiet
from chengxin.project.national_site import NationalSite
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.records.models import Record
from chengxin.registry.subjects.tests.factories import code
from chengxin.rights.repair import services
from chengxin.rights.repair import tasks as repair
from chengxin.rights.repair.models import Application, NationalApplication
from chengxin.rights.repair.tests.factories import NOON, fined, officer, operator, reviewer

pytestmark = pytest.mark.django_db
FINE = {"item": "penalty-organisation", "subject": code(1), "document_number": "虚构1号"}


@pytest.fixture
def site(settings) -> Iterator[NationalSite]:
    made = NationalSite(accounts.credit_office().code, packages.public_text(national.own_key().public_key()))
    with make_server("127.0.0.1", 0, made, handler_class=Quiet) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        settings.NATIONAL_ADDRESS, settings.NATIONAL_KEY = f"http://127.0.0.1:{server.server_port}", made.public
        yield made
        server.shutdown()


def meet() -> None:
    """Fetch, open the cases as the worker does, and send what is due."""
    national.fetch(at=clock.now())
    for package in ExchangePackage.objects.filter(is_inbound=True, resource=packages.APPLICATION, state="taken"):
        repair.take_applications(package.pk)
    tasks.send_packages()


def test_an_application_opens_a_case_and_its_states_and_the_result_go_back(site: NationalSite):
    fined()
    (number,) = site.apply(FINE)

    meet()

    application = Application.objects.get()
    assert (application.signed_by, application.commitment_version) == ("代表（虚构）", "national-site")
    assert [[r.accepted for r in one] for one in site.results.values()] == [[True]]
    assert site.waiting == {}

    case_id = application.case_id
    services.take(case_id, "forward", by=operator(), at=NOON)
    services.take(case_id, "verify", by=officer(), at=NOON, reason="已核实（虚构）")
    services.take(case_id, "grant", by=reviewer(), at=NOON)
    tasks.send_packages()

    assert [row["state"] for row in site.applications[number]] == ["verifying", "verified", "granted"]
    sent = ExchangePackage.objects.filter(is_inbound=False)
    assert {(p.state, p.last_fault) for p in sent} == {("settled", "")}
    assert Record.objects.get(known_until__isnull=True).state == "repaired"


def test_the_site_learns_once_that_an_application_lapsed_through_silence(site: NationalSite):
    fined()
    (number,) = site.apply(FINE)
    meet()
    case_id = Application.objects.get().case_id
    services.take(case_id, "ask", by=operator(), at=NOON, reason="请补充缴款凭证（虚构）")
    found = Case.objects.get(pk=case_id)
    assert casework.expire(case_id, steps_taken=found.steps_taken, at=clock.now() + timedelta(days=60))

    repair.tell_end(case_id)
    repair.tell_end(case_id)  # repeated
    tasks.send_packages()

    told = [(row["step"], row["state"]) for row in site.applications[number]]
    assert told == [("ask", "supplementing"), ("lapse", "lapsed")]


def test_rows_that_cannot_be_taken_are_rejected_with_the_reason_and_open_no_case(site: NationalSite):
    fined()
    site.apply(FINE | {"document_number": "没有这个号"}, FINE | {"statement": " "}, FINE, FINE)

    meet()

    ((one, two, three, four),) = site.results.values()
    assert (one.accepted, "唯一一条记录" in one.reason) == (False, True)
    assert (two.accepted, "statement" in two.reason) == (False, True)
    assert three.accepted
    assert (four.accepted, "还不能申请" in four.reason) == (False, True), "one application is open already"
    assert (Case.objects.count(), NationalApplication.objects.count()) == (1, 1)


def test_the_same_package_again_changes_nothing(site: NationalSite):
    fined()
    site.apply(FINE)
    content = next(iter(site.waiting.values()))
    meet()

    national.take(content, packages.sign(content, site.key), road=PackageRoad.HTTP, at=NOON)
    meet()

    assert (ExchangePackage.objects.count(), Case.objects.count()) == (1, 1)


def test_a_forged_or_damaged_package_is_refused_and_nothing_is_kept(site: NationalSite):
    site.apply(FINE)
    content = next(iter(site.waiting.values()))

    with pytest.raises(PackageRefused, match="签名不符"):
        national.take(content, "AAAA", road=PackageRoad.HTTP, at=NOON)
    with pytest.raises(PackageRefused, match="签名不符"):
        national.take(content.replace(b"GJ", b"GX"), packages.sign(content, site.key), road=PackageRoad.HTTP, at=NOON)
    damaged = content.replace(b"GJ", b"GX")
    with pytest.raises(PackageRefused, match="校验和不符"):
        national.take(damaged, packages.sign(damaged, site.key), road=PackageRoad.HTTP, at=NOON)

    assert not ExchangePackage.objects.exists()


def test_what_the_other_side_rejects_is_shown_as_a_fault(site: NationalSite):
    national.put(packages.STATUS, [{"application": "GJ0"}], by=operator(), at=NOON)

    tasks.send_packages()

    sent = ExchangePackage.objects.get()
    assert (sent.state, sent.last_fault) == ("settled", "没有这个申请编号")
    assert sent.results == [{"row": 1, "accepted": False, "reason": "没有这个申请编号"}]


def test_a_site_that_is_down_is_tried_again_later(site: NationalSite, settings):
    settings.NATIONAL_ADDRESS = "http://127.0.0.1:9"
    national.put(packages.STATUS, [{"application": "GJ0"}], by=operator(), at=NOON)

    tasks.send_packages()

    sent = ExchangePackage.objects.get()
    assert (sent.state, sent.last_fault, sent.attempts) == ("waiting", "ConnectionError", 1)
    assert sent.next_attempt_at is not None


def test_by_files_the_same_packages_travel_with_their_signatures(site: NationalSite, tmp_path):
    fined()
    site.apply(FINE)
    inbox, outbox = tmp_path / "in", tmp_path / "out"
    inbox.mkdir()
    outbox.mkdir()
    for identifier, content in site.waiting.items():
        (inbox / f"{identifier}.package.json").write_bytes(content)
        (inbox / f"{identifier}.package.json.sig").write_text(packages.sign(content, site.key))
    (inbox / "forged.package.json").write_bytes(b"{}")
    (inbox / "forged.package.json.sig").write_text("AAAA")

    assert files.take_all(inbox, at=NOON) == (1, 1)
    assert "签名不符" in (inbox / "forged.package.json.refused").read_text()
    repair.take_applications(ExchangePackage.objects.get().pk)
    assert files.write_all(outbox, at=clock.now(), to=platforms.platform_at(Level.NATION)) == 1

    (written,) = outbox.glob("*.package.json")
    content, signature = written.read_bytes(), written.with_name(written.name + ".sig").read_text()
    assert packages.is_genuine(content, signature, key=national.own_key().public_key())
    about, (result,) = packages.results_in(packages.parsed(content))
    assert (about in site.waiting, result.accepted) == (True, True)
