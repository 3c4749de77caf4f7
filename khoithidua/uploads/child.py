"""Starts reader.py, the limited process that parses what people upload."""

import json
import subprocess
import sys
from pathlib import Path

from khoithidua.uploads.reader import MOST_PAGES, MOST_PIXELS, SECONDS

__all__ = ["MOST_PAGES", "MOST_PIXELS", "check", "page_image"]

READER = Path(__file__).with_name("reader.py")


def check(kind: str, data: bytes) -> dict:
    """{"kind", "pages"}, or {"refused": a key of uploads.REFUSALS}."""
    output = _run(data, "check", kind)
    return json.loads(output) if output else {"refused": "too_heavy"}


def page_image(kind: str, data: bytes, number: int) -> bytes:
    """A page of a PDF, or an image, as a PNG made here; b"" when it cannot be made."""
    return _run(data, "page", kind, str(number))


def _run(data, *arguments):
    """What the process wrote; b"" when it did not come to its end."""
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", str(READER), *arguments],
            input=data,
            capture_output=True,
            timeout=SECONDS + 10,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return b""
    return b"" if done.returncode else done.stdout
