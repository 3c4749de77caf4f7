"""The printed pledge, measured: Decree 30/2020 in points, and a signature page one can sign.

Words and their places are read back from the PDF with poppler, as any reader would see them.
"""

import io
import shutil
import subprocess
from dataclasses import replace
from functools import cache
from itertools import combinations, pairwise
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pikepdf
import pytest
import segno
from PIL import Image

from khoithidua import printing
from tests.pledges import samples

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("pdftotext", "pdftoppm", "pdffonts"))),
    reason="needs pdftotext, pdftoppm and pdffonts (poppler-utils)",
)

MM = 72 / 25.4
WIDTH, HEIGHT = 595.28, 841.89
LEFT, RIGHT, TOP, BOTTOM = 30 * MM, WIDTH - 15 * MM, 20 * MM, HEIGHT - 22 * MM
CENTRE = (LEFT + RIGHT) / 2
DEMONSTRATION = "DỮ LIỆU TRÌNH DIỄN - KHÔNG PHẢI VĂN BẢN CỦA CƠ QUAN NÀO"
# A line of Tinos is this much of its size high.
LINE = 1.107
SIZES = (5, 7, 8, 9, 12)


class Line(NamedTuple):
    """Places count from the page's top left corner, in points."""

    page: int
    x0: float
    top: float
    x1: float
    bottom: float
    text: str

    @property
    def size(self):
        return (self.bottom - self.top) / LINE

    @property
    def middle(self):
        return (self.x0 + self.x1) / 2


class Laid(NamedTuple):
    content: object
    printed: printing.Printed
    lines: tuple[Line, ...]

    def line(self, text):
        [line] = [line for line in self.lines if line.text == text]
        return line

    def body(self, page):
        return [line for line in self.lines if line.page == page and TOP < line.bottom < BOTTOM]

    def box(self, name):
        """The box as a line of text would be given: from the top."""
        page, x0, y0, x1, y1 = self.printed.boxes[name]
        return Line(page, x0, HEIGHT - y1, x1, HEIGHT - y0, name)


@pytest.fixture(autouse=True)
def no_store(settings):
    settings.CACHES = settings.CACHES | {
        "printing": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    }


def run(*command, pdf):
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout


@cache
def laid(content) -> Laid:
    printed = printing.render("print/pledge.html", {"paper": content})
    tree = ET.fromstring(run("pdftotext", "-bbox-layout", "-", "-", pdf=printed.pdf))
    lines = []
    for number, page in enumerate(tree.findall(".//{*}page")):
        for line in page.findall(".//{*}line"):
            edges = (float(line.get(edge)) for edge in ("xMin", "yMin", "xMax", "yMax"))
            lines.append(Line(number, *edges, " ".join(word.text for word in line)))
    return Laid(content, printed, tuple(sorted(lines, key=lambda line: (line.page, line.top))))


def pledge(units=8):
    return laid(samples.pledge(units))


def image(pdf, page, dpi=288) -> Image.Image:
    command = ("pdftoppm", "-f", str(page + 1), "-l", str(page + 1), "-r", str(dpi), "-gray", "-")
    return Image.open(io.BytesIO(run(*command, pdf=pdf)))


def rule_below(paper, line) -> tuple[float, float]:
    """Left end and length of the rule under a line, from the pixels: the longest black run."""
    scale = 288 / 72
    picture = image(paper.printed.pdf, line.page)
    left, right = int((line.x0 - 20) * scale), int((line.x1 + 20) * scale)
    best = (0, 0)
    for y in range(int((line.bottom - 2) * scale), int((line.bottom + 6) * scale)):
        start = None
        for x in range(left, right + 1):
            dark = x < right and picture.getpixel((x, y)) < 128
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                best = max(best, (x - start, start))
                start = None
    length, start = best
    return start / scale, length / scale


def overlap(one, other):
    return (
        one.page == other.page
        and one.x0 < other.x1
        and other.x0 < one.x1
        and one.top < other.bottom
        and other.top < one.bottom
    )


def cells(paper):
    """Each cell of the grid with its box."""
    return [(cell, paper.box(cell.leader_field)) for cell in paper.content.grid]


# The page


@pytest.mark.parametrize("units", SIZES)
def test_every_page_is_a4_with_text_inside_the_margins(units):
    paper = pledge(units)

    with pikepdf.open(io.BytesIO(paper.printed.pdf)) as pdf:
        for page in pdf.pages:
            assert [float(edge) for edge in page.mediabox] == pytest.approx(
                [0, 0, WIDTH, HEIGHT], abs=0.1
            )
    for page in range(paper.printed.pages):
        for line in paper.body(page):
            assert line.x0 > LEFT - 0.5, line
            assert line.x1 < RIGHT + 0.5, line
            assert line.top > TOP - 3, line
            assert line.bottom < BOTTOM + 1, line


def test_only_tinos_is_used_and_all_of_it_is_embedded():
    for content in (samples.pledge(12), samples.draft(), samples.signed_by_hand()):
        table = run("pdffonts", "-", pdf=laid(content).printed.pdf).decode().splitlines()[2:]

        assert table
        for row in table:
            name, *_type, _encoding, embedded, _subset, unicode, _object, _generation = row.split()
            assert name.split("+")[1].startswith("Tinos"), row
            assert (embedded, unicode) == ("yes", "yes"), row


@pytest.mark.parametrize("units", SIZES)
def test_demonstration_line_is_the_first_of_every_page(units):
    paper = pledge(units)

    for page in range(paper.printed.pages):
        first = next(line for line in paper.lines if line.page == page)
        assert first.text == DEMONSTRATION
        assert first.size == pytest.approx(10, abs=0.2)


def test_paper_of_a_real_bloc_has_no_demonstration_line():
    paper = laid(replace(samples.pledge(), demo=False))

    assert not any("TRÌNH DIỄN" in line.text for line in paper.lines)
    assert paper.lines[0].text == "UBND TỈNH CAO BẰNG"


def test_page_number_stands_in_the_top_margin_but_not_on_the_first_page():
    paper = pledge()

    for page in range(paper.printed.pages):
        numbers = [line for line in paper.lines if line.page == page and line.text == str(page + 1)]
        if page == 0:
            assert numbers == []
        else:
            [number] = numbers
            assert number.middle == pytest.approx(CENTRE, abs=1)
            assert number.bottom < TOP
            assert 12.8 < number.size < 14.2


# Letterhead and title


def test_letterhead_has_the_sizes_of_decree_30():
    paper = pledge()

    superior, country = (
        paper.line("UBND TỈNH CAO BẰNG"),
        paper.line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    )
    sizes = {
        superior: 13,
        paper.line("KHỐI THI ĐUA CÁC CƠ QUAN"): 13,
        paper.line("THAM MƯU TỔNG HỢP"): 13,
        country: 13,
        paper.line("Độc lập - Tự do - Hạnh phúc"): 14,
        paper.line("Cao Bằng, ngày 08 tháng 4 năm 2026"): 14,
        paper.line("GIAO ƯỚC THI ĐUA"): 14,
        paper.line(paper.content.about): 14,
    }
    for line, size in sizes.items():
        assert line.size == pytest.approx(size, abs=0.2), line
    assert superior.top == pytest.approx(country.top, abs=0.5)
    assert paper.lines[0].bottom < superior.top


def test_rule_below_the_motto_is_as_long_as_the_motto():
    paper = pledge()
    motto = paper.line("Độc lập - Tự do - Hạnh phúc")

    start, length = rule_below(paper, motto)

    assert start == pytest.approx(motto.x0, abs=1)
    assert length == pytest.approx(motto.x1 - motto.x0, abs=1)


@pytest.mark.parametrize("text", ["THAM MƯU TỔNG HỢP", samples.pledge().about])
def test_other_rules_are_a_third_to_a_half_of_their_line(text):
    paper = pledge()
    line = paper.line(text)

    start, length = rule_below(paper, line)

    assert 1 / 3 < length / (line.x1 - line.x0) < 1 / 2
    assert start + length / 2 == pytest.approx(line.middle, abs=1)


# Text


def test_paragraphs_are_indented_justified_and_apart():
    paper = pledge()
    [first] = [line for line in paper.lines if line.text.startswith("Căn cứ Nghị định số 152")]
    second, third = paper.body(0)[paper.body(0).index(first) + 1 :][:2]
    [next_first] = [line for line in paper.lines if line.text.startswith("Căn cứ Thông tư số 15")]

    assert first.size == pytest.approx(14, abs=0.2)
    assert first.x0 == pytest.approx(LEFT + 12.7 * MM, abs=1)
    assert second.x0 == pytest.approx(LEFT, abs=1)
    assert first.x1 == pytest.approx(RIGHT, abs=1)
    # Between single spacing and one and a half; at least 6 pt more between paragraphs.
    pitch = third.top - second.top
    assert 14 * 1.15 <= pitch <= 14 * 1.15 * 1.5
    before = paper.body(0)[paper.body(0).index(next_first) - 1]
    assert next_first.top - before.top >= pitch + 6 - 0.1


def test_what_people_wrote_is_printed_as_text():
    text = '<img src="file:///etc/passwd"> & {{ paper }}'
    content = samples.pledge()
    section = replace(content.sections[0], paragraphs=(text,))

    paper = laid(replace(content, sections=(section,)))

    assert text in {line.text for line in paper.lines}


def test_no_page_ends_with_a_heading():
    for units in SIZES:
        paper, content = pledge(units), samples.pledge(units)
        headings = {
            content.content_heading,
            content.targets_heading,
            content.titles_heading,
            content.arrangements_heading,
            content.grid_heading,
            *(f"{section.number}. {section.heading}" for section in content.sections),
        }
        for page in range(paper.printed.pages):
            last = paper.body(page)[-1].text
            assert last not in headings
            assert not last.startswith(("Chỉ tiêu và", "Danh hiệu, hình thức khen"))


def test_tables_repeat_their_header_on_the_next_page():
    paper = pledge(12)

    pages = [line.page for line in paper.lines if line.text == "Chỉ tiêu"]
    assert pages == [1, 2]


def test_a_unit_and_its_targets_stay_on_one_page():
    paper = pledge(12)

    for unit in paper.content.targets:
        starts = tuple(" ".join(target.name.split()[:2]) for target in unit.targets)
        pages = {
            line.page
            for line in paper.lines
            if line.text.startswith(starts) and line.size == pytest.approx(12, abs=0.2)
        }
        assert len(pages) == 1, unit.unit


def test_numbers_have_a_decimal_comma_and_no_idle_zeros():
    texts = {line.text for line in pledge(12).lines}

    assert {"98,5", "55,2", "100", "60"} <= texts


def test_targets_without_weights_have_no_column_for_them():
    content = samples.pledge()
    targets = tuple(
        replace(unit, targets=tuple(replace(target, weight=None) for target in unit.targets))
        for unit in content.targets
    )

    paper = laid(replace(content, targets=targets))

    assert not any("Trọng" in line.text for line in paper.lines)


def test_paper_without_tables_has_no_headings_for_them():
    empty = replace(
        samples.pledge(),
        targets_heading="",
        targets=(),
        titles_heading="",
        titles=(),
        arrangements_heading="",
        arrangements=(),
    )

    paper = laid(empty)

    assert not any(line.text.startswith(("II.", "III.", "IV.")) for line in paper.lines)
    with pikepdf.open(io.BytesIO(paper.printed.pdf)) as pdf:
        assert b"/Table" not in paper.printed.pdf
        assert not any(obj.get("/S") == "/Table" for obj in pdf.objects if is_dictionary(obj))


def is_dictionary(obj):
    return isinstance(obj, pikepdf.Dictionary)


# Signatures


@pytest.mark.parametrize("units", SIZES)
def test_every_signer_has_a_box_and_all_are_on_one_page(units):
    paper = pledge(units)

    numbers = range(1, units + 1)
    expected = [f"{kind}{number:02}" for kind in ("CQ", "KY") for number in numbers]
    assert sorted(paper.printed.boxes) == expected
    [page] = {box.page for box in paper.printed.boxes.values()}
    for _cell, box in cells(paper):
        assert LEFT <= box.x0 < box.x1 <= RIGHT
        assert TOP < box.top < box.bottom < BOTTOM
        assert box.x1 - box.x0 == pytest.approx(75 * MM, abs=0.5)
        assert 21 * MM <= box.bottom - box.top <= 32 * MM + 0.1
    before = [
        line for line in paper.body(page) if line.top < paper.line(paper.content.grid_heading).top
    ]
    assert len(before) >= 2
    assert paper.line("Nơi nhận:").page == page


@pytest.mark.parametrize(
    "content",
    [
        *map(samples.pledge, SIZES),
        samples.draft(),
        replace(samples.pledge(), witness=samples.WITNESS),
    ],
)
def test_boxes_lie_on_nothing(content):
    paper = laid(content)
    boxes = [paper.box(name) for name in paper.printed.boxes]

    for one, other in combinations(sorted(paper.printed.boxes), 2):
        same_cell = one[2:] == other[2:] and {one[:2], other[:2]} == {"KY", "CQ"}
        assert same_cell or not overlap(paper.box(one), paper.box(other)), (one, other)
    for box in boxes:
        for line in paper.lines:
            # A line's height is that of the face; what it inks ends a good point earlier.
            assert not overlap(box, line._replace(top=line.top + 1.5, bottom=line.bottom - 1.5))


@pytest.mark.parametrize("units", SIZES)
def test_boxes_of_a_row_line_up_below_their_names(units):
    paper = pledge(units)

    for row in paper.content.grid_rows:
        boxes = [paper.box(cell.leader_field) for cell in row]
        assert len({(box.top, box.bottom) for box in boxes}) == 1
        for cell, box in zip(row, boxes, strict=True):
            above = [
                line
                for line in paper.body(box.page)
                if abs(line.middle - (box.x0 + box.x1) / 2) < 1 and line.bottom < box.top + 1.5
            ]
            lines = above[-len(cell.name_lines) :]
            assert [line.text for line in lines] == list(cell.name_lines)
            assert box.top - lines[-1].bottom < 2
            assert lines[0].size == pytest.approx(13, abs=0.2)


@pytest.mark.parametrize("units", SIZES)
def test_grid_is_two_columns_and_an_odd_one_is_centred(units):
    paper = pledge(units)
    boxes = [box for _cell, box in cells(paper)]

    for left, right in zip(boxes[::2], boxes[1::2], strict=False):
        assert left.x1 < right.x0
        assert (left.middle + right.middle) / 2 == pytest.approx(CENTRE, abs=0.5)
    if units % 2:
        assert boxes[-1].middle == pytest.approx(CENTRE, abs=0.5)


def test_lead_comes_first_and_deputy_second():
    first, second, *_ = (cell for cell, _box in cells(pledge()))

    assert (first.unit, second.unit) == ("Sở Tài chính", "Văn phòng Ủy ban nhân dân tỉnh")


def test_agency_seals_lie_over_the_left_of_the_leader():
    paper = pledge()

    for number in range(1, 9):
        seal, leader = paper.box(f"CQ{number:02}"), paper.box(f"KY{number:02}")
        assert (seal.top, seal.bottom) == (leader.top, leader.bottom)
        assert seal.x1 - seal.x0 == pytest.approx(30 * MM, abs=0.5)
        assert seal.x0 < leader.x0 < seal.x1 < leader.middle


def test_witness_signs_below_all_others():
    paper = laid(replace(samples.pledge(), witness=samples.WITNESS))

    witness = paper.box("CK01")
    assert witness.middle == pytest.approx(CENTRE, abs=0.5)
    assert all(box.bottom < witness.top for _cell, box in cells(paper))
    assert {box.page for _cell, box in cells(paper)} == {witness.page}


def test_paper_signed_by_hand_says_so_in_its_boxes():
    paper = laid(samples.signed_by_hand())

    for cell, box in cells(paper):
        inside = [line.text for line in paper.lines if overlap(box, line)]
        assert [text for text in inside if text in cell.printed] == list(cell.printed)


def test_short_closing_takes_the_paragraph_before_it_along():
    content = replace(samples.pledge(), closing="Bản giao ước được lập thành 10 bản./.")

    paper = laid(content)

    heading = paper.line(content.grid_heading)
    before = [line for line in paper.body(heading.page) if line.top < heading.top]
    assert len(before) >= 2
    assert sum(line.text.startswith("Trưởng khối, Phó") for line in paper.lines) == 1


def test_grid_too_large_for_a_page_breaks_between_rows():
    content = samples.pledge(12)
    more = [
        replace(cell, leader_field=f"KY{n}", agency_field=f"CQ{n}")
        for n, cell in enumerate(content.grid[:5], 13)
    ]

    paper = laid(replace(content, grid=(*content.grid, *more)))

    pages = sorted({box.page for box in paper.printed.boxes.values()})
    assert len(paper.printed.boxes) == 2 * 17
    assert pages == [paper.printed.pages - 2, paper.printed.pages - 1]
    for one, other in pairwise(cells(paper)):
        assert one[1].page <= other[1].page
    assert paper.line(content.grid_heading).page == pages[0]
    assert paper.line("Nơi nhận:").page == pages[-1]


# Code of verification and drafts


def test_code_and_qr_stand_in_the_bottom_margin_of_every_page():
    paper = pledge()

    for page in range(paper.printed.pages):
        foot = [line for line in paper.lines if line.page == page and line.top > BOTTOM]
        assert [line.text for line in foot] == [
            f"Mã xác minh: {samples.CODE}",
            f"Kiểm tra tại {samples.VERIFY_URL}",
        ]
        for line in foot:
            assert line.size == pytest.approx(9.5, abs=0.2)
            assert line.bottom < HEIGHT - 5 * MM
        assert qr_modules(paper, page) == expected_modules()


def qr_modules(paper, page):
    """The QR code as it prints, read module by module."""
    size, scale = len(expected_modules()), 288 / 72
    picture = image(paper.printed.pdf, page)
    step = 13 * MM / size
    middle = HEIGHT - 11 * MM
    return [
        [
            picture.getpixel(
                (
                    int((LEFT + (column + 0.5) * step) * scale),
                    int((middle - 6.5 * MM + (row + 0.5) * step) * scale),
                )
            )
            < 128
            for column in range(size)
        ]
        for row in range(size)
    ]


def expected_modules():
    code = segno.make(samples.VERIFY_URL, error="m", micro=False)
    return [[bool(module) for module in row] for row in code.matrix]


def test_draft_says_so_on_every_page_and_has_no_code():
    paper = laid(samples.draft())

    for page in range(paper.printed.pages):
        assert [line.text for line in paper.lines if line.page == page].count("DỰ THẢO") == 1
        assert not [line for line in paper.lines if line.page == page and line.top > BOTTOM]
        bottom = image(paper.printed.pdf, page).crop(
            tuple(int(edge * 4) for edge in (0, BOTTOM + 2, WIDTH, HEIGHT))
        )
        assert bottom.getextrema() == (255, 255)


# Structure for readers who listen


def test_paper_is_tagged_with_title_headings_and_tables():
    with pikepdf.open(io.BytesIO(pledge().printed.pdf)) as pdf:
        tags = [str(obj.get("/S")) for obj in pdf.objects if is_dictionary(obj)]
        outline = pdf.open_outline()
        with outline:
            [title] = outline.root
            parts = [item.title for item in title.children]
        assert pdf.docinfo["/Title"] == samples.pledge().title

    assert tags.count("/H1") == 1
    assert tags.count("/H3") == 8
    assert tags.count("/Table") >= 2
    assert "/Figure" not in tags  # the QR code says nothing that the text beside it does not
    assert title.title == "GIAO ƯỚC THI ĐUA"
    assert parts[0] == "I. NỘI DUNG THI ĐUA"


# Stamps


@pytest.mark.parametrize("width", [75, 56])
@pytest.mark.parametrize("height", [32, 28.3, 21.4])
@pytest.mark.parametrize("signed_at", ["", "08:31:09, 08/4/2026 (GMT+7)"])
@pytest.mark.parametrize(
    ("titles", "person"),
    [
        (("GIÁM ĐỐC",), "Lý Thị Thử Bảy"),
        (("KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG"), "Nguyễn Hoàng Phương Thảo Thử Chín"),
    ],
)
def test_stamp_says_who_signs_and_fits_its_box(titles, person, signed_at, width, height):
    context = {"titles": titles, "person": person, "signed_at": signed_at}

    pdf = printing.stamp("print/stamp.html", context, width * MM, height * MM)

    text = " ".join(run("pdftotext", "-", "-", pdf=pdf).decode().split())
    said = f"Đã xác nhận ký trên hệ thống {signed_at}" if signed_at else ""
    assert text == " ".join(filter(None, (*titles, said, person)))
    picture = image(pdf, 0)
    ink = picture.point(lambda value: 255 if value < 200 else 0).getbbox()
    assert ink[0] > 0
    assert ink[1] > 0
    assert ink[2] < picture.width
    assert ink[3] < picture.height
