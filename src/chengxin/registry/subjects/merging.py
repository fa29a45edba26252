"""Two entries of the register that are one subject: one stands for both, and each can be had back as it was.

The absorbed entry stays in its table, unseen; its code names the survivor as a former code, so that whoever asks or
hands in with it finds the survivor. Records are moved by `registry.records.moving`, and who decides is asked above.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from chengxin.base.clock import local_date
from chengxin.base.errors import NotFound
from chengxin.registry.subjects.models import Subject, SubjectMerge
from chengxin.registry.subjects.rules import Scheme, SubjectStatus, code_once_absorbed

NAMES = """
UPDATE subjects_subjectname a SET subject_id = %(survivor)s, until = coalesce(a.until, %(day)s)
FROM subjects_subjectname before
WHERE before.id = a.id AND a.subject_id = %(absorbed)s AND NOT EXISTS (
  SELECT 1 FROM subjects_subjectname b WHERE b.subject_id = %(survivor)s AND b.comparable = a.comparable)
RETURNING a.id, before.until::text
"""
IDENTIFIERS = "UPDATE subjects_identifier SET subject_id = %(survivor)s WHERE subject_id = %(absorbed)s RETURNING id"
FORMER_CODE = """
INSERT INTO subjects_identifier (subject_id, scheme, value, valid_until)
SELECT %(survivor)s, %(scheme)s, %(code)s, %(day)s WHERE NOT EXISTS (
  SELECT 1 FROM subjects_identifier WHERE subject_id = %(survivor)s AND scheme = %(scheme)s AND value = %(code)s)
RETURNING id
"""
NAMES_BACK = """
UPDATE subjects_subjectname n SET subject_id = %(absorbed)s, until = told.until
FROM jsonb_to_recordset(%(names)s::jsonb) AS told(id bigint, until date) WHERE n.id = told.id
"""
IDENTIFIERS_BACK = "UPDATE subjects_identifier SET subject_id = %(absorbed)s WHERE id = ANY(%(identifiers)s)"


def absorb(absorbed_id: int, survivor_id: int, *, at: datetime) -> SubjectMerge:
    """Let one entry of the register stand for another, in the caller's transaction; the caller has locked the register.

    Names that the survivor never bore become its former names. Raises `NotFound`.
    """
    found = {s.pk: s for s in Subject.objects.select_for_update().filter(pk__in=[absorbed_id, survivor_id])}
    if len(found) != 2:
        raise NotFound
    absorbed, survivor = found[absorbed_id], found[survivor_id]
    given: dict[str, Any] = {"absorbed": absorbed_id, "survivor": survivor_id, "day": local_date(at)}
    given |= {"code": absorbed.code, "scheme": Scheme.CREDIT_CODE.value}
    with connection.cursor() as cursor:
        cursor.execute(NAMES, given)
        names = [{"id": id, "until": until} for id, until in cursor.fetchall()]
        cursor.execute(IDENTIFIERS, given)
        identifiers = [row[0] for row in cursor.fetchall()]
        cursor.execute(FORMER_CODE, given)
        identifiers += [row[0] for row in cursor.fetchall()]
    made = SubjectMerge.objects.create(
        absorbed=absorbed, absorbed_code=absorbed.code, survivor=survivor, survivor_code=survivor.code,
        status=absorbed.status, was_registered=absorbed.registered, names=names, identifiers=identifiers, merged_at=at,
    )  # fmt: skip
    absorbed.code, absorbed.registered = code_once_absorbed(absorbed_id), False
    absorbed.status = SubjectStatus.DEREGISTERED  # whatever looks for those that are active passes it over
    absorbed.save(update_fields=["code", "status", "registered"])
    return made


def separate(merge_id: int, *, at: datetime) -> SubjectMerge:
    """Give an absorbed entry back what it was: code, state, names and further codes; as `absorb`. Raises `NotFound`."""
    made = SubjectMerge.objects.select_for_update().filter(pk=merge_id, undone_at=None).first()
    if made is None:
        raise NotFound
    absorbed = Subject.objects.select_for_update().get(pk=made.absorbed_id)
    given = {"absorbed": absorbed.pk, "names": json.dumps(made.names), "identifiers": made.identifiers}
    with connection.cursor() as cursor:
        cursor.execute(NAMES_BACK, given)
        cursor.execute(IDENTIFIERS_BACK, given)
    absorbed.code, absorbed.status, absorbed.registered = made.absorbed_code, made.status, made.was_registered
    absorbed.save(update_fields=["code", "status", "registered"])
    made.undone_at = at
    made.save(update_fields=["undone_at"])
    return made


def absorbed_into(subject_ids: Collection[int]) -> dict[int, tuple[tuple[int, str], ...]]:
    """Of these subjects those that stand for others: the others' ids, with the code that each had.

    Index: `subject_merged_into`.
    """
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    merges = SubjectMerge.objects.filter(survivor_id__in=list(subject_ids), undone_at=None).order_by("pk")
    for survivor, absorbed, code in merges.values_list("survivor_id", "absorbed_id", "absorbed_code"):
        found[survivor].append((absorbed, code))
    return {survivor: tuple(others) for survivor, others in found.items()}


def standing_for(subject_ids: Iterable[int]) -> list[int]:
    """These subjects (negative: natural persons), and those that stand for any of them.

    Index: `subject_merged_once`.
    """
    given = list(subject_ids)
    merges = SubjectMerge.objects.filter(absorbed_id__in=[s for s in given if s > 0], undone_at=None)
    return sorted({*given, *merges.values_list("survivor_id", flat=True)})


def codes_of_one(code: str) -> tuple[str, ...]:
    """The codes of the one subject that this code names by standing merges, that of the survivor first.

    Index: `subject_merged_code`; for the code of an absorbed entry the standing merges are read, which are few.
    """
    standing = SubjectMerge.objects.filter(undone_at=None)
    survivor = standing.filter(absorbed_code=code).values_list("survivor_code", flat=True).first() or code
    absorbed = standing.filter(survivor_code=survivor).order_by("pk").values_list("absorbed_code", flat=True)
    return survivor, *absorbed


def stands_elsewhere(subject_id: int) -> bool:
    """Whether another entry stands for this one. Index: `subject_merged_once`."""
    return SubjectMerge.objects.filter(absorbed_id=subject_id, undone_at=None).exists()
