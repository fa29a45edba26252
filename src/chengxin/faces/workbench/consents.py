"""Requests, consents and reads in the words of the page, for the workbench and My space alike."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base import clock, laws
from chengxin.base.clock import local_date
from chengxin.base.listing import in_turn, listed
from chengxin.evaluation.runs import reviewing
from chengxin.faces.workbench.pages import say, words
from chengxin.faces.workbench.purposes import purpose_of as shared_purpose
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.records.rows import RecordRow
from chengxin.registry.records.rules import RecordState
from chengxin.regulation.commitments import handling
from chengxin.regulation.lists import naming
from chengxin.regulation.measures import policy as measures
from chengxin.rights.consent import papers, policy, queries, window
from chengxin.rights.consent.queries import AccessRow, RequestRow
from chengxin.rights.consent.rules import Method, Standing
from chengxin.rights.disputes import withdrawing

STANDINGS = {
    Standing.WAITING: _("等待本人答复"),
    Standing.GRANTED: _("已授权"),
    Standing.REFUSED: _("本人未同意"),
    Standing.REVOKED: _("本人已撤回"),
    Standing.ENDED: _("已到期"),
}
CLOSED = _("便利终止，授权已结束")
HANDLING = {
    "credit-check": _("信用查验"),
    naming.PURPOSE: _("列入名单并公布"),
    naming.PROPOSING: _("提出列入名单"),
    "repair": _("办理信用修复"),
    "dispute": _("办理异议"),
    "disputes": _("办理异议"),
    withdrawing.PURPOSE: _("办理撤下记录"),
    papers.PURPOSE: _("办理您的事项"),
    handling.PURPOSE: _("核查您的信用承诺、办理后续事项"),
    queries.WINDOW: _("服务窗口办理纸质授权"),
    queries.DELEGATED: _("受您委托查看"),
    queries.OWN_REPORT: _("您本人的信用报告"),
    reviewing.PURPOSE: _("核对评价结果"),
}
CHECKED = re.compile(r"\((checks/[^()]+)\)$")  # as `measures.checking.basis_of` writes it
METHODS = {Method.ONLINE: _("网上签署"), Method.WINDOW: _("服务窗口纸质签署")}
# What was seen beside catalogue items, and its fields.
BESIDE = {
    window.FORM: _("纸质授权书"),
    window.REQUEST: _("授权请求"),
    naming.LOOKED: _("名单上隐去一部分的姓名和号码"),
    naming.SOUGHT: _("按证件号码找到您"),
    papers.LETTER: _("文书"),
    handling.PROMISOR: _("承诺人身份"),
    handling.LETTER: _("签署的承诺书"),
    papers.PROOF: _("送达回证"),
    papers.EVIDENCE: _("证据材料"),
    reviewing.LOOKED: _("信用评价结果"),
}
FIELDS = {
    "scan": _("扫描件"),
    "name": _("姓名"),
    "number": _("编号"),
    handling.NUMBER: _("证件号码（隐去一部分）"),
    "signed_by": _("签名人"),
    "purpose": _("用途"),
    "items": _("查哪些"),
}


def request_line(row: RequestRow) -> dict[str, Any]:
    """A request with its words."""
    return {
        "row": row,
        "who": say(row.organisation_zh, row.organisation_en),
        "purpose": say(row.purpose.zh, row.purpose.en),
        "basis": row.purpose.basis,
        "items": item_names(row.items),
        "standing": CLOSED if row.is_closed else STANDINGS[row.standing],
        "method": METHODS[Method(row.method)] if row.method else "",
    }


def queried_record(record: RecordRow) -> dict[str, Any]:
    """A record that is not public, as its reader sees it."""
    return {
        "item_name": words(record.item_name),
        "headline": say(record.headline, record.headline_en),
        "source_name": record.source_name,
        "decided_on": record.decided_on,
        "is_disputed": record.state == RecordState.DISPUTED,
        "lines": [{"name": words(f.name), "value": say(f.value, f.value_en)} for f in record.fields],
    }


def access_line(row: AccessRow) -> dict[str, Any]:
    """A read with its words; fields by the names that the catalogue gives them."""
    return {
        "row": row,
        "who": row.delegate or say(row.organisation_zh, row.organisation_en) or _("平台"),
        "purpose": purpose_name(row.purpose),
        "basis": _("您的授权") if row.consent_id else _basis(row),
        "items": item_names(row.fields),
        "fields": [
            {"item": item_names([code])[0], "names": _field_names(code, fields)} for code, fields in row.fields.items()
        ],
    }


def _basis(row: AccessRow) -> str:
    """A read's legal basis; in the language of the page that of a credit check, whose entry of policy the log names."""
    version = CHECKED.search(row.basis)
    matter = measures.matter_named(version[1]) if version else None
    if matter is None:
        return row.basis
    on = local_date(row.at)
    told = in_turn(
        f"{laws.english_title(b.law, on=on) or b.law} {laws.english_articles(b.article) or b.article}".rstrip()
        for b in matter.basis
    )
    return say(row.basis, f"{matter.name_en}: {told} ({matter.version})")


def purpose_name(code: str) -> str:
    """What a purpose is called; its code where policy names it no more."""
    today = clock.today()
    if (found := policy.purpose_on(code, on=today)) is not None:
        return say(found.zh, found.en)
    if (shared := shared_purpose(code, on=today)) is not None:
        return words(shared.name)
    return str(HANDLING.get(code, code))


def item_names(codes: Any) -> list[str]:
    """The names of catalogue items, and of what is not one of them."""
    return [str(BESIDE[code]) if code in BESIDE else words(catalogue.item(code).name) for code in codes]


def _field_names(item: str, codes: list[str]) -> str:
    if item in BESIDE:
        return listed(str(FIELDS.get(code, code)) for code in codes)
    by_code = catalogue.item(item).by_code
    return listed(words(by_code[code].name) for code in codes if code in by_code)
