"""Letters of the demo: two people have been written to, by e-mail and text message too, and can open what they got."""

from datetime import datetime

from django.contrib.auth import get_user_model

from chengxin.base.clock import local_date
from chengxin.base.letters import contacts
from chengxin.base.letters.rules import Channel
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.records import queries as records
from chengxin.rights.disputes import policy as dispute_policy
from chengxin.rights.disputes import services as disputes
from chengxin.rights.disputes.rules import is_disputable
from chengxin.rights.repair import policy as repair_policy
from chengxin.rights.repair import queries as repairs
from chengxin.rights.repair import services as repair
from chengxin.rights.repair.rules import Answer

CHECKED, PENALTY = "identity-provider", "penalty"
NOT_DISPUTED = "没有写明哪一项内容不对（虚构）"
NOT_APPLIED = "没有附缴款凭证（虚构）"


def arrive(*, at: datetime) -> None:
    """Let the representative have addresses and two answers, the resident one, with an English reading."""
    office = accounts.actor_of_organisation(
        accounts.credit_office().code, roles=frozenset({Role.CREDIT_OFFICE_OPERATOR}), name="operator"
    )
    representative, resident = (_person(name, at=at) for name in ("representative", "resident"))
    if office is None:
        return
    if representative is not None and representative.user_id is not None:
        for channel, address in ((Channel.EMAIL, "liang@company.example.org"), (Channel.SMS, "13800000000")):
            contacts.keep_checked(representative.user_id, channel, address, proof=CHECKED, by=representative, at=at)
        _apply_in_vain(representative, office, at=at)
        _dispute_in_vain(representative, office, at=at)
    if resident is not None:
        contacts.speak("en", by=resident, at=at)
        _dispute_in_vain(resident, office, at=at)


def _person(username: str, *, at: datetime) -> Actor | None:
    found = get_user_model().objects.filter(username=username, is_demo=True).first()
    return accounts.actor_of_user(found, at=at) if found else None


def _dispute_in_vain(by: Actor, office: Actor, *, at: datetime) -> None:
    about = by.mandates[0].about
    held = [r for r in records.own_records_of(about, by=by) if is_disputable(r.state) and r.item.startswith(PENALTY)]
    grounds = dispute_policy.grounds(on=local_date(at))
    if not held:
        return
    case_id = disputes.file_dispute(
        held[-1].natural_key, about=about, ground=grounds[0].code, statement="内容不对（虚构）", by=by, at=at
    )
    disputes.take(case_id, "not-accept", by=office, at=at, reason=NOT_DISPUTED)


def _apply_in_vain(by: Actor, office: Actor, *, at: datetime) -> None:
    about, on = by.mandates[0].about, local_date(at)
    told = repairs.eligibilities(records.own_records_of(about, by=by), about, on=on)
    possible = [key for key, one in told.items() if one.answer is Answer.POSSIBLE]
    if not possible:
        return
    case_id = repair.apply(
        possible[-1],
        about=about,
        statement="罚款已缴清（虚构）",
        commitment_version=repair_policy.commitment_on(on).version,
        signed_by="梁某（虚构）",
        by=by,
        at=at,
    )
    repair.take(case_id, "not-accept", by=office, at=at, reason=NOT_APPLIED)
