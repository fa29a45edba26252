"""A corrected record goes the same road as a file that its provider hands in: one row, all checks, or nothing."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from chengxin.base.casework import queries as casework
from chengxin.base.sealing.rules import PREFIX, mask_number
from chengxin.intake.collection import guarding, payloads
from chengxin.intake.collection import queries as collection
from chengxin.intake.collection import services as intake
from chengxin.intake.collection.rules import Ground
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import Field, FieldType, Words
from chengxin.registry.records import queries as records
from chengxin.rights.disputes.errors import CorrectionRejected, DecisionBound
from chengxin.rights.disputes.models import Dispute
from chengxin.rights.disputes.queries import AnswerRow
from chengxin.rights.disputes.rules import corrected

PURPOSE = "dispute"
CORRECTS = ("propose-correction", "correct-own")
FILENAME = "correction-{case}.jsonl"


@dataclass(frozen=True, slots=True)
class CorrectionField:
    """A field that can be corrected: its present value, of a sealed field the mask; `allowed` where a list rules."""

    code: str
    name: Words
    value: str
    mask: str
    is_required: bool
    allowed: tuple[tuple[str, Words], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the correction log (更正记录), sealed fields masked."""

    name: Words
    old: str
    new: str


class _Undo(Exception):
    """Ends a trial."""


def open_payload(dispute: Dispute, *, by: Actor) -> dict[str, str]:
    """The record's present content in clear, for the official who corrects it. Raises `NotFound`."""
    held = records.held_payload(dispute.natural_key, purpose=PURPOSE, by=by)
    return _in_clear(held, dispute)


def correction_form(case_id: int, *, by: Actor) -> tuple[CorrectionField, ...]:
    """The fields of the disputed record for the official who may correct it now; nothing for anyone else."""
    dispute = Dispute.objects.filter(case_id=case_id).first()
    may = any(s.code in CORRECTS for s in casework.steps_open_to(case_id, actor=by))
    if dispute is None or not may:
        return ()
    present = open_payload(dispute, by=by)
    return tuple(_field(f, present.get(f.code, "")) for f in catalogue.item(dispute.item).fields)


def _field(field: Field, value: str) -> CorrectionField:
    is_sealed = field.type == FieldType.SEALED
    meanings = catalogue.code_list(field.code_list).meanings if field.code_list else {}
    return CorrectionField(
        code=field.code,
        name=field.name,
        value="" if is_sealed else value,
        mask=mask_number(value) if is_sealed else "",
        is_required=field.required,
        allowed=tuple(meanings.items()),
    )


def changes_of(answer: AnswerRow, item_code: str, natural_key: UUID) -> tuple[Change, ...]:
    """What a correction changes, field by field, for those who have a part in the dispute."""
    fields = [f for f in catalogue.item(item_code).fields if f.code in answer.changes]
    return tuple(
        Change(f.name, _shown(answer.old, f, natural_key), _shown(answer.changes, f, natural_key)) for f in fields
    )


def _shown(values: Mapping[str, str], field: Field, natural_key: UUID) -> str:
    text = _one_in_clear(values.get(field.code, ""), field.code, natural_key)
    return mask_number(text) if field.type == FieldType.SEALED else text


def given_values(values: Mapping[str, str], item_code: str) -> dict[str, str]:
    """The values of a correction form that count: fields of the item; a sealed field left empty stays as it is."""
    fields = catalogue.item(item_code).by_code
    return {
        code: text
        for code, text in values.items()
        if code in fields and (text.strip() or fields[code].type != FieldType.SEALED)
    }


def sealed_changes(changes: Mapping[str, str], dispute: Dispute) -> dict[str, str]:
    """The changes as they may be kept: personal identifiers sealed, of a natural person everything."""
    item = catalogue.item(dispute.item)
    hidden = {f.code for f in item.fields if f.type == FieldType.SEALED or item.subject == "person"}
    key = dispute.natural_key.hex
    return {
        code: payloads.sealed_value(text, field=code, natural_key=key) if text and code in hidden else text
        for code, text in changes.items()
    }


def try_correction(dispute: Dispute, changes: Mapping[str, str], *, by: Actor, at: datetime) -> None:
    """Take the corrected record down the road and undo it all. Raises `CorrectionRejected` with the first fault."""
    try:
        with transaction.atomic():
            _hand_in(dispute, changes, by=by, at=at)
            raise _Undo
    except _Undo:
        return


def hand_in_correction(dispute: Dispute, changes: Mapping[str, str], *, by: Actor, at: datetime) -> bool:
    """Store the corrected record for its provider; whether it is a further version of the disputed one.

    Where a field of the natural key changed, it is a record of its own. `changes`: as `sealed_changes` gives them.
    Raises `CorrectionRejected`.
    """
    before = records.held_record(dispute.natural_key, purpose=PURPOSE, by=by).row.version
    _hand_in(dispute, _in_clear(changes, dispute), by=by, at=at)
    return records.held_record(dispute.natural_key, purpose=PURPOSE, by=by).row.version > before


def _hand_in(dispute: Dispute, changes: Mapping[str, str], *, by: Actor, at: datetime) -> None:
    provider = accounts.organisation_by_id(dispute.provider_id)
    assert provider is not None
    officer = accounts.actor_of_organisation(provider.code, roles=frozenset({Role.DEPARTMENT_OFFICER}), name=by.name)
    assert officer is not None
    present = open_payload(dispute, by=by)
    row = corrected(present, changes)
    _keep_its_key(dispute, present, row)
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        name = FILENAME.format(case=dispute.case_id)
        path = Path(folder, name)
        path.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
        result = intake.submit(
            path,
            filename=name,
            item_code=dispute.item,
            by=officer,
            organisation_id=dispute.provider_id,
            at=at,
            ground=Ground.CORRECTION,
        )
    if result.rejected:
        fault = collection.faults(result.submission, size=1).rows[0]
        raise CorrectionRejected(fault=f"{fault.message} {fault.hint}".strip())


def _keep_its_key(dispute: Dispute, present: Mapping[str, str], row: Mapping[str, str]) -> None:
    """A decision stays one about the same subject: who is named instead was never heard. Raises `DecisionBound`."""
    item = catalogue.item(dispute.item)
    moved = next((f for f in item.natural_key if present.get(f, "") != row.get(f, "")), None)
    if moved is not None and guarding.is_decided(records.hand_in_of(dispute.natural_key)):
        raise DecisionBound(field=str(item.field_of(moved).name))


def _in_clear(values: Mapping[str, str], dispute: Dispute) -> dict[str, str]:
    return {code: _one_in_clear(text, code, dispute.natural_key) for code, text in values.items()}


def _one_in_clear(text: str, code: str, natural_key: UUID) -> str:
    return payloads.unsealed(text, field=code, natural_key=natural_key.hex) if text.startswith(PREFIX) else text
