"""Turns cards and what is said about them into the contents of papers: what all papers share."""

from collections.abc import Iterator, Mapping, Sequence

from khoithidua import text
from scoring import rules
from scoring.papers.content import Figure, Row, Share, Signature, Stage, TotalLine
from scoring.papers.given import BLANK, NOTHING, Party, Remark, Setting

SELF = Stage("self", "Tự chấm")
VERIFIED = Stage("verified", "Thẩm định")
FINAL = Stage("final", "Điểm")
NOT_APPLICABLE = "–"
SECTIONS = {"bonus": "Điểm thưởng", "penalty": "Điểm trừ"}


def figure(value) -> Figure:
    """A number as it is printed; None prints nothing."""
    return Figure(value, "" if value is None else rules.figure(value))


def points_of(outcome: rules.Outcome) -> Figure:
    """The points of a criterion or group; a dash where it does not apply."""
    return Figure(None, NOT_APPLICABLE) if outcome.is_excluded else figure(outcome.points)


def rows_of(
    criteria: rules.CriteriaSet,
    cards: Sequence[rules.Card],
    remarks: Mapping[str, Remark],
) -> tuple[Row, ...]:
    """Every line of the table in its order, with one share per card."""
    return tuple(_rows(criteria, cards, remarks))


def _rows(criteria, cards, remarks) -> Iterator[Row]:
    for section in ("base", "bonus", "penalty"):
        roots = criteria.section(section)
        if roots and section in SECTIONS:
            most = criteria.bonus_cap if section == "bonus" else None
            yield Row(section, "section", "", SECTIONS[section], 1, section, figure(most), ())
        for root in roots:
            for node in root.walk():
                yield _row(node, [card[node.key] for card in cards], remarks.get(node.key, NOTHING))


def _row(node, outcomes, remark):
    return Row(
        key=node.key,
        kind="leaf" if node.is_leaf else "group",
        code=node.code,
        name=node.name,
        level=node.depth,
        section=node.section,
        max=figure(node.max),
        shares=tuple(_share(outcome) for outcome in outcomes),
        note=_note(outcomes[-1], remark) if node.is_leaf else "",
    )


def _share(outcome):
    return Share(
        points_of(outcome),
        not outcome.is_excluded,
        outcome.max,
        outcome.bonus,
        outcome.deducted,
    )


def _note(outcome, remark):
    """What stands beside the points: what they rest on, what is missing, the proof."""
    notes = [state_of(outcome), estimate_of(remark), remark.reason, remark.note]
    if remark.documents:
        notes.append("; ".join(document.brief for document in remark.documents))
    return ". ".join(note.rstrip(" .;") for note in notes if note)


def state_of(outcome: rules.Outcome) -> str:
    """Why there are no plain points, or why they are not what the rules gave; "" else."""
    if outcome.override:
        return f"Điểm ấn định: {outcome.override.reason}" if outcome.override.reason else ""
    if outcome.na:
        return f"Không áp dụng: {outcome.na_reason}"
    if outcome.missing:
        return f"Chưa có: {', '.join(outcome.missing)}"
    if outcome.problem:
        return text.initial_upper(outcome.problem)
    return text.initial_upper(outcome.pending)


def estimate_of(remark: Remark) -> str:
    if remark.as_of is None:
        return ""
    return f"Ước thực hiện, số liệu chốt đến ngày {text.date_short(remark.as_of)}"


def totals_of(criteria: rules.CriteriaSet, cards: Sequence[rules.Card]) -> tuple[TotalLine, ...]:
    """The lines from the groups to the total."""
    scale = rules.figure(criteria.base_max)
    is_scaled = any(card.scaled != card.earned for card in cards)
    lines = (
        ("earned", "Cộng điểm các nhóm", True),
        ("applicable", "Tổng điểm chuẩn áp dụng", is_scaled),
        ("scaled", f"Quy đổi về thang {scale} điểm", is_scaled),
        ("bonus", "Điểm thưởng", True),
        ("penalty", "Điểm trừ", True),
        ("total", "Tổng điểm", True),
    )
    return tuple(
        TotalLine(key, label, tuple(figure(getattr(card, key)) for card in cards), printed)
        for key, label, printed in lines
    )


def class_line(label: str, card: rules.Card) -> str:
    """ "Tự xếp loại: Xuất sắc", with what changed it; "" where the table has no classes."""
    if not card.class_name:
        return ""
    note = f" ({card.class_note})" if card.class_note else ""
    return f"{label}: {card.class_name}{note}"


def provisional_notes(card: rules.Card) -> list[str]:
    """Sentences that say what of the total may still change."""
    notes = []
    if card.missing:
        notes.append(f"Còn {len(card.missing)} tiêu chí chưa đủ dữ kiện: {_codes(card.missing)}.")
    if card.pending:
        notes.append(f"Còn {len(card.pending)} tiêu chí chờ khóa sổ: {_codes(card.pending)}.")
    if estimated := [one for one in card.leaves if one.provisional]:
        notes.append(f"Số liệu ước thực hiện ở các tiêu chí: {_codes(estimated)}.")
    notes += [
        f"{one.gate.code} chưa kết luận: {one.reason or one.gate.name}."
        for one in card.gates
        if one.state == "awaited"
    ]
    return notes


def _codes(outcomes):
    return ", ".join(one.node.code or one.node.name for one in outcomes)


def gate_notes(card: rules.Card) -> list[str]:
    """ "G4: không xét Cờ thi đua" for each gate that is hit."""
    return [f"{one.gate.code}: {one.effect_words}" for one in card.gates if one.state == "hit"]


def gate_sentences(card: rules.Card) -> list[str]:
    """The same in full: "Điều kiện G4 (Tổ chức đảng …): không xét Cờ thi đua."."""
    return [
        f"Điều kiện {one.gate.code} ({one.gate.name}): {one.effect_words}."
        for one in card.gates
        if one.state == "hit"
    ]


def number_line(kind: str, symbol: str) -> str:
    """ "Số:      /BC-STC": the number is the clerk's to write."""
    return f"Số:{BLANK}/{kind}-{symbol}" if symbol else f"Số:{BLANK}/{kind}"


def in_words(value) -> str:
    return f"{rules.figure(value)} điểm (bằng chữ: {text.number_words(value)} điểm)"


def of_unit(setting: Setting, party: Party) -> dict:
    """The head of a paper that a unit issues."""
    return {
        "demo": setting.demo,
        "superior": party.superior,
        "issuer_lines": party.header_lines,
        "dateline": setting.dateline,
        "draft_mark": setting.draft_mark,
    }


def of_bloc(setting: Setting) -> dict:
    """The head of a paper of the bloc itself."""
    return {
        "demo": setting.demo,
        "superior": setting.superior,
        "issuer_lines": setting.bloc_lines,
        "dateline": setting.dateline,
        "draft_mark": setting.draft_mark,
    }


def signature_of(party: Party) -> Signature:
    titles = party.titles or ("THỦ TRƯỞNG ĐƠN VỊ",)
    return Signature(titles, party.person, "" if party.person else "(Ký, ghi rõ họ tên)")


def closed(items: Sequence[str], between: str = ";", last: str = ".") -> tuple[str, ...]:
    """Items of an official list: ";" after each, "." after the last."""
    bare = [item.rstrip(" ;.") for item in items]
    return tuple(
        f"{item}{last if place == len(bare) else between}" for place, item in enumerate(bare, 1)
    )
