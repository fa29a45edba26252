"""Why someone cannot take part in a course, or a course cannot be announced."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.base.errors import ChengxinError


class CourseFull(ChengxinError):
    code = "course-full"
    status = 409
    message: Any = _("这次培训名额已满。")
    hint: Any = _("请选择其他场次；有人退出后也会重新开放。")


class CourseNotOpen(ChengxinError):
    code = "course-not-open"
    status = 409
    message: Any = _("这次培训不能报名。")
    hint: Any = _("已经开始、结束或者取消的培训不再报名，请选择其他场次。")


class NotBegun(ChengxinError):
    code = "course-not-begun"
    status = 409
    message: Any = _("培训还没有开始，不能登记到课。")
    hint: Any = _("请在培训开始之后登记。")


class CourseIncomplete(ChengxinError):
    code = "course-incomplete"
    status = 422
    message: Any = _("培训的信息不完整。")
    hint: Any = _("请填写中英文名称、主办单位、地点或者网址，开始时间在将来并早于结束时间，名额为正数。")


class AlreadyRegistered(ChengxinError):
    code = "already-registered"
    status = 409
    message: Any = _("已经报过这次培训。")
    hint: Any = _("不用再报；需要换人参加的，请先退出再报名。")


class ParticipantMissing(ChengxinError):
    code = "participant-missing"
    status = 422
    message: Any = _("请填写参加人的姓名。")
    hint: Any = _("姓名会写在培训证明上。")
