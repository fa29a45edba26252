"""Template helpers: texts in the page's language, days."""

from datetime import date, timedelta
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext as _

from chengxin.base import clock, laws, policy
from chengxin.faces.portal.context import in_english

register = template.Library()


@register.filter
def say(words: Any) -> str:
    """A text that the profile gives in both languages, in the page's."""
    return str(words.en if in_english() else words.zh)


@register.filter
def in_words(row: Any, name: str) -> str:
    """`row.<name>` or, on English pages, `row.<name>_en`."""
    return str(getattr(row, f"{name}_en" if in_english() else name))


@register.filter
def in_words_of(row: Any, name: str) -> str:
    """`row.<name>_zh` or, on English pages, `row.<name>_en`."""
    return str(getattr(row, f"{name}_en" if in_english() else f"{name}_zh"))


@register.filter
def law(title: str) -> str:
    """A law's title: on English pages the English one that policy gives, else the Chinese, marked as Chinese."""
    if not in_english():
        return title
    found = laws.english_title(title, on=clock.today())
    return found or format_html('<span lang="zh-Hans">{}</span>', title)


@register.filter
def article(articles: str) -> str:
    """Articles of a law, as `law` gives its title."""
    if not in_english() or not articles:
        return articles
    return laws.english_articles(articles) or format_html('<span lang="zh-Hans">{}</span>', articles)


@register.filter
def rule_in_words(version: str) -> str:
    """The source of the policy entry that decided something, and whether it awaits confirmation."""
    entry = policy.entry_named(version)
    if entry is None:
        return version
    return entry.source if entry.verified else _("{source}（待核实）").format(source=entry.source)


@register.filter
def last_day(first_day_unseen: date | None) -> str:
    """The last day of a half-open period, as people say it; without end where there is none."""
    return (first_day_unseen - timedelta(days=1)).isoformat() if first_day_unseen else _("长期")


KINDS = {
    "legal-person": "法人",
    "other-organisation": "非法人组织",
    "sole-trader": "个体工商户",
    "natural-person": "自然人",
    "active": "存续",
    "revoked": "吊销",
    "deregistered": "注销",
    "in-force": "有效",
    "disputed": "异议处理中",
    "suspended": "暂停公示",
    "repaired": "已修复",
    "withdrawn": "已撤销",
    "minor": "轻微",
    "general": "一般",
    "serious": "严重",
    "registration-number": "工商注册号",
    "organisation-code": "组织机构代码",
    "tax-number": "税务登记号",
    "institution-number": "事业单位证书号",
    "social-organisation-number": "社会组织登记证号",
    "unified-social-credit-code": "统一社会信用代码",
    "open": "社会公开",
    "departments": "政务共享",
    "authorised": "授权查询",
    "public": "社会公开",
    "shared": "政务共享",
    "daily": "每日",
    "weekly": "每周",
    "monthly": "每月",
    "quarterly": "每季度",
    "yearly": "每年",
    "on-change": "变更时",
    "text": "文本",
    "code": "代码（单选）",
    "codes": "代码（可多选）",
    "uscc": "统一社会信用代码",
    "org-code": "组织机构代码",
    "sealed": "加密保存",
    "date": "日期",
    "decimal": "数值",
    "integer": "整数",
    "organisation": "法人和非法人组织",
    "person": "自然人",
    "positive": "正面",
    "negative": "负面",
    "neutral": "中性",
}
ENGLISH = {
    "legal-person": "Legal person",
    "other-organisation": "Other organisation",
    "sole-trader": "Sole trader",
    "natural-person": "Natural person",
    "active": "Active",
    "revoked": "Licence revoked",
    "deregistered": "Deregistered",
    "in-force": "In force",
    "disputed": "Disputed",
    "suspended": "Suspended",
    "repaired": "Repaired",
    "withdrawn": "Withdrawn",
    "minor": "Minor",
    "general": "General",
    "serious": "Serious",
    "registration-number": "Business registration number",
    "organisation-code": "Organisation code",
    "tax-number": "Tax registration number",
    "institution-number": "Institution certificate number",
    "social-organisation-number": "Social organisation certificate",
    "unified-social-credit-code": "Unified social credit code",
    "open": "Public",
    "departments": "Shared with public bodies",
    "authorised": "With consent",
    "public": "Public",
    "shared": "Shared with public bodies",
    "daily": "Daily",
    "weekly": "Weekly",
    "monthly": "Monthly",
    "quarterly": "Quarterly",
    "yearly": "Yearly",
    "on-change": "On change",
    "text": "Text",
    "code": "Code (one)",
    "codes": "Codes (several)",
    "uscc": "Unified social credit code",
    "org-code": "Organisation code",
    "sealed": "Sealed",
    "date": "Date",
    "decimal": "Number",
    "integer": "Whole number",
    "organisation": "Organisations",
    "person": "Natural persons",
    "positive": "Positive",
    "negative": "Negative",
    "neutral": "Neutral",
}


@register.filter
def named(code: Any) -> str:
    """What a code of the platform is called in the page's language."""
    return (ENGLISH if in_english() else KINDS).get(str(code), str(code))


@register.filter
def entry(values: Any, name: str) -> str:
    """The value that a form was sent with under that name; "" for none."""
    return str(values.get(name, ""))


@register.simple_tag
def item_name(item: Any) -> str:
    """A catalogue item's name in the page's language."""
    return say(item.name)
