"""New signature fields drawn inside a member's box, where tools cannot fill the field that is there.

Only for installations that seal without certifying: a certified file permits no new fields.
"""

from collections.abc import Iterable, Mapping

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, Reference
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader

from .layout import Box
from .objects import is_same, items_of, raw_of, references_in, value_of

WIDGET_ENTRIES = frozenset(
    {"/Type", "/Subtype", "/FT", "/T", "/TU", "/F", "/Rect", "/P", "/V", "/AP", "/DA", "/MK", "/M"}
)
TOLERANCE = 2  # points that a hand may draw over the edge


def box_around(
    widget: DictionaryObject, boxes: Mapping[str, Box], pages: list[Reference]
) -> str | None:
    """Return the name of the box that a widget lies in."""
    rect = items_of(value_of(widget, "/Rect"))
    page = raw_of(widget, "/P")
    if len(rect) != 4 or page is None or page.reference not in pages:
        return None
    (x0, x1), (y0, y1) = sorted(map(float, rect[::2])), sorted(map(float, rect[1::2]))
    for name, box in boxes.items():
        if (
            pages[box.page] == page.reference
            and box.x0 - TOLERANCE <= x0 < x1 <= box.x1 + TOLERANCE
            and box.y0 - TOLERANCE <= y0 < y1 <= box.y1 + TOLERANCE
        ):
            return name
    return None


def boxes_of(reader: PdfFileReader, fields: Iterable[DictionaryObject]) -> dict[str, Box]:
    """Return the boxes of these fields, by name; a field without area has none."""
    pages, boxes = pages_of(reader.root), {}
    for field in fields:
        x0, y0, x1, y1 = (float(edge) for edge in items_of(field["/Rect"]))
        page = field.raw_get("/P").reference
        if x0 < x1 and y0 < y1 and page in pages:
            boxes[str(field["/T"])] = Box(pages.index(page), x0, y0, x1, y1)
    return boxes


def pages_of(root: DictionaryObject) -> list[Reference]:
    """Return the pages as WeasyPrint writes them: in one flat list."""
    return references_in(root["/Pages"]["/Kids"])


def is_new_widget(widget: DictionaryObject) -> bool:
    """Tell whether this is a signature field and its widget in one, with nothing else to it."""
    return (
        isinstance(widget, DictionaryObject)
        and not widget.keys() - WIDGET_ENTRIES
        and value_of(widget, "/Subtype") == "/Widget"
        and value_of(widget, "/FT") == "/Sig"
        and isinstance(value_of(widget, "/T"), str)
    )


def adds_only(
    old: HistoricalResolver, new: HistoricalResolver, page: Reference, widget: Reference
) -> bool:
    """Tell whether a page changed in nothing but this one more annotation."""
    before, after = old(page), new(page)
    known, now = value_of(before, "/Annots", ArrayObject()), value_of(after, "/Annots")
    return (
        all(
            is_same(raw_of(before, key), raw_of(after, key))
            for key in (before.keys() | after.keys()) - {"/Annots"}
        )
        and references_in(now) == [*references_in(known), widget]
        and len(now) == len(known) + 1
    )
