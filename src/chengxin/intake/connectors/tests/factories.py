from pathlib import Path
from typing import Any

import pytest
import yaml

from chengxin.base import clock
from chengxin.intake.collection.tests.factories import MARKET, PENALTY
from chengxin.intake.connectors import pulling
from chengxin.intake.connectors.models import PullRun
from chengxin.registry.catalogue import queries as catalogue

CODE = "market-penalties"
ADDRESS = "CHENGXIN_CONNECTOR_MARKET_ADDRESS"


def described(source: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """A connector's file; columns are called as the catalogue's fields in small letters."""
    columns = {f.code: f.code.lower() for f in catalogue.item(changed.get("item", PENALTY)).fields}
    return {
        "code": CODE, "name": {"zh": "市场监管处罚（虚构）", "en": "Penalties of market regulation (fictional)"},
        "organisation": MARKET, "item": PENALTY, "every_minutes": 15, "columns": columns,
        "source": {"address": ADDRESS, **source},
    } | changed  # fmt: skip


DATABASE = {"kind": "database", "table": "decisions", "key": "id", "cursor": "updated_at", "batch": 2}


class Installation:
    """Writes the files of connectors and sets what they name, for the length of a test."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder, self.patch = folder, patch

    def put(self, content: dict[str, Any], **variables: str) -> None:
        number = len(list(self.folder.iterdir()))
        folder = self.folder / str(number)
        folder.mkdir()
        (folder / f"{content['code']}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True))
        from django.conf import settings

        self.patch.setattr(settings, "CONNECTORS_FOLDER", folder)
        for name, value in variables.items():
            self.patch.setenv(name, value)


def pull(code: str = CODE) -> PullRun:
    """A whole pull."""
    return PullRun.objects.get(pk=pulling.pull(code, asked_by="test", now=clock.now))


def counts(run: PullRun) -> tuple[str, int, int, int, int, int]:
    """State, rows, accepted, rejected, unchanged, corrected."""
    return (run.state, run.rows, run.accepted, run.rejected, run.unchanged, run.corrected)
