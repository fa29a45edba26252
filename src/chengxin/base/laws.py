"""Laws as they are named on English pages: by the English title that dated policy gives, else in Chinese."""

import re
from datetime import date

from chengxin.base import policy

KIND, TITLES = "laws", "titles"
DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000}
ARTICLE = re.compile(r"第([零〇一二两三四五六七八九十百千]+)条")


def english_title(law: str, *, on: date) -> str | None:
    """What a law is called in English on that day; None where policy gives no title. Brackets 《》 do not matter."""
    try:
        titles = policy.entry_on(KIND, TITLES, on).values["titles"]
    except (policy.NoPolicy, FileNotFoundError):
        return None
    found = titles.get(law.strip("《》"))
    return str(found) if found else None


def english_articles(articles: str) -> str | None:
    """`第九条、第四十八条` as `art. 9, 48`; None for what names more than whole articles."""
    parts = articles.split("、")
    found = [ARTICLE.fullmatch(part) for part in parts]
    if not articles or not all(found):
        return None
    return "art. " + ", ".join(str(number(match[1])) for match in found if match)


def number(numeral: str) -> int:
    """A Chinese numeral below ten thousand as a number. Raises `KeyError` for another character."""
    total, digit = 0, 0
    for character in numeral:
        if character in UNITS:
            total += (digit or 1) * UNITS[character]
            digit = 0
        else:
            digit = DIGITS[character]
    return total + digit
