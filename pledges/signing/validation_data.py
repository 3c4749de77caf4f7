"""The document security store (ISO 32000-2 12.8.4.3): certificates and revocation kept in a file.

Tools append it after signing. It shows nothing; readers look into it only to validate.
"""

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    PdfObject,
    Reference,
    StreamObject,
)

from .objects import items_of, references_in, value_of

STREAMS = frozenset({"/Certs", "/OCSPs", "/CRLs"})
PER_SIGNATURE = frozenset({"/Cert", "/OCSP", "/CRL"})
MOST = 2000  # streams; a store has a dozen for each signature


def is_validation_data(before: DictionaryObject | None, after: PdfObject | None) -> bool:
    """Tell whether `after` is a store in form, and still holds all that `before` held."""
    if not isinstance(after, DictionaryObject) or after.keys() - STREAMS - {"/Type", "/VRI"}:
        return False
    if not all(_is_list_of_streams(after[key]) for key in STREAMS & after.keys()):
        return False
    related = value_of(after, "/VRI", DictionaryObject())
    if not isinstance(related, DictionaryObject):
        return False
    if not all(_is_related(related[name]) for name in related):
        return False
    return before is None or all(
        set(references_in(value_of(before, key))) <= set(references_in(value_of(after, key)))
        for key in STREAMS & before.keys()
    )


def _is_related(entry: PdfObject) -> bool:
    """Tell whether this is what one signature needs (/TU: the time, /TS: a time stamp)."""
    if not isinstance(entry, DictionaryObject):
        return False
    if entry.keys() - PER_SIGNATURE - {"/Type", "/TU", "/TS"}:
        return False
    if isinstance(value_of(entry, "/TU", ""), DictionaryObject | ArrayObject):
        return False
    if "/TS" in entry and not _is_data(entry["/TS"]):
        return False
    return all(_is_list_of_streams(entry[key]) for key in PER_SIGNATURE & entry.keys())


def _is_list_of_streams(value: PdfObject) -> bool:
    return (
        isinstance(value, ArrayObject)
        and len(value) <= MOST
        and all(map(_is_data, items_of(value)))
    )


def _is_data(value: PdfObject) -> bool:
    return (
        isinstance(value, StreamObject)
        and value.keys()
        <= {
            "/Filter",
            "/Length",
            "/DecodeParms",
            "/Type",
        }
        and isinstance(value_of(value, "/Type", NameObject("/X")), NameObject)
    )


def _listed(store: DictionaryObject, key: str) -> set[Reference]:
    return set(references_in(value_of(store, key)))
