"""A bloc to print: the shipped table of 100 points, six units with awkward facts, invented people."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from scoring import rules
from scoring.papers.bloc_papers import summary
from scoring.papers.given import Document, Party, Remark, Setting
from scoring.papers.unit_papers import minutes, report, self_table
from scoring.ranking_content import content_of
from units.working_days import WorkCalendar

TABLES = Path(rules.__file__).parent.parent / "ready_made"
DAYS = rules.Days(2026, WorkCalendar(), {"self_assessment": date(2026, 11, 30)})
SETTING = Setting(
    bloc="Khối thi đua các cơ quan tham mưu tổng hợp",
    year=2026,
    superior="UBND TỈNH CAO BẰNG",
    place="Cao Bằng",
    secretariat="Ban Thi đua - Khen thưởng",
    demo=True,
    dated_on=date(2026, 12, 5),
)


def party(full, header, symbol, titles, person, short=""):
    return Party(
        full=full,
        short=short or full,
        superior="UBND TỈNH CAO BẰNG",
        header=header,
        symbol=symbol,
        titles=titles,
        person=person,
    )


PARTIES = {
    "stc": party("Sở Tài chính", "SỞ TÀI CHÍNH", "STC", ("GIÁM ĐỐC",), "Nông Thị Thử Năm"),
    "vp-ubnd": party(
        "Văn phòng Ủy ban nhân dân tỉnh",
        "VĂN PHÒNG",
        "VP",
        ("CHÁNH VĂN PHÒNG",),
        "Đàm Thị Thử Hai",
        "Văn phòng UBND tỉnh",
    ),
    "vp-dbqh-hdnd": party(
        "Văn phòng Đoàn đại biểu Quốc hội và Hội đồng nhân dân tỉnh",
        "VĂN PHÒNG ĐOÀN ĐẠI BIỂU QUỐC HỘI VÀ HỘI ĐỒNG NHÂN DÂN TỈNH",
        "VP",
        ("CHÁNH VĂN PHÒNG",),
        "Lê Văn Thử Một",
        "VP Đoàn ĐBQH và HĐND tỉnh",
    ),
    "snv": party("Sở Nội vụ", "SỞ NỘI VỤ", "SNV", ("GIÁM ĐỐC",), "Trần Văn Thử Ba"),
    "stp": party("Sở Tư pháp", "SỞ TƯ PHÁP", "STP", ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), "Bế Văn Thử"),
    "tt": party("Thanh tra tỉnh", "THANH TRA TỈNH", "TTr", ("CHÁNH THANH TRA",), ""),
}

FULL = {
    "I.1": {"done": "142", "total": "142", "count": "0"},
    "I.2": {"done": "47", "total": "47"},
    "I.3": {"count": "0", "count_2": "0"},
    "I.4": {"value": "99"},
    "I.5": {"value": "99.2"},
    "I.6": {"count": "0"},
    "II.1": {"rank": "2"},
    "II.2": {"value": "99.5"},
    "II.3": {"value": "100"},
    "II.4": {"done": "2026-01-30"},
    "III.1": {"case": "HTXSNV"},
    "III.2": {"case": "HTXSNV"},
    "III.3": {"item_1": True, "item_2": True, "item_3": True},
    "III.4": {"count_1": "0", "count_2": "0", "count_3": "0"},
    "III.5": {"met": True},
    "IV.1": {"sent_1": "2026-02-27"},
    "IV.2": {"count_1": "0", "count_2": "0"},
    "IV.3": {"count_1": "0", "count_2": "0"},
    "IV.4": {"case": "1"},
    "IV.5": {"count": "6", "met": True},
    "IV.6": {"count": "0"},
    "T1": {"item_1": False, "item_2": True, "item_3": False},
    "T2": {"count": "3"},
    "T3": {"case": "member"},
    "T4": {"met": False},
    "T5": {"value": "0"},
    "T6": {"met": False},
    "P1": {"sent_1": "2026-11-30"},
    "P2": {"met": False},
}
# The worked example of the field's handbook: 95,48 points.
EXAMPLE = FULL | {
    "I.1": {"done": "137", "total": "142", "count": "2"},
    "I.2": {"done": "46", "total": "47"},
    "I.3": {"count": "3", "count_2": "0"},
    "I.4": {"value": "96"},
    "II.3": {"value": "96.4"},
    "II.4": {"done": "2026-02-05"},
    "III.2": {"case": "HTTNV"},
    "IV.1": {"sent_1": "2026-03-03"},
    "IV.2": {"count_1": "0", "count_2": "1"},
    "IV.3": {"count_1": "0", "count_2": "1"},
    "T1": {"item_1": False, "item_2": False, "item_3": True},
    "T2": {"count": "3"},
    "T3": {"case": "deputy"},
    "T5": {"value": "7"},
    "T6": {"met": True},
    "P1": {"sent_1": "2026-12-01"},
}
NOT_HERE = {
    "II.1": "đơn vị không thuộc diện xếp hạng chỉ số CCHC",
    "II.2": "đơn vị không có thủ tục hành chính",
}
DOCUMENTS = (
    Document(
        number="1234/BC-STC",
        issued_on=date(2026, 11, 20),
        issuer="Sở Tài chính",
        summary="kết quả thực hiện nhiệm vụ được giao năm 2026",
        pages="3-5",
    ),
    Document(file_name="theo doi nhiem vu.xlsx"),
    Document(number="=1+1", issuer="@SUM(A1)", summary='=HYPERLINK("http://x")'),
)


@cache
def criteria():
    return rules.load(json.loads((TABLES / "b_100.json").read_text(encoding="utf-8")))


def facts():
    """By unit: full marks and tied with another; not applicable; caught by gates; half empty."""
    worst = FULL | {
        "I.1": {"done": "60", "total": "142", "count": "30"},
        "I.2": {"done": "10", "total": "47"},
        "I.3": {"count": "20", "count_2": "9"},
        "P1": {"sent_1": "2026-12-30"},
        "P2": {"met": True},
    }
    half = {key: row for key, row in FULL.items() if key < "III"}
    return {
        "stc": rules.Facts("stc", FULL | {"II.3": {"value": "95.5"}}),
        "vp-ubnd": rules.Facts("vp-ubnd", FULL | {"II.3": {"value": "95.5"}}),
        "vp-dbqh-hdnd": rules.Facts("vp-dbqh-hdnd", EXAMPLE, na=NOT_HERE),
        "snv": rules.Facts(
            "snv",
            FULL | {"III.1": {"case": "HTTNV"}},
            estimates={"I.1": "2026-11-15"},
            overrides={"I.4": rules.Override(Decimal("6.125"), "=cmd|' /C calc'!A0 theo kết luận")},
        ),
        "stp": rules.Facts("stp", worst, na={"II.2": "không có"}),
        "tt": rules.Facts("tt", half, gates={"G3": rules.GateFact("hit", "đang xác minh đơn")}),
    }


@cache
def cards():
    return rules.evaluate_bloc(criteria(), facts(), DAYS)


@cache
def self_cards():
    """What the units gave themselves: fuller than what was verified."""
    own = facts()
    own["vp-dbqh-hdnd"] = replace(
        own["vp-dbqh-hdnd"], values=EXAMPLE | {"I.3": {"count": "0", "count_2": "0"}}
    )
    return rules.evaluate_bloc(criteria(), own, DAYS)


REMARKS = {
    "I.1": Remark(documents=DOCUMENTS, as_of=date(2026, 11, 15), note="Số liệu của Văn phòng."),
    "I.3": Remark(
        reason="ba văn bản bị trả lại",
        answer="explain",
        answer_text="Một văn bản bị trả lại do cơ quan phối hợp gửi muộn",
        outcome="kept",
        outcome_reason="đơn vị chủ trì chịu trách nhiệm",
    ),
    "I.4": Remark(answer="dissent", answer_text="=1+1 đơn vị không nhận được văn bản góp ý"),
    "II.4": Remark(documents=(Document(number="05/KH-VP", issued_on=date(2026, 2, 5)),)),
}


def self_table_of(unit="vp-dbqh-hdnd", verified=True, **changes):
    return self_table(
        replace(SETTING, **changes),
        PARTIES[unit],
        criteria(),
        self_cards()[unit],
        cards()[unit] if verified else None,
        REMARKS,
    )


def report_of(unit="vp-dbqh-hdnd", **changes):
    setting = replace(SETTING, **changes)
    return report(setting, PARTIES[unit], criteria(), self_cards()[unit], REMARKS)


def minutes_of(unit="vp-dbqh-hdnd", answered=True, **changes):
    return minutes(
        replace(SETTING, **changes),
        PARTIES[unit],
        criteria(),
        cards()[unit],
        self_cards()[unit],
        REMARKS if answered else {},
        verifiers=("Sở Tài chính, Trưởng khối", "Văn phòng Ủy ban nhân dân tỉnh, Phó Trưởng khối"),
        answered=answered,
    )


def ranking():
    """The ranking of the bloc as its page is given it."""
    table = rules.rank(criteria(), cards(), facts())
    names = {unit: (one, "member") for unit, one in PARTIES.items()}
    return content_of(criteria(), table, names, {})


def summary_of(shown=tuple(PARTIES), **changes):
    """shown: the units whose single criteria go into the workbook."""
    lead = replace(PARTIES["stc"], titles=("GIÁM ĐỐC SỞ TÀI CHÍNH",))
    return summary(
        replace(SETTING, **changes),
        ranking(),
        criteria(),
        lead,
        cards={unit: card for unit, card in cards().items() if unit in shown},
        remarks={"snv": REMARKS},
    )
