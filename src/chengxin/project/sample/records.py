"""What departments know of the sample city's companies and people: fictional rows for every item of the catalogue."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from chengxin.project.sample.subjects import INDUSTRIES, KNOWN_RESIDENT, MARK, Company, Resident, Village
from chengxin.project.sample.words import (
    COMMITMENTS,
    HONOURS,
    INSPECTIONS,
    LICENCES,
    PENALTIES,
    PERSON_LICENCES,
    PenaltyText,
)
from chengxin.registry.catalogue import queries as catalogue

Row = dict[str, str]
REGISTRATION = "entity-registration"
MARKET, APPROVAL, TAX = "南宁市市场监督管理局", "南宁市行政审批局", "国家税务总局南宁市税务局"
COURT, LABOUR, HOUSING = "南宁市中级人民法院", "南宁市人力资源和社会保障局", "南宁住房公积金管理中心"
REGION, DEVELOPMENT, PROCUREMENT = "广西壮族自治区公共信用信息平台", "南宁市发展和改革委员会", "南宁市财政局"
TRANSPORT, POLICE, RURAL = "南宁市交通运输局", "南宁市公安局", "南宁市乡村振兴局"


@dataclass(frozen=True, slots=True)
class Authority:
    """The organisation that decides and hands in."""

    name: str
    code: str


def columns(item: str) -> list[str]:
    """The field codes of an item, in the catalogue's order."""
    return [f.code for f in catalogue.item(item).fields]


@dataclass(slots=True)
class Clerk:
    """Writes rows; numbers documents one after the other."""

    today: date
    random: Random
    authorities: Mapping[str, Authority]
    number: int = 0

    def about_company(self, company: Company) -> Iterator[tuple[str, Authority, Row]]:
        """Everything that departments hand in about one organisation."""
        yield self._registration(company)
        yield from self._licences(company)
        yield from self._inspections(company)
        yield from self._tax_grades(company)
        yield from self._commitments(company)
        yield from self._contracts(company)
        yield from self._penalties(company)
        yield from self._rare(company)

    def about_resident(self, resident: Resident) -> Iterator[tuple[str, Authority, Row]]:
        """Licences and penalties of one person."""
        text = self.random.choice(PERSON_LICENCES)
        authority = self.authorities[APPROVAL]
        decided = self._day(1500)
        yield (
            "licence-person",
            authority,
            {
                "XK_XDR_MC": resident.name, "XK_XDR_LB": "自然人", "XK_XDR_ZJLX": "身份证",
                "XK_XDR_ZJHM": resident.number, **self._licence(text, authority, decided, years=6),
            },
        )  # fmt: skip
        if resident == KNOWN_RESIDENT or self._next() % 4 == 0:
            yield "honour-person", self.authorities[DEVELOPMENT], self._honour_of(resident)
        if self.random.random() < 0.3:
            penalty = self.random.choice(PENALTIES)
            decider = self.authorities[POLICE]
            yield (
                "penalty-person",
                decider,
                {
                    "CF_XDR_MC": resident.name, "CF_XDR_LB": "自然人", "CF_XDR_ZJLX": "身份证",
                    "CF_XDR_ZJHM": resident.number, **self._penalty(penalty, decider),
                },
            )  # fmt: skip

    def _next(self) -> int:
        self.number += 1
        return self.number

    def _day(self, within: int, *, least: int = 3) -> date:
        return self.today - timedelta(days=self.random.randrange(least, within))

    def _honour_of(self, resident: Resident) -> Row:
        authority, awarded = self.authorities[DEVELOPMENT], self._day(900)
        return {
            "PERSON_NAME": resident.name, "DOCUMENT_TYPE": "身份证", "PERSON_NUMBER": resident.number,
            "HONOUR_KIND": self.random.choice(("优秀志愿者", "道德模范", "信用户")),
            "DOCUMENT_NUMBER": f"南表〔{awarded.year}〕{self._next()}号（演示）", "AWARDED_ON": awarded.isoformat(),
            "AUTHORITY_NAME": authority.name, "AUTHORITY_CODE": authority.code,
            "SOURCE_NAME": authority.name, "SOURCE_CODE": authority.code,
        }  # fmt: skip

    def about_village(self, village: Village) -> Iterator[tuple[str, Authority, Row]]:
        """Two yearly rounds of a village's figures."""
        authority = self.authorities[RURAL]
        for days in (665, 300):
            assessed = self.today - timedelta(days=days)
            good, borrowers = village.households * self.random.randrange(60, 90) // 100, village.households // 2
            loans = self.random.randrange(400, 1500)
            yield "village-credit", authority, {
                "SUBJECT_NAME": village.name, "SUBJECT_CODE": village.code, "YEAR": str(assessed.year - 1),
                "ASSESSED_ON": assessed.isoformat(), "HOUSEHOLDS": str(village.households),
                "CREDIT_HOUSEHOLDS": str(good), "BORROWERS": str(borrowers),
                "BORROWERS_WITHOUT_ARREARS": str(borrowers * self.random.randrange(80, 100) // 100),
                "LOANS": str(loans), "BAD_LOANS": str(loans * self.random.randrange(1, 8) // 100),
                "AUTHORITY_NAME": authority.name, "AUTHORITY_CODE": authority.code,
                "SOURCE_NAME": authority.name, "SOURCE_CODE": authority.code,
            }  # fmt: skip

    def _common(self, company: Company, authority: Authority) -> Row:
        return {
            "SUBJECT_NAME": company.name, "SUBJECT_CODE": company.code,
            "AUTHORITY_NAME": authority.name, "AUTHORITY_CODE": authority.code,
            "SOURCE_NAME": authority.name, "SOURCE_CODE": authority.code,
        }  # fmt: skip

    def _registration(self, company: Company) -> tuple[str, Authority, Row]:
        authority = self.authorities[MARKET]
        row = {
            **self._common(company, authority),
            "ENTITY_KIND": company.kind, "ENTITY_STATUS": company.status,
            "LEGAL_REPRESENTATIVE": company.representative, "ESTABLISHED_ON": company.established.isoformat(),
            "REGISTERED_CAPITAL": company.capital, "DIVISION": company.division, "ADDRESS": company.address,
            "BUSINESS_SCOPE": f"{company.trade}相关业务", "INDUSTRY": INDUSTRIES[company.trade], "FORMER_NAME": company.former_name,
        }  # fmt: skip
        return REGISTRATION, authority, row

    def _party(self, prefix: str, representative: str, company: Company) -> Row:
        sole = company.kind == "个体工商户"
        return {
            f"{prefix}_XDR_MC": company.name, f"{prefix}_XDR_SHXYM": company.code, representative: company.representative,
            f"{prefix}_XDR_LB": "个体工商户" if sole else "法人及非法人组织",
        }  # fmt: skip

    def _licence(self, text: tuple[str, str], authority: Authority, decided: date, *, years: int) -> Row:
        number = self._next()
        return {
            "XK_XKWS": "准予行政许可决定书", "XK_WSH": f"南审批许字〔{decided.year}〕{number}号（演示）", "XK_XKLB": "普通",
            "XK_XKZS": text[0], "XK_XKBH": f"YS{number:08d}", "XK_NR": text[1], "XK_JDRQ": decided.isoformat(),
            "XK_YXQZ": decided.isoformat(), "XK_YXQZI": (decided + timedelta(days=365 * years)).isoformat(),
            "XK_XKJG": authority.name, "XK_XKJGDM": authority.code, "XK_ZT": "1",
            "XK_LYDW": authority.name, "XK_LYDWDM": authority.code,
        }  # fmt: skip

    def _licences(self, company: Company) -> Iterator[tuple[str, Authority, Row]]:
        for _ in range(self.random.choice((1, 2, 3, 3, 4))):
            authority = self.authorities[self.random.choices((APPROVAL, MARKET), (3, 1))[0]]
            text = self.random.choice(LICENCES)
            row = self._licence(text, authority, self._day(2200), years=5)
            yield "licence-organisation", authority, {**self._party("XK", "XK_FRDB", company), **row}

    def _penalty(self, text: PenaltyText, authority: Authority) -> Row:
        decided = self._day(1400)
        fine = self.random.choice(text.fines) if text.fines else ""
        return {
            "CF_WSH": f"{text.mark}〔{decided.year}〕{self._next()}号（演示）", "CF_WFXW": text.violation, "CF_SY": text.facts,
            "CF_YJ": text.basis, "CF_CFLB": text.kinds, "CF_NR": text.content.format(fine=fine), "CF_NR_FK": fine,
            "CF_NR_WFFF": text.confiscated, "CF_NR_ZKDX": text.licence, "CF_JDRQ": decided.isoformat(),
            "CF_CFJG": authority.name, "CF_CFJGDM": authority.code,
            "CF_SJLY": authority.name, "CF_SJLYDM": authority.code,
        }  # fmt: skip

    def _penalties(self, company: Company) -> Iterator[tuple[str, Authority, Row]]:
        for _ in range(self.random.choices((0, 1, 2, 5), (70, 21, 8, 1))[0]):
            text = self.random.choice(PENALTIES)
            authority = self.authorities[text.authority]
            yield (
                "penalty-organisation",
                authority,
                {**self._party("CF", "CF_FRDB", company), **self._penalty(text, authority)},
            )

    def penalty_of(self, known: Row) -> Row:
        """A penalty of the company that a row of the base register names, decided by the market supervision."""
        text = next(p for p in PENALTIES if p.authority == MARKET and p.fines)
        return {
            "CF_XDR_MC": known["SUBJECT_NAME"], "CF_XDR_SHXYM": known["SUBJECT_CODE"],
            "CF_XDR_LB": "个体工商户" if known["ENTITY_KIND"] == "个体工商户" else "法人及非法人组织",
            "CF_FRDB": known["LEGAL_REPRESENTATIVE"], **self._penalty(text, self.authorities[MARKET]),
        }  # fmt: skip

    def _inspections(self, company: Company) -> Iterator[tuple[str, Authority, Row]]:
        for _ in range(self.random.choice((3, 4, 5, 6, 7))):
            name, matter = self.random.choice(INSPECTIONS)
            authority = self.authorities[name]
            result = self.random.choices(("未发现问题", "发现问题责令改正", "发现问题待后续处理"), (85, 12, 3))[0]
            row = {
                **self._common(company, authority), "TASK_NUMBER": f"JC{self._next():09d}",
                "INSPECTION_KIND": self.random.choice(("双随机抽查", "专项检查", "日常检查")), "MATTER": matter,
                "INSPECTED_ON": self._day(1000).isoformat(), "RESULT": result,
                "HANDLING": "" if result == "未发现问题" else "已责令限期改正，到期复查",
            }  # fmt: skip
            yield "inspection-result", authority, row

    def _tax_grades(self, company: Company) -> Iterator[tuple[str, Authority, Row]]:
        if company.kind == "个体工商户":
            return
        authority = self.authorities[TAX]
        for year in range(self.today.year - 6, self.today.year):
            grade = self.random.choices("ABMCD", (30, 40, 20, 7, 3))[0]
            row = {"YEAR": str(year), "GRADE": grade, "EVALUATED_ON": date(year + 1, 4, 20).isoformat()}
            if date(year + 1, 4, 20) < self.today:
                yield "tax-grade", authority, {**self._common(company, authority), **row}

    def _commitments(self, company: Company) -> Iterator[tuple[str, Authority, Row]]:
        authority = self.authorities[APPROVAL]
        for _ in range(self.random.choice((3, 4, 5, 6))):
            kind, matter, content = self.random.choice(COMMITMENTS)
            signed = self._day(700, least=60)
            state = self.random.choices(("履行中", "全部履行", "未履行"), (40, 58, 2))[0]
            row = {
                "COMMITMENT_NUMBER": f"CN{self._next():09d}", "COMMITMENT_KIND": kind, "MATTER": matter, "CONTENT": content,
                "CONSEQUENCE": "未履行承诺的，依法撤销相关决定并记入信用记录", "SIGNED_ON": signed.isoformat(),
                "ENDS_ON": (signed + timedelta(days=1095)).isoformat(), "PERFORMANCE": state,
                "CHECKED_ON": "" if state == "履行中" else (signed + timedelta(days=40)).isoformat(),
                "EVIDENCE": "现场核查记录" if state == "未履行" else "",
            }  # fmt: skip
            yield "commitment", authority, {**self._common(company, authority), **row}

    def _contracts(self, company: Company) -> Iterator[tuple[str, Authority, Row]]:
        if company.kind == "个体工商户":
            return
        authority = self.authorities[PROCUREMENT]
        for _ in range(self.random.choice((0, 1, 2, 3))):
            signed = self._day(1200, least=200)
            state = self.random.choices(("全部履行", "正在履行", "未履行"), (70, 27, 3))[0]
            due = signed + timedelta(days=180)
            row = {
                "CONTRACT_NUMBER": f"HT{self._next():09d}", "CONTRACT_NAME": f"{company.trade}服务采购合同（演示）",
                "CONTRACT_KIND": self.random.choice(("政府采购", "工程建设", "招商引资")), "COUNTERPARTY": f"演示采购单位{MARK}",
                "AMOUNT": f"{self.random.randrange(5, 900)}.{self.random.randrange(10)}", "SIGNED_ON": signed.isoformat(),
                "DUE_ON": due.isoformat(), "PERFORMANCE": state,
                "FINISHED_ON": due.isoformat() if state == "全部履行" and due < self.today else "",
                "BREACH": "逾期未交付，经催告仍未履行" if state == "未履行" else "",
            }  # fmt: skip
            yield "contract-performance", authority, {**self._common(company, authority), **row}

    def _rare(self, company: Company) -> Iterator[tuple[str, Authority, Row]]:
        if self.random.random() < 0.25:
            yield self._honour(company)
        if self.random.random() < 0.05:
            yield self._abnormal(company)
        if self.random.random() < 0.01:
            yield self._serious(company)
        if self.random.random() < 0.02:
            yield self._judgment(company)
        if self.random.random() < 0.06:
            yield self._arrears(company)

    def _honour(self, company: Company) -> tuple[str, Authority, Row]:
        authority = self.authorities[DEVELOPMENT]
        awarded = self._day(1500)
        row = {
            "HONOUR": self.random.choice(HONOURS), "LEVEL": self.random.choice(("自治区级", "市级", "市级", "县级")),
            "DOCUMENT_NUMBER": f"南表〔{awarded.year}〕{self._next()}号（演示）", "AWARDED_ON": awarded.isoformat(),
            "ENDS_ON": (awarded + timedelta(days=1095)).isoformat(),
        }  # fmt: skip
        return "honour", authority, {**self._common(company, authority), **row}

    def _abnormal(self, company: Company) -> tuple[str, Authority, Row]:
        authority = self.authorities[MARKET]
        listed = self._day(900, least=120)
        removed = self.random.random() < 0.5
        row = {
            "DECISION_NUMBER": f"南市监异列〔{listed.year}〕{self._next()}号（演示）",
            "REASON": self.random.choice(("未按规定公示年度报告", "通过登记的住所无法联系")), "LISTED_ON": listed.isoformat(),
            "REMOVED_ON": (listed + timedelta(days=90)).isoformat() if removed else "",
            "REMOVAL_REASON": "已补报年度报告" if removed else "",
        }  # fmt: skip
        return "abnormal-operation", authority, {**self._common(company, authority), **row}

    def _serious(self, company: Company) -> tuple[str, Authority, Row]:
        """What an authority of the region decided, as the region's platform passes it on."""
        platform = self.authorities[REGION]
        listed = self._day(800)
        row = {
            "LIST": "安全生产严重失信主体", "DECISION_NUMBER": f"桂应急列〔{listed.year}〕{self._next()}号（演示）",
            "REASON": "重大事故隐患拒不整改（演示）", "BASIS": "《安全生产严重失信主体名单管理办法》",
            "REMOVAL_CONDITIONS": "完成整改并履行义务后可申请提前移出；对列入决定不服的，可依法申请行政复议或者提起行政诉讼",
            "LISTED_ON": listed.isoformat(), "ENDS_ON": (listed + timedelta(days=1095)).isoformat(),
            "AUTHORITY_NAME": "自治区安全生产监管机关（虚构）",
        }  # fmt: skip
        return "serious-breach", platform, {**self._common(company, platform), **row}

    def _judgment(self, company: Company) -> tuple[str, Authority, Row]:
        authority = self.authorities[COURT]
        published = self._day(700)
        number = self._next()
        row = {
            "CASE_NUMBER": f"（{published.year}）桂01执{number}号（演示）", "BASIS_NUMBER": f"（{published.year}）桂01民初{number}号（演示）",
            "DUTY": "支付货款及利息（演示）", "PERFORMANCE": "未履行", "CONDUCT": "违反财产报告制度",
            "FILED_ON": (published - timedelta(days=90)).isoformat(), "PUBLISHED_ON": published.isoformat(),
            "ENDS_ON": (published + timedelta(days=730)).isoformat(),
        }  # fmt: skip
        return "judgment-defaulter", authority, {**self._common(company, authority), **row}

    def _arrears(self, company: Company) -> tuple[str, Authority, Row]:
        social = self.random.random() < 0.6
        authority = self.authorities[LABOUR if social else HOUSING]
        ordered = self._day(500)
        row = {
            "ARREARS_KIND": "社会保险费" if social else "住房公积金", "NOTICE_NUMBER": f"南责缴〔{ordered.year}〕{self._next()}号（演示）",
            "PERIOD_FROM": (ordered - timedelta(days=150)).isoformat(), "PERIOD_UNTIL": (ordered - timedelta(days=30)).isoformat(),
            "AMOUNT": f"{self.random.randrange(1, 40)}.{self.random.randrange(10)}", "NOTICE_ON": ordered.isoformat(),
        }  # fmt: skip
        return "arrears", authority, {**self._common(company, authority), **row}
