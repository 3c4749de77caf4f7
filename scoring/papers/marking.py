"""A filled Word document marked as what it is: a working copy, and of what data."""

import io

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from scoring.papers import word_defaults
from scoring.papers.content import DEMONSTRATION, WORKING_COPY
from scoring.papers.package import TemplateRefused
from scoring.papers.sandbox import fill


def fill_marked(template: bytes, context: dict) -> bytes:
    """The template filled, with its standing at the head of every page; raises TemplateRefused."""
    return marked(fill(template, context), context["paper"]["demo"])


def marked(document: bytes, demo: bool) -> bytes:
    """The document with its standing at the head of every page, whatever its template says."""
    try:
        opened = docx.Document(io.BytesIO(document))
    except (KeyError, ValueError, AttributeError):
        raise TemplateRefused("Văn bản lập từ mẫu không mở được.") from None
    for table in opened.tables:
        _fit_grid(table)
    lines = [DEMONSTRATION, WORKING_COPY] if demo else [WORKING_COPY]
    for place, section in enumerate(opened.sections):
        for header in _headers(opened, section):
            if place and header.is_linked_to_previous:
                continue
            first = header.paragraphs[0] if header.paragraphs else header.add_paragraph()
            for line in lines:
                _mark(first.insert_paragraph_before(), line)
    out = io.BytesIO()
    opened.save(out)
    return out.getvalue()


def _fit_grid(table):
    """Columns as wide as the first row's cells: a loop over cells leaves the grid as it was."""
    if not table._tbl.tr_lst:
        return
    cells = table._tbl.tr_lst[0].tc_lst
    columns = table._tbl.tblGrid.gridCol_lst
    if len(cells) == len(columns) and all(cell.width for cell in cells):
        for column, cell in zip(columns, cells, strict=True):
            column.w = cell.width


def _headers(document, section):
    yield section.header
    if section.different_first_page_header_footer:
        yield section.first_page_header
    if document.settings.odd_and_even_pages_header_footer:
        yield section.even_page_header


def _mark(paragraph, line):
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.first_line_indent = Pt(0)
    run = paragraph.add_run(line)
    run.italic = line == WORKING_COPY
    word_defaults.set_font(run.font, 10)
