"""Writing one more revision of a PDF (ISO 32000-2 7.5.6): the old bytes, then only what changed."""

from io import BytesIO

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    StreamObject,
    pdf_name,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError, PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import ObjectStream

from .errors import UnsuitablePdf


class Revision(IncrementalPdfFileWriter):
    """An incremental writer that adds nothing of its own accord.

    pyHanko would also rewrite the document's metadata with the time of its own clock. The metadata
    belong to the sealed document, and a signature says its time itself.
    """

    def _update_meta(self):
        pass

    def written(self) -> bytes:
        """Return the whole file with this revision at its end."""
        output = BytesIO()
        self.write(output)
        return output.getvalue()


def open_revision(pdf: bytes) -> Revision:
    """Start a new revision of `pdf`; raise UnsuitablePdf."""
    try:
        revision = Revision(BytesIO(pdf))
    except (PdfError, KeyError, TypeError, ValueError) as error:
        raise UnsuitablePdf("Không đọc được tệp PDF.") from error
    if revision.security_handler is not None:
        raise UnsuitablePdf("Tệp PDF bị đặt mật khẩu nên không ký được.")
    return revision


def new_objects(revision: Revision) -> ObjectStream | None:
    """Return a compressed container for new objects where the file already uses them."""
    return revision.prepare_object_stream() if revision.stream_xrefs else None


def add_appearance(
    revision: Revision, appearance: bytes | None, width: float, height: float
) -> IndirectObject:
    """Add a one-page PDF as a form XObject for a widget of this size (points); None: a blank one.

    A viewer maps the form's /BBox to the widget's /Rect (ISO 32000-2 12.5.5, algorithm 8), so the
    page is only framed in a box of the widget's proportions: it is scaled as a whole, centred, and
    its text and fonts stay as WeasyPrint wrote them.
    """
    form = DictionaryObject(
        {pdf_name("/Type"): pdf_name("/XObject"), pdf_name("/Subtype"): pdf_name("/Form")}
    )
    if appearance is None:
        form["/BBox"] = _numbers(0, 0, width, height)
        form["/Resources"] = DictionaryObject()
        return revision.add_object(StreamObject(form, stream_data=b""))
    try:
        reader = PdfFileReader(BytesIO(appearance))
        if reader.root["/Pages"]["/Count"] != 1:
            raise UnsuitablePdf("Hình chữ ký phải là tệp PDF đúng một trang.")
        page_ref, resources = reader.find_page_for_modification(0)
        page = page_ref.get_object()
        form["/BBox"] = _framed(page["/MediaBox"], width, height)
        form["/Resources"] = revision.import_object(resources, new_objects(revision))
        content = StreamObject(form, stream_data=_content(page))
    except (PdfReadError, KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise UnsuitablePdf("Không đọc được hình chữ ký.") from error
    content.compress()
    return revision.add_object(content)


def _content(page: DictionaryObject) -> bytes:
    contents = page["/Contents"]
    if isinstance(contents, StreamObject):
        return contents.data
    return b"\n".join(part.data for part in contents)


def _framed(media_box: ArrayObject, width: float, height: float) -> ArrayObject:
    """Return the page's box, widened around its centre to the proportions of width : height."""
    x0, y0, x1, y1 = (float(number) for number in media_box)
    scale = min(width / (x1 - x0), height / (y1 - y0))
    dx, dy = (width / scale - (x1 - x0)) / 2, (height / scale - (y1 - y0)) / 2
    return _numbers(x0 - dx, y0 - dy, x1 + dx, y1 + dy)


def _numbers(*values: float) -> ArrayObject:
    return ArrayObject([FloatObject(round(value, 3)) for value in values])
