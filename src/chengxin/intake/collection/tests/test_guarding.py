"""Whose rows may become records, and whose may correct them."""

import json
from pathlib import Path

import pytest
from django.utils import translation

from chengxin.intake.collection import answers, services
from chengxin.intake.collection.errors import NotAProvider
from chengxin.intake.collection.models import Submission
from chengxin.intake.collection.rules import Ground
from chengxin.intake.collection.tests import factories as make
from chengxin.intake.collection.tests.factories import APPROVAL, MARKET, PENALTY, Row
from chengxin.intake.resolution.tests.factories import honour
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Role
from chengxin.registry.records.models import Record

pytestmark = pytest.mark.django_db
GOVERNMENT, REGION = "11450100007551016A", "12450000007559026W"
FROM_APPROVAL = {"CF_SJLY": "南宁市行政审批局", "CF_SJLYDM": APPROVAL}


def told_by_a_case(folder: Path, row: Row, ground: Ground, *, by: str = MARKET) -> services.SubmissionResult:
    """What a room of the platform hands in for the organisation whose officials decided."""
    path = folder / "case.jsonl"
    path.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    officer = accounts.actor_of_organisation(by, roles=frozenset({Role.DEPARTMENT_OFFICER}), name="x")
    assert officer is not None
    assert officer.organisation_id is not None
    return services.submit(
        path, filename=path.name, item_code=PENALTY, by=officer, organisation_id=officer.organisation_id, at=make.AT,
        ground=ground,
    )  # fmt: skip


def fine() -> str:
    """The fine that is on record now."""
    return str(Record.objects.get(known_until=None).payload["CF_NR_FK"])


def test_a_row_does_not_change_the_record_of_another_organisation(tmp_path: Path):
    make.hand_in_rows(tmp_path, make.penalty(1))

    result = make.hand_in_rows(tmp_path, make.penalty(1, CF_NR_FK="99", **FROM_APPROVAL), by=APPROVAL)

    assert make.found(result) == [(1, "CF_XDR_SHXYM", "other-provider")]
    assert make.counts(result) == (1, 0, 1, 0, 0)
    assert fine() != "99"
    said = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said[language] = answers.answer(result)["faults"][0]["message"]
    assert ["南宁市市场监督管理局" in said["zh-hans"], "Market" in said["en"]] == [True, True]


def test_the_organisation_above_may_correct(tmp_path: Path):
    make.hand_in_rows(tmp_path, make.penalty(1))

    result = make.hand_in_rows(tmp_path, make.penalty(1, CF_NR_FK="99"), by=GOVERNMENT)

    assert (make.counts(result), fine()) == ((1, 0, 0, 0, 1), "99")


@pytest.mark.parametrize("by", [MARKET, GOVERNMENT])
def test_no_file_changes_what_officials_decided_on_the_platform(tmp_path: Path, by: str):
    told_by_a_case(tmp_path, make.penalty(1), Ground.DECISION)

    result = make.hand_in_rows(tmp_path, make.penalty(1, CF_NR_FK="99"), make.penalty(2), by=by)

    assert make.found(result) == [(1, "CF_XDR_SHXYM", "decided-here")]
    assert make.counts(result) == (2, 1, 1, 0, 0)


def test_a_further_decision_and_a_dispute_do_and_no_file_undoes_them(tmp_path: Path):
    told_by_a_case(tmp_path, make.penalty(1), Ground.DECISION)

    told_by_a_case(tmp_path, make.penalty(1, CF_NR_FK="98"), Ground.DECISION)
    told_by_a_case(tmp_path, make.penalty(1, CF_NR_FK="99"), Ground.CORRECTION)
    result = make.hand_in_rows(tmp_path, make.penalty(1))

    assert (make.found(result), fine()) == ([(1, "CF_XDR_SHXYM", "decided-here")], "99")


def test_what_a_dispute_corrected_of_a_file_its_provider_may_renew(tmp_path: Path):
    make.hand_in_rows(tmp_path, make.penalty(1))

    told_by_a_case(tmp_path, make.penalty(1, CF_NR_FK="99"), Ground.CORRECTION)
    result = make.hand_in_rows(tmp_path, make.penalty(1, CF_NR_FK="98"))

    assert (make.counts(result), fine()) == ((1, 0, 0, 0, 1), "98")


def test_an_item_with_providers_is_taken_from_no_other_and_says_where_to_go(tmp_path: Path):
    with pytest.raises(NotAProvider) as refused:
        make.hand_in_rows(tmp_path, {"SUBJECT_NAME": "虚构"}, item="serious-breach", by=MARKET)

    assert "名单" in str(refused.value.advice)
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    "changed", [{"LEVEL": "国家级"}, {"HONOUR": "海关高级认证企业"}, {"HONOUR": "信用承诺示范主体"}]
)
def test_honours_of_the_nation_and_those_of_a_list_come_from_the_platforms_above_alone(tmp_path: Path, changed: Row):
    mine = honour(1, SUBJECT_CODE=make.company(1), **changed)
    theirs = {**mine, "SOURCE_NAME": "广西壮族自治区公共信用信息平台", "SOURCE_CODE": REGION}

    refused = make.hand_in_rows(tmp_path, mine, item="honour", by=MARKET)
    taken = make.hand_in_rows(tmp_path, theirs, item="honour", by=REGION)

    assert make.found(refused) == [(1, next(iter(changed)), "only-from")]
    assert (make.found(taken), make.counts(taken)[1]) == ([], 1)
