"""Which matter each procedure has, on the workbench and in My space. One line a procedure."""

from chengxin.faces.workbench.matters import (
    campaign,
    code_order,
    commitment,
    complaint,
    dispute,
    evaluation,
    inspection,
    listing,
    person_offer,
    reorganisation,
    repair,
    returned,
    withdrawal,
)
from chengxin.faces.workbench.matters.matter import Matter

PLAIN = Matter()
MATTERS: dict[str, Matter] = {
    "access-complaint": complaint.COMPLAINT,
    "campaign": campaign.CAMPAIGN,
    "code-order": code_order.CODE_ORDER,
    "campaign-order": campaign.ORDER,
    "typical-case": campaign.TYPICAL_CASE,
    "inspection-plan": inspection.PLAN,
    "inspection-visit": inspection.VISIT,
    "inspection-follow-up": inspection.FOLLOW_UP,
    "dispute": dispute.DISPUTE,
    "evaluation-model": evaluation.MODEL,
    "person-offer": person_offer.PERSON_OFFER,
    "person-offer-end": person_offer.PERSON_OFFER_END,
    "list-entry": listing.LISTING,
    "list-honour": listing.LISTING,
    "list-removal": listing.LISTING,
    "list-revocation": listing.LISTING,
    "repair": repair.REPAIR,
    "commitment-fulfilment": commitment.COMMITMENT,
    "commitment-breach": commitment.COMMITMENT,
    "commitment-task": commitment.COMMITMENT,
    "commitment-review": commitment.COMMITMENT,
    "association-letter": commitment.LETTER,
    "returned-rows": returned.RETURNED,
    "repair-withdrawal": repair.REPAIR,
    "repair-reorganisation": reorganisation.REORGANISATION,
    "repair-plan-performed": reorganisation.REORGANISATION,
    "repair-plan-failed": reorganisation.REORGANISATION,
    "record-withdrawal": withdrawal.WITHDRAWAL,
}


def matter_of(procedure: str) -> Matter:
    """How cases of that procedure are shown and moved on."""
    return MATTERS.get(procedure, PLAIN)
