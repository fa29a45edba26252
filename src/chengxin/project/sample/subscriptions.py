"""Subscriptions of the fictional city: a bank whose system takes what happens, and a request that waits for approval."""

from dataclasses import replace
from datetime import datetime

from chengxin.intake.delivery import selections, services
from chengxin.intake.delivery.rules import Choice, Road, Subjects
from chengxin.intake.delivery.services import Wish
from chengxin.project import consumer_system
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Role

BANK, APPROVAL = "演示银行（虚构）", "南宁市行政审批局"
REASON = "贷后管理中核对企业公开的处罚和名单信息（虚构）"
TWICE = Choice("penalty-organisation", least=2)
OPERATES = frozenset({Role.CREDIT_OFFICE_OPERATOR})
WAITING_REASON = "审批时核对申请人的信用状况（虚构）"


def subscribe(*, address: str, at: datetime) -> None:
    """The bank's subscription, approved and from the start; the approval bureau's, by a saved selection, undecided."""
    key = consumer_system.public_of(consumer_system.SEED)
    wish = Wish(
        basis="public-information",
        items=("penalty-organisation", "serious-breach", "honour"),
        subjects=Subjects.ALL,
        road=Road.WEBHOOK,
        address=address,
        consumer_key=key,
        reason=REASON,
        months=12,
        is_from_start=True,
    )
    made = services.request(wish, by=_someone(BANK, Role.BANK_CLERK), at=at)
    office = accounts.credit_office()
    reviewer = Actor("sample-reviewer", office.id, office.code, frozenset({Role.CREDIT_OFFICE_REVIEWER}), user_id=-1)
    services.decide(made, approve=True, reason="范围与用途相符（虚构）", by=reviewer, at=at)
    saved = selections.make("两次以上处罚的企业（虚构）", TWICE, by=replace(reviewer, roles=OPERATES), at=at)
    waits = replace(
        wish,
        subjects=Subjects.SAVED,
        saved=saved,
        basis="graded-supervision",
        items=("penalty-organisation", "arrears"),
        road=Road.FILE,
        address="",
        reason=WAITING_REASON,
        is_from_start=False,
    )
    services.request(waits, by=_someone(APPROVAL, Role.DEPARTMENT_OFFICER), at=at)


def _someone(name: str, role: Role) -> Actor:
    code = next(o.code for o in accounts.organisations() if o.name_zh == name)
    found = accounts.actor_of_organisation(code, roles=frozenset({role}), name="sample-consumer")
    if found is None:
        raise LookupError(name)
    return found
