"""Two fictional people who are on the other side of the records: a company's representative and a resident."""

from datetime import datetime, timedelta
from io import BytesIO

from PIL import Image

from chengxin.base.attachments.services import Upload
from chengxin.base.clock import local_date
from chengxin.project.sample.records import MARKET
from chengxin.registry.accounts import queries as organisations
from chengxin.registry.accounts import services as accounts
from chengxin.registry.accounts.rules import MandateKind, Role
from chengxin.registry.records import queries as records
from chengxin.registry.subjects.rules import code_of
from chengxin.rights.consent import services as consent
from chengxin.rights.consent import window
from chengxin.rights.training import services as training

COMPANY_OF = "penalty-organisation"
RESIDENT_OF = "penalty-person"
BANK = "演示银行（虚构）"
OPERATOR = "operator"


def appear(*, at: datetime) -> None:
    """Let the representative of a company that was penalised, and a resident who was, sign in to the demo."""
    for username, name_zh, name_en, kind, about in (
        (
            "representative",
            "梁代表（演示）",
            "Representative Liang (demo)",
            MandateKind.REPRESENTATIVE,
            records.some_subject_of(COMPANY_OF, provider=_code_of(MARKET), on=local_date(at)),
        ),
        (
            "resident",
            "周居民（演示）",
            "Resident Zhou (demo)",
            MandateKind.SELF,
            records.some_person_of(RESIDENT_OF, by="demo"),
        ),
    ):
        if about is not None:
            accounts.create_demo_representative(
                username, name_zh=name_zh, name_en=name_en, about=about, kind=kind, at=at
            )


def ask_resident(*, at: datetime) -> None:
    """Let the fictional bank ask the resident for consent, so that a request waits in My space."""
    about = records.some_person_of(RESIDENT_OF, by="demo")
    clerk = organisations.actor_of_organisation(_code_of(BANK), roles=frozenset({Role.BANK_CLERK}), name="bank-clerk")
    if about is None or clerk is None:
        return
    today = local_date(at)
    consent.ask(
        about,
        purpose="loan",
        items=[RESIDENT_OF],
        valid_from=today,
        valid_until=today + timedelta(days=30),
        queries=3,
        by=clerk,
        at=at,
    )


def announce_training(*, at: datetime) -> None:
    """Let the credit office announce a course of repair training, so that one can be joined in My space."""
    office = organisations.credit_office()
    clerk = organisations.actor_of_organisation(
        office.code, roles=frozenset({Role.CREDIT_OFFICE_OPERATOR}), name="operator"
    )
    if clerk is None:
        return
    begins = at + timedelta(days=14)
    training.announce_course(
        {
            "title_zh": "怎样申请信用修复（虚构）",
            "title_en": "How to apply for credit repair (fictional)",
            "organiser": office.name_zh,
            "place": "市民中心二楼会议室（虚构）",
            "about": "条件、材料、时限和常见问题；现场答疑。",
        },
        begins_at=begins,
        ends_at=begins + timedelta(hours=2),
        is_online=False,
        capacity=60,
        by=clerk,
        at=at,
    )


def sign_on_paper(*, at: datetime) -> None:
    """Let the bank ask the company too, and an officer record its consent on paper, which waits for another's check."""
    about = records.some_subject_of(COMPANY_OF, provider=_code_of(MARKET), on=local_date(at))
    clerk = organisations.actor_of_organisation(_code_of(BANK), roles=frozenset({Role.BANK_CLERK}), name="bank-clerk")
    officer = organisations.actor_named(OPERATOR, at=at)
    if about is None or clerk is None or officer is None:
        return
    today = local_date(at)
    request_id = consent.ask(
        about,
        purpose="loan",
        items=[COMPANY_OF],
        valid_from=today,
        valid_until=today + timedelta(days=30),
        queries=3,
        by=clerk,
        at=at,
    )
    window.record_form(
        request_id,
        identity=code_of(about) or "",
        number=f"演示授〔{today.year}〕1号（虚构）",
        signed_by="梁某（虚构）",
        scan=Upload(BytesIO(_blank_scan()), "form.png"),
        by=officer,
        at=at,
    )


def _blank_scan() -> bytes:
    """A white page: what a scanned form would be here."""
    made = BytesIO()
    Image.new("L", (620, 877), 255).save(made, "PNG")
    return made.getvalue()


def _code_of(name: str) -> str:
    return next(o.code for o in organisations.organisations() if o.name_zh == name)
