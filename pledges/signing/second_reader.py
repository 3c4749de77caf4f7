"""A second reader, PDFium, must see the same pages before and after, but for the boxes signed.

Readers forgive different mistakes: what pyHanko takes for the file in force and a signature may be
another document to others. So whatever was accepted is drawn once more by a reader that shares no
code with pyHanko, and the pictures are compared.
"""

from collections.abc import Iterable

import pypdfium2

from .layout import Box
from .refusal import UploadRefused, Why

WHITE = (255, 255, 255, 255)
# Edges are smoothed over the neighbouring pixels.
MARGIN = 2


def refuse_other_pages(before: bytes, after: bytes, signed: Iterable[Box]) -> None:
    """Raise UploadRefused unless all pages look as they did, outside the boxes that were signed."""
    boxes = tuple(signed)
    try:
        same = drawn(before, boxes) == drawn(after, boxes)
    except pypdfium2.PdfiumError as error:
        raise UploadRefused(Why.IRREGULAR) from error
    if not same:
        raise UploadRefused(Why.IRREGULAR)


def drawn(pdf: bytes, boxes: tuple[Box, ...]) -> list[tuple[int, int, bytes]]:
    """Return the pages as pictures, a pixel for a point, with these boxes left blank."""
    with pypdfium2.PdfDocument(pdf) as document:
        document.init_forms()  # else the fields' looks are not drawn
        return [
            _picture(document[number], [box for box in boxes if box.page == number])
            for number in range(len(document))
        ]


def _picture(page: pypdfium2.PdfPage, boxes: list[Box]) -> tuple[int, int, bytes]:
    bitmap = page.render()
    for box in boxes:
        left, right = int(box.x0) - MARGIN, int(box.x1) + 1 + MARGIN
        top, bottom = (int(bitmap.height - edge) for edge in (box.y1, box.y0))
        top, bottom = top - MARGIN, bottom + 1 + MARGIN
        bitmap.fill_rect(WHITE, left, top, right - left, bottom - top)
    return bitmap.width, bitmap.height, bytes(bitmap.buffer)
