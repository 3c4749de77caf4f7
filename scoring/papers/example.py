"""A short example of every paper, on which a template is tried before it is kept."""

from datetime import date
from decimal import Decimal

from scoring import rules
from scoring.papers.bloc_papers import summary
from scoring.papers.content import OfficialPaper
from scoring.papers.given import Document, Party, Remark, Setting
from scoring.papers.unit_papers import minutes, report, self_table
from scoring.ranking_content import content_of

SETTING = Setting(
    bloc="Khối thi đua thử mẫu",
    year=2026,
    superior="UBND TỈNH THỬ MẪU",
    place="Nơi thử",
    secretariat="Phòng Thi đua - Khen thưởng",
    demo=True,
    dated_on=date(2026, 12, 1),
    draft_mark="DỰ THẢO",
)
PARTY = Party(
    full="Đơn vị thử mẫu thứ nhất",
    short="Đơn vị thử một",
    superior="UBND TỈNH THỬ MẪU",
    header="ĐƠN VỊ THỬ MẪU THỨ NHẤT",
    symbol="DVT",
    titles=("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
    person="Họ Và Tên",
)
UNITS = ("mot", "hai", "ba")


def examples(criteria: rules.CriteriaSet, days: rules.Days) -> dict[str, OfficialPaper]:
    """By kind of paper, one with every part filled: left out, scaled, tied, explained, reserved."""
    facts = {unit: _facts(criteria, unit) for unit in UNITS}
    cards = rules.evaluate_bloc(criteria, facts, days)
    remarks = _remarks(criteria)
    card = cards["ba"]
    names = dict.fromkeys(UNITS, (PARTY, "member"))
    ranking = content_of(criteria, rules.rank(criteria, cards, facts), names, {})
    verifiers = ("Đơn vị thử mẫu thứ hai, Trưởng khối",)
    said = {"verifiers": verifiers, "answered": True}
    return {
        "self_table": self_table(SETTING, PARTY, criteria, card, card, remarks),
        "report": report(SETTING, PARTY, criteria, card, remarks),
        "minutes": minutes(SETTING, PARTY, criteria, card, card, remarks, **said),
        "summary": summary(SETTING, ranking, criteria, PARTY, cards=cards, remarks={}),
    }


def _facts(criteria, unit):
    """Full points for two units; for the third something less, and a criterion left out."""
    given = {node.key: rules.Override(node.full, "thử mẫu") for node in criteria.leaves}
    first, second, *_others = criteria.leaves
    if unit != "ba":
        return rules.Facts(unit, overrides=given)
    given.pop(first.key)
    given[second.key] = rules.Override(second.full / Decimal(3), "thử mẫu")
    return rules.Facts(unit, overrides=given, na={first.key: "thử mẫu"})


def _remarks(criteria):
    _first, second, third, *_others = criteria.leaves
    document = Document(number="12/BC-DVT", issued_on=date(2026, 11, 2), summary="báo cáo năm")
    return {
        second.key: Remark(
            note="ghi chú",
            documents=(document,),
            as_of=date(2026, 11, 15),
            reason="thử mẫu",
            answer="explain",
            answer_text="giải trình",
            outcome="kept",
            outcome_reason="lý do",
        ),
        third.key: Remark(answer="dissent", answer_text="bảo lưu"),
    }
