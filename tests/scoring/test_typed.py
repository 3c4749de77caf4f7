"""What people and workbooks write for a fact, and what is kept of it."""

import pytest

from scoring import typed
from scoring.rules import NEVER, BadFact, Input

NUMBER = Input("n", "Số", "number")
COUNT = Input("c", "Số lượng", "count")
PERCENT = Input("p", "Tỷ lệ (%)", "percent")
POINTS = Input("d", "Điểm", "points")
FLAG = Input("f", "Đạt", "flag")
DAY = Input("s", "Ngày gửi", "date")
CLASS = Input("k", "Xếp loại", "choice", (("HTT", "Hoàn thành tốt"), ("HT", "Hoàn thành")))


@pytest.mark.parametrize(
    ("wanted", "written", "kept"),
    [
        (NUMBER, "3,5", "3.5"),
        (NUMBER, "3.5", "3.5"),
        (NUMBER, "- 0,25", "-0.25"),
        (NUMBER, "+ 0,1", "0.1"),
        (NUMBER, "３，５", "3.5"),
        (NUMBER, 3.5, "3.5"),
        (NUMBER, 0.1 + 0.2, "0.3"),
        (COUNT, "1.000", "1000"),
        (COUNT, 137.0, "137"),
        (PERCENT, "98,2 %", "98.2"),
        (FLAG, "Có", True),
        (FLAG, "x", True),
        (FLAG, "không", False),
        (FLAG, False, False),
        (CLASS, "hoàn thành TỐT", "HTT"),
        (CLASS, "HT", "HT"),
        (DAY, "04/3/2026", "2026-03-04"),
        (DAY, "2026-03-04", "2026-03-04"),
        (DAY, {"date": "2026-03-04"}, "2026-03-04"),
        (DAY, "Không gửi", NEVER),
        (DAY, "  ", None),
        (NUMBER, None, None),
    ],
)
def test_read_understands_what_people_write(wanted, written, kept):
    assert typed.read(wanted, written) == kept


@pytest.mark.parametrize(
    ("wanted", "written", "words"),
    [
        (NUMBER, "1.000", "hai cách"),
        (NUMBER, "NaN", "không phải là một số"),
        (NUMBER, "1e999", "không phải là một số"),
        (NUMBER, float("nan"), "không phải là một số"),
        (NUMBER, float("inf"), "không phải là một số"),
        (NUMBER, "=1+1", "không phải là một số"),
        (NUMBER, {"date": "2026-05-03"}, "Excel đã đổi số này thành ngày 2026-05-03"),
        (COUNT, "2,5", "phải là số nguyên"),
        (COUNT, "-1", "không được là số âm"),
        (POINTS, "-1", "không được là số âm"),
        (FLAG, "có lẽ", "ghi “có” hoặc “không”"),
        (CLASS, "xuất sắc", "không có trong các lựa chọn (Hoàn thành tốt; Hoàn thành)"),
        (DAY, "31/02/2026", "không phải là ngày"),
        (DAY, "04/3/0026", "năm phải từ 1900 đến 2100"),
    ],
)
def test_read_refuses_naming_the_fact(wanted, written, words):
    with pytest.raises(BadFact) as refused:
        typed.read(wanted, written)

    assert str(refused.value).startswith(f"{wanted.label}: ")
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("wanted", "value", "written"),
    [
        (NUMBER, "-0.25", "−0,25"),
        (PERCENT, "98.20", "98,2"),
        (FLAG, True, "có"),
        (FLAG, False, "không"),
        (CLASS, "HTT", "Hoàn thành tốt"),
        (DAY, "2026-03-04", "04/3/2026"),
        (DAY, NEVER, "không có"),
        (NUMBER, None, ""),
    ],
)
def test_shown_writes_what_can_be_read_again(wanted, value, written):
    assert typed.shown(wanted, value) == written
    if value is not None:
        again = typed.read(wanted, written)
        assert again == value or float(again) == float(value)
