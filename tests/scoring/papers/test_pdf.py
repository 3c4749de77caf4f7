"""The official papers as PDF: form of Decree 30, on every page, in every situation."""

import io
import re
import subprocess

import pikepdf
import pytest

from scoring.papers.pdf import printed
from tests.env import needs_poppler
from tests.scoring.papers import samples

PAPERS = {
    "self_table": samples.self_table_of,
    "report": samples.report_of,
    "minutes": samples.minutes_of,
    "summary": samples.summary_of,
}
DEMONSTRATION = "DỮ LIỆU TRÌNH DIỄN - KHÔNG PHẢI VĂN BẢN CỦA CƠ QUAN NÀO"


def pdf_of(name, **changes):
    return printed(PAPERS[name](**changes)).pdf


def pages_of(pdf):
    """The text of each page, spaces and line ends as single spaces."""
    out = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return [" ".join(page.split()) for page in out.stdout.decode().split("\f") if page.strip()]


@needs_poppler
@pytest.mark.parametrize("name", PAPERS)
def test_demonstration_line_is_on_every_page(name):
    shown, hidden = pages_of(pdf_of(name)), pages_of(pdf_of(name, demo=False))

    assert all(DEMONSTRATION in page for page in shown)
    assert not any(DEMONSTRATION in page for page in hidden)


@needs_poppler
@pytest.mark.parametrize("name", PAPERS)
def test_pages_are_numbered_from_the_second(name):
    first, *others = pages_of(pdf_of(name, demo=False))

    assert not re.match(r"\d+ ", first)
    assert [page.split()[0] for page in others] == [str(n) for n in range(2, len(others) + 2)]


@pytest.mark.parametrize("name", PAPERS)
def test_wide_table_lies_others_stand(name):
    with pikepdf.open(io.BytesIO(pdf_of(name))) as pdf:
        sizes = {tuple(round(float(side)) for side in page.mediabox[2:]) for page in pdf.pages}

    assert sizes == {(842, 595) if name == "summary" else (595, 842)}


@needs_poppler
def test_minutes_end_with_the_last_sentence_above_the_signatures():
    *_others, last = pages_of(pdf_of("minutes"))

    assert last.index("./.") < last.index("CHỦ TRÌ") < last.index("(Ký, ghi rõ họ tên)")


@needs_poppler
def test_draft_mark_stands_on_every_page():
    pages = pages_of(pdf_of("self_table", draft_mark="DỰ THẢO"))

    assert all("DỰ THẢO" in page for page in pages)


@needs_poppler
@pytest.mark.parametrize("unit", samples.PARTIES)
def test_self_table_of_every_unit_is_set(unit):
    paper = samples.self_table_of(unit)

    result = printed(paper)

    assert paper.totals[-1].figures[-1].text in " ".join(pages_of(result.pdf))
    assert result.pages <= 4
