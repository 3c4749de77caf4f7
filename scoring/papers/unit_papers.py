"""The papers of one unit: Bảng tự chấm điểm, Báo cáo giải trình, Biên bản thẩm định."""

from collections.abc import Iterator, Mapping, Sequence

from khoithidua import text
from scoring import rules
from scoring.papers.composing import (
    SELF,
    VERIFIED,
    class_line,
    closed,
    estimate_of,
    gate_sentences,
    in_words,
    number_line,
    of_bloc,
    of_unit,
    points_of,
    provisional_notes,
    rows_of,
    signature_of,
    state_of,
    totals_of,
)
from scoring.papers.content import (
    Figure,
    Finding,
    FindingGroup,
    Minutes,
    Report,
    ReportGroup,
    ReportItem,
    SelfTable,
    Side,
    Signature,
)
from scoring.papers.given import BLANK, NOTHING, Party, Remark, Setting

ANSWERS = {
    "agree": "Đơn vị nhất trí",
    "explain": "Đơn vị giải trình",
    "dissent": "Đơn vị bảo lưu ý kiến",
}
OUTCOMES = {"accepted": "Chấp nhận", "kept": "Giữ nguyên điểm"}
DOTS = "." * 130


def self_table(
    setting: Setting,
    party: Party,
    criteria: rules.CriteriaSet,
    card: rules.Card,
    verified: rules.Card | None,
    remarks: Mapping[str, Remark],
) -> SelfTable:
    """Bảng tự chấm điểm of a unit; `verified` only once the unit may see it."""
    stages = (SELF, VERIFIED) if verified else (SELF,)
    cards = [card, verified] if verified else [card]
    lines = [class_line("Tự xếp loại", card)]
    if verified:
        lines.append(class_line("Xếp loại theo điểm thẩm định", verified))
    return SelfTable(
        **of_unit(setting, party),
        title=f"Bảng tự chấm điểm thi đua năm {setting.year} của {party.full}",
        number="",
        kind="BẢNG TỰ CHẤM ĐIỂM",
        about=f"Kết quả thi đua năm {setting.year}",
        attached=f"(Kèm theo Báo cáo số{BLANK}/BC-{party.symbol} {setting.day} của {party.full})",
        unit=party.full,
        stages=stages,
        empty_stage="" if verified else VERIFIED.label,
        rows=rows_of(criteria, cards, remarks),
        totals=totals_of(criteria, cards),
        class_line=". ".join(line for line in lines if line),
        notes=(*gate_sentences(cards[-1]), *provisional_notes(cards[-1])),
        recipients=_recipients(setting),
        signature=signature_of(party),
    )


def _recipients(setting):
    standing = [setting.bloc, setting.secretariat]
    return tuple(f"- {line}" for line in closed([*standing, "Lưu: VT"]))


# Báo cáo giải trình


def report(
    setting: Setting,
    party: Party,
    criteria: rules.CriteriaSet,
    card: rules.Card,
    remarks: Mapping[str, Remark],
) -> Report:
    """Báo cáo giải trình of a unit: the points of each criterion, how they came about, the proof."""
    answers = tuple(_answers(criteria, remarks))
    return Report(
        **of_unit(setting, party),
        title=f"Báo cáo giải trình kết quả tự chấm điểm năm {setting.year} của {party.full}",
        number=number_line("BC", party.symbol),
        kind="BÁO CÁO",
        about=f"Giải trình kết quả tự chấm điểm thi đua năm {setting.year}",
        unit=party.full,
        addressees=f"Kính gửi: {setting.bloc}.",
        opening=f"Căn cứ {text.initial_upper(criteria.name)}, {party.full} báo cáo giải trình kết quả"
        f" tự chấm điểm thi đua năm {setting.year} như sau:",
        result_heading="I. KẾT QUẢ TỰ CHẤM ĐIỂM",
        groups=tuple(
            ReportGroup(heading, tuple(_item(card[node.key], remarks) for node in nodes))
            for heading, nodes in _groups(criteria)
        ),
        total=Figure(card.total, rules.figure(card.total)),
        total_steps=tuple(text.initial_upper(step.text) for step in card.steps),
        total_line=f"Tổng điểm tự chấm: {in_words(card.total)}."
        + _sentence(class_line("Tự xếp loại", card)),
        notes=(*gate_sentences(card), *provisional_notes(card)),
        answers_heading="II. Ý KIẾN VỀ KẾT QUẢ THẨM ĐỊNH" if answers else "",
        answers=answers,
        closing=f"{party.full} cam đoan số liệu, tài liệu nêu trên là đúng và chịu trách nhiệm về nội"
        " dung báo cáo./.",
        recipients=_recipients(setting),
        signature=signature_of(party),
    )


def _groups(criteria) -> Iterator[tuple[str, list[rules.Node]]]:
    """(heading, its criteria): the roots of the base, then bonus and penalty as one group each."""
    for root in criteria.section("base"):
        heading = f"Nhóm {root.code}. {root.name}" if root.code else root.name
        yield heading, [node for node in root.walk() if node.is_leaf]
    for section, heading in (("bonus", "Điểm thưởng"), ("penalty", "Điểm trừ")):
        leaves = [node for root in criteria.section(section) for node in root.walk()]
        if leaves := [node for node in leaves if node.is_leaf]:
            yield heading, leaves


def _item(outcome, remarks):
    node, remark = outcome.node, remarks.get(outcome.node.key, NOTHING)
    said = [rules.sentence(outcome.steps), state_of(outcome), estimate_of(remark), remark.note]
    return ReportItem(
        node.key,
        f"{node.label} ({_of_how_many(node)}tự chấm {_points_words(outcome)})",
        points_of(outcome),
        tuple(_sentence(one).strip() for one in said if one),
        tuple(document.citation for document in remark.documents),
    )


def _of_how_many(node):
    if node.max is None:
        return ""
    word = "điểm chuẩn" if node.section == "base" else "tối đa"
    return f"{word} {rules.figure(node.max)} điểm; "


def _points_words(outcome):
    if outcome.is_excluded:
        return "không áp dụng"
    return "chưa có điểm" if outcome.points is None else f"{rules.figure(outcome.points)} điểm"


def _sentence(words):
    return f" {text.initial_upper(words).rstrip(' .;')}." if words else ""


def _answers(criteria, remarks) -> Iterator[str]:
    for node in criteria.leaves:
        remark = remarks.get(node.key, NOTHING)
        if remark.answer in ("explain", "dissent"):
            yield f"Mục {node.code or node.name}: {remark.answer_text.rstrip(' .')}." + (
                " Đơn vị bảo lưu ý kiến." if remark.answer == "dissent" else ""
            )


# Biên bản thẩm định


def minutes(
    setting: Setting,
    party: Party,
    criteria: rules.CriteriaSet,
    card: rules.Card,
    self_card: rules.Card,
    remarks: Mapping[str, Remark],
    *,
    verifiers: Sequence[str],
    representatives: Sequence[str] = (),
    answered: bool = False,
    copies: int = 3,
) -> Minutes:
    """Biên bản thẩm định of a unit: one sentence per criterion, then the total and its opinion.

    answered: the unit has said all it had to say; before, lines are left for it.
    """
    opinions = tuple(_opinions(criteria, remarks)) if answered else ()
    if answered and not opinions:
        opinions = ("Đơn vị nhất trí với kết quả thẩm định.",)
    return Minutes(
        **of_bloc(setting),
        title=f"Biên bản thẩm định kết quả tự chấm điểm năm {setting.year} của {party.full}",
        number=number_line("BB", setting.symbol),
        kind="BIÊN BẢN",
        about=f"Thẩm định kết quả tự chấm điểm thi đua năm {setting.year} của {party.full}",
        unit=party.full,
        opening=f"Hôm nay, {setting.day}, {setting.bloc} tiến hành thẩm định kết quả tự chấm điểm thi đua"
        f" năm {setting.year} của {party.full}.",
        people_heading="I. THÀNH PHẦN",
        sides=(
            Side("1. Bên thẩm định", closed([f"- {one}" for one in verifiers])),
            Side(
                "2. Đơn vị được kiểm tra",
                closed([f"- {one}" for one in representatives or [party.full]]),
            ),
        ),
        result_heading="II. KẾT QUẢ THẨM ĐỊNH",
        groups=tuple(
            FindingGroup(heading, tuple(_finding(card, self_card, one, remarks) for one in nodes))
            for heading, nodes in _groups(criteria)
        ),
        total=Figure(card.total, rules.figure(card.total)),
        total_steps=tuple(text.initial_upper(step.text) for step in card.steps),
        total_line=f"Tổng điểm thẩm định: {in_words(card.total)}."
        + _sentence(class_line("Xếp loại", card)),
        notes=(*gate_sentences(card), *provisional_notes(card)),
        opinion_heading="III. Ý KIẾN CỦA ĐƠN VỊ ĐƯỢC KIỂM TRA",
        opinions=opinions,
        blank_lines=() if answered else (DOTS,) * 4,
        closing=f"Biên bản được lập thành {text.counted(copies)} bản, có giá trị như nhau, được các bên"
        " thống nhất thông qua./.",
        signatures=(
            Signature(("CHỦ TRÌ",), hint="(Ký, ghi rõ họ tên)"),
            Signature(("GHI BIÊN BẢN",), hint="(Ký, ghi rõ họ tên)"),
            Signature(("ĐƠN VỊ ĐƯỢC KIỂM TRA",), hint="(Ký, ghi rõ họ tên)"),
        ),
    )


def _finding(card, self_card, node, remarks):
    outcome, remark = card[node.key], remarks.get(node.key, NOTHING)
    own = self_card[node.key]
    sentence = f"Mục {node.code or node.name}: {finding(outcome, remark.answer == 'dissent')}"
    if own.points != outcome.points and own.points is not None:
        sentence += f"; đơn vị tự chấm {rules.figure(own.points)} điểm"
    reason = remark.reason or (outcome.override.reason if outcome.override else "")
    if reason:
        sentence += f"; lý do: {reason.rstrip(' .;')}"
    return Finding(node.key, f"{sentence}.", points_of(outcome))


def finding(outcome: rules.Outcome, reserved: bool = False) -> str:
    """ "điểm chuẩn 3,5 điểm, cộng 2 điểm, thống nhất đạt 5,5 điểm": maximum − lost + added = points.

    reserved: the unit does not agree, so nothing is "thống nhất".
    """
    node, points = outcome.node, outcome.points
    if outcome.is_excluded:
        return f"không áp dụng ({outcome.na_reason}), không tính vào điểm chuẩn"
    if points is None:
        return "chưa có điểm"
    agreed = "thẩm định" if reserved else "thống nhất"
    if node.section != "base" or node.max is None:
        word = "trừ" if node.section == "penalty" else "cộng"
        most = f"tối đa {rules.figure(node.max)} điểm, " if node.max is not None else ""
        given = f"{word} {rules.figure(points)} điểm" if points else f"không {word}"
        return f"{most}{agreed} {given}"
    added = max(outcome.bonus, points - node.max)
    lost = node.max + added - points
    parts = [f"điểm chuẩn {rules.figure(node.max)} điểm"]
    parts += [f"trừ {rules.figure(lost)} điểm"] if lost else []
    parts += [f"cộng {rules.figure(added)} điểm"] if added > 0 else []
    return ", ".join([*parts, f"{agreed} đạt {rules.figure(points)} điểm"])


def _opinions(criteria, remarks) -> Iterator[str]:
    for node in criteria.leaves:
        remark = remarks.get(node.key, NOTHING)
        if remark.answer in ("explain", "dissent"):
            words = f"Mục {node.code or node.name}: {ANSWERS[remark.answer].lower()}: "
            words += f"{remark.answer_text.rstrip(' .')}."
            if remark.outcome:
                words += f" {OUTCOMES[remark.outcome]}"
                words += (
                    f": {remark.outcome_reason.rstrip(' .')}." if remark.outcome_reason else "."
                )
            yield words
