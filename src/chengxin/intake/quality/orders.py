"""Writes of work orders about wrong codes: what a hand-in mends, what it gets wrong, and what the provider decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import ngettext, override

from chengxin.base.audit import services as audit
from chengxin.base.casework import queries as cases
from chengxin.base.casework import rules as casework_rules
from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.casework.services import Platform
from chengxin.base.clock import local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.base.identifiers.rules import is_credit_code
from chengxin.base.languages import InBoth
from chengxin.intake.collection import measuring as collection
from chengxin.intake.collection import queries as submissions
from chengxin.intake.collection.measuring import DoubtfulRow
from chengxin.intake.quality import order_queries, policy, proposing
from chengxin.intake.quality.errors import CodeStillWrong, LineMended, OrderClosed
from chengxin.intake.quality.models import CodeDecision, CodeOrder, Mended, OrderLine, ProposedCode
from chengxin.intake.quality.procedure import BY_SERVICE, CODE_ORDER, ISSUED
from chengxin.intake.quality.rules import written_code
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import Item

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Submitted:
    """A hand-in that is looked at."""

    id: int
    item: Item
    provider_id: int


@transaction.atomic
def examine(submission_id: int, *, at: datetime) -> int | None:
    """See which open lines a hand-in mends, then open a work order for the codes that it got wrong; the order's id.

    Safe to repeat: a line is mended once and a hand-in has one order. None where nothing is wrong.
    """
    detail = submissions.submission(submission_id, None)
    item = catalogue.item(detail.item)
    if item.subject != "organisation":
        return None
    submitted = Submitted(submission_id, item, detail.organisation_id)
    queue_behind(f"quality-orders:{submitted.provider_id}:{item.code}")
    _mend(submitted, at=at)
    if not detail.rejected or CodeOrder.objects.filter(submission_id=submission_id).exists():
        return None
    return _order(submitted, at=at)


def title_of(item: str, count: int) -> str:
    """How an order about so many lines is called, in the language of the moment; `item` is the item's name in it."""
    title = ngettext("%(item)s：%(n)s 行代码需要更正", "%(item)s：%(n)s 行代码需要更正", count)
    return title % {"item": item, "n": count}


def service() -> Platform:
    """The platform as it acts on work orders, in the part of the credit office; no person holds its role."""
    office = accounts.credit_office()
    return Platform(
        name="quality",
        organisation_code=office.code,
        organisation_id=office.id,
        roles=BY_SERVICE,
        reaches=frozenset({office.id}),
    )


def _order(submitted: Submitted, *, at: datetime) -> int | None:
    rows = collection.doubtful_rows(submitted.id, submitted.item)
    known = order_queries.open_lines(submitted.provider_id, submitted.item.code)
    fresh = [r for r in rows if (written_code(r.code), r.rest) not in known]
    if not fresh:
        return None
    by = service()
    with override("en"):
        english = title_of(submitted.item.name.en, len(fresh))
    with override("zh-hans"):
        title = InBoth(title_of(submitted.item.name.zh, len(fresh)), english)
    parties = {"office": Party(by.organisation_id), "provider": Party(submitted.provider_id)}
    about = f"submission:{submitted.id}"
    case_id = casework.open_case(CODE_ORDER.code, about=about, title=title, parties=parties, by=by, at=at)
    order = CodeOrder.objects.create(
        case_id=case_id,
        provider_id=submitted.provider_id,
        item=submitted.item.code,
        submission_id=submitted.id,
        opened_at=at,
    )
    _write_lines(order, fresh, at=at)
    audit.note("quality.order_issued", str(order), by=by, at=at, case=case_id, lines=len(fresh))
    return order.pk


def _write_lines(order: CodeOrder, rows: Sequence[DoubtfulRow], *, at: datetime) -> None:
    wanted = [proposing.Wanted(r.row, r.code, r.name, "" if r.fails_check else r.registered) for r in rows]
    found = proposing.proposed(wanted, policy.proposing(local_date(at)))
    lines = OrderLine.objects.bulk_create(
        (
            OrderLine(
                order=order,
                row=r.row,
                fault=_fault(r, is_known=found[r.row].is_known),
                code=written_code(r.code)[:50],
                name=r.name[:200],
                rest=list(r.rest),
            )
            for r in rows
        ),
        batch_size=BATCH,
    )
    ProposedCode.objects.bulk_create(
        (
            ProposedCode(line=line, place=place, code=p.code, name=p.name, edit=p.edit, likeness=p.likeness)
            for line in lines
            for place, p in enumerate(found[line.row].proposals)
        ),
        batch_size=BATCH,
    )


def _fault(row: DoubtfulRow, *, is_known: bool) -> str:
    if row.fails_check:
        return OrderLine.Fault.CHECK_DIGIT
    return OrderLine.Fault.OTHER_SUBJECT if is_known else OrderLine.Fault.TWO_NAMES


def _mend(submitted: Submitted, *, at: datetime) -> None:
    """Mark the lines whose row came with the right code, and close the orders that have none left."""
    rest = collection.rest_fields(submitted.item)
    with connection.cursor() as cursor:
        cursor.execute(
            MENDING,
            {
                "submission": submitted.id,
                "provider": submitted.provider_id,
                "item": submitted.item.code,
                "rest": list(rest),
                "at": at,
            },
        )
        touched = sorted({order for (order,) in cursor.fetchall()})
    by = service()
    for case_id in order_queries.finished(touched):
        casework.take_step(case_id, "close", by=by, at=at)
    if touched:
        audit.note("quality.lines_mended", f"submission {submitted.id}", by=by, at=at, orders=touched)


# A row mends a line when all that tells the decision apart is the same, and its code is the one that was decided on;
# before a decision, one that was proposed, or that of a subject that bears the line's name. The walk over the hand-in's
# records goes by block ranges (`record_submission`); the open lines of one provider and item are few.
MENDING = """
WITH waiting AS (
  SELECT l.id, l.order_id, l.rest, l.name,
    (SELECT d.code FROM quality_codedecision d WHERE d.line_id = l.id ORDER BY d.id DESC LIMIT 1) AS decided
  FROM quality_codeorder o JOIN casework_case c ON c.id = o.case_id AND c.closed_at IS NULL
  JOIN quality_orderline l ON l.order_id = o.id
  WHERE o.provider_id = %(provider)s AND o.item = %(item)s AND o.submission_id <> %(submission)s
    AND NOT EXISTS (SELECT 1 FROM quality_mended m WHERE m.line_id = l.id)
), came AS (
  SELECT DISTINCT ON (w.id) w.id, w.order_id, r.submission_row, s.code
  FROM records_record r JOIN subjects_subject s ON s.id = r.subject_id
  JOIN waiting w ON w.rest = (
    SELECT array_agg(coalesce(r.payload ->> f.field, '') ORDER BY f.place)
    FROM unnest(%(rest)s::text[]) WITH ORDINALITY AS f(field, place)
  )
  WHERE r.submission_id = %(submission)s AND r.item = %(item)s AND CASE
    WHEN w.decided IS NOT NULL THEN s.code = w.decided
    ELSE s.name = w.name OR EXISTS (SELECT 1 FROM quality_proposedcode p WHERE p.line_id = w.id AND p.code = s.code)
  END
  ORDER BY w.id, r.submission_row
)
INSERT INTO quality_mended (line_id, submission_id, "row", code, at)
SELECT id, %(submission)s, submission_row, code, %(at)s FROM came
ON CONFLICT (line_id) DO NOTHING
RETURNING (SELECT l.order_id FROM quality_orderline l WHERE l.id = line_id)
"""


@transaction.atomic
def accept(line_id: int, proposal_id: int, *, by: Actor, at: datetime) -> None:
    """Take a proposed code as the right one for a line; the record comes with the next hand-in.

    Raises `NotFound`, `NotPermitted`, `OrderClosed`, `LineMended`.
    """
    line = _line_to_decide(line_id, by=by, at=at)
    proposal = ProposedCode.objects.filter(pk=proposal_id, line=line).first()
    if proposal is None:
        raise NotFound
    _decide(line, proposal.code, is_proposed=True, by=by, at=at)


@transaction.atomic
def decide(line_id: int, code: str, *, by: Actor, at: datetime) -> None:
    """Say which code is right for a line where none that is proposed is.

    Raises `CodeStillWrong`, and as `accept`.
    """
    line = _line_to_decide(line_id, by=by, at=at)
    written = written_code(code)
    if not is_credit_code(written):
        raise CodeStillWrong(code=code.strip()[:50])
    _decide(line, written, is_proposed=False, by=by, at=at)


@transaction.atomic
def accept_best(order_id: int, *, by: Actor, at: datetime) -> int:
    """Take the best proposal of every line whose name is exactly that of the proposed subject and that has no decision.

    Returns how many. Raises as `accept`.
    """
    order = _order_to_decide(order_id, by=by, at=at)
    waiting = order_queries.certain_proposals(order.pk)
    CodeDecision.objects.bulk_create(
        (
            CodeDecision(line_id=line_id, code=code, is_proposed=True, by_name=by.name, at=at)
            for line_id, code in waiting.items()
        ),
        batch_size=BATCH,
    )
    audit.note("quality.codes_decided", str(order), by=by, at=at, lines=len(waiting))
    return len(waiting)


def _line_to_decide(line_id: int, *, by: Actor, at: datetime) -> OrderLine:
    line = OrderLine.objects.filter(pk=line_id).first()
    if line is None:
        raise NotFound
    _order_to_decide(line.order_id, by=by, at=at)
    if Mended.objects.filter(line=line).exists():
        raise LineMended
    return line


def _order_to_decide(order_id: int, *, by: Actor, at: datetime) -> CodeOrder:
    order = CodeOrder.objects.filter(pk=order_id).first()
    if order is None:
        raise NotFound
    queue_behind(f"quality-orders:{order.provider_id}:{order.item}")
    case = cases.case(order.case_id, actor=by, on=local_date(at))
    if not casework_rules.may_take(CODE_ORDER.step("explain"), parties=cases.parties_of(case.id), by=by):
        raise NotPermitted
    if case.state != ISSUED:
        raise OrderClosed
    return order


def _decide(line: OrderLine, code: str, *, is_proposed: bool, by: Actor, at: datetime) -> None:
    CodeDecision.objects.create(line=line, code=code, is_proposed=is_proposed, by_name=by.name, at=at)
    audit.note("quality.code_decided", f"order line {line.pk}", by=by, at=at, proposed=is_proposed)
