"""Why a change of the catalogue cannot be proposed or published."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError


class ProhibitedField(ChengxinError):
    """The law forbids collecting it (red line 1)."""

    code = "prohibited-field"
    status = 422
    message: Any = _("“{title}”属于禁止归集的信息（{klass}），不能列入目录。")
    hint: Any = _("法律禁止归集此类信息，请删去这个字段。")


class NothingRevised(ChengxinError):
    code = "nothing-revised"
    status = 422
    message: Any = _("与现行版本相比没有任何变化。")
    hint: Any = _("请先修改，再提出。")


class RevisionIncomplete(ChengxinError):
    """The day or the reason is missing."""

    code = "revision-incomplete"
    status = 422
    message: Any = _("请填写施行日期和理由。")
    hint: Any = _("审核员和各报送单位会看到理由。")


class RevisionBroken(ChengxinError):
    """The catalogue with the change has faults; the checker says them."""

    code = "revision-broken"
    status = 422
    message: Any = _("改后的目录没有通过检查：{fault}")
    hint: Any = _("新字段要有代码、中英文名称和类型；文本要有字数上限，代码型要选取值表。")


class TooEarly(ChengxinError):
    """A version never reaches back: what was handed in is judged by what was in force."""

    code = "version-too-early"
    status = 422
    message: Any = _("施行日期不能早于明天，也不能早于上一版的施行日期。")
    hint: Any = _("新版本只对以后有效；如已过期，请撤回后重新提出。")


class AlreadyProposed(ChengxinError):
    code = "already-proposed"
    status = 409
    message: Any = _("这个目录项已有一个变更等待审核。")
    hint: Any = _("请等它有了结果再提出，或者请提出人撤回。")


class NotOpen(ChengxinError):
    """The proposal was decided already, or the item has moved on since."""

    code = "proposal-not-open"
    status = 409
    message: Any = _("这个变更已经有了结果，或者目录项在提出之后又有了新版本。")
    hint: Any = _("请刷新页面；需要的话按现行版本重新提出。")


class OwnChange(ChengxinError):
    code = "own-change"
    status = 403
    message: Any = _("提出变更的人不能自己审核。")
    hint: Any = _("请由另一名信用办审核员决定。")


class DecisionReasonMissing(ChengxinError):
    code = "decision-reason-missing"
    status = 422
    message: Any = _("不通过的，请写明理由。")
    hint: Any = _("提出人会看到这段话。")
