"""A card and a ranking as text and as plain values, for the terminal and for other programs."""

from collections.abc import Iterator

from scoring import rules
from scoring.rules import Card, Node, Outcome, figure

WIDTH = 78
STATES = {"hit": "mắc", "awaited": "chờ"}


def card_lines(card: Card) -> Iterator[str]:
    """The card from top to bottom: each criterion with its points and how they came."""
    yield f"{card.criteria.code} {card.criteria.name}".strip()
    if card.unit:
        yield f"Đơn vị: {card.unit}"
    for root in card.criteria.nodes:
        yield ""
        for node in root.walk():
            yield from _node_lines(node, card[node.key])
    yield ""
    for step in card.steps:
        yield step.text
    yield from _result_lines(card)


def _node_lines(node: Node, outcome: Outcome) -> Iterator[str]:
    points = "–" if outcome.points is None else figure(outcome.points)
    most = "" if outcome.max is None else f" / {figure(outcome.max)}"
    head = f"{node.code or node.key}  {node.name}"
    yield f"{head:<{WIDTH}} {points}{most}"
    if said := standing(outcome):
        yield f"    {said}"
    if outcome.steps:
        yield f"    {rules.sentence(outcome.steps)}"


def standing(outcome: Outcome) -> str:
    """Why a criterion has no points, or not those of its facts; "" when there is nothing to say."""
    if outcome.missing:
        return f"thiếu dữ kiện: {'; '.join(outcome.missing)}"
    if outcome.problem:
        return f"không dùng được: {outcome.problem}"
    if outcome.na_reason:
        return f"không áp dụng: {outcome.na_reason}"
    if outcome.without_evidence:
        return f"thiếu {outcome.without_evidence} tài liệu kiểm chứng"
    return outcome.pending


def _result_lines(card: Card) -> Iterator[str]:
    if card.class_name:
        note = f" ({card.class_note})" if card.class_note else ""
        yield f"Xếp loại: {card.class_name}{note}"
    for one in card.gates:
        if one.state in STATES:
            reason = f" ({one.reason})" if one.reason else ""
            yield f"Điều kiện {one.gate.code}, {STATES[one.state]}: {one.effect_words}{reason}"
    if card.missing:
        yield f"Chưa đủ dữ kiện ở {len(card.missing)} tiêu chí: {_codes(card.missing)}"
    if card.pending:
        yield f"Còn chờ ở {len(card.pending)} tiêu chí: {_codes(card.pending)}"
    if card.is_provisional:
        yield "Kết quả tạm tính."


def _codes(outcomes):
    return ", ".join(one.node.short for one in outcomes)


def ranking_lines(table: rules.RankingTable) -> Iterator[str]:
    yield "Xếp hạng"
    for one in table.places:
        place = "–" if one.place is None else f"{one.place}"
        note = f" ({one.class_note})" if one.class_note else ""
        yield f"{place:>3}  {one.unit:<20} {figure(one.total):>8}  {one.class_name}{note}"
    for tie in table.ties:
        how = tie.label or "không có gì phân định"
        values = ", ".join(f"{unit} {value}" for unit, value in tie.values.items())
        yield f"Bằng {figure(tie.total)} điểm: {', '.join(tie.units)}: {how}" + (
            f" ({values})" if values else ""
        )


def card_values(card: Card) -> dict:
    """The same as plain JSON values; numbers as text, exact."""
    return {
        "unit": card.unit,
        "criteria": [
            _node_values(card[node.key]) for root in card.criteria.nodes for node in root.walk()
        ],
        "steps": [step.text for step in card.steps],
        "total": str(card.total),
        "class": card.class_name,
        "class_note": card.class_note,
        "gates": [
            {"key": one.gate.key, "state": one.state, "reason": one.reason} for one in card.gates
        ],
        "is_provisional": card.is_provisional,
    }


def _node_values(outcome):
    node = outcome.node
    return {
        "key": node.key,
        "code": node.code,
        "name": node.name,
        "points": None if outcome.points is None else str(outcome.points),
        "max": None if outcome.max is None else str(outcome.max),
        "steps": [step.text for step in outcome.steps],
        "standing": standing(outcome),
    }


def ranking_values(table: rules.RankingTable) -> list[dict]:
    return [
        {
            "unit": one.unit,
            "place": one.place,
            "total": str(one.total),
            "class": one.class_name,
            "class_note": one.class_note,
        }
        for one in table.places
    ]
