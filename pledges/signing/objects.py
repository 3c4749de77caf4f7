"""Reading PDF objects: pyHanko's `get` and its iteration do not follow references, `[]` does."""

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NumberObject,
    PdfObject,
    Reference,
    StreamObject,
)


def value_of(dictionary: DictionaryObject, key: str, default=None):
    """Return an entry, its reference followed; `default` where there is none."""
    if key not in dictionary:
        return default
    return dictionary[key]


def is_same(before: PdfObject | None, after: PdfObject | None) -> bool:
    """Tell whether two objects are written alike, references as references.

    Types count: to pyHanko the text (/Form) equals the name /Form, to readers it does not. A number
    may be written with or without a fraction.
    """
    if isinstance(before, NumberObject | FloatObject):
        return isinstance(after, NumberObject | FloatObject) and before == after
    if type(before) is not type(after):
        return False
    if isinstance(before, DictionaryObject):
        return (
            before.keys() == after.keys()
            and all(is_same(raw_of(before, key), raw_of(after, key)) for key in before)
            and (not isinstance(before, StreamObject) or before.encoded_data == after.encoded_data)
        )
    if isinstance(before, ArrayObject):
        pairs = zip(before, after, strict=False)
        return len(before) == len(after) and all(is_same(one, other) for one, other in pairs)
    return before == after


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
