"""A few fictional commitments in different states, made through the platform's own services; all marked （虚构）."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta

from chengxin.base.clock import local_date
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts import second_factor, services
from chengxin.registry.accounts.actors import SystemActor
from chengxin.registry.accounts.models import User
from chengxin.registry.accounts.rules import Actor, MandateKind, Role, Scope, totp_code
from chengxin.registry.subjects import queries as subjects
from chengxin.registry.subjects.rules import about_subject, code_of
from chengxin.regulation.commitments import letters_in_force, queries
from chengxin.regulation.commitments.confirming import Factor
from chengxin.regulation.commitments.rules import Result
from chengxin.regulation.commitments.services import associations, checking, finding, signing
from chengxin.regulation.commitments.services.signing import Given

MARKET, ASSOCIATION = "11450100007550013R", "51450100MJDEM00572"
OWN_WILL, PREMISES, VOLUNTEER = "honest-business", "premises-title", "resident-volunteer"
HERE = "127.0.0.1"
DRAFT = {
    "matter_zh": "明厨亮灶自律（虚构）",
    "matter_en": "Open kitchens (fictional)",
    "text_zh": "后厨公开，不使用过期食材；消费者投诉三日内答复。",
    "text_en": "Our kitchens are open, no expired ingredient is used; complaints are answered within three days.",
    "obligation_zh": "协会走访合格",
    "obligation_en": "A visit of the association is passed",
    "breach_zh": "由协会按公约通报；不是行政处罚",
    "breach_en": "The association makes it known under its convention; no government penalty",
    "term_months": "12",
    "due_days": "60",
    "rectification": "1",
}


@dataclass(frozen=True, slots=True)
class _Officials:
    officer: Actor
    reviewer: Actor


def promise(*, at: datetime) -> None:
    """Commitments that run, were kept, were broken after notice and defence, or wait for a defence; an association."""
    market = _Officials(_official(MARKET, Role.DEPARTMENT_OFFICER), _official(MARKET, Role.DEPARTMENT_REVIEWER))
    own = _acting("representative", at=at)
    companies = [c for c in _companies(at=at) if own is None or c != own.mandates[0].about]
    if own is None or len(companies) < 4:
        return
    _sign(OWN_WILL, own, at=at)
    kept, broken, told, member = (_signer(about, place, at=at) for place, about in enumerate(companies[:4], start=1))
    _kept(_sign(PREMISES, kept, at=at), market, at=at)
    _broken(_sign(OWN_WILL, broken, at=at), broken, market, at=at)
    _propose(_sign(PREMISES, told, at=at), "visited", market, at=at)
    _association(member, own, at=at)
    if (resident := _acting("resident", at=at)) is not None:
        _sign(VOLUNTEER, resident, at=at, shown=True)


def _companies(*, at: datetime) -> list[str]:
    found = subjects.search("有限公司", on=local_date(at), kind="legal-person", size=20)
    return [about_subject(row.code) for row in found.items]


def _acting(username: str, *, at: datetime) -> Actor | None:
    user = User.objects.filter(username=username).first()
    return accounts.actor_of_user(user, at=at) if user else None


def _signer(about: str, place: int, *, at: datetime) -> Actor:
    """A fictional person who acts for the company; nobody can sign in as them."""
    username = f"signer-{place}"
    services.create_user(
        username, name_zh="签署人（虚构）", name_en="Signer (fictional)", password=None, is_demo=False,
        by=SystemActor(), at=at,
    )  # fmt: skip
    kind, scopes = MandateKind.REPRESENTATIVE, frozenset(Scope)
    services.give_mandate(username, about=about, kind=kind, scopes=scopes, proof="demo", by=SystemActor(), at=at)
    actor = _acting(username, at=at)
    assert actor is not None
    return actor


def _sign(template: str, by: Actor, *, at: datetime, shown: bool = False) -> str:
    letter = letters_in_force.template_of(template, on=local_date(at))
    assert letter is not None
    assert by.user_id is not None
    code, another = _recovery_codes(by.user_id, at=at)[:2]
    given = Given(letter.version, letter.digest, True, Factor(code), shown)
    number = signing.sign(template, about=by.mandates[0].about, given=given, by=by, address=HERE, at=at)
    # Who is signed in by one click in the demo sets an authenticator of their own.
    second_factor.remove_authenticator(by.user_id, another, address=HERE, at=at)
    return number


def _recovery_codes(user_id: int, *, at: datetime) -> list[str]:
    """Codes that come with an authenticator, which the person sets up a little earlier."""
    before = at - timedelta(minutes=5)
    secret = second_factor.begin_authenticator(user_id, at=before)
    return second_factor.confirm_authenticator(user_id, _totp(secret, before), at=before)


def _totp(secret: str, at: datetime) -> str:
    return totp_code(base64.b32decode(secret), int(at.timestamp()) // 30)


def _official(organisation: str, role: Role, name: str = "") -> Actor:
    actor = accounts.actor_of_organisation(organisation, roles=frozenset({role}), name=name or f"sample-{role.value}")
    assert actor is not None
    return actor


def _kept(number: str, market: _Officials, *, at: datetime) -> None:
    found = queries.statement_with(number, actor=market.officer, on=local_date(at))
    for due in found.dues:
        evidence = "实地核查，住所与登记一致（虚构）"
        checking.record_check(due.id, result=Result.MET, evidence=evidence, by=market.officer, at=at)
    case_id = finding.propose_fulfilled(number, by=market.officer, at=at)
    finding.take(case_id, "confirm-fulfilled", by=market.reviewer, at=at)


def _propose(number: str, obligation: str, market: _Officials, *, at: datetime) -> int:
    reason = "实地核查发现与承诺不符（虚构）"
    return finding.propose_breach(number, obligations=[obligation], by=market.officer, at=at, reason=reason)


def _broken(number: str, promisor: Actor, market: _Officials, *, at: datetime) -> None:
    case_id = _propose(number, "no-failed-inspection", market, at=at)
    finding.take(case_id, "state", by=promisor, at=at, reason="情况属实，正在整改（虚构）")
    finding.take(case_id, "order-rectification", by=market.officer, at=at, reason="请限期整改（虚构）")
    finding.take(case_id, "report-mended", by=promisor, at=at, reason="已部分整改（虚构）")
    finding.take(case_id, "forward", by=market.officer, at=at, reason="整改不到位（虚构）")
    finding.take(case_id, "find-breached", by=market.reviewer, at=at, reason="逾期未整改到位（虚构）")


def _association(member: Actor, own: Actor, *, at: datetime) -> None:
    """The association's letter, approved; a member who signed it, and an invitation that waits for the demo's company."""
    officer = _official(ASSOCIATION, Role.ASSOCIATION_OFFICER)
    office = _official(accounts.credit_office().code, Role.CREDIT_OFFICE_OPERATOR)
    case_id = associations.submit_letter("", given=DRAFT, by=officer, at=at)
    associations.take(case_id, "approve", by=office, at=at)
    about = member.mandates[0].about
    membership = associations.invite(code_of(about) or "", by=officer, at=at)
    associations.answer_invitation(membership, about=about, accepted=True, by=member, at=at)
    letter = next(t for t in letters_in_force.association_templates_on(local_date(at)))
    _sign(letter.code, member, at=at)
    associations.invite(code_of(own.mandates[0].about) or "", by=officer, at=at)
