"""What leaves collection as a file: the rejected rows, in the template's own columns, with what is wrong."""

import io
from collections.abc import Iterator
from itertools import groupby

import xlsxwriter
from django.conf import settings
from django.utils.translation import gettext as _

from chengxin.base.sealing.rules import PREFIX
from chengxin.intake.collection import payloads, queries
from chengxin.intake.collection.committing import rejected_context
from chengxin.intake.collection.models import RejectedRow, Submission
from chengxin.intake.collection.templates_xlsx import write_titles
from chengxin.registry.catalogue import queries as catalogue

MOST_ROWS = 1_048_575  # of a sheet, under the header
LONGEST = 32_767  # characters that a cell holds
FAULT_TITLE = (
    "错误说明"  # stands among the ignored titles of the city profile, so that the mended file can be handed in
)


def rejected_rows_xlsx(submission_id: int) -> bytes:
    """The rejected rows of a submission as XLSX: values as text (nothing becomes a formula), faults in the last column.

    Sealed values are opened for the organisation that handed them in; only give it to that organisation.
    """
    submission = Submission.objects.get(pk=submission_id)
    item = catalogue.item(submission.item)
    target = io.BytesIO()
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "constant_memory": True,
        "tmpdir": settings.FILE_UPLOAD_TEMP_DIR,
    }
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet(item.name.zh[:31])
        write_titles(book, sheet, item)
        wrong = book.add_format({"text_wrap": True, "valign": "top", "font_color": "#A8281C"})
        title = book.add_format({"bold": True, "valign": "top", "font_color": "#A8281C"})
        last = len(item.fields)
        sheet.set_column(last, last, 60)
        sheet.write_string(0, last, FAULT_TITLE, title)
        sheet.write_comment(0, last, _("改好后整份文件直接再交；这一列会被略过。"))
        rows = RejectedRow.objects.filter(submission_id=submission_id).order_by("row")[:MOST_ROWS]
        faults = _faults_by_row(submission_id)
        for place, rejected in enumerate(rows.iterator(chunk_size=2000), start=1):
            for column, field in enumerate(item.fields):
                value = rejected.values.get(field.code)
                if value:
                    opened = _opened(value, field.code, submission_id, rejected.row)
                    sheet.write_string(place, column, opened[:LONGEST])
            sheet.write_string(place, last, _told(faults, rejected.row)[:LONGEST], wrong)
    return target.getvalue()


def _faults_by_row(submission_id: int) -> Iterator[tuple[int, str]]:
    """Rows in ascending order, each with all that is wrong in it."""
    found = queries.every_finding(submission_id, is_note=False)
    for row, faults in groupby(found, key=lambda fault: fault.row):
        yield row, "\n".join(f"{fault.message} {fault.hint}" for fault in faults)


def _told(faults: Iterator[tuple[int, str]], row: int) -> str:
    return next((told for number, told in faults if number == row), "")


def _opened(value: str, field: str, submission_id: int, row: int) -> str:
    if not value.startswith(PREFIX):
        return value
    return payloads.unsealed(value, field=field, natural_key=rejected_context(submission_id, row))
