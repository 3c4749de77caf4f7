"""What the forms of a paper say, read back from their files."""

import io
import re
import subprocess

import docx

from scoring.papers.content import DEMONSTRATION

FIGURE = re.compile(r"−?\d+(?:,\d+)?|–")
WORD = re.compile(
    r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="[\d.]+">(.*?)</word>'
)


def flowing_text(pdf):
    """The text of a PDF as one line: without what stands in the upper margins."""
    pages = []
    for number, page in enumerate(pdftotext(pdf, "-layout").split("\f"), 1):
        words = " ".join(page.split()).removeprefix(DEMONSTRATION).strip()
        pages.append(words.removeprefix(f"{number} ") if number > 1 else words)
    return " ".join(page for page in pages if page)


def pdftotext(pdf, *options):
    command = ["pdftotext", *options, "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def columns_of(pdf, count):
    """The figures of a table's numeric columns, top to bottom over all pages.

    Figures of one column end on one line: the `count` lines where most of them end, left to right.
    """
    words = []
    for number, page in enumerate(pdftotext(pdf, "-bbox").split("<page ")):
        words += [
            (round(float(right)), number, float(top), text)
            for _left, top, right, text in WORD.findall(page)
            if FIGURE.fullmatch(text)
        ]
    edges = {}
    for right, *place in words:
        edge = next((known for known in edges if abs(known - right) <= 1), right)
        edges.setdefault(edge, []).append(tuple(place))
    fullest = sorted(edges, key=lambda edge: -len(edges[edge]))[:count]
    return [[text for _page, _top, text in sorted(edges[edge])] for edge in sorted(fullest)]


def table_of(document, place):
    """The rows of a Word document's table as texts."""
    opened = docx.Document(io.BytesIO(document))
    return [[cell.text for cell in row.cells] for row in opened.tables[place].rows]
