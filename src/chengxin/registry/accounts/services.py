"""Writes of organisations, people and appointments, and signing in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chengxin.base import clock
from chengxin.base.audit import services as audit
from chengxin.base.errors import ChengxinError, NotFound
from chengxin.registry.accounts import queries
from chengxin.registry.accounts.actors import SystemActor
from chengxin.registry.accounts.errors import UsernameTaken
from chengxin.registry.accounts.limiting import check_limit, note_failure
from chengxin.registry.accounts.models import Appointment, Mandate, Organisation, User
from chengxin.registry.accounts.rules import Actor, MandateKind, Method, Permission, Role, Scope, require


class NotSignedIn(ChengxinError):
    """Name or password is wrong; which of them is not said."""

    code = "not-signed-in"
    status = 401
    message = _("用户名或密码不正确。")
    hint = _("请检查后重试；连续失败多次将暂时不能登录。")


@dataclass(frozen=True, slots=True)
class OrganisationEntry:
    """A row of the city profile's organisations.csv; `parent` is a code or empty."""

    code: str
    code_is_generated: str
    name_zh: str
    name_en: str
    kind: str
    division: str
    parent: str


@transaction.atomic
def load_organisations(rows: Sequence[OrganisationEntry]) -> int:
    """Bring the organisations to the profile: new are added, known updated, none removed. Returns their number."""
    Organisation.objects.bulk_create(
        [
            Organisation(
                code=r.code,
                code_is_generated=r.code_is_generated == "true",
                name_zh=r.name_zh,
                name_en=r.name_en,
                kind=r.kind,
                division=r.division,
            )
            for r in rows
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["code_is_generated", "name_zh", "name_en", "kind", "division"],
    )
    by_code = {o.code: o for o in Organisation.objects.all()}
    for row in rows:
        by_code[row.code].parent = by_code[row.parent] if row.parent else None
    Organisation.objects.bulk_update([by_code[r.code] for r in rows], ["parent"])
    return len(rows)


@transaction.atomic
def create_user(
    username: str, *, name_zh: str, name_en: str, password: str | None, is_demo: bool, by: audit.Who, at: datetime
) -> User:
    """Make a person who can sign in; without a password, by the identity provider or one click in the demo alone.

    Raises `UsernameTaken`.
    """
    if User.objects.filter(username=username).exists():
        raise UsernameTaken
    user = User(username=username, display_name_zh=name_zh, display_name_en=name_en, is_demo=is_demo)
    user.set_password(password)
    user.save()
    audit.note("accounts.user_created", username, by=by, at=at)
    return user


@transaction.atomic
def appoint(username: str, *, organisation_code: str, role: Role, valid_from: date, by: Actor, at: datetime) -> int:
    """Give a person a role in an organisation from `valid_from` on; returns the appointment's id."""
    require(by, Permission.MANAGE_ACCOUNTS)
    return _appoint(username, organisation_code=organisation_code, role=role, valid_from=valid_from, by=by, at=at)


def _appoint(
    username: str, *, organisation_code: str, role: Role, valid_from: date, by: audit.Who, at: datetime
) -> int:
    user = User.objects.filter(username=username).first()
    organisation = Organisation.objects.filter(code=organisation_code).first()
    if user is None or organisation is None:
        raise NotFound
    made = Appointment.objects.create(user=user, organisation=organisation, role=role.value, valid_from=valid_from)
    audit.note("accounts.appointed", username, by=by, at=at, role=role.value, organisation=organisation_code)
    return made.pk


@transaction.atomic
def end_appointment(appointment_id: int, *, on: date, by: Actor, at: datetime) -> None:
    """End an appointment: `on` is the first day on which the role no longer holds."""
    appointment = Appointment.objects.select_for_update().select_related("user").filter(pk=appointment_id).first()
    require(by, Permission.MANAGE_ACCOUNTS)
    if appointment is None or appointment.valid_until is not None:
        raise NotFound
    appointment.valid_until = max(on, appointment.valid_from + timedelta(days=1))
    appointment.save(update_fields=["valid_until"])
    audit.note("accounts.appointment_ended", appointment.user.username, by=by, at=at, role=appointment.role)


def sign_in(username: str, password: str, *, address: str, at: datetime) -> User:
    """The person with that name and password. Raises `NotSignedIn` or `TooManyAttempts`; every try is audited.

    Who has a second factor is not signed in yet: `finish_sign_in` does it.

    Failures are limited by name and by address within a time; both numbers are policy.
    """
    check_limit(username, address=address, method=Method.PASSWORD, at=at)
    user = authenticate(username=username, password=password)
    if user is None:
        note_failure(username, action="accounts.sign_in_failed", address=address, at=at, method=Method.PASSWORD)
        raise NotSignedIn
    assert isinstance(user, User)
    first_step(user, method=Method.PASSWORD, at=at)
    return user


def first_step(user: User, *, method: Method, at: datetime) -> None:
    """Note that this person signed in; or, where they have a second factor, that it is their turn to give it."""
    action = "accounts.first_factor_accepted" if queries.has_second_factor(user.pk) else "accounts.signed_in"
    audit.note(action, user.username, by=SystemActor(user.username), at=at, method=method)


def finish_sign_in(user_id: int, *, first: Method, second: Method, at: datetime) -> User:
    """The person whose first step was right, once the second factor is right as well; audited. Raises `NotSignedIn`."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise NotSignedIn
    audit.note(
        "accounts.signed_in", user.username, by=SystemActor(user.username), at=at, method=first, second_factor=second
    )
    return user


def sign_in_as_demo(username: str, *, at: datetime) -> User:
    """A fictional person of the demo, without a password. Raises `NotFound` for anyone else, and outside demo mode."""
    user = User.objects.filter(username=username, is_demo=True, is_active=True).first() if settings.DEMO else None
    if user is None:
        raise NotFound
    audit.note("accounts.signed_in", user.username, by=SystemActor(user.username), at=at, method=Method.DEMO)
    return user


def sign_out(username: str, *, reason: str, at: datetime) -> None:
    """Note that a session of this person ended: by their own click, or why else."""
    audit.note("accounts.signed_out", username, by=SystemActor(username), at=at, reason=reason)


@transaction.atomic
def end_other_sessions(user_id: int, *, at: datetime) -> None:
    """End every session of this person that was begun before `at`; who keeps one marks it as kept at that moment."""
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotFound
    user.sessions_from = at
    user.save(update_fields=["sessions_from"])
    audit.note("accounts.sessions_ended", user.username, by=SystemActor(user.username), at=at)


@dataclass(frozen=True, slots=True)
class DemoEntry:
    """A fictional person of the demo."""

    username: str
    name_zh: str
    name_en: str
    role: Role
    organisation_zh: str


DEMO_PEOPLE = (
    DemoEntry("officer", "韦经办（演示）", "Officer Wei (demo)", Role.DEPARTMENT_OFFICER, "南宁市市场监督管理局"),
    DemoEntry(
        "officer-second", "岑听证（演示）", "Officer Cen (demo)", Role.DEPARTMENT_OFFICER, "南宁市市场监督管理局"
    ),
    DemoEntry("reviewer", "李审核（演示）", "Reviewer Li (demo)", Role.DEPARTMENT_REVIEWER, "南宁市市场监督管理局"),
    DemoEntry("approval-officer", "覃经办（演示）", "Officer Qin (demo)", Role.DEPARTMENT_OFFICER, "南宁市行政审批局"),
    DemoEntry(
        "operator", "黄信用（演示）", "Operator Huang (demo)", Role.CREDIT_OFFICE_OPERATOR, "南宁市发展和改革委员会"
    ),
    DemoEntry(
        "office-reviewer", "陆信用（演示）", "Reviewer Lu (demo)", Role.CREDIT_OFFICE_REVIEWER, "南宁市发展和改革委员会"
    ),
    DemoEntry("auditor", "莫审计（演示）", "Auditor Mo (demo)", Role.AUDITOR, "南宁市发展和改革委员会"),
    DemoEntry(
        "administrator", "农管理（演示）", "Administrator Nong (demo)", Role.ADMINISTRATOR, "南宁市发展和改革委员会"
    ),
    DemoEntry("bank-clerk", "谢柜员（演示）", "Clerk Xie (demo)", Role.BANK_CLERK, "演示银行（虚构）"),
    DemoEntry("agency-clerk", "苏分析（演示）", "Clerk Su (demo)", Role.AGENCY_CLERK, "演示信用服务机构（虚构）"),
    DemoEntry(
        "association-officer",
        "蓝干事（演示）",
        "Officer Lan (demo)",
        Role.ASSOCIATION_OFFICER,
        "演示餐饮行业协会（虚构）",
    ),
    DemoEntry(
        "association-second",
        "蒙干事（演示）",
        "Officer Meng (demo)",
        Role.ASSOCIATION_OFFICER,
        "演示餐饮行业协会（虚构）",
    ),
)
DEMO_ORGANISATIONS = (
    OrganisationEntry("91450100MADEM0038E", "true", "演示银行（虚构）", "Demo Bank (fictional)", "bank", "450100", ""),
    OrganisationEntry(
        "91450100MADEM00469", "true", "演示信用服务机构（虚构）", "Demo Agency (fictional)", "agency", "450100", ""
    ),
    OrganisationEntry(
        "51450100MJDEM00572",
        "true",
        "演示餐饮行业协会（虚构）",
        "Demo Caterers' Association (fictional)",
        "association",
        "450100",
        "",
    ),
)


@transaction.atomic
def give_mandate(
    username: str,
    *,
    about: str,
    kind: MandateKind,
    scopes: frozenset[Scope],
    proof: str,
    by: audit.Who,
    at: datetime,
) -> int:
    """Note that a person proved the right to act on behalf of `about` from `at` on; returns the mandate's id.

    `proof` says what it rests on. A right that they hold already is left as it is. Raises `NotFound`.
    """
    user = User.objects.select_for_update().filter(username=username).first()
    if user is None:
        raise NotFound
    held = next((m for m in queries.mandates_of(user.pk, at=at) if (m.about, m.kind) == (about, kind)), None)
    if held is not None:
        return held.id
    made = Mandate.objects.create(
        user=user, about=about, kind=kind.value, scopes=" ".join(sorted(scopes)), proof=proof, valid_from=at
    )
    audit.note("accounts.mandate_given", about, by=by, at=at, user=username, kind=kind.value, proof=proof)
    return made.pk


@transaction.atomic
def create_demo_people(*, at: datetime) -> int:
    """Make the fictional people of the demo with their roles, where they are missing; returns how many were made."""
    load_organisations(DEMO_ORGANISATIONS)
    made = 0
    for entry in DEMO_PEOPLE:
        if User.objects.filter(username=entry.username).exists():
            continue
        organisation = Organisation.objects.get(name_zh=entry.organisation_zh)
        create_user(
            entry.username,
            name_zh=entry.name_zh,
            name_en=entry.name_en,
            password=None,
            is_demo=True,
            by=SystemActor(),
            at=at,
        )
        _appoint(
            entry.username,
            organisation_code=organisation.code,
            role=entry.role,
            valid_from=clock.local_date(at),
            by=SystemActor(),
            at=at,
        )
        made += 1
    return made


@transaction.atomic
def create_demo_representative(
    username: str, *, name_zh: str, name_en: str, about: str, kind: MandateKind, at: datetime
) -> None:
    """Make a fictional person of the demo who may do everything on behalf of `about`, where they are missing."""
    if not User.objects.filter(username=username).exists():
        create_user(username, name_zh=name_zh, name_en=name_en, password=None, is_demo=True, by=SystemActor(), at=at)
    give_mandate(username, about=about, kind=kind, scopes=frozenset(Scope), proof="demo", by=SystemActor(), at=at)
