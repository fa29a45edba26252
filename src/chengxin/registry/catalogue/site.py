"""Writes the catalogue as plain HTML pages, in Chinese and, under `en/`, in English."""

from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

from chengxin.base.policy import city_folder
from chengxin.registry.catalogue import checking, queries, words
from chengxin.registry.catalogue.rules import Words

LANGUAGES = {"zh-hans": ".", "en": "en"}
OTHER = {"zh-hans": "en", "en": "zh-hans"}


def write(output: Path) -> int:
    """Write the pages of the city's catalogue into `output`; the number of pages."""
    waiting = checking.unverified(city_folder())
    written = 0
    for language, place in LANGUAGES.items():
        folder = output / place
        folder.mkdir(parents=True, exist_ok=True)
        title = _say(words.LABELS["catalogue"], language)
        pages: dict[str, tuple[str, dict[str, Any]]] = {
            "index": ("index", {"title": title, "categories": queries.index_page(language)}),
            "unverified": ("unverified", {"title": _say(words.LABELS["waiting"], language), "waiting": waiting}),
        }
        for item in queries.items():
            page = queries.item_page(item.code, language)
            pages[item.code] = ("item", {"title": page.name, "page": page})
        for name, (template, content) in pages.items():
            html = render_to_string(f"catalogue/site/{template}.html", _frame(name, language) | content)
            (folder / f"{name}.html").write_text(html, encoding="utf-8")
        written += len(pages)
    return written


def _say(text: Words, language: str) -> str:
    return text.zh if language == "zh-hans" else text.en


def _frame(name: str, language: str) -> dict[str, Any]:
    up = "en/" if language == "zh-hans" else "../"
    return {
        "language": language,
        "other_language": OTHER[language],
        "other_href": f"{up}{name}.html",
        "label": {key: _say(text, language) for key, text in words.LABELS.items()},
    }
