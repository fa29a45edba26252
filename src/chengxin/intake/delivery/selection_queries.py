"""Reads of saved selections: those that an organisation may use, their versions, and whom they choose today."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Max, Q, QuerySet

from chengxin.base.errors import NotFound, NotPermitted
from chengxin.intake.delivery.covering import criteria_on
from chengxin.intake.delivery.errors import SelectionUnknown
from chengxin.intake.delivery.models import Selection, SelectionVersion, Subscription
from chengxin.intake.delivery.rules import Choice, check_choice
from chengxin.registry.accounts.rules import Actor, Permission
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.records import selecting
from chengxin.registry.records.selecting import Selected

EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class SelectionRow:
    """A saved selection with its present version. `organisation_zh`: "" where it is the credit office's, for everyone.

    `uses`: subscriptions that name any of its versions and were neither rejected nor ended.
    """

    id: int
    name: str
    organisation_zh: str
    organisation_en: str
    number: int
    choice: Choice
    made_by: str
    made_at: datetime
    uses: int
    is_own: bool


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version of a selection, and how many subscriptions name it that were neither rejected nor ended."""

    number: int
    choice: Choice
    made_by: str
    made_at: datetime
    uses: int


def items() -> tuple[str, ...]:
    """The catalogue items by which subjects can be chosen: those about organisations."""
    return tuple(item.code for item in catalogue.items() if item.subject == "organisation")


def owner_for(by: Actor) -> int | None:
    """Whose selections the actor makes: its organisation's; None: the credit office's. Raises `NotPermitted`."""
    if by.may(Permission.RUN_EXCHANGE):
        return None
    if not by.may(Permission.TAKE_CHANGES) or by.organisation_id is None:
        raise NotPermitted
    return by.organisation_id


def owned(by: Actor) -> "QuerySet[Selection]":
    """The selections that the actor may renew, and next to which a new one stands. Raises `NotPermitted`."""
    owner = owner_for(by)
    return (
        Selection.objects.filter(organisation=None)
        if owner is None
        else Selection.objects.filter(organisation_id=owner)
    )


def selections(*, by: Actor) -> tuple[SelectionRow, ...]:
    """The selections that the actor may use, by name: its organisation's and the shared ones; all for who runs the hub.

    Raises `NotPermitted`. Index: `selection_name_once`, `selection_version_number`.
    """
    return _rows(_visible(by), by=by)


def selection(selection_id: int, *, by: Actor) -> SelectionRow:
    """One of them. Raises `NotPermitted`, `NotFound`. Index: primary key."""
    rows = _rows(_visible(by).filter(pk=selection_id), by=by)
    if not rows:
        raise NotFound
    return rows[0]


def versions(selection_id: int, *, by: Actor) -> tuple[VersionRow, ...]:
    """All versions, the newest first. Raises `NotPermitted`. Index: `selection_version_number`."""
    found = SelectionVersion.objects.filter(selection__in=_visible(by), selection_id=selection_id).order_by("-number")
    uses = _uses("saved", Subscription.objects.filter(saved__selection_id=selection_id))
    return tuple(
        VersionRow(v.number, Choice.from_json(v.criteria), v.made_by, v.made_at, uses.get(v.pk, 0)) for v in found
    )


def version_named(selection_id: int | None, *, by: Actor) -> int:
    """The key of the present version of a selection that the actor may use. Raises `SelectionUnknown`."""
    found = SelectionVersion.objects.filter(selection__in=_visible(by), selection_id=selection_id or 0)
    key = found.order_by("-number").values_list("pk", flat=True).first()
    if key is None:
        raise SelectionUnknown
    return key


def tried(choice: Choice, *, by: Actor, on: date) -> Selected:
    """Whom a selection chooses on that day: how many, and examples. Raises `NotPermitted`, `CriteriaUnusable`."""
    owner_for(by)
    check_choice(choice, items=items())
    return selecting.selected_by(criteria_on(choice, on=on), on=on, size=EXAMPLES)


def _visible(by: Actor) -> "QuerySet[Selection]":
    owner, found = owner_for(by), Selection.objects.all()
    return found if owner is None else found.filter(Q(organisation=None) | Q(organisation_id=owner))


def _rows(found: "QuerySet[Selection]", *, by: Actor) -> tuple[SelectionRow, ...]:
    owner = owner_for(by)
    present = SelectionVersion.objects.filter(selection__in=found).annotate(last=Max("selection__versions__number"))
    rows = present.filter(number=F("last")).select_related("selection__organisation")
    uses = _uses("saved__selection", Subscription.objects.filter(saved__selection__in=found))
    return tuple(
        SelectionRow(
            id=row.selection_id,
            name=row.selection.name,
            organisation_zh=row.selection.organisation.name_zh if row.selection.organisation else "",
            organisation_en=row.selection.organisation.name_en if row.selection.organisation else "",
            number=row.number,
            choice=Choice.from_json(row.criteria),
            made_by=row.made_by,
            made_at=row.made_at,
            uses=uses.get(row.selection_id, 0),
            is_own=row.selection.organisation_id == owner,
        )
        for row in rows.order_by("selection__name", "selection_id")
    )


def _uses(field: str, found: "QuerySet[Subscription]") -> dict[int, int]:
    alive = found.filter(ending=None).exclude(decision__is_approved=False)
    return dict(alive.values(field).annotate(n=Count("pk")).values_list(field, "n"))
