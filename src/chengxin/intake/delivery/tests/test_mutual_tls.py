"""Both sides show certificates, over real TLS on this machine."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from chengxin.intake.delivery.models import Lane
from chengxin.intake.delivery.tests.certificates import Authority
from chengxin.intake.delivery.tests.factories import added, delivered, pushed, subject
from chengxin.intake.delivery.tests.peers import Consumer, running

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "roots")


@pytest.fixture
def consumer(authority: Authority) -> Iterator[Consumer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue("consumer"))
    context.load_verify_locations(authority.root)
    context.verify_mode = ssl.CERT_REQUIRED
    with running(context) as system:
        yield system


def test_the_platform_shows_its_certificate_and_checks_the_consumers(
    consumer: Consumer, authority: Authority, settings
):
    settings.DELIVERY_CERTIFICATE, settings.DELIVERY_CERTIFICATE_KEY = authority.issue("platform")
    settings.DELIVERY_ROOTS = str(authority.root)
    mine = pushed(consumer.address)
    added("1", about=subject())

    delivered(mine)

    assert consumer.kinds() == ["added"]
    assert consumer.certificates[0]["subject"] == ((("commonName", "platform"),),)


def test_without_a_certificate_that_the_consumer_trusts_nothing_is_taken(
    consumer: Consumer, authority: Authority, tmp_path: Path, settings
):
    (tmp_path / "elsewhere").mkdir()
    stranger = Authority(tmp_path / "elsewhere", "others")
    settings.DELIVERY_CERTIFICATE, settings.DELIVERY_CERTIFICATE_KEY = stranger.issue("platform")
    settings.DELIVERY_ROOTS = str(authority.root)
    mine = pushed(consumer.address)
    added("1", about=subject())

    delivered(mine)

    assert consumer.bodies == []
    assert Lane.objects.get().last_fault in {"SSLError", "ConnectionError"}


def test_a_consumer_whose_certificate_is_not_trusted_gets_nothing(
    consumer: Consumer, authority: Authority, tmp_path: Path, settings
):
    (tmp_path / "elsewhere").mkdir()
    settings.DELIVERY_CERTIFICATE, settings.DELIVERY_CERTIFICATE_KEY = authority.issue("platform")
    settings.DELIVERY_ROOTS = str(Authority(tmp_path / "elsewhere", "others").root)
    mine = pushed(consumer.address)
    added("1", about=subject())

    delivered(mine)

    assert consumer.bodies == []
    assert Lane.objects.get().last_fault == "SSLError"
