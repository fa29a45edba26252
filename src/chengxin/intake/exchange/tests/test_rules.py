"""Signatures, waits, urgency and addresses."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import integers, lists

from chengxin.intake.exchange.errors import AddressRefused
from chengxin.intake.exchange.rules import Urgency, check_address, check_resolved, next_attempt, signature, urgency

NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)


def test_the_signature_is_that_of_the_standards_own_example():
    made = signature(
        "whsec_plJ3nmyCDGBKInavdOK15jsl",
        message_id="msg_loFOjxBNrRLzqYUf",
        timestamp=1731705121,
        body=b'{"event_type":"ping","data":{"success":true}}',
    )

    assert made == "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="


@pytest.mark.parametrize(
    ("change", "urgent"),
    [
        ("repaired", Urgency.TAKEDOWN),
        ("withdrawn", Urgency.TAKEDOWN),
        ("suspended", Urgency.TAKEDOWN),
        ("corrected", Urgency.CORRECTION),
        ("disputed", Urgency.MARK),
        ("in-force", Urgency.MARK),
    ],
)
def test_what_must_disappear_goes_first(change: str, urgent: Urgency):
    assert urgency(change) == urgent


@given(waits=lists(integers(1, 100_000), min_size=1, max_size=12), failures=integers(1, 20))
def test_each_failure_waits_its_time_and_after_the_last_there_is_no_more(waits: list[int], failures: int):
    following = next_attempt(failures, waits, at=NOON)

    if failures > len(waits):
        assert following is None
    else:
        assert following == NOON + timedelta(seconds=waits[failures - 1])


@pytest.mark.parametrize("address", ["http://credit.example.cn/", "https://u@example.cn/", "https://example.cn/#x", ""])
def test_in_production_only_plain_https_addresses_are_taken(address: str):
    with pytest.raises(AddressRefused):
        check_address(address, local=False)


@pytest.mark.parametrize(
    ("found", "local", "networks", "is_open"),
    [
        (["93.184.216.34"], False, [], True),
        (["127.0.0.1"], False, [], False),
        (["127.0.0.1"], True, [], True),
        (["169.254.169.254"], False, [], False),
        (["169.254.169.254"], True, [], False),
        (["10.20.0.4"], False, [], False),
        (["10.20.0.4"], False, ["10.20.0.0/16"], True),
        (["93.184.216.34", "10.0.0.1"], False, [], False),
        (["::1"], False, [], False),
        (["::ffff:127.0.0.1"], False, [], False),
        (["224.0.0.1"], False, [], False),
        ([], False, [], False),
    ],
)
def test_only_open_networks_are_connected_to(found: list[str], local: bool, networks: list[str], is_open: bool):
    if is_open:
        check_resolved(found, scheme="https", local=local, networks=networks)
    else:
        with pytest.raises(AddressRefused):
            check_resolved(found, scheme="https", local=local, networks=networks)


def test_in_clear_only_this_machine_is_spoken_to():
    check_resolved(["127.0.0.1"], scheme="http", local=True, networks=[])
    with pytest.raises(AddressRefused):
        check_resolved(["93.184.216.34"], scheme="http", local=True, networks=[])
