"""Writes of collection: one road for a file, whichever door it came through."""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from chengxin.base import clock, tasks
from chengxin.base.audit import services as audit
from chengxin.base.clock import local_date
from chengxin.base.database.context import acting
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.intake.collection import committing, exports, policy, queries
from chengxin.intake.collection.committing import Counts, Prepared, Road
from chengxin.intake.collection.duplicates import SeenKeys
from chengxin.intake.collection.errors import EmptyFile, NotAProvider, Unreadable
from chengxin.intake.collection.models import Layout, Progress, Submission
from chengxin.intake.collection.reading.sources import Source, Wanted, open_source, signature_of
from chengxin.intake.collection.rules import Ground, State
from chengxin.intake.collection.validation.batches import Context, only_new_objects_collected, validated
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Permission, Role, require
from chengxin.registry.catalogue import in_force
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import Item
from chengxin.registry.subjects import services as subjects

COMMITMENTS = "commitment"  # the category of items whose corrections undo findings
log = structlog.get_logger()
Report = Callable[[str, float], None]


class UnknownOrganisation(NotFound):
    code = "unknown-organisation"
    message = _("没有代码为 {organisation} 的单位。")
    hint = _("用 bin/manage organisations 查看单位及其代码。")


class NoSuchFile(NotFound):
    code = "no-such-file"
    message = _("没有这个文件：{path}")
    hint = _("请核对路径。")


@dataclass(frozen=True, slots=True)
class SubmissionResult:
    """What became of a file; accepted + rejected + unchanged + corrected + waiting = rows.

    `waiting`: good rows without the subject's code, which are tied to a subject later.
    """

    submission: int
    item: str
    rows: int
    accepted: int
    rejected: int
    unchanged: int
    corrected: int
    waiting: int = 0


def submit(
    path: Path,
    *,
    filename: str,
    item_code: str,
    by: Actor,
    organisation_id: int,
    at: datetime,
    mapping: Mapping[str, str] | None = None,
    progress: Report | None = None,
    keys: dict[int, str] | None = None,
    ground: Ground = Ground.HAND_IN,
) -> SubmissionResult:
    """Read, validate, resolve and commit a file in one transaction: all of it or nothing.

    The same file twice changes nothing. `mapping` is the officer's own assignment of titles to fields. `keys`,
    where given, is filled with the natural key of each row that the store has now. `ground`: what officials decided in
    a case of this platform is told by its room, whoever the catalogue lets hand in; no file changes it afterwards.
    Raises `Unreadable`, `UnknownItem`, `NotPermitted`, `NotAProvider`.
    """
    item = _item_for(item_code, by, organisation_id, at, ground=ground)
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as scratch, transaction.atomic():
        source = _open(path, filename, item, organisation_id, mapping or {}, Path(scratch))
        submission = Submission.objects.create(
            item=item.code,
            item_version=item.version,
            organisation_id=organisation_id,
            by_name=by.name,
            filename=filename[:255],
            file_hash=_hash_of(path),
            state=State.PROCESSING,
            received_at=at,
            chosen=dict(mapping or {}),
            ground=ground,
        )
        return _run(submission, source, item, by=by, at=at, report=progress or _silent, keys=keys)


def _silent(step: str, fraction: float) -> None:
    return None


def _item_for(
    item_code: str, by: Actor, organisation_id: int, at: datetime, *, ground: Ground = Ground.HAND_IN
) -> Item:
    """The item in the version that is in force at that moment, whichever the process knew before."""
    in_force.refresh(on=local_date(at))
    item = catalogue.item(item_code)
    require(by, Permission.SUBMIT_RECORDS, of=organisation_id)
    organisation = accounts.organisation_by_id(organisation_id)
    if organisation is None:
        raise NotPermitted
    if ground == Ground.HAND_IN and item.providers and organisation.code not in item.providers:
        raise NotAProvider(item=str(item.name))
    return item


def _open(
    path: Path, filename: str, item: Item, organisation_id: int, mapping: Mapping[str, str], scratch: Path
) -> Source:
    layouts = dict(
        Layout.objects.filter(organisation_id=organisation_id, item=item.code).values_list("signature", "chosen")
    )
    wanted = Wanted(item, catalogue.ignored_titles(), mapping, layouts)
    return open_source(path, filename=filename, wanted=wanted, scratch=scratch)


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _run(
    submission: Submission,
    source: Source,
    item: Item,
    *,
    by: Actor,
    at: datetime,
    report: Report,
    keys: dict[int, str] | None = None,
) -> SubmissionResult:
    """The road itself; the caller holds the transaction and has locked the submission."""
    organisation = accounts.organisation_by_id(submission.organisation_id)
    assert organisation is not None
    reach, ground = accounts.reach_of(submission.organisation_id), Ground(submission.ground)
    context = Context(
        item=item,
        lists=catalogue.code_lists(),
        today=clock.local_date(at),
        source_codes=accounts.codes_of(reach),
        prohibited={
            c.title: k for c in source.columns if c.field is None and (k := catalogue.prohibited_class(c.title))
        },
        organisation=organisation.code,
        ground=ground,
    )
    report("reading", 0.0)
    with _purpose(item, by), only_new_objects_collected():
        subjects.lock_register()
        is_first = queries.is_first_of(item.code)
        road = Road(item, submission.pk, submission.organisation_id, at, is_first, reach=reach, ground=ground)
        road.keys = keys
        for prepared in _prepared(source, context):
            committing.take(prepared, road)
            report("storing", min(0.95, road.counts.rows / (road.counts.rows + 100_000)))
    if road.counts.rows == 0:
        raise EmptyFile
    _finish(submission, source, road.counts, at)
    audit.note(
        "collection.submitted", str(submission.pk), by=by, at=at, item=item.code, file=submission.file_hash,
        **_numbers(road.counts),
    )  # fmt: skip
    if road.counts.accepted or road.counts.corrected:  # what it puts on lists is in the public log with this commit
        tasks.at_once("lists.follow_hand_in", submission_id=submission.pk, item=item.code, at=at.isoformat())
    if road.counts.corrected and item.category == COMMITMENTS:
        tasks.defer("commitments.follow_hand_in", submission_id=submission.pk, at=at.isoformat())
    if item.subject == "organisation":
        tasks.defer("quality.examine", submission_id=submission.pk, at=at.isoformat())
    if road.counts.waiting:
        tasks.defer("resolution.resolve", submission_id=submission.pk)
    report("done", 1.0)
    return SubmissionResult(submission.pk, item.code, **_numbers(road.counts))


def _numbers(counts: Counts) -> dict[str, int]:
    return {
        name: getattr(counts, name) for name in ("rows", "accepted", "rejected", "unchanged", "corrected", "waiting")
    }


def _purpose(item: Item, by: Actor) -> AbstractContextManager[None]:
    if item.subject != "person":
        return nullcontext()
    return acting(actor=by.name, purpose="collection", basis=item.legal_basis[0].law)


def _prepared(source: Source, context: Context) -> Iterator[Prepared]:
    """Validated batches; the next is prepared beside the database's work on the present one."""
    batches, seen = validated(source.batches(), source.columns, context), SeenKeys()

    def following() -> Prepared | None:
        batch = next(batches, None)
        return committing.prepare(batch, context.item, seen) if batch is not None else None

    with ThreadPoolExecutor(1, thread_name_prefix="prepare") as beside, closing(batches):
        coming = beside.submit(following)
        while (prepared := coming.result()) is not None:
            coming = beside.submit(following)
            yield prepared


def _finish(submission: Submission, source: Source, counts: Counts, at: datetime) -> None:
    for name, number in _numbers(counts).items():
        setattr(submission, name, number)
    submission.columns = [[c.place, c.title, c.field] for c in source.columns]
    submission.state, submission.finished_at = State.DONE, at
    submission.save(update_fields=[*_numbers(counts), "columns", "state", "finished_at"])


def receive(
    upload: "UploadedFile[Any]",
    *,
    filename: str,
    item_code: str,
    by: Actor,
    organisation_id: int,
    at: datetime,
    mapping: Mapping[str, str] | None = None,
) -> int:
    """Keep an uploaded file and have it processed, a small one at once, others by a task; the submission's id."""
    item = _item_for(item_code, by, organisation_id, at)
    folder = Path(settings.MEDIA_ROOT) / "submissions" / f"{at:%Y-%m}"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False, suffix=".upload") as target:
        for chunk in upload.chunks():
            target.write(chunk)
    stored = Path(target.name)
    size = stored.stat().st_size
    return _register_file(stored, filename, item, by, organisation_id, at, mapping or {}, size)


def _register_file(
    stored: Path,
    filename: str,
    item: Item,
    by: Actor,
    organisation_id: int,
    at: datetime,
    mapping: Mapping[str, str],
    size: int,
) -> int:
    with transaction.atomic():
        submission = Submission.objects.create(
            item=item.code,
            item_version=item.version,
            organisation_id=organisation_id,
            by_name=by.name,
            filename=filename[:255],
            stored_as=str(stored.relative_to(settings.MEDIA_ROOT)),
            file_hash=_hash_of(stored),
            state=State.RECEIVED,
            received_at=at,
            chosen=dict(mapping),
        )
        Progress.objects.create(submission=submission, step="received")
        if size > policy.limits().at_once_kb * 1024:
            tasks.defer("collection.process", submission_id=submission.pk)
    if size <= policy.limits().at_once_kb * 1024:
        process(submission.pk, at=at)
    return submission.pk


def send_again(submission_id: int, *, mapping: Mapping[str, str], by: Actor, at: datetime) -> int:
    """Process the file of an earlier submission again with the officer's own assignment of columns, and remember it."""
    before = Submission.objects.filter(pk=submission_id).first()
    if before is None or not before.stored_as:
        raise NotFound
    item = _item_for(before.item, by, before.organisation_id, at)
    source = Path(settings.MEDIA_ROOT) / before.stored_as
    copy = source.with_name(f"{source.stem}-{at:%H%M%S%f}.upload")
    shutil.copyfile(source, copy)
    new = _register_file(copy, before.filename, item, by, before.organisation_id, at, mapping, copy.stat().st_size)
    titles = [title for _, title, _ in Submission.objects.get(pk=new).columns or before.columns]
    if titles:
        remember_layout(item.code, titles, mapping, by=by, organisation_id=before.organisation_id, at=at)
    return new


@transaction.atomic
def remember_layout(
    item_code: str, titles: list[str], mapping: Mapping[str, str], *, by: Actor, organisation_id: int, at: datetime
) -> None:
    """Use this assignment from now on for this organisation's files of the item with the same titles."""
    require(by, Permission.SUBMIT_RECORDS, of=organisation_id)
    Layout.objects.update_or_create(
        organisation_id=organisation_id,
        item=item_code,
        signature=signature_of(titles),
        defaults={"chosen": dict(mapping), "saved_at": at},
    )
    audit.note("collection.layout_remembered", item_code, by=by, at=at)


def process(submission_id: int, *, at: datetime) -> None:
    """Take a received file down the road; an unreadable one is marked so, with the reason, and nothing else is kept."""
    submission = Submission.objects.filter(pk=submission_id, state=State.RECEIVED).first()
    if submission is None:
        return
    by = _officer_of(submission)
    try:
        with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as scratch, transaction.atomic():
            locked = Submission.objects.select_for_update().get(pk=submission_id)
            in_force.refresh(on=local_date(at))
            item = in_force.item_version(locked.item, locked.item_version)  # as it was when the file was handed in
            path = Path(settings.MEDIA_ROOT) / locked.stored_as
            source = _open(path, locked.filename, item, locked.organisation_id, locked.chosen, Path(scratch))
            _run(locked, source, item, by=by, at=at, report=_reporter(submission_id))
    except Unreadable as error:
        _close(submission, State.UNREADABLE, {"code": error.code, "details": _texts(error.details)}, by, at)
    except Exception:
        log.exception("submission failed", submission=submission_id)
        _close(submission, State.FAILED, {"code": "failed", "details": {}}, by, at)


def _texts(details: Mapping[str, object]) -> dict[str, str | list[str]]:
    return {name: list(map(str, v)) if isinstance(v, list) else str(v) for name, v in details.items()}


@transaction.atomic
def _close(submission: Submission, state: State, error: dict[str, object], by: Actor, at: datetime) -> None:
    submission.state, submission.error, submission.finished_at = state, error, at
    submission.save(update_fields=["state", "error", "finished_at"])
    audit.note(f"collection.{state.value}", str(submission.pk), by=by, at=at, item=submission.item)


def _officer_of(submission: Submission) -> Actor:
    """The person or system that handed the file in: their right was checked when the file was received."""
    organisation = accounts.organisation_by_id(submission.organisation_id)
    assert organisation is not None
    actor = accounts.actor_of_organisation(
        organisation.code, roles=frozenset({Role.DEPARTMENT_OFFICER}), name=submission.by_name
    )
    assert actor is not None
    return actor


def _reporter(submission_id: int) -> Report:
    """Writes progress on a connection of its own, so that it is seen while the submission's transaction runs."""
    if connection.in_atomic_block and len(connection.savepoint_ids) > 1:
        return _silent

    def report(step: str, fraction: float) -> None:
        beside = connection.copy()
        try:
            with beside.cursor() as cursor:
                cursor.execute(
                    "UPDATE collection_progress SET step = %s, fraction = %s WHERE submission_id = %s",
                    [step, fraction, submission_id],
                )
        finally:
            beside.close()

    return report


def hand_back(submission_id: int, *, by: audit.Who, at: datetime) -> bytes:
    """The rejected rows as XLSX for the organisation that handed them in; the caller permits.

    They were tied to no subject, so that no access log has a place for the look: it stands in the audit chain.
    """
    content = exports.rejected_rows_xlsx(submission_id)
    audit.note("collection.rejected_handed_back", str(submission_id), by=by, at=at)
    return content
