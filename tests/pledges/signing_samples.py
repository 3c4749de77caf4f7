"""One pledge in eight boxes and its signed versions, made once for all the signing tests."""

import warnings
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import cache

from pledges.signing.ca import Authority, Issuer, OneUseSigner, Subject, new_issuing, new_root
from pledges.signing.layout import Box, FieldSpec
from pledges.signing.prepare import place_fields
from pledges.signing.seal import seal
from pledges.signing.sign import append_signature

HANOI = timezone(timedelta(hours=7))
NOW = datetime(2026, 4, 19, 8, 30, tzinfo=HANOI)
UNIT = "Văn phòng Đoàn đại biểu Quốc hội và Hội đồng nhân dân tỉnh Cao Bằng"
OURS = "Sở Nội vụ tỉnh Cao Bằng"
REASON = "Ký giao ước thi đua năm 2026"
STAMP_MM = (76, 30)

PARAGRAPH = """<p>Các đơn vị thành viên thống nhất ký kết giao ước thi đua năm 2026, quyết tâm hoàn
thành xuất sắc nhiệm vụ chính trị được giao, đẩy mạnh cải cách hành chính và chuyển đổi số.</p>"""
PAGE = f"""<!doctype html><html lang="vi"><head><title>Giao ước thi đua năm 2026</title><style>
@page {{ size: A4; margin: 20mm }}
body {{ font: 14pt Tinos, serif }}
.unit {{ display: inline-block; width: 80mm; text-align: center; margin-bottom: 3mm }}
.box {{ width: {STAMP_MM[0]}mm; height: {STAMP_MM[1]}mm; margin: 1mm auto }}
</style></head><body><h1>GIAO ƯỚC THI ĐUA</h1>{PARAGRAPH * 18}
<section style="break-before: page">{{boxes}}</section>
<section style="break-before: page"><h2>Phụ lục</h2>{PARAGRAPH * 3}</section></body></html>"""
STAMP = f"""<html lang="vi"><style>
@page {{ size: {STAMP_MM[0]}mm {STAMP_MM[1]}mm; margin: 0 }}
body {{ font: 12pt Tinos, serif; text-align: center; margin: 1mm }}
</style><body>{{content}}</body></html>"""


def render(html: str, **options):
    """Return WeasyPrint's document and the file."""
    from weasyprint import HTML

    with warnings.catch_warnings():  # it leaves the colour profile's file to the garbage collector
        warnings.simplefilter("ignore", ResourceWarning)
        document = HTML(string=html).render(**options)
        return document, document.write_pdf(**options)


@cache
def stamp(content: str) -> bytes:
    return render(STAMP.replace("{content}", content))[1]


@cache
def frozen() -> tuple[bytes, tuple[FieldSpec, ...]]:
    """Return the tagged PDF/A-3a of four pages, and where WeasyPrint put its boxes."""
    boxes = "".join(
        f'<div class="unit">ĐƠN VỊ SỐ {number}<div class="box" id="KY{number:02d}"></div></div>'
        for number in range(1, 9)
    )
    document, pdf = render(PAGE.replace("{boxes}", boxes), pdf_variant="pdf/a-3a")
    empty = stamp("<b>CHÁNH VĂN PHÒNG</b><br><br>Nguyễn Thị Ngẫm")
    specs = [
        FieldSpec(
            name,
            Box(page, x0 * 0.75, (sheet.height - y1) * 0.75, x1 * 0.75, (sheet.height - y0) * 0.75),
            f"Ô ký của đơn vị số {int(name[2:])}",
            empty,
        )
        for page, sheet in enumerate(document.pages)
        for name, (x0, y0, x1, y1) in sorted(sheet.anchors.items())
    ]
    return pdf, tuple(specs)


@cache
def root(organisation: str) -> Authority:
    return new_root("Khối thi đua - gốc", organisation, "gốc", NOW)


@cache
def issuer(organisation: str) -> Issuer:
    above = root(organisation)
    issuing = new_issuing(above, "gốc", "Khối thi đua - cấp", organisation, "cấp", NOW)
    return Issuer.load(
        issuing.certificate_pem, issuing.key_pem, "cấp", chain_pems=[above.certificate_pem]
    )


def roots() -> list[str]:
    return [root(OURS).certificate_pem]


def signer(person: str = "Nguyễn Thị Ngẫm", organisation: str = OURS) -> OneUseSigner:
    return issuer(organisation).certify(Subject(person, UNIT, "Chánh Văn phòng", "ld-vpdbqh"), NOW)


@cache
def prepared() -> bytes:
    return place_fields(*frozen())


@cache
def signed(count: int) -> bytes:
    """Return the sealed file with the first `count` fields signed; 0 is the seal alone."""
    if count == 0:
        return seal(prepared(), signer("Niêm phong kỹ thuật"), "Nhật ký: 9f2c41", NOW)
    return sign(signed(count - 1), count)


@cache
def with_agency() -> bytes:
    """Return a sealed file with the fields KY02 and CQ02 of one member, empty."""
    pdf, specs = frozen()
    leader = replace(specs[1], name="KY02")
    agency = replace(specs[2], name="CQ02", tooltip="Ô ký của cơ quan số 2")
    return seal(place_fields(pdf, [leader, agency]), signer("Niêm phong kỹ thuật"), "", NOW)


def sign(pdf: bytes, number: int, **changes) -> bytes:
    """Return `pdf` signed in the field of that number."""
    values = {
        "signer": signer(f"Nguyễn Văn Đức {number}"),
        "appearance": stamp(
            "<b>KT. CHÁNH VĂN PHÒNG</b><br>Đã xác nhận ký trên hệ thống<br>Ễnh Ương"
        ),
        "reason": REASON,
        "at": NOW + timedelta(minutes=number),
        "location": "Cao Bằng",
    }
    return append_signature(pdf, f"KY{number:02d}", **values | changes)
