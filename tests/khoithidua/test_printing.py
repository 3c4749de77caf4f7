"""The door to WeasyPrint: what papers may read, that they come out the same, and are kept."""

import contextlib
import io
import re
import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pikepdf
import pytest
from PIL import Image

from khoithidua import printing
from khoithidua.printing import Refused

SHA = "ab" * 32
PAPER = """<!doctype html><html lang="vi"><head><title>Giấy tờ</title></head>
<body><p>Cộng hòa</p><div id="box-KY01" style="width: 100pt; height: 50pt"></div>{}</body></html>"""
STAMP = {
    "titles": ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
    "person": "Bế Văn Thử Tám",
    "signed_at": "08:31:09, 08/4/2026 (GMT+7)",
}
STORE = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "printing"}
NO_STORE = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}


@pytest.fixture(autouse=True)
def no_store(settings):
    settings.CACHES = settings.CACHES | {"printing": NO_STORE}


@pytest.fixture
def store(settings):
    settings.CACHES = settings.CACHES | {"printing": STORE}
    from django.core.cache import caches

    yield caches["printing"]
    caches["printing"].clear()


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(out, "PNG")
    return out.getvalue()


# What a paper may read


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "http://localhost/",
        "https://example.com/a.png",
        "ftp://example.com/a.png",
        "data:text/plain,a",
        "data:image/png;base64,AAAA",
        "../../etc/passwd",
        "/etc/passwd",
        "static:../khoithidua/settings.py",
        "static:../manage.css",
        "static:css/../../manage.css",
        "static:%2e%2e/%2e%2e/etc/passwd",
        "static:css%2f..%2f..%2fx.css",
        "static:/etc/passwd",
        "static:/etc/x.css",
        "static://css/print.css",
        "static:css/a%00.css",
        "static:css",
        "static:css/no-such-sheet.css",
        "static:fonts/tinos/OFL.txt",
        f"stored:{SHA}",
        "qr:",
        "qr:" + "a" * 301,
        "",
    ],
)
def test_address_is_refused(url):
    with pytest.raises(Refused):
        printing.resolve(url)


@pytest.mark.parametrize("name", ["", "a", SHA[:-1], SHA.upper(), f"../{SHA}", f"{SHA}/.."])
def test_stored_image_is_asked_for_by_whole_digest_only(name):
    with pytest.raises(Refused):
        printing.resolve(f"stored:{name}", lambda sha: pytest.fail(f"asked for {sha}"))


@pytest.mark.parametrize("body", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", b""])
def test_stored_image_that_is_not_pixels_is_refused(body):
    with pytest.raises(Refused):
        printing.resolve(f"stored:{SHA}", lambda sha: body)


@pytest.mark.parametrize(
    "markup",
    [
        '<img alt="" src="file:///etc/passwd">',
        '<img alt="" src="http://localhost/a.png">',
        '<img alt="" src="../../etc/passwd">',
        '<img alt="" src="/etc/passwd">',
        '<img alt="" src="data:image/png;base64,AAAA">',
        '<object data="file:///etc/passwd"></object>',
        '<embed src="file:///etc/passwd">',
        '<link rel="stylesheet" href="file:///etc/passwd">',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<a rel="attachment" href="file:///etc/passwd">a</a>',
        '<base href="file:///etc/"><img alt="" src="passwd">',
        '<style>@import "file:///etc/passwd";</style>',
        '<style>@import "http://localhost/a.css";</style>',
        '<style>@import "../../settings.css";</style>',
        '<style>p { background: url("file:///etc/passwd") }</style>',
        '<style>p::before { content: url("file:///etc/passwd") }</style>',
        '<style>@page { @top-left { content: url("file:///etc/passwd") } }</style>',
        '<style>@font-face { font-family: a; src: url("file:///etc/passwd") }</style>',
        '<p style="list-style-image: url(file:///etc/passwd); display: list-item">a</p>',
        '<svg width="9" height="9"><image width="9" height="9" href="file:///etc/passwd"/></svg>',
    ],
)
def test_paper_that_reads_elsewhere_is_not_printed(markup):
    with pytest.raises(Refused):
        printing.render_html(PAPER.format(markup))


@pytest.mark.parametrize(
    "markup",
    [
        '<svg width="9" height="9"><use href="file:///etc/passwd#a"/></svg>',
        '<svg width="9" height="9"><style>@import "file:///etc/passwd";</style></svg>',
    ],
)
def test_drawing_that_weasyprint_gives_up_reads_nothing(markup, monkeypatch):
    """It stumbles over these before it asks; should it learn to ask, they are refused."""
    asked = []
    monkeypatch.setattr(
        "weasyprint.urls.URLFetcher.fetch", lambda self, url, headers=None: asked.append(url)
    )

    with contextlib.suppress(Refused):
        printing.render_html(PAPER.format(markup))

    assert asked == []


def test_sheet_that_reads_elsewhere_prints_nothing(monkeypatch):
    sheet = b'@font-face { font-family: a; src: url("file:///etc/passwd") }'
    monkeypatch.setattr(printing, "_static_bytes", lambda name: sheet)

    with pytest.raises(Refused, match="file:///etc/passwd"):
        printing.render_html(PAPER.format(""))


def test_paper_after_a_refusal_is_printed():
    with pytest.raises(Refused):
        printing.render_html(PAPER.format('<img alt="" src="file:///etc/passwd">'))

    assert printing.render_html(PAPER.format("")).pages == 1


def test_stored_image_is_printed():
    asked = []

    def images(sha):
        asked.append(sha)
        return png()

    markup = f'<img alt="Biểu trưng" src="stored:{SHA}" style="width: 20pt">'
    printed = printing.render_html(PAPER.format(markup), images=images)

    assert asked == [SHA]
    with pikepdf.open(io.BytesIO(printed.pdf)) as pdf:
        assert any(
            obj.get("/Subtype") == "/Image"
            for obj in pdf.objects
            if isinstance(obj, pikepdf.Stream)
        )


def test_next_paper_cannot_read_images_of_the_one_before():
    markup = PAPER.format(f'<img alt="" src="stored:{SHA}">')
    printing.render_html(markup, images=lambda sha: png())

    with pytest.raises(Refused):
        printing.render_html(markup)


def test_qr_code_holds_the_text():
    body, media_type = printing.resolve("qr:https%3A%2F%2Fvi.du%2Fxac-minh%2FA%2F")

    import segno

    modules = segno.make("https://vi.du/xac-minh/A/", error="m", micro=False).symbol_size(border=0)
    assert media_type == "image/svg+xml"
    assert f'viewBox="0 0 {modules[0]} {modules[1]}"'.encode() in body


# What comes out


def test_paper_is_tagged_archival_pdf():
    printed = printing.render_html(PAPER.format(""))

    with pikepdf.open(io.BytesIO(printed.pdf)) as pdf:
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert pdf.Root.Lang == "vi"
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        assert "/OutputIntents" in pdf.Root
        assert pdf.docinfo["/Title"] == "Giấy tờ"
        assert "/CreationDate" not in pdf.docinfo


def test_boxes_are_points_from_the_bottom_left_corner():
    html = PAPER.format('<div id="box-KY02" style="break-before: page; height: 10pt"></div>')
    html = html.replace("<body>", "<body><style>@page { size: 400pt 300pt; margin: 20pt }</style>")
    html = html.replace("<p>Cộng hòa</p>", "")

    printed = printing.render_html(html)

    assert printed.boxes == {
        "KY01": printing.Box(0, 20, 230, 120, 280),
        "KY02": printing.Box(1, 20, 270, 380, 280),
    }


def test_same_paper_gives_the_same_bytes():
    first = printing.render_html(PAPER.format("<p>Tự do</p>"))
    printing._idle.clear()

    assert printing.render_html(PAPER.format("<p>Tự do</p>")) == first


def test_text_typed_letters_and_marks_apart_is_composed(settings, tmp_path):
    (tmp_path / "a.html").write_text("{{ name }}", encoding="utf-8")
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}]

    apart = unicodedata.normalize("NFD", "Hội đồng")

    assert printing.html_of("a.html", {"name": apart}) == "Hội đồng" != apart


def test_papers_printed_at_once_do_not_mix():
    papers = [PAPER.format(f"<p>Văn bản {number}</p>" * 30) for number in range(6)]
    alone = [printing.render_html(paper).pdf for paper in papers]

    with ThreadPoolExecutor(3) as pool:
        together = [printed.pdf for printed in pool.map(printing.render_html, papers)]

    assert together == alone


def test_weasyprint_is_not_loaded_with_the_application():
    code = "import sys, khoithidua.printing; sys.exit('weasyprint' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# What is kept


def test_unchanged_paper_is_not_printed_again(store, monkeypatch):
    first = printing.render_html(PAPER.format(""))
    monkeypatch.setattr(printing, "_press", lambda *args: pytest.fail("printed again"))

    assert printing.render_html(PAPER.format("")) == first


@pytest.mark.parametrize("changed", ["html", "sheet", "variant", "version"])
def test_changed_paper_is_printed_again(store, monkeypatch, changed):
    html, variant = PAPER.format(""), printing.VARIANT
    first = printing.render_html(html)
    if changed == "html":
        html = PAPER.format("<p>Thêm</p>")
    elif changed == "variant":
        variant = "pdf/a-3u"
    elif changed == "sheet":
        read = printing._static_bytes
        monkeypatch.setattr(printing, "_static_bytes", lambda name: read(name) + b"p{color:red}")
    else:
        monkeypatch.setattr(printing, "_weasyprint_version", lambda: "0")

    again = printing.render_html(html, variant=variant)

    assert again is not first
    assert len(store._cache) == 2
    assert (again.pdf == first.pdf) == (changed == "version")


# Stamps


def test_stamp_is_one_page_of_the_size_of_the_box():
    pdf = printing.stamp("print/stamp.html", STAMP, 212.6, 80.31)

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        [page] = opened.pages
        assert [float(edge) for edge in page.mediabox] == pytest.approx([0, 0, 212.6, 80.31], 1e-3)
        assert "/StructTreeRoot" not in opened.Root


def test_stamp_that_cannot_fit_is_refused():
    with pytest.raises(Refused):
        printing.stamp("print/stamp.html", STAMP, 60, 20)


# File names


@pytest.mark.parametrize(
    ("parts", "demo", "name"),
    [
        (("khoi-tmth", 2026, "giao-uoc", "v1"), False, "khoi-tmth_2026_giao-uoc_v1.pdf"),
        (("khoi-tmth", 2026, "giao-uoc"), True, "khoi-tmth_2026_giao-uoc_trinh-dien.pdf"),
        (("Khối Đ", "Giao ước / thi đua"), False, "khoi-d_giao-uoc-thi-dua.pdf"),
        (("", "A"), False, "a.pdf"),
    ],
)
def test_file_name(parts, demo, name):
    assert printing.file_name(*parts, demo=demo) == name


@pytest.mark.parametrize("demo", [False, True])
def test_file_name_too_long_loses_the_end_of_its_longest_part(demo):
    name = printing.file_name(
        "Khối thi đua các cơ quan tham mưu tổng hợp tỉnh Cao Bằng",
        2026,
        "giao-uoc",
        "v12",
        demo=demo,
    )

    assert len(name) <= 50
    assert re.fullmatch(r"khoi-thi-dua[a-z-]*[a-z]_2026_giao-uoc_v12(_trinh-dien)?\.pdf", name)


def test_file_needs_a_name():
    with pytest.raises(ValueError, match="name"):
        printing.file_name("", "…")
