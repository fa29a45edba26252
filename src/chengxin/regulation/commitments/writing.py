"""Letters to who made a commitment: which step writes which, and what they tell of the measure that follows."""

from datetime import datetime

from chengxin.base.audit.services import Who
from chengxin.base.casework.rules import Party
from chengxin.base.clock import local_date
from chengxin.base.languages import InBoth
from chengxin.base.letters import services as letters
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.queries import OrganisationRow
from chengxin.regulation.commitments import barring, policy
from chengxin.regulation.commitments.models import Commitment
from chengxin.regulation.commitments.rules import Cause, Kind

LETTERS = {  # step -> the letter that the promisor gets
    "propose-breach": "breach-proposed",
    "order-rectification": "rectification",
    "find-breached": "breached",
    "find-partly": "partly",
    "find-kept": "not-breached",
    "drop": "dropped",
    "confirm-fulfilled": "fulfilled",
    "uphold": "finding-upheld",
}
UNDONE = {  # what undid a finding, or what it bars -> the letter
    Cause.CORRECTED: "finding-corrected",
    Cause.WITHDRAWN: "finding-withdrawn",
    Cause.REVIEWED: "finding-revoked",
    Cause.MENDED: "bar-lifted",
}
NOTHING = InBoth("", "")


def write(step: str, found: Commitment, case_id: int, reason: str, *, by: Who, at: datetime) -> None:
    """Write the letter of that step, where it has one, in the name of the commitment's authority."""
    if (letter := LETTERS.get(step)) is None:
        return
    if found.natural_key is None:
        letter = policy.letter_unrecorded(letter, local_date(at))
    send(letter, found, _authority(found), case_id, reason, bar=_bar_told(step, found, at=at), by=by, at=at)


def tell_undone(cause: Cause, found: Commitment, case_id: int, reason: str, *, by: Who, at: datetime) -> None:
    """Write that a finding was undone, or that it bars no longer; filed with the case `case_id`."""
    send(UNDONE[cause], found, _authority(found), case_id, reason, by=by, at=at)


def _authority(found: Commitment) -> OrganisationRow:
    authority = accounts.organisation_by_id(found.authority_id)
    assert authority is not None
    return authority


def send(
    letter: str,
    found: Commitment,
    sender: OrganisationRow,
    case_id: int,
    reason: str,
    *,
    bar: InBoth = NOTHING,
    by: Who,
    at: datetime,
) -> None:
    """Write `letter` to who made the commitment."""
    letters.write(
        f"commitments/{letter}",
        to=Party(represented=found.about),
        values={
            "case": str(case_id),
            "number": found.number,
            "matter": InBoth(found.matter_zh, found.matter_en or found.matter_zh),
            "authority": InBoth(sender.name_zh, sender.name_en or sender.name_zh),
            "day": local_date(at).isoformat(),
            "reason": reason.strip(),
            "bar": bar,
        },
        by=by,
        at=at,
        case_id=case_id,
    )


def _bar_told(step: str, found: Commitment, *, at: datetime) -> InBoth:
    """What the notice and the finding of a breach tell of the measure that follows; nothing where none does."""
    is_recorded = found.natural_key is not None
    code = {"propose-breach": "proposed", "find-breached": "found" if is_recorded else "found-unrecorded"}.get(step)
    if code is None or not (is_recorded or found.is_person):
        return NOTHING
    follows = barring.following(Kind(found.kind), ends_on=found.ends_on, found_on=local_date(at))
    if follows is None:
        return NOTHING
    measure, words = follows.measure, policy.told_of_bar(code, local_date(at))
    told = {
        "basis": barring.basis_of(measure),
        "months": str(follows.months),
        "ends_on": found.ends_on.isoformat(),
        "until": follows.until.isoformat(),
    }
    return InBoth(
        words.zh.format(**told, measure=measure.name_zh, does=measure.does_zh),
        words.en.format(**told, measure=measure.name_en, does=measure.does_en),
    )
