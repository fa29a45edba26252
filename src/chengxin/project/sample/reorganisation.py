"""A company in reorganisation that applies by the green channel: the ruling is checked, the decision is due."""

import io
from datetime import datetime, timedelta

from chengxin.base.attachments.services import Upload
from chengxin.base.clock import local_date
from chengxin.project.sample.disputes import photograph, representative_of
from chengxin.project.sample.people import COMPANY_OF
from chengxin.project.sample.records import MARKET
from chengxin.project.sample.words import PENALTIES
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Role
from chengxin.registry.records import queries as records
from chengxin.rights.repair import policy, reorganising
from chengxin.rights.repair.errors import NotInReorganisation
from chengxin.rights.repair.reorganising import Ruling

RULED_BEFORE, PLAN = timedelta(days=20), timedelta(days=180)
COMPANY = "有限公司"  # what runs a business in its own name alone is not reorganised
STATEMENT = "重整方已出资，计划执行期半年（虚构）"
CHECKED = "已向法院核对裁定文号和日期（虚构）"


def wait_for_decision(*, at: datetime) -> None:
    """Let one company apply; of those that may, the last authority's, so that it is not the one that disputes."""
    providers = {o.name_zh: o.code for o in accounts.organisations()}
    for authority in sorted({p.authority for p in PENALTIES} - {MARKET}, reverse=True):
        provider = providers.get(authority, "")
        about = records.some_subject_of(COMPANY_OF, provider=provider, on=at.date(), named=COMPANY)
        if about is not None and _apply(about, at=at):
            return


def _apply(about: str, *, at: datetime) -> bool:
    on, office = local_date(at), accounts.credit_office().code
    operator = accounts.actor_of_organisation(office, roles=frozenset({Role.CREDIT_OFFICE_OPERATOR}), name="operator")
    if operator is None:
        return False
    ruled_on = on - RULED_BEFORE
    try:
        case_id = reorganising.apply(
            about,
            Ruling("南宁市虚构人民法院", "plan-approved", f"（{on.year}）虚01破1号（虚构）", ruled_on, ruled_on + PLAN),
            statement=STATEMENT,
            commitment_version=policy.commitment_on(on, code=policy.PLAN_COMMITMENT).version,
            signed_by="韦某（虚构）",
            by=representative_of(about),
            at=at - timedelta(days=1),
            evidence=[Upload(io.BytesIO(photograph()), "裁定书（虚构）.jpg")],
        )
    except NotInReorganisation:
        return False
    reorganising.take(case_id, "check-ruling", by=operator, at=at, reason=CHECKED)
    return True
