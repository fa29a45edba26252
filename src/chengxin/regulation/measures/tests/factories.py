"""Measures, matters and grounds as values; every case is fictional."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Mandated, MandateKind, Role, Scope
from chengxin.regulation.measures.rules import (
    Basis,
    Class,
    Effect,
    Ground,
    Identity,
    Kind,
    Matter,
    Measure,
    RecordTrigger,
    Target,
)

NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)
DAY = timedelta(days=1)
ABOUT = "subject:91450100MA600001XX"
LIST = "wage-arrears"
LAW = Basis("《虚构法》", "第一条", False)
TRIGGER = RecordTrigger("honour", months=12)


def measure(**changed: Any) -> Measure:
    """A restriction on organisations that the list triggers."""
    values: dict[str, Any] = {
        "code": "bar",
        "version": "measures/bar@2022-01-01",
        "name_zh": "限制",
        "name_en": "Bar",
        "klass": Class.LESSENING,
        "kind": Kind.MARKET_ENTRY,
        "effect": Effect.RESTRICTION,
        "lists": frozenset({LIST}),
        "records": (),
        "targets": frozenset({Target.ORGANISATION}),
        "executors": ("A",),
        "basis": (LAW,),
        "needs_discretion": False,
        "needs_feedback": True,
        "effective_from": NOON - 1000 * DAY,
        "effective_until": None,
        "verified": False,
        "origin": "national",
        **dict.fromkeys(
            ("does_zh", "does_en", "starts_zh", "starts_en", "ends_zh", "ends_en", "exceptions_zh", "exceptions_en"), ""
        ),
    }
    return Measure(**values | changed)


def reward(**changed: Any) -> Measure:
    """A reward that an honour triggers."""
    values: dict[str, Any] = {
        "code": "green-channel", "version": "measures/green-channel@2021-10-18", "klass": Class.REWARD,
        "kind": Kind.GREEN_CHANNEL, "effect": Effect.REWARD, "lists": frozenset(), "records": (TRIGGER,),
    }  # fmt: skip
    return measure(**values | changed)


def matter(*measures: str, **changed: Any) -> Matter:
    """A matter that answers with these measures."""
    values: dict[str, Any] = {
        "code": "bidding", "version": "checks/bidding@2022-01-01", "name_zh": "招标", "name_en": "Tenders",
        "purpose_zh": "", "purpose_en": "", "basis": (LAW,), "subjects": frozenset({Target.ORGANISATION}),
        "departments": ("A",), "measures": frozenset(measures or ("bar", "green-channel")), "verified": False,
    }  # fmt: skip
    return Matter(**values | changed)


def ground(**changed: Any) -> Ground:
    """An entry of the list, decided, served and in force for 30 days each way."""
    values: dict[str, Any] = {
        "about": ABOUT, "reference": "list-entry:1", "trigger": LIST, "meets": None, "authority_zh": "某局（虚构）",
        "authority_en": "A bureau (fictional)", "decision_number": "虚构〔2026〕1号", "decided_on": "2026-08-01",
        "served_at": NOON - 31 * DAY, "since": NOON - 30 * DAY, "until": NOON + 30 * DAY,
    }  # fmt: skip
    return Ground(**values | changed)


def honour(**changed: Any) -> Ground:
    """A decision that grants something."""
    values: dict[str, Any] = {"reference": "record:1", "trigger": None, "meets": TRIGGER, "served_at": None}
    return ground(**values | changed)


def identity(**changed: Any) -> Identity:
    """The company that the grounds are about."""
    values: dict[str, Any] = {
        "asked": "91450100MA600001XX", "is_valid": True, "about": ABOUT, "code": "91450100MA600001XX",
        "name": "南宁虚构贸易有限公司", "kind": "legal-person", "status": "active",
    }  # fmt: skip
    return Identity(**values | changed)


APPROVAL_BUREAU, FINANCE = "1145010000755003XC", "114501000075513233"
PROCUREMENT, LICENCE = "government-procurement", "administrative-licence"


def official(organisation: str = FINANCE, role: Role = Role.DEPARTMENT_OFFICER, user_id: int = 901) -> Actor:
    """Someone with that role in that organisation."""
    found = accounts.organisation_by_code(organisation)
    assert found is not None
    return Actor(
        f"{role.value}-{user_id}", found.id, found.code, frozenset({role}), accounts.reach_of(found.id), user_id
    )


def credit_office() -> Actor:
    """The credit office's clerk."""
    return official(accounts.credit_office().code, Role.CREDIT_OFFICE_OPERATOR, 902)


def representative(about: str) -> Actor:
    """Someone who acts on behalf of that subject."""
    held = Mandated(1, about, MandateKind.REPRESENTATIVE, frozenset(Scope))
    return Actor("liang", None, "", frozenset({Role.COMPANY_REPRESENTATIVE}), user_id=903, mandates=(held,))
