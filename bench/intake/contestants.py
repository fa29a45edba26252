"""The road and its peers: each reads the file and does its part, and says what it found."""

import csv
import time
from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.intake.files import MARKET

AT = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
ITEM = "penalty-organisation"
COPY_BLOCK = 1 << 20
Figures = dict[str, float]


def road(path: Path, rows: int) -> Figures:
    """The whole road: read, validate, resolve, commit."""
    from chengxin.intake.collection import services
    from chengxin.registry.accounts import queries as accounts
    from chengxin.registry.accounts.rules import Role

    actor = accounts.actor_of_organisation(MARKET, roles=frozenset({Role.DEPARTMENT_OFFICER}), name="bench")
    assert actor is not None and actor.organisation_id is not None
    start = time.perf_counter()
    result = services.submit(
        path, filename=path.name, item_code=ITEM, by=actor, organisation_id=actor.organisation_id, at=AT
    )
    return {"seconds": time.perf_counter() - start, "accepted": result.accepted, "rejected": result.rejected}


def validate(path: Path, rows: int) -> Figures:
    """The road's own reading and validation, with what the good rows will store left out."""
    import tempfile

    from chengxin.base import clock
    from chengxin.intake.collection.reading.sources import Wanted, open_source
    from chengxin.intake.collection.validation.batches import Context
    from chengxin.intake.collection.validation.batches import validate as check
    from chengxin.registry.catalogue import queries as catalogue

    item = catalogue.item(ITEM)
    wanted = Wanted(item, catalogue.ignored_titles(), {}, {})
    context = Context(
        item=item, lists=catalogue.code_lists(), today=clock.local_date(AT), source_codes=frozenset({MARKET}), prohibited={}
    )
    start = time.perf_counter()
    rejected = 0
    with tempfile.TemporaryDirectory() as scratch:
        source = open_source(path, filename=path.name, wanted=wanted, scratch=Path(scratch))
        for raw in source.batches():
            batch = check(raw, source.columns, context)
            rejected += len(batch.faulty_rows()) if batch else 0
    return {"seconds": time.perf_counter() - start, "rejected": rejected}


def copy(path: Path, rows: int) -> Figures:
    """The stored rows, copied into a table of the same columns without index or constraint."""
    return _copied("LIKE records_record")


def copy_indexed(path: Path, rows: int) -> Figures:
    """The stored rows, copied into a table with the indexes and checks of the real one."""
    return _copied("LIKE records_record INCLUDING ALL")


def _copied(shape: str) -> Figures:
    from django.conf import settings
    from django.db import connection

    dump = Path(settings.DATA_FOLDER) / "bench-intake.copy"
    if not dump.exists():
        with connection.cursor() as cursor, dump.open("wb") as file, cursor.copy("COPY records_record TO STDOUT") as out:
            for block in out:
                file.write(block)
    start = time.perf_counter()
    from django.db import transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE limit_of_the_road ({shape})")
        cursor.execute("DROP TABLE limit_of_the_road")
        _as_owner(shape)
    start = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor, dump.open("rb") as file:
        with cursor.copy("COPY limit_of_the_road FROM STDIN") as into:
            while block := file.read(COPY_BLOCK):
                into.write(block)
    return {"seconds": time.perf_counter() - start}


def _as_owner(shape: str) -> None:
    """A plain logged table, as the real one is: a temporary one would not be written ahead."""
    import psycopg
    from django.conf import settings
    from django.db import connection

    from chengxin.base.database import embedded

    with psycopg.connect(
        settings.EMBEDDED_ADDRESS, dbname=connection.settings_dict["NAME"], autocommit=True
    ) as admin:
        admin.execute("DROP TABLE IF EXISTS limit_of_the_road")
        admin.execute(f"CREATE TABLE limit_of_the_road ({shape})")
        admin.execute(f"GRANT ALL ON limit_of_the_road TO {embedded.APPLICATION}")


def pandera(path: Path, rows: int) -> Figures:
    """The same rules as pandera checks on a polars frame, all failures gathered; validation alone."""
    import pandera.polars as pa
    import polars as pl
    from pandera.errors import SchemaErrors

    from chengxin.intake.collection.validation.cells import credit_codes_hold
    from chengxin.registry.catalogue import queries as catalogue
    from chengxin.registry.catalogue.rules import FieldType

    item = catalogue.item(ITEM)
    lists = catalogue.code_lists()

    def code_holds(data: pa.PolarsData) -> pl.LazyFrame:
        column = data.lazyframe.select(data.key).collect()[data.key]
        return pl.LazyFrame({data.key: credit_codes_hold(column).fill_null(True)})

    def is_date(data: pa.PolarsData) -> pl.LazyFrame:
        read = pl.col(data.key).str.to_date("%Y/%m/%d", strict=False)
        return data.lazyframe.select((read.is_not_null() & (read <= AT.date())) | pl.col(data.key).is_null())

    def is_number(data: pa.PolarsData) -> pl.LazyFrame:
        read = pl.col(data.key).cast(pl.Float64, strict=False)
        return data.lazyframe.select((read >= 0) | pl.col(data.key).is_null())

    start = time.perf_counter()
    frame = pl.read_csv(path, infer_schema=False)
    columns = {}
    for field in (f for f in item.fields if f.code in frame.columns):
        checks = [pa.Check.str_length(max_value=field.max_length)] if field.max_length else []
        if field.type == FieldType.CREDIT_CODE:
            checks.append(pa.Check(code_holds))
        elif field.type == FieldType.DATE:
            checks.append(pa.Check(is_date))
        elif field.type == FieldType.DECIMAL:
            checks.append(pa.Check(is_number))
        elif field.type == FieldType.CODE and field.code_list:
            checks.append(pa.Check.isin(list(lists[field.code_list].values)))
        columns[field.code] = pa.Column(str, checks, nullable=not field.required)
    schema = pa.DataFrameSchema(columns, unique=list(item.natural_key))
    try:
        schema.validate(frame, lazy=True)
        failures = 0
    except SchemaErrors as errors:
        failures = errors.failure_cases.height
    return {"seconds": time.perf_counter() - start, "rejected": failures}


def _first(path: Path, rows: int) -> Path:
    part = path.with_suffix(f".{rows}.csv")
    with path.open(encoding="utf-8") as file:
        part.write_text("".join(islice(file, rows + 1)), encoding="utf-8")
    return part


def frictionless(path: Path, rows: int) -> Figures:
    """The same fields as a Table Schema; validation alone, on the first rows."""
    from frictionless import Checklist, Resource, Schema, system, validate

    from chengxin.registry.catalogue import queries as catalogue
    from chengxin.registry.catalogue.rules import FieldType

    kinds = {FieldType.DATE: "date", FieldType.DECIMAL: "number", FieldType.INTEGER: "integer"}
    part = _first(path, rows)
    present = part.open(encoding="utf-8").readline().strip().split(",")
    fields = []
    for code in present:
        field = catalogue.item(ITEM).field_of(code)
        described: dict[str, object] = {"name": code, "type": kinds.get(field.type, "string")}
        if field.type == FieldType.DATE:
            described["format"] = "%Y/%m/%d"
        limits: dict[str, object] = {"required": field.required}
        if described["type"] == "string" and field.max_length:
            limits["maxLength"] = field.max_length
        described["constraints"] = limits
        fields.append(described)
    system.trusted = True
    start = time.perf_counter()
    resource = Resource(path=str(part), schema=Schema.from_descriptor({"fields": fields}))
    found = validate(resource, checklist=Checklist(), limit_errors=1_000_000)
    return {"seconds": time.perf_counter() - start, "rejected": found.stats["errors"]}


def stdnum_loop(path: Path, rows: int) -> Figures:
    """Row by row: check with python-stdnum and `datetime`, then Django's bulk_create; the first rows."""
    from uuid import uuid4

    from django.db import transaction
    from stdnum.cn import uscc

    from chengxin.registry.accounts import queries as accounts
    from chengxin.registry.records.models import Record
    from chengxin.registry.subjects.models import Subject

    provider = accounts.organisation_by_code(MARKET)
    assert provider is not None
    start = time.perf_counter()
    with path.open(encoding="utf-8") as file, transaction.atomic():
        made: list[Record] = []
        rejected = 0
        known: dict[str, int] = dict(Subject.objects.values_list("code", "id")[:rows])
        for place, row in enumerate(islice(csv.DictReader(file), rows)):
            if not uscc.is_valid(row["CF_XDR_SHXYM"]) or not uscc.is_valid(row["CF_CFJGDM"]):
                rejected += 1
                continue
            decided = datetime.strptime(row["CF_JDRQ"], "%Y/%m/%d").date()  # noqa: DTZ007
            subject = known.get(row["CF_XDR_SHXYM"])
            if subject is None or float(row["CF_NR_FK"]) < 0 or not row["CF_WSH"]:
                rejected += 1
                continue
            made.append(
                Record(
                    item=ITEM, item_version=1, natural_key=uuid4(), provider_id=provider.id, authority_code=MARKET,
                    decided_on=decided, audience="public", public_period=(decided, None), submission_id=1,
                    submission_row=place, known_from=AT, payload=row, subject_id=subject,
                )  # fmt: skip
            )
        Record.objects.bulk_create(made, batch_size=5000)
        seconds = time.perf_counter() - start
        transaction.set_rollback(True)
    return {"seconds": seconds, "rejected": rejected}
