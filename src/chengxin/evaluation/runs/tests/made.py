"""Snapshots made of facts, for holding engines to the reference interpreter; and what an engine gave, as outcomes."""

import polars as pl

from chengxin.evaluation.runs import parts
from chengxin.evaluation.runs.extracting import ORDERS, RECORDS, SUBJECT_COLUMNS, SUBJECTS, Taken
from chengxin.evaluation.runs.layout import SEVERITIES, STATES, day_number, layout_for
from chengxin.evaluation.runs.rules import CLASSES, MARK_BITS, NO_END, unmarked
from chengxin.evaluation.scorecards.rules import Outcome, Scored


def snapshot_of(model, subjects, folder, *, as_of, buckets=1):
    """The snapshot of subjects, each with facts; they are active legal persons with ids from 1."""
    layout = layout_for([model])
    rows = [_row(layout, n, f) for n, facts in enumerate(subjects, start=1) for f in facts if f.state in STATES]
    people = [(n, "legal-person", "active", "450102") for n in range(1, len(subjects) + 1)]
    for kind, columns, data in ((RECORDS, layout.columns, rows), (SUBJECTS, SUBJECT_COLUMNS, people)):
        (folder / kind).mkdir(parents=True)
        frame = pl.DataFrame(data, schema=parts.typed(columns), orient="row")
        part = parts.Part("0000", "", columns, buckets, folder / kind)
        parts._write([frame], part, 0)
        for bucket in range(buckets):
            parts.close_part(folder / kind, bucket, columns, order=ORDERS[kind], classes=CLASSES)
    return Taken(folder, layout, as_of, len(rows), len(people), "")


def _row(layout, subject, fact):
    row = dict.fromkeys(layout.columns, 0) | {
        "subject_id": subject, "version_id": fact.id, "resource": layout.resources.index(fact.resource) + 1
        if fact.resource in layout.resources else 0,
        "event_day": day_number(fact.on), "until_day": day_number(fact.until) if fact.until else NO_END,
        "state": STATES[fact.state], "severity": SEVERITIES.get(fact.severity, 0),
    }  # fmt: skip
    for slot in layout.slots:
        if slot.resource == fact.resource:
            held = fact.values.get(slot.field, "").split(";")
            row[f"f{slot.column}"] = slot.flags(v for v in held if v in slot.values)
    for amount in layout.amounts:
        if amount.resource == fact.resource:
            row[f"a{amount.column}"] = fact.amounts.get(amount.field, 0)
    return tuple(row[c] for c in layout.columns)


def outcomes(model, files):
    """What an engine wrote, by subject, as the reference interpreter says it."""
    return {row["subject_id"]: _outcome(model, row) for row in pl.read_parquet(files).iter_rows(named=True)}


def _outcome(model, row):
    scored = []
    for place, one in enumerate(model.indicators):
        value = row[f"v{place}"]
        found = None if value is None else next(n for n, b in enumerate(one.bins) if b.holds(value))
        behind = tuple(unmarked(row["evidence"] or [], place))
        scored.append(Scored(one.code, value, row[f"p{place}"], found, behind))
    return Outcome(row["points"], row["grade"] or None, row["coverage"], row["veto"] or None, tuple(scored))


def veto_evidence(model, row, code):
    """The versions behind a veto."""
    place = len(model.indicators) + [v.code for v in model.vetoes].index(code)
    return [e >> MARK_BITS for e in row["evidence"] or [] if e >> place & 1]
