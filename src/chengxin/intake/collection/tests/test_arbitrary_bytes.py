"""Whatever bytes come, the readers answer with rows or with `Unreadable`, never with anything else."""

import io
import tempfile
import zipfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengxin.base.identifiers.rules import (
    CREDIT_CODE_ALPHABET,
    is_credit_code,
    make_citizen_number,
    make_credit_code,
)
from chengxin.intake.collection.errors import Unreadable
from chengxin.intake.collection.reading.sources import ROW, Wanted, open_source
from chengxin.intake.collection.tests import factories as make
from chengxin.intake.collection.validation.batches import Context, validate
from chengxin.intake.collection.validation.cells import credit_codes_hold
from chengxin.registry.catalogue import queries as catalogue

ITEM = catalogue.item(make.PENALTY)
CONTEXT = Context(ITEM, catalogue.code_lists(), make.AT.date(), frozenset({make.MARKET}), {})
HEADER = make.csv_of(make.table(make.PENALTY, [], titles="code"))
BOOK = make.xlsx_of(make.table(make.PENALTY, [make.penalty(1)]))
# A citizen number that has the check character of a credit code, and a credit code of trade that reads like one.
BOTH = ["459999198001010593", "510103199001012296", "913101201801014577"]
often = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(content: bytes, filename: str) -> None:
    """Read and validate the file to its end."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes(content)
        try:
            wanted = Wanted(ITEM, catalogue.ignored_titles(), {})
            source = open_source(path, filename=filename, wanted=wanted, scratch=Path(folder))
            for raw in source.batches():
                assert raw.columns == [ROW, *(f"c{c.place}" for c in source.columns)]
                validate(raw, source.columns, CONTEXT)
        except Unreadable as error:
            assert error.sentence


@often
@given(st.binary(max_size=2000), st.sampled_from(["a.csv", "a.jsonl", "a.xlsx", "a"]))
def test_any_bytes(content, filename):
    read(content, filename)


@often
@given(st.binary(max_size=1000))
def test_any_bytes_under_a_good_header(content):
    read(HEADER + content, "a.csv")


@often
@given(st.lists(st.lists(st.text(max_size=20), min_size=20, max_size=28), max_size=5))
def test_any_text_under_a_good_header(rows):
    try:
        content = make.csv_of([make.table(make.PENALTY, [], titles="code")[0], *rows])
    except (UnicodeEncodeError, ValueError):
        return
    read(content, "a.csv")


@often
@given(st.lists(st.dictionaries(st.sampled_from([f.code for f in ITEM.fields]), st.text(max_size=20) | st.floats())))
def test_any_values_in_json_lines(rows):
    read(make.jsonl_of([make.penalty(1), *rows]), "a.jsonl")


@often
@given(st.data())
def test_a_workbook_with_any_bytes_changed(data):
    content = bytearray(BOOK)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    read(bytes(content), "a.xlsx")


@often
@given(st.sampled_from(["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"]), st.data())
def test_a_workbook_with_any_part_changed(part, data):
    source, target = zipfile.ZipFile(io.BytesIO(BOOK)), io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            content = bytearray(source.read(name))
            if name == part:
                start = data.draw(st.integers(0, len(content)))
                content[start : start + data.draw(st.integers(0, 50))] = data.draw(st.binary(max_size=20))
            archive.writestr(name, bytes(content))
    read(target.getvalue(), "a.xlsx")


@pytest.mark.parametrize("text", ["\x00", "\ud800", "\ue000", "=1+1", "-" * 100, "9" * 400, "\u0660", "２０２６"])
def test_odd_texts_in_every_field_at_once(text):
    read(make.jsonl_of([{f.code: text for f in ITEM.fields}]).replace(b"\xed", b""), "a.jsonl")


@often
@given(
    st.lists(
        st.none()
        | st.text(max_size=20)
        | st.text(CREDIT_CODE_ALPHABET, min_size=17, max_size=19)
        | st.from_regex(r"\A[0-9A-Y]{2}[0-9]{6}[0-9A-Y]{9}\Z")
        .filter(lambda t: not set("IOSV") & set(t))
        .map(make_credit_code)
        | st.integers(0, 999).map(lambda n: make_citizen_number(f"45010319900101{n:03d}"))
        | st.sampled_from(BOTH)
    )
)
def test_columns_of_codes_are_judged_as_single_codes_are(texts):
    held = credit_codes_hold(pl.Series(texts, dtype=pl.String)).to_list()

    assert held == [None if text is None else is_credit_code(text) for text in texts]
