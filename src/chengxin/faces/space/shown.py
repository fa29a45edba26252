"""How a subject's own records are told on its pages."""

from datetime import date
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from chengxin.registry.records.rows import RecordRow
from chengxin.registry.records.rules import Audience, RecordState


class Standing(StrEnum):
    """Who sees a record today."""

    PUBLIC = "public"
    SHARED = "shared"
    AUTHORISED = "authorised"
    ENDED = "ended"
    SUSPENDED = "suspended"
    REPAIRED = "repaired"


STANDINGS = {
    Standing.PUBLIC: _("正在公示"),
    Standing.SHARED: _("不公示，政务共享"),
    Standing.AUTHORISED: _("不公示，凭授权查询"),
    Standing.ENDED: _("公示期已满"),
    Standing.SUSPENDED: _("异议未答复，暂停公示和使用"),
    Standing.REPAIRED: _("已修复，停止公示和使用"),
}


def standing(record: RecordRow, *, on: date) -> Standing:
    """Who sees the record on that day, as far as one word tells it."""
    if record.state == RecordState.REPAIRED:
        return Standing.REPAIRED
    if record.state == RecordState.SUSPENDED:
        return Standing.SUSPENDED
    if record.audience != Audience.PUBLIC:
        return Standing(record.audience)
    begun = record.public_from is not None and record.public_from <= on
    return Standing.PUBLIC if begun and (record.public_until is None or on < record.public_until) else Standing.ENDED
