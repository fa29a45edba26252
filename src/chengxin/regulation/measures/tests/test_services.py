"""A check answers what stands, with a receipt and a log entry; others than those whom the matter names are refused."""

import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import polars as pl
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from chengxin.base.audit.models import AuditEntry
from chengxin.base.casework.tests.factories import told_to
from chengxin.base.clock import CITY_TIME
from chengxin.base.database.context import acting
from chengxin.base.errors import NotFound, NotPermitted
from chengxin.base.sealing.rules import mask_number
from chengxin.intake.collection.tests import factories as files
from chengxin.registry.accounts.rules import Role
from chengxin.registry.catalogue import queries as catalogue
from chengxin.registry.records import deciding
from chengxin.registry.records import services as records
from chengxin.registry.records.tests.factories import versions
from chengxin.registry.subjects.rules import about_subject
from chengxin.registry.subjects.tests.factories import code, company
from chengxin.regulation.lists import services as lists
from chengxin.regulation.lists.models import EntryEvent, ListEntry
from chengxin.regulation.lists.tests.factories import arrived, arrived_person, entered
from chengxin.regulation.lists.tests.test_consent import agree, asked, decide, person
from chengxin.regulation.measures import checking, grounds, policy, queries, sealing, services
from chengxin.regulation.measures.errors import (
    FileNotReadable,
    MatterNotYours,
    MeasureNotAnswered,
    NoCodes,
    NoSuchMatter,
    NotYoursToApply,
    OutcomeMissing,
    OutcomeNotFitting,
    ReasonMissing,
    TooManyCodes,
)
from chengxin.regulation.measures.models import Feedback, FileRun, Receipt
from chengxin.regulation.measures.tests.factories import (
    APPROVAL_BUREAU,
    FINANCE,
    LICENCE,
    NOON,
    PROCUREMENT,
    credit_office,
    official,
    representative,
)
from chengxin.rights.consent import queries as consent
from chengxin.rights.consent import reading
from chengxin.rights.consent import services as consents

pytestmark = pytest.mark.django_db
ONE_SECOND = timedelta(seconds=1)
ABOUT = about_subject(code(1))
BAR = "bar-from-procurement"
EDUCATION = "1145010000755126X2"
TRADING_CENTRE, HOUSING, SCIENCE = "12450100007551198B", "11450100007551171N", "11450100007551251A"


@pytest.fixture
def listed():
    company("南宁虚构贸易有限公司", 1)
    company("南宁虚构清白有限公司", 2)
    return entered(ABOUT, "serious-tax")


def check(*codes: str, matter: str = PROCUREMENT, at: datetime = NOON, by=None):
    return services.check(codes, matter=matter, by=by or official(), at=at, door=services.SCREEN)


def test_a_listed_company_is_answered_with_measure_ground_and_end_and_a_clean_one_with_nothing(listed):
    found, clean = check(code(1), code(2))

    (answer,) = found.restrictions
    assert (answer.measure.code, answer.list_code, answer.reference) == (BAR, "serious-tax", f"list-entry:{listed.pk}")
    assert answer.until == datetime(2029, 8, 3, tzinfo=CITY_TIME)
    assert answer.measure.basis[0].law.startswith("《中华人民共和国政府采购法》")
    assert (found.name, found.status) == ("南宁虚构贸易有限公司", "active")
    assert clean.measures == ()


def test_the_measure_stops_in_the_second_in_which_the_entry_ends(listed):
    end = datetime.combine(listed.in_force_until, time.min, tzinfo=CITY_TIME)

    (before,) = check(code(1), at=end - ONE_SECOND)
    (after,) = check(code(1), at=end)
    assert len(before.restrictions) == 1
    assert after.measures == ()


def test_an_exit_removes_the_answer_at_once(listed):
    EntryEvent.objects.create(entry=listed, number=2, is_standing=False, at=NOON, by_name="reviewer", exit="court")

    (found,) = check(code(1), at=NOON + ONE_SECOND)
    assert found.measures == ()


def test_what_the_region_or_nation_decided_is_answered_and_gone_when_repaired():
    arrived(company("南宁虚构贸易有限公司", 1))
    arrived(company("南宁虚构商行", 2), "2", state="repaired")

    assert check(code(1))[0].restrictions[0].measure.code == BAR
    assert check(code(2))[0].measures == ()


def penalised(place: int, *, on: date = date(2026, 5, 9), **values: str) -> None:
    """A company with a public penalty that our classes call serious; what is not told of it is as of a warning."""
    told = {"CF_CFLB": "警告", "CF_WSH": f"虚构〔2026〕{place}号", "CF_CFJG": "虚构机关"} | values
    stored = versions(
        company(f"南宁虚构处罚{place}有限公司", place), f"penalty-{place}", decided_on=on,
        public=(on, date(2029, 5, 9)), payload=json.dumps(told, ensure_ascii=False),
    )  # fmt: skip
    records.store(stored.with_columns(severity=pl.lit("serious")), superseded=[], at=NOON)


@pytest.mark.parametrize(
    ("values", "barred"),
    [
        ({"CF_CFLB": "责令停产停业"}, True),
        ({"CF_CFLB": "罚款;吊销许可证件", "CF_NR_FK": "1.000000"}, True),
        ({"CF_CFLB": "罚款", "CF_NR_FK": "200.000000"}, True),
        ({"CF_CFLB": "罚款", "CF_NR_FK": "150.000000"}, False),
        ({"CF_CFLB": "没收违法所得", "CF_NR_WFFF": "300.000000"}, False),
        ({"CF_CFLB": "限制从业"}, False),
    ],
)
def test_a_penalty_bars_from_procurement_where_the_law_on_procurement_says_so_alone(values, barred):
    """政府采购法实施条例 art. 19 names kinds, 财库〔2022〕3号 the fine: 2 million yuan and more (field in 10,000)."""
    penalised(4, **values)

    assert [m.measure.code for m in check(code(4))[0].restrictions] == [BAR] * barred


def test_a_penalty_restricts_only_after_the_time_for_serving_it_and_the_answer_says_that_service_is_presumed():
    """行政处罚法 art. 61 and 85: seven working days; of Friday 21 August 2026 the last is Tuesday 1 September."""
    penalised(4, on=date(2026, 8, 21), CF_CFLB="责令停产停业")
    over = datetime(2026, 9, 2, tzinfo=CITY_TIME)

    assert check(code(4), at=datetime(2026, 8, 21, 12, tzinfo=CITY_TIME))[0].measures == ()
    assert check(code(4), at=over - ONE_SECOND)[0].measures == ()
    (found,) = check(code(4), at=over)
    (bar,) = found.restrictions
    assert bar.is_service_presumed
    assert queries.receipt_of(found.id, by=official()).restrictions[0].is_service_presumed


def test_an_entry_of_a_list_keeps_the_day_of_its_own_notice(listed):
    (bar,) = check(code(1))[0].restrictions

    assert not bar.is_service_presumed


def test_a_record_that_says_when_it_was_served_restricts_from_the_day_after(monkeypatch: pytest.MonkeyPatch):
    (trigger,) = next(m for m in policy.measures_on(NOON.date()) if m.code == BAR).records
    row = deciding.DecisionRow(
        code(4), "key", trigger.item, {"SERVED": "2026-08-26"}, "", date(2026, 8, 21), date(2029, 5, 9), False
    )
    monkeypatch.setattr(deciding.DecisionRow, "document_number", "虚构1号")
    monkeypatch.setattr(deciding.DecisionRow, "authority_name", "虚构机关")

    stated = grounds.of_record("subject", row, replace(trigger, served_on="SERVED"))
    silent = grounds.of_record("subject", replace(row, payload={}), replace(trigger, served_on="SERVED"))
    assert (stated.served_at, stated.is_service_presumed) == (datetime(2026, 8, 27, tzinfo=CITY_TIME), False)
    assert (silent.served_at, silent.is_service_presumed) == (datetime(2026, 9, 2, tzinfo=CITY_TIME), True)


def test_a_restriction_is_answered_to_those_who_execute_it_alone():
    company("南宁虚构建设有限公司", 1)
    entered(ABOUT, "wage-arrears")

    def told(matter: str, organisation: str) -> set[str]:
        (found,) = check(code(1), matter=matter, by=official(organisation))
        return {m.measure.code for m in found.restrictions}

    assert told("bidding", TRADING_CENTRE) == {"bar-from-bidding"}
    assert told("wage-bond", HOUSING) == {"construction-bond"}
    assert told(LICENCE, APPROVAL_BUREAU) == {"no-commitment-licences"}
    company("南宁虚构研究有限公司", 2)
    entered(about_subject(code(2)), "research-integrity")
    for organisation, measures in ((FINANCE, set()), (SCIENCE, {"bar-from-research-projects"})):
        (found,) = check(code(2), matter="public-funds", by=official(organisation))
        assert {m.measure.code for m in found.restrictions} == measures


def test_the_matters_of_an_organisation_name_the_measures_that_it_may_apply():
    (found,) = [m for m in queries.matters_of(official(), on=NOON.date()) if m.code == "public-funds"]

    assert found.measures == {"limit-public-funds", "priority-projects"}


def test_who_does_not_execute_a_measure_cannot_report_that_it_was_applied(listed, monkeypatch: pytest.MonkeyPatch):
    (found,) = check(code(1))
    monkeypatch.setattr(queries, "lineage", lambda by: ("another",))

    with pytest.raises(NotYoursToApply):
        services.report_outcome(found.id, measure=BAR, outcome="applied", by=official(), at=NOON)
    assert Feedback.objects.count() == 0
    services.report_outcome(
        found.id, measure=BAR, outcome="not-applied", reason="不由本单位实施（虚构）", by=official(), at=NOON
    )
    assert Feedback.objects.get().outcome == "not-applied"


def test_a_code_that_is_wrong_or_unknown_gets_a_receipt_and_no_log_entry(listed):
    wrong, unknown = check("914501000000000000", code(77))

    assert (wrong.is_valid, unknown.is_valid, unknown.about) == (False, True, "")
    assert Receipt.objects.count() == 2
    with acting(actor="t", purpose="audit", basis="t"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM consent_accessentry")
        assert cursor.fetchone() == (0,)


def test_the_subject_sees_who_checked_it_for_which_matter_and_what_was_done(listed):
    (found,) = check(code(1))
    services.report_outcome(found.id, measure=BAR, outcome="applied", by=official(), at=NOON)

    (entry,) = consent.access_log_of(ABOUT, by=representative(ABOUT))
    assert (entry.id, entry.purpose, entry.organisation_zh) == (found.id, checking.PURPOSE, "南宁市财政局")
    assert "政府采购供应商资格审查" in entry.basis
    (seen,) = queries.checks_of(ABOUT, by=representative(ABOUT))
    assert seen.restrictions[0].feedback.outcome == "applied"
    with pytest.raises(NotFound):
        queries.checks_of(ABOUT, by=representative(about_subject(code(2))))


def test_who_wants_to_know_of_each_read_is_told(listed):
    consents.wish_notices(ABOUT, wanted=True, by=representative(ABOUT), at=NOON)
    check(code(1), code(2))

    assert str(reading.LOOKED) in [n.title_zh for n in told_to(ABOUT)]
    assert str(reading.LOOKED) not in [n.title_zh for n in told_to(about_subject(code(2)))]


def test_a_person_on_a_list_of_the_region_is_answered_in_a_matter_about_persons_and_reads_of_the_check(tmp_path):
    about, registrar = arrived_person(tmp_path), official(APPROVAL_BUREAU)

    (found,) = check(files.citizen(1), matter="registration-of-posts", by=registrar)

    (bar,) = found.restrictions
    assert (bar.measure.code, bar.origin, bar.list_code) == ("bar-from-posts", "region", "work-safety")
    assert (found.name, found.asked) == ("", mask_number(files.citizen(1)))
    (entry,) = consent.access_log_of(about, by=representative(about))
    assert (entry.id, entry.purpose) == (found.id, checking.PURPOSE)


def test_schooling_is_limited_for_two_years_though_the_list_lasts_three(tmp_path):
    """兵役法 art. 57: two years; the list `military-service` has 36 months."""
    until = {"LISTED_ON": "2026-05-09", "ENDS_ON": "2029-05-09"}
    arrived_person(tmp_path, LIST="拒绝、逃避兵役义务", BASIS="《中华人民共和国兵役法》第五十七条", **until)
    end = datetime(2028, 5, 9, tzinfo=CITY_TIME)

    def told(at: datetime):
        return check(files.citizen(1), matter="schooling", by=official(EDUCATION), at=at)[0].restrictions

    (limit,) = told(NOON)
    assert (limit.measure.code, limit.until) == ("limit-schooling", end)
    assert len(told(end - ONE_SECOND)) == 1
    assert told(end) == ()


def test_a_volunteer_is_answered_with_the_reward_while_the_consent_holds_and_with_nothing_after(tmp_path):
    about, transport = arrived_person(tmp_path), official("11450100007551120E")
    case_id = asked()
    agree(case_id, person(about))
    decide(case_id)
    ask = {"matter": "volunteer-services", "by": transport}

    (found,) = check(files.citizen(1), **ask)
    assert [m.measure.code for m in found.rewards] == ["volunteer-benefits"]
    assert found.restrictions == ()
    entry = ListEntry.objects.get(case_id=case_id)
    lists.withdraw_consent(entry.pk, about=about, by=person(about), at=NOON)

    assert check(files.citizen(1), **ask)[0].measures == ()


def test_in_a_matter_about_organisations_alone_nobody_is_looked_up_by_a_citizen_number(tmp_path):
    about = arrived_person(tmp_path)

    (found,) = check(files.citizen(1))

    assert (found.is_valid, found.about, found.kind, found.measures) == (True, "", "", ())
    assert consent.access_log_of(about, by=representative(about)) == ()


@pytest.mark.parametrize(
    ("organisation", "role", "error"),
    [
        (APPROVAL_BUREAU, Role.DEPARTMENT_OFFICER, MatterNotYours),
        ("114501000075513233", Role.AUDITOR, NotPermitted),
        ("114501000075513233", Role.CREDIT_OFFICE_OPERATOR, NotPermitted),
    ],
)
def test_a_department_that_is_not_named_and_a_wrong_role_are_refused_and_nothing_is_kept(
    listed, organisation, role, error
):
    with pytest.raises(error):
        check(code(1), by=official(organisation, role))

    assert Receipt.objects.count() == 0


@pytest.mark.parametrize(
    ("codes", "matter", "error"),
    [
        ((), PROCUREMENT, NoCodes),
        (("  ",), PROCUREMENT, NoCodes),
        ((code(1),), "nothing", NoSuchMatter),
        (tuple(map(str, range(201))), PROCUREMENT, TooManyCodes),
    ],
)
def test_what_cannot_be_answered_is_said_and_not_kept(listed, codes, matter, error):
    with pytest.raises(error):
        check(*codes, matter=matter)

    assert Receipt.objects.count() == 0


def test_pasted_codes_are_trimmed_and_asked_once(listed):
    assert [r.asked for r in check(f" {code(1).lower()} ", code(1), "")] == [code(1)]


def test_a_receipt_is_read_by_its_own_organisation_and_the_credit_office_alone(listed):
    (found,) = check(code(1))

    assert queries.receipt_of(found.id, by=official()).restrictions[0].measure.code == BAR
    assert queries.receipt_of(found.id, by=credit_office()).asked == code(1)
    with pytest.raises(NotFound):
        queries.receipt_of(found.id, by=official(APPROVAL_BUREAU))


@pytest.mark.parametrize(
    ("measure", "outcome", "reason", "error"),
    [
        (BAR, " ", "", OutcomeMissing),
        (BAR, "rewarded", "", OutcomeNotFitting),
        (BAR, "whatever", "", OutcomeNotFitting),
        (BAR, "not-applied", " ", ReasonMissing),
        ("bar-from-land", "applied", "", MeasureNotAnswered),
    ],
)
def test_a_report_that_does_not_fit_is_refused(listed, measure, outcome, reason, error):
    (found,) = check(code(1))
    with pytest.raises(error):
        services.report_outcome(found.id, measure=measure, outcome=outcome, reason=reason, by=official(), at=NOON)

    assert Feedback.objects.count() == 0


def test_another_department_cannot_report_and_the_credit_office_neither(listed):
    (found,) = check(code(1))
    for by, error in ((official(APPROVAL_BUREAU), NotFound), (credit_office(), NotPermitted)):
        with pytest.raises(error):
            services.report_outcome(found.id, measure=BAR, outcome="applied", by=by, at=NOON)

    assert Feedback.objects.count() == 0


def test_the_latest_report_counts_in_the_statistics(listed):
    (found,) = check(code(1))
    check(code(2))
    services.report_outcome(found.id, measure=BAR, outcome="applied", by=official(), at=NOON)
    services.report_outcome(
        found.id, measure=BAR, outcome="not-applied", reason="已经修复（虚构）", by=official(), at=NOON
    )

    span = {"since": NOON - timedelta(days=1), "until": NOON + timedelta(days=1)}
    (row,) = queries.statistics(by=credit_office(), **span)
    assert (row.asked, row.hits, row.applied, row.not_applied, row.silent) == (2, 1, 0, 1, 0)
    assert row.reasons == ("已经修复（虚构）",)
    with pytest.raises(NotPermitted):
        queries.statistics(by=official(), **span)


def test_the_statistics_keep_the_cases_of_matters_and_measures_that_have_ended(listed, monkeypatch: pytest.MonkeyPatch):
    check(code(1))
    monkeypatch.setattr(policy, "matters_on", lambda day: ())
    monkeypatch.setattr(policy, "measures_on", lambda day: ())

    span = {"since": NOON - timedelta(days=1), "until": NOON + timedelta(days=1)}
    (row,) = queries.statistics(by=credit_office(), **span)
    assert (row.matter_zh, row.organisation_zh) == ("政府采购供应商资格审查", "南宁市财政局")
    assert (row.measure, row.measure_zh, row.hits) == (BAR, "限制参加政府采购活动", 1)


def test_the_statistics_name_by_their_codes_what_the_profile_no_longer_holds(listed, monkeypatch: pytest.MonkeyPatch):
    check(code(1))
    monkeypatch.setattr(policy, "matter_named", lambda version: None)
    monkeypatch.setattr(policy, "measure_named", lambda version: None)
    monkeypatch.setattr(queries.accounts, "organisations", list)

    span = {"since": NOON - timedelta(days=1), "until": NOON + timedelta(days=1)}
    (row,) = queries.statistics(by=credit_office(), **span)
    assert (row.matter_zh, row.organisation_zh, row.measure_zh, row.hits) == (PROCUREMENT, FINANCE, BAR, 1)


def test_open_receipts_are_those_of_which_nothing_was_reported(listed):
    found, _clean = check(code(1), code(2))
    rows, total = queries.receipts_of(official(), only_open=True, page=1, size=10)
    assert ([r.id for r in rows], total) == ([found.id], 1)
    services.report_outcome(found.id, measure=BAR, outcome="applied", by=official(), at=NOON)

    assert queries.receipts_of(official(), only_open=True, page=1, size=10) == ((), 0)


def test_receipts_cannot_be_rewritten(listed):
    check(code(1))
    for statement in ("UPDATE measures_receipt SET answer = '[]'", "DELETE FROM measures_receipt"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    assert Receipt.objects.get().measures == 1


def test_receipts_are_sealed_into_the_audit_chain_by_spans(listed):
    check(code(1))

    assert sealing.seal_receipts(at=NOON + timedelta(hours=1)) == 1
    assert sealing.seal_receipts(at=NOON + timedelta(hours=2)) == 0
    assert AuditEntry.objects.get(action=sealing.ACTION).details["count"] == 1
    assert list(sealing.broken_spans()) == []
    check(code(2), at=NOON + ONE_SECOND)
    (broken,) = sealing.broken_spans()
    assert (broken.sealed, broken.found) == (1, 2)


def test_a_receipts_number_follows_the_order_of_time():
    every = checking.new_receipts(NOON, 100_000)
    numbers = [every[place] for place in (0, 1, 5_000, 99_999)]
    numbers += checking.new_receipts(NOON + timedelta(milliseconds=1), 1)

    assert numbers == sorted(numbers)
    assert {(n.version, n.variant) for n in numbers} == {(7, "specified in RFC 4122")}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_checked_and_its_result_stands_in_its_order(listed, tmp_path: Path, encoding):
    path = tmp_path / "codes.csv"
    path.write_text(f"统一社会信用代码,名称\n{code(2)},乙\n{code(1)},甲\nNONSENSE,丙\n", encoding=encoding)
    run_id = services.start_file(path, filename="codes.csv", matter=PROCUREMENT, by=official(), at=NOON)

    services.check_file(run_id, at=NOON)
    services.check_file(run_id, at=NOON)  # a second run after a crash changes nothing
    run = FileRun.objects.get()
    assert (run.total, run.done, run.hits, run.fault, Path(run.path).exists()) == (3, 3, 1, "", False)
    rows = list(queries.rows_of_run(run, by=official()))
    assert [r.asked for r in rows] == [code(2), code(1), "NONSENSE"]
    assert AuditEntry.objects.filter(action="measures.file_checked").count() == 1


def test_a_file_without_codes_is_told_as_a_fault(listed, tmp_path: Path):
    path = tmp_path / "codes.csv"
    path.write_text("nothing\nhere\n")
    run_id = services.start_file(path, filename="codes.csv", matter=PROCUREMENT, by=official(), at=NOON)

    services.check_file(run_id, at=NOON)
    assert (FileRun.objects.get().fault, Receipt.objects.count()) == (FileNotReadable.code, 0)


def test_rewards_are_answered_as_readily(listed):
    arrived(
        company("南宁虚构守信有限公司", 3), "honour", item="honour",
        payload='{"HONOUR": "虚构", "LEVEL": "市级", "DOCUMENT_NUMBER": "虚构2号", "AUTHORITY_NAME": "南宁市财政局"}',
    )  # fmt: skip
    (found,) = check(code(3), matter=LICENCE, by=official(APPROVAL_BUREAU))

    assert {m.measure.code for m in found.rewards} == {"green-channel", "reduced-documents"}
    assert found.rewards[0].until == datetime(2029, 5, 9, tzinfo=CITY_TIME)
    assert found.rewards[0].authority_en == catalogue.organisation_names()[FINANCE].en != ""
    given = services.report_outcome(
        found.id, measure="green-channel", outcome="rewarded", by=official(APPROVAL_BUREAU), at=NOON
    )
    assert given.rewards[0].feedback.outcome == "rewarded"


def test_the_command_says_whether_the_seals_hold_and_what_is_broken(listed, capsys):
    check(code(1))
    sealing.seal_receipts(at=NOON + timedelta(hours=1))
    call_command("receipts", "verify")
    assert "1 seals of 1 receipts" in capsys.readouterr().out

    check(code(2), at=NOON + ONE_SECOND)
    with pytest.raises(SystemExit) as ended:
        call_command("receipts", "verify", "--json")

    told = json.loads(capsys.readouterr().out)
    assert (ended.value.code, told["intact"], told["chain"]) == (1, False, True)
    assert [(b["sealed"], b["found"]) for b in told["broken"]] == [(1, 2)]


def test_a_check_is_overdue_for_a_report_once_its_last_day_has_passed(listed):
    found, _clean = check(code(1), code(2))
    last = policy.report_by(NOON.date())
    assert last is not None

    assert queries.overdue_reports(official(), on=last)[0] == 0
    assert queries.overdue_reports(official(), on=last + timedelta(days=1)) == (1, NOON.date() + timedelta(days=1))
    services.report_outcome(found.id, measure=BAR, outcome="applied", by=official(), at=NOON)
    assert queries.overdue_reports(official(), on=last + timedelta(days=1))[0] == 0
