"""Every fault and every note of the data standards, section 7, as an officer meets them."""

from pathlib import Path

import pytest

from chengxin.intake.collection.rules import Fault, Note
from chengxin.intake.collection.tests import factories as make
from chengxin.intake.collection.tests.factories import LICENCE, MARKET, PENALTY, PERSON_PENALTY, REGISTER

pytestmark = pytest.mark.django_db
WRONG_CODE = make.company(1)[:17] + ("0" if make.company(1)[17] != "0" else "1")
LEGAL_CARD = {"CF_FR_ZJLX": "身份证", "CF_FR_ZJHM": make.citizen(1)}

PENALTY_FAULTS = [
    ({"CF_XDR_MC": ""}, "CF_XDR_MC", "required"),
    ({"CF_CFJGDM": "  "}, "CF_CFJGDM", "required"),
    ({"CF_NR_FK": "5,000元"}, "CF_NR_FK", "type"),
    ({"CF_NR_FK": "2万"}, "CF_NR_FK", "type"),
    ({"CF_NR_FK": "1e3"}, "CF_NR_FK", "type"),
    ({"CF_NR_FK": "1.1234567"}, "CF_NR_FK", "type"),
    ({"CF_NR_FK": "1234567890123"}, "CF_NR_FK", "type"),
    ({"CF_JDRQ": "五月九日"}, "CF_JDRQ", "type"),
    ({"CF_JDRQ": "2026/02/30"}, "CF_JDRQ", "type"),
    ({"CF_JDRQ": "05/09/2026"}, "CF_JDRQ", "type"),
    ({"CF_XDR_MC": "虚" * 201}, "CF_XDR_MC", "length"),
    ({"CF_XDR_GSZC": "1" * 51}, "CF_XDR_GSZC", "length"),
    ({"CF_CFLB": "罚款" * 120}, "CF_CFLB", "length"),
    ({"CF_XDR_LB": "公司"}, "CF_XDR_LB", "code-list"),
    ({"CF_XDR_LB": "自然人"}, "CF_XDR_LB", "code-list"),
    ({"CF_CFLB": "罚款;游街"}, "CF_CFLB", "code-list"),
    ({"CF_CFJGDM": make.company(2)}, "CF_CFJGDM", "pattern"),
    ({"CF_XDR_SHXYM": WRONG_CODE}, "CF_XDR_SHXYM", "check-digit"),
    ({"CF_XDR_SHXYM": make.company(1)[:17]}, "CF_XDR_SHXYM", "check-digit"),
    ({"CF_XDR_SHXYM": make.company(1).lower()}, "CF_XDR_SHXYM", "check-digit"),
    ({"CF_XDR_ZZJG": "123456780"}, "CF_XDR_ZZJG", "check-digit"),
    ({"CF_XDR_ZZJG": "１２３"}, "CF_XDR_ZZJG", "check-digit"),
    ({**LEGAL_CARD, "CF_FR_ZJHM": make.citizen(1)[:17] + "A"}, "CF_FR_ZJHM", "check-digit"),
    ({"CF_YXQ": "2026/05/08"}, "CF_YXQ", "date-order"),
    ({"CF_GSJZQ": "2025/05/09"}, "CF_GSJZQ", "date-order"),
    ({"CF_JDRQ": "1949/09/30"}, "CF_JDRQ", "date-order"),
    ({"CF_JDRQ": "2026/06/02"}, "CF_JDRQ", "future-date"),
    ({"CF_NR_FK": ""}, "CF_NR_FK", "cross-field"),
    ({"CF_NR_FK": "0"}, "CF_NR_FK", "cross-field"),
    ({"CF_NR_FK": "-1"}, "CF_NR_FK", "cross-field"),
    ({"CF_CFLB": "警告", "CF_NR_FK": "-1"}, "CF_NR_FK", "cross-field"),
    ({"CF_CFLB": "罚款;没收违法所得"}, "CF_NR_WFFF", "cross-field"),
    ({"CF_CFLB": "警告;没收非法财物"}, "CF_NR_WFFF", "cross-field"),
    ({"CF_CFLB": "吊销许可证件"}, "CF_NR_ZKDX", "cross-field"),
    ({"CF_FR_ZJLX": "身份证"}, "CF_FR_ZJHM", "cross-field"),
    ({"CF_FR_ZJHM": make.citizen(1)}, "CF_FR_ZJLX", "cross-field"),
    ({"CF_XDR_LB": "个体工商户"}, "CF_XDR_SHXYM", "cross-field"),
    ({"CF_XDR_SHXYM": make.trader(1)}, "CF_XDR_SHXYM", "cross-field"),
    ({"CF_SJLYDM": make.APPROVAL}, "CF_SJLYDM", "not-your-data"),
    ({"宗教信仰": "某教"}, "宗教信仰", "prohibited"),
    ({"血型": "A"}, "血型", "prohibited"),
    ({"处室": "一科"}, "处室", "unknown-column"),
]


@pytest.mark.parametrize(("changed", "field", "rule"), PENALTY_FAULTS)
def test_a_penalty_with_one_fault_is_rejected_with_its_name(tmp_path: Path, changed, field, rule):
    result = make.hand_in_rows(tmp_path, make.penalty(1, **changed), make.penalty(2))

    assert make.found(result) == [(1, field, rule)]
    assert make.counts(result) == (2, 1, 1, 0, 0)


@pytest.mark.parametrize(
    ("item", "row", "field", "rule"),
    [
        (LICENCE, make.licence(1, XK_YXQZI="2026/05/03"), "XK_YXQZI", "date-order"),
        (LICENCE, make.licence(1, XK_XKBH=""), "XK_XKBH", "cross-field"),
        (LICENCE, make.licence(1, XK_XKZS=""), "XK_XKZS", "cross-field"),
        (LICENCE, make.licence(1, XK_JDRQ="2026/06/02", XK_YXQZ="2026/06/02"), "XK_JDRQ", "future-date"),
        (PERSON_PENALTY, make.person_penalty(1, CF_XDR_ZJHM=make.citizen(1, "20080510")), "CF_XDR_ZJHM", "minor"),
        (PERSON_PENALTY, make.person_penalty(1, CF_XDR_ZJHM=make.citizen(1)[:17]), "CF_XDR_ZJHM", "check-digit"),
        (PERSON_PENALTY, make.person_penalty(1, CF_XDR_ZJHM=""), "CF_XDR_ZJHM", "required"),
        (PERSON_PENALTY, make.person_penalty(1, CF_XDR_LB="个体工商户"), "CF_XDR_LB", "code-list"),
        (REGISTER, make.registration(1, REGISTERED_CAPITAL="-1"), "REGISTERED_CAPITAL", "cross-field"),
    ],
)
def test_a_row_of_another_item_with_one_fault_is_rejected_with_its_name(tmp_path: Path, item, row, field, rule):
    by = make.APPROVAL if item in {LICENCE, REGISTER} else MARKET

    result = make.hand_in_rows(tmp_path, row, item=item, by=by)

    assert make.found(result) == [(1, field, rule)]
    assert make.counts(result) == (1, 0, 1, 0, 0)


def test_a_person_who_turns_eighteen_on_the_day_of_the_decision_is_no_minor(tmp_path: Path):
    row = make.person_penalty(1, CF_XDR_ZJHM=make.citizen(1, "20080509"))

    assert make.counts(make.hand_in_rows(tmp_path, row, item=PERSON_PENALTY)) == (1, 1, 0, 0, 0)


def test_the_second_of_two_rows_with_one_natural_key_is_rejected_and_the_first_stands(tmp_path: Path):
    result = make.hand_in_rows(tmp_path, make.penalty(1), make.penalty(2), make.penalty(1, CF_NR_FK="3"))

    assert make.found(result) == [(3, "CF_XDR_SHXYM", "duplicate-in-file")]


def test_a_row_after_a_faulty_one_with_the_same_key_is_no_duplicate(tmp_path: Path):
    result = make.hand_in_rows(tmp_path, make.penalty(1, CF_NR_FK="?"), make.penalty(1))

    assert make.found(result) == [(1, "CF_NR_FK", "type")]


def test_duplicates_are_found_among_rows_that_the_store_already_has(tmp_path: Path):
    make.hand_in_rows(tmp_path, make.penalty(1))

    result = make.hand_in_rows(tmp_path, make.penalty(1), make.penalty(1))

    assert (make.counts(result), make.found(result)) == (
        (2, 0, 1, 1, 0),
        [(2, "CF_XDR_SHXYM", "duplicate-in-file")],
    )


def test_a_name_that_is_not_the_subjects_is_a_mismatch(tmp_path: Path):
    make.hand_in_rows(tmp_path, make.registration(1), item=REGISTER, by=make.APPROVAL)

    result = make.hand_in_rows(tmp_path, make.penalty(1, CF_XDR_MC="另一家虚构公司"))

    assert make.found(result) == [(1, "CF_XDR_MC", "name-mismatch")]


@pytest.mark.parametrize("name", ["南宁虚构1号贸易有限公司", "南宁虚构１号贸易有限公司", "南宁虚构 1号贸易 有限公司"])
def test_a_name_written_with_other_widths_or_spaces_is_the_same(tmp_path: Path, name):
    make.hand_in_rows(tmp_path, make.registration(1), item=REGISTER, by=make.APPROVAL)

    assert make.found(make.hand_in_rows(tmp_path, make.penalty(1, CF_XDR_MC=name))) == []


def test_a_row_tells_one_fault_a_field_and_all_its_fields(tmp_path: Path):
    result = make.hand_in_rows(tmp_path, make.penalty(1, CF_XDR_MC="", CF_NR_FK="-1.12345678", CF_JDRQ="x"))

    assert make.found(result) == [(1, "CF_XDR_MC", "required"), (1, "CF_NR_FK", "type"), (1, "CF_JDRQ", "type")]


NOTES = [
    ({"CF_XDR_MC": " 南宁虚构1号贸易有限公司 "}, "CF_XDR_MC", "trimmed", "南宁虚构1号贸易有限公司"),
    ({"CF_XDR_SHXYM": "'" + make.company(1)}, "CF_XDR_SHXYM", "trimmed", make.company(1)),
    ({"CF_SJLYDM": "１１４５０１００００７５５００１３Ｒ"}, "CF_SJLYDM", "half-width", MARKET),
    ({"CF_NR_FK": "２．５"}, "CF_NR_FK", "half-width", "2.5"),
    ({"CF_JDRQ": "2026.5.9"}, "CF_JDRQ", "date-style", "2026-05-09"),
    ({"CF_JDRQ": "2026年5月9日"}, "CF_JDRQ", "date-style", "2026-05-09"),
    ({"CF_JDRQ": "２０２６／０５／０９"}, "CF_JDRQ", "date-style", "2026-05-09"),
    ({"CF_JDRQ": "46151"}, "CF_JDRQ", "date-style", "2026-05-09"),
    ({"CF_JDRQ": "2026-05-09 00:00:00"}, "CF_JDRQ", "date-style", "2026-05-09"),
    ({"CF_XDR_ZZJG": "12345678-8"}, "CF_XDR_ZZJG", "org-code-hyphen", "123456788"),
    ({"CF_CFLB": "罚款、警告"}, "CF_CFLB", "old-code-list", "罚款;警告"),
    ({"CF_GSJZQ": "2030/01/01"}, "CF_GSJZQ", "period-differs", "2030-01-01"),
]


@pytest.mark.parametrize(("changed", "field", "note", "kept"), NOTES)
def test_what_certainly_means_something_is_mended_with_a_note(tmp_path: Path, changed, field, note, kept):
    from chengxin.registry.records.models import Record

    result = make.hand_in_rows(tmp_path, make.penalty(1, **changed))

    assert (make.found(result), make.found(result, "notes")) == ([], [(1, field, note)])
    assert Record.objects.get().payload[field] == kept


@pytest.mark.parametrize("written", ["2026/05/09", "2026/5/9", "2026-05-09", "20260509"])
def test_plain_dates_need_no_note(tmp_path: Path, written):
    assert make.found(make.hand_in_rows(tmp_path, make.penalty(1, CF_JDRQ=written)), "notes") == []


def test_names_and_free_text_keep_their_full_width_characters(tmp_path: Path):
    result = make.hand_in_rows(tmp_path, make.penalty(1, CF_SY="罚款５００元，（虚构）"))

    assert make.found(result, "notes") == []


def test_a_former_name_passes_with_a_note(tmp_path: Path):
    row = make.registration(1, FORMER_NAME="南宁虚构旧名有限公司")
    make.hand_in_rows(tmp_path, row, item=REGISTER, by=make.APPROVAL)

    result = make.hand_in_rows(tmp_path, make.penalty(1, CF_XDR_MC="南宁虚构旧名有限公司"))

    assert (make.found(result), make.found(result, "notes")) == ([], [(1, "CF_XDR_MC", "former-name")])


@pytest.mark.parametrize("first", ["1", "5", "9", "A", "N", "Y"])
def test_a_code_of_any_registering_authority_passes_in_small_and_in_large_files(first):
    import polars as pl

    from chengxin.base.identifiers.rules import is_credit_code, make_credit_code
    from chengxin.intake.collection.validation.cells import credit_codes_hold

    code = make_credit_code(first + "1450100MA0000019")

    assert (is_credit_code(code), credit_codes_hold(pl.Series([code])).to_list()) == (True, [True])


def test_the_tables_above_hold_every_fault_and_note():
    told = {rule for _, _, rule in PENALTY_FAULTS} | {"minor", "duplicate-in-file", "name-mismatch"}
    told |= {"only-from", "other-provider", "decided-here"}  # test_guarding

    assert told == set(Fault)
    assert {note for _, _, note, _ in NOTES} | {"former-name"} == set(Note)


def test_every_fault_and_note_has_a_sentence_in_both_languages(tmp_path: Path):
    from django.utils import translation

    from chengxin.intake.collection import answers

    rows = [make.penalty(n, **changed) for n, (changed, _, _) in enumerate(PENALTY_FAULTS[:38], start=1)]
    result = make.hand_in_rows(tmp_path, *rows)
    with translation.override("zh-hans"):
        chinese = [f["message"] for f in answers.answer(result)["faults"]]
    with translation.override("en"):
        english = [f["message"] for f in answers.answer(result)["faults"]]

    assert len(chinese) >= 38
    assert all(a and b and a != b for a, b in zip(chinese, english, strict=True))
    assert PENALTY
