"""The catalogue as the directory of government data resources (政务信息资源目录) expects it.

Keys are the standard's own Chinese names, in the standard's order, in every language of the platform.
Source: 《政务信息资源目录编制指南（试行）》（发改高技〔2017〕1272号）, core metadata; GB/T 21063.3-2007.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter

from chengxin.base import policy
from chengxin.base.listing import listed_in_chinese
from chengxin.registry.catalogue import queries
from chengxin.registry.catalogue.rules import Field, FieldType, Item
from chengxin.registry.catalogue.words import CYCLES

RESOURCE = (
    "信息资源分类",
    "信息资源名称",
    "信息资源代码",
    "信息资源提供方",
    "信息资源提供方代码",
    "信息资源摘要",
    "信息资源格式",
    "共享类型",
    "共享条件",
    "共享方式",
    "是否向社会开放",
    "开放条件",
    "更新周期",
    "发布日期",
    "关联资源代码",
)
DATUM = ("信息项名称", "信息项代码", "数据类型", "数据长度", "是否必填", "是否向社会开放")
TEXT, NUMBER, DAY = "字符型 C", "数值型 N", "日期型 D"  # as the guide names types of data
DATA_TYPES = {FieldType.DATE: DAY, FieldType.DECIMAL: NUMBER, FieldType.INTEGER: NUMBER}  # all others are text
LENGTHS = {FieldType.CREDIT_CODE: "18", FieldType.ORGANISATION_CODE: "9", FieldType.DATE: "10"}
SHARED = {"open": "无条件共享", "departments": "有条件共享", "authorised": "有条件共享"}
YES, NO = "是", "否"


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource of the directory: `resource` by the names of `RESOURCE`, `data` by those of `DATUM`."""

    resource: Mapping[str, str]
    data: tuple[Mapping[str, str], ...]


def entries(*, on: date, office: tuple[str, str], names: Mapping[str, str]) -> tuple[Entry, ...]:
    """The directory's entries of all items in force. `office`: name and code of who answers where any may provide.

    `names`: organisations' Chinese names by code. Raises `NoPolicy` where the city has no entry for the directory.
    """
    values = policy.entry_on("directory", "export", on).values
    places = {category.code: number for number, category in enumerate(queries.categories(), start=1)}
    made: list[Entry] = []
    counts: dict[str, int] = {}
    for item in queries.items():
        counts[item.category] = counts.get(item.category, 0) + 1
        code = f"{values['class']}{values['subclass']}{places[item.category]:03d}/{counts[item.category]:06d}"
        made.append(Entry(_resource(item, code, values, office, names), tuple(map(_datum, item.fields))))
    return tuple(made)


def _resource(
    item: Item, code: str, values: Mapping[str, Any], office: tuple[str, str], names: Mapping[str, str]
) -> dict[str, str]:
    is_public = item.publicity_attribute == "public"
    told = {
        "信息资源分类": f"基础信息资源/社会信用基础信息资源/{queries.category(item.category).name.zh}",
        "信息资源名称": item.name.zh,
        "信息资源代码": code,
        "信息资源提供方": listed_in_chinese(names.get(p, p) for p in item.providers) or office[0],
        "信息资源提供方代码": listed_in_chinese(item.providers) or office[1],
        "信息资源摘要": item.behaviour.zh,
        "信息资源格式": f"数据库：{listed_in_chinese(values['formats'])}",
        "共享类型": SHARED[item.sharing],
        "共享条件": _condition(item, names),
        "共享方式": str(values["ways"]["zh"]),
        "是否向社会开放": YES if is_public else NO,
        "开放条件": "公示期内" if is_public else "",
        "更新周期": CYCLES[item.update_cycle].zh,
        "发布日期": item.effective_from.isoformat(),
        "关联资源代码": "",
    }
    return {name: told[name] for name in RESOURCE}


def _condition(item: Item, names: Mapping[str, str]) -> str:
    if item.sharing == "departments":
        return "仅限：" + listed_in_chinese(names.get(code, code) for code in item.shared_with)
    return "凭信用主体授权或者法律规定" if item.sharing == "authorised" else ""


def _datum(field: Field) -> dict[str, str]:
    length = LENGTHS.get(field.type, "")
    if field.type == FieldType.DECIMAL:
        length = f"{field.digits},{field.decimals}"
    elif field.max_length and not length:
        length = str(field.max_length)
    told = (
        field.name.zh, field.code, DATA_TYPES.get(field.type, TEXT), length, YES if field.required else NO,
        YES if field.public else NO,
    )  # fmt: skip
    return dict(zip(DATUM, told, strict=True))


def as_json(found: Sequence[Entry]) -> list[dict[str, Any]]:
    """The directory as nested values, JSON-ready."""
    return [{**one.resource, "信息项信息": [dict(d) for d in one.data]} for one in found]


def rows(found: Sequence[Entry]) -> list[list[str]]:
    """The directory as a table with a header: one row for each item of data, its resource before it."""
    made = [[*RESOURCE, *DATUM]]
    made += [[*one.resource.values(), *datum.values()] for one in found for datum in one.data]
    return made


def as_csv(found: Sequence[Entry]) -> bytes:
    """The table as CSV in UTF-8 with a byte order mark, as spreadsheets open it."""
    target = io.StringIO()
    csv.writer(target).writerows(rows(found))
    return target.getvalue().encode("utf-8-sig")


def as_xlsx(found: Sequence[Entry]) -> bytes:
    """The directory as a workbook: a sheet of resources, a sheet of their items of data."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "directory.xlsx")
        with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            bold = book.add_format(
                {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF7", "border": 1}
            )
            for title, table in (("信息资源", _resources(found)), ("信息项", _data(found))):
                sheet = book.add_worksheet(title)
                sheet.freeze_panes(1, 0)
                sheet.set_column(0, len(table[0]) - 1, 22)
                sheet.write_row(0, 0, table[0], bold)
                for number, row in enumerate(table[1:], start=1):
                    sheet.write_row(number, 0, row)
        return path.read_bytes()


def _resources(found: Sequence[Entry]) -> list[list[str]]:
    return [list(RESOURCE), *(list(one.resource.values()) for one in found)]


def _data(found: Sequence[Entry]) -> list[list[str]]:
    header = ["信息资源代码", "信息资源名称", *DATUM]
    named = [(one.resource["信息资源代码"], one.resource["信息资源名称"], one.data) for one in found]
    return [header, *([code, name, *datum.values()] for code, name, data in named for datum in data)]
