"""What others would do with the same file: pandera, frictionless, a loop over the rows. Each in a process of its own."""

import csv
import json
import resource
import sys
import time
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

ORGANISATION = "11450100007550013R"
ITEM = "penalty-organisation"


def _catalogue() -> tuple[Any, Any]:
    import django

    django.setup()
    from chengxin.registry.catalogue import queries as catalogue

    return catalogue.item(ITEM), catalogue.code_lists()


def pandera(path: Path) -> dict[str, Any]:
    """Polars reads the file as text; pandera checks the rules of the item and gathers all failures."""
    import pandera.polars as pa
    import polars as pl
    from pandera.errors import SchemaErrors

    item, lists = _catalogue()
    start = time.perf_counter()
    frame = pl.read_csv(path, infer_schema=False, null_values=[""])
    frame.columns = [f.code for f in item.fields]
    schema = pa.DataFrameSchema(
        {f.code: pa.Column(pl.String, _column_checks(f, lists), nullable=not f.required) for f in item.fields},
        checks=[pa.Check(_row_rule(expression), name=name) for name, expression in _row_rules().items()],
    )
    try:
        schema.validate(frame, lazy=True)
        failures = 0
    except SchemaErrors as errors:
        failures = errors.failure_cases.height
    return {"seconds": time.perf_counter() - start, "rows": frame.height, "rejected": failures}


def _column_checks(field: Any, lists: Any) -> list[Any]:
    import pandera.polars as pa
    import polars as pl

    def check(expression: Any) -> Any:
        return pa.Check(lambda data: data.lazyframe.select(expression(pl.col(data.key)).fill_null(True)))

    checks = []
    if field.max_length and field.type in {"text", "code", "codes", "sealed"}:
        checks.append(check(lambda c: c.str.len_chars() <= field.max_length))
    if field.type == "uscc":
        checks.append(check(_code_holds))
    if field.prefixes:
        checks.append(check(lambda c: c.str.slice(0, 1).is_in(list(field.prefixes))))
    if field.type == "code":
        checks.append(check(lambda c: c.is_in(list(lists[field.code_list].values))))
    if field.type == "codes":
        values = list(lists[field.code_list].values)
        checks.append(check(lambda c: c.str.split(";").list.eval(pl.element().is_in(values)).list.all()))
    if field.type == "date":
        checks.append(check(lambda c: _day(c).is_not_null() | c.is_null()))
        checks.append(check(lambda c: _day(c) >= date(1949, 10, 1)))
    if field.not_future:
        checks.append(check(lambda c: _day(c) <= date.today()))  # noqa: DTZ011
    if field.type == "decimal":
        checks.append(check(lambda c: c.str.contains(r"^\d{1,12}(\.\d{1,6})?$")))
    return checks


def _day(column: Any) -> Any:
    return column.str.to_date("%Y/%m/%d", strict=False)


def _code_holds(column: Any) -> Any:
    import polars as pl

    values = {c: i for i, c in enumerate("0123456789ABCDEFGHJKLMNPQRTUWXY")}

    def at(place: int) -> Any:
        return column.str.slice(place, 1).replace_strict(values, default=None, return_dtype=pl.Int16)

    total = sum(at(i) * pow(3, i, 31) for i in range(17))
    right = ((31 - total % 31) % 31 == at(17)) & (column.str.len_bytes() == 18)
    return pl.when(column.is_not_null()).then(right.fill_null(False))


def _row_rules() -> dict[str, Any]:
    import polars as pl

    c = pl.col
    fine, kinds = c("CF_NR_FK").cast(pl.Float64, strict=False), c("CF_CFLB")
    taken = kinds.str.contains("没收", literal=True)
    licence = kinds.str.contains("许可证件", literal=True)
    return {
        "sole-trader": c("CF_XDR_SHXYM").str.starts_with("92") == (c("CF_XDR_LB") == "个体工商户"),
        "card": c("CF_FR_ZJLX").is_null() == c("CF_FR_ZJHM").is_null(),
        "fine": ~kinds.str.contains("罚款", literal=True) | (fine > 0).fill_null(False),
        "taken": ~taken | c("CF_NR_WFFF").is_not_null(),
        "licence": ~licence | c("CF_NR_ZKDX").is_not_null(),
        "ends": _day(c("CF_YXQ")) >= _day(c("CF_JDRQ")),
        "shown": _day(c("CF_GSJZQ")) >= _day(c("CF_JDRQ")),
        "ours": c("CF_SJLYDM") == ORGANISATION,
        "once": pl.struct("CF_XDR_SHXYM", "CF_WSH", "CF_CFJGDM").is_first_distinct(),
    }


def _row_rule(expression: Any) -> Any:
    return lambda data: data.lazyframe.select(expression.fill_null(True))


def frictionless(path: Path) -> dict[str, Any]:
    """A Table Schema of the item's fields, and python-stdnum's check of the codes."""
    from frictionless import Check, Checklist, Resource, Schema, errors, system, validate
    from stdnum.cn import uscc

    item, _ = _catalogue()

    class Codes(Check):  # type: ignore[misc]
        type = "credit-code"
        Errors = [errors.CellError]

        def validate_row(self, row: Any) -> Any:
            for name in ("CF_XDR_SHXYM", "CF_CFJGDM", "CF_SJLYDM"):
                if row[name] and not uscc.is_valid(row[name]):
                    yield errors.CellError.from_row(row, note="check digit", field_name=name)

    kinds = {"date": "date", "decimal": "number"}
    fields: list[dict[str, Any]] = []
    for f in item.fields:
        limits: dict[str, Any] = {"required": f.required}
        if f.max_length and f.type not in kinds:
            limits["maxLength"] = f.max_length
        told = {"name": f.code, "type": kinds.get(f.type, "string"), "constraints": limits}
        fields.append(told | ({"format": "%Y/%m/%d"} if f.type == "date" else {}))
    codes = path.with_suffix(".codes.csv")
    with path.open(encoding="utf-8") as source, codes.open("w", encoding="utf-8") as target:
        source.readline()
        target.write(",".join(f.code for f in item.fields) + "\n")
        target.writelines(source)
    system.trusted = True
    start = time.perf_counter()
    resource = Resource(path=str(codes), schema=Schema.from_descriptor({"fields": fields}))
    report = validate(resource, checklist=Checklist(checks=[Codes()]), limit_errors=10_000_000)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "rows": report.tasks[0].stats["rows"], "rejected": report.stats["errors"]}


def _faults(row: dict[str, str], item: Any, lists: Any, uscc: Any) -> list[str]:
    """The item's rules, one row at a time, as one would write them by hand."""
    wrong = []
    days: dict[str, date] = {}
    for f in item.fields:
        value = row[f.code].strip()
        if not value:
            if f.required:
                wrong.append(f.code)
            continue
        if f.type == "uscc":
            good = uscc.is_valid(value) and (not f.prefixes or value[0] in f.prefixes)
        elif f.type == "date":
            try:
                days[f.code] = datetime.strptime(value, "%Y/%m/%d").date()  # noqa: DTZ007
                good = date(1949, 10, 1) <= days[f.code]
                good = good and not (f.not_future and days[f.code] > date.today())  # noqa: DTZ011
            except ValueError:
                good = False
        elif f.type == "decimal":
            try:
                good = Decimal(value) >= 0
            except InvalidOperation:
                good = False
        elif f.type in {"code", "codes"}:
            good = all(v in lists[f.code_list].values for v in value.split(";"))
        else:
            good = not f.max_length or len(value) <= f.max_length
        if not good:
            wrong.append(f.code)
    kinds = row["CF_CFLB"].split(";")
    if row["CF_XDR_SHXYM"].startswith("92") != (row["CF_XDR_LB"] == "个体工商户"):
        wrong.append("CF_XDR_SHXYM")
    if bool(row["CF_FR_ZJLX"]) != bool(row["CF_FR_ZJHM"]):
        wrong.append("CF_FR_ZJHM")
    if "罚款" in kinds and not row["CF_NR_FK"]:
        wrong.append("CF_NR_FK")
    if {"没收违法所得", "没收非法财物"} & set(kinds) and not row["CF_NR_WFFF"]:
        wrong.append("CF_NR_WFFF")
    if {"暂扣许可证件", "吊销许可证件"} & set(kinds) and not row["CF_NR_ZKDX"]:
        wrong.append("CF_NR_ZKDX")
    for end in ("CF_YXQ", "CF_GSJZQ"):
        if end in days and "CF_JDRQ" in days and days[end] < days["CF_JDRQ"]:
            wrong.append(end)
    return wrong


def stdnum(path: Path, *, store: bool = False) -> dict[str, Any]:
    """A loop over the rows with python-stdnum; with `store`, Django's get_or_create by batch and bulk_create too."""
    item, lists = _catalogue()
    from django.db import transaction
    from stdnum.cn import uscc

    start = time.perf_counter()
    rows = rejected = 0
    good: list[dict[str, str]] = []
    seen: set[tuple[str, str, str]] = set()
    with path.open(encoding="utf-8", newline="") as file, transaction.atomic():
        reader = csv.DictReader(file, fieldnames=[f.code for f in item.fields])
        next(reader)
        for row in reader:
            rows += 1
            key = (row["CF_XDR_SHXYM"], row["CF_WSH"], row["CF_CFJGDM"])
            if _faults(row, item, lists, uscc) or key in seen:
                rejected += 1
                continue
            seen.add(key)
            if store:
                good.append(row)
                if len(good) == 5000:
                    _store(good, rows)
                    good = []
        if good:
            _store(good, rows)
    return {"seconds": time.perf_counter() - start, "rows": rows, "rejected": rejected}


def loop(path: Path) -> dict[str, Any]:
    """The loop that also stores."""
    return stdnum(path, store=True)


def _store(rows: list[dict[str, str]], last: int) -> None:
    """Subjects and records through the mapper, five thousand at a time; publication is not decided."""
    from uuid import NAMESPACE_OID, uuid5

    from chengxin.base import clock
    from chengxin.registry.accounts.queries import organisation_by_code
    from chengxin.registry.records.models import Record
    from chengxin.registry.subjects.models import Subject

    provider, at = organisation_by_code(ORGANISATION), clock.now()
    names = {row["CF_XDR_SHXYM"]: row["CF_XDR_MC"] for row in rows}
    Subject.objects.bulk_create(
        [Subject(code=c, name=n, kind="legal-person", created_at=at) for c, n in names.items()], ignore_conflicts=True
    )
    ids = dict(Subject.objects.filter(code__in=names).values_list("code", "id"))
    Record.objects.bulk_create(
        Record(
            item=ITEM, item_version=1, provider_id=provider.id, authority_code=row["CF_CFJGDM"], audience="shared",
            natural_key=uuid5(NAMESPACE_OID, f"{row['CF_XDR_SHXYM']}{row['CF_WSH']}{row['CF_CFJGDM']}"),
            decided_on=datetime.strptime(row["CF_JDRQ"], "%Y/%m/%d").date(),  # noqa: DTZ007
            submission_id=1, submission_row=last, known_from=at, subject_id=ids[row["CF_XDR_SHXYM"]],
            payload={k: v for k, v in row.items() if v},
        )
        for row in rows
    )  # fmt: skip


RUNS = {"pandera": pandera, "frictionless": frictionless, "stdnum": stdnum, "loop": loop}


if __name__ == "__main__":
    told = RUNS[sys.argv[1]](Path(sys.argv[2]))
    told["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(told))
