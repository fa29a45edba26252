"""The result of a matter enters the subject's record on the road of a hand-in: one row, all checks, or nothing."""

import json
import tempfile
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from chengxin.intake.collection import queries as collection
from chengxin.intake.collection import services as intake
from chengxin.intake.collection.rules import Ground
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.queries import OrganisationRow
from chengxin.registry.accounts.rules import Role
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.records import matching
from chengxin.regulation.inspections.errors import ResultNotRecorded
from chengxin.regulation.inspections.policy import Matter, Result

ITEM = "inspection-result"
KIND = "双随机抽查"


def hand_in(
    task_number: str,
    matter: Matter,
    result: Result,
    *,
    code: str,
    name: str,
    inspected_on: date,
    handling: str,
    by_name: str,
    at: datetime,
) -> UUID:
    """Hand in the result of a matter for the department that it belongs to; returns the record's natural key.

    A later handling is a further version of the same record. Raises `ResultNotRecorded` with the first fault.
    """
    authority = accounts.organisation_by_code(matter.department)
    assert authority is not None
    row = {
        "SUBJECT_NAME": name,
        "SUBJECT_CODE": code,
        "TASK_NUMBER": task_number,
        "INSPECTION_KIND": KIND,
        "MATTER": matter.zh,
        "INSPECTED_ON": inspected_on.isoformat(),
        "RESULT": result.word,
        "HANDLING": handling,
        "AUTHORITY_NAME": authority.name_zh,
        "AUTHORITY_CODE": authority.code,
        "SOURCE_NAME": authority.name_zh,
        "SOURCE_CODE": authority.code,
    }
    _submit(row, authority, by_name=by_name, at=at)
    key = matching.key_of_document(code, catalogue.item(ITEM), task_number)
    assert key is not None
    return key


def _submit(row: Mapping[str, str], authority: OrganisationRow, *, by_name: str, at: datetime) -> None:
    officer = accounts.actor_of_organisation(authority.code, roles=frozenset({Role.DEPARTMENT_OFFICER}), name=by_name)
    assert officer is not None
    filename = f"{row['TASK_NUMBER']}.jsonl"
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        path = Path(folder, filename)
        path.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
        result = intake.submit(
            path,
            filename=filename,
            item_code=ITEM,
            by=officer,
            organisation_id=authority.id,
            at=at,
            ground=Ground.DECISION,
        )
    if result.rejected:
        fault = collection.faults(result.submission, size=1).rows[0]
        raise ResultNotRecorded(fault=f"{fault.message} {fault.hint}".strip())
