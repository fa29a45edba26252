"""Notices about obligations: the promisor before the last day, the authority of what it has to look at; once each."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from itertools import groupby

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from chengxin.base.audit import services as audit
from chengxin.base.casework import services as casework
from chengxin.base.casework.rules import Party
from chengxin.base.casework.services import PLATFORM
from chengxin.base.clock import CITY_TIME, local_date
from chengxin.base.database.queueing import queue_behind
from chengxin.base.languages import InBoth
from chengxin.base.listing import in_turn_written
from chengxin.regulation.commitments import letters_in_force, policy, rules, waiting
from chengxin.regulation.commitments.models import Due, DueNotice
from chengxin.regulation.commitments.rules import Result, State, Template, Told

AT_ONCE = 1_000
SOON = _("承诺义务将到期：{matter}")
SOON_BODY = _("承诺编号 {number}。最后一天和义务：{dues}。到期后由受理单位核查。")
LOOK = _("有承诺义务等待核查")
LOOK_BODY = _("新到期未核查：{late} 项；数据比对与承诺不符：{contradicted} 项。请打开“信用承诺”，“核查”选“要核查的”。")


def tell(*, at: datetime) -> int:
    """Send the notices that the day calls for; returns how many. Safe to repeat: each is sent once."""
    return _remind_promisors(at=at) + _tell_authorities(at=at)


def _remind_promisors(*, at: datetime) -> int:
    """One notice a commitment, about what somebody has still to do."""
    on = local_date(at)
    days = policy.days_of_reminder(on)
    if days is None:
        return 0
    letters: dict[str, Template | None] = {}
    sent = 0
    for _commitment, group in groupby(_coming_due(on, days), key=lambda due: due.commitment_id):
        dues = list(group)
        version = dues[0].commitment.template_version
        if version not in letters:
            letters[version] = letters_in_force.template_named(version)
        if (letter := letters[version]) is not None:
            sent += _remind([d for d in dues if rules.asks_for_an_act(letter.obligation(d.code))], letter, at=at)
    return sent


def _coming_due(on: date, days: int) -> Iterator[Due]:
    """Obligations that are due soon and that nothing has found met; never on the day of signing.

    Index: `commitment_due_on`.
    """
    today = datetime.combine(on, time.min, tzinfo=CITY_TIME)
    found = Due.objects.filter(due_on__gte=on, due_on__lte=rules.reminded_until(on, days))
    found = found.filter(commitment__state=State.RUNNING.value, commitment__signed_at__lt=today)
    found = found.exclude(notices__told=Told.SOON.value).exclude(checks__result=Result.MET.value)
    return found.select_related("commitment").order_by("commitment_id", "due_on", "pk").iterator(chunk_size=AT_ONCE)


@transaction.atomic
def _remind(dues: Sequence[Due], letter: Template, *, at: datetime) -> int:
    fresh = _note(Told.SOON, [d.pk for d in dues], at=at)
    if not fresh:
        return 0
    commitment = dues[0].commitment
    told = [(letter.obligation(d.code).text, d.due_on.isoformat()) for d in dues if d.pk in fresh]
    named = InBoth(
        in_turn_written((f"{day} {text.zh}" for text, day in told), in_english=False),
        in_turn_written((f"{day} {text.en or text.zh}" for text, day in told), in_english=True),
    )
    matter = InBoth(commitment.matter_zh, commitment.matter_en)
    casework.send_notice(
        Party(represented=commitment.about),
        title=format_lazy(SOON, matter=matter),
        body=format_lazy(SOON_BODY, number=commitment.number, dues=named),
        by=PLATFORM,
        at=at,
    )
    audit.note("commitments.reminded", commitment.number, by=PLATFORM, at=at, obligations=len(fresh))
    return 1


def _tell_authorities(*, at: datetime) -> int:
    """One notice an authority, of what it was not told yet."""
    fresh: dict[int, dict[Told, list[int]]] = {}
    for told, found in ((Told.LATE, waiting.late(local_date(at))), (Told.CONTRADICTED, waiting.contradicted())):
        untold = found.exclude(notices__told=told.value)
        for authority_id, due_id in untold.values_list("commitment__authority_id", "pk"):
            fresh.setdefault(authority_id, {}).setdefault(told, []).append(due_id)
    return sum(_tell_authority(authority_id, of, at=at) for authority_id, of in sorted(fresh.items()))


@transaction.atomic
def _tell_authority(authority_id: int, of: Mapping[Told, Sequence[int]], *, at: datetime) -> int:
    counts = {told: len(_note(told, of.get(told, ()), at=at)) for told in (Told.LATE, Told.CONTRADICTED)}
    if not any(counts.values()):
        return 0
    casework.send_notice(
        Party(organisation_id=authority_id),
        title=LOOK,
        body=format_lazy(LOOK_BODY, late=counts[Told.LATE], contradicted=counts[Told.CONTRADICTED]),
        by=PLATFORM,
        at=at,
    )
    return 1


def _note(told: Told, due_ids: Sequence[int], *, at: datetime) -> frozenset[int]:
    """Keep that a notice tells of these obligations; those that none told of before."""
    queue_behind("commitment-notices")
    before = DueNotice.objects.filter(told=told.value, due__in=due_ids).values_list("due_id", flat=True)
    fresh = set(due_ids) - set(before)
    DueNotice.objects.bulk_create(DueNotice(due_id=due_id, told=told.value, at=at) for due_id in sorted(fresh))
    return frozenset(fresh)
