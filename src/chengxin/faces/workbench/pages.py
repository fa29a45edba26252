"""What every page of the workbench knows: where one can go, and who is signed in."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from chengxin.base.clock import CITY_TIME
from chengxin.faces.workbench.paging import last_page, number_of_page
from chengxin.registry.accounts.rules import Actor, Permission

# Which places a person is shown, by group: address, name, and one of which permissions opens it (none: everyone signed
# in). A group none of whose places is open is left out.
PLACES: tuple[tuple[Any, tuple[tuple[str, Any, frozenset[Permission]], ...]], ...] = (
    (
        "",
        (
            ("home", _("工作台首页"), frozenset()),
            ("inbox", _("待办"), frozenset({Permission.MANAGE_CASES})),
        ),
    ),
    (
        _("数据"),
        (
            ("hand-in", _("交数据"), frozenset({Permission.SUBMIT_RECORDS})),
            ("submissions", _("提交记录"), frozenset({Permission.SEE_OWN_SUBMISSIONS, Permission.SEE_ALL_SUBMISSIONS})),
            ("quality", _("数据质量"), frozenset({Permission.SEE_OWN_SUBMISSIONS, Permission.SEE_ALL_SUBMISSIONS})),
            ("code-orders", _("重错码工单"), frozenset({Permission.SUBMIT_RECORDS, Permission.RUN_QUALITY})),
            ("connectors", _("系统对接"), frozenset({Permission.SEE_OWN_SUBMISSIONS, Permission.RUN_EXCHANGE})),
            ("changes", _("记录变更"), frozenset({Permission.TAKE_CHANGES})),
            ("subscriptions", _("变更订阅"), frozenset({Permission.TAKE_CHANGES, Permission.RUN_EXCHANGE})),
        ),
    ),
    (
        _("查询"),
        (
            ("check", _("信用查验"), frozenset({Permission.CHECK_CREDIT})),
            ("lookup", _("查询共享信息"), frozenset({Permission.READ_SHARED_RECORDS, Permission.READ_HISTORY})),
            ("queries", _("授权查询"), frozenset({Permission.ASK_FOR_CONSENT})),
            ("statutory", _("法定用途查询"), frozenset({Permission.READ_SHARED_RECORDS})),
            ("window", _("窗口授权"), frozenset({Permission.RECORD_WINDOW_CONSENT})),
        ),
    ),
    (
        _("监管"),
        (
            ("lists", _("名单"), frozenset({Permission.MANAGE_CASES})),
            ("commitments", _("信用承诺"), frozenset({Permission.MANAGE_CASES})),
            ("inspections", _("随机抽查"), frozenset({Permission.MANAGE_CASES})),
            ("campaigns", _("专项整治"), frozenset({Permission.MANAGE_CASES})),
            ("evaluation-models", _("评价模型"), frozenset({Permission.RUN_EVALUATION})),
            ("evaluation-runs", _("信用评价批次"), frozenset({Permission.RUN_EVALUATION})),
            ("check-statistics", _("奖惩统计"), frozenset({Permission.SEE_CHECK_STATISTICS})),
        ),
    ),
    (
        _("协会"),
        (
            ("association-letters", _("自律承诺书"), frozenset({Permission.RUN_ASSOCIATION})),
            ("association-members", _("会员名单"), frozenset({Permission.RUN_ASSOCIATION})),
        ),
    ),
    (
        _("运行"),
        (
            ("deliveries", _("文书送达"), frozenset({Permission.HANDLE_DELIVERIES})),
            ("consumers", _("变更送达"), frozenset({Permission.RUN_EXCHANGE})),
            ("packages", _("上级平台交换"), frozenset({Permission.RUN_EXCHANGE})),
            ("catalogue", _("目录管理"), frozenset({Permission.MANAGE_CATALOGUE})),
            ("uncoded", _("无代码数据"), frozenset({Permission.RESOLVE_ROWS})),
            ("merges", _("主体合并"), frozenset({Permission.RESOLVE_ROWS})),
            ("training", _("修复培训"), frozenset({Permission.MANAGE_TRAINING})),
            ("audit", _("审计链"), frozenset({Permission.VERIFY_AUDIT})),
            ("people", _("人员与角色"), frozenset({Permission.MANAGE_ACCOUNTS})),
        ),
    ),
)
WITHIN = {
    "case": "inbox",
    "check-receipts": "check",
    "check-receipt": "check",
    "check-start-file": "check",
    "check-file": "check",
    "case-step": "inbox",
    "evaluation-offers": "evaluation-models",
    "evaluation-offer-propose": "evaluation-models",
    "evaluation-run": "evaluation-runs",
    "evaluation-comparison": "evaluation-runs",
    "evaluation-members": "evaluation-runs",
    "evaluation-result": "evaluation-runs",
    "case-evidence": "inbox",
    "list-propose": "lists",
    "list-removal": "lists",
    "lists-arrived": "lists",
    "list-proofs": "lists",
    "hand-in-item": "hand-in",
    "submission": "submissions",
    "lookup-subject": "lookup",
    "query": "queries",
    "query-ask": "queries",
    "webhook-register": "consumers",
    "subscription": "subscriptions",
    "subscription-ask": "subscriptions",
    "subscription-secret": "subscriptions",
    "dispatches": "subscriptions",
    "selections": "subscriptions",
    "selection": "subscriptions",
    "selection-make": "subscriptions",
    "selection-renew": "subscriptions",
    "connector": "connectors",
    "connector-try": "connectors",
    "training-course": "training",
    "training-certify": "training",
    "commitment": "commitments",
    "commitment-promisor": "commitments",
    "commitment-check": "commitments",
    "commitment-fulfilled": "commitments",
    "commitment-breach": "commitments",
    "window-record": "window",
    "window-check": "window",
    "inspection-propose": "inspections",
    "inspection-plan": "inspections",
    "inspection-publish": "inspections",
    "inspection-draw": "inspections",
    "inspection-commit": "inspections",
    "inspection-reveal": "inspections",
    "inspection-again": "inspections",
    "inspection-objects": "inspections",
    "inspection-object-out": "inspections",
    "inspection-objects-renew": "inspections",
    "inspection-visits": "inspections",
    "inspection-visit": "inspections",
    "inspection-replace": "inspections",
    "inspection-statistics": "inspections",
    "onsite": "inspections",
    "inspectors": "inspections",
    "inspector": "inspections",
    "campaign": "campaigns",
    "catalogue-item": "catalogue",
    "catalogue-propose": "catalogue",
    "catalogue-proposal": "catalogue",
    "merge": "merges",
    "merge-propose": "merges",
    "merge-decide": "merges",
    "merge-undo": "merges",
    "uncoded-row": "uncoded",
    "uncoded-decide": "uncoded",
    "uncoded-release": "uncoded",
    "match-weights": "uncoded",
    "match-weights-decide": "uncoded",
    "campaign-propose": "campaigns",
    "campaign-targets": "campaigns",
    "campaign-result": "campaigns",
    "campaign-file": "campaigns",
    "campaign-hand-over": "campaigns",
    "campaign-case": "campaigns",
    "quality-check": "quality",
    "quality-declare": "quality",
    "code-order": "code-orders",
    "code-order-decide": "code-orders",
}


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the workbench's navigation."""

    address: str
    name: Any
    current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Entries of the navigation that belong together; `name` is empty for the first."""

    name: Any
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a select; `count` where it says how many rows it would show."""

    code: str
    name: Any
    count: int | None = None


def say(zh: str, en: str) -> str:
    """The text in the language of the page; Chinese where there is no English."""
    return en if en and (get_language() or "").startswith("en") else zh


def words(text: Any) -> str:
    """A catalogue's `Words` in the language of the page."""
    return say(text.zh, text.en)


def page(request: Any, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """Render `template` with the navigation of the person who is signed in."""
    return render(request, f"workbench/{template}.html", {"places": places(request), **context}, status=status)


def places(request: HttpRequest) -> list[Group]:
    """Where the signed-in person can go, by group."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return []
    here = request.resolver_match.url_name if request.resolver_match else ""
    here = WITHIN.get(here or "", here)
    groups = (
        (
            group,
            tuple(
                Place(reverse(f"workbench:{name}"), title, here == name)
                for name, title, permissions in within
                if not permissions or any(actor.may(p) for p in permissions)
            ),
        )
        for group, within in PLACES
    )
    return [Group(name, shown) for name, shown in groups if shown]


def day(text: str) -> date | None:
    """The day that an address names, None where it names none. Raises `ValueError` for what is no day."""
    return date.fromisoformat(text) if text else None


def day_or_none(text: str) -> date | None:
    """The day that someone entered; None where there is none, or what is no day."""
    try:
        return day(text.strip())
    except ValueError:
        return None


def moment_or_none(text: str) -> datetime | None:
    """A moment as a form gives it (YYYY-MM-DDTHH:MM), in the city's time; None where it is none."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=CITY_TIME)
    except ValueError:
        return None


def query_without(request: HttpRequest, *names: str) -> str:
    """The address's query without `names` and without empty values, for links that keep the filter."""
    return urlencode([(k, v) for k, v in request.GET.items() if v and k not in names])


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a longer list, for `_pages.html`."""

    rows: Sequence[Any]
    total: int
    number: int
    last: int
    query: str
    parameter: str = "page"

    @property
    def before(self) -> int | None:
        """The page before this one."""
        return self.number - 1 if self.number > 1 else None

    @property
    def after(self) -> int | None:
        """The page after this one."""
        return self.number + 1 if self.number < self.last else None


def sheet(request: HttpRequest, rows: Sequence[Any], total: int, size: int, parameter: str = "page") -> Sheet:
    """`rows`, the page of `size` rows that the address names, out of `total`. Raises `BehindLast`."""
    last = last_page(request, total, size, parameter)
    return Sheet(rows, total, number_of_page(request, parameter), last, query_without(request, parameter), parameter)


def cut(request: HttpRequest, rows: Sequence[Any], size: int, show: Callable[[Any], Any] = lambda row: row) -> Sheet:
    """The page of `rows` that the address names, each turned by `show`."""
    number = number_of_page(request)
    part = [show(row) for row in rows[(number - 1) * size : number * size]]
    return sheet(request, part, len(rows), size)


def choices(names: Mapping[Any, Any], among: Iterable[Any] | None = None) -> list[Choice]:
    """Options of a select from a table of names."""
    return [Choice(str(code), name) for code, name in names.items() if among is None or code in among]
