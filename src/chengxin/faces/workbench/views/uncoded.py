"""Rows without a code for the credit office: whom they are about, decided side by side, and the weights behind it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengxin.base import clock
from chengxin.base.errors import ChengxinError
from chengxin.base.spreadsheets import CsvStream
from chengxin.faces.workbench.access import SignedInRequest, open_to
from chengxin.faces.workbench.faults import PageError
from chengxin.faces.workbench.pages import Choice, page, query_without, sheet, words
from chengxin.faces.workbench.paging import number_of_page
from chengxin.faces.workbench.resolving import COMPARISONS, REASONS, STATES, row_context, row_line
from chengxin.faces.workbench.shown import organisation_names
from chengxin.intake.resolution import learning, policy, queries, services
from chengxin.intake.resolution.comparing import LEVELS
from chengxin.intake.resolution.queries import WaitingRow, WeightsRow
from chengxin.intake.resolution.rules import State, WeightState
from chengxin.registry.accounts.rules import Permission
from chengxin.registry.catalogue import queries as catalogue

SIZE = 20
WEIGHT_STATES = {
    WeightState.PROPOSED: _lazy("待审核"),
    WeightState.IN_FORCE: _lazy("施行中或者曾经施行"),
    WeightState.REFUSED: _lazy("未采用"),
}


@require_GET
@open_to(Permission.RESOLVE_ROWS)
def row_list(request: SignedInRequest) -> HttpResponse:
    """Rows in a state, the likeliest first."""
    chosen = _chosen(request)
    rows, total = queries.waiting_rows(by=request.actor, **chosen, page=number_of_page(request), size=SIZE)
    counts = queries.counts_by_state()
    organisations = organisation_names()
    context = {
        "page": sheet(request, [row_line(row, organisations) for row in rows], total, SIZE),
        "chosen": chosen,
        "states": [Choice(code, name, counts.get(code, 0)) for code, name in STATES.items()],
        "items": [Choice(i.code, words(i.name)) for i in catalogue.items() if i.may_lack_code],
        "first": rows[0].id if rows and chosen["state"] == State.WAITING else None,
        "query": query_without(request, "page"),
    }
    return page(request, "uncoded_rows", context)


@require_GET
@open_to(Permission.RESOLVE_ROWS)
def row_list_csv(request: SignedInRequest) -> HttpResponseBase:
    """The filtered list as CSV, for a spreadsheet."""
    organisations = organisation_names()

    def cells(row: WaitingRow) -> list[Any]:
        line = row_line(row, organisations)
        at = timezone.localtime(row.received_at).strftime("%Y-%m-%d %H:%M")
        told = [line["item"], line["provider"], row.name, str(line["state"]), line["percent"]]
        return [row.submission_id, at, *told]

    rows = queries.all_waiting_rows(by=request.actor, **_chosen(request))
    titles = [_("提交号"), _("收到时间"), _("目录项"), _("报送单位"), _("名称"), _("状态"), _("最可能候选的把握")]
    return CsvStream("rows-without-code.csv", titles, map(cells, rows))


def _chosen(request: SignedInRequest) -> dict[str, str]:
    state = request.GET.get("state", "")
    item = request.GET.get("item", "")
    known = {i.code for i in catalogue.items()}
    return {"state": state if state in STATES else State.WAITING.value, "item": item if item in known else ""}


@require_GET
@open_to(Permission.RESOLVE_ROWS)
def row(request: SignedInRequest, waiting_id: int) -> HttpResponse:
    """One row beside its candidates, with the reasons of each score."""
    return _row(request, waiting_id)


@require_POST
@open_to(Permission.RESOLVE_ROWS)
def decide(request: SignedInRequest, waiting_id: int) -> HttpResponse:
    """Tie the row to the candidate or code that was chosen, or give it back; then the next one."""
    choice, reason = request.POST.get("choice", ""), request.POST.get("reason", "")
    actor, now = request.actor, clock.now()
    try:
        if choice == "none":
            services.return_row(waiting_id, by=actor, at=now, reason=reason)
            messages.success(request, _("已退回报送单位，并告知了原因。"))
        elif choice == "code":
            services.tie(waiting_id, code=request.POST.get("code", "") or "-", by=actor, at=now, reason=reason)
            messages.success(request, _("已关联，记录已入库。"))
        else:
            subject = int(choice) if choice.isdecimal() and len(choice) < 19 else None
            services.tie(waiting_id, subject_id=subject, by=actor, at=now, reason=reason)
            messages.success(request, _("已关联，记录已入库。"))
    except ChengxinError as error:
        field = {"reason-missing": "reason", "unknown-candidate": "choice"}.get(error.code, "choice")
        return _row(request, waiting_id, [PageError(field, error.sentence, error.advice)], status=error.status)
    following = queries.next_waiting(after=waiting_id)
    return redirect("workbench:uncoded-row", following) if following else redirect("workbench:uncoded")


@require_POST
@open_to(Permission.RESOLVE_ROWS)
def release(request: SignedInRequest, waiting_id: int) -> HttpResponse:
    """Undo a tie, for a reason."""
    try:
        services.release(waiting_id, by=request.actor, at=clock.now(), reason=request.POST.get("reason", ""))
    except ChengxinError as error:
        errors = [PageError("reason", error.sentence, error.advice)]
        return _row(request, waiting_id, errors, status=error.status)
    messages.success(request, _("已解除关联；由此产生的记录已撤下，收到过它的单位会得到通知。"))
    return redirect("workbench:uncoded-row", waiting_id)


def _row(
    request: SignedInRequest, waiting_id: int, errors: list[PageError] | None = None, *, status: int = 200
) -> HttpResponse:
    detail = services.open_row(waiting_id, by=request.actor, at=clock.now())
    context = row_context(detail) | {"errors": errors or [], "given": request.POST}
    return page(request, "uncoded_row", context, status=status)


@require_http_methods(["GET", "POST"])
@open_to(Permission.RESOLVE_ROWS)
def weights(request: SignedInRequest) -> HttpResponse:
    """Which weights apply, what decisions would change, and the versions so far; posted, it proposes new ones."""
    errors: list[PageError] = []
    status = 200
    now = clock.now()
    if request.method == "POST":
        try:
            number = learning.propose_weights(by=request.actor, at=now)
        except ChengxinError as error:
            errors, status = [PageError("propose", error.sentence, error.advice)], error.status
        else:
            messages.success(request, _("已提出第 {number} 版权重，等待另一名审核员决定。").format(number=number))
            return redirect("workbench:match-weights")
    return _weights(request, errors, status=status)


@require_POST
@open_to(Permission.DECIDE_WEIGHTS)
def decide_weights(request: SignedInRequest, version: int) -> HttpResponse:
    """Put proposed weights in force, or refuse them."""
    reason, now = request.POST.get("reason", ""), clock.now()
    try:
        if request.POST.get("decision") == "accept":
            learning.put_in_force(version, by=request.actor, at=now, reason=reason)
            messages.success(request, _("新权重已施行，只用于此后收到的数据。"))
        else:
            learning.refuse(version, by=request.actor, at=now, reason=reason)
            messages.success(request, _("未采用这一版权重。"))
    except ChengxinError as error:
        errors = [PageError("reason", error.sentence, error.advice)]
        return _weights(request, errors, status=error.status)
    return redirect("workbench:match-weights")


def _weights(request: SignedInRequest, errors: list[PageError], *, status: int = 200) -> HttpResponse:
    today = clock.today()
    number, present = queries.weights_in_force(on=today)
    versions = queries.weight_versions(by=request.actor)
    proposed = next((v for v in versions if v.state == WeightState.PROPOSED), None)
    rows = [
        {
            "comparison": COMPARISONS[c],
            "level": REASONS[c, level],
            "present": f"{present.levels[c][level]:+.2f}",
            "proposed": f"{proposed.weights.levels[c][level]:+.2f}" if proposed else "",
        }
        for c, names in LEVELS.items()
        for level in names
    ]
    context: dict[str, Any] = {
        "number": number,
        "rows": rows,
        "proposed": proposed,
        "may_decide": _may_decide(request, proposed),
        "versions": [(v, WEIGHT_STATES[WeightState(v.state)]) for v in versions],
        "terms": policy.terms(on=today),
        "errors": errors,
    }
    return page(request, "match_weights", context, status=status)


def _may_decide(request: SignedInRequest, proposed: WeightsRow | None) -> bool:
    actor = request.actor
    return proposed is not None and actor.may(Permission.DECIDE_WEIGHTS) and proposed.proposed_by_id != actor.user_id
