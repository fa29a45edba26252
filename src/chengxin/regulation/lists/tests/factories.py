"""Entries as the road of a hand-in and the city's own procedure leave them; every company is fictional."""

from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from uuid import UUID

import polars as pl

from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.clock import local_date
from chengxin.intake.collection.tests import factories as files
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Mandated, MandateKind, Role, Scope
from chengxin.registry.records import services as records
from chengxin.registry.records.tests.factories import key_of, versions
from chengxin.registry.subjects.identities import persons_hashed
from chengxin.registry.subjects.rules import about_person, about_subject
from chengxin.registry.subjects.services import person_hash
from chengxin.registry.subjects.tests.factories import code
from chengxin.regulation.lists import arrivals_log, arriving, policy, services, standing
from chengxin.regulation.lists.models import ListEntry, NoticeService, Proposal
from chengxin.regulation.lists.procedure import LIST_ENTRY
from chengxin.regulation.lists.rules import ends_on, reference_of

NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)  # a Tuesday, 12:00 in the city
EARLIER = datetime(2026, 8, 3, 4, tzinfo=UTC)  # a Monday, in time to call a hearing before NOON
TAX, MARKET_SUPERVISION, REGION = "11450100007551163U", "11450100007550013R", "12450000007559026W"
COMPANY = about_subject(code(1))
_numbers = count(1)


def representative(about: str = COMPANY) -> Actor:
    """Someone who acts on behalf of that company."""
    mandate = Mandated(1, about, MandateKind.REPRESENTATIVE, frozenset(Scope))
    return Actor("liang", None, "", frozenset({Role.COMPANY_REPRESENTATIVE}), user_id=801, mandates=(mandate,))


def official(role: Role, organisation: str, user_id: int) -> Actor:
    """Someone with that role in that organisation."""
    found = accounts.organisation_by_code(organisation)
    assert found is not None
    reach = accounts.reach_of(found.id)
    return Actor(f"{role.value}-{user_id}", found.id, found.code, frozenset({role}), reach, user_id)


def officer(organisation: str = TAX, user_id: int = 802) -> Actor:
    """The clerk of the authority who proposes."""
    return official(Role.DEPARTMENT_OFFICER, organisation, user_id)


def reviewer(organisation: str = TAX, user_id: int = 803) -> Actor:
    """The reviewer there, who decides."""
    return official(Role.DEPARTMENT_REVIEWER, organisation, user_id)


def presiding(organisation: str = TAX, user_id: int = 804) -> Actor:
    """Another clerk there, who holds the hearing."""
    return official(Role.DEPARTMENT_OFFICER, organisation, user_id)


def entered(
    about: str = COMPANY,
    list_code: str = "serious-tax",
    *,
    authority: str = TAX,
    on: date = date(2026, 8, 3),
    months: int = 36,
    at: datetime = datetime(2026, 8, 3, 4, tzinfo=UTC),
    natural_key: UUID | None = None,
) -> ListEntry:
    """An entry that was decided on that day, for any reference; its case took all steps on it."""
    organisation = accounts.organisation_by_code(authority)
    assert organisation is not None
    clerk, decider = officer(authority), reviewer(authority)
    version = policy.list_on(list_code, on).version
    parties = {"subject": Party(represented=about), "authority": Party(organisation_id=organisation.id)}
    case_id = casework.open_case(
        LIST_ENTRY.code, about=reference_of(list_code, about), title="虚构", parties=parties, by=clerk, at=at
    )
    common = {"case_id": case_id, "list_code": list_code, "about": about, "authority_code": authority}
    proposal = Proposal.objects.create(
        **common, authority_id=organisation.id, facts="虚构事实", evidence="虚构证据", months=months, policy=version,
        proposed_by=clerk.name, proposed_by_id=802, proposed_at=at,
    )  # fmt: skip
    for step, by in (
        ("serve", clerk), ("defend", representative(about)), ("answer", clerk), ("list", decider)
    ):  # fmt: skip
        casework.take_step(case_id, step, by=by, at=at, reason="虚构理由")
    NoticeService.objects.create(
        proposal=proposal, served_on=on, way="platform", proof="虚构回执", recorded_by=clerk.name, recorded_at=at
    )
    entry = ListEntry.objects.create(
        **common, proposal=proposal, authority_name_zh=organisation.name_zh, authority_name_en=organisation.name_en,
        decision_number=f"虚构列字〔2026〕{next(_numbers)}号", decided_on=on, notice_served_on=on, heard_on=on,
        in_force_from=on, in_force_until=ends_on(on, months), reason="虚构理由", policy=version,
        proposed_by_id=802, decided_by=decider.name, decided_by_id=803, natural_key=natural_key, entered_at=at,
    )  # fmt: skip
    standing.entered(entry, by=decider, at=at)
    return entry


def proposed(list_code: str = "serious-tax", *, number: int = 1, by: Actor | None = None, at: datetime = NOON) -> int:
    """The case of a proposal against the company with that number, which must exist."""
    return services.propose(
        list_code, code=code(number), facts="虚构事实", evidence="虚构税处〔2026〕1号", months=36,
        by=by or officer(), at=at,
    )  # fmt: skip


def served(case_id: int, *, at: datetime = NOON) -> int:
    """The same case, with the prior notice served."""
    services.take(case_id, "serve", by=officer(), at=at, reason="虚构回执1号", served_on=local_date(at), way="platform")
    return case_id


def called(case_id: int, *, held_at: datetime, at: datetime = EARLIER) -> int:
    """The same case, with the company called to the hearing that it asked for."""
    services.take(case_id, "ask-hearing", by=representative(), at=at, reason="请求听证（虚构）")
    services.take(case_id, "call-hearing", by=officer(), at=at, held_at=held_at, place="虚构路1号301室")
    return case_id


def heard(case_id: int, *, at: datetime = NOON) -> int:
    """The same case, proposed some weeks before `at`, with the defence answered and the hearing held at `at`."""
    begun = Proposal.objects.get(case_id=case_id).proposed_at
    called(answered(case_id, at=begun), held_at=at, at=begun)
    services.take(case_id, "hold-hearing", by=presiding(), at=at, reason="听证笔录（虚构）")
    return case_id


def answered(case_id: int, *, at: datetime = NOON) -> int:
    """The same case, with the company's defence answered while it may still ask for a hearing."""
    services.take(served(case_id, at=at), "defend", by=representative(), at=at, reason="已补缴（虚构）")
    services.take(case_id, "answer", by=officer(), at=at, reason="补缴在处罚之后，不影响认定（虚构）")
    return case_id


def listed(case_id: int, *, at: datetime = NOON) -> ListEntry:
    """The entry that the case leads to, which was proposed some weeks before `at`."""
    number = f"虚构税列字〔2026〕{next(_numbers)}号"
    services.take(heard(case_id, at=at), "list", by=reviewer(), at=at, reason="事实清楚（虚构）", number=number)
    return ListEntry.objects.get(case_id=case_id)


def arrived(
    subject_id: int,
    key: str = "1",
    *,
    item: str = "serious-breach",
    payload: str = '{"LIST": "重大税收违法失信主体", "DECISION_NUMBER": "虚构1号", "AUTHORITY_NAME": "虚构机关"}',
    on: date = date(2026, 5, 9),
    until: date | None = date(2029, 5, 9),
    state: str = "in-force",
    authority: str = TAX,
) -> UUID:
    """The natural key of a record by which an entry arrived."""
    stored = versions(
        subject_id, key, item=item, payload=payload, public=(on, until), decided_on=on, state=state
    ).with_columns(authority_code=pl.lit(authority))
    records.store(stored, superseded=[], at=NOON)
    arrivals_log.follow_records([key_of(key)], about=arriving.ORGANISATION, reason="", at=NOON)
    return key_of(key)


def arrived_person(folder: Path, number: int = 1, **changed: str) -> str:
    """The reference of a natural person about whom the region passed on an entry."""
    row = {
        "SUBJECT_NAME": f"虚某{number}", "DOCUMENT_TYPE": "身份证", "DOCUMENT_NUMBER": files.citizen(number),
        "LIST": "安全生产严重失信主体", "DECISION_NUMBER": f"虚构〔2026〕{number}号", "REASON": "虚构事由",
        "BASIS": "《中华人民共和国安全生产法》第七十八条", "REMOVAL_CONDITIONS": "期满移出（虚构）",
        "LISTED_ON": "2026-05-09", "ENDS_ON": "2026-09-01", "AUTHORITY_NAME": "虚构自治区机关",
        "AUTHORITY_CODE": REGION, "SOURCE_NAME": "广西（虚构）", "SOURCE_CODE": REGION,
    }  # fmt: skip
    kept = files.hand_in_rows(folder, row | changed, item="serious-breach-person", by=REGION)
    assert files.counts(kept)[1] == 1, files.found(kept)
    found = persons_hashed([person_hash("身份证", files.citizen(number))], by="test", purpose="test", basis="test")
    return about_person(next(iter(found.values())))
