"""Rows without a code: reading them back, and taking them down the road once it is known whom they are about."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from chengxin.base.errors import NotFound
from chengxin.base.sealing.rules import PREFIX
from chengxin.intake.collection import payloads, queries, services
from chengxin.intake.collection.committing import uncoded_context
from chengxin.intake.collection.models import RowWithoutCode
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Role

FILENAME = "tied-rows.jsonl"


@dataclass(frozen=True, slots=True)
class UncodedRow:
    """A row without a code, as it was read: field code -> text, personal identifiers sealed."""

    id: int
    submission_id: int
    row: int
    item: str
    provider_id: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tied:
    """What became of rows that were handed in with their codes, by their place (from 1).

    `keys`: natural keys of those that the store has now; `faults`: why others were not taken.
    """

    submission: int
    keys: Mapping[int, str]
    faults: Mapping[int, str]


def rows_without_code(submission_id: int) -> list[UncodedRow]:
    """The rows of a hand-in that do not say whom they are about. Index: `row_without_code_once`."""
    found = RowWithoutCode.objects.filter(submission_id=submission_id).select_related("submission").order_by("row")
    return [_row(one) for one in found]


def row_without_code(row_id: int) -> UncodedRow:
    """One such row. Raises `NotFound`. Index: primary key."""
    found = RowWithoutCode.objects.filter(pk=row_id).select_related("submission").first()
    if found is None:
        raise NotFound
    return _row(found)


def _row(one: RowWithoutCode) -> UncodedRow:
    held = one.submission
    return UncodedRow(one.pk, held.pk, one.row, held.item, held.organisation_id, one.values)


def hand_in_tied(rows: Sequence[tuple[UncodedRow, Mapping[str, str]]], *, by_name: str, at: datetime) -> Tied:
    """Hand rows of one item and provider in again for their provider, each with what it lacked (code and name).

    The same road as a file: the rules in force now decide. The place of a row in `rows` (from 1) names it in `Tied`.
    """
    first = rows[0][0]
    provider = accounts.organisation_by_id(first.provider_id)
    assert provider is not None
    officer = accounts.actor_of_organisation(provider.code, roles=frozenset({Role.DEPARTMENT_OFFICER}), name=by_name)
    assert officer is not None
    keys: dict[int, str] = {}
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        path = Path(folder, FILENAME)
        lines = [json.dumps({**_in_clear(row), **lacked}, ensure_ascii=False) for row, lacked in rows]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        result = services.submit(
            path, filename=FILENAME, item_code=first.item, by=officer, organisation_id=first.provider_id, at=at,
            keys=keys,
        )  # fmt: skip
    faults: dict[int, str] = {}
    for found in queries.every_finding(result.submission, is_note=False) if result.rejected else ():
        faults.setdefault(found.row, f"{found.message} {found.hint}".strip())
    return Tied(result.submission, {row: key for row, key in keys.items() if row not in faults}, faults)


def _in_clear(row: UncodedRow) -> dict[str, str]:
    context = uncoded_context(row.submission_id, row.row)
    return {
        code: payloads.unsealed(text, field=code, natural_key=context) if text.startswith(PREFIX) else text
        for code, text in row.values.items()
    }
