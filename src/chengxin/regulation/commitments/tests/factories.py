"""Fictional promisors, the officials who check what they promised, and an association; all marked （虚构）."""

import base64
from datetime import UTC, datetime, timedelta

from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts import second_factor, services
from chengxin.registry.accounts.actors import SystemActor
from chengxin.registry.accounts.models import Organisation, User
from chengxin.registry.accounts.rules import Actor, Mandated, MandateKind, Role, Scope, totp_code
from chengxin.registry.subjects.rules import about_subject
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.regulation.commitments import letters_in_force
from chengxin.regulation.commitments.confirming import Factor
from chengxin.regulation.commitments.models import Due
from chengxin.regulation.commitments.rules import Result, Template
from chengxin.regulation.commitments.services import associations, checking, finding, signing
from chengxin.regulation.commitments.services.signing import Given

NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)  # a Tuesday, 12:00 in the city
TODAY = NOON.date()
MARKET, APPROVAL, HEALTH = "11450100007550013R", "1145010000755003XC", "11450100007551219Y"
COMPANY, PERSON = about_subject(code(1)), "person:1"
HERE = "127.0.0.1"
OWN_WILL, PREMISES, LICENCE, VOLUNTEER = "honest-business", "premises-title", "food-licence-site", "resident-volunteer"
EVIDENCE = "现场核查，检查记录第1号（虚构）"
ASSOCIATION = "51450100MJDEM00572"


def signer(username: str = "liang", *, about: str = COMPANY, kind: MandateKind = MandateKind.REPRESENTATIVE) -> Actor:
    """A person with a mandate for `about`, in the database."""
    user = User.objects.filter(username=username).first() or services.create_user(
        username, name_zh="梁某某（虚构）", name_en="Liang (fictional)", password=None, is_demo=False,
        by=SystemActor(), at=NOON,
    )  # fmt: skip
    mandate = services.give_mandate(
        username, about=about, kind=kind, scopes=frozenset(Scope), proof="test", by=SystemActor(), at=NOON
    )
    held = Mandated(mandate, about, kind, frozenset(Scope))
    return Actor(username, None, "", frozenset({Role.COMPANY_REPRESENTATIVE}), user_id=user.pk, mandates=(held,))


def resident() -> Actor:
    """A resident who acts for themselves."""
    return signer("zhou", about=PERSON, kind=MandateKind.SELF)


def factor_of(actor: Actor, *, at: datetime = NOON) -> str:
    """A code of an authenticator that the person has just set up, good for `at`; else one to recover."""
    assert actor.user_id is not None
    if accounts.has_second_factor(actor.user_id):
        return second_factor.new_recovery_codes(User.objects.get(pk=actor.user_id))[0]
    before = at - timedelta(minutes=5)
    secret = second_factor.begin_authenticator(actor.user_id, at=before)
    second_factor.confirm_authenticator(actor.user_id, code_at(secret, before), at=before)
    return code_at(secret, at)


def code_at(secret: str, at: datetime) -> str:
    return totp_code(base64.b32decode(secret), int(at.timestamp()) // 30)


def letter(template: str, *, at: datetime = NOON) -> Template:
    """The letter in force."""
    found = letters_in_force.template_of(template, on=at.date())
    assert found is not None
    return found


def given(template: str, *, at: datetime = NOON, code: str = "", shown: bool = False) -> Given:
    """What someone declares who read the letter."""
    read = letter(template, at=at)
    return Given(read.version, read.digest, True, Factor(code), shown)


def registered() -> None:
    """The company stands in the base register."""
    company("南宁虚构商行（虚构）")


def signed(template: str = OWN_WILL, *, by: Actor | None = None, at: datetime = NOON) -> str:
    """The number of a commitment that the company signed; its letters that need a second factor get one."""
    actor = by or signer()
    factor = factor_of(actor, at=at) if letter(template, at=at).needs_second_factor else ""
    return signing.sign(
        template,
        about=actor.mandates[0].about,
        given=given(template, at=at, code=factor),
        by=actor,
        address=HERE,
        at=at,
    )


def official(role: Role, organisation: str = MARKET, user_id: int = 803) -> Actor:
    """Someone with that role in that organisation."""
    found = accounts.organisation_by_code(organisation)
    assert found is not None
    return Actor(
        f"{role.value}-{user_id}", found.id, found.code, frozenset({role}), accounts.reach_of(found.id), user_id
    )


def officer(organisation: str = MARKET) -> Actor:
    return official(Role.DEPARTMENT_OFFICER, organisation)


def reviewer(organisation: str = MARKET) -> Actor:
    return official(Role.DEPARTMENT_REVIEWER, organisation, 804)


def operator() -> Actor:
    return official(Role.CREDIT_OFFICE_OPERATOR, accounts.credit_office().code, 802)


def found_met(number: str, *, by: Actor, at: datetime = NOON) -> None:
    """Every obligation was checked and found met."""
    for due in Due.objects.filter(commitment__number=number):
        checking.record_check(due.pk, result=Result.MET, evidence=EVIDENCE, by=by, at=at)


def proposed(number: str, *obligations: str, by: Actor | None = None, at: datetime = NOON) -> int:
    """The case of a breach that was proposed."""
    due = list(obligations) or [d.code for d in Due.objects.filter(commitment__number=number)]
    return finding.propose_breach(number, obligations=due, by=by or officer(), at=at, reason="核查发现未履行（虚构）")


def before_decision(number: str, *, promisor: Actor, at: datetime = NOON) -> int:
    """The case of a breach after notice, defence and time to mend."""
    case_id = proposed(number, at=at)
    finding.take(case_id, "state", by=promisor, at=at, reason="情况说明（虚构）")
    finding.take(case_id, "order-rectification", by=officer(), at=at, reason="十五个工作日内整改（虚构）")
    finding.take(case_id, "report-mended", by=promisor, at=at, reason="已整改（虚构）")
    finding.take(case_id, "forward", by=officer(), at=at, reason="整改不到位（虚构）")
    return case_id


def association() -> None:
    """The fictional caterers' association is an organisation of the city."""
    services.load_organisations([e for e in services.DEMO_ORGANISATIONS if e.code == ASSOCIATION])
    assert Organisation.objects.filter(code=ASSOCIATION, kind="association").exists()


def runs_association(user_id: int = 811) -> Actor:
    return official(Role.ASSOCIATION_OFFICER, ASSOCIATION, user_id)


DRAFT = {
    "matter_zh": "明厨亮灶自律", "text_zh": "后厨公开，不使用过期食材。", "obligation_zh": "协会走访合格",
    "breach_zh": "由协会通报", "term_months": "12", "due_days": "60", "rectification": "1",
}  # fmt: skip


def approved_letter(*, at: datetime = NOON) -> str:
    """The code of an association's letter that the credit office approved."""
    case_id = associations.submit_letter("", given=DRAFT, by=runs_association(), at=at)
    associations.take(case_id, "approve", by=operator(), at=at)
    return associations.AssociationLetter.objects.get(case_id=case_id).code
