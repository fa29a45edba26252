"""A short chain, and a hand that may do what the application may not."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
from django.conf import settings
from django.db import connection

from chengxin.base.audit import services
from chengxin.base.database import embedded

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


@dataclass(frozen=True)
class Clerk:
    """Someone who acts; fictional."""

    name: str = "clerk"
    organisation_code: str = "11450100007550013R"


def chain_of(length: int) -> None:
    """As many entries, numbered from 1."""
    for number in range(1, length + 1):
        services.note("test.done", f"thing-{number}", by=Clerk(), at=NOON, number=number)


@contextmanager
def as_owner() -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """The tables' owner, whom the guard does not hold, on the database of this test."""
    name = connection.settings_dict["NAME"]
    with psycopg.connect(settings.EMBEDDED_ADDRESS, dbname=name, user=embedded.OWNER, autocommit=True) as owner:
        yield owner
