"""The paper of the whole bloc: Bảng tổng hợp điểm."""

from collections.abc import Mapping

from scoring import rules
from scoring.papers.composing import (
    FINAL,
    NOT_APPLICABLE,
    figure,
    gate_notes,
    of_bloc,
    points_of,
    rows_of,
    totals_of,
)
from scoring.papers.content import Column, Figure, Signature, Summary, SummaryRow
from scoring.papers.given import Party, Remark, Setting

HINT = "(Ký, ghi rõ họ tên)"


def summary(
    setting: Setting,
    parties: Mapping[str, Party],
    criteria: rules.CriteriaSet,
    table: rules.RankingTable,
    lead: Party,
    remarks: Mapping[str, Mapping[str, Remark]],
    *,
    lead_title: str = "TRƯỞNG KHỐI",
) -> Summary:
    """Bảng tổng hợp điểm of a bloc, in the order of its ranking.

    parties: by unit as in the table.
    """
    base = criteria.section("base")
    return Summary(
        **of_bloc(setting),
        title=f"Bảng tổng hợp điểm thi đua năm {setting.year} của {setting.bloc}",
        number="",
        kind="BẢNG TỔNG HỢP ĐIỂM THI ĐUA",
        about=f"Năm {setting.year} của {setting.bloc}",
        columns=tuple(Column(node.key, node.code or node.name, figure(node.max)) for node in base),
        scaled_label=f"Cộng, quy đổi thang {rules.figure(criteria.base_max)}",
        stages=(FINAL,),
        rows=tuple(
            _row(criteria, place, parties[place.unit], table, remarks.get(place.unit, {}))
            for place in table.places
        ),
        legend="; ".join(f"{node.code}: {node.name}" for node in base if node.code),
        notes=tuple(_notes(criteria, table, parties)),
        recipients=tuple(
            f"- {line}"
            for line in (f"{setting.secretariat};", "Các đơn vị thành viên;", "Lưu: VT.")
        ),
        signatures=(
            Signature(("NGƯỜI LẬP BIỂU",), hint=HINT),
            Signature((lead_title, *lead.titles), lead.person, "" if lead.person else HINT),
        ),
    )


def _row(criteria, place, party, table, remarks):
    card = place.card
    first = next(one.place for one in table.places if one.total == place.total)
    return SummaryRow(
        unit=party.full,
        short=party.short,
        place=Figure(None, NOT_APPLICABLE) if place.place is None else figure(place.place),
        groups=tuple(points_of(card[node.key]) for node in criteria.section("base")),
        scaled=figure(card.scaled),
        bonus=figure(card.bonus),
        penalty=figure(card.penalty),
        total=figure(card.total),
        class_name=place.class_name,
        note=". ".join(_row_notes(place)),
        order=0 if place.place is None else place.place - first,
        rows=rows_of(criteria, [card], remarks),
        totals=totals_of(criteria, [card]),
    )


def _row_notes(place):
    """What keeps the place or the class from being what the points alone would give."""
    yield from gate_notes(place.card)
    if place.class_note and place.class_note not in place.card.class_note:
        yield place.class_note
    if place.is_provisional:
        yield "Tạm tính"


def _notes(criteria, table, parties):
    """How equal totals were put in order, what may still change, how the total comes about."""
    for tie in table.ties:
        names = ", ".join(parties[unit].short for unit in tie.units)
        total = rules.figure(tie.total)
        if not tie.label:
            yield f"{names} cùng {total} điểm, bằng nhau ở mọi điều kiện xét: cùng thứ hạng."
            continue
        values = "; ".join(f"{parties[unit].short} {tie.values[unit]}" for unit in tie.units)
        yield f"{names} cùng {total} điểm, xếp theo {tie.label}: {values}."
    if any(place.is_provisional for place in table.places):
        yield "“Tạm tính”: còn số liệu ước thực hiện, chưa đủ, hoặc điều kiện chưa kết luận."
    if any(place.card.applicable != criteria.base_max for place in table.places):
        yield "Tiêu chí không áp dụng được loại khỏi điểm chuẩn; điểm các nhóm quy đổi theo phần còn lại."
