"""How exits, causes, ways of service, levels of law and hearings are called on the screens and in letters."""

from django.utils.translation import gettext_lazy as _

from chengxin.registry.records.rules import Cause
from chengxin.regulation.lists.rules import Exit, Found, Hearing, Level, Origin, Side, Way

EXITS = {
    Exit.TERM: _("期满"),
    Exit.REPAIR: _("信用修复"),
    Exit.PERFORMANCE: _("履行义务"),
    Exit.REVOCATION: _("列入决定或者其依据被撤销"),
    Exit.COURT: _("法院裁判或者复议决定"),
    Exit.CORRECTION: _("列入有误，更正"),
    Exit.APPLICATION: _("依申请提前移出"),
    Exit.CONSENT: _("本人撤回同意"),
}
CAUSES = {Cause.DISPUTE: _("异议未按时答复"), Cause.REORGANISATION: _("重整期间")}
FOUND = {
    Found.HAND_IN: _("提供单位传来的内容变了"),
    Found.MERGE: _("主体合并或者恢复"),
    Found.OWN: _("本平台另行作出决定"),
    Found.COMPARISON: _("每日核对时补记"),
}
WAYS = {
    Way.PLATFORM: _("平台电子送达"),
    Way.IN_PERSON: _("直接送达"),
    Way.POST: _("邮寄送达"),
    Way.PUBLIC_NOTICE: _("公告送达"),
}
LEVELS = {
    Level.LAW: _("法律"),
    Level.ADMINISTRATIVE_REGULATION: _("行政法规"),
    Level.CENTRAL_DOCUMENT: _("党中央、国务院政策文件"),
    Level.MINISTRY_RULE: _("部门规章"),
    Level.MINISTRY_DOCUMENT: _("部门规范性文件"),
    Level.JUDICIAL_INTERPRETATION: _("司法解释"),
    Level.LOCAL_REGULATION: _("地方性法规"),
    Level.CITY_DOCUMENT: _("市级规范性文件"),
}
HEARINGS = {
    Hearing.REQUIRED: _("决定前应当举行听证"),
    Hearing.ON_REQUEST: _("当事人可以要求听证"),
    Hearing.NONE: _("不适用听证，可以陈述申辩"),
}
ORIGINS = {Origin.CITY: _("本市"), Origin.REGION: _("自治区"), Origin.NATION: _("国家")}
SIDES = {Side.RESTRICT: _("失信约束"), Side.REWARD: _("守信激励")}
