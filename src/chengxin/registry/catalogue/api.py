"""The collection catalogue for machines; open to everyone."""

from datetime import date

from django.http import HttpRequest
from ninja import Router, Schema

from chengxin.registry.catalogue import queries
from chengxin.registry.catalogue.rules import Item, Words

router = Router()


class WordsOut(Schema):
    zh: str
    en: str


class LegalBasisOut(Schema):
    law: str
    article: str
    source: str
    verified: bool


class FieldOut(Schema):
    code: str
    name: WordsOut
    type: str
    required: bool
    max_length: int | None
    code_list: str | None
    public: bool


class CodeListOut(Schema):
    code: str
    name: WordsOut
    values: list[str]


class ItemRowOut(Schema):
    code: str
    version: int
    effective_from: date
    name: WordsOut
    category: str
    nature: str
    subject: str
    publicity: str
    update_cycle: str


class ItemOut(ItemRowOut):
    providers: list[str]
    legal_basis: list[LegalBasisOut]
    behaviour: WordsOut
    sharing: str
    natural_key: list[str]
    fields: list[FieldOut]
    code_lists: list[CodeListOut]


class CatalogueOut(Schema):
    items: list[ItemRowOut]
    total: int


def _words(words: Words) -> WordsOut:
    return WordsOut(zh=words.zh, en=words.en)


def _row(item: Item) -> dict[str, object]:
    return {
        "code": item.code,
        "version": item.version,
        "effective_from": item.effective_from,
        "name": _words(item.name),
        "category": item.category,
        "nature": item.nature,
        "subject": item.subject,
        "publicity": item.publicity_attribute,
        "update_cycle": item.update_cycle,
    }


@router.get("", response=CatalogueOut, summary="All catalogue items")
def catalogue(request: HttpRequest) -> dict[str, object]:
    """The items that may be collected, by category."""
    rows = [_row(one) for one in queries.items()]
    return {"items": rows, "total": len(rows)}


@router.get("/{item}", response=ItemOut, summary="One catalogue item")
def catalogue_item(request: HttpRequest, item: str) -> dict[str, object]:
    """Fields, rules of the fields, legal basis and code lists of an item."""
    found = queries.item(item)
    lists = [queries.code_list(code) for code in dict.fromkeys(f.code_list for f in found.fields) if code]
    return {
        **_row(found),
        "providers": list(found.providers),
        "legal_basis": [
            LegalBasisOut(law=b.law, article=b.article, source=b.source, verified=b.verified) for b in found.legal_basis
        ],
        "behaviour": _words(found.behaviour),
        "sharing": found.sharing,
        "natural_key": list(found.natural_key),
        "fields": [
            FieldOut(
                code=f.code,
                name=_words(f.name),
                type=f.type.value,
                required=f.required,
                max_length=f.max_length,
                code_list=f.code_list,
                public=f.public,
            )
            for f in found.fields
        ],
        "code_lists": [CodeListOut(code=one.code, name=_words(one.name), values=list(one.values)) for one in lists],
    }
