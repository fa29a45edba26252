"""What leaves collection as a file: rejected rows to mend, and templates to fill in."""

import io
from pathlib import Path

import openpyxl
import pytest

from chengxin.intake.collection import exports
from chengxin.intake.collection.templates_xlsx import write_template
from chengxin.intake.collection.tests import factories as make
from chengxin.intake.collection.tests.factories import PENALTY, PERSON_PENALTY
from chengxin.registry.catalogue import queries as catalogue

pytestmark = pytest.mark.django_db


def report(number: int) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(exports.rejected_rows_xlsx(number)))


def test_rejected_rows_come_in_the_templates_columns_with_what_is_wrong(tmp_path: Path):
    result = make.hand_in_rows(tmp_path, make.penalty(1), make.penalty(2, CF_NR_FK="5,000元", CF_JDRQ="x"))

    header, row = report(result.submission).active.iter_rows(values_only=True)

    assert [t.lstrip("*") for t in header[:-1]] == make.table(PENALTY, [])[0]
    assert row[header.index("罚款金额(万元)")] == "5,000元"
    assert "不是数字：5,000元" in row[-1]
    assert "不是可识别的日期：x" in row[-1]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_mended_report_is_handed_in_as_it_is_and_taken(tmp_path: Path, rows):
    faulty = [make.penalty(n, CF_NR_FK="5,000元") for n in range(1, rows + 1)]
    result = make.hand_in_rows(tmp_path, *faulty)
    book = report(result.submission)
    for row in book.active.iter_rows(min_row=2):
        for cell in row:
            if cell.value == "5,000元":
                cell.value = "0.5"

    again = make.hand_in(tmp_path, make.saved(book), filename="mended.xlsx")

    assert make.counts(again) == (rows, rows, 0, 0, 0)


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+1+1", "-2", "@SUM(A1)", "\t=1", "http://x.invalid"])
def test_nothing_in_the_report_becomes_a_formula_or_a_link(tmp_path: Path, text):
    result = make.hand_in_rows(tmp_path, make.penalty(1, CF_SY=text, CF_NR_FK=text))

    book = report(result.submission)

    kinds = {cell.data_type for row in book.active.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s"}
    assert not any(cell.hyperlink for row in book.active.iter_rows() for cell in row)


def test_sealed_values_are_open_to_the_organisation_that_handed_them_in(tmp_path: Path):
    row = make.person_penalty(1, CF_NR_FK="?")
    result = make.hand_in_rows(tmp_path, row, item=PERSON_PENALTY)

    values = [cell.value for cell in report(result.submission).active[2]]

    assert make.citizen(1) in values


def test_a_value_too_long_for_a_cell_is_cut_and_not_lost(tmp_path: Path):
    result = make.hand_in_rows(tmp_path, make.penalty(1, CF_SY="虚" * 40_000))

    values = [cell.value for cell in report(result.submission).active[2]]

    assert "虚" * 32_767 in values


def test_a_template_has_titles_comments_text_formats_and_drop_down_lists(tmp_path: Path):
    item, path = catalogue.item(PENALTY), tmp_path / "template.xlsx"

    write_template(item, path)

    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    titles = {cell.value.lstrip("*"): cell for cell in sheet[1]}
    assert list(titles) == [f.name.zh for f in item.fields]
    assert titles["行政相对人名称"].value.startswith("*")
    assert all(field.code in titles[field.name.zh].comment.text for field in item.fields)
    lists = {str(v.sqref).split(":")[0].rstrip("0123456789") for v in sheet.data_validations.dataValidation}
    assert titles["行政相对人类别"].column_letter in lists
    assert sheet.column_dimensions[titles["处罚机关统一社会信用代码"].column_letter].width > 15
    assert book["取值"].sheet_state == "hidden"


@pytest.mark.parametrize("item", [i.code for i in catalogue.items()])
def test_every_items_template_is_read_back_as_that_item(tmp_path: Path, item):
    from chengxin.intake.collection.errors import EmptyFile

    path = tmp_path / "template.xlsx"
    write_template(catalogue.item(item), path)
    providers = catalogue.item(item).providers

    with pytest.raises(EmptyFile):
        make.hand_in(tmp_path, path.read_bytes(), item=item, filename="t.xlsx", by=next(iter(providers), make.MARKET))


def test_a_filled_in_template_is_taken(tmp_path: Path):
    path = tmp_path / "template.xlsx"
    write_template(catalogue.item(PENALTY), path)
    book = openpyxl.load_workbook(path)
    book.worksheets[0].append(make.table(PENALTY, [make.penalty(1)])[1])

    assert make.counts(make.hand_in(tmp_path, make.saved(book), filename="f.xlsx")) == (1, 1, 0, 0, 0)
