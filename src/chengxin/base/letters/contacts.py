"""The addresses at which people want to be told, proved by a code that is sent there, and the language they want."""

import secrets
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from chengxin.base import tasks
from chengxin.base.audit import services as audit
from chengxin.base.casework.rules import Handler
from chengxin.base.clock import local_date
from chengxin.base.database.context import acting
from chengxin.base.database.queueing import queue_behind
from chengxin.base.errors import NotFound
from chengxin.base.letters import mail, policy, queries, rules, sending, sms
from chengxin.base.letters.errors import AddressNotValid, ChannelClosed, CodeRefused, TooManyCodes
from chengxin.base.letters.models import Contact, ContactCode, Preference
from chengxin.base.letters.policy import Message, issuer
from chengxin.base.letters.rules import Channel
from chengxin.base.sealing import rules as sealing
from chengxin.base.sealing.keys import lookup_key, sealing_key

OWN, DELIVERY = "own-contact", "delivery"
BASIS = "《个人信息保护法》第十三条第一款第一项"  # consent: the person stated the address for this
A_DAY = timedelta(days=1)
DIGITS = 6
LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True, slots=True)
class ContactRow:
    """An address that its owner stated, masked."""

    channel: Channel
    shown: str
    is_confirmed: bool
    is_on: bool


def contacts_of(user_id: int, *, by: Handler) -> tuple[ContactRow, ...]:
    """One's own addresses, the one that waits for its code beside the one in use. Index: `contact_in_use`."""
    with acting(actor=by.name, purpose=OWN, basis=BASIS, about=f"user:{user_id}"):
        rows = Contact.objects.filter(user_id=user_id, ended_at__isnull=True).order_by("channel", "pk")
        return tuple(
            ContactRow(
                Channel(row.channel),
                rules.masked(Channel(row.channel), _opened(row)),
                row.confirmed_at is not None,
                row.is_on,
            )
            for row in rows
        )


def addresses_for_delivery(user_ids: tuple[int, ...], *, by: str) -> dict[tuple[int, Channel], str]:
    """Where these people want letters: (user, channel) -> address. Index: `contact_in_use`."""
    with acting(actor=by, purpose=DELIVERY, basis=BASIS):
        rows = Contact.objects.filter(
            user_id__in=user_ids, ended_at__isnull=True, confirmed_at__isnull=False, is_on=True
        )
        return {(row.user_id, Channel(row.channel)): _opened(row) for row in rows}


@transaction.atomic
def state_address(channel: Channel, text: str, *, by: Handler, at: datetime) -> None:
    """State an address for `by`; a code is sent there, and the address counts once it comes back.

    Raises `NotFound` where no person acts, `ChannelClosed`, `AddressNotValid`, `TooManyCodes`.
    """
    user_id = _person(by)
    if not sending.is_open(channel):
        raise ChannelClosed
    address = rules.address_of(channel, text)
    if address is None:
        raise AddressNotValid
    queue_behind(f"contact:{user_id}")
    asked = ContactCode.objects.filter(user_id=user_id, asked_at__gt=at - A_DAY).count()
    if asked >= policy.code_terms_on(local_date(at)).codes_a_day:
        raise TooManyCodes
    with _own(by):
        _current(user_id, channel).filter(confirmed_at__isnull=True).update(address="", ended_at=at)
        contact = Contact.objects.create(
            user_id=user_id, channel=channel.value, address=_sealed(user_id, address), stated_at=at
        )
        code = ContactCode.objects.create(contact=contact, user_id=user_id, asked_at=at)
    audit.note("letters.address_stated", f"user-{user_id}", by=by, at=at, channel=channel.value)
    tasks.defer("letters.send_code", code_id=code.pk)


@transaction.atomic
def send_code(code_id: int, *, at: datetime) -> None:
    """Draw a code and send it to the address that it proves; repeated, a new one takes the place of the old.

    Drawn here and not where it was asked for, so that it stands in no queue. A server that refuses for good ends the
    matter: the person sees that nothing came. Raises `Unreachable`.
    """
    code = ContactCode.objects.select_for_update().filter(pk=code_id, used_at__isnull=True).first()
    if code is None:
        return
    with acting(actor="system", purpose=DELIVERY, basis=BASIS):
        contact = Contact.objects.filter(pk=code.contact_id, ended_at__isnull=True).first()
        address = _opened(contact) if contact else ""
    if contact is None:
        return
    drawn = str(secrets.randbelow(10**DIGITS)).zfill(DIGITS)
    minutes = policy.code_terms_on(local_date(at)).minutes
    code.code_hash = _hashed(drawn, code.pk)
    code.expires_at = at + timedelta(minutes=minutes)
    code.save(update_fields=["code_hash", "expires_at"])
    places = {"code": drawn, "minutes": str(minutes)}
    message = message_for(contact.user_id, Channel(contact.channel), "code", places, at=at)
    reference = f"code-{code.pk}-{secrets.token_hex(4)}"
    try:
        transmit(Channel(contact.channel), address, message, reference=reference, at=at)
    except sending.Refused:
        code.expires_at = at
        code.save(update_fields=["expires_at"])


@transaction.atomic
def confirm(channel: Channel, text: str, *, by: Handler, at: datetime) -> bool:
    """Prove the stated address by its code: it takes the place of the one before. Returns whether the code was right.

    A wrong one is counted, which is why this returns and does not raise: the count must be kept.
    """
    user_id = _person(by)
    queue_behind(f"contact:{user_id}")
    codes = ContactCode.objects.filter(user_id=user_id, used_at__isnull=True, contact__channel=channel.value)
    with _own(by):
        contact = _current(user_id, channel).filter(confirmed_at__isnull=True).first()
        code = codes.filter(contact=contact).order_by("-pk").first() if contact else None
    if contact is None or code is None or code.code_hash is None or code.expires_at is None:
        return False
    if at >= code.expires_at or code.wrong >= policy.code_terms_on(local_date(at)).tries:
        return False
    if not secrets.compare_digest(bytes(code.code_hash), _hashed(text.strip(), code.pk)):
        code.wrong += 1
        code.save(update_fields=["wrong"])
        return False
    code.used_at = at
    code.save(update_fields=["used_at"])
    with _own(by):
        _use(contact, proof="code", at=at)
    audit.note("letters.address_proved", f"user-{user_id}", by=by, at=at, channel=channel.value, proof="code")
    return True


def confirmed(channel: Channel, text: str, *, by: Handler, at: datetime) -> None:
    """As `confirm`, and says so where the code was wrong or too old. Raises `CodeRefused`."""
    if not confirm(channel, text, by=by, at=at):
        raise CodeRefused


@transaction.atomic
def keep_checked(user_id: int, channel: Channel, text: str, *, proof: str, by: audit.Who, at: datetime) -> None:
    """Keep an address that someone else has proved already, such as an identity provider. Raises `AddressNotValid`."""
    address = rules.address_of(channel, text)
    if address is None:
        raise AddressNotValid
    queue_behind(f"contact:{user_id}")
    with acting(actor=by.name, purpose=OWN, basis=BASIS, about=f"user:{user_id}"):
        _current(user_id, channel).filter(confirmed_at__isnull=True).update(address="", ended_at=at)
        contact = Contact.objects.create(
            user_id=user_id, channel=channel.value, address=_sealed(user_id, address), stated_at=at
        )
        _use(contact, proof=proof, at=at)
    audit.note("letters.address_proved", f"user-{user_id}", by=by, at=at, channel=channel.value, proof=proof)


@transaction.atomic
def take_back(channel: Channel, *, by: Handler, at: datetime) -> None:
    """Take an address back: it is erased, and nothing more is sent there."""
    user_id = _person(by)
    with _own(by):
        _current(user_id, channel).update(address="", ended_at=at)
    audit.note("letters.address_taken_back", f"user-{user_id}", by=by, at=at, channel=channel.value)


@transaction.atomic
def choose(channel: Channel, *, wanted: bool, by: Handler, at: datetime) -> None:
    """Say whether letters are wanted on that channel; the address stays."""
    user_id = _person(by)
    with _own(by):
        _current(user_id, channel).update(is_on=wanted)
    audit.note("letters.channel_chosen", f"user-{user_id}", by=by, at=at, channel=channel.value, wanted=wanted)


@transaction.atomic
def speak(language: str, *, by: Handler, at: datetime) -> None:
    """Choose the language of messages and letters. Raises `NotFound` for one that the platform does not speak."""
    user_id = _person(by)
    if language not in LANGUAGES:
        raise NotFound
    Preference.objects.update_or_create(user_id=user_id, defaults={"language": language})
    audit.note("letters.language_chosen", f"user-{user_id}", by=by, at=at, language=language)


def message_for(user_id: int, channel: Channel, what: str, places: dict[str, str], *, at: datetime) -> Message:
    """The words for that person on that channel: of a letter (`what` empty) or of a code."""
    english = queries.languages_of([user_id]).get(user_id) == "en"
    code = "-".join(filter(None, ("mail" if channel is Channel.EMAIL else "text", what)))
    words = policy.message_on(code, local_date(at), english=english)
    site = issuer().site_en if english else issuer().site_zh
    filled = {"site": site, **{k.removesuffix("_en" if english else "_zh"): v for k, v in places.items()}}
    return Message(words.subject.format_map(filled), words.body.format_map(filled))


def transmit(channel: Channel, address: str, message: Message, *, reference: str, at: datetime) -> sending.Accepted:
    """Send a message on its channel. Raises `Refused`, `Unreachable`."""
    if channel is Channel.EMAIL:
        return mail.send(address, message, reference=reference, at=at)
    return sms.send(address, message.body, reference=reference, at=at)


def _use(contact: Contact, *, proof: str, at: datetime) -> None:
    before = Contact.objects.filter(
        user_id=contact.user_id, channel=contact.channel, ended_at__isnull=True, confirmed_at__isnull=False
    )
    before.update(address="", ended_at=at)
    contact.confirmed_at, contact.proof = at, proof
    contact.save(update_fields=["confirmed_at", "proof"])


def _own(by: Handler) -> AbstractContextManager[None]:
    return acting(actor=by.name, purpose=OWN, basis=BASIS, about=f"user:{by.user_id}")


def _current(user_id: int, channel: Channel) -> "QuerySet[Contact]":
    return Contact.objects.filter(user_id=user_id, channel=channel.value, ended_at__isnull=True)


def _person(by: Handler) -> int:
    if by.user_id is None:
        raise NotFound
    return by.user_id


def _sealed(user_id: int, address: str) -> str:
    return sealing.seal(address, key=sealing_key(), context=f"contact\x00{user_id}")


def _opened(contact: Contact) -> str:
    return sealing.unseal(contact.address, key=sealing_key(), context=f"contact\x00{contact.user_id}")


def _hashed(code: str, code_id: int) -> bytes:
    return sealing.lookup_hash(code, key=lookup_key(), context=f"contact-code\x00{code_id}")
