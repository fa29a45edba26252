"""Sending a delivery to a consumer's system: signed after Standard Webhooks, over mutual TLS where it is configured."""

import requests
from django.conf import settings

from chengxin.base.sealing import rules as sealing
from chengxin.base.sealing.keys import sealing_key
from chengxin.intake.delivery import rules
from chengxin.intake.delivery.delivering import FAULT_LENGTH, Answer, Outgoing
from chengxin.intake.delivery.log import own_key
from chengxin.intake.exchange import delivering as exchange
from chengxin.intake.exchange import rules as signing
from chengxin.intake.exchange.errors import AddressRefused

NO_RECEIPT, NO_CERTIFICATE = "receipt missing or not genuine", "no client certificate configured"
RECEIPT = "Delivery-Receipt"


def session() -> requests.Session:
    """A session that takes neither proxies nor passwords from its surroundings and shows the platform's certificate."""
    made = exchange.session()
    if settings.DELIVERY_CERTIFICATE:
        made.cert = (settings.DELIVERY_CERTIFICATE, settings.DELIVERY_CERTIFICATE_KEY)
    if settings.DELIVERY_ROOTS:
        made.verify = settings.DELIVERY_ROOTS
    return made


def secret_context(subscription_id: int | str) -> str:
    """The sealing context of a subscription's secret."""
    return f"subscription:{subscription_id}"


def headers_of(sent: Outgoing, *, timestamp: int) -> dict[str, str]:
    """What goes beside the body: Standard Webhooks, and the platform's own signature, which proves it to others."""
    secret = sealing.unseal(sent.secret, key=sealing_key(), context=secret_context(sent.organisation_code))
    signature = signing.signature(secret, message_id=str(sent.id), timestamp=timestamp, body=sent.body)
    text = rules.signed_text(sent.id, attempt=sent.attempt, digest=sent.digest)
    return {
        "Content-Type": "application/json",
        "User-Agent": "Chengxin",
        "webhook-id": str(sent.id),
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature,
        "Delivery-Attempt": str(sent.attempt),
        "Delivery-Digest": sent.digest,
        "Delivery-Signature": rules.sign(text, own_key()),
    }


def send(sent: Outgoing, http: requests.Session, *, timestamp: int) -> Answer:
    """Deliver, and check the receipt in the answer's head; the answer's body is not read."""
    if settings.SECURE and not settings.DELIVERY_CERTIFICATE:
        return Answer(fault=NO_CERTIFICATE)
    try:
        exchange.check_open(sent.address)
        with http.post(
            sent.address,
            data=sent.body,
            headers=headers_of(sent, timestamp=timestamp),
            timeout=(sent.limits.connect_seconds, sent.limits.answer_seconds),
            allow_redirects=False,
            stream=True,
        ) as answer:
            status, receipt = answer.status_code, answer.headers.get(RECEIPT, "")
            if answer.headers.get("Content-Length") == "0" or status == requests.codes.no_content:
                _ = answer.content  # nothing to read, and the connection can be used again
    except AddressRefused:
        return Answer(fault="address refused")
    except (requests.RequestException, OSError, ValueError) as error:
        return Answer(fault=type(error).__name__[:FAULT_LENGTH])
    if not 200 <= status < 300:
        return Answer(fault=f"HTTP {status}", is_refusal=rules.is_refusal(status))
    text = rules.signed_text(sent.id, attempt=sent.attempt, digest=sent.digest)
    if not rules.is_genuine(text, receipt, key=rules.public_key(sent.consumer_key)):
        return Answer(fault=NO_RECEIPT)
    return Answer(receipt=receipt)
