"""What a tool on someone else's machine may add to the file when it signs an existing field.

Tools do more than is needed: they write the field, the form, the catalogue, the document's
information and its metadata again, and may append validation data (DSS) afterwards. All of that is
allowed here, entry by entry; anything else is refused with its reason. The file before the addition
is one of ours, so its structure is known; only what was added is in doubt.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    Reference,
    StreamObject,
    TextStringObject,
)
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import HistoricalResolver

from .boxes import adds_only, box_around, is_new_widget, pages_of
from .diagnosis import reasons_for
from .increment import lasting
from .layout import Box
from .metadata import is_same_info, is_same_xmp
from .objects import is_same, raw_of, references_in, value_of
from .refusal import Why
from .validation_data import is_validation_data

CATALOGUE_ENTRIES = frozenset({"/AcroForm", "/DSS", "/Extensions", "/Metadata", "/Version"})
FORM_ENTRIES = frozenset({"/Fields", "/SigFlags", "/DR", "/DA", "/NeedAppearances"})
FIELD_ENTRIES = frozenset({"/V", "/AP", "/F", "/DA", "/MK", "/M"})
SIGNATURES_EXIST_APPEND_ONLY = 3
PRINT = 4
HIDING = 1 | 2 | 32 | 256  # annotation flags: invisible, hidden, no view, toggle


class NotAllowed(Exception):
    """A revision did what it must not; `code` is the first of the reasons."""

    def __init__(self, codes: set[Why], field_name: str = ""):
        code = next(code for code in Why if code in codes)
        super().__init__(code)
        self.code, self.field_name = code, field_name


@dataclass
class Addition:
    """One revision that did only what is allowed: the fields it signed, whether it added a DSS."""

    fields: dict[str, DictionaryObject] = field(default_factory=dict)
    adds_validation_data: bool = False


def review(
    old: HistoricalResolver, new: HistoricalResolver, boxes: Mapping[str, Box] | None = None
) -> Addition:
    """Return what `new` added to `old`; raise NotAllowed unless all of it is allowed.

    `boxes`, where given, are those in which a new field counts as the one of that name.
    """
    written = set(new.explicit_refs_in_revision())
    _refuse_other_structure(old, new, written)
    added = {reference for reference in written if _is_added(old, reference)}
    changed = {reference for reference in written - added if not _is_rewritten(old, new, reference)}
    explained = _Explained(old, new, added, boxes or {})
    codes = explained.catalogue() | explained.form() | explained.fields(changed)
    for reference in changed - explained.changed:
        codes |= reasons_for(old, new, reference)
    if not codes and added - explained.belonging():
        codes.add(Why.CONTENT_HIDDEN)
    if codes:
        raise NotAllowed(codes, explained.trouble)
    return explained.addition


def _refuse_other_structure(old, new, written: set[Reference]) -> None:
    """Raise NotAllowed where objects were deleted, renumbered, or the trailer says otherwise."""
    if new.refs_freed_in_revision():
        raise NotAllowed({Why.CONTENT_REMOVED})
    # Some readers find objects by number alone: another generation would replace the first in them.
    if any(reference.generation for reference in written):
        raise NotAllowed({Why.SETTINGS_CHANGED})
    before, after = lasting(old.trailer_view), lasting(new.trailer_view)
    if before != after:
        raise NotAllowed({Why.SETTINGS_CHANGED})


def _is_added(old: HistoricalResolver, reference: Reference) -> bool:
    """Tell whether no revision up to `old` knew this object, nor could have meant it.

    Tools also take a number that was left out. Where something already refers to it, that would
    come to mean what was added.
    """
    if old.reader.xrefs.get_introducing_revision(reference) <= old.revision:
        return False
    return old.is_ref_unassignable(reference) or reference not in old.collect_dependencies(
        old.trailer_view
    )


def _is_rewritten(old: HistoricalResolver, new: HistoricalResolver, reference: Reference) -> bool:
    """Tell whether an object was only written again as it was."""
    try:
        return is_same(old(reference), new(reference))
    except (PdfReadError, KeyError):
        return False


class _Explained:
    """Gathers which changed and new objects of a revision are accounted for."""

    def __init__(
        self,
        old: HistoricalResolver,
        new: HistoricalResolver,
        added: set[Reference],
        boxes: Mapping[str, Box],
    ):
        self.old, self.new, self.added, self.boxes = old, new, added, boxes
        self.written = set(new.explicit_refs_in_revision())
        self.changed: set[Reference] = set()
        self.roots: list[PdfObject] = []
        self.addition = Addition()
        self.trouble = ""

    def catalogue(self) -> set[Why]:
        """Check catalogue, information and metadata."""
        before, after = self.old.root, self.new.root
        self.changed |= {self.new.root_ref}
        codes = {
            _why_catalogue(key, after)
            for key in (before.keys() | after.keys()) - CATALOGUE_ENTRIES
            if not is_same(raw_of(before, key), raw_of(after, key))
        }
        if not _is_plain(raw_of(after, "/Extensions")) or not _is_version(after):
            codes.add(Why.SETTINGS_CHANGED)
        return codes | self._properties() | self._validation_data()

    def _properties(self) -> set[Why]:
        self._may_change(self.old.trailer_view, "/Info")
        self._may_change(self.old.root, "/Metadata")
        self.roots += [raw_of(self.new.root, "/Metadata"), raw_of(self.new.root, "/Extensions")]
        try:
            same = is_same_info(*self._infos()) and self._is_same_packet()
        except (KeyError, AttributeError):
            same = False
        return set() if same else {Why.PROPERTIES_CHANGED}

    def _infos(self) -> list[DictionaryObject]:
        """Return /Info before and after. The trailer's own references lead to the newest objects."""
        views = self.old, self.new
        return [view(view.trailer_view.raw_get("/Info").reference) for view in views]

    def _is_same_packet(self) -> bool:
        raw = self.new.root.raw_get("/Metadata")
        # What this revision did not write is not read again: pyHanko would stumble over a stream
        # that was decoded once.
        if raw == self.old.root.raw_get("/Metadata") and raw.reference not in self.written:
            return True
        return is_same_xmp(self.old.root["/Metadata"], self.new.root["/Metadata"])

    def _validation_data(self) -> set[Why]:
        before, after = (value_of(view.root, "/DSS") for view in (self.old, self.new))
        if before is None and after is None:
            return set()
        if not is_validation_data(before, after):
            return {Why.SETTINGS_CHANGED}
        store, now = (raw_of(view.root, "/DSS") for view in (self.old, self.new))
        known = self.old.collect_dependencies(store) if store is not None else set()
        # What the store names is its own: were it a page's content, a later store could "grow" it.
        if self.new.collect_dependencies(now) - known - self.added:
            return {Why.SETTINGS_CHANGED}
        self.addition.adds_validation_data = store != now or bool(known & self.written)
        lists = {one for one in known if not isinstance(self.old(one), StreamObject)}
        self.changed |= lists
        # What is new in the store hangs on lists that are older and were written again.
        self.roots += [now, *(self.new(one) for one in lists)]
        return set()

    def form(self) -> set[Why]:
        """Check the form: its list of fields, its flags, its resources for default looks."""
        before, after = self.old.root["/AcroForm"], value_of(self.new.root, "/AcroForm")
        if not isinstance(after, DictionaryObject):
            return {Why.FLATTENED}
        self._may_change(self.old.root, "/AcroForm")
        listed, now = references_in(before["/Fields"]), references_in(value_of(after, "/Fields"))
        if missing := [reference for reference in listed if reference not in now]:
            return {Why.FLATTENED if len(missing) > 1 else Why.SIGNATURE_REPLACED}
        drawn = [reference for reference in now if reference not in listed]
        if drawn and not self._is_in_a_box(drawn):
            return {Why.NEW_FIELD}
        if (
            now != listed + drawn
            or {*after} - FORM_ENTRIES - {*before}
            or value_of(after, "/SigFlags") != SIGNATURES_EXIST_APPEND_ONLY
            or bool(value_of(after, "/NeedAppearances"))
            or any(
                not is_same(raw_of(before, key), raw_of(after, key))
                for key in {*before} - FORM_ENTRIES
            )
        ):
            return {Why.SETTINGS_CHANGED}
        self._may_change(before, "/Fields")
        self.roots += [raw_of(self.new.root, "/AcroForm"), value_of(after, "/DR")]
        return set()

    def _is_in_a_box(self, drawn: list[Reference]) -> bool:
        """Tell whether one new field was drawn and signed in a member's box, and take note of it."""
        widget, pages = self.new(drawn[0]), pages_of(self.old.root)
        if len(drawn) > 1 or drawn[0] not in self.added or not is_new_widget(widget):
            return False
        name = box_around(widget, self.boxes, pages)
        if name is None or not self._is_signed(widget):
            return False
        page = pages[self.boxes[name].page]
        if not adds_only(self.old, self.new, page, drawn[0]):
            return False
        self.changed.add(page)
        self._may_change(self.old(page), "/Annots")
        self.addition.fields[name] = widget
        self.roots.append(self.new.root["/AcroForm"].raw_get("/Fields"))
        self.roots.append(value_of(self.new(page), "/Annots"))
        return True

    def _is_signed(self, widget: DictionaryObject) -> bool:
        """Tell whether a widget has a signature made in this revision, drawn in its box."""
        value = raw_of(widget, "/V")
        return (
            isinstance(value, IndirectObject)
            and value.reference in self.added
            and _is_shown(widget)
        )

    def fields(self, changed: set[Reference]) -> set[Why]:
        """Check the fields that were written again: each must have been signed, nothing else."""
        codes = set()
        for reference in references_in(self.old.root["/AcroForm"]["/Fields"]):
            if reference not in changed:
                continue
            before, after = self.old(reference), self.new(reference)
            self.changed.add(reference)
            if code := self._why_field(before, after):
                codes.add(code)
                self.trouble = str(value_of(before, "/T", ""))
            else:
                self.addition.fields[str(before["/T"])] = after
                self.roots += [raw_of(after, key) for key in FIELD_ENTRIES & after.keys()]
        return codes

    def _why_field(self, before: DictionaryObject, after: PdfObject) -> Why | None:
        if "/V" in before:
            return Why.SIGNATURE_REPLACED
        if not isinstance(after, DictionaryObject) or "/V" not in after:
            return Why.FIELD_CHANGED
        kept = before.keys() - FIELD_ENTRIES
        if any(not is_same(raw_of(before, key), raw_of(after, key)) for key in kept):
            return Why.FIELD_CHANGED
        if after.keys() - before.keys() - FIELD_ENTRIES or not _is_shown(after):
            return Why.FIELD_CHANGED
        return None if self._is_signed(after) else Why.SIGNATURE_REPLACED

    def belonging(self) -> set[Reference]:
        """Return the new objects that what was allowed accounts for, and those that hold them."""
        belonging = set(self.new.object_streams_used())
        for root in self.roots:
            if root is not None:
                belonging |= self.new.collect_dependencies(root, since_revision=self.new.revision)
        container = self.new.reader.xrefs.get_xref_container_info(self.new.revision).stream_ref
        return belonging | {container}

    def _may_change(self, dictionary: DictionaryObject, key: str) -> None:
        value = raw_of(dictionary, key)
        if isinstance(value, IndirectObject):
            self.changed.add(value.reference)


def _why_catalogue(key: str, after: DictionaryObject) -> Why:
    names = value_of(after, "/Names")
    if key == "/Pages":
        return Why.PAGES_CHANGED
    if key in ("/AF", "/Collection") or (
        key == "/Names" and isinstance(names, DictionaryObject) and "/EmbeddedFiles" in names
    ):
        return Why.ATTACHMENT_ADDED
    if key in ("/OpenAction", "/AA") or (
        key == "/Names" and isinstance(names, DictionaryObject) and "/JavaScript" in names
    ):
        return Why.ACTION_ADDED
    return Why.SETTINGS_CHANGED


def _is_plain(value: PdfObject | None, depth: int = 4) -> bool:
    """Tell whether /Extensions holds nothing but names, numbers and texts, itself, not by reference."""
    if isinstance(value, DictionaryObject | ArrayObject) and not isinstance(value, StreamObject):
        inner = value.values() if isinstance(value, DictionaryObject) else value
        return depth > 0 and all(_is_plain(one, depth - 1) for one in inner)
    return value is None or isinstance(value, NameObject | NumberObject | TextStringObject)


def _is_version(catalogue: DictionaryObject) -> bool:
    return value_of(catalogue, "/Version", "/1.7") in ("/1.4", "/1.5", "/1.6", "/1.7", "/2.0")


def _is_shown(widget: DictionaryObject) -> bool:
    """Tell whether a signed widget is drawn in its own box, by one stream."""
    flags, looks = value_of(widget, "/F"), value_of(widget, "/AP")
    return (
        isinstance(flags, NumberObject)
        and bool(flags & PRINT)
        and not flags & HIDING
        and isinstance(looks, DictionaryObject)
        and looks.keys() == {"/N"}
        and isinstance(looks["/N"], StreamObject)
        and value_of(looks["/N"], "/Subtype") == "/Form"
    )
