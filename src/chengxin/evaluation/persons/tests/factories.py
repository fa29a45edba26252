"""A fictional resident with an honour and a penalty, who asks for benefits."""

from datetime import date, datetime
from pathlib import Path

from chengxin.base import clock
from chengxin.base.database.context import acting
from chengxin.evaluation.persons import approving, ending, offers, policy, services
from chengxin.evaluation.persons.models import OfferEnd
from chengxin.evaluation.scorecards.tests.officials import operator, reviewer
from chengxin.intake.collection.tests import factories as files
from chengxin.registry.accounts.rules import Actor
from chengxin.registry.records.models import PersonRecord
from chengxin.registry.subjects.rules import about_person
from chengxin.rights.consent import policy as consent
from chengxin.rights.consent.tests.factories import NAME, resident

HONOUR, OFFER = "honour-person", "resident"


def honour(number: int = 1, **changed: str) -> dict[str, str]:
    """A row of `honour-person` that passes."""
    return {
        "PERSON_NAME": f"虚某{number}", "DOCUMENT_TYPE": "身份证", "PERSON_NUMBER": files.citizen(number),
        "HONOUR_KIND": "优秀志愿者", "DOCUMENT_NUMBER": f"虚构表〔2025〕{number}号", "AWARDED_ON": "2025-06-01",
        "AUTHORITY_NAME": "南宁市民政局", "AUTHORITY_CODE": files.MARKET,
        "SOURCE_NAME": "南宁市市场监督管理局", "SOURCE_CODE": files.MARKET,
    } | changed  # fmt: skip


def approved(*names: str) -> None:
    """Offers put forward by one official of the credit office and approved by another, in effect today."""
    for name in names or [one.name for one in offers.files()]:
        case_id = approving.propose(name, by=operator(), at=clock.now())
        approving.take(case_id, "approve", by=reviewer(), at=clock.now(), reason="只开放便利（虚构）")


def ended(name: str, *, ends_on: date | None = None, at: datetime | None = None) -> int:
    """An offer whose end one official put forward and another decided; the id of its approval."""
    now = at or clock.now()
    day = ends_on or clock.local_date(now)
    case_id = ending.propose(name, ends_on=day, reason="不再提供（虚构）", by=operator(), at=now)
    ending.take(case_id, "end", by=reviewer(), at=now, reason="同意终止（虚构）")
    return OfferEnd.objects.get(proposal__case_id=case_id).approval_id


def honoured(folder: Path, *, offered: bool = True, **changed: str) -> str:
    """The reference of a resident with an honour and a penalty; the city's offers are in effect where `offered`."""
    if offered:
        approved()
    files.hand_in_rows(folder, files.person_penalty(1), item=files.PERSON_PENALTY)
    files.hand_in_rows(folder, honour(1, **changed), item=HONOUR)
    with acting(actor="test", purpose="test", basis="test"):
        return about_person(PersonRecord.objects.filter(item=HONOUR).get().person_id)


def ask(about: str, *, by: Actor | None = None, **changed: str) -> int:
    """The resident asks, having read what is shown today."""
    now = clock.now()
    today = clock.local_date(now)
    given = {
        "notice_version": policy.notice_on(today).version,
        "wording_version": consent.wording_on(today).version,
        "signed_by": NAME,
    } | changed
    return services.ask(OFFER, about, **given, by=by or resident(about), at=now)
