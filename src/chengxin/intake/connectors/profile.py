"""The connectors of this installation, from files of the city's profile, and what the environment says of them."""

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import yaml
from django.conf import settings

from chengxin.base.policy import LOADER
from chengxin.intake.connectors import rules
from chengxin.intake.connectors.errors import NotConfigured, UnknownConnector
from chengxin.intake.connectors.rules import Connector
from chengxin.registry.catalogue import queries as catalogue


@lru_cache(maxsize=8)
def _read(folder: Path) -> dict[str, Connector]:
    found = [rules.parsed(yaml.load(path.read_text("utf-8"), Loader=LOADER))[0] for path in _files(folder)]  # noqa: S506
    return {one.code: one for one in found if one is not None}


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml"))


def connectors() -> dict[str, Connector]:
    """The connectors whose files can be read, by code."""
    return _read(Path(settings.CONNECTORS_FOLDER))


def connector(code: str) -> Connector:
    """The connector with that code. Raises `UnknownConnector`."""
    found = connectors().get(code)
    if found is None:
        raise UnknownConnector(code=code)
    return found


def faults(folder: Path) -> Iterator[str]:
    """What is wrong with the connectors of a folder: file, place, sentence."""
    items = {item.code: item for item in catalogue.items()}
    for path in _files(folder):
        try:
            content = yaml.load(path.read_text("utf-8"), Loader=LOADER)  # noqa: S506 - a safe loader
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            yield f"{path.name}: {error}"
            continue
        found, wrong = rules.parsed(content)
        if found is not None:
            wrong = [*rules.faults(found, items.get(found.item))]
            wrong += [] if found.code == path.stem else [f"code: must be {path.stem}, as the file is called"]
        yield from (f"{path.name}: {one}" for one in wrong)


def missing(one: Connector) -> list[str]:
    """The variables that it names and that are not set."""
    return [name for name in one.variables() if not os.environ.get(name)]


def secret(name: str) -> str:
    """What the environment holds under that name. Raises `NotConfigured`."""
    value = os.environ.get(name, "")
    if not value:
        raise NotConfigured(variables=name)
    return value
