from pathlib import Path

import pytest

from chengxin.intake.connectors.tests.factories import Installation


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """An installation whose connectors the test describes."""
    folder = tmp_path / "connectors"
    folder.mkdir()
    return Installation(folder, monkeypatch)
