"""How a model comes into force: a draft, a trial on real records, approval by a second official, publication."""

from django.utils.translation import gettext_lazy as _

from chengxin.base.casework.rules import Need, Procedure, State, Step, limited_by
from chengxin.evaluation.scorecards import policy
from chengxin.registry.accounts.rules import Role

OPERATOR = frozenset({Role.CREDIT_OFFICE_OPERATOR.value})
REVIEWER = frozenset({Role.CREDIT_OFFICE_REVIEWER.value})
EITHER = OPERATOR | REVIEWER
DRAFTED, TRIED, APPROVED, PUBLISHED = "drafted", "tried", "approved", "published"
within = limited_by(policy.limit)


EVALUATION_MODEL = Procedure(
    code="evaluation-model",
    name=_("评价模型审批"),
    parts=("office",),
    states=(
        State(DRAFTED, _("草案，等待试算"), within("try")),
        State(TRIED, _("已试算，等待审批"), within("approve")),
        State(APPROVED, _("已批准，等待发布"), within("publish")),
        State(PUBLISHED, _("已发布")),
        State("refused", _("未获批准")),
        State("withdrawn", _("已撤回")),
    ),
    opening=Step("draft", _("提交模型草案"), frozenset(), DRAFTED, "office", OPERATOR),
    steps=(
        Step("try", _("试算模型草案"), frozenset({DRAFTED, TRIED}), TRIED, "office", OPERATOR),
        Step("approve", _("批准模型"), frozenset({TRIED}), APPROVED, "office", REVIEWER,
             not_by_taker_of=frozenset({"draft", "try"}), needs_reason=True),
        Step("refuse", _("不批准模型"), frozenset({TRIED}), "refused", "office", REVIEWER,
             not_by_taker_of=frozenset({"draft", "try"}), needs_reason=True),
        Step("publish", _("发布模型"), frozenset({APPROVED}), PUBLISHED, "office", EITHER),
        Step("withdraw", _("撤回模型草案"), frozenset({DRAFTED, TRIED, APPROVED}), "withdrawn", "office", OPERATOR),
    ),
    needs=(Need(APPROVED, frozenset({"try"})), Need(PUBLISHED, frozenset({"approve"}))),
)  # fmt: skip
