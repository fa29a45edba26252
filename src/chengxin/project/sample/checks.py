"""Checks of the fictional city: companies that are listed and honoured, departments that check them and say what they did."""

import csv
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from chengxin.base.clock import local_date
from chengxin.base.identifiers.rules import make_citizen_number
from chengxin.intake.collection import services as collection
from chengxin.project.sample.people import COMPANY_OF
from chengxin.project.sample.records import MARKET, columns
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.records import deciding
from chengxin.registry.records import queries as records
from chengxin.registry.subjects import queries as subjects
from chengxin.registry.subjects.rules import code_of
from chengxin.regulation.measures import services
from chengxin.regulation.measures.queries import MeasureRow, ReceiptRow

DEVELOPMENT, FINANCE, APPROVAL = "南宁市发展和改革委员会", "南宁市财政局", "南宁市行政审批局"
TAX = "国家税务总局南宁市税务局"
LISTED, HONOURED, ORDINARY = 2, 2, 4
REGION = "12450000007559026W"  # its platform, which passes on who stands on a list beyond the city
PERSON = make_citizen_number("45999919850101999")  # belongs to nobody: its division does not exist
WHY_NOT = "供应商已在资格审查前退出采购（虚构）"
WHY_ORDINARY = "查验时企业已提交整改证明，经裁量仍按一般程序办理（虚构）"


def check(*, at: datetime) -> None:
    """Enter some companies as listed or honoured, check them in three matters, and report about some answers."""
    today = local_date(at)
    codes = deciding.some_codes_with("entity-registration", on=today, limit=LISTED + ORDINARY)
    if len(codes) <= LISTED:
        return
    own = code_of(records.some_subject_of(COMPANY_OF, provider=_code(MARKET), on=today) or "")
    listed = [code for code in codes if code != own][:LISTED]
    honoured = ([own] if own else []) + [c for c in codes if c not in {*listed, own}][: HONOURED - 1]
    passed_on = [_listing(code, today, n) for n, code in enumerate(listed, 1)]
    _hand_in("serious-breach", _name(REGION), passed_on, at=at)
    _hand_in("honour", DEVELOPMENT, [_honour(code, today, n) for n, code in enumerate(honoured, 1)], at=at)
    everyone = [*listed, *honoured, *codes]
    _report_procurement(_checked(everyone, "government-procurement", FINANCE, at=at), at=at)
    _report_licences(_checked([*listed, *honoured], "administrative-licence", APPROVAL, at=at), at=at)
    _checked(everyone, "inspection", MARKET, at=at)
    _hand_in("serious-breach-person", _name(REGION), [_passed_on(today)], at=at)
    _checked([PERSON], "registration-of-posts", APPROVAL, at=at)


def _report_procurement(found: tuple[ReceiptRow, ...], *, at: datetime) -> None:
    barred = [r for r in found if r.restrictions]
    for place, row in enumerate(barred):
        outcome, reason = ("applied", "") if place % 2 == 0 else ("not-applied", WHY_NOT)
        _report(row, row.restrictions, FINANCE, outcome=outcome, reason=reason, at=at)


def _report_licences(found: tuple[ReceiptRow, ...], *, at: datetime) -> None:
    for row in found[:-1]:  # of the last nothing is reported yet
        _report(row, row.restrictions, APPROVAL, outcome="applied", reason=WHY_ORDINARY, at=at)
        _report(row, row.rewards, APPROVAL, outcome="rewarded", reason="", at=at)


def _report(
    row: ReceiptRow, among: Sequence[MeasureRow], organisation: str, *, outcome: str, reason: str, at: datetime
) -> None:
    for code in dict.fromkeys(m.measure.code for m in among):
        services.report_outcome(row.id, measure=code, outcome=outcome, reason=reason, by=_officer(organisation), at=at)


def _checked(codes: list[str], matter: str, organisation: str, *, at: datetime) -> tuple[ReceiptRow, ...]:
    return services.check(codes, matter=matter, by=_officer(organisation), at=at, door=services.SCREEN)


def _listing(code: str, today: date, number: int) -> dict[str, str]:
    """A company that the tax authority of the region listed."""
    return {
        **_common(code, _name(REGION), today),
        "AUTHORITY_NAME": "自治区税务机关（虚构）",
        "LIST": "重大税收违法失信主体",
        "REASON": "虚开发票（虚构）",
        "DECISION_NUMBER": f"桂税列〔{today.year}〕演{number}号",
        "BASIS": "《重大税收违法失信主体信息公布管理办法》",
        "REMOVAL_CONDITIONS": "缴清税款、滞纳金和罚款后可以申请提前停止公布（虚构）",
        "LISTED_ON": (today - timedelta(days=60)).isoformat(),
        "ENDS_ON": (today + timedelta(days=1035)).isoformat(),
    }


def _passed_on(today: date) -> dict[str, str]:
    """A natural person whom an authority of the region listed."""
    return {
        **_listing(PERSON, today, 1),
        "SUBJECT_NAME": "虚某九（虚构）",
        "DOCUMENT_TYPE": "身份证",
        "DOCUMENT_NUMBER": PERSON,
        "LIST": "安全生产严重失信主体",
        "REASON": "谎报生产安全事故（虚构）",
        "DECISION_NUMBER": f"桂应急列〔{today.year}〕演1号",
        "BASIS": "《中华人民共和国安全生产法》",
        "AUTHORITY_NAME": "自治区安全生产监管机关（虚构）",
    }


def _honour(code: str, today: date, number: int) -> dict[str, str]:
    return {
        **_common(code, DEVELOPMENT, today),
        "HONOUR": "诚信示范企业（虚构）",
        "LEVEL": "市级",
        "DOCUMENT_NUMBER": f"南表〔{today.year}〕演{number}号",
        "AWARDED_ON": (today - timedelta(days=60)).isoformat(),
        "ENDS_ON": (today + timedelta(days=1035)).isoformat(),
    }


def _common(code: str, organisation: str, today: date) -> dict[str, str]:
    found = subjects.by_code(code, on=today)
    return {
        "SUBJECT_NAME": found.name if found else code,
        "SUBJECT_CODE": code,
        "AUTHORITY_NAME": organisation,
        "AUTHORITY_CODE": _code(organisation),
        "SOURCE_NAME": organisation,
        "SOURCE_CODE": _code(organisation),
    }


def _hand_in(item: str, organisation: str, rows: Sequence[Mapping[str, str]], *, at: datetime) -> None:
    by = _officer(organisation)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{item}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns(item), restval="", extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        collection.submit(
            path, filename=path.name, item_code=item, by=by, organisation_id=by.organisation_id or 0, at=at
        )


def _officer(organisation: str) -> Actor:
    found = accounts.actor_of_organisation(
        _code(organisation), roles=frozenset({Role.DEPARTMENT_OFFICER}), name="sample-city"
    )
    assert found is not None
    return found


def _name(code: str) -> str:
    return next(o.name_zh for o in accounts.organisations() if o.code == code)


def _code(organisation: str) -> str:
    return next(o.code for o in accounts.organisations() if o.name_zh == organisation)
