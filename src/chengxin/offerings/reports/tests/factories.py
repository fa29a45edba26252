"""Subjects and records for reports; every company, person and case is fictional (虚构)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from chengxin.base.identifiers.rules import make_credit_code, make_organisation_code
from chengxin.registry.accounts.models import Organisation
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.records.models import Record
from chengxin.registry.subjects.models import Subject, SubjectName

MARKET_SUPERVISION = "11450100007550013R"
NOW = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)  # half past eleven in Nanning
TODAY = date(2026, 11, 23)
LATER = TODAY + timedelta(days=30)
COMPANY = make_credit_code("91450100" + make_organisation_code("MA5REP12"))
OTHER = make_credit_code("91450100" + make_organisation_code("MA5REP13"))
NAME = "南宁虚构贸易有限公司"
_SPACE = UUID("6f1f7a0c-0000-4000-8000-000000000001")
BUREAU = "南宁市市场监督管理局"
_COMMON = {"AUTHORITY_NAME": BUREAU, "SOURCE_NAME": BUREAU, "SUBJECT_NAME": NAME, "SUBJECT_CODE": COMPANY}

PENALTY = {
    "CF_XDR_MC": NAME, "CF_XDR_LB": "法人及非法人组织", "CF_XDR_SHXYM": COMPANY, "CF_FRDB": "甲某某（虚构）",
    "CF_FR_ZJLX": "身份证", "CF_FR_ZJHM": "sealed:v1:SEALED-NUMBER", "BZ": "内部备注不公开",
    "CF_WSH": "南市监处罚〔2026〕118号", "CF_WFXW": "违反广告管理规定", "CF_SY": "发布含有虚假内容的食品广告（虚构）",
    "CF_YJ": "《中华人民共和国广告法》第五十五条第一款",
    "CF_CFLB": "罚款;没收违法所得", "CF_NR": "罚款人民币2万元，没收违法所得3500元",
    "CF_NR_FK": "2", "CF_NR_WFFF": "0.35", "CF_JDRQ": "2026-05-09", "CF_CFJG": BUREAU, "CF_SJLY": BUREAU,
}  # fmt: skip
LICENCE = {
    "XK_XDR_MC": NAME, "XK_XDR_SHXYM": COMPANY, "XK_FRDB": "甲某某（虚构）", "XK_XKWS": "食品经营许可决定书（虚构）",
    "XK_WSH": "南审批食〔2025〕0032号", "XK_XKLB": "普通", "XK_XKZS": "食品经营许可证", "XK_XKBH": "JY14501000000001",
    "XK_NR": "预包装食品销售（含冷藏冷冻食品）；散装食品销售", "XK_JDRQ": "2025-03-04", "XK_YXQZ": "2025-03-04",
    "XK_YXQZI": "2030-03-03", "XK_XKJG": "南宁市行政审批局", "XK_ZT": "1", "XK_LYDW": "南宁市行政审批局",
}  # fmt: skip
REGISTRATION = _COMMON | {
    "ENTITY_KIND": "有限责任公司", "ENTITY_STATUS": "存续", "LEGAL_REPRESENTATIVE": "甲某某（虚构）",
    "ESTABLISHED_ON": "2019-06-18", "REGISTERED_CAPITAL": "500", "DIVISION": "450103",
    "ADDRESS": "南宁市青秀区虚构大道88号虚构大厦B座1601号",
    "BUSINESS_SCOPE": "食品销售；食品互联网销售；广告设计、代理；日用百货销售；国内货物运输代理"
    "（依法须经批准的项目，经相关部门批准后方可开展经营活动）",
}  # fmt: skip
HONOUR = _COMMON | {
    "HONOUR": "南宁市诚信经营示范单位（虚构）", "LEVEL": "市级",
    "DOCUMENT_NUMBER": "南诚信〔2025〕6号", "AWARDED_ON": "2025-12-30",
}  # fmt: skip
GRADE = _COMMON | {
    "YEAR": "2025", "GRADE": "A", "EVALUATED_ON": "2026-04-30",
    "AUTHORITY_NAME": "国家税务总局南宁市税务局", "SOURCE_NAME": "国家税务总局南宁市税务局",
}  # fmt: skip
ABNORMAL = _COMMON | {
    "DECISION_NUMBER": "南市监异列〔2026〕77号", "REASON": "通过登记的住所或者经营场所无法联系",
    "LISTED_ON": "2026-07-15",
}  # fmt: skip
COMMITMENT = _COMMON | {
    "COMMITMENT_NUMBER": "CN-2026-0155", "COMMITMENT_KIND": "审批替代型", "MATTER": "食品经营许可延续",
    "CONTENT": "承诺经营条件未发生变化（虚构）", "CONSEQUENCE": "撤销许可并记入信用记录", "SIGNED_ON": "2026-02-01",
    "ENDS_ON": "2028-01-31", "PERFORMANCE": "履行中",
}  # fmt: skip


def subject(code: str = COMPANY, name: str = NAME, *, registered: bool = True) -> Subject:
    """A company of the base register."""
    made = Subject.objects.create(code=code, name=name, kind="legal-person", registered=registered, created_at=NOW)
    SubjectName.objects.bulk_create([SubjectName(subject=made, name=name, comparable=name, pairs=None or "")])
    return made


def record(
    about: Subject,
    item: str = "penalty-organisation",
    payload: dict[str, str] | None = None,
    *,
    key: str = "1",
    public: tuple[date, date | None] | None = (date(2026, 5, 9), date(2027, 5, 9)),
    **columns: Any,
) -> Record:
    """A record; public during `public`, and shared between public bodies where that is None."""
    values = dict(PENALTY if payload is None else payload)
    decided = values.get(catalogue.item(item).parts.decided_on or "")
    given = {
        "item": item,
        "item_version": 1,
        "natural_key": uuid5(_SPACE, f"{about.pk} {item} {key}"),
        "provider": Organisation.objects.get(code=MARKET_SUPERVISION),
        "authority_code": MARKET_SUPERVISION,
        "decided_on": date.fromisoformat(decided) if decided else None,
        "audience": "public" if public else "shared",
        "public_period": public,
        "policy": "publicity/penalty@2026-04-01",
        "submission_id": 1,
        "submission_row": 1,
        "known_from": NOW - timedelta(days=90),
        "payload": values,
        "subject": about,
    }
    return Record.objects.create(**(given | columns))


def rich_subject() -> Subject:
    """A company with records in every section, one of them disputed."""
    made = subject()
    SubjectName.objects.create(
        subject=made, name="南宁旧名（虚构）商行", comparable="", pairs="", until=date(2022, 3, 1)
    )
    forever = (date(2019, 6, 18), None)
    record(made, "entity-registration", REGISTRATION, public=forever, policy="publicity/registration@2021-10-18")
    record(made, "licence-organisation", LICENCE, public=(date(2025, 3, 4), date(2030, 3, 4)))
    record(made, "honour", HONOUR, public=(date(2025, 12, 30), date(2028, 12, 30)))
    record(made, "tax-grade", GRADE, public=(date(2026, 4, 30), None))
    record(made, severity="general")
    disputed = PENALTY | {
        "CF_WSH": "南市监处罚〔2026〕200号",
        "CF_JDRQ": "2026-08-20",
        "CF_CFLB": "警告",
        "CF_SY": "未按规定明码标价（虚构）",
    }
    record(made, payload=disputed, key="2", state="disputed", severity="general")
    record(made, "abnormal-operation", ABNORMAL, public=(date(2026, 7, 15), date(2027, 7, 15)))
    record(made, "commitment", COMMITMENT, public=(date(2026, 2, 1), date(2028, 2, 1)))
    return made


def supersede(old: Record, *, at: datetime, **changes: Any) -> Record:
    """The next version of a record, known from `at` on."""
    Record.objects.filter(pk=old.pk).update(known_until=at)
    values = {f.attname: getattr(old, f.attname) for f in Record._meta.concrete_fields if f.attname != "id"}
    return Record.objects.create(
        **(values | {"version": old.version + 1, "known_from": at, "known_until": None} | changes)
    )
