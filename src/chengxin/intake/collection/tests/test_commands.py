"""`submit` and `template` as they are called from a shell."""

import io
import json
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command

from chengxin.intake.collection.tests import factories as make
from chengxin.intake.collection.tests.factories import LICENCE, PENALTY
from chengxin.registry.records.models import Record

pytestmark = pytest.mark.django_db


def submit(path: Path, *options: str, item: str = PENALTY, organisation: str = make.MARKET) -> str:
    told = io.StringIO()
    call_command("submit", item, str(path), "--organisation", organisation, *options, stdout=told)
    return told.getvalue()


def written(folder: Path, content: bytes, name: str) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_the_json_answer_has_counts_faults_and_notes_as_the_standard_says(tmp_path: Path):
    rows = [make.penalty(1), make.penalty(2, CF_JDRQ="2026.5.9"), make.penalty(3, CF_NR_FK="5,000元")]

    answer = json.loads(submit(written(tmp_path, make.csv_of(make.table(PENALTY, rows)), "f.csv"), "--json"))

    shape = {"submission", "rows", "accepted", "rejected", "unchanged", "corrected", "faults", "notes"}
    assert shape <= answer.keys()
    assert (answer["rows"], answer["accepted"], answer["rejected"]) == (3, 2, 1)
    (fault,), (note,) = answer["faults"], answer["notes"]
    assert (fault["row"], fault["field"], fault["rule"]) == (3, "CF_NR_FK", "type")
    assert (note["row"], note["field"], note["rule"]) == (2, "CF_JDRQ", "date-style")
    assert fault["message"] and note["message"]


def test_the_answer_is_told_in_plain_words_too_and_in_english_on_request(tmp_path: Path):
    path = written(tmp_path, make.csv_of(make.table(PENALTY, [make.penalty(1, CF_NR_FK="x")])), "f.csv")

    assert "不是数字" in submit(path)
    assert "rejected 1" in submit(path, "--language", "en")


@pytest.mark.parametrize(
    ("content", "item", "organisation", "code"),
    [
        (b"a,b\n1,2\n", PENALTY, make.MARKET, "no-header"),
        (None, PENALTY, make.MARKET, "no-such-file"),
        (b"x", "religion", make.MARKET, "unknown-item"),
        (b"x", PENALTY, "114501000075500000", "unknown-organisation"),
    ],
)
def test_what_cannot_be_read_as_that_item_exits_with_2(tmp_path: Path, capsys, content, item, organisation, code):
    path = tmp_path / "f.csv"
    if content is not None:
        path.write_bytes(content)
    told = io.StringIO()

    with pytest.raises(SystemExit) as left:
        call_command("submit", item, str(path), "--organisation", organisation, "--json", stdout=told)

    assert left.value.code == 2
    assert json.loads(told.getvalue())["error"]["code"] == code


def test_the_template_command_writes_a_workbook_and_refuses_unknown_items(tmp_path: Path):
    path = tmp_path / "t.xlsx"
    call_command("template", PENALTY, "-o", str(path), stdout=io.StringIO())
    assert openpyxl.load_workbook(path).worksheets

    with pytest.raises(SystemExit) as left:
        call_command("template", "religion", "-o", str(path), stderr=io.StringIO())
    assert left.value.code == 2


def penalties_of_may() -> bytes:
    """A workbook as a department sends it: 80 rows under a title row, five of them faulty, a few to be mended."""
    rows = [make.penalty(n) for n in range(1, 81)]
    rows[3]["CF_XDR_SHXYM"] = rows[3]["CF_XDR_SHXYM"][:17] + ("0" if rows[3]["CF_XDR_SHXYM"][17] != "0" else "1")
    rows[8]["CF_XDR_MC"] += "  "
    rows[12]["CF_NR_FK"] = ""
    rows[15]["CF_JDRQ"], rows[16]["CF_JDRQ"] = "2026.5.9", "2026年5月9日"
    rows[20]["CF_CFLB"] = "罚款、警告"
    rows[27] = dict(rows[26])
    rows[33]["CF_CFJGDM"] = ""
    rows[55]["CF_NR_FK"] = "5,000元"
    header, *cells = make.table(PENALTY, rows)
    starred = [f"*{t}" if i in {0, 2, 11} else t for i, t in enumerate(header)]
    return make.xlsx_of([starred, *cells], above=["行政处罚信息报送表（法人） 虚构数据"])


def licences_of_may() -> bytes:
    """A CSV in GB18030: 120 rows, two of them faulty."""
    rows = [make.licence(n) for n in range(1, 121)]
    rows[14]["XK_YXQZI"] = "2026/05/03"
    rows[30]["XK_XKBH"] = ""
    return make.csv_of(make.table(LICENCE, rows), encoding="gb18030")


def test_a_workbook_as_departments_send_it_is_taken_but_for_its_five_faults(tmp_path: Path):
    path = written(tmp_path, penalties_of_may(), "penalties.xlsx")

    first, second = json.loads(submit(path, "--json")), json.loads(submit(path, "--json"))

    assert [(f["row"], f["rule"]) for f in first["faults"]] == [
        (4, "check-digit"), (13, "cross-field"), (28, "duplicate-in-file"), (34, "required"), (56, "type"),
    ]  # fmt: skip
    assert (first["rows"], first["accepted"], first["rejected"]) == (80, 75, 5)
    assert (second["accepted"], second["rejected"], second["unchanged"], second["corrected"]) == (0, 5, 75, 0)
    assert Record.objects.count() == 75


def test_a_csv_in_gb18030_is_taken_but_for_its_two_faults(tmp_path: Path):
    path = written(tmp_path, licences_of_may(), "licences.csv")

    first, second = (json.loads(submit(path, "--json", item=LICENCE, organisation=make.APPROVAL)) for _ in range(2))

    assert [(f["row"], f["field"], f["rule"]) for f in first["faults"]] == [
        (15, "XK_YXQZI", "date-order"), (31, "XK_XKBH", "cross-field"),
    ]  # fmt: skip
    assert (first["rows"], first["accepted"], first["rejected"]) == (120, 118, 2)
    assert (second["accepted"], second["rejected"], second["unchanged"], second["corrected"]) == (0, 2, 118, 0)
