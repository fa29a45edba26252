"""Roles and what each may do. Pure."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chengxin.base.errors import NotPermitted
from chengxin.base.identifiers.rules import is_citizen_number, is_credit_code


class Role(StrEnum):
    """What a person does in an organisation (角色)."""

    DEPARTMENT_OFFICER = "department-officer"  # 部门经办员
    DEPARTMENT_REVIEWER = "department-reviewer"  # 部门审核员
    CREDIT_OFFICE_OPERATOR = "credit-office-operator"  # 信用办经办员
    CREDIT_OFFICE_REVIEWER = "credit-office-reviewer"  # 信用办审核员
    AUDITOR = "auditor"  # 审计员
    ADMINISTRATOR = "administrator"  # 管理员
    COMPANY_REPRESENTATIVE = "company-representative"  # 企业代表
    RESIDENT = "resident"  # 居民
    BANK_CLERK = "bank-clerk"  # 银行经办员
    AGENCY_CLERK = "agency-clerk"  # 信用服务机构经办员
    ASSOCIATION_OFFICER = "association-officer"  # 行业协会工作人员


class Scope(StrEnum):
    """What someone may do on behalf of a subject (代理权限)."""

    SEE = "see"  # 查看本主体的信息和查询记录
    APPLY = "apply"  # 提出异议、申请修复、签署承诺
    CONSENT = "consent"  # 授权他人查询, 撤回授权


class MandateKind(StrEnum):
    """How someone came to act for a subject (代理关系)."""

    SELF = "self"  # 本人
    REPRESENTATIVE = "representative"  # 法定代表人(负责人)
    DELEGATE = "delegate"  # 委托代理人


class Permission(StrEnum):
    """A kind of act that a role allows."""

    SUBMIT_RECORDS = "submit-records"
    SEE_OWN_SUBMISSIONS = "see-own-submissions"
    SEE_ALL_SUBMISSIONS = "see-all-submissions"
    READ_SHARED_RECORDS = "read-shared-records"
    READ_HISTORY = "read-history"  # what the platform knew and published on a past day
    MANAGE_CASES = "manage-cases"
    HANDLE_DELIVERIES = "handle-deliveries"  # see which messages about letters failed, and have them sent anew
    VERIFY_AUDIT = "verify-audit"
    MANAGE_ACCOUNTS = "manage-accounts"
    ISSUE_REPORTS = "issue-reports"
    ASK_FOR_CONSENT = "ask-for-consent"  # and query what a subject consented to
    RUN_ASSOCIATION = "run-association"  # letters and members of one's own trade association
    RECORD_WINDOW_CONSENT = "record-window-consent"  # a consent signed on paper at a service window
    TAKE_CHANGES = "take-changes"  # see and acknowledge changes of records that the organisation received
    RUN_EXCHANGE = "run-exchange"  # see who was told what, and deliver again
    APPROVE_SUBSCRIPTIONS = "approve-subscriptions"  # of consumers to what happens to records
    MANAGE_TRAINING = "manage-training"  # courses of repair training
    CHECK_CREDIT = "check-credit"  # in the matters that the checks catalogue names for the organisation
    SEE_CHECK_STATISTICS = "see-check-statistics"
    INSPECT = "inspect"  # plan and carry out random inspections for one's own department
    RUN_EVALUATION = "run-evaluation"  # compute models over the city's records, and see how they do
    RUN_QUALITY = "run-quality"  # close and compute months of data quality, and issue their reports
    RESOLVE_ROWS = "resolve-rows"  # say whom rows without a code are about, and undo it
    MANAGE_CATALOGUE = "manage-catalogue"  # see versions of the catalogue's items and propose changes
    PUBLISH_CATALOGUE = "publish-catalogue"  # decide about a change that another official proposed
    DECIDE_MERGES = "decide-merges"  # of two entries of the register that are one subject, and undo them
    DECIDE_WEIGHTS = "decide-weights"  # put the weights by which names are matched in force


# Permissions that reach every organisation of the city, not only the holder's own and those below it.
CITY_WIDE = frozenset(
    {
        Permission.SEE_ALL_SUBMISSIONS,
        Permission.VERIFY_AUDIT,
        Permission.MANAGE_ACCOUNTS,
        Permission.RUN_EXCHANGE,
        Permission.APPROVE_SUBSCRIPTIONS,
        Permission.MANAGE_TRAINING,
        Permission.RUN_QUALITY,
        Permission.RESOLVE_ROWS,
    }
)

ALLOWS: dict[Role, frozenset[Permission]] = {
    Role.DEPARTMENT_OFFICER: frozenset(
        {
            Permission.SUBMIT_RECORDS,
            Permission.SEE_OWN_SUBMISSIONS,
            Permission.READ_SHARED_RECORDS,
            Permission.MANAGE_CASES,
            Permission.ASK_FOR_CONSENT,
            Permission.TAKE_CHANGES,
            Permission.CHECK_CREDIT,
            Permission.INSPECT,
        }
    ),
    Role.DEPARTMENT_REVIEWER: frozenset(
        {
            Permission.SEE_OWN_SUBMISSIONS,
            Permission.READ_SHARED_RECORDS,
            Permission.MANAGE_CASES,
            Permission.TAKE_CHANGES,
            Permission.CHECK_CREDIT,
            Permission.INSPECT,
        }
    ),
    Role.CREDIT_OFFICE_OPERATOR: frozenset(
        {
            Permission.SEE_OWN_SUBMISSIONS,
            Permission.SEE_ALL_SUBMISSIONS,
            Permission.READ_SHARED_RECORDS,
            Permission.MANAGE_CASES,
            Permission.READ_HISTORY,
            Permission.HANDLE_DELIVERIES,
            Permission.ISSUE_REPORTS,
            Permission.RECORD_WINDOW_CONSENT,
            Permission.RUN_EXCHANGE,
            Permission.MANAGE_TRAINING,
            Permission.SEE_CHECK_STATISTICS,
            Permission.RUN_EVALUATION,
            Permission.RUN_QUALITY,
            Permission.RESOLVE_ROWS,
            Permission.MANAGE_CATALOGUE,
        }
    ),
    Role.CREDIT_OFFICE_REVIEWER: frozenset(
        {
            Permission.SEE_OWN_SUBMISSIONS,
            Permission.SEE_ALL_SUBMISSIONS,
            Permission.READ_SHARED_RECORDS,
            Permission.MANAGE_CASES,
            Permission.READ_HISTORY,
            Permission.HANDLE_DELIVERIES,
            Permission.ISSUE_REPORTS,
            Permission.RECORD_WINDOW_CONSENT,
            Permission.RUN_EXCHANGE,
            Permission.APPROVE_SUBSCRIPTIONS,
            Permission.MANAGE_TRAINING,
            Permission.SEE_CHECK_STATISTICS,
            Permission.RUN_EVALUATION,
            Permission.RUN_QUALITY,
            Permission.RESOLVE_ROWS,
            Permission.DECIDE_MERGES,
            Permission.DECIDE_WEIGHTS,
            Permission.MANAGE_CATALOGUE,
            Permission.PUBLISH_CATALOGUE,
        }
    ),
    Role.AUDITOR: frozenset({Permission.VERIFY_AUDIT, Permission.SEE_ALL_SUBMISSIONS}),
    Role.ADMINISTRATOR: frozenset({Permission.MANAGE_ACCOUNTS, Permission.RUN_EXCHANGE}),
    Role.COMPANY_REPRESENTATIVE: frozenset(),
    Role.RESIDENT: frozenset(),
    Role.BANK_CLERK: frozenset({Permission.ASK_FOR_CONSENT, Permission.TAKE_CHANGES}),
    Role.AGENCY_CLERK: frozenset({Permission.ASK_FOR_CONSENT, Permission.TAKE_CHANGES}),
    Role.ASSOCIATION_OFFICER: frozenset({Permission.MANAGE_CASES, Permission.RUN_ASSOCIATION}),
}


@dataclass(frozen=True, slots=True)
class Mandated:
    """A right to act on behalf of `about` (代理权), as it stands now: `[.., valid_until)`, None: without end.

    `about` is the subject's reference: `subject:CODE` or `person:ID`.
    """

    id: int
    about: str
    kind: MandateKind
    scopes: frozenset[Scope]
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class DelegationTerms:
    """For how long one may delegate, how long an invitation is open, and whether a delegate may delegate in turn."""

    longest_days: int
    invitation_hours: int
    onward: bool


class SessionEnd(StrEnum):
    """Why a session is over."""

    IDLE = "idle"
    AGE = "age"
    ENDED_ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class SessionTerms:
    """Minutes without a page, and hours since signing in, after which a session ends."""

    idle_minutes: int
    longest_hours: int


@dataclass(frozen=True, slots=True)
class SessionTimes:
    """When someone signed in, was last seen, and last chose to keep only this session; moments, None: never."""

    begun_at: datetime
    seen_at: datetime
    kept_at: datetime | None = None


class Method(StrEnum):
    """How someone signed in (登录方式), as the audit chain says it."""

    PASSWORD = "password"  # noqa: S105  (the word itself)
    PROVIDER = "provider"
    DEMO = "demo"
    AUTHENTICATOR = "authenticator"  # the second step: a code of an authenticator
    RECOVERY_CODE = "recovery-code"
    PASSKEY = "passkey"


@dataclass(frozen=True, slots=True)
class ClaimNames:
    """What an identity provider is asked for (`scopes`), and how its claims are called.

    `prompt`: whether it must ask who is there each time (`login`), also where it remembers someone; empty: as it likes.
    `number`: the citizen number; `companies`: the credit codes of those whom one legally represents.
    """

    scopes: str
    prompt: str
    name: str
    number: str
    companies: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What an identity provider states of a person; `number` is empty where it states none.

    `subject` is the provider's own stable name for the person. The number is never stored as it is.
    """

    subject: str
    name: str
    number: str
    companies: frozenset[str]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a signed-in person in one organisation, a system of an organisation, or the command line.

    `reaches` holds the ids of the organisation and all below it. `name` goes to the audit chain; it is never
    a personal identifier.
    """

    name: str
    organisation_id: int | None
    organisation_code: str
    roles: frozenset[Role]
    reaches: frozenset[int] = frozenset()
    user_id: int | None = None
    mandates: tuple[Mandated, ...] = ()

    @property
    def represents(self) -> frozenset[str]:
        """Those on whose behalf this actor takes steps."""
        return frozenset(m.about for m in self.mandates if Scope.APPLY in m.scopes)

    def may_for(self, about: str, scope: Scope) -> bool:
        """Whether this actor may do that on behalf of `about`."""
        return any(m.about == about and scope in m.scopes for m in self.mandates)

    def may(self, permission: Permission, *, of: int | None = None) -> bool:
        """Whether a role of this actor allows `permission` on organisation `of` (None: on no one in particular)."""
        if not any(permission in ALLOWS[role] for role in self.roles):
            return False
        return of is None or permission in CITY_WIDE or of in self.reaches


def roles_of(mandates: Iterable[Mandated]) -> frozenset[Role]:
    """The roles that mandates give: a resident's for one's own matters, a company representative's for others."""
    return frozenset(Role.RESIDENT if m.kind == MandateKind.SELF else Role.COMPANY_REPRESENTATIVE for m in mandates)


def require(actor: Actor, permission: Permission, *, of: int | None = None) -> None:
    """Raise `NotPermitted` unless `actor` may do this to organisation `of`."""
    if not actor.may(permission, of=of):
        raise NotPermitted


def may_delegate(mandate: Mandated, terms: DelegationTerms) -> bool:
    """Whether who holds `mandate` may let someone else act under it.

    Source: 《民法典》第一百六十九条: a delegate delegates onwards only where the principal agrees, here by policy.
    """
    return mandate.kind != MandateKind.DELEGATE or terms.onward


def may_end(delegated: Mandated, *, delegated_by: int, held: Iterable[Mandated]) -> bool:
    """Whether who holds `held` may end the delegated right: its holder, who gave it, and the subject's own.

    Source: 《民法典》第一百七十三条: the principal withdraws, the delegate resigns.
    """
    return any(
        m.id in {delegated.id, delegated_by} or (m.about == delegated.about and m.kind != MandateKind.DELEGATE)
        for m in held
    )


def latest_end(mandate: Mandated, terms: DelegationTerms, at: datetime) -> datetime:
    """The last moment until which a delegation made at `at` may run: never beyond the delegator's own right.

    Source: 《民法典》第一百六十五条: the term is part of the authorisation; its length is the policy entry's.
    """
    longest = at + timedelta(days=terms.longest_days)
    return longest if mandate.valid_until is None else min(longest, mandate.valid_until)


def session_end(
    times: SessionTimes, terms: SessionTerms, *, sessions_from: datetime | None, at: datetime
) -> SessionEnd | None:
    """Why the session is over at that moment; None: it goes on. `sessions_from`: older ones were ended by the person.

    Source: GB/T 22239-2019 (end unused sessions); the numbers are the policy entry's.
    """
    if sessions_from is not None and max(times.begun_at, times.kept_at or times.begun_at) < sessions_from:
        return SessionEnd.ENDED_ELSEWHERE
    if at - times.begun_at >= timedelta(hours=terms.longest_hours):
        return SessionEnd.AGE
    return SessionEnd.IDLE if at - times.seen_at > timedelta(minutes=terms.idle_minutes) else None


TOTP_SECONDS, TOTP_DIGITS, TOTP_DRIFT = 30, 6, 1


def totp_code(secret: bytes, step: int) -> str:
    """The code of an authenticator at a time step, six digits.

    Source: RFC 6238 section 4.2 with HMAC-SHA-1, truncated as in RFC 4226 section 5.3.
    """
    digest = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**TOTP_DIGITS).zfill(TOTP_DIGITS)


def totp_step(secret: bytes, code: str, *, at: datetime, after: int) -> int | None:
    """The time step to which `code` belongs: now, or one to either side, later than `after`; None: it is refused.

    Source: RFC 6238 section 5.2 (one step of delay, and no code twice).
    """
    now = int(at.timestamp()) // TOTP_SECONDS
    steps = range(max(now - TOTP_DRIFT, after + 1), now + TOTP_DRIFT + 1)
    return next((s for s in steps if hmac.compare_digest(totp_code(secret, s).encode(), code.encode())), None)


def statement_of(claims: Mapping[str, Any], names: ClaimNames) -> Statement:
    """What the claims of an identity provider say; what is malformed counts as not said.

    Source: OpenID Connect Core 1.0 sections 5.1 and 5.7 (the subject alone names a person); GB 11643, GB 32100.
    """
    number = str(claims.get(names.number) or "").strip().upper()
    stated = claims.get(names.companies)
    codes = {str(code).strip().upper() for code in stated} if isinstance(stated, list) else set()
    return Statement(
        subject=str(claims["sub"]),
        name=str(claims.get(names.name) or "").strip(),
        number=number if is_citizen_number(number) else "",
        companies=frozenset(code for code in codes if is_credit_code(code)),
    )


def no_longer_stated(held: Iterable[tuple[int, str, str]], stated: Iterable[tuple[str, str]]) -> list[int]:
    """The ids of mandates (id, about, kind) that rested on a provider's statement and that it states no longer.

    Source: 《民法典》第六十一条: who represents a company is who is registered as its representative now.
    """
    kept = set(stated)
    return [id for id, about, kind in held if (about, kind) not in kept]


def counter_advances(kept: int, given: int) -> bool:
    """Whether a passkey's counter of signatures went on; devices without a counter always say 0.

    A counter that stands still or goes back tells that a second copy of the key is in use.
    Source: Web Authentication Level 2 section 7.2 step 21.
    """
    return given > kept or given == kept == 0
