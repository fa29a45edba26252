"""A complaint about a read, step by step: each is told in writing."""

from pathlib import Path

import pytest

from chengxin.base.casework.errors import NotYourStep, ReasonMissing
from chengxin.base.casework.models import Case
from chengxin.base.casework.tests.factories import told_to
from chengxin.base.errors import NotFound
from chengxin.base.letters.tests.factories import letters
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Role
from chengxin.rights.consent import complaining, queries, reading, services
from chengxin.rights.consent.tests.factories import NOON, bank, granted, penalised, resident
from chengxin.rights.repair.tests.factories import official

pytestmark = pytest.mark.django_db


@pytest.fixture
def about(tmp_path: Path) -> str:
    return penalised(tmp_path)


@pytest.fixture
def complaint(about: str) -> int:
    reading.authorised_read(granted(about), by=bank(), door=reading.SCREEN, at=NOON)
    [entry] = queries.access_log_of(about, by=resident(about))
    return services.complain(entry.id, about=about, statement="没有申请过贷款（虚构）", by=resident(about), at=NOON)


def office():
    return official(Role.CREDIT_OFFICE_OPERATOR, accounts.credit_office().code, 702)


def test_who_complains_gets_it_in_writing_that_the_complaint_is_there(about, complaint):
    (letter,) = letters(case_id=complaint)

    assert (letter.title_zh, letter.represented) == ("查询投诉受理通知书", about)
    assert letter.number == f"南信查字〔{NOON.year}〕1号"


@pytest.mark.parametrize(
    ("step", "title", "remedy"),
    [
        ("uphold", "查询投诉处理结果通知书（查询不当）", "承担责任"),
        ("dismiss", "查询投诉处理结果通知书（查询正当）", "行政复议"),
    ],
)
def test_the_result_is_told_in_writing_with_reasons_and_remedy_and_once(about, complaint, step, title, remedy):
    complaining.take(complaint, step, by=office(), at=NOON, reason="已核查（虚构）")

    titles = [n.title_zh for n in told_to(about) if n.case_id == complaint]
    letter = letters(case_id=complaint)[-1]
    assert titles == ["查询投诉受理通知书", title]
    assert "已核查（虚构）" in letter.body_zh
    assert remedy in letter.body_zh


@pytest.mark.parametrize(
    ("by", "reason", "refusal"),
    [
        (resident, "虚构", NotYourStep),
        (lambda _about: bank(), "虚构", NotFound),
        (lambda _about: office(), " ", ReasonMissing),
    ],
)
def test_a_refused_step_writes_nothing(about, complaint, by, reason, refusal):
    with pytest.raises(refusal):
        complaining.take(complaint, "dismiss", by=by(about), at=NOON, reason=reason)

    assert Case.objects.get(pk=complaint).state == "submitted"
    assert len(letters()) == 1


def test_who_withdraws_a_complaint_gets_no_letter(about, complaint):
    complaining.take(complaint, "withdraw", by=resident(about), at=NOON)

    assert Case.objects.get(pk=complaint).state == "withdrawn"
    assert len(letters()) == 1
