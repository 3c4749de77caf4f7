"""What a paper says, as plain values: the one source of its PDF and of its reading view.

`content_of(paper)` (in pledges/models) fills these; templates/print/pledge.html and
templates/pledges/includes/paper.html print them. Nothing here knows the database.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil

# For PledgeContent.box_height, in mm: what static/css/print.css makes of a page and of its lines.
PAGE = 255
BODY_LINE, NAME_LINE, RECIPIENT_LINE = 6.2, 5.3, 4.5
# Letters that find room in a line: of the body, of a unit's name, of its name beside a seal.
BODY_LETTERS, NAME_LETTERS = 76, 26
TWO_BODY_LINES = 95  # letters that never fit on one
PARAGRAPH_SPACE = 2.9
BOX_WITH_GAP = 1.2  # the gap before a row is a fifth of its boxes
HIGHEST_BOX, COMFORTABLE_BOX, LOWEST_BOX = 32, 24.5, 21


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
    agency_field: str  # "" for a witness
    # Printed inside the box of a paper signed by hand: ("GIÁM ĐỐC", "(Đã ký)", "Họ và tên"),
    # that is one or two lines of title, the mark, the name.
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

    @property
    def has_weights(self) -> bool:
        return any(target.weight is not None for unit in self.targets for target in unit.targets)

    @property
    def grid_rows(self) -> tuple[tuple[Cell, ...], ...]:
        """The grid two by two: a third column of 5 cm would be too narrow for signing titles."""
        return tuple(self.grid[start : start + 2] for start in range(0, len(self.grid), 2))

    @property
    def carried(self) -> tuple[str, ...]:
        """What goes to the signatures' page so that two lines of text at least stand there."""
        return self.arrangements[-1:] if len(self.closing) < TWO_BODY_LINES else ()

    @property
    def box_height(self) -> int | float:
        """Height of a leader's box in mm: 32, or less where that keeps the signatures on one page.

        The closing paragraph, the grid and Nơi nhận are to share that page, with the paragraphs
        before them if those would else stand alone on the page before.
        """
        last_part = (self.arrangements_heading, *self.arrangements)
        for before in (last_part, last_part[-1:]):
            if (room := self._room_for_boxes(before)) >= COMFORTABLE_BOX:
                return min(HIGHEST_BOX, room)
        return min(HIGHEST_BOX, self._room_for_boxes()) if self.fits_one_page else COMFORTABLE_BOX

    @property
    def fits_one_page(self) -> bool:
        """Whether the signatures do share one page; else the grid breaks between two rows."""
        return self._room_for_boxes() >= LOWEST_BOX

    def _room_for_boxes(self, before: tuple[str, ...] = ()) -> float:
        """How high boxes may be on a page that also holds these paragraphs."""
        rows = self.grid_rows + (((self.witness,),) if self.witness else ())
        names = sum(max(_lines(cell.name_lines, NAME_LETTERS) for cell in row) for row in rows)
        texts = (*(before or self.carried), self.closing, self.grid_heading, *self.notes)
        others = (
            _lines(texts, BODY_LETTERS) * BODY_LINE
            + names * NAME_LINE
            + (len(self.recipients) + 1) * RECIPIENT_LINE
            + len(texts) * PARAGRAPH_SPACE
        )
        return round((PAGE - others) / len(rows) / BOX_WITH_GAP, 1)


def _lines(texts: tuple[str, ...], letters: int) -> int:
    return sum(ceil(len(text) / letters) for text in texts)
