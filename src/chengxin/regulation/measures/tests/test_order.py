"""What an organisation asked last is found in its order, however much it asked."""

import pytest
from django.db import connection

from chengxin.base.database.context import acting

pytestmark = pytest.mark.django_db
LATEST = "SELECT * FROM measures_receipt WHERE organisation_id = 1 {matter} ORDER BY at DESC, id DESC LIMIT 20"


@pytest.mark.parametrize("matter", ["", "AND matter = 'subsidy'"])
def test_the_latest_receipts_come_from_an_index_without_sorting(matter: str):
    with acting(actor="t", purpose="t", basis="t"), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + LATEST.format(matter=matter))
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "receipt_asker" in plan
    assert "Sort" not in plan
