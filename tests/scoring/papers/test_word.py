"""The working copies in Word: what they say, how they are set, and whose template they follow."""

import io

import docx
import pytest

from scoring.papers.content import DEMONSTRATION, WORKING_COPY
from scoring.papers.word import context_of, default_template, document_of
from tests.scoring.papers import samples
from tests.scoring.papers.word_samples import plain_template, text_of

PAPERS = {
    "self_table": samples.self_table_of,
    "report": samples.report_of,
    "minutes": samples.minutes_of,
    "summary": samples.summary_of,
}


def heads_of(document):
    """The lines of every head of every section."""
    opened = docx.Document(io.BytesIO(document))
    for section in opened.sections:
        for header in (section.header, section.first_page_header):
            yield [paragraph.text for paragraph in header.paragraphs]


@pytest.mark.parametrize("name", PAPERS)
def test_document_says_on_every_page_that_it_is_a_working_copy(name):
    shown, real = (document_of(PAPERS[name](demo=demo)) for demo in (True, False))

    assert [lines[:2] for lines in heads_of(shown)] == [[DEMONSTRATION, WORKING_COPY]] * 2
    assert [lines[0] for lines in heads_of(real)] == [WORKING_COPY] * 2
    assert DEMONSTRATION not in str(list(heads_of(real)))


@pytest.mark.parametrize("name", PAPERS)
def test_document_is_set_as_the_decree_asks(name):
    document = docx.Document(io.BytesIO(document_of(PAPERS[name]())))
    [section] = document.sections
    fonts = {run.font.name for paragraph in document.paragraphs for run in paragraph.runs}

    assert (round(section.left_margin.mm), round(section.right_margin.mm)) == (30, 15)
    assert 20 <= round(section.top_margin.mm) <= 25
    assert 20 <= round(section.bottom_margin.mm) <= 25
    assert (section.page_width > section.page_height) == (name == "summary")
    assert fonts == {"Times New Roman"}
    assert 'asciiTheme="' not in document.styles.element.xml


@pytest.mark.parametrize("name", PAPERS)
def test_no_tag_is_left_over(name):
    document = document_of(PAPERS[name]())

    text = text_of(document)
    assert "{{" not in text
    assert "{%" not in text
    assert docx.Document(io.BytesIO(document)).core_properties.title == PAPERS[name]().title


def test_minutes_say_every_sentence_in_order():
    paper = samples.minutes_of()
    lines = text_of(document_of(paper)).split("\n")

    said = [one.sentence for group in paper.groups for one in group.findings]
    assert [line for line in lines if line.startswith("Mục ") and line in said] == said
    assert lines.index(paper.closing) < lines.index("CHỦ TRÌ") < lines.index("GHI BIÊN BẢN")


def test_summary_has_a_column_for_each_group():
    paper = samples.summary_of()
    [_head, table, _signatures] = docx.Document(io.BytesIO(document_of(paper))).tables

    assert [cell.text for cell in table.rows[0].cells][2:6] == [
        "I (50)",
        "II (15)",
        "III (15)",
        "IV (20)",
    ]
    assert len(table.columns) == 12
    assert [row.cells[9].text for row in table.rows[1:]] == [row.total.text for row in paper.rows]


def test_text_that_looks_like_markup_stays_text():
    paper = samples.minutes_of()
    context = context_of(paper)
    context["paper"]["closing"] = "</w:t></w:r><w:p>&amp; {{ 7 * 7 }} \x07<b>"
    from scoring.papers.sandbox import fill

    filled = fill(plain_template("{{ paper.closing }}"), context)

    assert text_of(filled) == "</w:t></w:r><w:p>&amp; {{ 7 * 7 }} <b>"


def test_own_template_is_followed():
    template = plain_template(
        "Sở {{ paper.unit }}",
        "{%p for group in paper.groups %}",
        "{{ loop.index }}. {{ group.heading|upper }}",
        "{%p endfor %}",
    )

    document = document_of(samples.minutes_of(), template)

    assert text_of(document).split("\n")[1] == "1. NHÓM I. THỰC HIỆN NHIỆM VỤ CHÍNH TRỊ, CHUYÊN MÔN"
    assert next(heads_of(document))[:2] == [DEMONSTRATION, WORKING_COPY]


@pytest.mark.parametrize("name", PAPERS)
def test_default_template_is_one_that_staff_could_upload(name):
    paper = PAPERS[name]()

    assert text_of(document_of(paper, default_template(type(paper)))) == text_of(document_of(paper))
