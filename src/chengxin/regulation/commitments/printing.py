"""Sets a letter of commitment: the authentic text, who promised what to whom, and how it can be checked.

The letter is in Chinese, whatever the page's language was: that text is the one that binds.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import segno
import yaml
from django.conf import settings

from chengxin.base.clock import CITY_TIME
from chengxin.base.documents import typesetting
from chengxin.base.policy import city_folder
from chengxin.regulation.commitments.rules import KINDS, Template, due_on

ZERO_WIDTH_SPACE = "\u200b"  # where the digest may be broken, so that it does not run out of its cell
TEMPLATE = Path(__file__).parent / "typst" / "commitment.typ"


@dataclass(frozen=True, slots=True)
class Marks:
    """What makes this letter the one that was signed."""

    number: str
    check_code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Content:
    """What a letter says beside its text; `account` is the user name that confirmed, `code` is empty of a person."""

    template: Template
    promisor: str
    code: str
    account: str
    authority: str
    ends_on: date
    reference: str = ""


def pdf(content: Content, marks: Marks) -> bytes:
    """The letter as PDF in Chinese, which is authentic; not yet signed. Raises `FontsMissing`."""
    return typesetting.typeset(TEMPLATE, printed(content, marks), at=marks.at)


def address_of(number: str, code: str = "") -> str:
    """The public address of a commitment's page; with the check code, what the letter's QR code holds."""
    query = f"?{urlencode({'code': code})}" if code else ""
    return f"{settings.PUBLIC_ADDRESS.rstrip('/')}/commitments/{number}{query}"


@cache
def _office() -> str:
    content = yaml.safe_load((city_folder() / "city.yaml").read_text(encoding="utf-8"))
    return str(content["office"]["zh"])


def printed(content: Content, marks: Marks) -> dict[str, Any]:
    """What the template prints, JSON-ready."""
    template, local = content.template, marks.at.astimezone(CITY_TIME)
    confirmed = "登录账户和第二重验证" if template.needs_second_factor else "登录账户（本事项不要求第二重验证）"
    facts = [
        ["承诺人", content.promisor],
        *([["统一社会信用代码", content.code]] if content.code else []),
        ["承诺类型", KINDS[template.kind]],
        ["承诺事项", f"{template.matter.zh}（{template.item_code}）"],
        *([[template.reference.name.zh, content.reference]] if template.reference else []),
        ["受理单位", content.authority],
        ["依据", template.basis],
        ["有效期至", content.ends_on.isoformat()],
    ]
    return {
        "title": "信用承诺书",
        "number": marks.number,
        "check_code": marks.check_code,
        "office": _office(),
        "labels": {
            "number": "编号",
            "check_code": "核验码",
            "obligations": "承诺义务",
            "due": "到期日",
            "breach": "违诺责任",
            "signature": "签署",
            "scan": "扫码核验",
        },
        "facts": facts,
        "text": template.text.zh.splitlines(),
        "obligations": [[o.text.zh, due_on(local.date(), o.due_days).isoformat()] for o in template.obligations],
        "breach": template.breach.zh,
        "signature": [
            ["签署时间", f"{local:%Y-%m-%d %H:%M:%S}"],
            ["确认方式", confirmed],
            ["签署账户", content.account],
            ["承诺书版本", template.version],
            ["正文摘要（SHA-256）", f"{template.digest[:32]}{ZERO_WIDTH_SPACE}{template.digest[32:]}"],
        ],
        "attests": (
            "本文件由平台加盖电子签名和时间戳，证明上述账户在上述时间确认了上述内容；不是承诺人自有数字证书的签名。"
        ),
        "demo": "演示：企业、人员和记录均为虚构" if settings.DEMO else "",
        "qr": _qr(address_of(marks.number, marks.check_code)),
        "address": address_of(marks.number),
    }


def _qr(text: str) -> str:
    """A QR code as SVG. Source: ISO/IEC 18004, error correction M."""
    target = BytesIO()
    segno.make(text, error="m", micro=False).save(target, kind="svg", border=0, xmldecl=False)
    return target.getvalue().decode()
