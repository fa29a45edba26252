"""One migrated template database; a clone of it for each test process, and one more where a test really commits."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

os.environ.setdefault("CHENGXIN_DATA", os.path.join(os.path.dirname(__file__), ".data", "test"))

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as property_settings
from psycopg import sql

from chengxin.base.audit import queries as audit
from chengxin.base.database import embedded
from chengxin.base.documents.keys import signing_keys, timestamping_keys
from chengxin.faces.rest import limiting
from chengxin.project.readiness import fingerprint, run
from chengxin.registry.catalogue import queries

TEMPLATE = "chengxin_template"
# What tests write need not outlive a power cut; killed processes lose nothing by it.
NO_POWER_CUT = ("fsync", "full_page_writes")
# A busy machine says nothing about behaviour: no property fails for the time that it takes.
property_settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
property_settings.load_profile("unhurried")
# Signatures of tests are of this day or later; keys that another run made by the real clock would not be valid yet.
KEYS_MADE = datetime(2026, 11, 23, tzinfo=UTC)
# A password of a test need not resist guessing; the way it is kept is the same.
PBKDF2PasswordHasher.iterations = 1_000


def pytest_sessionstart() -> None:
    """Make the signing keys before any test file is read, whichever tests are chosen."""
    signing_keys(at=KEYS_MADE)
    timestamping_keys(at=KEYS_MADE)


def _admin() -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(settings.EMBEDDED_ADDRESS, autocommit=True)


def _drop(admin: "psycopg.Connection[tuple[object, ...]]", name: str) -> None:
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _ensure_template(admin: "psycopg.Connection[tuple[object, ...]]") -> None:
    wanted = fingerprint(settings.ROOT, settings.CITY_FOLDER)
    admin.execute("SELECT pg_advisory_lock(22117)")
    try:
        for switch in NO_POWER_CUT:
            admin.execute(f"ALTER SYSTEM SET {switch} = off")
        admin.execute("SELECT pg_reload_conf()")
        row = admin.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [TEMPLATE]
        ).fetchone()
        if row is not None and row[0] == wanted:
            return
        _drop(admin, TEMPLATE)
        embedded.prepare(settings.EMBEDDED_ADDRESS, database=TEMPLATE)
        os.environ["CHENGXIN_DATABASE_NAME"] = TEMPLATE
        try:
            run("migrate")
            run("load_profile")
        finally:
            del os.environ["CHENGXIN_DATABASE_NAME"]
        admin.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(TEMPLATE), sql.Literal(wanted)))
    finally:
        admin.execute("SELECT pg_advisory_unlock(22117)")


def _clone(admin: "psycopg.Connection[tuple[object, ...]]", name: str) -> None:
    _drop(admin, name)
    admin.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
            sql.Identifier(name), sql.Identifier(TEMPLATE), sql.Identifier(embedded.OWNER)
        )
    )


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """This process's own clone of the template database, connected as the application's role."""
    name = f"chengxin_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    with _admin() as admin:
        _ensure_template(admin)
        _clone(admin, name)
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connection.close()
    with _admin() as admin:
        _drop(admin, name)


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """Each test begins in the site's own language, whichever the one before it spoke."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def catalogue_of_the_folder() -> Iterator[None]:
    """Each test begins with the catalogue of the city's folder, whatever the one before it published."""
    yield
    queries.use_published(())


@pytest.fixture(autouse=True)
def limits_begin_anew() -> Iterator[None]:
    """No test is refused for what the ones before it asked."""
    limiting.forget_all()
    yield
    limiting.forget_all()


@pytest.fixture(autouse=True)
def checkpoints_of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The audit chain's checkpoints lie outside the database: each test begins with none of its own or others."""
    name = f"audit-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}.jsonl"
    path = settings.DATA_FOLDER / name
    path.unlink(missing_ok=True)
    monkeypatch.setattr(audit, "_checkpoint_file", lambda: path)


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """A database of this test's own, where commits are real; its name."""
    before = connection.settings_dict["NAME"]
    name = f"{before}_own"
    with _admin() as admin:
        _clone(admin, name)
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connection.close()
        connection.settings_dict["NAME"] = name
        try:
            yield name
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before
            with _admin() as admin:
                _drop(admin, name)
