"""Open data for machines; open to everyone. Each line that is told is asked for again: it shows what is public now."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema

from chengxin.base import clock
from chengxin.intake.opendata import queries
from chengxin.intake.opendata.queries import Dataset
from chengxin.registry.catalogue.rules import Words

router = Router()
LARGEST = 9_223_372_036_854_775_807
Code = Annotated[str, Path(description="Code of an open resource", max_length=64)]
After = Annotated[int, Query(ge=0, le=LARGEST, description="The cursor that was read last; 0: from the beginning")]


class OpenWordsOut(Schema):
    zh: str
    en: str


class LicenceOut(Schema):
    code: str
    name: OpenWordsOut
    address: str
    conditions: OpenWordsOut


class OpenFileOut(Schema):
    format: str
    address: str
    size: int
    sha256: str


class OpenDatasetOut(Schema):
    code: str
    name: OpenWordsOut
    description: OpenWordsOut
    licence: LicenceOut
    current: bool
    made_at: datetime | None
    records: int
    cursor: int
    files: list[OpenFileOut]


class OpenColumnOut(Schema):
    code: str
    name: OpenWordsOut
    type: str
    masked: bool
    code_list: str
    meaning: OpenWordsOut


class OpenDatasetDetailOut(OpenDatasetOut):
    columns: list[OpenColumnOut]


class OpenRecordOut(Schema):
    cursor: int
    key: UUID
    removed: bool
    record: dict[str, Any] | None


class OpenRecordsOut(Schema):
    items: list[OpenRecordOut]
    after: int
    more: bool


class RemovedOut(Schema):
    cursor: int
    key: UUID


class RemovalsOut(Schema):
    ended: list[UUID]
    items: list[RemovedOut]
    after: int
    more: bool


class StatisticCellOut(Schema):
    value: str
    count: int | None


class StatisticOut(Schema):
    code: str
    name: OpenWordsOut
    since: date
    until: date
    made_at: datetime
    epsilon: Decimal
    threshold: int
    policy: str
    cells: list[StatisticCellOut]


@router.get("", response=list[OpenDatasetOut], summary="All open resources")
def datasets(request: HttpRequest) -> list[dict[str, Any]]:
    """Each with its licence and the files of its latest release; `current` false: they are being made anew."""
    return [_dataset(one) for one in queries.datasets(at=clock.now())]


@router.get("/statistics", response=list[StatisticOut], summary="Statistics about natural persons' records")
def statistics(request: HttpRequest) -> list[dict[str, Any]]:
    """Protected by differential privacy: noise drawn once for each period; `count` null: fewer than the threshold."""
    return [
        {
            "code": one.statistic.code,
            "name": _words(one.statistic.name),
            "since": release.since,
            "until": release.until,
            "made_at": release.made_at,
            "epsilon": release.epsilon,
            "threshold": release.threshold,
            "policy": release.policy,
            "cells": [{"value": c.value, "count": c.count} for c in cells],
        }
        for one in queries.published_statistics(on=clock.today())
        for release, cells in one.releases
    ]


@router.get("/{code}", response=OpenDatasetDetailOut, summary="An open resource and its data dictionary")
def dataset(request: HttpRequest, code: Code) -> dict[str, Any]:
    """With every column that the files and the feed have."""
    found = queries.dataset(code, at=clock.now())
    columns = [
        {
            "code": c.code,
            "name": _words(c.name),
            "type": c.type.value,
            "masked": c.masked,
            "code_list": c.code_list,
            "meaning": _words(c.meaning),
        }
        for c in found.columns
    ]
    return _dataset(found) | {"columns": columns}


@router.get("/{code}/records", response=OpenRecordsOut, summary="Records of an open resource, and what changed since")
def records(
    request: HttpRequest, code: Code, after: After = 0, size: Annotated[int, Query(ge=1, le=1000)] = 200
) -> dict[str, Any]:
    """From cursor 0 everything; from the cursor of a file or an answer what was added, corrected or removed after it.

    `removed` true: the record with this key is not to be shown any more.
    """
    found = queries.changes(code, after=after, limit=size, at=clock.now())
    return {
        "items": [{"cursor": c.cursor, "key": c.key, "removed": c.record is None, "record": c.record} for c in found],
        "after": found[-1].cursor if found else after,
        "more": len(found) == size,
    }


@router.get("/{code}/removals", response=RemovalsOut, summary="Keys of records that are public no more")
def removals(
    request: HttpRequest, code: Code, after: After = 0, size: Annotated[int, Query(ge=1, le=1000)] = 1000
) -> dict[str, Any]:
    """`ended`: since the last release, as of this moment; `items`: taken out by a release after the cursor."""
    found = queries.removals(code, after=after, limit=size, at=clock.now())
    return {
        "ended": found.ended,
        "items": [{"cursor": cursor, "key": key} for cursor, key in found.taken_out],
        "after": found.taken_out[-1][0] if found.taken_out else after,
        "more": len(found.taken_out) == size,
    }


def _words(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


def _dataset(found: Dataset) -> dict[str, Any]:
    licence, release = found.terms.licence, found.release
    return {
        "code": found.item.code,
        "name": _words(found.item.name),
        "description": _words(found.item.behaviour),
        "licence": {
            "code": licence.code,
            "name": _words(licence.name),
            "address": licence.address,
            "conditions": _words(licence.conditions),
        },
        "current": found.is_current,
        "made_at": release.made_at if release else None,
        "records": release.rows if release else 0,
        "cursor": release.cursor if release else 0,
        "files": [
            {
                "format": f.format.value,
                "address": f"/open-data/{found.item.code}.{f.format.value}",
                "size": f.size,
                "sha256": f.sha256,
            }
            for f in found.files
        ],
    }
