"""Reads of commitments: what everyone may see, what is one's own, what waits for an authority."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from uuid import UUID

from django.db.models import Q, QuerySet

from chengxin.base.attachments import queries as attachments
from chengxin.base.casework import queries as casework
from chengxin.base.clock import CITY_TIME, local_date
from chengxin.base.database.context import acting
from chengxin.base.database.parts import all_rows
from chengxin.base.errors import NotFound
from chengxin.registry.accounts.rules import Actor, Permission, Scope
from chengxin.registry.catalogue.rules import Words
from chengxin.registry.records import matching
from chengxin.registry.subjects import queries as subjects
from chengxin.regulation.commitments import decided, letters_in_force, policy, rules, waiting
from chengxin.regulation.commitments.decided import DecisionRow, UndoneRow
from chengxin.regulation.commitments.models import Check, Commitment, Due, Finding, FollowUp, Letter, Review
from chengxin.regulation.commitments.procedure import BREACH, FULFILMENT
from chengxin.regulation.commitments.rows import CheckRow, DueRow
from chengxin.regulation.commitments.rules import Template

MOST_COUNTED = 10_000  # beyond it a list says "more than"; counting a million rows takes a second
NAMES_TRIED = 100
SIGNED_LETTER = "signed-commitment"
OWN_LETTER = "中华人民共和国个人信息保护法 第四十五条 (unverified)"


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    """A commitment as lists show it. `name` is empty for a person who did not consent."""

    id: int
    number: str
    about: str
    subject_code: str
    name: str
    is_person: bool
    kind: str
    template: str
    template_version: str
    text_sha256: str
    matter: Words
    reference: str
    authority_id: int
    signed_at: datetime
    ends_on: date
    free_from: date
    with_second_factor: bool
    is_shown: bool
    natural_key: UUID | None
    state: str
    state_since: datetime


@dataclass(frozen=True, slots=True)
class Statement:
    """A commitment with its letter, obligations, decision, and what of a finding was undone last."""

    row: CommitmentRow
    template: Template
    dues: tuple[DueRow, ...]
    decision: DecisionRow | None
    undone: UndoneRow | None


@dataclass(frozen=True, slots=True)
class CommitmentPage:
    """One page of a list, newest first; `total` stops counting at `MOST_COUNTED`."""

    items: tuple[CommitmentRow, ...]
    total: int
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; empty: not. `own`: to the actor's own organisations, where it sees more."""

    own: bool = False
    text: str = ""
    kind: str = ""
    template: str = ""
    state: str = ""


def public_commitments(chosen: Filter, *, on: date, page: int = 1, size: int = 20) -> CommitmentPage:
    """What everyone may see on that day. Index: `commitment_shown` or that of the filter; the record's own key.

    An organisation's commitment is public while its record is: what was repaired, withdrawn or has ended is not here.
    """
    found = _page(_filtered(Commitment.objects.filter(_public(on)), chosen, on=on), page, size)
    return replace(found, items=tuple(map(_for_everyone, found.items)))


def all_public_commitments(chosen: Filter, *, on: date) -> Iterator[CommitmentRow]:
    """The same from the first to the last, read in parts. Index: as there."""
    return map(_for_everyone, _all(_filtered(Commitment.objects.filter(_public(on)), chosen, on=on)))


def public_statement(number: str, *, on: date) -> Statement:
    """One public commitment. Raises `NotFound` (hidden and missing alike). Index: unique number.

    Of a person's the finding stands without its reasons: they are free text, and may say who the person is. The number
    of the matter may do so too.
    """
    found = Commitment.objects.filter(_public(on), number=number).first()
    if found is None:
        raise NotFound
    told = _statement(found, on=on)
    told = replace(told, row=_for_everyone(told.row))
    if not found.is_person or told.decision is None:
        return told
    return replace(told, decision=replace(told.decision, reason=""))


def _for_everyone(row: CommitmentRow) -> CommitmentRow:
    letter = letters_in_force.template_named(row.template_version) if row.is_person and row.reference else None
    return replace(row, matter=letter.matter, reference="") if letter else row


def attested(number: str, *, code: str) -> CommitmentRow | None:
    """The commitment with that number for who holds the letter, and so its check code. Index: unique number."""
    found = Commitment.objects.filter(number=number).first()
    return _row(found) if found is not None and rules.same_code(code, found.check_code) else None


def exists(number: str) -> bool:
    """Whether a commitment has that number. Index: unique number."""
    return Commitment.objects.filter(number=number).exists()


def number_with_id(commitment_id: int) -> str:
    """The number of a commitment. Index: primary key."""
    return Commitment.objects.values_list("number", flat=True).get(pk=commitment_id)


def _public(on: date) -> Q:
    """A person's, which is no record, as long as a record would be: for the term, and a while after the finding."""
    since = rules.shown_if_found_since(on, policy.months_shown(on))
    found = ~Q(state=rules.State.RUNNING.value) & Q(state_since__gte=datetime.combine(since, time(), CITY_TIME))
    of_person = Q(is_person=True) & (Q(ends_on__gte=on) | found)
    return Q(is_shown=True) & (of_person | Q(matching.public_by_key("natural_key", on=on)))


def months_shown(on: date) -> int:
    """For how many months what was found is shown at least, by the policy of that day. No query."""
    return policy.months_shown(on)


def commitments_of(about: str, *, by: Actor) -> tuple[CommitmentRow, ...]:
    """All commitments of a subject, newest first. Raises `NotFound` for anyone else. Index: `commitment_about`."""
    if not by.may_for(about, Scope.SEE):
        raise NotFound
    return tuple(map(_row, Commitment.objects.filter(about=about).order_by("-signed_at")))


def running(about: str, template_code: str, reference: str, *, on: date) -> CommitmentRow | None:
    """What stands in the way of promising the same again on that day. Index: `commitment_about`."""
    found = Commitment.objects.filter(
        about=about, template=template_code, reference=reference, state=rules.State.RUNNING.value, free_from__gt=on
    )
    return next(map(_row, found), None)


def own_statement(number: str, about: str, *, by: Actor, on: date) -> Statement:
    """One of the subject's own. Raises `NotFound` for anyone else. Index: unique number."""
    found = Commitment.objects.filter(number=number, about=about).first()
    if found is None or not by.may_for(about, Scope.SEE):
        raise NotFound
    return _statement(found, on=on)


def own_letter(number: str, about: str, *, by: Actor) -> bytes:
    """The signed PDF of one of the subject's own. Raises `NotFound`. Index: unique commitment."""
    if not by.may_for(about, Scope.SEE):
        raise NotFound
    with acting(actor=by.name, purpose=SIGNED_LETTER, basis=OWN_LETTER, about=about):
        found = Letter.objects.filter(commitment__number=number, about=about).values_list("pdf", flat=True).first()
    if found is None:
        raise NotFound
    return bytes(found)


def public_letter(number: str, *, on: date) -> bytes:
    """The signed PDF of an organisation's public commitment; a person's names them and is not given.

    Raises `NotFound`. Index: unique number.
    """
    shown = Commitment.objects.filter(_public(on), number=number, is_person=False)
    found = Letter.objects.filter(commitment__in=shown).values_list("pdf", flat=True).first()
    if found is None:
        raise NotFound
    return bytes(found)


def commitments_with(actor: Actor, chosen: Filter, *, on: date, due: bool, page: int, size: int) -> CommitmentPage:
    """Commitments made to the actor's organisations; with `due`, those with an obligation that waits for a look.

    The credit office sees the city's. Index: `commitment_authority`, `commitment_due_on`.
    """
    return _page(_chosen(actor, chosen, on=on, due=due), page, size)


def all_commitments_with(actor: Actor, chosen: Filter, *, on: date, due: bool) -> Iterator[CommitmentRow]:
    """The same from the first to the last, read in parts. Index: as there."""
    return _all(_chosen(actor, chosen, on=on, due=due))


def _chosen(actor: Actor, chosen: Filter, *, on: date, due: bool) -> "QuerySet[Commitment]":
    found = _filtered(_own(actor) if chosen.own else made_to(actor), chosen, on=on)
    if not due:
        return found
    return found.filter(pk__in=waiting.to_look_at(on).values("commitment"))


def statement_with(number: str, *, actor: Actor, on: date) -> Statement:
    """One commitment made to the actor's organisations, or whose breach gave one of them a task.

    Raises `NotFound`. Index: unique number, foreign key.
    """
    found = Commitment.objects.filter(number=number).first()
    if found is None or not may_open(found.pk, actor):
        raise NotFound
    return _statement(found, on=on)


def may_open(commitment_id: int, actor: Actor) -> bool:
    """Whether it was made to the actor's organisations, or its breach gave one of them a task. Index: foreign key."""
    given = FollowUp.objects.filter(commitment_id=commitment_id, department_id__in=list(actor.reaches))
    return made_to(actor).filter(pk=commitment_id).exists() or given.exists()


def statement_of_case(case_id: int, *, actor: Actor, on: date) -> tuple[Statement, Finding | None]:
    """The commitment that a case is about, for those who have a part in it. Raises `NotFound`. Index: unique case."""
    casework.case(case_id, actor=actor, on=on)
    finding = Finding.objects.select_related("commitment").filter(case_id=case_id).first()
    if finding is not None:
        return _statement(finding.commitment, on=on), finding
    review = Review.objects.select_related("decision__finding__commitment").filter(case_id=case_id).first()
    if review is not None:
        return _statement(review.decision.finding.commitment, on=on), review.decision.finding
    task = FollowUp.objects.select_related("commitment").filter(case_id=case_id).first()
    if task is None:
        raise NotFound
    return _statement(task.commitment, on=on), None


def reference_of(number: str) -> str:
    """What the cases about a commitment are about."""
    return f"commitment:{number}"


def has_open_finding(number: str) -> bool:
    """Whether a case is open that is to find the commitment kept or broken. Index: `case_about`."""
    about = [reference_of(number)]
    return any(casework.open_about(procedure.code, about) for procedure in (FULFILMENT, BREACH))


def cases_about(commitment_id: int) -> tuple[tuple[int, str], ...]:
    """The cases about a commitment and where they stand, oldest first. Index: foreign keys."""
    ids = [
        *Finding.objects.filter(commitment_id=commitment_id).values_list("case_id", flat=True),
        *FollowUp.objects.filter(commitment_id=commitment_id).values_list("case_id", flat=True),
        *Review.objects.filter(decision__commitment_id=commitment_id).values_list("case_id", flat=True),
    ]
    states = casework.states_of(ids)
    return tuple((case_id, states[case_id]) for case_id in sorted(ids))


def signed_versions_with_data() -> tuple[tuple[str, str], ...]:
    """Letter versions and obligations of running commitments that records check. For the platform's own check."""
    running = Due.objects.filter(by_data=True, commitment__state=rules.State.RUNNING.value)
    return tuple(running.values_list("commitment__template_version", "code").distinct().order_by())


def made_to(actor: Actor) -> "QuerySet[Commitment]":
    """Commitments to the actor's organisations; of the whole city for its credit office. For this room's reads."""
    if actor.may(Permission.ISSUE_REPORTS):  # the credit office, for the city as a whole
        return Commitment.objects.all()
    return _own(actor)


def _own(actor: Actor) -> "QuerySet[Commitment]":
    return Commitment.objects.filter(authority_id__in=list(actor.reaches))


def _filtered(found: "QuerySet[Commitment]", chosen: Filter, *, on: date) -> "QuerySet[Commitment]":
    for column in ("kind", "template", "state"):
        if value := getattr(chosen, column):
            found = found.filter(**{column: value})
    if not chosen.text:
        return found
    text = chosen.text.strip()
    named = [row.code for row in subjects.search(text, on=on, size=NAMES_TRIED).items]
    return found.filter(
        Q(number=rules.number_of(text) or "") | Q(subject_code__in=[text.upper(), *named], is_person=False)
    )


def _all(found: "QuerySet[Commitment]") -> Iterator[CommitmentRow]:
    return all_rows(found, "-signed_at", "-id", told=lambda part: map(_row, part))


def _page(found: "QuerySet[Commitment]", page: int, size: int) -> CommitmentPage:
    counted = found.order_by()[: MOST_COUNTED + 1].count()
    start = (page - 1) * size
    rows = tuple(map(_row, found.order_by("-signed_at", "-id")[start : start + size]))
    return CommitmentPage(rows, min(counted, MOST_COUNTED), counted <= MOST_COUNTED)


def _row(found: Commitment) -> CommitmentRow:
    return CommitmentRow(
        id=found.pk,
        number=found.number,
        about=found.about,
        subject_code=found.subject_code,
        name=found.shown_name,
        is_person=found.is_person,
        kind=found.kind,
        template=found.template,
        template_version=found.template_version,
        text_sha256=found.text_sha256,
        matter=Words(found.matter_zh, found.matter_en),
        reference=found.reference,
        authority_id=found.authority_id,
        signed_at=found.signed_at,
        ends_on=found.ends_on,
        free_from=found.free_from,
        with_second_factor=found.with_second_factor,
        is_shown=found.is_shown,
        natural_key=found.natural_key,
        state=found.state,
        state_since=found.state_since,
    )


def _statement(found: Commitment, *, on: date) -> Statement:
    template = letters_in_force.template_named(found.template_version)
    if template is None:
        raise NotFound
    dues = Due.objects.filter(commitment=found).prefetch_related("checks").order_by("due_on", "id")
    is_running = found.state == rules.State.RUNNING.value
    return Statement(
        row=_row(found),
        template=template,
        dues=tuple(_due(d, template, is_running=is_running, on=on) for d in dues),
        decision=decided.decision_of(found.pk),
        undone=decided.undone_of(found.pk),
    )


def _check_row(found: Check) -> CheckRow:
    item, _, day = found.evidence.partition(" ") if found.by_data else ("", "", "")
    return CheckRow(
        id=found.pk,
        result=found.result,
        by_data=found.by_data,
        evidence="" if found.by_data else found.evidence,
        item=item,
        found_on=date.fromisoformat(day) if found.record_key else None,
        files=() if found.by_data else attachments.attachments_of(files_of_check(found.pk)),
        record_key=found.record_key,
        by_name=found.by_name,
        at=found.at,
    )


def _due(found: Due, template: Template, *, is_running: bool, on: date) -> DueRow:
    made = sorted(found.checks.all(), key=lambda c: c.pk, reverse=True)
    checks = tuple(map(_check_row, made))
    return DueRow(
        id=found.pk,
        code=found.code,
        text=template.obligation(found.code).text,
        due_on=found.due_on,
        by_data=found.by_data and template.obligation(found.code).data is not None,
        is_late=is_running and rules.is_late(found.due_on, on=on) and not checks,
        checks=checks,
    )


def files_of_check(check_id: int) -> str:
    """How the files of a check are filed."""
    return f"commitment-check-{check_id}"


def signed_on(row: CommitmentRow) -> date:
    """The day of signing, in the city's time zone."""
    return local_date(row.signed_at)
