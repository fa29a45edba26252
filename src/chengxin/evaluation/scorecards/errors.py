"""Why a model cannot be used or put into force."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError, NotFound


class UnknownModel(NotFound):
    code = "unknown-model"
    message: Any = _("没有评价模型“{model}”。")
    hint: Any = _("请在评价模型登记册中查看模型代码和版本。")


class NotInForce(ChengxinError):
    code = "model-not-in-force"
    status = 409
    message: Any = _("“{model}”在 {day} 没有生效的版本。")
    hint: Any = _("请先完成试算、审批和发布，并等到生效日。")


class ModelAltered(ChengxinError):
    """The file of a version says something else than what was tried or approved."""

    code = "model-altered"
    status = 409
    message: Any = _("模型 {model} 的文件在提交之后被改动过。")
    hint: Any = _("请恢复原文件；需要修改的，用新的版本号另存一个文件。")


class ModelHasFaults(ChengxinError):
    code = "model-has-faults"
    status = 422
    message: Any = _("模型 {model} 还有 {count} 处错误，不能提交。")
    hint: Any = _("请运行 bin/manage scorecards check，按提示逐处改正。")


class AlreadyProposed(ChengxinError):
    code = "model-already-proposed"
    status = 409
    message: Any = _("模型 {model} 已经在审批中或者已经发布。")
    hint: Any = _("请在评价模型页面查看它的办理进度；需要修改的，用新的版本号。")


class TrialMissing(ChengxinError):
    code = "model-trial-missing"
    status = 422
    message: Any = _("还没有这个版本的试算结果。")
    hint: Any = _("请用这个版本再试算一次。")


class DayMissing(ChengxinError):
    code = "model-day-missing"
    status = 422
    message: Any = _("没有填写生效日，或者填写的不是日期。")
    hint: Any = _("请选择模型生效的那一天。")


class DayTooEarly(ChengxinError):
    code = "model-day-too-early"
    status = 422
    message: Any = _("生效日不能早于 {earliest}。")
    hint: Any = _("模型发布后要先公示一段时间；请选择这一天或者之后的日期。")


class DayTaken(ChengxinError):
    code = "model-day-taken"
    status = 409
    message: Any = _("这个模型已经有另一个版本从这一天起生效。")
    hint: Any = _("请选择另一个生效日。")
