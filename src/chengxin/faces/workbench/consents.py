"""Requests, consents and reads in the words of the page, for the workbench and My space alike."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base import clock
from chengxin.faces.workbench.pages import say, words
from chengxin.faces.workbench.purposes import purpose_of as shared_purpose
from chengxin.registry.catalogue import queries as catalogue
from chengxin.rights.consent import policy
from chengxin.rights.consent.queries import AccessRow, RequestRow
from chengxin.rights.consent.rules import Standing

STANDINGS = {
    Standing.WAITING: _("等待本人答复"),
    Standing.GRANTED: _("已授权"),
    Standing.REFUSED: _("本人未同意"),
    Standing.REVOKED: _("本人已撤回"),
    Standing.ENDED: _("已到期"),
}
HANDLING = {
    "credit-check": _("信用查验"),
    "repair": _("办理信用修复"),
    "dispute": _("办理异议"),
    "disputes": _("办理异议"),
}


def request_line(row: RequestRow) -> dict[str, Any]:
    """A request with its words."""
    return {
        "row": row,
        "who": say(row.organisation_zh, row.organisation_en),
        "purpose": say(row.purpose.zh, row.purpose.en),
        "basis": row.purpose.basis,
        "items": item_names(row.items),
        "standing": STANDINGS[row.standing],
    }


def access_line(row: AccessRow) -> dict[str, Any]:
    """A read with its words; fields by the names that the catalogue gives them."""
    return {
        "row": row,
        "who": say(row.organisation_zh, row.organisation_en) or _("平台"),
        "purpose": purpose_name(row.purpose),
        "basis": _("您的授权") if row.consent_id else row.basis,
        "items": item_names(row.fields),
        "fields": [
            {"item": words(catalogue.item(code).name), "names": _field_names(code, fields)}
            for code, fields in row.fields.items()
        ],
    }


def purpose_name(code: str) -> str:
    """What a purpose is called; its code where policy names it no more."""
    today = clock.today()
    if (found := policy.purpose_on(code, on=today)) is not None:
        return say(found.zh, found.en)
    if (shared := shared_purpose(code, on=today)) is not None:
        return words(shared.name)
    return str(HANDLING.get(code, code))


def item_names(codes: Any) -> list[str]:
    """The names of catalogue items."""
    return [words(catalogue.item(code).name) for code in codes]


def _field_names(item: str, codes: list[str]) -> str:
    by_code = catalogue.item(item).by_code
    return "、".join(words(by_code[code].name) for code in codes if code in by_code)
