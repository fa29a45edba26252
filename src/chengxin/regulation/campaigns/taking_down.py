"""Taking a published case off the public site: a case of its own, asked for and decided in one go."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chengxin.base.audit import services as audit
from chengxin.base.casework import queries as cases
from chengxin.base.casework import services as casework
from chengxin.base.casework.errors import StepNotOpen
from chengxin.base.clock import local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound
from chengxin.registry.accounts.rules import Actor
from chengxin.regulation.campaigns import rules, telling
from chengxin.regulation.campaigns.models import TakenDown, TypicalCase
from chengxin.regulation.campaigns.procedure import TAKE_DOWN


@transaction.atomic
def take_down(case_id: int, *, reason: str, by: Actor, at: datetime) -> int:
    """Take a typical case, by the case of its review, off the public site; returns the case of this decision.

    Raises `NotFound`, `StepNotOpen` where it does not stand there, `NotYourStep`, `ReasonMissing`.
    """
    queue_behind(f"typical-case:{case_id}")
    cases.case(case_id, actor=by, on=local_date(at))
    told = TypicalCase.objects.select_related("publication", "taken_down").filter(case_id=case_id).first()
    if told is None:
        raise NotFound
    if not telling.stands(told, on=local_date(at)):
        raise StepNotOpen
    reason = rules.written(reason)
    parties = cases.parties_of(case_id)
    opened = casework.open_case(
        TAKE_DOWN.code, about=f"typical-case:{told.pk}", title=told.title, parties=parties, by=by, at=at
    )
    casework.take_step(opened, "take-down", by=by, at=at, reason=reason)
    TakenDown.objects.create(typical_case=told, case_id=opened, at=at)
    title, body = _("典型案例已从网站撤下"), f"{told.title}：{reason}"
    casework.send_notice(parties["author"], title=title, body=body, by=casework.PLATFORM, at=at, case_id=case_id)
    audit.note("campaigns.case_taken_down", str(told), by=by, at=at, case=opened)
    return opened
