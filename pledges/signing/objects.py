"""Reading PDF objects: pyHanko's `get` and its iteration do not follow references, `[]` does."""

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    PdfObject,
    Reference,
)


def value_of(dictionary: DictionaryObject, key: str, default=None):
    """Return an entry, its reference followed; `default` where there is none."""
    if key not in dictionary:
        return default
    return dictionary[key]


def raw_of(dictionary: DictionaryObject, key: str) -> PdfObject | None:
    """Return an entry as it is written, a reference as a reference."""
    return dictionary.raw_get(key) if key in dictionary else None


def items_of(array: PdfObject | None) -> list[PdfObject]:
    """Return the items of an array, references followed; nothing for what is no array."""
    return [array[place] for place in range(len(array))] if isinstance(array, ArrayObject) else []


def references_in(array: PdfObject | None) -> list[Reference]:
    """Return the references that an array holds, in their order."""
    if not isinstance(array, ArrayObject):
        return []
    raws = (array.raw_get(place) for place in range(len(array)))
    return [raw.reference for raw in raws if isinstance(raw, IndirectObject)]
