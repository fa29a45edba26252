"""People of the city, made up, and small files that they hand in."""

import csv
import io
from datetime import date

from chengxin.base.identifiers.rules import make_credit_code, make_organisation_code
from chengxin.registry.accounts.models import Appointment, Organisation, User
from chengxin.registry.accounts.rules import Role

MARKET_SUPERVISION = "11450100007550013R"
APPROVAL_BUREAU = "1145010000755003XC"
COMPANY = make_credit_code("91450100" + make_organisation_code("MA5XYW12"))


def person(role: Role, organisation: str = MARKET_SUPERVISION, *, username: str | None = None) -> User:
    """A fictional person with that role in that organisation since 2020."""
    name = username or f"{role.value}-{organisation[-4:]}"
    user, created = User.objects.get_or_create(
        username=name, defaults={"display_name_zh": f"虚构人物 {name}", "display_name_en": f"Fictional {name}"}
    )
    if created:
        user.set_password("correct horse battery")
        user.save()
    Appointment.objects.create(
        user=user,
        organisation=Organisation.objects.get(code=organisation),
        role=role.value,
        valid_from=date(2020, 1, 1),
    )
    return user


def penalty(**changed: str) -> dict[str, str]:
    """A row of the legal-person penalties item that passes, with field codes as titles; fictional."""
    return {
        "CF_XDR_MC": "南宁虚构贸易有限公司",
        "CF_XDR_LB": "法人及非法人组织",
        "CF_XDR_SHXYM": COMPANY,
        "CF_FRDB": "甲某某（虚构）",
        "CF_WSH": "南市监处罚〔2026〕1号",
        "CF_WFXW": "违反广告管理规定",
        "CF_SY": "发布虚假广告（虚构）",
        "CF_YJ": "《中华人民共和国广告法》第五十五条",
        "CF_CFLB": "罚款",
        "CF_NR": "罚款人民币2万元",
        "CF_NR_FK": "2",
        "CF_JDRQ": "2026-05-09",
        "CF_CFJG": "南宁市市场监督管理局",
        "CF_CFJGDM": MARKET_SUPERVISION,
        "CF_SJLY": "南宁市市场监督管理局",
        "CF_SJLYDM": MARKET_SUPERVISION,
    } | changed


def csv_file(rows: list[dict[str, str]], name: str = "penalties.csv") -> io.BytesIO:
    """The rows as a CSV file in UTF-8, as a department would hand it in."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    file = io.BytesIO(text.getvalue().encode())
    file.name = name
    return file
