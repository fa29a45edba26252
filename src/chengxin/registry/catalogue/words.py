"""What the catalogue's fixed terms are called, in Chinese and English."""

from chengxin.registry.catalogue.rules import FieldType, Words

TYPES = {
    FieldType.TEXT: Words("文本", "text"),
    FieldType.CODE: Words("代码", "one value of a list"),
    FieldType.CODES: Words("代码(可多选)", "values of a list"),
    FieldType.CREDIT_CODE: Words("统一社会信用代码", "unified social credit code"),
    FieldType.ORGANISATION_CODE: Words("组织机构代码", "organisation code"),
    FieldType.SEALED: Words("加密文本", "sealed text"),
    FieldType.DATE: Words("日期", "date"),
    FieldType.DECIMAL: Words("数值", "decimal"),
    FieldType.INTEGER: Words("整数", "integer"),
}
NATURES = {
    "positive": Words("守信", "positive"),
    "negative": Words("失信", "negative"),
    "neutral": Words("基础", "neutral"),
}
SUBJECTS = {
    "organisation": Words("法人、非法人组织和个体工商户", "organisations and sole traders"),
    "person": Words("自然人", "natural persons"),
}
ATTRIBUTES = {
    "public": Words("社会公开", "public"),
    "shared": Words("政务共享", "shared among public bodies"),
    "authorised": Words("授权查询", "with consent or by law only"),
}
SHARING = {
    "open": Words("无条件共享", "open to all public bodies"),
    "authorised": Words("授权共享", "with consent or by law only"),
    "departments": Words("有条件共享", "named departments"),
}
CYCLES = {
    "daily": Words("每日", "daily"),
    "weekly": Words("每周", "weekly"),
    "monthly": Words("每月", "monthly"),
    "quarterly": Words("每季度", "quarterly"),
    "yearly": Words("每年", "yearly"),
    "on-change": Words("变化时", "on change"),
}
SEVERITIES = {
    "minor": Words("轻微", "minor"),
    "general": Words("一般", "general"),
    "serious": Words("严重", "serious"),
}
REQUIRED = Words("必填", "required")
CONDITIONAL = Words("条件必填", "required on a condition")
OPTIONAL = Words("选填", "optional")
ANY_ORGANISATION = Words("本市各单位", "any organisation of the city")

LABELS = {  # of the written pages
    "catalogue": Words("公共信用信息归集目录", "Collection catalogue of public credit information"),
    "other_language": Words("English", "中文"),
    "items": Words("目录项", "Items"),
    "item": Words("目录项", "Item"),
    "code": Words("代码", "Code"),
    "subject": Words("信用主体", "Subject"),
    "nature": Words("性质", "Nature"),
    "category": Words("信息类别", "Category"),
    "providers": Words("提供单位", "Providers"),
    "version": Words("版本", "Version"),
    "effective_from": Words("施行日期", "In force from"),
    "legal_basis": Words("法律依据", "Legal basis"),
    "law": Words("法规文件", "Law"),
    "article": Words("条款或文号", "Article or number"),
    "source": Words("依据来源", "Source"),
    "verified": Words("已核对", "Confirmed"),
    "unverified": Words("待核对", "Awaits confirmation"),
    "behaviour": Words("具体行为", "Behaviour"),
    "publicity": Words("公开属性", "Publicity"),
    "periods": Words("公示期限", "Public periods"),
    "decided_from": Words("决定日期自", "Decided from"),
    "decided_until": Words("至(不含)", "until (not included)"),
    "rule": Words("规则", "Rule"),
    "rules": Words("字段之间的规则", "Rules between fields"),
    "sharing": Words("共享范围", "Sharing"),
    "source_and_channel": Words("采集来源和渠道", "Source and channel"),
    "update_cycle": Words("更新频率", "Update cycle"),
    "time_limit": Words("报送时限", "Time limit"),
    "working_days": Words("个工作日内", "working days"),
    "retention": Words("保存期限", "Retention"),
    "natural_key": Words("唯一标识", "Natural key"),
    "fields": Words("字段", "Fields"),
    "name": Words("名称", "Name"),
    "type": Words("类型", "Type"),
    "length": Words("长度", "Length"),
    "required": Words("填报要求", "Required"),
    "public": Words("公示", "Public"),
    "yes": Words("是", "yes"),
    "no": Words("否", "no"),
    "values": Words("取值和限制", "Values and limits"),
    "waiting": Words("待核对的依据", "Sources that await confirmation"),
    "waiting_note": Words(
        "下列依据尚未逐条核对，使用前应由法律人员确认。",
        "These sources have not been confirmed article by article; a lawyer should do so before use.",
    ),
    "file": Words("文件", "File"),
}
