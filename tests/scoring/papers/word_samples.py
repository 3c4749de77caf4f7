"""Word packages made by hand: templates with one thing changed, and what a document says."""

import io
import zipfile
from functools import cache

import docx

from scoring.papers.content import Minutes
from scoring.papers.word import default_template

BODY = "word/document.xml"
TYPES = "[Content_Types].xml"
LINKS = "word/_rels/document.xml.rels"


@cache
def plain_template(*paragraphs):
    """A template of these paragraphs and nothing else."""
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def changed(template=None, *, added=None, **replacements):
    """The template with parts added, and texts replaced in the part named by its short name."""
    names = {"body": BODY, "types": TYPES, "links": LINKS}
    swaps = {names[short]: pair for short, pair in replacements.items()}
    out = io.BytesIO()
    source = zipfile.ZipFile(io.BytesIO(template or default_template(Minutes)))
    with source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in source.namelist():
            data = source.read(name)
            if name in swaps:
                before, after = (one.encode() for one in swaps[name])
                assert before in data, f"{before} is not in {name}"
                data = data.replace(before, after, 1)
            new.writestr(name, data)
        for name, data in (added or {}).items():
            new.writestr(name, data)
    return out.getvalue()


def field(*codes, kind="w:instrText"):
    """A complex field whose code is cut over several runs."""
    runs = "".join(f"<w:r><{kind}>{code}</{kind}></w:r>" for code in codes)
    marks = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    return f"<w:p>{marks.format('begin')}{runs}{marks.format('end')}</w:p></w:body>"


def text_of(document):
    """Everything a document says, cells in the order of reading, one paragraph a line."""
    opened = docx.Document(io.BytesIO(document))
    return "\n".join(
        "".join(node.text or "" for node in paragraph.iter(f"{WORD}t"))
        for paragraph in opened.element.body.iter(f"{WORD}p")
    )


WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
