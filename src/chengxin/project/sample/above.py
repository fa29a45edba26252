"""The region's platform of the fictional city, for as long as it takes: a package up and one down, over real HTTP.

Afterwards the city is connected to nobody, as a new installation is; `bin/manage national_peer` starts the other side.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.conf import settings

from chengxin.base import clock
from chengxin.intake.exchange import national, packages
from chengxin.intake.exchange import tasks as exchange
from chengxin.intake.exchange.models import ExchangePackage
from chengxin.intake.packages import downward, upward
from chengxin.project.national_site import NationalSite
from chengxin.registry.accounts import queries as accounts
from chengxin.registry.subjects import queries as subjects

WHY = "文书号与自治区目录登记的不一致（虚构）"
RETURNED = 2  # rows that the region does not take
LISTED = {
    "item": "serious-breach", "operation": "put", "LIST": "重大税收违法失信主体",
    "DECISION_NUMBER": "桂税稽列〔2026〕31号（虚构）",
    "REASON": "虚开发票（虚构）", "BASIS": "《重大税收违法失信主体信息公布管理办法》", "REMOVAL_CONDITIONS": "期满移出",
    "LISTED_ON": "2026-05-01", "ENDS_ON": "2029-05-01", "AUTHORITY_NAME": "国家税务总局广西某局（虚构）",
    "AUTHORITY_CODE": "11100000000013338W",
}  # fmt: skip


def exchange_once(*, at: datetime) -> None:
    """Report what the region does not know, of which it returns some rows; take a list from it, one row of it faulty."""
    with _region() as region:
        if not upward.report(at=at):
            return
        sent = ExchangePackage.objects.filter(is_inbound=False, resource=packages.RECORDS).latest("pk")
        region.refused = {row["record"]: WHY for row in sent.body[:RETURNED]}
        exchange.send_packages()
        upward.settle(sent.pk, at=clock.now())
        region.pass_on(*_listed())
        national.fetch(at=clock.now())
        taken = ExchangePackage.objects.filter(is_inbound=True, resource=packages.RECORDS).latest("pk")
        downward.take(taken.pk, at=clock.now())
        exchange.send_packages()


def _listed() -> list[dict[str, str]]:
    """A company of the city on a list, and a row that names a code which is none."""
    found = subjects.search("有限公司", on=clock.today(), kind="legal-person", size=1).items
    named = [(one.name, one.code) for one in found]
    named.append(("南宁无此代码有限公司（虚构）", "91450100MA00000000"))
    return [LISTED | {"SUBJECT_NAME": name, "SUBJECT_CODE": code} for name, code in named]


@contextmanager
def _region() -> Iterator[NationalSite]:
    """The region's platform on this machine, connected until the end of the block."""
    key = packages.public_text(national.own_key().public_key())
    site = NationalSite(accounts.credit_office().code, key, code=settings.REGION_CODE)
    with make_server("127.0.0.1", 0, site, handler_class=_Quiet) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        before = settings.REGION_ADDRESS, settings.REGION_KEY
        settings.REGION_ADDRESS, settings.REGION_KEY = f"http://127.0.0.1:{server.server_port}", site.public
        try:
            yield site
        finally:
            settings.REGION_ADDRESS, settings.REGION_KEY = before
            server.shutdown()


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of each request."""
