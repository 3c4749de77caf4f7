"""Which reason to give for an object that was changed though it may not be."""

from pyhanko.pdf_utils.generic import DictionaryObject, PdfObject, Reference
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import HistoricalResolver

from .objects import is_same, raw_of, value_of
from .refusal import Why

FONTS = frozenset({"/Font", "/FontDescriptor", "/CIDFontType0", "/CIDFontType2"})
FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3", "/ToUnicode", "/CIDToGIDMap", "/CIDSet")


def reasons_for(old: HistoricalResolver, new: HistoricalResolver, reference: Reference) -> set[Why]:
    """Return what the change of this object of the old file means, as far as can be told."""
    try:
        before, after = old(reference), new(reference)
    except (PdfReadError, KeyError):
        return {Why.SETTINGS_CHANGED}  # a number that the old file had left free
    if not isinstance(before, DictionaryObject):
        return {Why.CONTENT_CHANGED}
    kind = value_of(before, "/Type")
    if kind == "/Page":
        return _of_page(before, after)
    if kind == "/Pages":
        return {Why.PAGES_CHANGED}
    if kind in FONTS or reference in _font_data(old):
        return {Why.FONT_CHANGED}
    if kind == "/Sig" or "/ByteRange" in before:
        return {Why.SIGNATURE_REPLACED}
    if kind == "/Annot" or ("/Subtype" in before and "/Rect" in before):
        return {Why.ANNOTATION_ADDED}
    return {Why.CONTENT_CHANGED}


def _of_page(before: DictionaryObject, after: PdfObject) -> set[Why]:
    if not isinstance(after, DictionaryObject) or value_of(after, "/Type") != "/Page":
        return {Why.PAGES_CHANGED}
    differing = {
        key
        for key in before.keys() | after.keys()
        if not is_same(raw_of(before, key), raw_of(after, key))
    }
    if "/AA" in differing:
        return {Why.ACTION_ADDED}
    if "/AF" in differing:
        return {Why.ATTACHMENT_ADDED}
    return {Why.ANNOTATION_ADDED} if differing == {"/Annots"} else {Why.CONTENT_CHANGED}


def _font_data(view: HistoricalResolver) -> set[Reference]:
    """Return the streams that draw letters, or say which letter is which."""
    found = set()
    for reference in view.collect_dependencies(view.root.raw_get("/Pages")):
        holder = view(reference)
        if isinstance(holder, DictionaryObject):
            raws = (holder.raw_get(key) for key in FONT_FILES if key in holder)
            found |= {raw.reference for raw in raws if hasattr(raw, "reference")}
    return found
