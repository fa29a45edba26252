"""Every legal time limit over holidays, make-up working days and year ends; the last days were worked out by hand.

Off in 2026: 01-01 to 03, 02-15 to 23, 04-04 to 06, 05-01 to 05, 06-19 to 21, 09-25 to 27, 10-01 to 07; worked: 01-04,
02-14, 02-28, 05-09, 09-20, 10-10. In 2025: 10-01 to 08 off, 09-28 and 10-11 worked. In 2024: 02-10 to 17 off, 02-18
worked. 2027 is not announced. The day on which a step begins is not counted.
"""

from datetime import date

import pytest

from chengxin.base.calendar.policy import working_days
from chengxin.base.casework import rules
from chengxin.base.casework.procedures import procedures

EXAMPLES = [
    # Two days to accept. Friday before Spring Festival: Saturday 02-14 is worked (1), then 02-24 (2).
    ("dispute", "submitted", "2026-02-13", "2026-02-24"),
    # The day before National Day: 10-08 (1), 10-09 (2).
    ("dispute", "submitted", "2026-09-30", "2026-10-09"),
    # Spring Festival 2024: Friday 02-09 (1), Sunday 02-18 is worked (2).
    ("dispute", "submitted", "2024-02-08", "2024-02-18"),
    # The last two working days of 2026: 12-30 (1), 12-31 (2).
    ("dispute", "submitted", "2026-12-29", "2026-12-31"),
    # 12-31 (1), and the second day lies in a year that is not announced.
    ("dispute", "submitted", "2026-12-30", None),
    # Ten days to supplement. 09-25, 26 (2), Sunday 28 worked (3), 29, 30 (5), 10-09, 10 (7), Saturday 11 (8), 13, 14.
    ("dispute", "supplementing", "2025-09-24", "2025-10-14"),
    # Two days to look for the platform's own fault. Labour Day: 05-06 (1), 05-07 (2).
    ("dispute", "checking", "2026-04-30", "2026-05-07"),
    # Ten days for the provider. 09-22 to 24 (3), 28 to 30 (6), 10-08, 09 (8), Saturday 10-10 (9), 10-12 (10).
    ("dispute", "with-provider", "2026-09-21", "2026-10-12"),
    # 02-13 (1), Saturday 14 (2), 24 to 27 (6), Saturday 28 (7), 03-02 to 04 (10).
    ("dispute", "with-provider", "2026-02-12", "2026-03-04"),
    # Two days to confirm. Dragon Boat: 06-22 (1), 06-23 (2).
    ("dispute", "to-correct", "2026-06-18", "2026-06-23"),
    # A plain weekend: Monday (1), Tuesday (2).
    ("dispute", "to-remove", "2026-03-06", "2026-03-10"),
    # Friday before Qingming: 04-07 (1), 04-08 (2).
    ("dispute", "to-keep", "2026-04-03", "2026-04-08"),
    # Fifteen days to complain. 04-28 to 30 (3), 05-06 to 08 (6), Saturday 09 (7), 11 to 15 (12), 18 to 20 (15).
    ("dispute", "kept", "2026-04-27", "2026-05-20"),
    # Five days to review, begun on a holiday: Sunday 01-04 worked (1), 05 to 08 (5).
    ("dispute", "in-review", "2026-01-02", "2026-01-08"),
    # Repair: two days for the first check. Qingming: 04-07 (1), 04-08 (2).
    ("repair", "submitted", "2026-04-03", "2026-04-08"),
    # Ten days to supplement. 06-15 to 18 (4), 22 to 26 (9), 29 (10).
    ("repair", "supplementing", "2026-06-12", "2026-06-29"),
    # Three days for the authority, over the turn of the year: 12-31 (1), Sunday 01-04 worked (2), 01-05 (3).
    ("repair", "verifying", "2025-12-30", "2026-01-05"),
    ("repair", "verifying", "2026-12-31", None),
    # Ten more days. 02-10 to 13 (4), Saturday 14 (5), 24 to 27 (9), Saturday 28 (10).
    ("repair", "verifying-longer", "2026-02-09", "2026-02-28"),
    # Three days to decide, begun on a worked Saturday: 10-12 to 14.
    ("repair", "verified", "2026-10-10", "2026-10-14"),
    # Five days to be heard. 09-28 to 30 (3), 10-08 (4), 10-09 (5).
    ("repair-withdrawal", "proposed", "2026-09-24", "2026-10-09"),
    # Three days to decide, up to the last day of the announced years: 12-29 to 31.
    ("repair-withdrawal", "heard", "2026-12-28", "2026-12-31"),
    # Two days to decide whether a record is withdrawn. Labour Day: 05-06 (1), 05-07 (2).
    ("record-withdrawal", "withdrawal-proposed", "2026-04-30", "2026-05-07"),
    ("record-withdrawal", "objected", "2026-03-06", "2026-03-10"),
    # Fifteen days for a complaint about a read. 09-08 to 11 (4), 14 to 18 (9), Sunday 20 (10), 21 to 24 (14), 28 (15).
    ("access-complaint", "submitted", "2026-09-07", "2026-09-28"),
    # 12-19 (1), 22 to 26 (6), 29 to 31 (9), Sunday 01-04 worked (10), 05 to 09 (15).
    ("access-complaint", "submitted", "2025-12-18", "2026-01-09"),
    # The green channel: two days to check the ruling. Qingming: 04-07 (1), 04-08 (2).
    ("repair-reorganisation", "submitted", "2026-04-03", "2026-04-08"),
    # Ten days to supplement. 06-15 to 18 (4), 22 to 26 (9), 29 (10).
    ("repair-reorganisation", "supplementing", "2026-06-12", "2026-06-29"),
    # Three days to decide, begun on a worked Saturday: 10-12 to 14.
    ("repair-reorganisation", "ruling-checked", "2026-10-10", "2026-10-14"),
    # A wrong code: five days to correct it. 09-28 to 30 (3), 10-08 (4), 10-09 (5).
    ("code-order", "issued", "2026-09-24", "2026-10-09"),
    # Three days to confirm why it cannot be corrected, begun on a worked Saturday: 10-12 to 14.
    ("code-order", "explained", "2026-10-10", "2026-10-14"),
    # Three days to revoke an entry whose ground fell. Labour Day: 05-06 (1), 07 (2), 08 (3).
    ("list-revocation", "proposed", "2026-04-30", "2026-05-08"),
    # Begun on a worked Saturday: 10-12 to 14.
    ("list-revocation", "proposed", "2026-10-10", "2026-10-14"),
    # Twenty days to consent or not. 09-28 to 30 (3), 10-08 to Saturday 10 (6), 12 to 16 (11), 19 to 23 (16), 29 (20).
    ("list-honour", "asked", "2026-09-24", "2026-10-29"),
    # Ten days to decide. 02-13 (1), Saturday 14 (2), 24 to 27 (6), Saturday 28 (7), 03-02 to 04 (10).
    ("list-honour", "consented", "2026-02-12", "2026-03-04"),
    # Review of a finding: five days for an opinion. 09-28 to 30 (3), 10-08 (4), 10-09 (5).
    ("commitment-review", "asked", "2026-09-24", "2026-10-09"),
    # Five days to decide, begun on a holiday: Sunday 01-04 worked (1), 05 to 08 (5).
    ("commitment-review", "advised", "2026-01-02", "2026-01-08"),
]


@pytest.mark.parametrize(("procedure", "state", "begins", "last"), EXAMPLES)
def test_a_limit_ends_on_the_day_that_was_worked_out_by_hand(procedure: str, state: str, begins: str, last: str | None):
    declared = procedures()[procedure].state(state)

    due = rules.deadline(declared, since=date.fromisoformat(begins), calendar=working_days())

    assert due.due_on == (date.fromisoformat(last) if last else None)
    assert due.working_days is not None and "@" in due.policy


def test_every_limit_of_these_procedures_has_an_example():
    named = {code for code, *_ in EXAMPLES}
    limited = {
        (code, state.code) for code in named for state in procedures()[code].states if state.time_allowed is not None
    }

    assert limited - {(code, state) for code, state, *_ in EXAMPLES} == set()


def test_on_the_last_day_there_is_still_time_and_on_the_next_there_is_none():
    last = date(2026, 10, 9)

    assert not rules.is_overdue(last, on=last)
    assert rules.is_overdue(last, on=date(2026, 10, 10))
