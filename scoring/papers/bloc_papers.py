"""The paper of the whole bloc: Bảng tổng hợp điểm."""

from collections.abc import Mapping
from decimal import Decimal

from scoring import rules
from scoring.papers.composing import (
    FINAL,
    NOT_APPLICABLE,
    figure,
    of_bloc,
    rows_of,
    totals_of,
)
from scoring.papers.content import Column, Figure, Signature, Summary, SummaryRow
from scoring.papers.given import Party, Remark, Setting
from scoring.ranking_notes import notes_of

HINT = "(Ký, ghi rõ họ tên)"


def summary(
    setting: Setting,
    ranking: Mapping,
    criteria: rules.CriteriaSet,
    lead: Party,
    *,
    lead_title: str = "TRƯỞNG KHỐI",
    cards: Mapping[str, rules.Card],
    remarks: Mapping[str, Mapping[str, Remark]],
) -> Summary:
    """Bảng tổng hợp điểm of a bloc, in the order of its ranking.

    ranking: what the ranking's page shows (see scoring/ranking_content.py). cards: of the units
    whose single criteria go into the workbook.
    """
    notes, _marks = notes_of(ranking)
    return Summary(
        **of_bloc(setting),
        title=f"Bảng tổng hợp điểm thi đua năm {setting.year} của {setting.bloc}",
        number="",
        kind="BẢNG TỔNG HỢP ĐIỂM THI ĐUA",
        about=f"Năm {setting.year} của {setting.bloc}",
        columns=tuple(
            Column(group["key"], group["code"] or group["name"], _figure(group["max"]))
            for group in ranking["groups"]
        ),
        scaled_label=f"Cộng, quy đổi thang {_figure(ranking['base_max']).text}",
        stages=(FINAL,),
        rows=tuple(
            _row(criteria, row, ranking, cards.get(row["unit"]), remarks.get(row["unit"], {}))
            for row in ranking["places"]
        ),
        legend="; ".join(
            f"{group['code']}: {group['name']}" for group in ranking["groups"] if group["code"]
        ),
        notes=tuple(notes),
        recipients=tuple(
            f"- {line}"
            for line in (f"{setting.secretariat};", "Các đơn vị thành viên;", "Lưu: VT.")
        ),
        signatures=(
            Signature(("NGƯỜI LẬP BIỂU",), hint=HINT),
            Signature((lead_title, *lead.titles), lead.person, "" if lead.person else HINT),
        ),
    )


def _row(criteria, row, ranking, card, remarks):
    equals = [one["place"] for one in ranking["places"] if one["total"] == row["total"]]
    first = min((place for place in equals if place is not None), default=None)
    place = row["place"]
    return SummaryRow(
        unit=row["full_name"],
        short=row["name"],
        place=_figure(place),
        groups=tuple(_figure(row["groups"][group["key"]]) for group in ranking["groups"]),
        scaled=_figure(row["scaled"]),
        bonus=_figure(row["bonus"]),
        penalty=_figure(row["penalty"]),
        total=_figure(row["total"]),
        class_name=row["class"],
        note=". ".join(_row_notes(row)),
        order=0 if place is None else place - first,
        rows=rows_of(criteria, [card], remarks) if card else (),
        totals=totals_of(criteria, [card]) if card else (),
    )


def _figure(value) -> Figure:
    """A number of the ranking; what is not there was left out or not ranked."""
    return Figure(None, NOT_APPLICABLE) if value is None else figure(Decimal(value))


def _row_notes(row):
    """What keeps the place or the class from being what the points alone would give."""
    yield from (
        f"{mark['code']}: {mark['words']}" for mark in row["marks"] if mark["state"] == "hit"
    )
    if row["is_provisional"]:
        yield "Tạm tính"
