"""“Can I repair this, and when?”, answered on each record before anyone applies."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.clock import local_date
from chengxin.faces.space.access import SpaceRequest
from chengxin.faces.workbench.pages import say
from chengxin.registry.accounts.rules import Scope
from chengxin.registry.records.rows import RecordRow
from chengxin.rights.repair import policy, queries
from chengxin.rights.repair.rules import Answer, Eligibility

TEMPLATE = "space/_record_repair.html"
ANSWERS = {
    Answer.POSSIBLE: _("现在可以申请信用修复"),
    Answer.NOT_YET: _("还不能申请信用修复"),
    Answer.OPEN: _("信用修复申请正在办理"),
    Answer.BARRED: _("因曾提供虚假材料，暂不能申请信用修复"),
    Answer.REPAIRED: _("已经修复"),
    Answer.ENDED: _("公示期已满，不需要申请修复"),
    Answer.ELSEWHERE: _("由其他机关办理"),
    Answer.NOT_NEEDED: _("这类信息不需要修复"),
}


def repair_part(request: SpaceRequest, record: RecordRow, at: datetime) -> dict[str, Any]:
    """The answer for this record, as the page tells it."""
    on, about = local_date(at), request.mandate.about
    told = queries.eligibilities([record], about, on=on)[record.natural_key]
    return {
        "told": told,
        "answer": ANSWERS[told.answer],
        "rules": told.rule.split(" · ") if told.rule else [],
        "where": _where(record, told, at),
        "may_apply": told.answer is Answer.POSSIBLE and Scope.APPLY in request.mandate.scopes,
        "applications": [a for a in _applications(request) if a.natural_key == record.natural_key],
        "record": record,
        "mandate": request.mandate,
    }


def _applications(request: SpaceRequest) -> tuple[queries.ApplicationRow, ...]:
    if Scope.APPLY not in request.mandate.scopes:
        return ()
    return queries.applications_about(request.mandate.about, by=request.actor)


def _where(record: RecordRow, told: Eligibility, at: datetime) -> str:
    if told.answer is not Answer.ELSEWHERE:
        return ""
    content = {f.code: f.raw for f in record.fields}
    terms = policy.terms_of(record.item, content=content, decided_by=record.policy, on=local_date(at))
    return say(terms.where_zh, terms.where_en) if terms else ""
