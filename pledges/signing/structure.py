"""The structure tree of a tagged PDF (ISO 32000-2 14.7), as far as form fields need it.

A widget belongs to the tree in three places that must agree: a <Form> element whose object
reference (OBJR) points to the widget, the widget's /StructParent, and the entry with that number in
the /ParentTree pointing back to the element.
"""

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NumberObject,
    pdf_name,
)

from .errors import UnsuitablePdf
from .revision import Revision, new_objects


class StructureTree:
    """The tree of the file that `revision` continues, as WeasyPrint writes it.

    One /Document element at the top; below it the elements of each page, in the pages' order; a
    /ParentTree of one flat list. Anything else is refused rather than guessed at.
    """

    def __init__(self, revision: Revision):
        self.revision = revision
        self.objects = new_objects(revision)
        count = int(revision.root["/Pages"]["/Count"])
        self.pages = [revision.find_page_for_modification(number)[0] for number in range(count)]
        self._page_numbers = {page.idnum: number for number, page in enumerate(self.pages)}
        try:
            root = revision.root["/StructTreeRoot"]
            self._parents = root["/ParentTree"]["/Nums"]
            self._document_ref = _only(root["/K"], root)
            self._elements = self._document_ref.get_object()["/K"]
        except KeyError as error:
            raise UnsuitablePdf("Tệp PDF chưa được gắn thẻ cấu trúc (PDF/A-3a).") from error
        if not isinstance(self._elements, ArrayObject):
            raise UnsuitablePdf("Cấu trúc thẻ của tệp PDF không như hệ thống tạo ra.")

    def add_form(
        self, widget: DictionaryObject, widget_ref: IndirectObject, page_number: int
    ) -> None:
        """Enter `widget` into the tree, after everything else its page says."""
        page_ref = self.pages[page_number]
        reference = DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/OBJR"),
                pdf_name("/Obj"): widget_ref,
                pdf_name("/Pg"): page_ref,
            }
        )
        element = DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/StructElem"),
                pdf_name("/S"): pdf_name("/Form"),
                pdf_name("/P"): self._document_ref,
                pdf_name("/Pg"): page_ref,
                # The child itself, not a list of one: pyHanko's difference analysis knows a widget
                # in the tree only by the path …/K/Obj, and calls a signature in it suspicious else.
                pdf_name("/K"): reference,
            }
        )
        element_ref = self.revision.add_object(element, self.objects)
        self._elements.insert(self._end_of(page_number), element_ref)
        self.revision.update_container(self._elements)
        widget["/StructParent"] = self._register(element_ref)

    def _register(self, element_ref: IndirectObject) -> NumberObject:
        number = NumberObject(int(self._parents[-2]) + 1 if self._parents else 0)
        self._parents.extend((number, element_ref))
        self.revision.update_container(self._parents)
        return number

    def _end_of(self, page_number: int) -> int:
        """Return the place in the document's elements right after the page's last one."""
        end = 0
        for index, element in enumerate(self._elements, start=1):
            page = element.get_object().raw_get("/Pg")
            if self._page_numbers[page.idnum] <= page_number:
                end = index
        return end


def _only(kids, container: DictionaryObject) -> IndirectObject:
    """Return the reference to the one child, which PDF writes as itself or as a list of one."""
    if isinstance(kids, ArrayObject):
        if len(kids) != 1:
            raise UnsuitablePdf("Cấu trúc thẻ của tệp PDF không như hệ thống tạo ra.")
        return kids.raw_get(0)
    return container.raw_get("/K")
