"""The road of one submission through the database, batch by batch, in the caller's transaction."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import polars as pl

from chengxin.base import clock
from chengxin.base.database.copying import copy_rows
from chengxin.base.listing import listed_in_chinese
from chengxin.intake.collection import guarding, payloads
from chengxin.intake.collection.duplicates import SeenKeys
from chengxin.intake.collection.reading.sources import ROW
from chengxin.intake.collection.rules import WITHOUT_END, Fault, Finding, Ground, Note
from chengxin.intake.collection.validation.batches import Batch, period_notes
from chengxin.intake.exchange import services as exchange
from chengxin.registry.catalogue.rules import FieldType, Item
from chengxin.registry.records import publication
from chengxin.registry.records import services as records
from chengxin.registry.subjects import rules as subject_rules
from chengxin.registry.subjects import services as subjects

SHOWN_KEY_FIELDS = 3


@dataclass(slots=True)
class Prepared:
    """A validated batch with what each good row will store: `__row`, natural_key, payload, decisions, code, name.

    `without_code`: the good rows that do not say whom they are about, as text.
    """

    batch: Batch
    good: pl.DataFrame
    without_code: pl.DataFrame


@dataclass(slots=True)
class Counts:
    """What became of the rows."""

    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    unchanged: int = 0
    corrected: int = 0
    waiting: int = 0


@dataclass(slots=True)
class Road:
    """What stays the same for all batches of a submission, and what it has met so far."""

    item: Item
    submission_id: int
    provider_id: int
    at: datetime
    is_first: bool  # of its item: the store holds no record that a row could repeat or correct
    reach: frozenset[int]  # the organisations whose records a row may correct
    ground: Ground
    directory: subjects.Directory = field(default_factory=subjects.Directory)
    counts: Counts = field(default_factory=Counts)
    keys: dict[int, str] | None = None  # row -> natural key, where the caller wants to know


def prepare(batch: Batch, item: Item, seen: SeenKeys) -> Prepared:
    """What the good rows of a batch will store; touches no database, so it can run beside one.

    `seen` holds the natural keys of the batches before; they must come in the file's order.
    """
    text, typed = _good_rows(batch, item)
    keys = payloads.natural_keys(text, item)
    if doubled := seen.doubled(keys, text[ROW]):
        batch.faults += _duplicates(doubled, item)
        keys = keys.filter(~text[ROW].is_in(list(doubled)))
        text, typed = _good_rows(batch, item)
    decided = publication.decide(typed, item)
    faulty = batch.faulty_rows()
    batch.notes = [n for n in batch.notes if n.row not in faulty]
    batch.notes += period_notes(Batch(batch.raw, text, typed), decided, item)
    kept = payloads.sealed(text, item, keys.to_list())
    parts = item.parts
    frame = pl.DataFrame(
        [
            text[ROW],
            keys,
            text[parts.subject_code or parts.person_document_number or ""].alias("code"),
            text[parts.subject_name].alias("name"),
            _text_or_empty(text, parts.authority_code).alias("authority_code"),
            _date_or_null(typed, parts.decided_on).alias("decided_on"),
            _date_or_null(typed, parts.valid_from).alias("valid_from"),
            _ending(_date_or_null(typed, parts.valid_until)).alias("valid_until"),
            payloads.as_json(kept, [f.code for f in item.fields]),
        ]
    ).hstack(decided)
    frame = frame.with_columns(_public_period()).drop("public_from", "public_until")
    extra = [c for c in _carried(item) if c in text.columns]
    good = frame.hstack(text.select(pl.col(extra).name.prefix("field:")))
    return Prepared(batch, good, _rows_without_code(batch, item))


def _good_rows(batch: Batch, item: Item) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that can be stored now: without faults, and with the subject's code."""
    good = _is_good(batch)
    if item.may_lack_code:
        good &= batch.text[item.parts.subject_code or ""].is_not_null()
    return (batch.text, batch.typed) if good.all() else (batch.text.filter(good), batch.typed.filter(good))


def _is_good(batch: Batch) -> pl.Series:
    return ~batch.text[ROW].is_in(list(batch.faulty_rows()))


def _rows_without_code(batch: Batch, item: Item) -> pl.DataFrame:
    if not item.may_lack_code:
        return batch.text.clear()
    return batch.text.filter(_is_good(batch) & batch.text[item.parts.subject_code or ""].is_null())


def _duplicates(doubled: Mapping[int, int], item: Item) -> Iterator[Finding]:
    """Rows whose natural key stood in an earlier good row of the file."""
    names = [item.field_of(c).name for c in item.natural_key[:SHOWN_KEY_FIELDS]]
    shown = {"fields_zh": listed_in_chinese(n.zh for n in names), "fields_en": ", ".join(n.en for n in names)}
    for row, before in doubled.items():
        yield Finding(row, item.natural_key[0], Fault.DUPLICATE, "", {**shown, "first": str(before)})


def _carried(item: Item) -> list[str]:
    """Fields that the register takes from a row besides the record itself."""
    carried = list(item.parts.other_codes.values())
    if update := item.updates_subject:
        carried += [f for f in (update.status, update.kind, update.division, update.former_name) if f]
    if item.subject == "person":
        carried += [item.parts.person_document_type or ""]
    return carried


def _text_or_empty(frame: pl.DataFrame, code: str | None) -> pl.Series:
    return frame[code].fill_null("") if code else pl.repeat("", frame.height, eager=True)


def _date_or_null(frame: pl.DataFrame, code: str | None) -> pl.Series:
    return frame[code] if code else pl.repeat(None, frame.height, dtype=pl.Date, eager=True)


def _ending(last_day: pl.Series) -> pl.Series:
    return last_day.set(last_day == WITHOUT_END, None).dt.offset_by("1d")


def _public_period() -> pl.Expr:
    until = pl.col("public_until").dt.to_string("%Y-%m-%d").fill_null("")
    text = pl.lit("[") + pl.col("public_from").dt.to_string("%Y-%m-%d") + pl.lit(",") + until + pl.lit(")")
    return text.alias("public_period")


def take(prepared: Prepared, road: Road) -> None:
    """Resolve, compare with the store and store one batch."""
    batch, good = prepared.batch, prepared.good
    good = _with_people(good, road) if road.item.subject == "person" else _with_subjects(good, batch, road)
    if road.keys is not None:
        road.keys.update(zip(good[ROW].to_list(), good["natural_key"].to_list(), strict=True))
    _store(good, batch, road)
    _keep_without_code(prepared.without_code, road)
    faulty = batch.faulty_rows()
    road.counts.rows += batch.text.height
    road.counts.rejected += len(faulty)
    _keep_findings(batch, faulty, road)


def _with_subjects(good: pl.DataFrame, batch: Batch, road: Road) -> pl.DataFrame:
    """With the subject of each row; rows whose name belongs to another subject become faults."""
    item, directory = road.item, road.directory
    pairs = good.select("code", "name").unique(maintain_order=True)
    subjects.meet(directory, pairs["code"])
    subjects.add_subjects(directory, pairs, registered=item.updates_subject is not None, at=road.at)
    if item.updates_subject is None:
        good = _without_wrong_names(good, subjects.named_otherwise(directory, pairs), batch, item)
    good = good.join(directory.known.select("code", "subject_id"), on="code", how="left", maintain_order="left")
    _take_register(good, road)
    subjects.add_identifiers(_other_codes(good, item))
    return good


def _without_wrong_names(
    good: pl.DataFrame, odd: Sequence[subjects.OtherName], batch: Batch, item: Item
) -> pl.DataFrame:
    if not odd:
        return good
    about = {(one.code, one.name): one for one in odd}
    named = pl.DataFrame(list(about), schema=["code", "name"], orient="row")
    rows = good.join(named, on=["code", "name"], how="semi", maintain_order="left").select(ROW, "code", "name")
    wrong = []
    for row, code, name in rows.iter_rows():
        one = about[code, name]
        params = {"code": code, "registered": one.present}
        if one.is_former:
            batch.notes.append(Finding(row, item.parts.subject_name, Note.FORMER_NAME, "", params))
        else:
            batch.faults.append(Finding(row, item.parts.subject_name, Fault.NAME_MISMATCH, "", params))
            wrong.append(row)
    return good.filter(~pl.col(ROW).is_in(wrong))


def _other_codes(good: pl.DataFrame, item: Item) -> Iterator[tuple[int, subject_rules.Scheme, str]]:
    for scheme, code in item.parts.other_codes.items():
        given = good.filter(pl.col(f"field:{code}").is_not_null())
        for id, value in given.select("subject_id", f"field:{code}").iter_rows():
            yield id, subject_rules.Scheme(scheme), value


def _take_register(good: pl.DataFrame, road: Road) -> None:
    update = road.item.updates_subject
    if update is None:
        return

    def value(row: dict[str, str | None], code: str | None) -> str:
        return (row.get(f"field:{code}") or "") if code else ""

    entries = [
        subjects.RegisterEntry(
            subject_id=int(row["subject_id"]),
            name=row["name"],
            kind=update.kinds.get(value(row, update.kind), ""),
            status=update.statuses.get(value(row, update.status), ""),
            division=value(row, update.division),
            former_name=value(row, update.former_name),
        )
        for row in good.iter_rows(named=True)
    ]
    subjects.take_register(entries, on=clock.local_date(road.at))


def _with_people(good: pl.DataFrame, road: Road) -> pl.DataFrame:
    kind = f"field:{road.item.parts.person_document_type}"
    people = list(zip(good[kind].to_list(), good["code"].to_list(), good["name"].to_list(), strict=True))
    ids = subjects.resolve_people(people, at=road.at) if people else []
    return good.with_columns(pl.Series("person_id", ids, dtype=pl.Int64))


def _store(good: pl.DataFrame, batch: Batch, road: Road) -> None:
    """Store new and changed records; count those that the store already has as they are.

    Rows that would correct what is not theirs to correct become faults.
    """
    table = records.PEOPLE if road.item.subject == "person" else records.ORGANISATIONS
    present = {}
    if good.height and not road.is_first:
        present = records.present_versions(good["natural_key"].to_list(), table=table)
    version, state = pl.lit(1), pl.lit("in-force")
    superseded: list[int] = []
    versions: dict[str, int] = {}
    if present:
        here = {UUID(key).hex: known for key, known in present.items()}
        given = zip(good[ROW].to_list(), good["natural_key"].to_list(), good["payload"].to_list(), strict=True)
        same: set[int] = set()
        for row, key, payload in given:
            if key in here and json.loads(here[key].payload) == json.loads(payload):
                same.add(row)
        good = good.filter(~pl.col(ROW).is_in(list(same)))
        good = _without_refused(good, here, batch, road)
        changed = {k: here[k] for k in good["natural_key"].to_list() if k in here}
        superseded = [known.id for known in changed.values()]
        road.counts.unchanged += len(same)
        road.counts.corrected += len(changed)
        if changed:
            versions = {k: v.version + 1 for k, v in changed.items()}
            states = {k: v.state for k, v in changed.items()}
            key = pl.col("natural_key")
            version = key.replace_strict(list(versions), list(versions.values()), default=1)
            state = key.replace_strict(list(states), list(states.values()), default="in-force")
    road.counts.accepted += good.height - len(superseded)
    records.store(_as_versions(good, road, version, state), superseded=superseded, at=road.at, table=table)
    if superseded:
        exchange.corrected([UUID(key) for key in versions], at=road.at)


def _without_refused(good: pl.DataFrame, here: Mapping[str, records.Present], batch: Batch, road: Road) -> pl.DataFrame:
    """Without the rows that may not correct the record which they differ from; these become faults."""
    changed = {row: here[key] for row, key in good.select(ROW, "natural_key").iter_rows() if key in here}
    refused = guarding.refused(changed, road.item, road.submission_id, reach=road.reach, ground=road.ground)
    batch.faults += refused
    return good.filter(~pl.col(ROW).is_in([f.row for f in refused])) if refused else good


def _as_versions(good: pl.DataFrame, road: Road, version: pl.Expr, state: pl.Expr) -> pl.DataFrame:
    owner = "person_id" if road.item.subject == "person" else "subject_id"
    return good.select(
        pl.lit(road.item.code).alias("item"),
        pl.lit(road.item.version).alias("item_version"),
        "natural_key",
        version.alias("version"),
        pl.lit(road.provider_id).alias("provider_id"),
        "authority_code",
        "decided_on",
        "valid_from",
        "valid_until",
        "severity",
        "audience",
        "public_period",
        "policy",
        state.alias("state"),
        pl.lit(road.submission_id).alias("submission_id"),
        pl.col(ROW).alias("submission_row"),
        "payload",
        owner,
    )


def _keep_findings(batch: Batch, faulty: set[int], road: Road) -> None:
    notes = [n for n in batch.notes if n.row not in faulty]
    _copy_findings(batch.faults, road.submission_id, is_note=False)
    _copy_findings(notes, road.submission_id, is_note=True)
    if not faulty:
        return
    rejected = batch.raw.filter(pl.col(ROW).is_in(list(faulty)))
    contexts = [rejected_context(road.submission_id, row) for row in rejected[ROW].to_list()]
    fields = [c for c in rejected.columns if c != ROW]
    hidden = [f for f in road.item.fields if f.type == FieldType.SEALED and f.code in fields]
    if hidden:
        blank = pl.DataFrame(
            {
                f.code: pl.repeat(None, rejected.height, dtype=pl.String, eager=True)
                for f in road.item.fields
                if f.code not in fields
            }
        )
        rejected = payloads.sealed(rejected.hstack(blank), road.item, contexts)
    values = payloads.as_json(rejected, fields).to_list()
    copy_rows(
        "collection_rejectedrow",
        ("submission_id", "row", "values"),
        ((road.submission_id, row, value) for row, value in zip(rejected[ROW].to_list(), values, strict=True)),
    )


def _keep_without_code(rows: pl.DataFrame, road: Road) -> None:
    """Keep rows that do not say whom they are about, so that they can be tied to a subject later."""
    if rows.is_empty():
        return
    contexts = [uncoded_context(road.submission_id, row) for row in rows[ROW].to_list()]
    values = payloads.as_json(payloads.sealed(rows, road.item, contexts), [f.code for f in road.item.fields]).to_list()
    copy_rows(
        "collection_rowwithoutcode",
        ("submission_id", "row", "values"),
        ((road.submission_id, row, value) for row, value in zip(rows[ROW].to_list(), values, strict=True)),
    )
    road.counts.waiting += rows.height


def uncoded_context(submission_id: int, row: int) -> str:
    """The sealing context of the values of a row without a code."""
    return f"uncoded:{submission_id}:{row}"


def rejected_context(submission_id: int, row: int) -> str:
    """The sealing context of a rejected row's values."""
    return f"rejected:{submission_id}:{row}"


def _copy_findings(found: Iterable[Finding], submission_id: int, *, is_note: bool) -> None:
    rows = [
        (
            submission_id,
            f.row,
            f.field[:200],
            f.rule,
            f.variant,
            json.dumps(dict(f.params), ensure_ascii=False),
            is_note,
        )
        for f in found
    ]
    if rows:
        columns = ("submission_id", "row", "field", "rule", "variant", "params", "is_note")
        copy_rows("collection_foundinrow", columns, rows)
