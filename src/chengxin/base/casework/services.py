"""Writes of cases and notices. Each locks, permits, decides, stores, notes and defers, in this order."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from chengxin.base import tasks
from chengxin.base.audit import services as audit
from chengxin.base.calendar.policy import working_days
from chengxin.base.casework import notices, policy, queries, rules, stages
from chengxin.base.casework.errors import NotYourStep, WrongParties
from chengxin.base.casework.models import Case, CaseEvent, CaseParty, Notice
from chengxin.base.casework.procedures import procedure
from chengxin.base.casework.rules import Handler, Party, Procedure, Step
from chengxin.base.clock import CITY_TIME, local_date
from chengxin.base.errors import NotFound
from chengxin.base.languages import InBoth

ONE_DAY = timedelta(days=1)
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Platform:
    """The platform itself, which acts where a time limit has passed."""

    name: str = "system"
    organisation_code: str = ""
    organisation_id: int | None = None
    roles: frozenset[str] = frozenset()
    reaches: frozenset[int] = frozenset()
    represents: frozenset[str] = frozenset()
    user_id: int | None = None


PLATFORM = Platform()


@transaction.atomic
def open_case(
    procedure_code: str,
    *,
    about: str,
    title: str | InBoth,
    parties: Mapping[str, Party],
    by: Handler,
    at: datetime,
    reason: str = "",
) -> int:
    """Open a case of that procedure about `about` (a reference of the owning room); returns its id.

    `title`, in both languages where they differ, and `reason` hold no personal identifiers.
    Raises `WrongParties`, `NotYourStep`.
    """
    declared = procedure(procedure_code)
    if set(parties) != set(declared.parts):
        raise WrongParties(parties=list(declared.parts))
    step = declared.opening
    if not rules.may_take(step, parties=parties, by=by):
        raise NotYourStep
    told = (title if isinstance(title, InBoth) else InBoth(title)).shortened(LONGEST_TITLE)
    opened = Case(procedure=declared.code, about=about, title=told.zh, title_en=told.en, opened_at=at)
    _enter(opened, declared, step, at=at)
    opened.save(force_insert=True)
    CaseParty.objects.bulk_create(
        CaseParty(
            case=opened, part=part, organisation_id=p.organisation_id, user_id=p.user_id, represented=p.represented
        )
        for part, p in parties.items()
    )
    _record(opened, step, from_state="", by=by, at=at, reason=reason)
    _tell(opened, declared, step, parties, at=at)
    audit.note("casework.case_opened", str(opened), by=by, at=at, procedure=declared.code, about=about)
    _defer_deadline(opened, declared, at=at)
    return opened.pk


@transaction.atomic
def take_step(
    case_id: int, step_code: str, *, by: Handler, at: datetime, reason: str = "", counts_from: date | None = None
) -> str:
    """Take a step in a case and return the state that it leads to.

    `counts_from`: the day from which the time of that state counts where it is a later one, as of a paper that counts
    as served some days after it was sent. Raises `NotFound` for a case that is not `by`'s to see, and what
    `rules.check` raises.
    """
    found = lock(case_id)
    queries.case(case_id, actor=by, on=local_date(at))
    declared = procedure(found.procedure)
    step, parties = declared.step(step_code), queries.parties_of(case_id)
    rules.check(step, state=found.state, parties=parties, by=by, history=queries.history_of(case_id), reason=reason)
    _move(found, declared, step, parties, by=by, at=at, reason=reason, counts_from=counts_from)
    return found.state


@transaction.atomic
def check_step(case_id: int, step_code: str, *, by: Handler, at: datetime, reason: str = "") -> None:
    """Raise what `take_step` would raise now, and change nothing: for a step that is taken later, by a task."""
    found = lock(case_id)
    queries.case(case_id, actor=by, on=local_date(at))
    step, parties = procedure(found.procedure).step(step_code), queries.parties_of(case_id)
    rules.check(step, state=found.state, parties=parties, by=by, history=queries.history_of(case_id), reason=reason)


@transaction.atomic
def expire(case_id: int, *, steps_taken: int, at: datetime) -> bool:
    """Take the step that follows from silence, if nothing happened since and the last day is over; whether it was.

    Safe to repeat: a case that was moved on, or whose deadline was moved, stays as it is.
    """
    found = lock(case_id)
    declared = procedure(found.procedure)
    silent = declared.state(found.state).on_silence
    is_over = rules.is_overdue(found.due_on, on=local_date(at))
    if found.steps_taken != steps_taken or not silent or not is_over or found.closed_at is not None:
        return False
    _move(found, declared, declared.step(silent), queries.parties_of(case_id), by=PLATFORM, at=at, reason="")
    return True


@transaction.atomic
def settle_deadlines(*, at: datetime) -> int:
    """Give their last day to the cases that waited for a year's holiday notice; returns how many got one.

    Run it after the notice was added to the city's policy.
    """
    calendar, settled = working_days(), 0
    for case_id in queries.due_waiting_for_a_calendar():
        found = lock(case_id)
        declared = procedure(found.procedure)
        since, state = local_date(found.state_since), declared.state(found.state)
        due = rules.deadline(state, since=since, calendar=calendar, about=found.about)
        if due.due_on is None:
            continue
        found.due_on, found.due_working_days, found.due_policy = due.due_on, due.working_days, due.policy
        found.save(update_fields=["due_on", "due_working_days", "due_policy"])
        audit.note("casework.deadline_settled", str(found), by=PLATFORM, at=at, due_on=due.due_on.isoformat())
        _defer_deadline(found, declared, at=at)
        settled += 1
    return settled


@transaction.atomic
def send_notice(
    to: Party, *, title: Any, body: Any = "", by: audit.Who, at: datetime, case_id: int | None = None
) -> int:
    """Send a notice to an organisation, a person or one who is represented; returns its id.

    `title` and `body` are marked for translation: the words are fixed in both languages as they are sent.
    """
    sent = Notice(
        case_id=case_id,
        organisation_id=to.organisation_id,
        user_id=to.user_id,
        represented=to.represented,
        sent_at=at,
    )
    with override("zh-hans"):
        sent.title_zh, sent.body_zh = str(title), str(body)
    with override("en"):
        sent.title_en, sent.body_en = str(title), str(body)
    with notices.sending(to, by=by):
        sent.save(force_insert=True)
    audit.note("casework.notice_sent", f"notice-{sent.pk}", by=by, at=at, case=case_id)
    return sent.pk


@transaction.atomic
def mark_read(notice_id: int, *, by: Handler, at: datetime) -> None:
    """Note that a notice was read; the first reading counts. Raises `NotFound` for someone else's notice."""
    with notices.reading_own(by):
        found = Notice.objects.select_for_update().filter(queries.to(by), pk=notice_id).first()
        if found is None:
            raise NotFound
        if found.read_at is not None:
            return
        found.read_at, found.read_by = at, by.name
        found.save(update_fields=["read_at", "read_by"])
    audit.note("casework.notice_read", f"notice-{notice_id}", by=by, at=at)


def lock(case_id: int) -> Case:
    """The case, which no other transaction can move on until this one ends. Raises `NotFound`."""
    found = Case.objects.select_for_update().filter(pk=case_id).first()
    if found is None:
        raise NotFound
    return found


def _move(
    found: Case,
    declared: Procedure,
    step: Step,
    parties: Mapping[str, Party],
    *,
    by: Handler,
    at: datetime,
    reason: str,
    counts_from: date | None = None,
) -> None:
    from_state = found.state
    _enter(found, declared, step, at=at, counts_from=counts_from)
    found.steps_taken += 1
    found.save(update_fields=[*STANDING, "steps_taken"])
    _record(found, step, from_state=from_state, by=by, at=at, reason=reason)
    _tell(found, declared, step, parties, at=at)
    audit.note("casework.step_taken", str(found), by=by, at=at, step=step.code, state=found.state)
    if step.then:
        tasks.defer(step.then, case_id=found.pk)
    _defer_deadline(found, declared, at=at)


STANDING = ["state", "state_since", "due_on", "due_working_days", "due_policy", "closed_at"]


def _enter(found: Case, declared: Procedure, step: Step, *, at: datetime, counts_from: date | None = None) -> None:
    begins = at if counts_from is None else max(at, _start_of(counts_from))
    if not rules.stays_overdue(declared, step, from_state=found.state):
        since, calendar = local_date(begins), working_days()
        due = rules.deadline(declared.state(step.to), since=since, calendar=calendar, about=found.about)
        found.due_on, found.due_working_days, found.due_policy = due.due_on, due.working_days, due.policy
    found.state, found.state_since = step.to, begins
    found.closed_at = at if declared.is_final(step.to) else None


def _record(found: Case, step: Step, *, from_state: str, by: Handler, at: datetime, reason: str) -> None:
    CaseEvent.objects.bulk_create(
        [
            CaseEvent(
                case=found,
                number=found.steps_taken,
                step=step.code,
                from_state=from_state,
                to_state=step.to,
                at=at,
                by_name=by.name,
                by_user_id=by.user_id,
                by_organisation_id=by.organisation_id,
                by_organisation_code=by.organisation_code,
                reason=reason.strip(),
            )
        ]
    )


def _tell(found: Case, declared: Procedure, step: Step, parties: Mapping[str, Party], *, at: datetime) -> None:
    for part in step.notifies:
        send_notice(parties[part], title=_Title(declared, step, found), by=PLATFORM, at=at, case_id=found.pk)


@dataclass(frozen=True, slots=True)
class _Title:
    """The notice's first line, in the language that is active when it is asked."""

    declared: Procedure
    step: Step
    case: Case

    def __str__(self) -> str:
        text = str(TAKEN).format(procedure=self.declared.name, step=self.step.name, title=queries.title_of(self.case))
        return text[:LONGEST_TITLE]


TAKEN = _("{procedure}：{step}——{title}")


def _defer_deadline(found: Case, declared: Procedure, *, at: datetime) -> None:
    """Ask for what follows from the new deadline: the step that silence takes, and the first reminder."""
    watch_next(found, done=(), on=local_date(at))
    if found.due_on is not None and declared.state(found.state).on_silence:
        tasks.defer(
            "casework.expire",
            not_before=_end_of(found.due_on),
            case_id=found.pk,
            steps_taken=found.steps_taken,
        )


def watch_next(found: Case, *, done: Collection[str], on: date) -> None:
    """Ask for the next stage of the case's deadline, on the day on which it begins."""
    if found.due_on is None or found.closed_at is not None:
        return
    day = stages.next_on(
        done,
        since=local_date(found.state_since),
        due_on=found.due_on,
        on=on,
        terms=policy.terms_on(on, procedure=found.procedure),
        calendar=working_days(),
    )
    if day is not None:
        tasks.defer("casework.watch", not_before=_start_of(day), case_id=found.pk)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=CITY_TIME)


def _end_of(day: date) -> datetime:
    return datetime.combine(day + ONE_DAY, time.min, tzinfo=CITY_TIME)
