"""Which records a row may correct: those of its own organisation, and none that officials decided on this platform."""

from collections.abc import Collection, Mapping

from chengxin.intake.collection.models import Submission
from chengxin.intake.collection.rules import Fault, Finding, Ground
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.catalogue.rules import Item
from chengxin.registry.records.services import Present


def is_decided(submission_id: int | None) -> bool:
    """Whether that hand-in tells of what officials decided in a case of this platform. Index: primary key."""
    if submission_id is None:
        return False
    return Submission.objects.filter(pk=submission_id, ground=Ground.DECISION).exists()


def refused(
    changed: Mapping[int, Present], item: Item, submission_id: int, *, reach: Collection[int], ground: Ground
) -> list[Finding]:
    """The rows that differ from a record of a provider out of `reach`, or from one that was decided here, as faults.

    `changed`: row -> the record that it would correct. Each record has one source (一数一源). What a dispute corrects
    of a decision stays one: no later file undoes it.
    """
    submissions = {known.submission_id for known in changed.values()}
    decided = set(Submission.objects.filter(pk__in=submissions, ground=Ground.DECISION).values_list("pk", flat=True))
    if ground == Ground.CORRECTION and decided:
        Submission.objects.filter(pk=submission_id).update(ground=Ground.DECISION)
    others = {known.provider_id for known in changed.values()} - set(reach)
    if ground != Ground.HAND_IN or not (others or decided):
        return []
    names = {o.id: {"provider_zh": o.name_zh, "provider_en": o.name_en} for o in accounts.organisations()}
    field = item.natural_key[0]
    return [
        Finding(row, field, Fault.DECIDED)
        if known.submission_id in decided
        else Finding(row, field, Fault.OTHER_PROVIDER, "", names[known.provider_id])
        for row, known in changed.items()
        if known.submission_id in decided or known.provider_id in others
    ]
