from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from wsgiref.simple_server import make_server

from chengxin.base import clock
from chengxin.intake.exchange import national, packages
from chengxin.intake.exchange import tasks as exchange
from chengxin.intake.exchange.models import ExchangePackage
from chengxin.intake.packages import downward, upward
from chengxin.project.management.commands.national_peer import Quiet
from chengxin.project.national_site import NationalSite
from chengxin.registry.accounts import queries as accounts

NATION, REGION = "121000000075590189", "12450000007559026W"
LISTED = {
    "item": "serious-breach", "operation": "put", "LIST": "重大税收违法失信主体",
    "DECISION_NUMBER": "税稽列〔2026〕1号（虚构）",
    "REASON": "虚开发票（虚构）", "BASIS": "《重大税收违法失信主体信息公布管理办法》", "REMOVAL_CONDITIONS": "期满移出",
    "LISTED_ON": "2026-05-01", "ENDS_ON": "2029-05-01", "AUTHORITY_NAME": "国家税务总局某局（虚构）",
    "AUTHORITY_CODE": "11100000000013338W",
}  # fmt: skip


@contextmanager
def above(settings, code: str) -> Iterator[NationalSite]:
    """A platform above the city, running on this machine and connected: `national` or `region`."""
    city = accounts.credit_office().code
    made = NationalSite(city, packages.public_text(national.own_key().public_key()), code=code)
    with make_server("127.0.0.1", 0, made, handler_class=Quiet) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        name = "NATIONAL" if code == "national" else "REGION"
        setattr(settings, f"{name}_ADDRESS", f"http://127.0.0.1:{server.server_port}")
        setattr(settings, f"{name}_KEY", made.public)
        yield made
        server.shutdown()
        setattr(settings, f"{name}_ADDRESS", "")


def meet() -> None:
    """Fetch, take and settle as the worker does, and send what is due."""
    national.fetch(at=clock.now())
    for package in ExchangePackage.objects.filter(is_inbound=True, resource=packages.RECORDS, state="taken"):
        downward.take(package.pk, at=clock.now())
    exchange.send_packages()
    for package in ExchangePackage.objects.filter(is_inbound=False, resource=packages.RECORDS, state="settled"):
        upward.settle(package.pk, at=clock.now())
