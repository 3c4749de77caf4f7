"""Files to upload: small real ones of every kind, and hostile ones made from them."""

import io
import struct
import zipfile

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
OFFICE = "application/vnd.openxmlformats-officedocument"
DOCX_MAIN = f"{OFFICE}.wordprocessingml.document.main+xml"
XLSX_MAIN = f"{OFFICE}.spreadsheetml.sheet.main+xml"
MACRO_MAIN = "application/vnd.ms-word.document.macroEnabled.main+xml"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"


def uploaded(data, name="van-ban.pdf"):
    return SimpleUploadedFile(name, data)


# PDF and pictures


def pdf(pages=1, **saved):
    """The same bytes for the same wishes."""
    made, target = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        made.add_blank_page(page_size=(595, 842))
    made.save(target, deterministic_id="encryption" not in saved, **saved)
    return target.getvalue()


def locked_pdf(user="mat-khau"):
    return pdf(encryption=pikepdf.Encryption(owner="chu", user=user))


def pdf_with(attached, data=b"MZ"):
    made, target = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    made.attachments[attached] = pikepdf.AttachedFileSpec(made, data, filename=attached)
    made.save(target)
    return target.getvalue()


def looping_pdf():
    """A cross-reference table whose /Prev is itself, and pages whose parent is their child."""
    body = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1/Parent 2 0 R>>endobj\n"
    )
    table = (
        b"xref\n0 3\n0000000000 65535 f \n%010d 00000 n \n%010d 00000 n \n"
        b"trailer<</Size 3/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    )
    places = (body.index(b"1 0 obj"), body.index(b"2 0 obj"))
    return body + table % (*places, len(body), len(body))


def pdf_of_many_objects(count=1_000_000):
    """Pages of pages, each an object of its own, and no cross-reference table to find them by."""
    rows = b"".join(b"%d 0 obj<</Type/Page/Parent 2 0 R>>endobj\n" % n for n in range(3, count + 3))
    kids = b" ".join(b"%d 0 R" % n for n in range(3, count + 3))
    return (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Count %d/Kids[%s]>>endobj\n%s"
        b"trailer<</Root 1 0 R>>\n%%%%EOF\n" % (count, kids, rows)
    )


def picture(kind="JPEG", size=(40, 30), mode="RGB"):
    target = io.BytesIO()
    Image.new(mode, size, 128).save(target, kind)
    return target.getvalue()


# Word, Excel, OpenDocument


def zipped(parts, compression=zipfile.ZIP_DEFLATED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def office(main=DOCX_MAIN, *, types="", **parts):
    listing = (
        f'<Types xmlns="{CONTENT_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/main.xml" ContentType="{main}"/>{types}</Types>'
    )
    named = {name.replace("__", "/"): content for name, content in parts.items()}
    return zipped({"[Content_Types].xml": listing, "main.xml": "<x>Báo cáo</x>", **named})


def office_with(name, content, main=DOCX_MAIN):
    """An office file with one more part."""
    return office(main, **{name.replace("/", "__"): content})


def open_document(kind=ODT, *, manifest="<manifest/>", **parts):
    named = {name.replace("__", "/"): content for name, content in parts.items()}
    return zipped(
        {"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": "<x/>", **named}
    )


def flagged_encrypted(archive):
    """The same zip, its parts said to be encrypted."""
    data = bytearray(archive)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(mark)
        while start >= 0:
            data[start + place] |= 1
            start = data.find(mark, start + 4)
    return bytes(data)


# The older Word and Excel: a compound file of 512-byte sectors

FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(streams, storages=()):
    """A compound file with these streams, each of 4096 bytes or more, and empty storages."""
    padded = {name: data.ljust(4096, b"\0") for name, data in streams.items()}
    entries, sectors, table = [_entry("Root Entry", 5, END, 0)], [], []
    for name, data in padded.items():
        count = -(-len(data) // 512)
        entries.append(_entry(name, 2, len(sectors), len(data)))
        table += [*range(len(sectors) + 1, len(sectors) + count), END]
        sectors += [data[at : at + 512].ljust(512, b"\0") for at in range(0, len(data), 512)]
    entries += [_entry(name, 1, 0, 0) for name in storages]
    directory = b"".join(entries)
    first = len(sectors)
    parts = [directory[at : at + 512].ljust(512, b"\0") for at in range(0, len(directory), 512)]
    table += [*range(first + 1, first + len(parts)), END]
    sectors += parts
    table.append(TABLE)
    table += [FREE] * (128 - len(table))
    assert len(table) == 128, "one table sector holds 64 KB"
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6),
        *(0, 1, first, 0, 4096, END, 0, END, 0, len(sectors)),
    ) + struct.pack("<108I", *[FREE] * 108)
    return header + b"".join(sectors) + struct.pack("<128I", *table)


def _entry(name, kind, start, size):
    written = (name + "\0").encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII36xIII", written, len(written), kind, 1, FREE, FREE, FREE, start, size, 0
    )


def old_word(flags=0, **changes):
    stream = struct.pack("<HH6xH", 0xA5EC, 0xC1, flags)
    return compound({"WordDocument": stream, **changes.pop("streams", {})}, **changes)


def old_excel(*records, **changes):
    """records: (number, content) after the first one of the workbook."""
    rows = [(0x0809, b"\0" * 16), *records, (0x000A, b"")]
    stream = b"".join(struct.pack("<HH", kind, len(content)) + content for kind, content in rows)
    return compound({"Workbook": stream}, **changes)


SHEET = (0x0085, struct.pack("<IBBB", 0, 0, 0, 1) + b"A")
MACRO_SHEET = (0x0085, struct.pack("<IBBB", 0, 0, 1, 1) + b"A")
FILE_PASS = (0x002F, b"\0" * 54)
