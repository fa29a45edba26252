"""Letters, their delivery and its proof in the words of the page, for the workbench and My space alike."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from chengxin.base.casework.rules import Handler
from chengxin.base.clock import local_date
from chengxin.base.letters import proof, queries
from chengxin.base.letters.proof import ProofLine
from chengxin.base.letters.rules import Channel, DeliveryState
from chengxin.faces.workbench.pages import say
from chengxin.registry.accounts.rules import Actor
from chengxin.rights.consent import papers

CHANNELS = {Channel.INBOX: _("站内通知"), Channel.EMAIL: _("电子邮件"), Channel.SMS: _("短信")}
STATES = {
    DeliveryState.QUEUED: _("等待发送"),
    DeliveryState.SENT: _("已发出"),
    DeliveryState.DELIVERED: _("已送达"),
    DeliveryState.FAILED: _("未送达"),
}
HAPPENED = {
    proof.WRITTEN: _("作出"),
    proof.MADE: _("制成文件并签名"),
    proof.READ: _("已阅读"),
    proof.FETCHED: _("当事人下载"),
    proof.LOOKED: _("办理单位下载"),
    **{state.value: name for state, name in STATES.items()},
}


def letters_of_case(case_id: int, actor: Handler, at: datetime) -> list[dict[str, Any]]:
    """The letters in a case, each with its proof of delivery."""
    on = local_date(at)
    sizes = {row.id: row.size for row in queries.letters_of_case(case_id, actor=actor, on=on)}
    return [
        {
            "id": one.letter_id,
            "number": one.number,
            "title": say(one.title_zh, one.title_en),
            "written_at": one.written_at,
            "size": sizes.get(one.letter_id),
            "is_received": one.is_received,
            "lines": [_line(line) for line in one.lines],
        }
        for one in proof.proofs_of_case(case_id, actor=actor, on=on)
    ]


def letter_file(letter_id: int, actor: Actor, at: datetime) -> HttpResponse:
    """The signed PDF, to be kept and not shown in the page's place; the download is noted."""
    found = papers.letter_file(letter_id, by=actor, at=at)
    response = HttpResponse(found.pdf, content_type="application/pdf")
    response["Content-Disposition"] = _attachment(f"{found.number}.pdf", f"letter-{letter_id}.pdf")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def proof_file(letter_id: int, actor: Actor, at: datetime) -> HttpResponse:
    """The signed proof of delivery as a file."""
    found = papers.letter_proof(letter_id, by=actor, at=at)
    content = json.dumps(proof.statement(found, at=at), ensure_ascii=False, indent=2)
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = _attachment(f"{found.number}.json", f"proof-{letter_id}.json")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _line(line: ProofLine) -> dict[str, Any]:
    return {
        "at": line.at,
        "what": HAPPENED.get(line.what, line.what),
        "channel": CHANNELS[Channel(line.channel)] if line.channel else "",
        "to": line.to,
        "answer": line.answer,
    }


def _attachment(name: str, plain: str) -> str:
    """The header with both names. Source: RFC 6266 appendix D."""
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
