"""A few fictional companies on lists, by the real procedure: one that may still defend itself, and whose hearing about
another list was yesterday, one listed, one off again, one honoured; a volunteer who is honoured with his consent, and one who has not answered yet.
"""

from datetime import datetime, timedelta

from chengxin.base.casework import queries as cases
from chengxin.base.casework import services as casework
from chengxin.base.clock import local_date
from chengxin.project.sample.records import MARKET
from chengxin.project.sample.subjects import KNOWN_RESIDENT, VOLUNTEER
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Mandated, MandateKind, Role, Scope
from chengxin.registry.records import queries as records
from chengxin.registry.subjects import queries as subjects
from chengxin.registry.subjects.rules import about_person, about_subject
from chengxin.registry.subjects.services import person_hash
from chengxin.regulation.lists import policy, services
from chengxin.regulation.lists.queries import entries_in_force
from chengxin.regulation.lists.reading import entries_by

SERIOUS, MODEL, VOLUNTEERS = "market-serious-breach", "model-commitments", "outstanding-volunteers"
INFRINGING = "intellectual-property"
PROPOSED, OVER, DECIDED, EXITED = 60, 40, 38, 5  # days ago
SERVED, ASKED, CALLED, HELD = 26, 24, 21, 1  # days ago: the hearing; holidays leave enough working days between
FACTS = "多次销售不符合食品安全标准的食品，情节严重（演示）"
COPIED = "故意侵犯注册商标专用权，情节严重（演示）"
KEPT = "五年内公开承诺全部履行，经核实（演示）"


def fill_lists(*, at: datetime) -> None:
    """Propose, serve, hear and decide as the demo's officials; nobody in the demo is put on a list another way."""
    people = {name: accounts.demo_actor(name, at=at) for name in ("officer", "reviewer", "operator", "office-reviewer")}
    on = local_date(at)
    market = next(o.code for o in accounts.organisations() if o.name_zh == MARKET)
    first = records.some_subject_of("penalty-organisation", provider=market, on=on)
    found = [s.code for s in subjects.search("公司", on=on, size=20).items]
    standing = entries_in_force([about_subject(code) for code in found], at=at)
    free = [code for code in found if about_subject(code) not in standing and about_subject(code) != first]
    officer, reviewer = people["officer"], people["reviewer"]
    if officer is None or reviewer is None or len(free) < 3 or first is None:
        return
    _serve(_propose(SERIOUS, first.removeprefix("subject:"), officer, FACTS, 36, at=at), officer, at=at)
    _call(first, officer, at=at)
    for number, code in enumerate(free[:2], 1):
        _list(SERIOUS, code, officer, reviewer, FACTS, 36, f"南市监列字〔{on.year}〕{number}号（演示）", at=at)
    operator, head = people["operator"], people["office-reviewer"]
    if operator is not None and head is not None:
        _list(MODEL, free[2], operator, head, KEPT, 24, f"南信用示字〔{on.year}〕1号（演示）", at=at)
        _honour(operator, head, at=at)
    last, ended = entries_by(market, at=at, size=1).items[0], at - timedelta(days=EXITED)
    case_id = services.propose_removal(
        last.id, exit="court", grounds="处罚决定经法院判决撤销（演示）", by=officer, at=ended
    )
    number_out = f"南市监移字〔{on.year}〕1号（演示）"
    services.take(case_id, "remove", by=reviewer, at=ended, reason="依据已被撤销（演示）", number=number_out)


def _propose(list_code: str, code: str, by: Actor, facts: str, months: int, *, at: datetime) -> int:
    return services.propose(
        list_code, code=code, facts=facts, evidence="决定书和检查记录（演示）", months=months, by=by, at=at
    )


def _honour(operator: Actor, head: Actor, *, at: datetime) -> None:
    asked, decided = at - timedelta(days=PROPOSED), at - timedelta(days=DECIDED)
    _ask(KNOWN_RESIDENT.number, operator, at=at)
    case_id = _ask(VOLUNTEER.number, operator, at=asked)
    hashed = person_hash("身份证", VOLUNTEER.number)
    person = subjects.person_hashed(hashed, by="demo", purpose="demo", basis="fictional people")
    assert person is not None
    mandate = Mandated(0, about_person(person), MandateKind.SELF, frozenset(Scope))
    volunteer = Actor("volunteer", None, "", frozenset({Role.RESIDENT}), user_id=0, mandates=(mandate,))
    read = policy.wording_on(local_date(asked)).version
    services.take(case_id, "consent", by=volunteer, at=asked, agrees=True, wording=read)
    number = f"南志字〔{local_date(at).year}〕1号（演示）"
    services.take(case_id, "list", by=head, at=decided, reason="经核实，本人同意公开（演示）", number=number)


def _ask(number: str, by: Actor, *, at: datetime) -> int:
    return services.propose_person(
        VOLUNTEERS, number=number, facts="三年志愿服务六百小时（演示）", evidence="志愿服务记录（演示）", months=24,
        by=by, at=at,
    )  # fmt: skip


def _serve(case_id: int, by: Actor, *, at: datetime) -> None:
    services.take(
        case_id, "serve", by=by, at=at, reason="平台电子送达回执（演示）", served_on=local_date(at), way="platform"
    )


def _call(about: str, by: Actor, *, at: datetime) -> None:
    """The company asked for a hearing and was called to it; what was said there waits to be recorded."""
    served, asked, called = (at - timedelta(days=n) for n in (SERVED, ASKED, CALLED))
    mandate = Mandated(0, about, MandateKind.REPRESENTATIVE, frozenset(Scope))
    company = Actor(
        "representative", None, "", frozenset({Role.COMPANY_REPRESENTATIVE}), user_id=0, mandates=(mandate,)
    )
    case_id = _propose(INFRINGING, about.removeprefix("subject:"), by, COPIED, 36, at=served)
    _serve(case_id, by, at=served)
    services.take(case_id, "ask-hearing", by=company, at=asked, reason="商标已获授权使用，请求听证（演示）")
    held_at = at - timedelta(days=HELD)
    services.take(case_id, "call-hearing", by=by, at=called, held_at=held_at, place="市场监督管理局听证室（演示）")


def _list(
    list_code: str, code: str, clerk: Actor, decider: Actor, facts: str, months: int, number: str, *, at: datetime
) -> None:
    begun, over = at - timedelta(days=PROPOSED), at - timedelta(days=OVER)
    case_id = _propose(list_code, code, clerk, facts, months, at=begun)
    _serve(case_id, clerk, at=begun)
    casework.expire(case_id, steps_taken=len(cases.history_of(case_id)), at=over)
    decided = at - timedelta(days=DECIDED)
    services.take(case_id, "list", by=decider, at=decided, reason="事实清楚，期限内未陈述申辩（演示）", number=number)
