"""Files of codes: reading them (CSV or XLSX, the first column), and writing the results."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import lru_cache, partial

import xlsxwriter
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from python_calamine import CalamineError, CalamineWorkbook

from chengxin.base import laws
from chengxin.base.clock import CITY_TIME, local_date
from chengxin.base.identifiers.rules import is_citizen_number, is_credit_code
from chengxin.base.listing import in_turn
from chengxin.base.spreadsheets import harmless
from chengxin.regulation.measures.codes import resembles_code, visible
from chengxin.regulation.measures.errors import FileNotReadable
from chengxin.regulation.measures.queries import MeasureRow, ReceiptRow
from chengxin.regulation.measures.rules import Basis

STATUSES = {
    "active": gettext_lazy("存续"),
    "revoked": gettext_lazy("吊销"),
    "deregistered": gettext_lazy("注销"),
}
ENCODINGS = ("utf-8-sig", "gb18030")
ZIP = b"PK\x03\x04"
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "constant_memory": True}


def codes_in(content: bytes) -> list[str]:
    """The first column of a file as text, without its title and what cannot be seen. Raises `FileNotReadable`."""
    cells = _of_workbook(content) if content.startswith(ZIP) else _of_text(content)
    found = [text for cell in cells if (text := visible(cell).strip())]
    if found and not resembles_code(found[0]) and any(map(_is_code, found[1:2])):
        found = found[1:]
    if not any(map(_is_code, found[:100])):
        raise FileNotReadable
    return found


def _is_code(text: str) -> bool:
    cleaned = "".join(text.split()).upper()
    return is_credit_code(cleaned) or is_citizen_number(cleaned)


def _of_workbook(content: bytes) -> list[str]:
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        return [str(row[0]) for row in sheet.iter_rows() if row]
    except (CalamineError, ValueError, OSError) as error:
        raise FileNotReadable from error


def _of_text(raw: bytes) -> list[str]:
    for encoding in ENCODINGS:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return [row[0] for row in csv.reader(io.StringIO(text)) if row]
        except csv.Error as error:
            raise FileNotReadable from error
    raise FileNotReadable


def titles() -> list[str]:
    """The columns of a result."""
    return [
        _("查验的代码"), _("代码有效"), _("名称"), _("登记状态"), _("惩戒措施"), _("激励措施"), _("依据"),
        _("至（不含）"), _("回执号"), _("查验时间"),
    ]  # fmt: skip


def cells_of(row: ReceiptRow, *, in_english: bool) -> list[str]:
    """A receipt as a line of a result; several measures stand side by side, each once, with its own law and end."""
    named = [(m, m.measure.name_en if in_english else m.measure.name_zh) for m in row.measures]
    restrictions = [name for m, name in named if m in row.restrictions]
    rewards = [name for m, name in named if m in row.rewards]
    told_law = partial(_law, on=local_date(row.at)) if in_english else _law_in_chinese
    told_laws = {name: _("，").join(map(told_law, m.measure.basis)) for m, name in named}
    basis = [f"{name}{_('：')}{told}" for name, told in told_laws.items()]
    until = [f"{name}{_('：')}{told}" for name, told in _ends(named).items()]
    return [
        row.asked, _("是") if row.is_valid else _("否"), row.name, str(STATUSES.get(row.status, row.status)),
        _each(restrictions), _each(rewards), _each(basis), _each(until), str(row.id), _moment(row.at),
    ]  # fmt: skip


def _law_in_chinese(basis: Basis) -> str:
    return f"{basis.law}{basis.article}"


@lru_cache(maxsize=1024)  # the same few in a hundred thousand lines
def _law(basis: Basis, on: date) -> str:
    """A law and its article in English, as far as policy gives a title."""
    title = laws.english_title(basis.law, on=on) or basis.law
    return f"{title} {laws.english_articles(basis.article) or basis.article}".rstrip()


def _ends(named: Iterable[tuple[MeasureRow, str]]) -> dict[str, str]:
    """Until when each measure is answered: until the last of what it rests on ends; nothing where no end is known."""
    ends: dict[str, list[datetime | None]] = {}
    for measure, name in named:
        ends.setdefault(name, []).append(measure.until)
    known = {name: [at for at in found if at is not None] for name, found in ends.items()}
    return {name: _moment(max(found)) for name, found in known.items() if len(found) == len(ends[name])}


def _each(texts: Iterable[str]) -> str:
    return in_turn(dict.fromkeys(text for text in texts if text))


def _moment(at: datetime) -> str:
    """A moment in the city's time, with its offset."""
    return at.astimezone(CITY_TIME).isoformat(timespec="seconds")


def as_csv(rows: Iterable[ReceiptRow], *, in_english: bool) -> Iterator[str]:
    """The result as CSV, line by line, for a spreadsheet."""
    line = io.StringIO()
    writer = csv.writer(line)
    writer.writerow(["\ufeff" + titles()[0], *titles()[1:]])
    for row in rows:
        yield line.getvalue()
        line.seek(0)
        line.truncate()
        writer.writerow([harmless(cell) for cell in cells_of(row, in_english=in_english)])
    yield line.getvalue()


def as_xlsx(rows: Iterable[ReceiptRow], *, in_english: bool) -> bytes:
    """The result as a workbook; every cell is text."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {**SAFE, "tmpdir": settings.FILE_UPLOAD_TEMP_DIR}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, titles())
        for place, row in enumerate(rows, start=1):
            for column, cell in enumerate(cells_of(row, in_english=in_english)):
                sheet.write_string(place, column, cell)
    return target.getvalue()
