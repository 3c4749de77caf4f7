"""The one door to WeasyPrint: a template goes in, a PDF in the form of Decree 30/2020 comes out.

A paper reads static files, stored images and the QR codes drawn here, nothing else: the fetcher
that WeasyPrint brings would open file:// and http:// addresses found in anything a user typed.
WeasyPrint is imported by the first paper (0.4 s), not by starting the application.
"""

import atexit
import hashlib
import importlib.metadata
import io
import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from django.contrib.staticfiles import finders
from django.core.cache import caches
from django.core.exceptions import SuspiciousFileOperation
from django.template.loader import render_to_string

from khoithidua.text import ascii_slug

SHEET = "css/print.css"
# Level A of PDF/A-3: for the archive, tagged for readers who listen.
VARIANT = "pdf/a-3a"
# Elements named so in a template come back as rectangles: id="box-KY01" is boxes["KY01"].
BOX_PREFIX = "box-"
# WeasyPrint's own profile leaves an open file behind with every paper.
COLOR_PROFILE = "--srgb"
COLOR_SHEET = '@color-profile --srgb { components: r, g, b; src: url("static:color/sRGB2014.icc") }'
POINTS_PER_PIXEL = 0.75
# Sets of sizes that a stamp tries until its words fit the box: .fit-0 to .fit-6 in the sheet.
STAMP_FITS = range(7)
# Quyết định 161/2025/QĐ-UBND (Ninh Bình): names of exchanged files, extension included.
LONGEST_FILE_NAME = 50
LONGEST_QR_TEXT = 300

STATIC_TYPES = {
    ".css": "text/css",
    ".icc": "application/vnd.iccprofile",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
}
# Pixels only: a stored SVG would be a program drawing with this process's rights.
IMAGE_TYPES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}

ImageSource = Callable[[str], bytes]


class Refused(Exception):
    """A paper asked for something it may not read, or cannot be set as asked."""


class Box(NamedTuple):
    """A rectangle on a page: page from 0, points from its bottom left corner."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True)
class Printed:
    pdf: bytes
    pages: int
    boxes: dict[str, Box]


def render(
    template_name: str,
    context: dict,
    *,
    images: ImageSource | None = None,
    variant: str = VARIANT,
) -> Printed:
    """Print a paper; `images` gives the bytes of a stored image by its SHA-256."""
    return render_html(html_of(template_name, context), images=images, variant=variant)


def html_of(template_name: str, context: dict) -> str:
    # Letters and marks apart (NFD, as macOS types them) are set askew.
    return unicodedata.normalize("NFC", render_to_string(template_name, context))


def render_html(html: str, *, images: ImageSource | None = None, variant: str = VARIANT) -> Printed:
    """Print what `html_of` made; the same HTML under the same sheet is printed only once."""
    sheet = _static_bytes(SHEET)
    key = _digest(html.encode(), sheet, variant.encode(), _weasyprint_version().encode())
    store = caches["printing"]
    printed = store.get(key)
    if printed is None:
        with _press(sheet, images) as press:
            options = {"pdf_variant": variant, "output_intent": COLOR_PROFILE}
            document = press.lay_out(html, color_profiles=press.color_profiles(), **options)
            pdf = document.write_pdf(**options)
        printed = Printed(pdf, len(document.pages), _boxes(document))
        store.set(key, printed)
    return printed


def stamp(template_name: str, context: dict, width: float, height: float) -> bytes:
    """One page of exactly this size in points: the appearance of a signature field.

    The template is given `width`, `height` and `fit`, and calls the element around everything
    `stamp`; larger fits mean smaller letters, until that element fits the box.
    """
    with _press(_static_bytes(SHEET), None) as press:
        for fit in STAMP_FITS:
            size = {"width": width, "height": height, "fit": fit}
            document = press.lay_out(html_of(template_name, {**context, **size}))
            if _fits(document):
                return document.write_pdf()
    raise Refused(f"{template_name} does not fit {width:.0f} × {height:.0f} pt")


def file_name(*parts: str, demo: bool = False) -> str:
    """`khoi-tmth_2026_giao-uoc_v1.pdf`: ASCII, at most 50 characters, the longest part cut."""
    words = [slug for part in parts if (slug := ascii_slug(str(part)))]
    if not words:
        raise ValueError("A file needs a name.")
    ending = "_trinh-dien.pdf" if demo else ".pdf"
    while len("_".join(words)) + len(ending) > LONGEST_FILE_NAME:
        longest = max(range(len(words)), key=lambda index: len(words[index]))
        words[longest] = words[longest][:-1].rstrip("-")
    return "_".join(words) + ending


def resolve(url: str, images: ImageSource | None = None) -> tuple[bytes, str]:
    """The bytes and media type behind an address in a paper, or Refused.

    `static:css/print.css` a static file, `stored:<sha256>` a stored image, `qr:<text>` a QR code.
    """
    scheme, _, rest = url.partition(":")
    rest = unquote(rest)
    if scheme == "static":
        suffix = Path(rest).suffix
        if suffix in STATIC_TYPES:
            return _static_bytes(rest), STATIC_TYPES[suffix]
    elif scheme == "stored" and images is not None and re.fullmatch(r"[0-9a-f]{64}", rest):
        body = images(rest)
        for magic, media_type in IMAGE_TYPES.items():
            if body.startswith(magic):
                return body, media_type
    elif scheme == "qr" and 0 < len(rest) <= LONGEST_QR_TEXT:
        return qr_svg(rest), "image/svg+xml"
    raise Refused(f"A paper may not read {url[:200]!r}")


def _static_bytes(name: str) -> bytes:
    try:
        path = finders.find(name)
    except (SuspiciousFileOperation, ValueError) as error:
        raise Refused(f"A paper may not read {name!r}") from error
    if path is None or not Path(path).is_file():
        raise Refused(f"There is no static file {name!r}")
    return Path(path).read_bytes()


def qr_svg(text: str) -> bytes:
    """A QR code of this text, as SVG that takes the size it is given."""
    import segno

    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=0, xmldecl=False, omitsize=True, nl=False
    )
    return out.getvalue()


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


@cache
def _weasyprint_version() -> str:
    return importlib.metadata.version("weasyprint")


class _Press:
    """Fonts and the parsed sheet, kept from one paper to the next."""

    def __init__(self, sheet: bytes):
        from weasyprint import CSS
        from weasyprint.text.fonts import FontConfiguration

        self.sheet = sheet
        self.fetcher = _guarded_fetcher()
        self.fonts = FontConfiguration()
        self.css = CSS(
            string=sheet.decode(),
            base_url="paper:",
            url_fetcher=self.fetcher,
            font_config=self.fonts,
        )

    def color_profiles(self) -> dict:
        """Made for each paper: a profile written a second time gives other bytes."""
        from weasyprint import CSS

        profiles = {}
        CSS(string=COLOR_SHEET, url_fetcher=self.fetcher, color_profiles=profiles)
        return profiles

    def lay_out(self, html: str, **options):
        from weasyprint import HTML

        # With this base a relative address comes to the fetcher, which refuses it; with none
        # WeasyPrint would leave the picture out and print the paper.
        source = HTML(string=html, base_url="paper:", url_fetcher=self.fetcher)
        return source.render(font_config=self.fonts, stylesheets=[self.css], **options)


# Pango's font maps bear one thread at a time, so a press serves one paper and comes back here.
_idle: list[_Press] = []
# While Python still can: presses hold temporary folders of fonts.
atexit.register(_idle.clear)


@contextmanager
def _press(sheet: bytes, images: ImageSource | None) -> Iterator[_Press]:
    from weasyprint.urls import FatalURLFetchingError

    try:
        press = _ready(sheet)
        press.fetcher.images = images
        yield press
    except FatalURLFetchingError as error:
        raise Refused(str(error.__cause__)) from error
    # Inside a drawing WeasyPrint catches even its fatal error, and leaves the drawing out.
    if press.fetcher.refusal:
        raise Refused(str(press.fetcher.refusal)) from press.fetcher.refusal
    press.fetcher.images = None
    _idle.append(press)


def _ready(sheet: bytes) -> _Press:
    try:
        press = _idle.pop()
    except IndexError:
        return _Press(sheet)
    return press if press.sheet == sheet else _Press(sheet)


def _guarded_fetcher():
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class GuardedFetcher(URLFetcher):
        images: ImageSource | None = None
        refusal: Exception | None = None

        def fetch(self, url, headers=None):
            try:
                body, media_type = resolve(url, self.images)
            except Exception as error:
                self.refusal = error
                raise
            return URLFetcherResponse(url, body, {"Content-Type": media_type})

    # Without this a refusal would be a line in the log and a paper without its picture.
    return GuardedFetcher(fail_on_errors=True)


def _boxes(document) -> dict[str, Box]:
    boxes = {}
    for number, page in enumerate(document.pages):
        for name, (left, top, right, bottom) in page.anchors.items():
            if name.startswith(BOX_PREFIX):
                corners = (left, page.height - bottom, right, page.height - top)
                points = (round(corner * POINTS_PER_PIXEL, 2) for corner in corners)
                boxes[name.removeprefix(BOX_PREFIX)] = Box(number, *points)
    return boxes


def _fits(document) -> bool:
    [page, *more] = document.pages
    left, _top, right, bottom = page.anchors["stamp"]
    # Half a pixel for rounding.
    return not more and left >= 0 and right <= page.width + 0.5 and bottom <= page.height + 0.5
