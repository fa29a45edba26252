"""Entries of the fictional register that are one subject: two made one, and two that wait for another official."""

import csv
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from chengxin.base.clock import local_date
from chengxin.base.identifiers.rules import make_credit_code, make_organisation_code
from chengxin.intake.collection import services as collection
from chengxin.intake.resolution import merging
from chengxin.project.sample.checks import DEVELOPMENT
from chengxin.project.sample.records import columns
from chengxin.project.sample.subjects import MARK
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Role

ITEM = "honour"
BEFORE = timedelta(days=20)
NAMES = (f"南宁旧照建材有限公司{MARK}", f"南宁两证食品有限公司{MARK}")
REASON = "换发营业执照后，旧代码和新代码各登记了一次，是同一家企业（虚构）"
DECISION = "两份档案的名称、负责人和地址一致（虚构）"


def run(*, at: datetime) -> None:
    """Hand in honours under the old and the new code of two companies, merge the first two, propose the others."""
    pairs = [(_code(2 * n), _code(2 * n + 1), name) for n, name in enumerate(NAMES)]
    _hand_in([(code, name) for old, new, name in pairs for code in (old, new)], at=at - BEFORE)
    office = accounts.credit_office().code
    operator = replace(_official(office, Role.CREDIT_OFFICE_OPERATOR), user_id=-2)
    reviewer = replace(_official(office, Role.CREDIT_OFFICE_REVIEWER), user_id=-1)
    proposed = [merging.propose(old, new, reason=REASON, by=operator, at=at) for old, new, _name in pairs]
    merging.merge(proposed[0], decision=DECISION, by=reviewer, at=at)


def _code(number: int) -> str:
    return make_credit_code("91450100" + make_organisation_code(f"QM{number:06d}"))


def _hand_in(entries: Sequence[tuple[str, str]], *, at: datetime) -> None:
    office = next(o for o in accounts.organisations() if o.name_zh == DEVELOPMENT)
    by, today = _official(office.code, Role.DEPARTMENT_OFFICER), local_date(at)
    rows = [
        {
            "SUBJECT_NAME": name,
            "SUBJECT_CODE": code,
            "HONOUR": "诚信经营示范单位（虚构）",
            "LEVEL": "市级",
            "DOCUMENT_NUMBER": f"南诚〔{today.year}〕演{number}号",
            "AWARDED_ON": (today - timedelta(days=number)).isoformat(),
            "AUTHORITY_NAME": office.name_zh,
            "AUTHORITY_CODE": office.code,
            "SOURCE_NAME": office.name_zh,
            "SOURCE_CODE": office.code,
        }
        for number, (code, name) in enumerate(entries, start=1)
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "honours-under-two-codes.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns(ITEM), restval="")
            writer.writeheader()
            writer.writerows(rows)
        collection.submit(
            path, filename=path.name, item_code=ITEM, by=by, organisation_id=by.organisation_id or 0, at=at
        )


def _official(code: str, role: Role) -> Actor:
    found = accounts.actor_of_organisation(code, roles=frozenset({role}), name=f"sample-{role.value}")
    assert found is not None
    return found
