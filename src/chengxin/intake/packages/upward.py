"""Records on their way up: what is new or changed goes in packages, and what is returned becomes a work order.

A package and the note of what it holds are one transaction: a version is told once, and none is passed over.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.clock import local_date
from chengxin.base.errors import NotFound
from chengxin.base.languages import InBoth
from chengxin.base.listing import listed_in_chinese
from chengxin.intake.exchange import national, packages, platforms
from chengxin.intake.exchange.models import ExchangePackage
from chengxin.intake.exchange.packages import RowResult
from chengxin.intake.exchange.platforms import Level, Platform
from chengxin.intake.packages import policy, queries, rules
from chengxin.intake.packages.models import ReportMark, UpwardRow
from chengxin.intake.packages.rules import Operation, Outcome
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Permission, Role, require
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import Words

# Numbers are given before commit: a record with a smaller one may become visible after a larger one.
MARGIN = 100_000
REASON_LENGTH = 500
TITLES = Words("{platform}退回“{item}”{rows}行", "{platform} returned {rows} of “{item}”")
NAMES = {Level.REGION: Words("自治区平台", "The region"), Level.NATION: Words("国家站", "The national site")}
ABOVE = Words("上级平台", "The platform above")
NEW = """
SELECT r.id, r.natural_key, r.version, r.item, r.state, r.provider_id, r.payload
FROM records_record r
WHERE r.id > %(after)s AND r.known_until IS NULL AND r.item = ANY(%(items)s) AND r.provider_id <> ALL(%(above)s)
  AND NOT EXISTS (
    SELECT FROM packages_upwardrow u
    WHERE u.receiver = %(receiver)s AND u.natural_key = r.natural_key AND u.version = r.version
  )
  AND (r.state = ANY(%(shown)s) OR EXISTS (
    SELECT FROM packages_upwardrow u WHERE u.receiver = %(receiver)s AND u.natural_key = r.natural_key
  ))
ORDER BY r.id LIMIT %(rows)s
"""
SETTLE = """
UPDATE packages_upwardrow u SET outcome = said.outcome, reason = said.reason
FROM unnest(%(numbers)s::int[], %(outcomes)s::text[], %(reasons)s::text[]) AS said(number, outcome, reason)
WHERE u.package_id = %(package)s AND u.number = said.number AND u.outcome = 'waiting'
"""


@transaction.atomic
def report(*, at: datetime) -> int:
    """Put one package with what the platform above does not know yet on its way; returns its rows, 0: it knows all.

    Natural persons are not reported. Index: primary key of records, `upward_row_once`.
    """
    terms = policy.reporting_on(local_date(at))
    to = platforms.platform_at(terms.to)
    if to is None:
        return 0
    ReportMark.objects.get_or_create(receiver=to.code)
    mark = ReportMark.objects.select_for_update().get(receiver=to.code)
    found, newest = _new(terms, to, after=mark.through - MARGIN, at=at)
    if not found:
        mark.through = newest
        mark.save(update_fields=["through"])
        return 0
    rows = [_row(*one) for one in found]
    package_id = national.put(packages.RECORDS, [row for row, _ in rows], by=to, at=at, receiver=to.code)
    UpwardRow.objects.bulk_create(
        UpwardRow(
            package_id=package_id, number=number, receiver=to.code, natural_key=key, version=version, item=item,
            operation=operation.value, provider_id=provider,
        )
        for number, ((_id, key, version, item, _state, provider, _payload), (_told, operation)) in enumerate(
            zip(found, rows, strict=True), start=1
        )
    )  # fmt: skip
    mark.through = max(mark.through, found[-1][0])
    mark.save(update_fields=["through"])
    return len(found)


def _new(terms: policy.Reporting, to: Platform, *, after: int, at: datetime) -> tuple[list[Any], int]:
    """Records that the platform does not know in their present version, and the newest record that there is."""
    above = policy.organisations_on(local_date(at))
    given: dict[str, Any] = {
        "after": after,
        "items": [code for code in terms.items if catalogue.item(code).subject != "person"],
        "above": [o.id for o in accounts.organisations() if o.code in above],
        "receiver": to.code,
        "shown": sorted(rules.SHOWN),
        "rows": terms.rows,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM records_record")
        (newest,) = cursor.fetchone()
        cursor.execute(NEW, given)
        return cursor.fetchall(), int(newest)


def _row(
    _id: int, key: Any, version: int, item: str, state: str, _provider: int, payload: Any
) -> tuple[dict[str, str], Operation]:
    operation = rules.operation_for(state)
    fields = _payload(payload)
    told = rules.upward_row(catalogue.item(item), fields, natural_key=key, version=version, operation=operation)
    return told, operation


def _payload(payload: Any) -> dict[str, str]:
    found: dict[str, str] = json.loads(payload) if isinstance(payload, str) else payload
    return found


@transaction.atomic
def settle(package_id: int, *, at: datetime) -> None:
    """Keep what the receipt says of each row, and ask the providers of those returned to mend them. Safe to repeat.

    A package that was returned as a whole is the credit office's matter: no provider is asked.
    """
    results = national.results_of(package_id)
    by_row = [one for one in results if one.row != packages.WHOLE]
    whole = next((one for one in results if one.row == packages.WHOLE and not one.accepted), None)
    if whole is not None:
        waiting = UpwardRow.objects.filter(package_id=package_id, outcome=Outcome.WAITING)
        waiting.update(outcome=Outcome.REJECTED, reason=whole.reason[:REASON_LENGTH])
        return
    _keep(package_id, by_row)
    _ask_providers(package_id, at=at)


@transaction.atomic
def send_again(package_id: int, *, by: Actor, at: datetime) -> None:
    """Send again what was given up, or, in a new package, what was returned as a whole once its cause is mended.

    Raises `NotPermitted`, `NotFound`, `NotDead`.
    """
    require(by, Permission.RUN_EXCHANGE)
    kept = ExchangePackage.objects.select_for_update().filter(pk=package_id).first()
    if kept is None:
        raise NotFound
    rows = UpwardRow.objects.filter(package_id=package_id)
    if not queries.is_returned_whole(kept) or not rows.exists():
        national.begin_anew(package_id, by=by, at=at)
        return
    new = national.put(packages.RECORDS, kept.body, by=by, at=at, receiver=kept.receiver)
    rows.update(package_id=new, outcome=Outcome.WAITING, reason="")


def _keep(package_id: int, results: Sequence[RowResult]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            SETTLE,
            {
                "package": package_id,
                "numbers": [one.row for one in results],
                "outcomes": [(Outcome.ACCEPTED if one.accepted else Outcome.REJECTED).value for one in results],
                "reasons": [one.reason[:REASON_LENGTH] for one in results],
            },
        )


def _ask_providers(package_id: int, *, at: datetime) -> None:
    returned = UpwardRow.objects.filter(package_id=package_id, outcome=Outcome.REJECTED, case_id=None)
    found: dict[int, list[UpwardRow]] = {}
    for row in returned.order_by("number"):
        found.setdefault(row.provider_id, []).append(row)
    if not found:
        return
    platform = platforms.platform_coded(next(iter(found.values()))[0].receiver)
    office = _office(platform)
    for provider, rows in found.items():
        case_id = casework.open_case(
            "returned-rows",
            about=rules.reference_of(package_id, provider),
            title=_title(platform, rows),
            parties={"office": Party(organisation_id=office.organisation_id), "provider": Party(provider)},
            by=office,
            at=at,
        )
        returned.filter(provider_id=provider).update(case_id=case_id)


def _title(platform: Platform | None, rows: Iterable[UpwardRow]) -> InBoth:
    rows = list(rows)
    items = list(dict.fromkeys(catalogue.item(row.item).name for row in rows))
    name = NAMES[platform.level] if platform is not None else ABOVE
    zh, en = listed_in_chinese(each.zh for each in items), ", ".join(each.en for each in items)
    return InBoth(
        TITLES.zh.format(platform=name.zh, item=zh, rows=len(rows)),
        TITLES.en.format(platform=name.en, item=en, rows=len(rows)),
    )


def _office(platform: Platform | None) -> Actor:
    """The credit office's own system, which passes on what the platform above says."""
    found = accounts.actor_of_organisation(
        accounts.credit_office().code,
        roles=frozenset({Role.CREDIT_OFFICE_OPERATOR}),
        name=platform.name if platform is not None else "platform-above",
    )
    assert found is not None
    return found
