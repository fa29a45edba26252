"""The public log on the public site: what it is, its newest leaves, and checking what someone kept."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from chengxin.base import clock
from chengxin.base.errors import NotFound
from chengxin.base.transparency import queries
from chengxin.base.transparency.checking import Finding, check
from chengxin.faces.workbench.pages import say
from chengxin.regulation.inspections import checking
from chengxin.regulation.lists import public
from chengxin.regulation.lists.words import CAUSES, EXITS, FOUND

NEWEST, LARGEST = 10, 20_000_000
FINDINGS = {
    Finding.GOOD: _("成立：每个散列、证明和签名都对得上。"),
    Finding.UNREADABLE: _("读不懂这份内容。请粘贴或者上传从本页、接口或者“我的空间”得到的完整文件。"),
    Finding.HEAD_ALONE: _("这只是一个树头。请把它填在“您以前保存的树头”一栏，再粘贴或者上传日志文件或证明。"),
    Finding.BAD_KEY: _("不能判断：公钥读不懂。"),
    Finding.BAD_HEAD: _("读不懂您以前保存的树头。请粘贴保存的树头，或者含有树头的整个文件；也可以不填。"),
    Finding.WRONG_ROOT: _("不成立：这些条目得不出签名的根，有条目被改动、删除或者添加。"),
    Finding.WRONG_PROOF: _("不成立：证明路径得不出签名的根。"),
    Finding.WRONG_SIGNATURE: _("不成立：树头不是用本平台在那时的密钥签名的。"),
    Finding.UNKNOWN_KEY: _("不能判断：本平台没有签这个树头时所用的公钥。"),
    Finding.UNTRUSTED_KEY: _("不能判断：签这个树头的公钥没有得到您信任的公钥的认可。"),
    Finding.WRONG_FIRST: _("不成立：证明开头的那个树头不是用本平台的密钥签名的。"),
    Finding.NOT_COMPARED: _(
        "文件本身成立，但没有与您保存的树头比较：它里面没有通到那个树头的路径。请用整个日志文件，或者从那个树头开始的一致性证明。"
    ),
    Finding.OLDER_IS_NEWER: _(
        "不能判断：您保存的树头比这份文件条数多。如果两处放反了，请对调；如果这份文件是后来取得的，说明日志变短了，请保存两份并反映。"
    ),
    Finding.NOT_CONSISTENT: _("不成立：现在的日志不是从您保存的树头接着写下来的。"),
    Finding.WRONG_OPENING: _("不成立：所附的内容不是这条承诺所绑定的内容。"),
}
TOO_LARGE = _("文件超过 {n} MB，本页核验不了。请下载后用下面写的离线核验命令，它没有大小限制。")
KINDS = {
    "entered": _("列入"),
    "exited": _("移出"),
    "suspended": _("名单上暂停公示"),
    "resumed": _("名单上恢复公示"),
    "restored": _("恢复"),
    "arrived": _("传来列入"),
    "arrival-amended": _("传来的列入更正内容"),
    "arrival-hidden": _("传来的列入暂停公示"),
    "arrival-shown": _("传来的列入恢复公示"),
    "arrival-gone": _("传来的列入移出"),
    "draw-published": _("发布抽取公告"),
    "round-started": _("抽取开始一轮"),
    "committed": _("参加方提交承诺"),
    "round-void": _("本轮作废"),
    "drawn": _("已抽取"),
}
REASONS: dict[str, Any] = {code.value: name for code, name in (*EXITS.items(), *CAUSES.items(), *FOUND.items())}
TOPICS = {checking.TOPIC: _("双随机抽查")}


@require_http_methods(["GET", "HEAD", "POST"])
def transparency(request: HttpRequest) -> HttpResponse:
    """Explains the log; sent with a proof, or a file, checks it against the platform's own key."""
    now = clock.now()
    head = queries.latest_head()
    context: dict[str, Any] = {
        "place": "disclosure",
        "head": head,
        "head_root": head.root.hex() if head else "",
        "head_at": datetime.fromtimestamp(head.timestamp / 1000, tz=UTC) if head else None,
        "leaves": [_leaf(row, now) for row in queries.newest_leaves(NEWEST)],
        "keys": queries.keys_file(at=now),
        "given": request.POST.get("proof", ""),
        "older": request.POST.get("older", ""),
    }
    context["is_new_key"] = all(one["key"] != context["keys"]["key"] for one in context["keys"]["keys"][-1:])
    if request.method == "POST":
        context |= _checked(request, json.dumps(context["keys"]).encode())
    return render(request, "portal/transparency.html", context, status=422 if context.get("is_bad") else 200)


def _checked(request: HttpRequest, key: bytes) -> dict[str, Any]:
    file = request.FILES.get("file")
    content: str | bytes = request.POST.get("proof", "").strip()
    if file is not None:
        if file.size is None or file.size > LARGEST:
            return {"finding": str(TOO_LARGE).format(n=LARGEST // 1_000_000), "is_good": False, "is_bad": True}
        content = file.read()
    found = check(content, key=key, older=request.POST.get("older", "").strip())
    told = [
        {
            "topic": _topic(one.topic, clock.now()),
            "kinds": [(KINDS.get(kind, kind), _reason(reason), n) for kind, reason, n in one.kinds],
            "left": one.left,
        }
        for one in found.told
    ]
    answer = {"finding": FINDINGS[found.finding], "is_good": found.is_good, "is_bad": not found.is_good}
    return {**answer, "found": found, "told": told}


def _topic(code: str, at: datetime) -> str:
    try:
        terms = public.the_list(code, at=at)
    except NotFound:
        return str(TOPICS.get(code, code))
    return say(terms.name_zh, terms.name_en)


def _reason(code: str) -> str:
    return str(REASONS.get(code, code))


def _leaf(row: queries.LeafRow, at: datetime) -> dict[str, Any]:
    content = json.loads(row.content)
    return {
        "index": row.index,
        "day": content["day"],
        "kind": KINDS.get(content["kind"], content["kind"]),
        "topic": _topic(content["topic"], at),
        "reason": _reason(content.get("reason", "")),
        "count": content.get("count"),
        "commitment": content.get("commitment") or content["root"],
    }


@require_safe
def log_file(request: HttpRequest) -> HttpResponse:
    """The whole log as a file to keep and to check offline."""
    return _file(queries.export, "log")


@require_safe
def proof_file(request: HttpRequest, index: int) -> HttpResponse:
    """The proof that one leaf is in the log."""
    return _file(partial(queries.inclusion, index), f"leaf-{index}")


def _file(read: Callable[..., dict[str, Any]], name: str) -> HttpResponse:
    try:
        content = read(at=clock.now())
    except NotFound as error:
        raise Http404 from error
    response = HttpResponse(json.dumps(content, ensure_ascii=False, indent=1), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="transparency-{name}.json"'
    return response
