"""Templates that departments fill in, made from the catalogue: titles, formats, drop-down lists, comments."""

from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from chengxin.base.listing import in_turn, listed
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import Field, FieldType, Item

FILLED_ROWS = 5000
LIST_SHEET = "取值"
WIDTHS = {FieldType.TEXT: 24, FieldType.CREDIT_CODE: 22, FieldType.DATE: 13, FieldType.DECIMAL: 14}


def title_of(field: Field) -> str:
    """A field's column title; required ones carry an asterisk."""
    return f"*{field.name.zh}" if field.required else field.name.zh


def write_template(item: Item, path: Path) -> None:
    """Write the template of an item: a sheet to fill in, one that explains, one that holds the lists."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(item.name.zh[:31])
        explained = book.add_worksheet("填报说明")
        lists = book.add_worksheet(LIST_SHEET)
        lists.hide()
        write_titles(book, sheet, item)
        for place, field in enumerate(item.fields):
            _restrict(sheet, lists, place, field)
        _explain(book, explained, item)


def write_titles(book: Any, sheet: Any, item: Item) -> None:
    """The header row with comments, and the format of each column (codes and dates as text are kept as written)."""
    text = book.add_format({"num_format": "@"})
    number = book.add_format({"num_format": "General"})
    plain = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF7", "border": 1})
    needed = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#D5E1F5", "border": 1})
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 48)
    for place, field in enumerate(item.fields):
        is_number = field.type in {FieldType.DECIMAL, FieldType.INTEGER}
        sheet.set_column(place, place, WIDTHS.get(field.type, 18), number if is_number else text)
        sheet.write_string(0, place, title_of(field), needed if field.required else plain)
        sheet.write_comment(0, place, _comment(field), {"x_scale": 1.6, "y_scale": 1.3})


def _comment(field: Field) -> str:
    lines = [f"{field.name.zh} / {field.name.en}", field.code]
    lines.append(_("必填") if field.required else _("选填"))
    if field.max_length:
        lines.append(_("最多 {n} 个字").format(n=field.max_length))
    match field.type:
        case FieldType.DATE:
            lines.append(_("日期，写作 2026/05/09；2099/12/31 表示长期有效"))
        case FieldType.DECIMAL:
            lines.append(_("只填数字，不带单位；小数最多 {n} 位").format(n=field.decimals))
        case FieldType.CODES:
            lines.append(_("可填多个，用分号隔开：{values}").format(values=listed(_values(field))))
        case FieldType.CODE:
            lines.append(_("取值：{values}").format(values=listed(_values(field))))
        case FieldType.CREDIT_CODE:
            lines.append(_("18 位统一社会信用代码"))
    return "\n".join(lines)


def _values(field: Field) -> tuple[str, ...]:
    return catalogue.code_list(field.code_list).values if field.code_list else ()


def _restrict(sheet: Any, lists: Any, place: int, field: Field) -> None:
    if field.type != FieldType.CODE:
        return
    values = _values(field)
    lists.write_column(0, place, values)
    first = xlsxwriter.utility.xl_rowcol_to_cell(0, place, row_abs=True, col_abs=True)
    last = xlsxwriter.utility.xl_rowcol_to_cell(len(values) - 1, place, row_abs=True, col_abs=True)
    free = bool(catalogue.code_list(field.code_list or "").free_suffix)
    sheet.data_validation(
        1,
        place,
        FILLED_ROWS,
        place,
        {
            "validate": "list",
            "source": f"='{LIST_SHEET}'!{first}:{last}",
            "error_type": "information" if free else "stop",
            "error_title": field.name.zh[:32],
            "error_message": _("请从列表中选择。"),
        },
    )


def _explain(book: Any, sheet: Any, item: Item) -> None:
    bold = book.add_format({"bold": True})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 34)
    sheet.set_column(2, 4, 26, wrap)
    sheet.write_row(0, 0, [item.name.zh, item.name.en, item.code], bold)
    basis = in_turn(f"{b.law} {b.article}" for b in item.legal_basis)
    sheet.write_row(1, 0, [_("依据"), basis])
    sheet.write_row(2, 0, [_("目录版本"), str(item.version), item.effective_from.isoformat()])
    sheet.write_row(3, 0, [_("列名"), "English", _("代码"), _("要求"), _("取值")], bold)
    for row, field in enumerate(item.fields, start=4):
        need = _("必填") if field.required else _("选填")
        limit = f"，{field.max_length}" if field.max_length else ""
        sheet.write_row(row, 0, [field.name.zh, field.name.en, field.code, need + limit, listed(_values(field))])
    row = len(item.fields) + 5
    for rule in item.rules:
        sheet.write_row(row, 0, [rule.message.zh, rule.message.en])
        row += 1
