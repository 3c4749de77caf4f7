"""What the papers of scoring say, as plain values: one source for PDF, Word, Excel and JSON.

composing.py fills these from cards; templates and workbooks print them and compute nothing.
Nothing here knows the database.
"""

from dataclasses import asdict, dataclass
from decimal import Decimal

from khoithidua.text import break_lines

# Letters of the line under a paper's name, in bold of 14 points.
LONGEST_ABOUT = 62
WORKING_COPY = "Bản làm việc, không thay bản chính thức (PDF)"
DEMONSTRATION = "DỮ LIỆU TRÌNH DIỄN - KHÔNG PHẢI VĂN BẢN CỦA CƠ QUAN NÀO"


@dataclass(frozen=True)
class Figure:
    """A number and how it is printed; without a number only what stands in its place ("–")."""

    value: Decimal | None
    text: str


@dataclass(frozen=True)
class Signature:
    """One place to sign: the titles on their lines, and the person, "" to be written by hand."""

    titles: tuple[str, ...]
    person: str = ""
    # "(Ký, ghi rõ họ tên)" where nobody is named yet.
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class OfficialPaper:
    """What every paper has; templates/print/base.html prints the head from it."""

    demo: bool
    title: str
    superior: str  # "UBND TỈNH CAO BẰNG"
    issuer_lines: tuple[str, ...]
    number: str  # "Số:      /BC-STC"; the blank is filled by the clerk
    dateline: str
    kind: str  # "BẢNG TỰ CHẤM ĐIỂM"
    about: str
    recipients: tuple[str, ...] = ()
    language: str = "vi"
    draft_mark: str = ""
    code: str = ""
    verify_url: str = ""

    @property
    def about_lines(self) -> tuple[str, ...]:
        return break_lines(self.about, LONGEST_ABOUT)


@dataclass(frozen=True)
class Share:
    """One criterion's or group's part in one stage, with what its group's ceilings look at.

    applies: not left out of the scale. most: of how many points, what does not apply left out.
    """

    points: Figure
    applies: bool
    most: Decimal | None
    bonus: Decimal
    deducted: Decimal


@dataclass(frozen=True)
class Row:
    """One line of a table of points. shares: one per stage, in the order of `stages`.

    kind: "group", "leaf", or "section" for a line that only names what follows (no shares).
    """

    key: str
    kind: str
    code: str
    name: str
    level: int
    section: str
    max: Figure
    shares: tuple[Share, ...]
    note: str = ""


@dataclass(frozen=True)
class TotalLine:
    """A line under the criteria: "Cộng điểm các nhóm", "Tổng điểm"; figures: one per stage.

    printed: left off papers where it would only say again what stands above.
    """

    key: str
    label: str
    figures: tuple[Figure, ...]
    printed: bool = True


@dataclass(frozen=True)
class Stage:
    """A column of points: self, verified or final."""

    key: str
    label: str


@dataclass(frozen=True, kw_only=True)
class SelfTable(OfficialPaper):
    """Bảng tự chấm điểm: a unit's points, and beside them the verified ones once it may see them."""

    unit: str
    attached: str  # "(Kèm theo Báo cáo số … của …)"
    stages: tuple[Stage, ...]
    # An empty column stands where the verified points will be written.
    empty_stage: str
    rows: tuple[Row, ...]
    totals: tuple[TotalLine, ...]
    class_line: str
    notes: tuple[str, ...]
    signature: Signature


@dataclass(frozen=True)
class ReportItem:
    """One criterion of the report: its heading, how the points came about, on what proof."""

    key: str
    heading: str
    points: Figure
    paragraphs: tuple[str, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class ReportGroup:
    heading: str
    items: tuple[ReportItem, ...]


@dataclass(frozen=True, kw_only=True)
class Report(OfficialPaper):
    """Báo cáo giải trình: where each point comes from, and what the unit says to the verified ones."""

    unit: str
    addressees: str  # "Kính gửi: …"
    opening: str
    result_heading: str
    groups: tuple[ReportGroup, ...]
    total: Figure
    total_steps: tuple[str, ...]
    total_line: str
    notes: tuple[str, ...]
    answers_heading: str  # "" before there are any
    answers: tuple[str, ...]
    closing: str
    signature: Signature


@dataclass(frozen=True)
class Finding:
    """One sentence of the minutes, and the points it ends with."""

    key: str
    sentence: str
    points: Figure


@dataclass(frozen=True)
class FindingGroup:
    heading: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Side:
    """Who took part on one side: "1. Bên thẩm định" and its people."""

    heading: str
    people: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Minutes(OfficialPaper):
    """Biên bản thẩm định: one sentence per criterion, the total, the unit's opinion."""

    unit: str
    opening: str
    people_heading: str
    sides: tuple[Side, ...]
    result_heading: str
    groups: tuple[FindingGroup, ...]
    total: Figure
    total_steps: tuple[str, ...]
    total_line: str
    notes: tuple[str, ...]
    opinion_heading: str
    opinions: tuple[str, ...]
    # Dotted lines for an opinion written by hand, before the unit answered.
    blank_lines: tuple[str, ...]
    closing: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True)
class Column:
    """A column of the bloc's table that comes from a root of the criteria: "I" of 50."""

    key: str
    label: str
    max: Figure


@dataclass(frozen=True)
class SummaryRow:
    """One unit's line. place: "–" for a unit that is not ranked. order: among equal totals."""

    unit: str
    short: str
    place: Figure
    groups: tuple[Figure, ...]
    scaled: Figure
    bonus: Figure
    penalty: Figure
    total: Figure
    class_name: str
    note: str
    order: int
    rows: tuple[Row, ...]
    totals: tuple[TotalLine, ...]


@dataclass(frozen=True, kw_only=True)
class Summary(OfficialPaper):
    """Bảng tổng hợp điểm toàn Khối: units by place, their groups, bonus, penalty, total."""

    columns: tuple[Column, ...]
    scaled_label: str
    stages: tuple[Stage, ...]
    rows: tuple[SummaryRow, ...]
    legend: str  # "I: Thực hiện nhiệm vụ chính trị, chuyên môn; II: …"
    notes: tuple[str, ...]
    signatures: tuple[Signature, ...]


def plain(content: object) -> dict:
    """A paper's content as JSON takes it: points as exact decimal strings."""
    return _plain(asdict(content))


def _plain(value):
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return format(value, "f") if isinstance(value, Decimal) else value
