"""The Word templates that staff start from, in the form of Decree 30/2020, Appendix I.

Built here rather than kept as binary files: what the tags name stands beside what fills them.
"""

import io

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt

FONT = "Times New Roman"
CENTRED, JUSTIFIED = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
LEFT, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT
PORTRAIT_WIDTH, LANDSCAPE_WIDTH = 165, 252  # mm between the margins
FONT_SLOTS = ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia")


def set_font(font, size: float) -> None:
    """Times New Roman for every script: Word keeps a name for each."""
    font.name, font.size = FONT, Pt(size)
    fonts = font.element.get_or_add_rPr().get_or_add_rFonts()
    for slot in FONT_SLOTS:
        fonts.set(qn(slot), FONT)


def self_table() -> bytes:
    page = _Page(PORTRAIT_WIDTH)
    page.head()
    page.line("{{ paper.attached }}", italic=True, align=CENTRED)
    columns = (
        ("TT", 13, CENTRED, "{{ row.code }}", ""),
        ("Tiêu chí", 61, LEFT, "{{ row.name }}", "{{ line.label }}"),
        ("Điểm chuẩn", 16, RIGHT, "{{ row.max.text }}", ""),
        ("Tự chấm", 16, RIGHT, "{{ row.texts.self }}", "{{ line.texts.self }}"),
        ("Thẩm định", 16, RIGHT, "{{ row.texts.verified }}", "{{ line.texts.verified }}"),
        ("Ghi chú, tài liệu kiểm chứng", 43, LEFT, "{{ row.note }}", ""),
    )
    table = page.table([(label, width) for label, width, *_rest in columns])
    table.tag("for row in paper.rows")
    table.tag('if row.kind == "leaf"')
    table.row([(text, align, False) for _label, _width, align, text, _total in columns])
    table.tag("else")
    table.row([(text, align, True) for _label, _width, align, text, _total in columns])
    table.tag("endif")
    table.tag("endfor")
    table.tag("for line in paper.totals if line.printed")
    table.row([(text, align, True) for _label, _width, align, _row, text in columns])
    table.tag("endfor")
    page.tag("if paper.class_line")
    page.text("{{ paper.class_line }}.")
    page.tag("endif")
    page.each("note", "paper.notes", italic=True)
    page.sign("recipients", "paper.signature")
    return page.bytes()


def report() -> bytes:
    page = _Page(PORTRAIT_WIDTH)
    page.head(number=True)
    page.line("{{ paper.addressees }}", align=CENTRED)
    page.text("{{ paper.opening }}")
    page.text("{{ paper.result_heading }}", bold=True)
    page.tag("for group in paper.groups")
    page.text("{{ group.heading }}", bold=True)
    page.tag("for item in group.items")
    page.text("{{ item.heading }}", italic=True)
    page.each("paragraph", "item.paragraphs")
    page.tag("if item.evidence")
    page.text("Tài liệu kiểm chứng:")
    page.each("document", "item.evidence", "- {{ document }}.")
    page.tag("endif")
    page.tag("endfor")
    page.tag("endfor")
    page.text("Tổng hợp", bold=True)
    page.each("step", "paper.total_steps", "{{ step }}.")
    page.text("{{ paper.total_line }}", bold=True)
    page.each("note", "paper.notes")
    page.tag("if paper.answers")
    page.text("{{ paper.answers_heading }}", bold=True)
    page.each("answer", "paper.answers")
    page.tag("endif")
    page.text("{{ paper.closing }}")
    page.sign("recipients", "paper.signature")
    return page.bytes()


def minutes() -> bytes:
    page = _Page(PORTRAIT_WIDTH)
    page.head(number=True)
    page.text("{{ paper.opening }}")
    page.text("{{ paper.people_heading }}", bold=True)
    page.tag("for side in paper.sides")
    page.text("{{ side.heading }}", bold=True)
    page.each("person", "side.people")
    page.tag("endfor")
    page.text("{{ paper.result_heading }}", bold=True)
    page.tag("for group in paper.groups")
    page.text("{{ group.heading }}", bold=True)
    page.each("finding", "group.findings", "{{ finding.sentence }}")
    page.tag("endfor")
    page.text("Tổng điểm", bold=True)
    page.each("step", "paper.total_steps", "{{ step }}.")
    page.text("{{ paper.total_line }}", bold=True)
    page.each("note", "paper.notes")
    page.text("{{ paper.opinion_heading }}", bold=True)
    page.each("opinion", "paper.opinions")
    page.each("dots", "paper.blank_lines")
    page.text("{{ paper.closing }}")
    page.sign("paper.signatures[0]", "paper.signatures[1]", "paper.signatures[2]")
    return page.bytes()


def summary() -> bytes:
    page = _Page(LANDSCAPE_WIDTH)
    page.head()
    columns = (
        ("Xếp hạng", 15, CENTRED, "{{ row.place.text }}"),
        ("Đơn vị", 50, LEFT, "{{ row.unit }}"),
        # As many cells as the table has groups.
        ("{%tc for column in paper.columns %}", 2, LEFT, "{%tc for figure in row.groups %}"),
        (GROUP_HEAD, 15, RIGHT, "{{ figure.text }}"),
        ("{%tc endfor %}", 2, LEFT, "{%tc endfor %}"),
        ("{{ paper.scaled_label }}", 22, RIGHT, "{{ row.scaled.text }}"),
        ("Điểm thưởng", 18, RIGHT, "{{ row.bonus.text }}"),
        ("Điểm trừ", 14, RIGHT, "{{ row.penalty.text }}"),
        ("Tổng điểm", 17, RIGHT, "{{ row.total.text }}"),
        ("Xếp loại", 23, CENTRED, "{{ row.class_name }}"),
        ("Ghi chú", 33, LEFT, "{{ row.note }}"),
    )
    table = page.table([(label, width) for label, width, *_rest in columns])
    table.tag("for row in paper.rows")
    table.row([(text, align, False) for _label, _width, align, text in columns])
    table.tag("endfor")
    page.text("{{ paper.legend }}.", italic=True)
    page.each("note", "paper.notes", italic=True)
    page.sign("recipients", "paper.signatures[0]", "paper.signatures[1]")
    return page.bytes()


GROUP_HEAD = "{{ column.label }} ({{ column.max.text }})"


class _Page:
    """A document being built: A4, margins and letters of the decree."""

    def __init__(self, width):
        self.width = width
        self.document = docx.Document()
        self._lay_out(width)
        self._set_letters()
        properties = self.document.core_properties
        properties.title, properties.language = "{{ paper.title }}", "vi"
        properties.author = properties.comments = ""

    def bytes(self):
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()

    def _lay_out(self, width):
        [section] = self.document.sections
        sides = Mm(210), Mm(297)
        if width == LANDSCAPE_WIDTH:
            section.orientation, sides = WD_ORIENT.LANDSCAPE, sides[::-1]
        section.page_width, section.page_height = sides
        # Twenty-five at most; the head of a working copy stands in the upper margin.
        section.top_margin, section.bottom_margin = Mm(25), Mm(20)
        section.left_margin, section.right_margin = Mm(30), Mm(15)
        section.header_distance = Mm(8)
        section.different_first_page_header_footer = True
        number = section.header.paragraphs[0]
        number.alignment = CENTRED
        number.paragraph_format.space_before = Pt(0)
        _add_page_number(number)

    def _set_letters(self):
        normal = self.document.styles["Normal"]
        set_font(normal.font, 14)
        normal.paragraph_format.space_before = Pt(6)
        normal.paragraph_format.space_after = Pt(0)
        # Theme fonts of the blank document would win over the name.
        for fonts in self.document.styles.element.iter(qn("w:rFonts")):
            for slot in list(fonts.attrib):
                if slot.endswith("Theme"):
                    del fonts.attrib[slot]

    # Paragraphs

    def line(self, text, *, align=LEFT, size=14, bold=False, italic=False, into=None):
        paragraph = (into or self.document).add_paragraph()
        return _write(paragraph, text, align, size, bold, italic)

    def text(self, text, *, bold=False, italic=False):
        """A paragraph of the body: justified, first line set in by 1,27 cm."""
        paragraph = self.line(text, align=JUSTIFIED, bold=bold, italic=italic)
        paragraph.paragraph_format.first_line_indent = Cm(1.27)
        paragraph.paragraph_format.keep_with_next = bold

    def tag(self, words, into=None):
        """A paragraph that only holds a tag, and goes when the document is filled."""
        self.line(f"{{%p {words} %}}", into=into)

    def each(self, name, values, text="", *, italic=False):
        self.tag(f"for {name} in {values}")
        self.text(text or f"{{{{ {name} }}}}", italic=italic)
        self.tag("endfor")

    # Blocks

    def head(self, *, number=False):
        """Issuer at the left, country at the right, then the paper's name."""
        left, right = (69, 96) if self.width == PORTRAIT_WIDTH else (126, 126)
        issuer, country = self._bare_table([left, right])
        _write(issuer.paragraphs[0], "{{ paper.superior }}", CENTRED, 13)
        self.tag("for line in paper.issuer_lines", into=issuer)
        self._head_line(issuer, "{{ line }}", 13, bold=True)
        self.tag("endfor", into=issuer)
        _rule(issuer.add_paragraph(), left)
        if number:
            self._head_line(issuer, "{{ paper.number }}", 13)
        self.tag("if paper.draft_mark", into=issuer)
        self._head_line(issuer, "{{ paper.draft_mark }}", 13, bold=True)
        self.tag("endif", into=issuer)
        name = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
        _write(country.paragraphs[0], name, CENTRED, 13, bold=True)
        motto = self._head_line(country, "Độc lập - Tự do - Hạnh phúc", 14, bold=True)
        motto.runs[0].underline = True
        self.line("{{ paper.dateline }}", align=CENTRED, italic=True, into=country)
        self.line("{{ paper.kind }}", align=CENTRED, bold=True).paragraph_format.space_before = Pt(
            20
        )
        self._head_line(self.document, "{{ paper.about }}", 14, bold=True)
        _rule(self.document.add_paragraph(), self.width)

    def _head_line(self, into, text, size, bold=False):
        paragraph = self.line(text, align=CENTRED, size=size, bold=bold, into=into)
        paragraph.paragraph_format.space_before = Pt(0)
        return paragraph

    def _bare_table(self, widths):
        table = self.document.add_table(1, len(widths))
        _fix_widths(table, widths)
        _keep_whole(table.rows[0])
        _without_padding(table)
        for paragraph in (cell.paragraphs[0] for cell in table.rows[0].cells):
            paragraph.paragraph_format.space_before = Pt(0)
        return table.rows[0].cells

    def table(self, columns):
        return _Table(self, columns)

    def sign(self, *places):
        """Side by side: the recipients or a signature, each named by where it is found."""
        self.document.paragraphs[-1].paragraph_format.keep_with_next = True
        gap = self.line("", size=6)
        gap.paragraph_format.keep_with_next = True
        # The last is the longest: "ĐƠN VỊ ĐƯỢC KIỂM TRA".
        last = self.width * 0.4
        widths = [(self.width - last) / (len(places) - 1)] * (len(places) - 1)
        cells = self._bare_table([*widths, last])
        for cell, place in zip(cells, places, strict=True):
            if place == "recipients":
                self._recipients(cell)
            else:
                self._signature(cell, place)

    def _recipients(self, cell):
        _write(cell.paragraphs[0], "Nơi nhận:", LEFT, 12, bold=True, italic=True)
        self.tag("for line in paper.recipients", into=cell)
        line = self.line("{{ line }}", size=11, into=cell)
        line.paragraph_format.space_before = Pt(0)
        self.tag("endfor", into=cell)

    def _signature(self, cell, place):
        _write(cell.paragraphs[0], f"{{%p for title in {place}.titles %}}", CENTRED, 13)
        self._head_line(cell, "{{ title }}", 13, bold=True)
        self.tag("endfor", into=cell)
        hint = self._head_line(cell, f"{{{{ {place}.hint }}}}", 12)
        hint.runs[0].italic = True
        person = self._head_line(cell, f"{{{{ {place}.person }}}}", 14, bold=True)
        person.paragraph_format.space_before = Pt(66)


class _Table:
    """A table with lines, whose rows may be tags."""

    def __init__(self, page, columns):
        self.widths = [width for _label, width in columns]
        self.table = page.document.add_table(1, len(columns), style="Table Grid")
        self._fill(self.table.rows[0], [(label, CENTRED, True) for label, _width in columns])
        _repeat(self.table.rows[0])
        _fix_widths(self.table, self.widths)

    def row(self, cells):
        row = self.table.add_row()
        self._fill(row, cells)
        _keep_whole(row)
        _fix_widths(self.table, self.widths)

    def tag(self, words):
        row = self.table.add_row()
        _write(row.cells[0].paragraphs[0], f"{{%tr {words} %}}", LEFT, 11)

    @staticmethod
    def _fill(row, cells):
        for cell, (text, align, bold) in zip(row.cells, cells, strict=True):
            paragraph = _write(cell.paragraphs[0], text, align, 11.5, bold=bold)
            paragraph.paragraph_format.space_before = Pt(2)
            paragraph.paragraph_format.space_after = Pt(2)


# What python-docx has no word for


def _write(paragraph, text, align, size, bold=False, italic=False):
    paragraph.alignment = align
    run = paragraph.add_run(text)
    run.bold, run.italic = bold, italic
    set_font(run.font, size)
    return paragraph


def _add_page_number(paragraph):
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def _rule(paragraph, width):
    """A line over some two fifths of the width, under what stands above it."""
    paragraph.paragraph_format.space_before = Pt(0)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(
        width * 0.29
    )
    paragraph.paragraph_format.line_spacing = Pt(4)
    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    # After what the schema wants before it.
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, *("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    )


def _fix_widths(table, widths):
    """Word trusts the cells, LibreOffice the columns."""
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)


def _without_padding(table):
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        one = OxmlElement(f"w:{side}")
        one.set(qn("w:w"), "0")
        one.set(qn("w:type"), "dxa")
        margins.append(one)
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook")


def _repeat(row):
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _keep_whole(row):
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
