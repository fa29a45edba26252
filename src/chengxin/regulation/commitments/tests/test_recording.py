"""The record of a commitment is what was decided on the platform; no file that someone hands in changes it."""

from pathlib import Path

import pytest

from chengxin.intake.collection.tests import factories as files
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.records.models import Record
from chengxin.regulation.commitments.recording import ITEM
from chengxin.regulation.commitments.tests.factories import NOON, registered, signed

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("claimed", ["未履行", "全部履行"])
def test_a_file_finds_nobody_in_breach_and_nobody_true_to_a_commitment(tmp_path: Path, claimed: str):
    registered()
    signed()
    record = Record.objects.get(item=ITEM)
    row = {f.code: record.payload.get(f.code) or "" for f in catalogue.item(ITEM).fields}
    row |= {"PERFORMANCE": claimed, "CHECKED_ON": "2026-09-01", "EVIDENCE": "虚构"}

    result = files.hand_in_rows(tmp_path, row, item=ITEM, by=row["AUTHORITY_CODE"], at=NOON)

    assert [rule for _, _, rule in files.found(result)] == ["decided-here"]
    assert Record.objects.get(item=ITEM).payload["PERFORMANCE"] == "履行中"
