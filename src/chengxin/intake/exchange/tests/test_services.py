"""What is kept of a record's changes for those who received it."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from chengxin.intake.exchange import tasks
from chengxin.intake.exchange.models import Change

NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)


@pytest.mark.django_db
def test_a_change_that_is_announced_twice_is_kept_once():
    key = uuid4()

    tasks.announce(str(key), "repaired", NOON.isoformat())
    tasks.announce(str(key), "repaired", NOON.isoformat())

    assert [(c.natural_key, c.change, c.at) for c in Change.objects.all()] == [(key, "repaired", NOON)]
