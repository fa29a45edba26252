"""What a connector is, as its file says it; whether the file fits the catalogue; when it runs. Pure.

A file of `connectors/` in a city's profile describes one source and where its columns go. What is secret is never in
the file: it names the variable of the environment that holds it.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from chengxin.registry.catalogue.rules import FieldType, Item

# Only variables of connectors: a file can't hand another secret of the platform to a foreign address.
Variable = Annotated[str, StringConstraints(pattern=r"^CHENGXIN_CONNECTOR_[A-Z0-9_]{1,60}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=128)]
RESUMED_AFTER = timedelta(minutes=10)  # a pull that died is taken up again after this, or at its own time if sooner


class RunState(StrEnum):
    """How a pull ended (拉取结果)."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # with the reason; the next one goes on where this one stood
    INTERRUPTED = "interrupted"  # its process died
    STOPPED = "stopped"  # somebody paused the connector meanwhile


class PartState(StrEnum):
    """What became of one part of a pull: a batch of rows, or a file."""

    TAKEN = "taken"
    UNREADABLE = "unreadable"  # a file that is no hand-in of that item; it is tried again once it changed


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Shape):
    zh: str
    en: str


class Database(Shape):
    """A table of a front-end database (前置库), read in the order of `cursor` and `key`.

    `address`: variable with `postgresql://…` or `mysql://…`. `cursor` grows with every change of a row; without one the
    whole table is read in the order of `key`. `overlap_seconds`: how late a row may become visible after the time
    that its cursor tells, since other transactions commit in between.
    """

    kind: Literal["database"]
    address: Variable
    table: Name
    key: Name
    cursor: Name | None = None
    overlap_seconds: int = Field(default=60, ge=0, le=86_400)
    batch: int = Field(default=5_000, ge=1, le=50_000)


class Rest(Shape):
    """An interface that answers JSON. `items`: where the list of rows stands in it, as a path with dots; "": itself.

    `since`: query parameter that takes the newest value of the row's field `cursor`. `next`: where the address of the
    next page stands; else `page` is the parameter of its number, from `first_page` on until a page is empty.
    """

    kind: Literal["rest"]
    address: Variable
    token: Variable | None = None
    token_header: Name = "Authorization"  # noqa: S105 - a header
    token_prefix: str = "Bearer "  # noqa: S105 - what stands before the token
    items: str = ""
    key: Name
    cursor: Name | None = None
    since: Name | None = None
    next: str | None = None
    page: Name | None = None
    first_page: int = 1
    parameters: Mapping[str, str] = {}


class Sftp(Shape):
    """A folder of files. `address`: variable with `sftp://user@host:port/folder`; `host_key`: its public key."""

    kind: Literal["sftp"]
    address: Variable
    host_key: Variable
    password: Variable | None = None
    private_key: Variable | None = None
    pattern: Name = "*"


class S3(Shape):
    """Files of a bucket. `address`: variable with `https://host/bucket/prefix`."""

    kind: Literal["s3"]
    address: Variable
    access_key: Variable
    secret_key: Variable
    region: Name = "us-east-1"
    pattern: Name = "*"


Source = Annotated[Database | Rest | Sftp | S3, Field(discriminator="kind")]


class Feedback(Shape):
    """Where faults go back to: a table of the same database, an address, or a file beside the file (`folder`)."""

    table: Name | None = None
    address: Variable | None = None
    folder: bool = False


class Connector(Shape):
    """One connector (系统对接). `columns`: field of the catalogue -> column of the source; `constants`: field -> text;

    `values`: field -> the source's text -> the catalogue's.
    """

    code: Code
    name: Text
    organisation: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{18}$")]
    item: Code
    every_minutes: int = Field(ge=1, le=44_640)
    source: Source
    columns: Mapping[str, Name] = {}
    constants: Mapping[str, str] = {}
    values: Mapping[str, Mapping[str, str]] = {}
    feedback: Feedback | None = None

    @property
    def has_files(self) -> bool:
        """Whether the source holds whole files, each of which is a hand-in."""
        return isinstance(self.source, Sftp | S3)

    def variables(self) -> list[str]:
        """The variables of the environment that must be set before it can run."""
        given = [self.source.address]
        for name in ("token", "host_key", "password", "private_key", "access_key", "secret_key"):
            given += [value] if (value := getattr(self.source, name, None)) else []
        return given + ([self.feedback.address] if self.feedback and self.feedback.address else [])

    def place(self) -> dict[str, Any]:
        """What its position refers to: another place, and it begins anew."""
        names = ("kind", "address", "table", "key", "cursor", "since", "pattern", "items")
        return {name: value for name in names if (value := getattr(self.source, name, None)) is not None}


def parsed(content: Any) -> tuple[Connector | None, list[str]]:
    """The connector that a file describes, or what is wrong with it, one line a fault."""
    try:
        return Connector.model_validate(content), []
    except ValidationError as error:
        return None, [f"{'.'.join(str(p) for p in one['loc']) or 'file'}: {one['msg']}" for one in error.errors()]


def faults(connector: Connector, item: Item | None) -> Iterator[str]:
    """What is wrong with a connector beside its catalogue item, one line a fault."""
    if item is None:
        yield f"item: no item {connector.item} in the catalogue"
        return
    known = {field.code: field for field in item.fields}
    for name in ("columns", "constants", "values"):
        for code in getattr(connector, name):
            if code not in known:
                yield f"{name}.{code}: no field of {item.code}"
    if item.providers and connector.organisation not in item.providers:
        yield f"organisation: {connector.organisation} does not provide {item.code}"
    if connector.has_files:
        yield from _faults_of_files(connector)
        return
    for field in item.fields:
        if field.required and field.code not in connector.columns and field.code not in connector.constants:
            yield f"columns.{field.code}: {item.code} requires it"
    key = getattr(connector.source, "key", "")
    if any(known[f].type == FieldType.SEALED for f, c in connector.columns.items() if c == key and f in known):
        yield "source.key: must not be a personal number; it is told back with the faults"
    if isinstance(connector.source, Rest) and (connector.source.since is None) != (connector.source.cursor is None):
        yield "source.since: needs cursor, and cursor needs it"
    if isinstance(connector.source, Rest) and connector.source.next and connector.source.page:
        yield "source.page: either page or next"
    if connector.feedback and (connector.feedback.folder or (
        (connector.feedback.table is not None) != isinstance(connector.source, Database)
    )):  # fmt: skip
        yield "feedback: a database takes faults in a table, an interface at an address"


def _faults_of_files(connector: Connector) -> Iterator[str]:
    if connector.constants or connector.values:
        yield "constants, values: files are handed in as they are"
    if connector.feedback and not connector.feedback.folder:
        yield "feedback: beside files, folder: true"
    if isinstance(connector.source, Sftp) and not (connector.source.password or connector.source.private_key):
        yield "source: password or private_key is needed"


def next_run(connector: Connector, *, after: datetime) -> datetime:
    """When a connector runs next after a run at that moment."""
    return after + timedelta(minutes=connector.every_minutes)


def resumed_at(connector: Connector, *, begun: datetime) -> datetime:
    """When a run that begins now is taken up again should its process die."""
    return min(next_run(connector, after=begun), begun + RESUMED_AFTER)


def is_behind(connector: Connector, *, current_as_of: datetime | None, at: datetime) -> bool:
    """Whether what is here lags behind the source by more than two of its rounds; never pulled is behind as well."""
    return current_as_of is None or at - current_as_of > timedelta(minutes=2 * connector.every_minutes)
