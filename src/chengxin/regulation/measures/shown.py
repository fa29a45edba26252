"""Receipts as the API tells them, in both languages: one form for the ordinary way and for the express lane."""

from collections.abc import Mapping
from typing import Any

from chengxin.regulation.measures.queries import MeasureRow, ReceiptRow, of_kept
from chengxin.regulation.measures.rules import Basis, Matter


def receipt_told(row: ReceiptRow) -> dict[str, Any]:
    """A receipt with the measures that it answered with."""
    return {
        "receipt": str(row.id),
        "at": row.at.isoformat(),
        "matter": row.matter.code,
        "asked": row.asked,
        "is_valid": row.is_valid,
        "is_known": bool(row.about),
        "name": row.name,
        "kind": row.kind,
        "status": row.status,
        "restrictions": [_measure(m) for m in row.restrictions],
        "rewards": [_measure(m) for m in row.rewards],
    }


def kept_told(row: Mapping[str, Any]) -> dict[str, Any]:
    """A receipt as `checking.keep` kept it just now; most hold no measure, and need no look at policy."""
    if row["measures"]:
        return receipt_told(of_kept(row))
    return {
        "receipt": row["id"],
        "at": row["at"],
        "matter": row["matter"],
        "asked": row["asked"],
        "is_valid": row["is_valid"],
        "is_known": bool(row["about"]),
        "name": row["name"],
        "kind": row["kind"],
        "status": row["status"],
        "restrictions": [],
        "rewards": [],
    }


def matter_told(matter: Matter) -> dict[str, Any]:
    """A matter in which an organisation may check."""
    return {
        "matter": matter.code,
        "name": {"zh": matter.name_zh, "en": matter.name_en},
        "purpose": {"zh": matter.purpose_zh, "en": matter.purpose_en},
        "basis": [_basis(b) for b in matter.basis],
        "measures": sorted(matter.measures),
    }


def _measure(row: MeasureRow) -> dict[str, Any]:
    measure = row.measure
    return {
        "measure": measure.code,
        "version": measure.version,
        "name": {"zh": measure.name_zh, "en": measure.name_en},
        "does": {"zh": measure.does_zh, "en": measure.does_en},
        "exceptions": {"zh": measure.exceptions_zh, "en": measure.exceptions_en},
        "basis": [_basis(b) for b in measure.basis],
        "ground": {
            "reference": row.reference,
            "list": row.list_code,
            "item": row.item,
            "authority": {"zh": row.authority_zh, "en": row.authority_en},
            "decision": row.decision_number,
            "decided_on": row.decided_on,
            "origin": row.origin,
            "is_disputed": row.is_disputed,
            "is_service_presumed": row.is_service_presumed,
        },
        "until": row.until.isoformat() if row.until else None,
        "needs_discretion": measure.needs_discretion,
        "needs_feedback": measure.needs_feedback,
        "feedback": {"outcome": row.feedback.outcome.value, "reason": row.feedback.reason} if row.feedback else None,
    }


def _basis(basis: Basis) -> dict[str, Any]:
    return {"law": basis.law, "article": basis.article, "verified": basis.verified}
