"""A dispute that lies too long, so that deadlines, escalation and the public figures have something to show."""

import io
from datetime import datetime, timedelta

from PIL import Image

from chengxin.base.attachments.services import Upload
from chengxin.base.casework import watching
from chengxin.project.sample.people import COMPANY_OF
from chengxin.project.sample.records import MARKET
from chengxin.project.sample.words import PENALTIES
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Mandated, MandateKind, Role, Scope, roles_of
from chengxin.registry.records import queries as records
from chengxin.rights.disputes import rules, services

FILED_BEFORE = timedelta(days=30)
STATEMENT = "罚款已经按时缴清，记录仍写未履行，见缴款书照片（虚构）"


def lie_too_long(*, at: datetime) -> None:
    """Let another company dispute a penalty with a photograph, and its provider leave it unanswered."""
    providers = {o.name_zh: o.code for o in accounts.organisations()}
    for authority in sorted({p.authority for p in PENALTIES} - {MARKET}):
        about = records.some_subject_of(COMPANY_OF, provider=providers.get(authority, ""), on=at.date())
        if about is not None and _dispute(about, authority, at=at):
            return


def _dispute(about: str, authority: str, *, at: datetime) -> bool:
    company = representative_of(about)
    office = accounts.credit_office()
    operator = accounts.actor_of_organisation(office.code, roles=frozenset({Role.CREDIT_OFFICE_OPERATOR}), name="demo")
    record = next(
        (
            r
            for r in records.own_records_of(about, by=company)
            if r.item == COMPANY_OF and r.source_name == authority and rules.is_disputable(r.state)
        ),
        None,
    )
    if record is None or operator is None:
        return False
    filed_at = at - FILED_BEFORE
    case_id = services.file_dispute(
        record.natural_key,
        about=about,
        ground="wrong-content",
        statement=STATEMENT,
        by=company,
        at=filed_at,
        evidence=[Upload(io.BytesIO(photograph()), "缴款书（虚构）.jpg")],
    )
    services.take(case_id, "accept", by=operator, at=filed_at + timedelta(hours=2))
    services.take(case_id, "ask-provider", by=operator, at=filed_at + timedelta(days=1))
    watching.watch_all(at=at)
    return True


def representative_of(about: str) -> Actor:
    """Someone who acts for the company in the demo and does not sign in."""
    mandate = Mandated(0, about, MandateKind.REPRESENTATIVE, frozenset(Scope))
    return Actor("demo-company", None, "", roles_of((mandate,)), mandates=(mandate,))


def photograph() -> bytes:
    """A picture of a paper, without words."""
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (236, 232, 220)).save(out, "JPEG")
    return out.getvalue()
