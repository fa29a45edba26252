"""What every page knows: how the site is called, what the reader chose, whether this is a demo."""

from functools import cache
from typing import Any

import yaml
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from chengxin.base import clock
from chengxin.base.policy import city_folder
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.accounts.models import User

THEMES = ("light", "dark")


@cache
def city() -> dict[str, dict[str, str]]:
    """The city's own names, in both languages."""
    content: dict[str, dict[str, str]] = yaml.safe_load((city_folder() / "city.yaml").read_text(encoding="utf-8"))
    return content


def in_english() -> bool:
    """Whether the page is in English."""
    return (get_language() or "").startswith("en")


def has_space(request: HttpRequest) -> bool:
    """Whether the signed-in person acts on someone's behalf, and so has a My space."""
    user = getattr(request, "user", None)
    return isinstance(user, User) and bool(accounts.mandates_of(user.pk, at=clock.now()))


def site(request: HttpRequest) -> dict[str, Any]:
    """Context for all templates."""
    language = "en" if in_english() else "zh"
    theme, text = request.COOKIES.get("theme", ""), request.COOKIES.get("text", "")
    return {
        "site_name": city()["site"][language],
        "office_name": city()["office"][language],
        "in_english": language == "en",
        "html_language": "en" if language == "en" else "zh-Hans",
        "theme": theme if theme in THEMES else "",
        "text_size": text if text == "large" else "",
        "is_demo": settings.DEMO,
        "has_space": has_space(request),
    }
