"""How the parts of a visit and the findings about a draw are called on the screens."""

from django.utils.translation import gettext_lazy as _

from chengxin.regulation.inspections import onsite
from chengxin.regulation.inspections.checking import Finding

FIELDS = {
    "answer": _("检查表内容"),
    "result": _("检查结果"),
    "note": _("发现的问题和处理"),
    onsite.DAY: _("检查日期"),
    onsite.SIGNATURE: _("被检查人签名"),
}
ANSWERS = {onsite.YES: _("符合"), onsite.NO: _("不符合"), onsite.NOT_APPLICABLE: _("不涉及")}
FINDINGS = {
    Finding.GOOD: _("成立：总体、承诺、种子、抽中的每个对象和每名检查人员都对得上。"),
    Finding.NOT_YET: _("到目前为止成立：已经公告，还没有抽取。"),
    Finding.UNREADABLE: _("读不懂这份内容。请粘贴或者上传从本站下载的完整 DRAW.json。"),
    Finding.WRONG_STATEMENT: _("不成立：抽取公告的内容与公布的散列不符。"),
    Finding.WRONG_POPULATION: _("不成立：抽取总体与公布的散列不符。"),
    Finding.WRONG_INSPECTORS: _("不成立：检查人员或者回避名单与公布的散列不符。"),
    Finding.WRONG_COMMITMENT: _("不成立：有参加方公开的值与承诺不符，或者不在规定的时间内。"),
    Finding.WRONG_ROUNDS: _("不成立：某一轮的结束方式与公布的规则不符。"),
    Finding.WRONG_SEED: _("不成立：公开的各个值得不出这个种子。"),
    Finding.WRONG_RESULT: _("不成立：这个种子抽出的是别的对象或者别的检查人员。"),
    Finding.WRONG_REPLACEMENT: _("不成立：替换的检查人员不是种子所定的那一名。"),
    Finding.WRONG_LOG: _("不成立：公开日志里没有这份文件所说的内容，或者次序不对。"),
}
