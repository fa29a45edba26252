"""When what is not public may be queried: by consent (授权查询), or for a purpose that a law names. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from chengxin.rights.consent.errors import (
    ConsentEnded,
    ConsentNotYet,
    MatterMissing,
    PurposeNotOpen,
    QueriesUsed,
    RequestTooWide,
)


class Method(StrEnum):
    """How a consent was given (授权方式)."""

    ONLINE = "online"  # 网上
    WINDOW = "window"  # 服务窗口纸质


class Standing(StrEnum):
    """Where a request for consent stands."""

    WAITING = "waiting"  # 等待答复
    GRANTED = "granted"  # 已授权
    REFUSED = "refused"  # 未同意
    REVOKED = "revoked"  # 已撤回
    ENDED = "ended"  # 已到期


@dataclass(frozen=True, slots=True)
class Purpose:
    """A purpose of policy (查询用途).

    `roles` may query without consent; `longest_days` and `most_queries` bound a consent. An entry in the access log
    stays sealed for `secret_days`; 0: it is open at once. `needs_matter`: only with the number of a matter.
    `own_wish`: only the subject itself can ask for it, and no organisation.
    """

    code: str
    zh: str
    en: str
    by_consent: bool
    items: tuple[str, ...]
    basis: str
    version: str
    roles: frozenset[str] = frozenset()
    longest_days: int = 0
    most_queries: int = 0
    secret_days: int = 0
    secret_basis: str = ""
    needs_matter: bool = False
    own_wish: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """What a subject consented to: `[valid_from, valid_until)`, at most `most_queries` times."""

    valid_from: date
    valid_until: date
    most_queries: int
    is_revoked: bool = False


def check_request(purpose: Purpose, *, items: Collection[str], days: int, queries: int) -> None:
    """Raise `PurposeNotOpen` or `RequestTooWide` where more is asked for than the purpose allows.

    Source: PIPL (中华人民共和国个人信息保护法) art. 6, least extent for the purpose; the policy entry's numbers.
    """
    if not purpose.by_consent or purpose.own_wish:
        raise PurposeNotOpen
    fits = 0 < days <= purpose.longest_days and 0 < queries <= purpose.most_queries
    if not items or not set(items) <= set(purpose.items) or not fits:
        raise RequestTooWide(days=purpose.longest_days, queries=purpose.most_queries)


def check_use(terms: Terms, *, on: date, used: int) -> None:
    """Raise `ConsentEnded`, `ConsentNotYet` or `QueriesUsed` where the consent does not carry one more query.

    Source: PIPL art. 14 and 15, use as consented to and until the consent is withdrawn.
    """
    if terms.is_revoked or on >= terms.valid_until:
        raise ConsentEnded
    if on < terms.valid_from:
        raise ConsentNotYet
    if used >= terms.most_queries:
        raise QueriesUsed(queries=terms.most_queries)


def check_statutory(purpose: Purpose, *, roles: Collection[str], items: Collection[str], matter: str = "") -> None:
    """Raise `PurposeNotOpen` unless policy opens the purpose, without consent, to one of `roles` and all `items`.

    Raise `MatterMissing` where the purpose wants the number of the matter (案号) and there is none.

    Source: PIPL art. 13(1)(3) and 34, public bodies within the powers and limits that a law gives them.
    """
    if purpose.by_consent or not items or not set(items) <= set(purpose.items) or not set(roles) & purpose.roles:
        raise PurposeNotOpen
    if purpose.needs_matter and not matter.strip():
        raise MatterMissing


def sealed_until(purpose: Purpose, *, at: datetime) -> datetime | None:
    """Until when the entry of a query at that moment is kept from the subject; None: not at all.

    Source: PIPL art. 18 and 35, no notice where a law keeps it secret; the policy entry names that law and the days.
    """
    return at + timedelta(days=purpose.secret_days) if purpose.secret_days else None


def standing(terms: Terms, *, is_answered: bool, is_refused: bool, on: date) -> Standing:
    """Where a request with these terms stands on that day.

    Source: PIPL art. 15 and 16; a request that nobody answered ends with the time that it asked for.
    """
    if is_refused:
        return Standing.REFUSED
    if terms.is_revoked:
        return Standing.REVOKED
    if on >= terms.valid_until:
        return Standing.ENDED
    return Standing.GRANTED if is_answered else Standing.WAITING
