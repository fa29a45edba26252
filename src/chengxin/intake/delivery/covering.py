"""Which subjects a subscription covers: all, those that it names, or those that fall under its criteria.

A subject that stands for another one (`subjects.merging`) is covered where either of the two is: they are the same.
Whom a saved selection chooses changes with the records; what a consumer was once given is followed all the same
(`followed`), so that a takedown finds every holder.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import date
from uuid import UUID

from chengxin.intake.delivery import rules
from chengxin.intake.delivery.models import Dispatch, SubscribedSubject, Subscription
from chengxin.intake.delivery.rules import Choice, Subjects
from chengxin.registry.records import selecting
from chengxin.registry.subjects import merging
from chengxin.registry.subjects import queries as subjects

Covers = Callable[[int], bool]


def coverage(found: Sequence[Subscription], about: Collection[int], *, on: date) -> list[tuple[Subscription, Covers]]:
    """Each subscription (with `saved`) with whether it covers one of the subjects `about`: four queries for all.

    Index: `subscribed_subject_once`, primary key, `subject_merged_into`, `record_subject`.
    """
    if all(s.subjects == Subjects.ALL for s in found):
        return [(s, _is_organisation) for s in found]
    organisations = {subject for subject in about if subject > 0}
    others = merging.absorbed_into(organisations)
    listed: dict[int, set[int]] = defaultdict(set)
    if with_list := [s.pk for s in found if s.subjects == Subjects.LIST]:
        asked = {*about, *(other for them in others.values() for other, _code in them)}
        concerned = SubscribedSubject.objects.filter(subscription_id__in=with_list, subject__in=asked)
        for subscription_id, subject in concerned.values_list("subscription_id", "subject"):
            listed[subscription_id].add(subject)
    codes: dict[int, list[str]] = {}
    if any(s.subjects == Subjects.SELECTION for s in found):
        own = subjects.codes_of(organisations)
        codes = {s: [code, *(other for _, other in others.get(s, ()))] for s, code in own.items()}
    same = {s: {s, *(other for other, _code in others.get(s, ()))} for s in about}
    named = {s.saved.pk: Choice.from_json(s.saved.criteria) for s in found if s.saved is not None}
    chosen = selecting.selected_among(organisations, {n: criteria_on(c, on=on) for n, c in named.items()}, on=on)
    return [
        (s, chosen[s.saved_id].__contains__ if s.saved_id else _covers(s, listed[s.pk], same, codes)) for s in found
    ]


def criteria_on(choice: Choice, *, on: date) -> selecting.Criteria:
    """What a selection asks for on a day."""
    return selecting.Criteria(
        choice.item, choice.severities, choice.divisions, since=choice.since(on), least=choice.least
    )


def followed(found: Sequence[Subscription], keys: Collection[UUID]) -> set[tuple[int, UUID]]:
    """Which of these records went to which of those subscriptions that choose by a saved selection, or wait for them.

    Index: `dispatch_record`.
    """
    by_selection = [s.pk for s in found if s.subjects == Subjects.SAVED]
    if not by_selection:
        return set()
    had = Dispatch.objects.filter(subscription_id__in=by_selection, natural_key__in=list(keys))
    return set(had.values_list("subscription_id", "natural_key").distinct())


def _covers(
    subscription: Subscription, listed: set[int], same: dict[int, set[int]], codes: dict[int, list[str]]
) -> Covers:
    if subscription.subjects == Subjects.LIST:
        return lambda s: not listed.isdisjoint(same.get(s, ()))
    if subscription.subjects == Subjects.SELECTION:
        return lambda s: any(rules.is_selected(subscription.selection, code=code) for code in codes.get(s, ()))
    return _is_organisation


def _is_organisation(subject: int) -> bool:
    return subject > 0  # natural persons only by consent, one by one
