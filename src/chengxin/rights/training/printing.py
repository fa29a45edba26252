"""The certificate of a course as signed PDF."""

from datetime import datetime
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chengxin.base.clock import CITY_TIME
from chengxin.base.documents import signing, typesetting
from chengxin.rights.training.queries import CertificateRow

TEMPLATE = Path(__file__).parent / "typst" / "certificate.typ"
VERIFY = "/training/certificates"


def certificate_pdf(row: CertificateRow) -> bytes:
    """The certificate, dated as it was issued and signed. Raises `FontsMissing`, `SigningKeyUnusable`."""
    english = (get_language() or "").startswith("en")
    query = urlencode({"number": row.number, "code": row.check_code})
    address = f"{settings.PUBLIC_ADDRESS.rstrip('/')}{VERIFY}?{query}"
    content = {
        "language": "en" if english else "zh",
        "title": _("信用修复培训证明"),
        "facts": [
            [_("参加人"), row.participant],
            *([[_("单位"), row.subject_name]] if row.subject_name else []),
            [_("培训"), row.title_en if english else row.title_zh],
            [_("主办单位"), row.organiser],
            [_("时间"), f"{_told(row.begins_at)} – {_told(row.ends_at)}"],
            [_("编号"), row.number],
            [_("核验码"), row.check_code],
            [_("出具日期"), f"{row.issued_at.astimezone(CITY_TIME):%Y-%m-%d}"],
        ],
        "note": _("培训免费，自愿参加；是否参加培训不是信用修复的条件。"),
        "verify": _("扫码或者在网站上用编号和核验码核验"),
        "demo": _("演示：企业、人员和记录均为虚构") if settings.DEMO else "",
        "qr": _picture(address),
    }
    pdf = typesetting.typeset(TEMPLATE, content, at=row.issued_at)
    return signing.sign_pdf(pdf, reason="信用修复培训证明", at=row.issued_at)


def _told(at: datetime) -> str:
    return f"{at.astimezone(CITY_TIME):%Y-%m-%d %H:%M}"


def _picture(text: str) -> str:
    target = BytesIO()
    segno.make(text, error="m", micro=False).save(target, kind="svg", border=0, xmldecl=False)
    return target.getvalue().decode()
