"""Rules on dates, worked by hand over a weekend, a holiday and a worked Saturday."""

from datetime import date
from decimal import Decimal

import pytest

from scoring import rules
from tests.scoring.rules.tables import CALENDAR, DAYS, only, points, text

D = Decimal


def late(due, **more):
    documents = [{"label": "báo cáo", "due": due}]
    return {"kind": "late_per_day", "documents": documents, "points": "0.5"} | more


@pytest.mark.parametrize(
    ("due", "sent", "expected"),
    [
        # 28 February 2026 is a Saturday: Monday is still in time.
        ("02-28", "2026-02-27", D(10)),
        ("02-28", "2026-02-28", D(10)),
        ("02-28", "2026-03-02", D(10)),
        ("02-28", "2026-03-03", D("9.5")),
        ("02-28", "2026-03-09", D("7.5")),
        # 29 April is a Wednesday, before two days of holiday and a weekend.
        ("04-29", "2026-05-03", D(10)),
        ("04-29", "2026-05-04", D("9.5")),
        # Friday 8 May; Saturday 9 May is worked.
        ("05-08", "2026-05-09", D("9.5")),
        ("05-08", "2026-05-11", D(9)),
        ("02-29", "2026-03-02", D(10)),
        ("@self_assessment", "2026-11-30", D("9.5")),
        ("02-28", "never", D(0)),
        ("02-28", None, ("Ngày gửi báo cáo",)),
        ("02-28", "2026-02-30", "Ngày gửi báo cáo: “2026-02-30” không phải là một ngày."),
        ("02-28", "3/3/2026", "Ngày gửi báo cáo: “3/3/2026” không phải là một ngày."),
        ("02-28", 20260303, "Ngày gửi báo cáo: “20260303” không phải là một ngày."),
        ("02-28", "2062-03-03", "Ngày 03/03/2062 không thuộc năm 2026."),
        ("02-28", "2024-03-03", "Ngày 03/03/2024 không thuộc năm 2026."),
    ],
)
def test_late_by_working_days(due, sent, expected):
    assert points(late(due), {"sent_1": sent}) == expected


def test_late_by_calendar_days():
    # Due on Friday 27 February; Monday is the third day.
    assert points(late("02-27", working_days=False), {"sent_1": "2026-03-02"}) == D("8.5")


def test_leap_day_is_the_last_of_february_in_other_years():
    days = rules.Days(2028, CALENDAR)

    assert points(late("02-29"), {"sent_1": "2028-03-01"}, days=days) == D("9.5")
    assert DAYS.due("02-29") == date(2026, 3, 2)


def test_phase_without_a_day_is_waited_for():
    outcome = only(late("@conference"), {"sent_1": "2026-12-08"})

    assert (outcome.points, outcome.pending) == (None, "chưa có ngày hạn của bước này")


def test_several_papers_have_a_cap_each_and_one_together():
    part = {
        "kind": "late_per_day",
        "documents": [
            {"key": "6t", "label": "báo cáo 6 tháng", "due": "06-15"},
            {"key": "nam", "label": "báo cáo năm", "due": "11-20"},
        ],
        "points": "3",
        "each_cap": "5",
        "cap": "7",
    }

    outcome = only(part, {"sent_6t": "2026-06-17", "sent_nam": "2026-11-23"}, max="10")

    assert text(outcome) == (
        "trừ báo cáo 6 tháng, gửi 17/06/2026, hạn 15/06/2026, trễ 2 ngày làm việc: 2 × 3 = 6; "
        "vượt mức tối đa: 6 > 5, tính 5; "
        "trừ báo cáo năm, gửi 23/11/2026, hạn 20/11/2026, trễ 1 ngày làm việc: 1 × 3 = 3; "
        "cộng điểm trừ: 5 + 3 = 8; vượt mức tối đa: 8 > 7, tính 7; còn: 10 − 7 = 3"
    )


@pytest.mark.parametrize(
    ("more", "expected"),
    [({}, D(0)), ({"missing": "4"}, D(6)), ({"each_cap": "5"}, D(5)), ({"cap": "8"}, D(2))],
)
def test_paper_never_sent_costs_what_the_table_says(more, expected):
    assert points(late("02-28", **more), {"sent_1": "never"}) == expected


def test_early_days_make_up_for_late_ones_but_add_nothing():
    part = {
        "kind": "late_per_day",
        "documents": [{"label": "a", "due": "06-15"}, {"label": "b", "due": "11-20"}],
        "points": "1",
        "early": "0.5",
    }

    mixed = only(part, {"sent_1": "2026-06-17", "sent_2": "2026-11-18"})
    early = only(part, {"sent_1": "2026-06-15", "sent_2": "2026-11-18"})

    assert text(mixed).endswith("cộng điểm trừ: 2 + (−1) = 1; còn: 10 − 1 = 9")
    assert text(early).endswith(
        "cộng điểm trừ: 0 + (−1) = −1; không cộng quá điểm tối đa: −1 < 0, tính 0; còn: 10 − 0 = 10"
    )


@pytest.mark.parametrize(
    ("done", "expected", "words"),
    [
        ("2026-01-31", D(10), "ngày 31/01/2026, hạn 02/02/2026, đúng hạn: 10"),
        ("2026-02-02", D(10), "ngày 02/02/2026, hạn 02/02/2026, đúng hạn: 10"),
        ("2025-12-25", D(10), "ngày 25/12/2025, hạn 02/02/2026, đúng hạn: 10"),
        ("2026-02-03", D(5), "ngày 03/02/2026, hạn 02/02/2026, trễ hạn: 5"),
        ("never", D(0), "không có: 0"),
    ],
)
def test_deadline(done, expected, words):
    part = {"kind": "deadline", "due": "01-31", "on_time": "10", "late": "5"}

    outcome = only(part, {"done": done})

    assert (outcome.points, text(outcome)) == (expected, words)
