"""Hand-ins for the tests of collection: rows that pass, and files of them; all fictional (虚构)."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import openpyxl

from chengxin.base.clock import CITY_TIME
from chengxin.base.identifiers.rules import make_citizen_number, make_credit_code, make_organisation_code
from chengxin.intake.collection import answers, services
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.catalogue import queries as catalogue

MARKET = "11450100007550013R"
APPROVAL = "1145010000755003XC"
AT = datetime(2026, 6, 1, 9, 0, tzinfo=CITY_TIME)
PENALTY, PERSON_PENALTY, LICENCE, REGISTER = (
    "penalty-organisation", "penalty-person", "licence-organisation", "entity-registration",
)  # fmt: skip
Row = dict[str, str]


def company(number: int) -> str:
    """The credit code of the company with that number."""
    return make_credit_code("91450100" + make_organisation_code(f"MA{number:06d}"))


def trader(number: int) -> str:
    """The credit code of the sole trader with that number."""
    return make_credit_code("92450100" + make_organisation_code(f"MB{number:06d}"))


def citizen(number: int, born: str = "19800101") -> str:
    """A citizen number that belongs to nobody: its division does not exist."""
    return make_citizen_number(f"459999{born}{number:03d}")


def _decision(number: int) -> Row:
    return {
        "CF_WSH": f"虚构罚字〔2026〕{number}号", "CF_WFXW": "违反广告管理规定", "CF_SY": "发布虚假广告（虚构）",
        "CF_YJ": "《中华人民共和国广告法》第五十五条", "CF_CFLB": "罚款", "CF_NR": "罚款2万元", "CF_NR_FK": "2",
        "CF_JDRQ": "2026/05/09", "CF_CFJG": "南宁市市场监督管理局", "CF_CFJGDM": MARKET,
        "CF_SJLY": "南宁市市场监督管理局", "CF_SJLYDM": MARKET,
    }  # fmt: skip


def penalty(number: int = 1, **changed: str) -> Row:
    """A row of `penalty-organisation` that passes."""
    party = {
        "CF_XDR_MC": f"南宁虚构{number}号贸易有限公司", "CF_XDR_LB": "法人及非法人组织",
        "CF_XDR_SHXYM": company(number), "CF_FRDB": "甲某某",
    }  # fmt: skip
    return party | _decision(number) | changed


def person_penalty(number: int = 1, **changed: str) -> Row:
    """A row of `penalty-person` that passes."""
    party = {
        "CF_XDR_MC": f"虚某{number}", "CF_XDR_LB": "自然人", "CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": citizen(number),
    }  # fmt: skip
    return party | _decision(number) | changed


def licence(number: int = 1, **changed: str) -> Row:
    """A row of `licence-organisation` that passes."""
    return {
        "XK_XDR_MC": f"南宁虚构{number}号贸易有限公司", "XK_XDR_LB": "法人及非法人组织",
        "XK_XDR_SHXYM": company(number), "XK_FRDB": "甲某某",
        "XK_XKWS": "准予行政许可决定书", "XK_WSH": f"虚构许〔2026〕{number}号", "XK_XKLB": "普通",
        "XK_XKZS": "食品经营许可证", "XK_XKBH": f"JY{number:09d}", "XK_NR": "食品销售", "XK_JDRQ": "2026/05/04",
        "XK_YXQZ": "2026/05/04", "XK_YXQZI": "2031/05/03", "XK_XKJG": "南宁市行政审批局", "XK_XKJGDM": APPROVAL,
        "XK_ZT": "1", "XK_LYDW": "南宁市行政审批局", "XK_LYDWDM": APPROVAL,
    } | changed  # fmt: skip


def registration(number: int = 1, **changed: str) -> Row:
    """A row of `entity-registration` that passes."""
    return {
        "SUBJECT_NAME": f"南宁虚构{number}号贸易有限公司", "SUBJECT_CODE": company(number), "ENTITY_KIND": "企业法人",
        "ENTITY_STATUS": "存续", "LEGAL_REPRESENTATIVE": "甲某某", "ESTABLISHED_ON": "2015/03/02",
        "DIVISION": "450103", "ADDRESS": "虚构路1号", "AUTHORITY_NAME": "南宁市行政审批局", "AUTHORITY_CODE": APPROVAL,
        "SOURCE_NAME": "南宁市行政审批局", "SOURCE_CODE": APPROVAL,
    } | changed  # fmt: skip


def table(item: str, rows: Sequence[Row], *, titles: str = "zh") -> list[list[str]]:
    """Header and rows as a table: every field of the item, titled in Chinese or by code; further keys come last."""
    fields = catalogue.item(item).fields
    further = list(dict.fromkeys(key for row in rows for key in row if key not in {f.code for f in fields}))
    header = [f.name.zh if titles == "zh" else f.code for f in fields] + further
    return [header, *([row.get(code, "") for code in [f.code for f in fields] + further] for row in rows)]


def csv_of(cells: Sequence[Sequence[str]], *, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """The table as CSV."""
    target = io.StringIO()
    csv.writer(target, delimiter=delimiter, lineterminator="\r\n").writerows(cells)
    return target.getvalue().encode(encoding)


def xlsx_of(cells: Sequence[Sequence[object]], *, above: Sequence[str] = (), sheet: str = "数据") -> bytes:
    """The table as a workbook with one sheet, with title rows above it."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for title in above:
        page.append([title])
    for row in cells:
        page.append(list(row))
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """The workbook as bytes."""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def jsonl_of(rows: Sequence[Mapping[str, object]]) -> bytes:
    """The rows as JSON Lines."""
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode("utf-8", "replace")


def officer(organisation: str = MARKET, role: Role = Role.DEPARTMENT_OFFICER) -> Actor:
    """An officer of the organisation."""
    actor = accounts.actor_of_organisation(organisation, roles=frozenset({role}), name="officer")
    assert actor is not None
    return actor


def hand_in(
    folder: Path,
    content: bytes,
    *,
    item: str = PENALTY,
    filename: str = "file.csv",
    by: str = MARKET,
    at: datetime = AT,
    mapping: Mapping[str, str] | None = None,
) -> services.SubmissionResult:
    """Hand in a file's content."""
    path = folder / "upload"
    path.write_bytes(content)
    actor = officer(by)
    assert actor.organisation_id is not None
    return services.submit(
        path, filename=filename, item_code=item, by=actor, organisation_id=actor.organisation_id, at=at,
        mapping=mapping,
    )  # fmt: skip


def hand_in_rows(
    folder: Path, *rows: Row, item: str = PENALTY, by: str = MARKET, at: datetime = AT
) -> services.SubmissionResult:
    """Hand in rows as CSV with Chinese titles."""
    return hand_in(folder, csv_of(table(item, rows)), item=item, by=by, at=at)


def counts(result: services.SubmissionResult) -> tuple[int, int, int, int, int]:
    """Rows, accepted, rejected, unchanged, corrected."""
    return (result.rows, result.accepted, result.rejected, result.unchanged, result.corrected)


def found(result: services.SubmissionResult, kind: str = "faults") -> list[tuple[int, str, str]]:
    """The faults (or notes) as (row, field, rule)."""
    return [(f["row"], f["field"], f["rule"]) for f in answers.answer(result)[kind]]
