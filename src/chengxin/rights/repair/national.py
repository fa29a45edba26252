"""Applications that come through the national site: each row of a package opens a case, or is rejected with reasons."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import translation

from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import ChengxinError
from chengxin.intake.exchange import national
from chengxin.intake.exchange.packages import RowResult
from chengxin.registry.accounts.rules import Actor, Mandated, MandateKind, Role, Scope
from chengxin.registry.records.labels import records_labelled
from chengxin.registry.subjects.rules import about_subject
from chengxin.rights.repair import services
from chengxin.rights.repair.errors import RecordUnknown, RowIncomplete
from chengxin.rights.repair.models import NationalApplication

NEEDED = ("application", "item", "subject", "document_number", "statement", "commitment", "signed_by", "applied_at")
LONGEST = {"application": 60, "signed_by": 150}
VERSION = "national-site"


def take_applications(package_id: int, *, at: datetime) -> None:
    """Open the cases that a package asks for and answer it. Safe to repeat: no number is opened twice."""
    with translation.override("zh-hans"):  # reasons are told in the language of the exchange
        results = [
            _result(package_id, number, row, at=at) for number, row in enumerate(national.rows_of(package_id), 1)
        ]
    national.answer(package_id, results, by=national.SITE, at=at)


def _result(package_id: int, number: int, row: Mapping[str, str], *, at: datetime) -> RowResult:
    try:
        _open(package_id, row, at=at)
    except ChengxinError as error:
        return RowResult(number, False, error.sentence)
    return RowResult(number, True)


@transaction.atomic
def _open(package_id: int, row: Mapping[str, str], *, at: datetime) -> None:
    missing = [name for name in NEEDED if not row.get(name, "").strip()]
    missing += [name for name, longest in LONGEST.items() if len(row.get(name, "")) > longest]
    if missing:
        raise RowIncomplete(fields=missing)
    queue_behind(f"national-application:{row['application']}")
    if NationalApplication.objects.filter(number=row["application"]).exists():
        return
    found = records_labelled(row["item"], row["subject"].strip().upper(), row["document_number"].strip())
    if len(found) != 1:
        raise RecordUnknown
    about = about_subject(row["subject"].strip().upper())
    signed = services.Signed(VERSION, row["commitment"], row["signed_by"].strip(), row["statement"].strip())
    application = services.open_application(found[0], about=about, signed=signed, by=applicant(about), at=at)
    NationalApplication.objects.create(application=application, number=row["application"], package_id=package_id)


def applicant(about: str) -> Actor:
    """Whom the national site identified as the subject's representative."""
    mandate = Mandated(0, about, MandateKind.REPRESENTATIVE, frozenset({Scope.SEE, Scope.APPLY}))
    role = frozenset({Role.COMPANY_REPRESENTATIVE})
    return Actor(national.SITE.name, None, "", role, mandates=(mandate,))
