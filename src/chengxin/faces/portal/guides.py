"""The guides (使用说明) for each kind of user, in Chinese and English, as they stand in `docs/guide`."""

from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from chengxin.faces.portal.context import in_english

CONTENTS = "README"
NAMES = (
    CONTENTS,
    "anyone",
    "company",
    "resident",
    "department-officer",
    "credit-office",
    "association",
    "campaigns",
    "inspections",
    "data-user",
    "consumer",
)
ELSEWHERE = {"api": "rest:docs"}  # a document for developers that the site shows in a form of its own


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide made ready to be shown: title, the parts of it as (anchor, heading), and its text as HTML."""

    title: str
    parts: tuple[tuple[str, str], ...]
    html: str


@require_safe
def guide(request: HttpRequest, name: str = CONTENTS) -> HttpResponse:
    """One guide in the language of the screen, or which guides there are."""
    if name not in NAMES:
        raise Http404
    path = settings.GUIDES_FOLDER / ("" if in_english() else "zh") / f"{name}.md"
    context = {"guide": rendered(path.read_text(encoding="utf-8")), "is_contents": name == CONTENTS}
    return render(request, "portal/guide.html", context)


@lru_cache(maxsize=2 * len(NAMES))
def rendered(text: str) -> Guide:
    """A guide from its Markdown: HTML in it stays text, links and pictures lead to where the site has them."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    for kind, rule in (("link_open", _link), ("link_close", _link_end), ("image", _picture), ("softbreak", _line_end)):
        markdown.add_render_rule(kind, rule)
    for kind in ("table_open", "table_close"):
        markdown.add_render_rule(kind, _table)
    tokens = markdown.parse(text)
    title, *parts = _anchored(tokens)
    body = tokens[3:]  # after the title, which the page shows itself
    html = markdown.renderer.render(body, markdown.options, {"title": title[1]})
    return Guide(title[1], tuple(parts), html)


def _anchored(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    # The title, then each part: an anchor is the part's place, so that both languages share the address.
    opened = [(token, words) for token, words in pairwise(tokens) if token.type == "heading_open"]
    for place, (token, words) in enumerate(opened):
        token.attrSet("id", f"part-{place}")
        yield f"part-{place}", words.content


def _target(href: str) -> str:
    """Where the site has what a guide links to; "" for what stands in the repository alone."""
    path = PurePosixPath(href)
    if path.suffix != ".md":
        return href
    if path.stem in NAMES:
        return reverse("portal:guide", args=[path.stem])
    return reverse(ELSEWHERE[path.stem]) if path.stem in ELSEWHERE else ""


def _link(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    target = _target(str(tokens[place].attrGet("href")))
    env["linked"] = bool(target)  # links do not stand in links
    return format_html('<a href="{}">', target) if target else ""


def _link_end(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    return "</a>" if env["linked"] else ""


def _picture(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    name = PurePosixPath(str(tokens[place].attrGet("src"))).name
    return format_html('<img src="{}" alt="{}" loading="lazy">', static(f"guide/{name}"), tokens[place].content)


def _line_end(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    # Chinese has no spaces between sentences: a line that ends in it runs on.
    before = tokens[place - 1].content if place else ""
    return "\n" if before.isascii() or before[-1].isascii() else ""


def _table(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    if tokens[place].type == "table_close":
        return "</table></div>\n"
    env["tables"] = env.get("tables", 0) + 1
    label = f"{env['title']} {env['tables']}"
    return format_html('<div class="table-scroll" tabindex="0" role="region" aria-label="{}"><table>\n', label)
