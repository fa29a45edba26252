"""What a decision says of its end and of what follows from it, in both languages: by the list's own terms.

Source: 国办发〔2020〕49号: a decision names reasons and basis, the measures that follow, how one is removed, and the
remedies.
"""

from collections.abc import Iterable
from datetime import date

from chengxin.base.languages import InBoth
from chengxin.base.listing import in_turn_written, listed_in_chinese
from chengxin.regulation.lists import policy, rules
from chengxin.regulation.lists.consequences import Consequence
from chengxin.regulation.lists.rules import Exit, ListTerms, Side

REMEDIES = "对列入决定不服的，可以依法申请行政复议或者提起行政诉讼"
# How each exit is reached; that of an application depends on the list's own months.
LEAVING = {
    Exit.TERM: InBoth("期满自动移出", "by itself at the end of the term"),
    Exit.REPAIR: InBoth(
        "纠正失信行为、履行义务后可以申请信用修复，准予修复的同时移出",
        "once the breach is mended and the duties performed you may apply for credit repair, which ends the entry",
    ),
    Exit.PERFORMANCE: InBoth("履行义务后可以申请移出", "once the duty is performed, on application"),
    Exit.APPLICATION: InBoth("可以申请提前移出", "early, on application"),
    Exit.CONSENT: InBoth(
        "本人可以随时撤回同意，撤回的同时移出", "when you take your consent back, which you may do at any time"
    ),
    Exit.REVOCATION: InBoth(
        "列入决定或者其依据被撤销的，由认定单位移出", "by the authority, when the decision or its basis is revoked"
    ),
    Exit.COURT: InBoth(
        "人民法院裁判或者行政复议决定不应列入的，由认定单位移出",
        "by the authority, when a court or an administrative review decides so",
    ),
    Exit.CORRECTION: InBoth("列入有误的，可以申请更正并移出", "when it was entered by mistake, on application"),
}
NONE_ASKED = InBoth("这份名单不设申请提前移出", "this list knows no early removal")
NO_MEASURE = InBoth("措施清单里没有因列入这份名单而适用的措施。", "No measure of the catalogue follows from this list.")


def removal(terms: ListTerms, *, begins_on: date) -> InBoth:
    """How and when an entry of that day leaves its list, and who decides how fast. Raises `NoPolicy`."""
    clauses = [_clause(exit, terms, begins_on) for exit in LEAVING if exit in terms.exits]
    if terms.exits.isdisjoint({Exit.REPAIR, Exit.PERFORMANCE, Exit.APPLICATION, Exit.CONSENT}):
        clauses.insert(1, NONE_ASKED)
    if rules.ASKED_FOR & terms.exits:
        verify, decide = (policy.limit(step, begins_on).working_days for step in ("verify", "decide"))
        clauses.append(
            InBoth(
                f"移出申请在“我的空间”提出，认定单位在 {verify} 个工作日内核实，核实后 {decide} 个工作日内决定",
                f"apply in My space; the authority verifies in {verify} working days and decides in {decide} more",
            )
        )
    return _in_turn(clauses)


def _clause(exit: Exit, terms: ListTerms, begins_on: date) -> InBoth:
    early = rules.early_from(begins_on, terms)
    if exit is not Exit.APPLICATION or early is None or early == begins_on:
        return LEAVING[exit]
    return InBoth(f"自 {early.isoformat()} 起{LEAVING[exit].zh}", f"{LEAVING[exit].en}, from {early.isoformat()} on")


def _in_turn(clauses: Iterable[InBoth]) -> InBoth:
    told = list(clauses)
    return InBoth(
        in_turn_written((c.zh for c in told), in_english=False), in_turn_written((c.en for c in told), in_english=True)
    )


def notice(found: Iterable[Consequence], side: Side) -> InBoth:
    """The measures that follow, a line each, for the decision (失信惩戒措施提示)."""
    lines = [_line(number, one) for number, one in enumerate(found, 1)]
    if not lines:
        return NO_MEASURE
    is_reward = side is Side.REWARD
    head = (
        InBoth("列入期间可以享受的激励措施：", "What you may be granted while you stand on the list:")
        if is_reward
        else InBoth("列入期间依法适用的失信惩戒措施：", "Measures that apply by law while you stand on the list:")
    )
    return InBoth("\n".join([head.zh, *(x.zh for x in lines)]), "\n".join([head.en, *(x.en for x in lines)]))


def _line(number: int, one: Consequence) -> InBoth:
    zh, en = ("，由有关主体自主决定", "; others decide of their own will") if one.is_by_others else ("", "")
    basis = listed_in_chinese(one.basis)
    return InBoth(
        f"{number}. {one.name.zh}：{one.does.zh}（依据{basis}{zh}）",
        f"{number}. {one.name.en}: {one.does.en} ({basis}{en})",
    )
