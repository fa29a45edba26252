"""Records that come from above: they go down the road of a file as what the platform hands in, row by row answered.

A package, its hand-ins and its answer are one transaction: all of it or nothing, and the same package again changes
nothing. Each platform removes only what it handed in itself.
"""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import polars as pl
from django.conf import settings
from django.db import transaction
from django.utils import translation

from chengxin.base.clock import local_date
from chengxin.base.database.context import acting
from chengxin.base.errors import ChengxinError
from chengxin.intake.collection import payloads
from chengxin.intake.collection import queries as hand_ins
from chengxin.intake.collection import services as collection
from chengxin.intake.exchange import national
from chengxin.intake.exchange.packages import WHOLE, RowResult
from chengxin.intake.exchange.platforms import Platform
from chengxin.intake.packages import policy, queries, rules
from chengxin.intake.packages.rules import Operation
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import Item
from chengxin.registry.records import services as records
from chengxin.registry.records.rules import RecordState

Row = Mapping[str, str]
REMOVAL = "removal asked for by the platform that handed it in"


@dataclass(frozen=True, slots=True)
class Above:
    """A platform as it hands in: who acts, and which organisation's data it is."""

    platform: Platform
    actor: Actor
    organisation_id: int
    name: str
    code: str


@transaction.atomic
def take(package_id: int, *, at: datetime) -> None:
    """Take the rows of a package and answer it. Safe to repeat."""
    platform = national.sender_of(package_id)
    if platform is None or not national.lock_taken(package_id):
        return
    with translation.override("zh-hans"):  # reasons are told in the language of the exchange
        results = _results(national.rows_of(package_id), _above(platform, at=at), at=at)
    national.answer(package_id, results, by=platform, at=at)


def _above(platform: Platform, *, at: datetime) -> Above:
    organisation = accounts.organisation_by_code(policy.organisation_for(platform.level, local_date(at)))
    assert organisation is not None
    actor = accounts.actor_of_organisation(
        organisation.code, roles=frozenset({Role.DEPARTMENT_OFFICER}), name=platform.name
    )
    assert actor is not None
    return Above(platform, actor, organisation.id, organisation.name_zh, organisation.code)


def _results(rows: Sequence[Row], above: Above, *, at: datetime) -> list[RowResult]:
    if not rows:
        return [RowResult(WHOLE, False, "包里没有数据行")]
    received = policy.received_on(local_date(at))
    found: dict[int, RowResult] = {}
    puts: dict[str, list[tuple[int, Row]]] = {}
    for number, row in enumerate(rows, start=1):
        item, operation = row.get(rules.ITEM, ""), row.get(rules.OPERATION, Operation.PUT.value)
        if item not in received:
            found[number] = RowResult(number, False, f"本平台不从上级接收目录项“{item[:60]}”")
        elif operation == Operation.REMOVE:
            found[number] = _removed(number, row, catalogue.item(item), above, at=at)
        elif operation == Operation.PUT:
            puts.setdefault(item, []).append((number, row))
        else:
            found[number] = RowResult(number, False, f"没有操作“{operation[:20]}”")
    for item, numbered in puts.items():
        found |= {one.row: one for one in _handed_in(catalogue.item(item), numbered, above, at=at)}
    return [found[number] for number in sorted(found)]


def _handed_in(item: Item, numbered: Sequence[tuple[int, Row]], above: Above, *, at: datetime) -> list[RowResult]:
    """Hand the rows in as one file; their source is the platform, whatever they say."""
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        path = Path(folder) / "rows.jsonl"
        path.write_text("".join(_line(item, row, above) for _, row in numbered), encoding="utf-8")
        try:
            result = collection.submit(
                path,
                filename=f"{above.platform.name}.jsonl",
                item_code=item.code,
                by=above.actor,
                organisation_id=above.organisation_id,
                at=at,
            )
        except ChengxinError as error:
            return [RowResult(number, False, error.sentence) for number, _ in numbered]
    wrong: dict[int, str] = {}
    for fault in hand_ins.every_finding(result.submission, is_note=False):
        wrong[fault.row] = f"{wrong[fault.row]} {fault.message}" if fault.row in wrong else fault.message
    return [
        RowResult(number, place not in wrong, wrong.get(place, "")[:500])
        for place, (number, _) in enumerate(numbered, start=1)
    ]


def _line(item: Item, row: Row, above: Above) -> str:
    fields = {code: text for code, text in row.items() if code not in rules.ABOUT_THE_ROW}
    parts = item.parts
    given = dict.fromkeys((f.code for f in item.fields), "") | fields
    given |= {code: text for code, text in ((parts.source_name, above.name), (parts.source_code, above.code)) if code}
    return json.dumps(given, ensure_ascii=False) + "\n"


def _removed(number: int, row: Row, item: Item, above: Above, *, at: datetime) -> RowResult:
    key = _natural_key(item, row)
    is_person = item.subject == "person"
    with acting(actor=above.actor.name, purpose="collection", basis=REMOVAL):
        held = queries.held(key, about_person=is_person)
    if held is None or held.provider_id != above.organisation_id:
        return RowResult(number, False, "没有这条由贵平台提供的记录")
    if held.state != RecordState.WITHDRAWN:
        records.withdraw(key, by=above.actor, at=at, about_person=is_person)
    return RowResult(number, True)


def _natural_key(item: Item, row: Row) -> UUID:
    """The key under which the row was handed in."""
    given = {code: [row.get(code, "").strip() or None] for code in item.natural_key}
    text = pl.DataFrame(given, schema=dict.fromkeys(item.natural_key, pl.String))
    return records.natural_key_of(payloads.natural_keys(text, item)[0])
