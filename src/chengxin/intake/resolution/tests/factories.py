"""A small register of fictional organisations, and rows that do not say whom they are about."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import polars as pl

from chengxin.base.clock import CITY_TIME
from chengxin.intake.collection.tests.factories import (
    APPROVAL,
    MARKET,
    Row,
    company,
    csv_of,
    hand_in,
    hand_in_rows,
    registration,
    table,
)
from chengxin.intake.resolution import queries, services
from chengxin.intake.resolution.labelled import Firm
from chengxin.intake.resolution.models import Waiting
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.rules import Actor, Role
from chengxin.registry.subjects import services as subjects

AT = datetime(2026, 11, 20, 9, 0, tzinfo=CITY_TIME)
TODAY = date(2026, 11, 20)
PORTION = 20_000
NAME = "南宁恒丰建筑工程有限公司（虚构）"
KNOWN = [
    (1, NAME, "韦某安", "南宁市青秀区民族大道12号"),
    (2, "南宁恒丰建材有限公司（虚构）", "黄某宁", "南宁市兴宁区朝阳路8号"),
    (3, "南宁恒锋建筑工程有限公司（虚构）", "李某平", "南宁市江南区星光大道20号"),
    (4, "广西瑞海食品股份有限公司（虚构）", "梁某华", "南宁市良庆区五象大道99号"),
]


def register(folder: Path, known: Sequence[tuple[int, str, str, str]] = KNOWN) -> None:
    """Hand in the base register."""
    rows = [
        registration(n, SUBJECT_NAME=name, LEGAL_REPRESENTATIVE=head, ADDRESS=where) for n, name, head, where in known
    ]
    hand_in_rows(folder, *rows, item="entity-registration", by=APPROVAL, at=AT)


def register_firms(firms: Sequence[Firm]) -> dict[int, int]:
    """Register the firms of a labelled set with their details, without the road of a file; place -> subject."""
    from django.db import connection

    codes = [company(n) for n in range(len(firms))]
    directory = subjects.Directory()
    subjects.lock_register()
    pairs = pl.DataFrame({"code": codes, "name": [f.name for f in firms]})
    subjects.add_subjects(directory, pairs, registered=True, at=AT)
    ids = dict(zip(directory.known["code"], directory.known["subject_id"], strict=True))
    entries = [
        subjects.RegisterEntry(ids[code], f.name, "legal-person", "active", "", f.former_name)
        for code, f in zip(codes, firms, strict=True)
    ]
    subjects.take_register(entries, on=TODAY)
    told = [(ids[c], f.representative, f.address) for c, f in zip(codes, firms, strict=True)]
    with connection.cursor() as cursor:
        for start in range(0, len(told), PORTION):  # PostgreSQL notes long statements in its log where it notes any
            ids_told, representatives, addresses = zip(*told[start : start + PORTION], strict=True)
            cursor.execute(
                "INSERT INTO records_record (item, item_version, natural_key, version, provider_id, authority_code,"
                " severity, audience, policy, state, submission_id, submission_row, known_from, payload, subject_id)"
                " SELECT 'entity-registration', 1, gen_random_uuid(), 1, 1, '', '', 'shared', '', 'in-force', 1, 1, %s,"
                " jsonb_build_object('LEGAL_REPRESENTATIVE', r, 'ADDRESS', a), id"
                " FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS told(id, r, a)",
                [AT, list(ids_told), list(representatives), list(addresses)],
            )
    return {place: ids[code] for place, code in enumerate(codes)}


def honour(number: int = 1, **changed: str) -> Row:
    """A row of `honour` without a code that passes."""
    return {
        "SUBJECT_NAME": NAME,
        "HONOUR": "诚信示范企业（虚构）",
        "LEVEL": "市级",
        "DOCUMENT_NUMBER": f"虚构表彰〔2026〕{number}号",
        "AWARDED_ON": "2026/05/04",
        "AUTHORITY_NAME": "南宁市市场监督管理局",
        "AUTHORITY_CODE": MARKET,
        "SOURCE_NAME": "南宁市市场监督管理局",
        "SOURCE_CODE": MARKET,
    } | changed


def handed_in(folder: Path, *rows: Row, at: datetime = AT) -> tuple[int, list[Waiting]]:
    """Hand in honours and look for whom they are about: the hand-in's number, and its rows in order."""
    result = hand_in(folder, csv_of(table("honour", rows)), item="honour", by=MARKET, at=at)
    services.resolve(result.submission, at=at)
    return result.submission, list(Waiting.objects.filter(row__submission=result.submission).order_by("row__row"))


def official(role: Role = Role.CREDIT_OFFICE_OPERATOR, user_id: int = 801) -> Actor:
    """Someone of the credit office."""
    office = accounts.credit_office()
    reaches = accounts.reach_of(office.id)
    return Actor(f"{role.value}-{user_id}", office.id, office.code, frozenset({role}), reaches, user_id)


def subject_numbered(number: int) -> int:
    """The id of the company with that number."""
    from chengxin.registry.subjects import listing

    found = listing.identity_coded(company(number))
    assert found is not None
    return found.id


def best(waiting_id: int) -> str:
    """The name of a row's best candidate; empty where it has none."""
    found = queries.row_detail(waiting_id, by=official()).candidates
    return found[0].name if found else ""
