"""The items that an organisation may hand in, with when it last did."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chengxin.base.errors import NotPermitted
from chengxin.faces.workbench.names import CYCLES
from chengxin.faces.workbench.pages import words
from chengxin.intake.collection import queries as collection
from chengxin.registry.accounts.rules import Actor
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import Item


@dataclass(frozen=True, slots=True)
class Offer:
    """An item as the choosing page shows it."""

    item: Item
    name: str
    about: str
    cycle: Any
    last_at: datetime | None


def offers_of(actor: Actor, *, speaking_of: str = "") -> list[Offer]:
    """What the actor's organisation may hand in, as far as name or code hold the words `speaking_of`."""
    last = last_hand_ins(actor)
    offers = [offer(item, last.get(item.code)) for item in catalogue.items_of_provider(actor.organisation_code)]
    wanted = speaking_of.casefold()
    return [o for o in offers if wanted in f"{o.item.name.zh} {o.item.name.en} {o.item.code}".casefold()]


def offer(item: Item, last_at: datetime | None) -> Offer:
    """One item with its words in the language of the page."""
    return Offer(
        item, words(item.name), words(item.behaviour), CYCLES.get(item.update_cycle, item.update_cycle), last_at
    )


def offered_item(actor: Actor, item_code: str) -> Item:
    """The item with that code. Raises `UnknownItem`, or `NotPermitted` where another organisation provides it."""
    item = catalogue.item(item_code)
    if item not in catalogue.items_of_provider(actor.organisation_code):
        raise NotPermitted
    return item


def last_hand_ins(actor: Actor) -> dict[str, datetime]:
    """When the actor's organisation last handed in each item."""
    if actor.organisation_id is None:
        return {}
    return collection.last_hand_ins_of(actor.organisation_id)
