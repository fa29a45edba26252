"""The platform's own road, and the bare COPY that is its limit; each is run in a process of its own."""

import io
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import psycopg

ORGANISATION = "11450100007550013R"
ITEM = "penalty-organisation"


def _django() -> None:
    import django

    django.setup()


def whole(path: Path) -> dict[str, Any]:
    """Read, validate, resolve and commit the file."""
    _django()
    from chengxin.base import clock
    from chengxin.intake.collection import services
    from chengxin.registry.accounts import queries as accounts
    from chengxin.registry.accounts.rules import Role

    actor = accounts.actor_of_organisation(ORGANISATION, roles=frozenset({Role.DEPARTMENT_OFFICER}), name="bench")
    assert actor is not None and actor.organisation_id is not None
    at = clock.now()
    start = time.perf_counter()
    result = services.submit(
        path, filename=path.name, item_code=ITEM, by=actor, organisation_id=actor.organisation_id, at=at
    )
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "rows": result.rows, "accepted": result.accepted, "rejected": result.rejected}


def validate(path: Path) -> dict[str, Any]:
    """Read and validate only: every row's faults and notes, nothing stored."""
    _django()
    from chengxin.base import clock
    from chengxin.intake.collection.reading.sources import Wanted, open_source
    from chengxin.intake.collection.validation.batches import Context, only_new_objects_collected, validated
    from chengxin.registry.catalogue import queries as catalogue

    item = catalogue.item(ITEM)
    context = Context(item, catalogue.code_lists(), clock.today(), frozenset({ORGANISATION}), {})
    start = time.perf_counter()
    source = open_source(
        path, filename=path.name, wanted=Wanted(item, catalogue.ignored_titles(), {}), scratch=path.parent
    )
    rows = rejected = 0
    with only_new_objects_collected():
        for batch in validated(source.batches(), source.columns, context):
            rows, rejected = rows + batch.text.height, rejected + len(batch.faulty_rows())
    return {"seconds": time.perf_counter() - start, "rows": rows, "rejected": rejected}


def copy_file(path: Path) -> dict[str, Any]:
    """COPY the CSV file as it is into a table of text columns without any index."""
    columns = len(path.open(encoding="utf-8").readline().split(","))
    with _superuser() as connection:
        names = ", ".join(f"c{n} text" for n in range(columns))
        connection.execute(f"DROP TABLE IF EXISTS bench_plain; CREATE TABLE bench_plain ({names})")
        connection.commit()
        start = time.perf_counter()
        with connection.cursor() as cursor, path.open("rb") as file:
            with cursor.copy("COPY bench_plain FROM STDIN (FORMAT csv, HEADER true)") as copy:
                while chunk := file.read(1 << 20):
                    copy.write(chunk)
        connection.commit()
        seconds = time.perf_counter() - start
        rows = connection.execute("SELECT count(*) FROM bench_plain").fetchone()[0]
        connection.execute("DROP TABLE bench_plain")
    return {"seconds": seconds, "rows": rows}


def copy_rows(path: Path) -> dict[str, Any]:
    """COPY the rows that the road stored, ready made, into a bare table: the same columns, no index."""
    return _copy_stored("INCLUDING DEFAULTS")


def copy_records(path: Path) -> dict[str, Any]:
    """COPY the rows that the road stored, ready made, into a table like the real one, indexes and all."""
    return _copy_stored("INCLUDING ALL")


def _copy_stored(like: str) -> dict[str, Any]:
    with _superuser() as connection:
        packed = io.BytesIO()
        with connection.cursor() as cursor, cursor.copy("COPY records_record TO STDOUT") as copy:
            for chunk in copy:
                packed.write(chunk)
        connection.execute("DROP TABLE IF EXISTS bench_record")
        connection.execute(f"CREATE TABLE bench_record (LIKE records_record {like})")
        connection.commit()
        packed.seek(0)
        start = time.perf_counter()
        with connection.cursor() as cursor, cursor.copy("COPY bench_record FROM STDIN") as copy:
            while chunk := packed.read(1 << 20):
                copy.write(chunk)
        connection.commit()
        seconds = time.perf_counter() - start
        rows = connection.execute("SELECT count(*) FROM bench_record").fetchone()[0]
        connection.execute("DROP TABLE bench_record")
    return {"seconds": seconds, "rows": rows}


def _superuser() -> "psycopg.Connection[Any]":
    _django()
    from django.conf import settings

    return psycopg.connect(settings.EMBEDDED_ADDRESS, dbname=settings.DATABASES["default"]["NAME"])


RUNS = {
    "whole": whole,
    "validate": validate,
    "copy-file": copy_file,
    "copy-rows": copy_rows,
    "copy-records": copy_records,
}


if __name__ == "__main__":
    told = RUNS[sys.argv[1]](Path(sys.argv[2]))
    told["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(told))
