"""Rows without a code in the fictional city: some that are certain, some that wait for a person, and a proposed change."""

import csv
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from chengxin.base.clock import local_date
from chengxin.intake.collection import services as collection
from chengxin.intake.resolution import services as resolution
from chengxin.project.sample.checks import DEVELOPMENT
from chengxin.project.sample.records import columns
from chengxin.project.sample.subjects import MARK
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue import services as changes
from chengxin.registry.catalogue.revising import Changes
from chengxin.registry.subjects import listing as subjects

ITEM, CHANGED = "honour", "contract-performance"
NAMED = 4  # companies that rows are about
COMPANY = "有限公司"


def run(*, at: datetime) -> None:
    """Hand in honours without codes, look for whom they are about, and propose a change of the catalogue."""
    rows = list(_rows(at))
    if rows:
        submission = _hand_in(rows, at=at)
        resolution.resolve(submission, at=at)
    _propose(at)


def _rows(at: datetime) -> Iterator[dict[str, str]]:
    """The same four companies written in several ways, and one that is nobody."""
    office = next(o for o in accounts.organisations() if o.name_zh == DEVELOPMENT)
    today = local_date(at)
    common = {
        "HONOUR": "质量管理先进单位（虚构）",
        "LEVEL": "市级",
        "AWARDED_ON": (today - timedelta(days=30)).isoformat(),
        "AUTHORITY_NAME": office.name_zh,
        "AUTHORITY_CODE": office.code,
        "SOURCE_NAME": office.name_zh,
        "SOURCE_CODE": office.code,
    }
    for number, name in enumerate(_written(), start=1):
        yield {**common, "SUBJECT_NAME": name, "DOCUMENT_NUMBER": f"南质〔{today.year}〕演{number}号"}


def _written() -> Iterator[str]:
    known, _ = subjects.names_after(0, kinds={"legal-person"}, limit=200)
    names = [name for _, _, name in islice((n for n in known if n[2].endswith(COMPANY + MARK)), NAMED)]
    for number, name in enumerate(names):
        plain = name.removesuffix(MARK).removesuffix(COMPANY)
        yield f"{plain}有限责任公司{MARK}"  # another kind of limited company: certain
        if number < NAMED // 2:
            yield f"{plain}股份{COMPANY}{MARK}"  # another form, maybe another company: for a person
    yield f"南宁无名氏铸造厂{MARK}"


def _hand_in(rows: list[dict[str, str]], *, at: datetime) -> int:
    by = _official(next(o.code for o in accounts.organisations() if o.name_zh == DEVELOPMENT), Role.DEPARTMENT_OFFICER)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "honours-without-codes.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns(ITEM), restval="")
            writer.writeheader()
            writer.writerows(rows)
        return collection.submit(
            path, filename=path.name, item_code=ITEM, by=by, organisation_id=by.organisation_id or 0, at=at
        ).submission


def _propose(at: datetime) -> None:
    item = catalogue.item(CHANGED)
    project = {
        "code": "PROJECT_NUMBER",
        "name": {"zh": "项目编号", "en": "Project number"},
        "type": "text",
        "max_length": 64,
        "required": False,
    }
    changes.propose(
        CHANGED,
        Changes(
            fields={},
            added=(project,),
            legal_basis=tuple(
                {"law": b.law, "article": b.article, "source": b.source, "verified": b.verified}
                for b in item.legal_basis
            ),
            providers=item.providers,
            sharing=item.sharing,
            shared_with=item.shared_with,
            cycle="weekly",
            within_working_days=item.within_working_days,
        ),
        effective_from=local_date(at) + timedelta(days=30),
        reason="与公共资源交易平台的项目编号对应，便于核对（虚构）",
        by=_official(accounts.credit_office().code, Role.CREDIT_OFFICE_OPERATOR),
        at=at,
    )


def _official(code: str, role: Role) -> Actor:
    found = accounts.actor_of_organisation(code, roles=frozenset({role}), name=f"sample-{role.value}")
    assert found is not None
    return found
