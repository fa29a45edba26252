"""A front-end database of the demo's market regulator, with a few fictional penalties, and the first pull from it."""

from contextlib import suppress
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from psycopg import sql

from chengxin.base import clock
from chengxin.base.clock import local_date
from chengxin.base.database import embedded
from chengxin.base.errors import ChengxinError
from chengxin.intake.connectors import pulling
from chengxin.registry.subjects import queries as subjects

CODE, VARIABLE = "market-penalties", "CHENGXIN_CONNECTOR_MARKET_DATABASE"
ROWS = 6
TABLES = """
DROP TABLE IF EXISTS xzcf_fr, xzcf_fr_cw;
CREATE TABLE xzcf_fr (
  id int PRIMARY KEY, gxsj timestamptz NOT NULL DEFAULT now(), xdr_mc text, xdr_shxym text, frdb text, wsh text,
  wfxw text, sy text, yj text, cflb text, nr text, fk_wy numeric, ms_wy numeric, zz text, jdrq date, yxq date,
  gsjzq date, bz text
);
CREATE TABLE xzcf_fr_cw (source_key text, field text, rule text, message text, hint text, submission bigint);
"""
INSERT = """
INSERT INTO xzcf_fr (id, gxsj, xdr_mc, xdr_shxym, frdb, wsh, wfxw, sy, yj, cflb, nr, fk_wy, jdrq)
VALUES (%s, %s, %s, %s, %s, %s, '违反广告管理规定', '发布虚假广告（虚构）', '《中华人民共和国广告法》第五十五条', '2', %s, %s, %s)
"""


def address() -> str | None:
    """The front-end database beside the demo's own; None where the installation has a server of its own."""
    if not hasattr(settings, "EMBEDDED_ADDRESS"):
        return None
    name = f"{settings.DATABASES['default']['NAME']}_front_end"
    parts = urlsplit(settings.EMBEDDED_ADDRESS)
    return parts._replace(path=f"/{name}", netloc=f"{embedded.OWNER}@{parts.netloc.rpartition('@')[2]}").geturl()


def fill(*, at: datetime) -> None:
    """Make the database anew with some penalties, one of them without its content, and pull them."""
    found = address()
    if found is None:
        return
    on = local_date(at)
    companies = subjects.search("公司", on=on, size=ROWS).items
    embedded.prepare(settings.EMBEDDED_ADDRESS, database=urlsplit(found).path.lstrip("/"))
    with psycopg.connect(found) as connection:
        connection.execute(TABLES)
        for number, company in enumerate(companies, start=1):
            told = None if number == ROWS else f"罚款{number}万元"
            days = [at - timedelta(hours=ROWS - number), on - timedelta(days=number)]
            numbered = f"南市监罚〔{on.year}〕前{number}号（虚构）"
            connection.execute(
                sql.SQL(INSERT),
                [number, days[0], company.name, company.code, "甲某某（虚构）", numbered, told, number, days[1]],
            )
    with suppress(ChengxinError):
        pulling.pull(CODE, asked_by="demo", now=clock.now)
