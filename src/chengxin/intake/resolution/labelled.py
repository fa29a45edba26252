"""A labelled set: fictional registered organisations, and rows that name them with noise, or name others like them.

The same seed makes the same set. Rows whose `truth` is None are hard negatives: an organisation that is not registered
and whose name or details are close to one that is. All of it is made up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from random import Random
from typing import Any

import opencc

BRAND = (
    "海云青金恒瑞邕桂绿城明佳宏盛安泰华新荣顺丰源鑫瀚朗景睿嘉弘腾达远航信诚博众合聚兴隆锦康益润泽晟昊川岭江河峰悦辰阳禾森林泉溪石竹木"
    "兰棠雅彤霖沐晴皓宇轩翔凌辉煌茂悠然和风舟帆桥湾洲原野德富贵福祥永久长春夏秋冬东方正大中南北西天元亨利贞乾坤鸿鹏飞龙凤麒麟鹤松柏梅"
)
# Characters that sound alike, as typing by sound confuses them.
ALIKE = (
    "恒衡横", "丰峰锋枫", "宏鸿弘洪", "盛晟胜圣", "瑞睿锐", "鑫新欣馨信芯", "源元原园", "嘉佳家", "诚成城承", "华骅桦", "泰太", "安鞍",
    "达答", "兴星", "博勃伯", "腾藤滕", "润闰", "泽择", "海害", "江姜", "景璟", "明铭", "金锦今津", "荣融蓉", "宇雨语", "德得", "林琳霖",
    "阳洋扬", "和禾河", "辉晖", "志智", "永勇", "凯铠", "龙隆", "康慷", "悦越跃", "云运", "绿律", "福富付", "飞非", "东冬", "清青轻",
)  # fmt: skip
TRADES = (
    "贸易", "商贸", "科技", "信息技术", "建筑工程", "建设工程", "装饰工程", "房地产开发", "建材", "医疗器械", "医药", "大药房", "餐饮管理",
    "食品", "物流", "运输", "物业服务", "酒店管理", "教育咨询", "广告传媒", "人力资源", "电子商务", "农业发展", "农业科技", "环保科技",
    "汽车销售", "机械制造", "投资", "旅行社", "企业管理咨询", "市政工程", "化工", "水产", "糖业", "林业", "供应链管理", "服饰", "电力",
    "新能源", "家具", "印务", "种植", "养殖", "五金机电", "日用百货", "体育用品", "网络安全", "生物技术", "会计服务", "园林绿化",
)  # fmt: skip
REGIONS = (
    ("南宁", 40),
    ("南宁市", 20),
    ("广西", 18),
    ("广西南宁", 8),
    ("南宁市青秀区", 3),
    ("南宁市武鸣区", 3),
    ("横州市", 2),
    ("宾阳县", 2),
    ("", 4),
)
DISTRICTS = ("兴宁区", "青秀区", "江南区", "西乡塘区", "良庆区", "邕宁区", "武鸣区")
ENDINGS = (
    ("有限公司", 66),
    ("有限责任公司", 22),
    ("股份有限公司", 3),
    ("集团有限公司", 2),
    ("农民专业合作社", 4),
    ("厂", 3),
)
WRONG_ENDINGS = ("有限公司", "有限责任公司", "公司", "股份有限公司", "")
SURNAMES = "韦黄李梁覃陆农莫周谢苏蓝潘卢罗陈吴刘杨唐王张赵孙马朱胡林郭何高"
GIVEN = "安宁平华明秀英芳军伟强丽敏静杰涛超勇艳霞国建文志海永春玉桂兰红梅凤云龙飞鹏辉斌磊波宇晨阳子涵"
STREETS = (
    "民族",
    "金湖",
    "星光",
    "友爱",
    "朝阳",
    "五象",
    "桃源",
    "白沙",
    "长湖",
    "锦春",
    "滨湖",
    "东葛",
    "明秀",
    "秀厢",
    "平乐",
    "凯旋",
)
KINDS = ("大道", "路", "街")
BRANCHES = ("第一分公司", "江南分公司", "柳州分公司", "朝阳路门店")
SHORTER = {
    "贸易": "商贸", "建筑工程": "建工", "建设工程": "建设", "装饰工程": "装饰", "房地产开发": "房地产", "信息技术": "信息科技",
    "农业发展": "农业", "环保科技": "环保", "物业服务": "物业", "企业管理咨询": "咨询", "供应链管理": "供应链", "医疗器械": "器械",
    "餐饮管理": "餐饮", "酒店管理": "酒店", "教育咨询": "教育", "广告传媒": "传媒", "电子商务": "电商", "汽车销售": "汽贸",
    "机械制造": "机械", "人力资源": "人力", "园林绿化": "园林", "五金机电": "五金", "会计服务": "会计", "生物技术": "生物",
}  # fmt: skip
NUMBERED = ("一", "二", "三", "1", "2", "3", "8", "168", "九")


@dataclass(frozen=True, slots=True)
class Firm:
    """A registered organisation of the set, its name in the parts that it was made of."""

    region: str
    brand: str
    trade: str
    ending: str
    representative: str
    address: str
    former_name: str = ""
    brackets: bool = False
    branch: str = ""

    @property
    def name(self) -> str:
        """The name as the register has it."""
        if self.brackets and self.region:
            return f"{self.brand}（{self.region}）{self.trade}{self.ending}{self.branch}"
        return f"{self.region}{self.brand}{self.trade}{self.ending}{self.branch}"


@dataclass(frozen=True, slots=True)
class Row:
    """A row without a code, and which of the firms it is about (their place); None: none of them."""

    name: str
    representative: str
    address: str
    truth: int | None


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Registered firms and rows about them."""

    firms: tuple[Firm, ...]
    rows: tuple[Row, ...]


def labelled_set(*, firms: int, rows: int, seed: int, negatives: float = 0.25) -> LabelledSet:
    """`rows` rows against `firms` registered firms; a share of `negatives` is about firms that are not registered."""
    random = Random(seed)
    registered = _register(firms, random)
    taken = {f.name for f in registered}
    made = []
    for _ in range(rows):
        place = random.randrange(len(registered))
        if random.random() < negatives:
            other = _near(registered[place], random)
            while other.name in taken:
                other = _near(registered[place], random)
            made.append(_row(other, None, random))
        else:
            made.append(_row(registered[place], place, random))
    return LabelledSet(tuple(registered), tuple(made))


def _weighted(choices: Sequence[tuple[str, int]], random: Random) -> str:
    return random.choices([c for c, _ in choices], [w for _, w in choices])[0]


def _register(count: int, random: Random) -> list[Firm]:
    """Firms with names of their own; one in five is a near-duplicate of one before."""
    made: list[Firm] = []
    taken: set[str] = set()
    while len(made) < count:
        one = _near(random.choice(made), random) if made and random.random() < 0.2 else _firm(random)
        if one.name not in taken:
            taken.add(one.name)
            made.append(one)
    return made


def _brand(random: Random) -> str:
    brand = "".join(random.choices(BRAND, k=random.choices((2, 3, 4), (60, 33, 7))[0]))
    return brand + random.choice(NUMBERED) if random.random() < 0.03 else brand


def _firm(random: Random) -> Firm:
    region = _weighted(REGIONS, random)
    former = ""
    if random.random() < 0.05:
        former = f"{region}{_brand(random)}{random.choice(TRADES)}有限公司"
    return Firm(
        region, _brand(random), random.choice(TRADES), _weighted(ENDINGS, random), person(random), address(random),
        former, random.random() < 0.08,
    )  # fmt: skip


def person(random: Random) -> str:
    """A made-up name of two or three characters."""
    return random.choice(SURNAMES) + "".join(random.choices(GIVEN, k=random.choice((1, 2, 2))))


def address(random: Random) -> str:
    """A made-up address in the city."""
    street = random.choice(STREETS) + random.choice(KINDS)
    return f"南宁市{random.choice(DISTRICTS)}{street}{random.randrange(1, 300)}号{random.randrange(1, 40)}层{random.randrange(1, 30)}号"


def _near(one: Firm, random: Random) -> Firm:
    """Another firm that is easily taken for `one`: kin of the same owner, a neighbour in name, a part of it."""
    kind = random.choices(
        ("trade", "character", "region", "number", "branch", "kin", "kin-trade", "longer", "ending"),
        (18, 16, 10, 10, 10, 10, 12, 8, 6),
    )[0]
    own: dict[str, Any] = {"representative": person(random), "address": address(random), "former_name": ""}
    match kind:
        case "trade":
            return replace(one, trade=_other(TRADES, one.trade, random), **own)
        case "character":
            slip = mistyped if random.random() < 0.5 else neighbour
            return replace(one, brand=slip(one.brand, random), **own)
        case "region":
            return replace(one, region=random.choice(("柳州", "桂林市", "北海", "横州市", "隆安县")), **own)
        case "number":
            return replace(one, brand=one.brand.rstrip("一二三九0123456789") + random.choice(NUMBERED), **own)
        case "branch":
            return replace(one, branch=random.choice(BRANCHES), former_name="", address=address(random))
        case "kin":
            return replace(one, brand=one.brand[0] + random.choice(BRAND), former_name="")
        case "kin-trade":
            return replace(one, trade=_other(TRADES, one.trade, random), former_name="")
        case "longer":
            return replace(one, brand=one.brand + random.choice(BRAND), **own)
    other = "股份有限公司" if one.ending != "股份有限公司" else "厂"
    return replace(one, ending=other, **own)


def _other(choices: Sequence[str], than: str, random: Random) -> str:
    return random.choice([c for c in choices if c[:1] != than[:1]])


def mistyped(text: str, random: Random) -> str:
    """The text as a hand slips: mostly a character that sounds alike, else one left out, doubled, exchanged or wrong.

    Chinese is typed by its sound, so that slips between characters of one sound are the rule.
    """
    places = [p for p, c in enumerate(text) if any(c in group for group in ALIKE)]
    if places and random.random() < 0.75:
        place = random.choice(places)
        alike = next(group for group in ALIKE if text[place] in group)
        return text[:place] + random.choice([c for c in alike if c != text[place]]) + text[place + 1 :]
    place = random.randrange(len(text))
    kind = random.randrange(4) if len(text) > 2 else random.randrange(2)
    if kind == 0:
        return neighbour(text, random)
    if kind == 1:
        return text[:place] + text[place] + text[place:]
    if kind == 2:
        return text[:place] + text[place + 1 :]
    place = min(place, len(text) - 2)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def neighbour(text: str, random: Random) -> str:
    """The text with one character exchanged for any other."""
    place = random.randrange(len(text))
    return text[:place] + random.choice([c for c in BRAND if c != text[place]]) + text[place + 1 :]


def _row(one: Firm, truth: int | None, random: Random) -> Row:
    base = replace(one)
    name = base.former_name if base.former_name and random.random() < 0.5 else _written(base, random)
    given_representative = random.random() < 0.8
    given_address = random.random() < 0.5
    representative = one.representative if given_representative else ""
    if representative and random.random() < 0.04:
        representative = person(random)  # a representative that has changed since
    where = one.address if given_address else ""
    if where:
        where = address(random) if random.random() < 0.08 else _address_written(where, random)
    return Row(name, representative, where, truth)


def _address_written(where: str, random: Random) -> str:
    kind = random.randrange(4)
    if kind == 0:
        return where.removeprefix("南宁市")
    if kind == 1:
        return "广西" + where
    if kind == 2:
        return where.split("号", maxsplit=1)[0] + "号"
    return where


def _written(one: Firm, random: Random) -> str:
    """The name as somebody wrote it: a third as it is, the rest with one or two noises, seldom three."""
    noises = random.choices((0, 1, 2, 3), (32, 40, 22, 6))[0]
    parts = replace(one)
    chosen = random.sample(
        ("ending", "region", "shorter", "brackets", "traditional", "typing", "digits", "space", "width"), noises
    )
    for noise in chosen:
        match noise:
            case "ending":
                parts = replace(parts, ending=random.choice(WRONG_ENDINGS))
            case "region":
                parts = replace(parts, region=random.choice(("", "南宁市" + random.choice(DISTRICTS), "南宁", "广西")))
            case "shorter":
                parts = replace(parts, trade=SHORTER.get(parts.trade, parts.trade))
            case "brackets":
                parts = replace(parts, brackets=not parts.brackets)
            case "typing" if random.random() < 0.6:
                parts = replace(parts, brand=mistyped(parts.brand, random))
    text = parts.name
    for noise in chosen:
        text = _scribbled(text, noise, random)
    return text


_TRADITIONAL = opencc.OpenCC("s2t")
_FIGURES = str.maketrans("一二三四五六七八九", "123456789")


def _scribbled(text: str, noise: str, random: Random) -> str:
    match noise:
        case "traditional":
            return str(_TRADITIONAL.convert(text))
        case "width":
            return (
                text.replace("（", "(").replace("）", ")")
                if random.random() < 0.5
                else text.replace("（", "").replace("）", "")
            )
        case "digits":
            return text.translate(_FIGURES)
        case "space":
            place = random.randrange(1, len(text))
            return f"{text[:place]} {text[place:]}"
    return text


def rows_of(found: LabelledSet, count: int) -> tuple[Row, ...]:
    """The first rows of the set."""
    return tuple(islice(found.rows, count))
