"""A granted repair takes effect everywhere at the same moment: every face is read before and after the decision."""

import time
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from chengxin.base import clock
from chengxin.base.casework.models import Case
from chengxin.base.documents.models import IssuedDocument
from chengxin.faces.rest.rules import Scope as ApiScope
from chengxin.faces.rest.tests import factories as api
from chengxin.intake.exchange import services as exchange
from chengxin.intake.exchange.models import ChangeNotice
from chengxin.intake.exchange.rules import Door
from chengxin.offerings.reports import services as reports
from chengxin.offerings.reports.verification import verify_number
from chengxin.registry.accounts.rules import Actor
from chengxin.registry.records import queries as records
from chengxin.registry.subjects.models import Subject
from chengxin.registry.subjects.tests.factories import code
from chengxin.rights.consent import policy, reading
from chengxin.rights.consent import services as consent
from chengxin.rights.consent.tests.factories import bank
from chengxin.rights.repair import services as repair
from chengxin.rights.repair.tests.factories import (
    APPROVAL_BUREAU,
    COMPANY,
    applied,
    fined,
    officer,
    operator,
    representative,
    reviewer,
)

pytestmark = pytest.mark.django_db
HEADLINE = "虚构1号"


def consented() -> int:
    now = clock.now()
    today = clock.local_date(now)
    request = consent.ask(
        COMPANY,
        purpose="loan",
        items=["penalty-organisation"],
        valid_from=today,
        valid_until=today + timedelta(days=30),
        queries=6,
        by=bank(),
        at=now,
    )
    wording = policy.wording_on(today).version
    consent.grant(
        request, about=COMPANY, signed_by="梁某（虚构）", wording_version=wording, by=representative(), at=now
    )
    return request


class Faces:
    """All ways in which a record of the company can be seen; each answers whether it is."""

    def __init__(self) -> None:
        self.client, self.request = Client(), consented()
        self.headers = api.bearer(api.client_of(APPROVAL_BUREAU, *ApiScope))
        self.issued = reports.issue(code(1), at=clock.now(), language="zh-hans", by=None)

    def seen(self) -> dict[str, bool]:
        subject, today, now = Subject.objects.get(), clock.today(), clock.now()
        page = self.client.get(f"/subjects/{code(1)}").content.decode()
        own = records.own_records_of(COMPANY, by=representative())
        pdf = reports.issue(code(1), at=now, language="zh-hans", by=None)
        snapshot = IssuedDocument.objects.get(number=pdf.number).snapshot
        report = self.client.get(f"/api/v1/subjects/{code(1)}/report").json()
        return {
            "public page": HEADLINE in page,
            "CSV": HEADLINE in self.client.get(f"/subjects/{code(1)}/records.csv").content.decode(),
            "counts of the search": records.has_public_record(subject.pk, on=today),
            "city figures": records.city_figures(on=today) != {},
            "records API": self.client.get(f"/api/v1/subjects/{code(1)}/records").json()["total"] == 1,
            "report JSON": any(part["records"] for part in report["summary"]),
            "report PDF": bool(snapshot["records"]),
            "shared lookup": len(self.shared()) == 1,
            "authorised query": len(self.authorised(now)) == 1,
            "My space": [r.state for r in own] == ["in-force"],
            "an earlier report holds": not self.verified(today).changed,
            "change feed": self.client.get("/api/v1/changes", headers=self.headers).json()["items"] == [],
        }

    def shared(self):
        return reading.shared_read(
            Subject.objects.get().pk, code(1), by=self.reader(), purpose="x", basis="x", door="screen", at=clock.now()
        )

    def authorised(self, now):
        return reading.authorised_read(self.request, by=bank(), door="screen", at=now)

    def verified(self, today):
        return verify_number(self.issued.number, on=today, code=self.issued.check_code)

    def reader(self) -> Actor:
        return officer(APPROVAL_BUREAU)


def decide(case_id: int) -> None:
    """Grant, and pass the change on as the worker does."""
    now = clock.now()
    repair.take(case_id, "grant", by=reviewer(), at=now)
    key = UUID(Case.objects.get(pk=case_id).about.removeprefix("record:"))
    exchange.announce(key, change="repaired", at=now, told_at=now)


def test_within_a_second_every_face_follows_a_granted_repair():
    key = fined()
    faces = Faces()
    case_id = applied(key, at=clock.now())
    repair.take(case_id, "forward", by=operator(), at=clock.now())
    repair.take(case_id, "verify", by=officer(), at=clock.now(), reason="已核实（虚构）")
    assert set(faces.seen().items()) == {(face, True) for face in faces.seen()}

    begun = time.monotonic()
    decide(case_id)
    after = faces.seen()
    took = time.monotonic() - begun

    assert {face for face, is_seen in after.items() if is_seen} == set()
    assert took < 1.0


def test_each_receiver_has_its_notice_of_the_repair():
    key = fined()
    for reader in (officer(APPROVAL_BUREAU), bank()):
        exchange.receive([key], door=Door.SHARED, by=reader, at=clock.now())
    case_id = applied(key, at=clock.now())
    repair.take(case_id, "forward", by=operator(), at=clock.now())
    repair.take(case_id, "verify", by=officer(), at=clock.now(), reason="已核实（虚构）")

    decide(case_id)

    told = ChangeNotice.objects.filter(change__natural_key=key).values_list("organisation__code", flat=True)
    assert set(told) == {APPROVAL_BUREAU, bank().organisation_code}
