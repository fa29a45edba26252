"""How the workbench says where a version of an offer to natural persons stands."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.evaluation.persons import offers
from chengxin.evaluation.persons.offers import OfferStanding
from chengxin.evaluation.persons.procedure import ENDED
from chengxin.evaluation.scorecards import wording

STATES = {
    offers.FILE: _("只有文件，还没有提交"),
    offers.ALTERED: _("文件在提出之后被改动，不生效"),
    offers.COMING: _("已批准，尚未生效"),
    offers.IN_EFFECT: _("生效中"),
    offers.SUPERSEDED: _("已被新版本取代"),
    ENDED: _("已终止"),
    "proposed": _("等待另一名工作人员审批"),
    "refused": _("未获批准"),
    "withdrawn": _("已撤回"),
}


def standing_line(row: OfferStanding) -> dict[str, Any]:
    """A version in the register of offers."""
    return {
        "row": row,
        "name": row.offer.name,
        "title": wording.say(row.offer.title),
        "state": STATES[row.state],
        "is_ending": row.end_is_proposed,
        "is_in_effect": row.state == offers.IN_EFFECT,
    }
