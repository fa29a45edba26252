"""The sentences of faults and notes, in the language that is active when they are read."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chengxin.intake.collection.rules import Fault, Finding, Note

# (rule, variant) -> (message, hint)
SENTENCES: dict[tuple[str, str], tuple[Any, Any]] = {
    (Fault.REQUIRED, ""): (_("“{name}”为必填，但没有填写。"), _("请补填这一格。合并单元格请先取消合并，再逐行填写。")),
    (Fault.TYPE, "date"): (_("“{name}”不是可识别的日期：{value}"), _("请写成 2026/05/09 这样的年/月/日。")),
    (Fault.TYPE, "decimal"): (
        _("“{name}”不是数字：{value}"),
        _("只填数字，不带单位和千分位逗号。本列单位见列名，例如 5000 元在“万元”列中填 0.5。"),
    ),
    (Fault.TYPE, "digits"): (
        _("“{name}”位数过多：{value}"),
        _("整数部分最多 {whole} 位，小数部分最多 {decimals} 位。"),
    ),
    (Fault.TYPE, "integer"): (_("“{name}”不是整数：{value}"), _("只填整数，不带单位。")),
    (Fault.TYPE, "float-code"): (
        _("“{name}”被表格软件变成了数字，原来的代码已经丢失。"),
        _("请把该列设为“文本”格式后重新录入代码，或使用系统提供的模板。"),
    ),
    (Fault.TYPE, "nested"): (_("“{name}”不是文字或数字。"), _("每个字段只能填一个值；多个类别用分号隔开。")),
    (Fault.LENGTH, ""): (_("“{name}”共 {length} 个字，超过上限 {limit} 个字。"), _("请缩短内容，或把详情写入备注。")),
    (Fault.CODE_LIST, ""): (_("“{name}”中的“{value}”不在允许的取值中。"), _("允许的取值：{allowed}")),
    (Fault.PATTERN, ""): (_("“{name}”的格式不对：{value}"), _("请按要求的格式填写。")),
    (Fault.PATTERN, "prefix"): (
        _("“{name}”不是机关或者公共机构的代码：{value}"),
        _("请填写作出决定的机关的统一社会信用代码，不要填企业的代码。"),
    ),
    (Fault.CHECK_DIGIT, ""): (
        _("“{name}”没有通过校验：{value}"),
        _("请对照证照原件逐位核对，共 18 位，不含字母 I、O、S、V、Z。"),
    ),
    (Fault.CHECK_DIGIT, "org-code"): (
        _("“{name}”没有通过校验：{value}"),
        _("组织机构代码为 9 位，请对照证照原件核对。"),
    ),
    (Fault.CHECK_DIGIT, "sealed"): (_("“{name}”没有通过校验。"), _("公民身份号码为 18 位，请对照证件原件核对。")),
    (Fault.DATE_ORDER, ""): (_("{rule_message}"), _("请核对这两个日期。")),
    (Fault.DATE_ORDER, "early"): (_("“{name}”早于 {limit}。"), _("请核对年份。")),
    (Fault.FUTURE_DATE, ""): (_("“{name}”晚于今天：{value}"), _("决定作出之后才能报送，请核对日期。")),
    (Fault.CROSS_FIELD, ""): (_("{rule_message}"), _("请核对相关的几列。")),
    (Fault.CROSS_FIELD, "negative"): (_("“{name}”不能小于 {limit}。"), _("请核对金额。")),
    (Fault.NAME_MISMATCH, ""): (
        _("名称与代码对不上：代码 {code} 登记的名称是“{registered}”。"),
        _("请核对名称和统一社会信用代码；名称确已变更的，请先由登记机关报送变更。"),
    ),
    (Fault.DUPLICATE, ""): (_("与本文件第 {first} 行重复（{fields} 相同）。"), _("保留一行，删去其余各行。")),
    (Fault.NOT_YOURS, ""): (
        _("数据来源单位 {value} 不是本单位或者下级单位。"),
        _("只能报送本单位和下级单位的数据，请核对代码。"),
    ),
    (Fault.ONLY_FROM, ""): (_("{rule_message}"), _("请由目录写明的单位报送；本单位自己作出的决定，请在平台上办理。")),
    (Fault.OTHER_PROVIDER, ""): (
        _("这条记录由“{provider}”报送，内容与这一行不同。"),
        _("一条记录只由一个单位报送。请与该单位核对；确有错误的，由该单位更正，或者提出异议。"),
    ),
    (Fault.DECIDED, ""): (
        _("这条记录由平台上的决定产生，不能用报送的文件改动。"),
        _("请在平台上办理：履行认定、移出名单、检查结果和异议各有自己的事项。"),
    ),
    (Fault.MINOR, ""): (
        _("决定作出时当事人不满 18 周岁，不得归集。"),
        _("请删去这一行。依据：信用主体限于具有完全民事行为能力的自然人。"),
    ),
    (Fault.PROHIBITED, ""): (_("列“{title}”属于禁止归集的信息（{klass}）。"), _("请删去整列。法律禁止归集此类信息。")),
    (Fault.UNKNOWN_COLUMN, ""): (
        _("归集目录中没有列“{title}”，其内容不能入库。"),
        _("请删去该列，或者在结果页上指定它对应的字段或不采用。"),
    ),
    (Note.TRIMMED, ""): (_("“{name}”首尾的空格、换行或撇号已去掉。"), ""),
    (Note.HALF_WIDTH, ""): (_("“{name}”中的全角字符已改为半角。"), ""),
    (Note.DATE_STYLE, ""): (_("“{name}”已按日期 {read} 读取。"), ""),
    (Note.FORMER_NAME, ""): (_("所填名称是曾用名，现用名为“{registered}”。"), ""),
    (Note.HYPHEN, ""): (_("“{name}”中的连字符已去掉。"), ""),
    (Note.PERIOD, ""): (_("所填公示截止期与平台按政策计算的 {computed} 不同，以平台计算为准。"), ""),
    (Note.OLD_CODE, ""): (_("“{name}”已按现行取值读作“{read}”。"), ""),
}


def message(finding: Finding) -> str:
    """What is wrong or was mended."""
    return _filled(SENTENCES[finding.rule, finding.variant][0], finding)


def hint(finding: Finding) -> str:
    """How to mend it; empty for notes."""
    return _filled(SENTENCES[finding.rule, finding.variant][1], finding)


def _filled(sentence: Any, finding: Finding) -> str:
    from django.utils.translation import get_language

    language = "en" if (get_language() or "").startswith("en") else "zh"
    values = {k.removesuffix(f"_{language}"): v for k, v in finding.params.items()}
    return str(sentence).format_map(_Blank(values))


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""
