"""The companies and people of the sample city: generated, fictional, and marked so in their names."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from chengxin.base.identifiers.rules import (
    CREDIT_CODE_ALPHABET,
    make_citizen_number,
    make_credit_code,
    make_organisation_code,
)

MARK = "（虚构）"
BRANDS_FIRST = "海云青金恒瑞邕桂绿城明佳宏盛安泰华新荣顺丰源鑫瀚朗景睿嘉弘腾达远航信诚博众合聚兴隆锦康益润泽晟昊"
BRANDS_SECOND = "川岭江河峰悦辰阳禾森林泉溪石竹木兰棠雅彤霖沐晴皓宇轩翔凌辉煌茂悠然和风舟帆桥湾洲原野"
TRADES = (
    "食品", "餐饮管理", "建筑工程", "建材", "物流", "运输", "医疗器械", "药房", "科技", "信息技术", "环保科技", "化工",
    "机械制造", "农业发展", "水产", "糖业", "林业", "旅行社", "酒店管理", "物业服务", "教育咨询", "装饰工程", "电子商务",
    "汽车销售", "广告传媒", "人力资源",
)  # fmt: skip
SHOPS = ("米粉店", "便利店", "理发店", "五金店", "水果店", "小吃店", "服装店", "文具店", "茶行", "维修部")
INDUSTRIES = {  # trade -> division of GB/T 4754; the base register gives each organisation one
    "食品": "14", "餐饮管理": "62", "建筑工程": "47", "建材": "51", "物流": "54", "运输": "54", "医疗器械": "51", "药房": "52",
    "科技": "75", "信息技术": "65", "环保科技": "77", "化工": "26", "机械制造": "34", "农业发展": "01", "水产": "04", "糖业": "13",
    "林业": "02", "旅行社": "72", "酒店管理": "61", "物业服务": "70", "教育咨询": "83", "装饰工程": "50", "电子商务": "52",
    "汽车销售": "52", "广告传媒": "72", "人力资源": "72", "米粉店": "62", "便利店": "52", "理发店": "80", "五金店": "52",
    "水果店": "52", "小吃店": "62", "服装店": "52", "文具店": "52", "茶行": "52", "维修部": "81",
}  # fmt: skip
VILLAGES = ("450110", "武鸣区"), ("450126", "宾阳县"), ("450181", "横州市"), ("450124", "马山县")
SURNAMES = "韦黄李梁覃陆农莫周谢苏蓝潘卢罗陈吴刘杨唐"
GIVEN = "安宁平华明秀英芳军伟强丽敏静杰涛超勇艳霞"
DIVISIONS = (
    ("450102", "兴宁区"), ("450103", "青秀区"), ("450105", "江南区"), ("450107", "西乡塘区"), ("450108", "良庆区"),
    ("450109", "邕宁区"), ("450110", "武鸣区"), ("450123", "隆安县"), ("450124", "马山县"), ("450125", "上林县"),
    ("450126", "宾阳县"), ("450181", "横州市"), ("450100-GX", "高新区"), ("450100-JK", "经开区"), ("450100-DM", "东盟经开区"),
)  # fmt: skip
WEIGHTS = (10, 22, 14, 18, 10, 5, 6, 2, 2, 2, 5, 5, 9, 6, 3)


@dataclass(frozen=True, slots=True)
class Company:
    """A fictional organisation of the base register."""

    code: str
    name: str
    former_name: str
    kind: str
    status: str
    representative: str
    established: date
    division: str
    address: str
    trade: str
    capital: str


@dataclass(frozen=True, slots=True)
class Village:
    """A fictional village committee (村民委员会)."""

    code: str
    name: str
    households: int


@dataclass(frozen=True, slots=True)
class Resident:
    """A fictional natural person."""

    name: str
    number: str


# Whom the demo's identity provider knows: one of whom there are records, and one of whom there are none.
KNOWN_RESIDENT = Resident("陆某安" + MARK, make_citizen_number("45999919900301900"))
VOLUNTEER = Resident("覃某志" + MARK, make_citizen_number("45999919920712903"))  # honoured by the demo, with consent
STRANGER = Resident("唐某静" + MARK, make_citizen_number("45999919950615901"))


def person_name(random: Random) -> str:
    """A name that is nobody's: its middle character is 某 ("a certain")."""
    return random.choice(SURNAMES) + "某" + random.choice(GIVEN)


def companies(count: int, *, today: date, random: Random) -> Iterator[Company]:
    """`count` organisations with names and codes of their own."""
    taken: set[str] = set()
    for index in range(count):
        yield _company(index, taken, today, random)


def villages(*, random: Random) -> list[Village]:
    """A few village committees; their numbers of households are made up."""
    made = []
    for index, (division, place) in enumerate(VILLAGES):
        code = make_credit_code("54" + division[:6] + make_organisation_code("QN" + _digits(index, 6)))
        made.append(Village(code, f"{place}演示{'甲乙丙丁'[index]}村村民委员会{MARK}", random.randrange(300, 900)))
    return made


def _company(index: int, taken: set[str], today: date, random: Random) -> Company:
    division, place = random.choices(DIVISIONS, WEIGHTS)[0]
    kind, prefix = random.choices(
        (
            ("企业法人", "91"),
            ("个体工商户", "92"),
            ("农民专业合作社", "93"),
            ("社会团体法人", "51"),
            ("非法人组织", "91"),
        ),
        (70, 20, 5, 2, 3),
    )[0]
    trade = random.choice(SHOPS if kind == "个体工商户" else TRADES)
    name = _name(kind, place, trade, taken, random)
    established = today - timedelta(days=random.randrange(200, 9000))
    street = random.choice(("民族", "金湖", "星光", "友爱", "朝阳", "五象", "桃源", "白沙"))
    return Company(
        code=make_credit_code(prefix + division[:6] + make_organisation_code("QQ" + _digits(index, 6))),
        name=name,
        former_name=_name(kind, place, trade, taken, random) if random.random() < 0.04 else "",
        kind=kind,
        status=random.choices(("存续", "吊销", "注销"), (94, 2, 4))[0],
        representative=person_name(random),
        established=established,
        division=division,
        address=f"南宁市{place}{street}大道{random.randrange(1, 300)}号{MARK}",
        trade=trade,
        capital="" if kind == "个体工商户" else str(random.choice((10, 50, 100, 200, 500, 1000, 3000, 10000))),
    )


def _name(kind: str, place: str, trade: str, taken: set[str], random: Random) -> str:
    end = {
        "个体工商户": trade,
        "农民专业合作社": "种养专业合作社",
        "社会团体法人": f"{trade}行业协会",
        "非法人组织": f"{trade}中心（普通合伙）",
    }.get(kind, f"{trade}有限公司")
    where = "南宁市" + place if kind in ("个体工商户", "农民专业合作社") else "南宁"
    name = f"{where}{random.choice(BRANDS_FIRST)}{random.choice(BRANDS_SECOND)}{end}{MARK}"
    while name in taken:
        brand = "".join((random.choice(BRANDS_FIRST), random.choice(BRANDS_SECOND), random.choice(BRANDS_FIRST)))
        name = f"{where}{brand}{end}{MARK}"
    taken.add(name)
    return name


def _digits(number: int, width: int) -> str:
    text = ""
    for _ in range(width):
        number, rest = divmod(number, len(CREDIT_CODE_ALPHABET))
        text = CREDIT_CODE_ALPHABET[rest] + text
    return text


def residents(count: int, *, today: date, random: Random) -> list[Resident]:
    """`count` adults; their citizen numbers are well formed and of an area code (459999) that is not assigned."""
    made = []
    for index in range(count):
        born = today - timedelta(days=random.randrange(22 * 366, 70 * 365))
        made.append(Resident(person_name(random), make_citizen_number(f"459999{born:%Y%m%d}{index % 1000:03d}")))
    return made
