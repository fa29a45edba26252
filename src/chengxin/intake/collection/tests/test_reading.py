"""Files as departments send them, good and bad: each is read, or gets the message that lets an officer mend it."""

import io
import random
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from chengxin.intake.collection import errors, services
from chengxin.intake.collection.tests import factories as make
from chengxin.intake.collection.tests.factories import PENALTY

pytestmark = pytest.mark.django_db


def cells(*rows: make.Row, titles: str = "zh") -> list[list[str]]:
    return make.table(PENALTY, rows or (make.penalty(1), make.penalty(2)), titles=titles)


def place(title_or_code: str) -> int:
    return make.table(PENALTY, [], titles="code")[0].index(title_or_code)


def taken(folder: Path, content: bytes, filename: str = "file.csv") -> tuple[int, ...]:
    return make.counts(make.hand_in(folder, content, filename=filename))[:2]


def refused(folder: Path, content: bytes, filename: str = "file.csv") -> errors.Unreadable:
    """Why the file is unreadable; message and hint are there."""
    with pytest.raises(errors.Unreadable) as caught:
        make.hand_in(folder, content, filename=filename)
    assert caught.value.sentence
    assert caught.value.advice
    assert not services.Submission.objects.exists()
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_the_encodings_that_offices_use(tmp_path: Path, encoding):
    assert taken(tmp_path, make.csv_of(cells(), encoding=encoding)) == (2, 2)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_csv_is_read_with_any_common_delimiter(tmp_path: Path, delimiter):
    assert taken(tmp_path, make.csv_of(cells(), delimiter=delimiter)) == (2, 2)


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
def test_a_csv_is_read_whatever_its_lines_end_in(tmp_path: Path, ending):
    assert taken(tmp_path, make.csv_of(cells()).replace(b"\r\n", ending)) == (2, 2)


def test_columns_are_found_by_code_too_and_in_any_order(tmp_path: Path):
    table = cells(titles="code")
    order = list(range(len(table[0])))
    random.Random(1).shuffle(order)

    assert taken(tmp_path, make.csv_of([[row[i] for i in order] for row in table])) == (2, 2)


def test_titles_may_have_asterisks_line_breaks_spaces_and_full_width_brackets(tmp_path: Path):
    header, *rows = cells()
    decorated = [f"*{t}\n" if i % 2 else f" ＊{t} (必填)".replace("(万元)", "（万元）") for i, t in enumerate(header)]

    assert taken(tmp_path, make.csv_of([decorated, *rows])) == (2, 2)


def test_quoted_blanks_are_blank(tmp_path: Path):
    content = b"\r\n".join(
        b",".join(b'"' + cell.encode() + b'"' for cell in row) for row in [cells()[0], *cells(make.penalty(1))[1:]]
    )

    result = make.hand_in(tmp_path, content)

    assert (make.counts(result)[:2], make.found(result, "notes")) == ((1, 1), [])


def test_title_rows_and_blank_lines_above_the_header_are_passed_over(tmp_path: Path):
    table = [["行政处罚信息报送表（虚构）"], [], ["报送单位：", "南宁市市场监督管理局\n（虚构）"], *cells()]

    result = make.hand_in(tmp_path, make.csv_of(table))

    assert make.counts(result)[:2] == (2, 2)


def test_line_breaks_commas_and_quotes_inside_a_cell_stay(tmp_path: Path):
    from chengxin.registry.records.models import Record

    text = '第一行,\n第二行 "引号" \\ 反斜杠\t制表'
    make.hand_in(tmp_path, make.csv_of(cells(make.penalty(1, CF_SY=text))))

    assert Record.objects.get().payload["CF_SY"] == text


def test_rows_keep_their_numbers_past_blank_rows(tmp_path: Path):
    header, first, second = cells(make.penalty(1), make.penalty(2, CF_NR_FK="?"))
    blank = [""] * len(header)

    result = make.hand_in(tmp_path, make.csv_of([header, first, blank, second, blank]))

    assert (result.rows, make.found(result)) == (2, [(3, "CF_NR_FK", "type")])


def test_short_rows_are_filled_up_and_long_ones_refused_with_their_line(tmp_path: Path):
    header, first, second = cells()
    assert taken(tmp_path, make.csv_of([header, first[: place("CF_SJLYDM") + 1]])) == (1, 1)
    services.Submission.objects.all().delete()

    error = refused(tmp_path, make.csv_of([header, first, [*second, "多余", "两格"]]))

    assert (error.code, error.details["line"]) == ("ragged-row", 3)


def test_nul_characters_are_dropped(tmp_path: Path):
    assert taken(tmp_path, make.csv_of(cells()).replace("贸易".encode(), "贸\x00易".encode())) == (2, 2)


def test_a_file_in_no_encoding_says_from_which_line_on(tmp_path: Path):
    lines = make.csv_of(cells()).split(b"\r\n")
    lines[2] = b"\xff\xff\xff" + lines[2]

    assert (refused(tmp_path, b"\r\n".join(lines)).details["line"]) == 3


def test_utf_8_broken_in_one_place_is_not_taken_for_gb18030(tmp_path: Path):
    content = make.csv_of(cells())
    broken = content.replace("贸易".encode(), "贸易".encode()[:-1], 1)

    error = refused(tmp_path, broken)

    assert (error.code, error.details["line"]) == ("wrong-encoding", 2)


@pytest.mark.parametrize(
    ("content", "filename", "code"),
    [
        (b"", "file.csv", "empty-file"),
        (b"", "file.jsonl", "empty-file"),
        (b"\n\n", "file.csv", "no-header"),
        (b"a,b\n1,2\n", "file.csv", "no-header"),
        (b"%PDF-1.7", "file.pdf", "unknown-format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old.xls", "unknown-format"),
        (b"PK\x03\x04 no archive", "file.xlsx", "broken-workbook"),
        (b"[1, 2]\n", "file.jsonl", "broken-line"),
        (b'{"a": 1}\n{"a": \n', "file.jsonl", "broken-line"),
        (b'{"a": 1}\n', "file.jsonl", "no-header"),
        (b'{"a": "\xff"}\n', "file.jsonl", "wrong-encoding"),
    ],
)
def test_files_that_cannot_be_read_say_why(tmp_path: Path, content, filename, code):
    assert refused(tmp_path, content, filename).code == code


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_header_without_rows_is_an_empty_file(tmp_path: Path, kind):
    header = cells()[:1]
    content = make.csv_of(header) if kind == "csv" else make.xlsx_of(header)

    assert refused(tmp_path, content, f"file.{kind}").code == "empty-file"


def test_a_missing_required_column_is_named(tmp_path: Path):
    error = refused(tmp_path, make.csv_of([row[1:] for row in cells()]))

    assert (error.code, error.details["columns"]) == ("missing-column", ["行政相对人名称"])


def test_a_column_that_stands_twice_is_named(tmp_path: Path):
    error = refused(tmp_path, make.csv_of([[*row, row[0]] for row in cells()]))

    assert (error.code, error.details["field"]) == ("doubled-column", "行政相对人名称")


def test_the_file_of_another_item_is_refused(tmp_path: Path):
    content = make.csv_of(make.table(make.LICENCE, [make.licence(1)]))

    assert refused(tmp_path, content).code in {"no-header", "missing-column"}


def test_ignored_and_blank_columns_are_passed_over(tmp_path: Path):
    table = [["序号", *cells()[0], ""], *([str(n), *row, ""] for n, row in enumerate(cells()[1:]))]

    assert taken(tmp_path, make.csv_of(table)) == (2, 2)


def test_a_workbook_is_read_with_a_title_row_real_dates_and_numbers(tmp_path: Path):
    header, first, second = cells()
    first[place("CF_JDRQ")] = datetime(2026, 5, 9)  # type: ignore[call-overload]  # noqa: DTZ001 - as a sheet has it
    first[place("CF_NR_FK")] = 2.5  # type: ignore[call-overload]

    result = make.hand_in(tmp_path, make.xlsx_of([header, first, second], above=["（虚构）"]), filename="f.xlsx")

    assert (make.counts(result)[:2], make.found(result, "notes")) == ((2, 2), [])


def test_the_sheet_that_fits_is_found_among_others(tmp_path: Path):
    book = openpyxl.Workbook()
    book.active.append(["说明"])
    page = book.create_sheet("报送")
    for row in cells():
        page.append(row)

    assert taken(tmp_path, make.saved(book), "f.xlsx") == (2, 2)


def test_a_workbook_whose_sheets_do_not_fit_names_them(tmp_path: Path):
    error = refused(tmp_path, make.xlsx_of([["a", "b"], [1, 2]], sheet="封面"), "f.xlsx")

    assert (error.code, error.details["seen"]) == ("no-header", ["封面"])


def test_merged_cells_among_the_rows_are_refused_and_in_the_title_not(tmp_path: Path):
    book = openpyxl.load_workbook(io.BytesIO(make.xlsx_of(cells(), above=["标题（虚构）"])))
    book.active.merge_cells("A1:D1")
    assert taken(tmp_path, make.saved(book), "f.xlsx") == (2, 2)
    services.Submission.objects.all().delete()

    book.active.merge_cells("A3:A4")

    error = refused(tmp_path, make.saved(book), "f.xlsx")
    assert (error.code, error.details["cells"]) == ("merged-cells", "A3:A4")


def test_formulas_without_saved_values_are_refused(tmp_path: Path):
    header, first, second = cells()
    first[place("CF_NR_FK")] = "=1+1"

    assert refused(tmp_path, make.xlsx_of([header, first, second]), "f.xlsx").code == "formulas"


def test_formulas_with_saved_values_are_read_as_their_values(tmp_path: Path):
    import xlsxwriter

    target = io.BytesIO()
    header, first, second = cells()
    with xlsxwriter.Workbook(target, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([header, first, second]):
            sheet.write_row(number, 0, row)
        sheet.write_formula(1, place("CF_NR_FK"), "=1+1", None, 2)

    assert taken(tmp_path, target.getvalue(), "f.xlsx") == (2, 2)


def test_formulas_on_another_sheet_do_no_harm(tmp_path: Path):
    book = openpyxl.load_workbook(io.BytesIO(make.xlsx_of(cells())))
    book.create_sheet("合计").append(["=SUM(A1:A2)"])

    assert taken(tmp_path, make.saved(book), "f.xlsx") == (2, 2)


def test_a_code_that_the_spreadsheet_turned_into_a_number_is_a_fault_with_a_hint(tmp_path: Path):
    header, first, second = cells()
    first[place("CF_XDR_SHXYM")] = 914501001234567890  # type: ignore[call-overload]

    result = make.hand_in(tmp_path, make.xlsx_of([header, first, second]), filename="f.xlsx")

    assert make.found(result) == [(1, "CF_XDR_SHXYM", "type")]


def test_short_numbers_in_text_cells_stay_as_they_are_written(tmp_path: Path):
    from chengxin.registry.records.models import Record

    header, first, _ = cells()
    first[place("CF_XDR_GSZC")] = 450100000012345  # type: ignore[call-overload]
    make.hand_in(tmp_path, make.xlsx_of([header, first]), filename="f.xlsx")

    assert Record.objects.get().payload["CF_XDR_GSZC"] == "450100000012345"


def test_json_lines_are_read_by_code_or_title_with_numbers_and_lists(tmp_path: Path):
    rows = [
        {**make.penalty(1), "CF_NR_FK": 2.5, "CF_CFLB": ["罚款", "警告"]},
        {("行政相对人名称" if k == "CF_XDR_MC" else k): v for k, v in make.penalty(2).items()},
    ]

    error = refused(tmp_path, make.jsonl_of(rows), "f.jsonl")  # both spellings in one file: two columns for a field
    assert error.code == "doubled-column"
    assert taken(tmp_path, make.jsonl_of(rows[:1]), "f.jsonl") == (1, 1)
    assert taken(tmp_path, make.jsonl_of(rows[1:]), "f.jsonl") == (1, 1)


def test_nested_json_values_are_a_fault(tmp_path: Path):
    content = make.jsonl_of([{**make.penalty(1), "CF_SY": {"a": 1}}])

    assert make.found(make.hand_in(tmp_path, content, filename="f.jsonl")) == [(1, "CF_SY", "type")]


def test_half_of_a_character_pair_in_json_is_dropped(tmp_path: Path):
    content = make.jsonl_of([make.penalty(1)]).replace("发布".encode(), b"\\ud83d\\u0000")

    assert taken(tmp_path, content, "f.jsonl") == (1, 1)


def test_json_with_ever_new_keys_is_refused(tmp_path: Path):
    content = make.jsonl_of([make.penalty(1) | {f"k{n}": "" for n in range(600)}])

    assert refused(tmp_path, content, "f.jsonl").code == "too-many-columns"


def test_a_zip_bomb_is_not_opened(tmp_path: Path):
    target = io.BytesIO(make.xlsx_of(cells()))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb", b"\0" * (50 << 20))

    assert refused(tmp_path, target.getvalue(), "f.xlsx").code == "unsafe-archive"


def test_a_zip_bomb_that_lies_about_its_size_is_not_opened_either(tmp_path: Path):
    target = io.BytesIO(make.xlsx_of(cells()))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb", b"\0" * (50 << 20))
        size = (50 << 20).to_bytes(4, "little")
    content = target.getvalue().replace(size, (1000).to_bytes(4, "little"))

    assert refused(tmp_path, content, "f.xlsx").code in {"unsafe-archive", "broken-workbook"}


def test_a_sheet_with_one_cell_in_its_last_corner_is_not_spread_out(tmp_path: Path):
    book = openpyxl.load_workbook(io.BytesIO(make.xlsx_of(cells())))
    book.active["XFD1048576"] = "x"

    assert refused(tmp_path, make.saved(book), "f.xlsx").code == "sheet-too-wide"


def test_files_over_the_limits_are_refused(tmp_path: Path, monkeypatch):
    from chengxin.intake.collection import policy
    from chengxin.intake.collection.policy import Limits

    monkeypatch.setattr(policy, "limits", lambda: Limits(0, 0, 0, 1, 512))

    assert refused(tmp_path, make.csv_of(cells())).code == "too-large"
    assert refused(tmp_path, make.xlsx_of(cells()), "f.xlsx").code == "too-large"
    assert refused(tmp_path, make.jsonl_of([make.penalty(1)]), "f.jsonl").code == "too-large"
