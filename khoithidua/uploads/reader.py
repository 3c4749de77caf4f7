"""Parses one uploaded file in a process of its own: `python reader.py check|page KIND [N] < file`.

A hostile file may make a parser loop, ask for all memory or crash it. Here that ends this process
only, never a web worker. Nothing of Django is imported, so that starting it costs some 50 ms.
"""

import contextlib
import io
import json
import sys
import warnings
from pathlib import Path

MEMORY = 1 << 30
SECONDS = 20
MOST_PAGES = 1_000
MOST_PIXELS = 100_000_000
# A page as it is shown: 150 dots per inch of an A4 sheet, and never larger, whatever the file says.
SHOWN = (1240, 1754)
RUNNABLE = (".exe", ".com", ".bat", ".cmd", ".scr", ".js", ".vbs", ".hta", ".ps1", ".lnk", ".msi")
NEEDS_PASSWORD = 4


def limit_resources():
    """Bound memory, time and files where the system can; a laptop that cannot has one user."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def check(kind, data):
    if kind == "pdf":
        return check_pdf(data)
    if kind in ("jpeg", "png"):
        return check_image(kind, data)
    # This folder is not on the path of an isolated interpreter.
    sys.path.insert(0, str(Path(__file__).parent))
    if kind == "archive":
        import archives

        return archives.check(data)
    import compound

    return compound.check(data)


def opened_pdf(data):
    import pypdfium2

    return pypdfium2.PdfDocument(data)


def check_pdf(data):
    import pypdfium2

    if is_archive_too(data):
        return {"refused": "two_in_one"}
    try:
        document = opened_pdf(data)
        pages = len(document)
        if pages:
            document[0]
    except pypdfium2.PdfiumError:
        is_locked = pypdfium2.raw.FPDF_GetLastError() == NEEDS_PASSWORD
        return {"refused": "encrypted" if is_locked else "broken"}
    if pypdfium2.raw.FPDF_GetSecurityHandlerRevision(document) >= 0:
        return {"refused": "encrypted"}
    if not 1 <= pages <= MOST_PAGES:
        return {"refused": "pages" if pages else "broken"}
    if has_program(document):
        return {"refused": "embedded"}
    return {"kind": "pdf", "pages": pages}


def has_program(document):
    """Whether a program is attached to the PDF."""
    count = document.count_attachments()
    names = [document.get_attachment(place).get_name() for place in range(min(count, 1_000))]
    return any(name.lower().rstrip(". ").endswith(RUNNABLE) for name in names)


def is_archive_too(data):
    """Whether the file is a zip as well: what follows a document may be opened by something else."""
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return bool(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def opened_image(kind, data):
    from PIL import Image

    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None  # asked below, with an answer of our own
    return Image.open(io.BytesIO(data), formats=[kind.upper()])


def check_image(kind, data):
    if is_archive_too(data):
        return {"refused": "two_in_one"}
    try:
        image = opened_image(kind, data)
        if image.width * image.height > MOST_PIXELS:
            return {"refused": "pixels"}
        image.load()
    except (OSError, SyntaxError, ValueError):
        return {"refused": "broken"}
    return {"kind": kind, "pages": 1}


def page(kind, data, number):
    """The PNG of a page (from 1), drawn anew: nothing of the uploaded bytes is passed on."""
    image = drawn_page(data, number) if kind == "pdf" else drawn_image(kind, data)
    made = io.BytesIO()
    image.save(made, "PNG", optimize=False)
    return made.getvalue()


def drawn_page(data, number):
    sheet = opened_pdf(data)[number - 1]
    width, height = sheet.get_size()
    scale = min(SHOWN[0] / max(width, 1), SHOWN[1] / max(height, 1), 4)
    return sheet.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")


def drawn_image(kind, data):
    from PIL import Image, ImageOps

    image = opened_image(kind, data)
    image.draft("RGB", SHOWN)
    image = ImageOps.exif_transpose(image).convert("RGBA")
    image.thumbnail(SHOWN)
    sheet = Image.new("RGB", image.size, "white")
    sheet.paste(image, mask=image.getchannel("A"))
    return sheet


if __name__ == "__main__":
    limit_resources()
    action, kind, *rest = sys.argv[1:]
    content = sys.stdin.buffer.read()
    if action == "check":
        json.dump(check(kind, content), sys.stdout)
    else:
        sys.stdout.buffer.write(page(kind, content, int(rest[0])))
