"""Data quality of the demo city: what departments declared, months that are closed, and a work order half done."""

import csv
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random

from chengxin.base.casework.services import PLATFORM
from chengxin.base.clock import CITY_TIME, local_date
from chengxin.base.database.context import acting
from chengxin.intake.collection import services as collection
from chengxin.intake.quality import computing, order_queries, orders, policy, services
from chengxin.intake.quality.computing import Looked
from chengxin.intake.quality.rules import Month, month_of, months_until
from chengxin.project.sample import records as rows
from chengxin.project.sample.city import MONTHS, SEED
from chengxin.project.sample.records import MARKET, Authority, Clerk, Row
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.records import measuring, selecting

PENALTY = "penalty-organisation"
BEFORE = timedelta(days=2)
CLOSED_AFTER = timedelta(days=9)


def measure(*, at: datetime) -> None:
    """Let departments declare, close the months that are over, order codes to be mended, and compute this month."""
    current = month_of(local_date(at))
    for month in months_until(current.before, count=MONTHS):
        _declare(month, at=at)
        closed_at = datetime.combine(month.until, time(2, 20), CITY_TIME) + CLOSED_AFTER
        services.close(month, by=PLATFORM, at=min(at, closed_at))
    market = next(o for o in accounts.organisations() if o.name_zh == MARKET)
    wrong = _mistyped(market.code, at=at)
    if wrong:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "penalties-with-wrong-codes.csv"
            _write(path, PENALTY, wrong)
            _order(path, market.code, at=at - BEFORE)
    services.compute(current, by=PLATFORM, at=at)


def _declare(month: Month, *, at: datetime) -> None:
    """Each department declares what it handed in; the market supervision says that it made two decisions more."""
    looked = Looked(month, at)
    with acting(actor="sample", purpose=computing.PURPOSE, basis=computing.BASIS):
        counted = measuring.decided_within(
            looked.hand_ins, items=policy.double_publicity(month.first), first=month.first, until=month.until
        )
    by_department: dict[int, dict[str, int | None]] = {}
    for one in counted:
        by_department.setdefault(one.organisation_id, {})[one.item] = one.good
    for organisation_id, counts in sorted(by_department.items()):
        organisation = looked.organisations[organisation_id]
        more = 2 if organisation.name_zh == MARKET else 0
        declared: dict[str, int | None] = {item: (n or 0) + more for item, n in counts.items()}
        services.declare(month, declared, by=_officer(organisation.code), at=at)


def _mistyped(market: str, *, at: datetime) -> list[Row]:
    """Penalties with a figure mistyped, two neighbours swapped, and another company's code."""
    today = local_date(at)
    known = selecting.subjects_with(PENALTY, on=today)[:4]
    if len(known) < 4:
        return []
    clerk = Clerk(today=today, random=Random(SEED + 2), authorities={MARKET: Authority(MARKET, market)})
    made = []
    for number, one in enumerate(known[:3], start=1):
        kind = "个体工商户" if one.code.startswith("92") else "企业法人"
        company = {
            "SUBJECT_NAME": one.name, "SUBJECT_CODE": one.code, "ENTITY_KIND": kind, "LEGAL_REPRESENTATIVE": "韦某安",
        }  # fmt: skip
        decided = today - BEFORE - timedelta(days=number)
        row = clerk.penalty_of(company)
        made.append(row | {"CF_JDRQ": decided.isoformat(), "CF_WSH": f"南市监罚〔{today.year}〕码{number}号（演示）"})
    first, second, third = made
    first["CF_XDR_SHXYM"] = _substituted(known[0].code)
    second["CF_XDR_SHXYM"] = _swapped(known[1].code)
    third["CF_XDR_SHXYM"] = next(k.code for k in known[3:] + known[:1])
    third["CF_XDR_LB"] = "个体工商户" if third["CF_XDR_SHXYM"].startswith("92") else "法人及非法人组织"
    return made


def _substituted(code: str) -> str:
    return f"{code[:7]}{(int(code[7]) + 1) % 10}{code[8:]}"


def _swapped(code: str) -> str:
    place = next(i for i in range(2, 17) if code[i] != code[i + 1])
    return code[:place] + code[place + 1] + code[place] + code[place + 2 :]


def _write(path: Path, item: str, made: Sequence[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows.columns(item), restval="")
        writer.writeheader()
        writer.writerows(made)


def _order(path: Path, market: str, *, at: datetime) -> None:
    """Hand the rows in; the officer accepts the first proposal and leaves the other rows for tomorrow."""
    officer = _officer(market)
    assert officer.organisation_id is not None
    result = collection.submit(
        path, filename=path.name, item_code=PENALTY, by=officer, organisation_id=officer.organisation_id, at=at
    )
    order = orders.examine(result.submission, at=at)
    if order is None:
        return
    line = order_queries.lines_of(order)[0]
    if line.proposals:
        orders.accept(line.id, line.proposals[0].id, by=officer, at=at)


def _officer(code: str) -> Actor:
    found = accounts.actor_of_organisation(code, roles=frozenset({Role.DEPARTMENT_OFFICER}), name="sample-officer")
    assert found is not None
    return found
