"""What a paper says, as plain values: the one source of its PDF and of its reading view.

`content_of(paper)` (in pledges/models) fills these; templates/print/pledge.html and
templates/pledges/includes/paper.html print them. Nothing here knows the database.
"""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class Section:
    """One numbered commitment: "1. Hoàn thành xuất sắc nhiệm vụ chính trị" and its paragraphs."""

    number: str
    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Target:
    """One registered target; `plan` and `weight` are plain numbers, `measure` its unit."""

    name: str
    measure: str
    plan: Decimal
    weight: Decimal | None


@dataclass(frozen=True)
class UnitTargets:
    unit: str
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class UnitTitles:
    unit: str
    titles: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """One box of the signature grid: the agency's name on its lines, and its two field names."""

    unit: str
    name_lines: tuple[str, ...]
    leader_field: str
    agency_field: str
    # Printed inside the box of a paper signed by hand: ("GIÁM ĐỐC", "(Đã ký)", "Họ và tên").
    printed: tuple[str, ...] = ()


@dataclass(frozen=True)
class PledgeContent:
    """A pledge, ready to be laid out; every text is NFC and final."""

    demo: bool
    language: str
    title: str  # document title: "Giao ước thi đua năm 2026 của Khối …"
    superior: str  # "UBND TỈNH CAO BẰNG"
    issuer_lines: tuple[str, ...]  # bloc's name in capitals, on its lines
    dateline: str  # "Cao Bằng, ngày 08 tháng 4 năm 2026"
    kind: str  # "GIAO ƯỚC THI ĐUA"
    about: str  # "Năm 2026 của Khối thi đua …"
    bases: tuple[str, ...]  # "Căn cứ …" with ";" … "."
    opening: str
    parties: tuple[str, ...]  # in the order of the grid, with ";" but the last
    continues: str
    content_heading: str  # "I. NỘI DUNG THI ĐUA"
    sections: tuple[Section, ...]
    targets_heading: str  # "" when there is no table
    targets: tuple[UnitTargets, ...]
    titles_heading: str
    titles: tuple[UnitTitles, ...]
    arrangements_heading: str
    arrangements: tuple[str, ...]
    closing: str  # number of copies, ends with "./."
    grid_heading: str  # "ĐẠI DIỆN CÁC ĐƠN VỊ KÝ GIAO ƯỚC"
    grid: tuple[Cell, ...]
    recipients: tuple[str, ...]  # "- Như trên;" … "- Lưu: …."
    witness: Cell | None = None
    code: str = ""  # verification code; empty on drafts
    verify_url: str = ""
    draft_mark: str = ""  # "DỰ THẢO" on drafts
    notes: tuple[str, ...] = field(default=())
