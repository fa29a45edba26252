"""Open resources with a few fictional companies' fines, and releases of them."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.core.files.storage import default_storage

from chengxin.intake.opendata import queries, services
from chengxin.intake.opendata.models import OpenRecord, Release
from chengxin.intake.opendata.rules import Format
from chengxin.registry.accounts.actors import SystemActor
from chengxin.registry.records import services as records
from chengxin.registry.records.tests.factories import organisation_record, versions
from chengxin.registry.subjects.tests.factories import company

ITEM = "penalty-organisation"
NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)
DAY = date(2026, 9, 1)
BY = SystemActor("open-data")
PAYLOAD = (
    '{"CF_WSH":"南市监罚〔2026〕1号（虚构）","CF_FRDB":"韦虚构","CF_FR_ZJHM":"sealed:v1:x","CF_SY":"当事人韦某",'
    '"CF_NR":"=罚款，电话13800138000、身份证450103199001011234","CF_NR_FK":"1.5","CF_JDRQ":"2026-05-09",'
    '"CF_CFLB":"罚款","BZ":"内部"}'
)


def fine(key: str = "1", *, name: str = "南宁虚构商行", number: int = 1, until: date | None = date(2027, 5, 9)) -> UUID:
    """The natural key of a public fine of a new company."""
    return organisation_record(company(name, number), key, payload=PAYLOAD, public=(date(2026, 5, 9), until))


def released(*, at: datetime = NOON) -> Release:
    """The files made at that moment."""
    made = services.release(ITEM, by=BY, at=at)
    assert made is not None
    return made


def repaired(natural_key: UUID, *, at: datetime) -> None:
    """End a record's publication."""
    records.end_by_repair(natural_key, by=BY, at=at)


def corrected(natural_key_name: str, subject_id: int, *, record_id: int, at: datetime) -> None:
    """A new version of a fine, with another number of its decision."""
    new = versions(subject_id, natural_key_name, payload=PAYLOAD.replace("1号", "2号"), version=2)
    records.store(new, superseded=[record_id], at=at)


def key_in_files(natural_key: UUID) -> UUID:
    """By which random key the files know a record."""
    return OpenRecord.objects.get(natural_key=natural_key, replaced=False).key


def content(format: Format, *, at: datetime = NOON) -> bytes:
    """The file that is given out at that moment."""
    with default_storage.open(queries.file_of(ITEM, format, at=at).stored_as) as file:
        return bytes(file.read())


def table(*, at: datetime = NOON) -> list[dict[str, str]]:
    """The CSV that is given out at that moment, row by row."""
    return list(csv.DictReader(io.StringIO(content(Format.CSV, at=at).decode("utf-8-sig"))))


def later(minutes: float = 1) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=minutes)
