"""A commitment enters the subject's record on the road of a hand-in: one row, all checks, or nothing."""

import json
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from chengxin.base.clock import local_date
from chengxin.intake.collection import queries as collection
from chengxin.intake.collection import services as intake
from chengxin.intake.collection.rules import Ground
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.queries import OrganisationRow
from chengxin.registry.accounts.rules import Role
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.records import matching
from chengxin.regulation.commitments.errors import NotRecorded
from chengxin.regulation.commitments.models import Commitment
from chengxin.regulation.commitments.rules import KINDS, STATES, Kind, State, Template

ITEM = "commitment"
FILENAME = "{number}.jsonl"
REST = "……（全文见承诺 {number} 的认定）"


def hand_in(
    commitment: Commitment,
    template: Template,
    *,
    name: str,
    state: State,
    authority: OrganisationRow,
    by_name: str,
    at: datetime,
    evidence: str = "",
) -> UUID:
    """Hand the commitment in for its authority as it stands now; returns the record's natural key.

    A later state is a further version of the same record. Raises `NotRecorded` with the first fault.
    """
    decided = state is not State.RUNNING
    row = {
        "SUBJECT_NAME": name,
        "SUBJECT_CODE": commitment.subject_code,
        "COMMITMENT_NUMBER": commitment.number,
        "COMMITMENT_KIND": KINDS[Kind(commitment.kind)],
        "MATTER": commitment.matter_zh,
        "CONTENT": template.text.zh,
        "CONSEQUENCE": template.breach.zh,
        "SIGNED_ON": local_date(commitment.signed_at).isoformat(),
        "ENDS_ON": commitment.ends_on.isoformat(),
        "PERFORMANCE": STATES[state],
        "CHECKED_ON": local_date(at).isoformat() if decided else "",
        "EVIDENCE": _fitting(evidence, commitment.number),
        "AUTHORITY_NAME": authority.name_zh,
        "AUTHORITY_CODE": authority.code,
        "SOURCE_NAME": authority.name_zh,
        "SOURCE_CODE": authority.code,
    }
    _submit(row, authority, by_name=by_name, at=at)
    key = matching.key_of_document(commitment.subject_code, catalogue.item(ITEM), commitment.number)
    assert key is not None
    return key


def _fitting(evidence: str, number: str) -> str:
    """The text as long as the catalogue's field allows; where it is longer, it says where the whole one stands."""
    most = catalogue.item(ITEM).by_code["EVIDENCE"].max_length
    if most is None or len(evidence) <= most:
        return evidence
    rest = REST.format(number=number)
    return evidence[: most - len(rest)] + rest


def _submit(row: Mapping[str, str], authority: OrganisationRow, *, by_name: str, at: datetime) -> None:
    officer = accounts.actor_of_organisation(authority.code, roles=frozenset({Role.DEPARTMENT_OFFICER}), name=by_name)
    assert officer is not None
    filename = FILENAME.format(number=row["COMMITMENT_NUMBER"])
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
        raise NotRecorded(fault=f"{fault.message} {fault.hint}".strip())
