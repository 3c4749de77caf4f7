"""Installations that do not certify: a tool may draw a field of its own, inside the member's box."""

from datetime import timedelta
from functools import cache

import pytest
import time_machine

from pledges.signing.accept import Expected, Trust, UploadRefused, Why, accept
from pledges.signing.layout import Box
from pledges.signing.seal import seal
from pledges.signing.verify import inspect
from tests.pledges.signing import pki
from tests.pledges.signing.by_hand import Increment, entries_of
from tests.pledges.signing_samples import NOW, frozen, prepared, roots, signer

SIGNED_AT = NOW + timedelta(minutes=2)
TRUST = Trust(pki.anchors(), pki.intermediates())


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(SIGNED_AT, tick=False):
        yield


@cache
def uncertified() -> bytes:
    return seal(prepared(), signer("Niêm phong kỹ thuật"), "", NOW, certifies=False)


def box(name: str = "KY02") -> Box:
    return next(spec.box for spec in frozen()[1] if spec.name == name)


def drawn(rect: tuple[float, ...], page: int = 2, entries: bytes = b"") -> bytes:
    """Sign in a new field with this rectangle on this page, as tools draw one."""
    made = Increment(uncertified())
    made.put_signature("KY02")
    number, _widget = made.field("KY02")
    value = max(made.objects)
    del made.objects[number]
    page_number, sheet = made.page(page)
    look = made.add(made.stream(b"BT ET", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] "))
    widget = made.add(
        b"<</Type /Annot /Subtype /Widget /FT /Sig /T (Signature1) /F 132 /P %d 0 R /V %d 0 R "
        b"/Rect [%b] /AP <</N %d 0 R>> %b>>"
        % (page_number, value, b" ".join(b"%.2f" % edge for edge in rect), look, entries)
    )
    known = sheet["/Annots"]
    old = b" ".join(b"%d 0 R" % known.raw_get(place).idnum for place in range(len(known)))
    kept = entries_of(sheet, "/Annots")
    made.put(page_number, b"<<%b /Annots [%b %d 0 R]>>" % (kept, old, widget))
    form = made.root["/AcroForm"]
    fields = entries_of(form).replace(b"]", b" %d 0 R]" % widget, 1)
    made.put(made.number_of(made.root, "/AcroForm"), b"<<%b>>" % fields)
    return made.signed(pki.leaf())


def inside() -> tuple[float, ...]:
    own = box()
    return own.x0 + 5, own.y0 + 5, own.x1 - 5, own.y1 - 5


def accepted(pdf: bytes, boxes):
    expected = Expected({"KY02": (pki.leaf().pem,)}, boxes)
    return accept(uncertified(), pdf, expected=expected, trust=TRUST, at=SIGNED_AT)


def test_new_field_in_the_members_box_counts_as_its_field():
    (one,) = accepted(drawn(inside()), {"KY02": box()})

    assert one.field == "KY02"


def test_inspection_takes_the_new_field_for_the_members():
    found = inspect(drawn(inside()), roots(), trust=TRUST, certified=False)

    assert found.intact
    assert [one.field_name for one in found.signatures] == ["NIEMPHONG", "KY02"]
    assert "KY02" not in found.empty_fields


def test_next_member_signs_after_a_drawn_field():
    pdf = drawn(inside())
    made = Increment(pdf)
    made.put_signature("KY03")
    after = made.signed(pki.leaf("Lý Văn Thử", key="ec"))

    assert inspect(after, roots(), trust=TRUST, certified=False).intact


@pytest.mark.parametrize(
    "build",
    [
        lambda: drawn((0, 0, 595, 842)),
        lambda: drawn(inside(), page=0),
        lambda: drawn((box("KY03").x0, box("KY03").y0, box("KY03").x1, box("KY03").y1)),
        lambda: drawn(inside(), entries=b"/A <</S /URI /URI (http://vi.du)>>"),
        lambda: drawn(inside()).replace(b"/F 132", b"/F 134"),
    ],
)
def test_new_field_elsewhere_or_with_more_to_it_is_refused(build):
    with pytest.raises(UploadRefused) as error:
        accepted(build(), {"KY02": box()})

    assert error.value.code == Why.NEW_FIELD


def test_new_field_is_refused_where_files_are_certified():
    with pytest.raises(UploadRefused) as error:
        accepted(drawn(inside()), None)

    assert error.value.code == Why.NEW_FIELD
