"""The open resources as a DCAT 3 catalogue: JSON-LD written here, Turtle from it by rdflib."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from chengxin.intake.opendata.queries import Dataset, FileRow
from chengxin.intake.opendata.rules import MEDIA_TYPES
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.catalogue.rules import Words

Node = dict[str, Any]
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}
MEDIA, FREQUENCY = "http://www.iana.org/assignments/media-types/", "http://purl.org/cld/freq/"
CYCLES = {
    "daily": "daily", "weekly": "weekly", "monthly": "monthly", "quarterly": "quarterly", "yearly": "annual",
    "on-change": "continuous",
}  # fmt: skip


def catalogue_of(datasets: Sequence[Dataset], *, address: str, name: Words, publisher: Words) -> Node:
    """The catalogue as JSON-LD; `address` of the site, without a stroke at its end.

    Source: W3C, Data Catalog Vocabulary (DCAT) version 3, 2024; checksums by SPDX, frequencies by Dublin Core.
    """
    service = f"{address}/api/v1/open-data"
    return {
        "@context": CONTEXT,
        "@id": f"{address}/open-data",
        "@type": "dcat:Catalog",
        "dct:title": _both(name),
        "dct:publisher": _agent(publisher),
        "foaf:homepage": {"@id": f"{address}/open-data"},
        "dct:language": ["zh", "en"],
        "dcat:service": {
            "@id": service,
            "@type": "dcat:DataService",
            "dct:title": _both(Words("开放数据接口", "Open data API")),
            "dcat:endpointURL": {"@id": service},
            "dcat:endpointDescription": {"@id": f"{address}/api/v1/openapi.json"},
            "dcat:servesDataset": [{"@id": _address(one, address)} for one in datasets],
        },
        "dcat:dataset": [_dataset(one, address, publisher) for one in datasets],
    }


def dataset_of(dataset: Dataset, *, address: str, publisher: Words) -> Node:
    """One open resource by itself, as in the catalogue."""
    return {"@context": CONTEXT} | _dataset(dataset, address, publisher)


def turtle(content: Node) -> str:
    """The same as Turtle."""
    return _turtle(json.dumps(content, ensure_ascii=False, sort_keys=True))


@lru_cache(maxsize=32)
def _turtle(content: str) -> str:
    from rdflib import Graph  # needed by this one form alone

    return Graph().parse(data=content, format="json-ld").serialize(format="turtle")


def _dataset(dataset: Dataset, address: str, publisher: Words) -> Node:
    item, own = dataset.item, _address(dataset, address)
    category = catalogue.category(item.category)
    found: Node = {
        "@id": own,
        "@type": "dcat:Dataset",
        "dct:identifier": item.code,
        "dct:title": _both(item.name),
        "dct:description": _both(item.behaviour),
        "dct:publisher": _agent(publisher),
        "dct:license": {"@id": dataset.terms.licence.address},
        "dct:accessRights": _both(dataset.terms.licence.conditions),
        "dct:issued": _date(item.effective_from.isoformat()),
        "dcat:version": str(item.version),
        "dcat:landingPage": {"@id": own},
        "dct:accrualPeriodicity": {"@id": FREQUENCY + CYCLES.get(item.update_cycle, "irregular")},
        "dcat:theme": {
            "@id": f"{address}/open-data#{category.code}",
            "@type": "skos:Concept",
            "skos:prefLabel": _both(category.name),
        },
        "dcat:distribution": [
            *(_file(f, own, dataset) for f in dataset.files),
            _stream(f"{own}/changes.jsonl", MEDIA_TYPES_OF_STREAMS["changes"], CHANGES, dataset),
            _stream(f"{own}/removals.csv", MEDIA_TYPES_OF_STREAMS["removals"], REMOVALS, dataset),
        ],
        "foaf:page": {"@id": f"{own}/dictionary.csv"},
    }
    if dataset.release is not None:
        found["dct:modified"] = {"@value": dataset.release.made_at.isoformat(), "@type": "xsd:dateTime"}
    return found


MEDIA_TYPES_OF_STREAMS = {"changes": "application/jsonl", "removals": "text/csv"}
CHANGES = Words("增量：游标之后新增、更正和移除的记录", "Increment: added, corrected or removed after a cursor")
REMOVALS = Words("移除：已停止公示的记录键", "Removals: keys of records that are public no more")


def _file(file: FileRow, own: str, dataset: Dataset) -> Node:
    address = f"{own}.{file.format.value}"
    found: Node = {
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": file.format.value,
        "dct:license": {"@id": dataset.terms.licence.address},
        "dcat:accessURL": {"@id": own},
        "dcat:downloadURL": {"@id": address},
        "dcat:mediaType": {"@id": MEDIA + MEDIA_TYPES[file.format]},
    }
    if dataset.is_current:  # else the file is being made anew, and its size is not known yet
        found["dcat:byteSize"] = {"@value": str(file.size), "@type": "xsd:nonNegativeInteger"}
        found["spdx:checksum"] = {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@value": file.sha256, "@type": "xsd:hexBinary"},
        }
    return found


def _stream(address: str, media_type: str, title: Words, dataset: Dataset) -> Node:
    return {
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": _both(title),
        "dct:license": {"@id": dataset.terms.licence.address},
        "dcat:accessURL": {"@id": address},
        "dcat:mediaType": {"@id": MEDIA + media_type},
    }


def _address(dataset: Dataset, address: str) -> str:
    return f"{address}/open-data/{dataset.item.code}"


def _agent(name: Words) -> Node:
    return {"@type": "foaf:Agent", "foaf:name": _both(name)}


def _both(words: Words) -> list[Node]:
    return [{"@value": words.zh, "@language": "zh"}, {"@value": words.en, "@language": "en"}]


def _date(day: str) -> Node:
    return {"@value": day, "@type": "xsd:date"}
