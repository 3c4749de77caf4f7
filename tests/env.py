"""What the tests need from the machine, in one place.

Locally a test whose tool is missing is skipped with its reason. In CI (`CI=1`) nothing may be
skipped: there a skip is a failure (conftest.py).
"""

import os
import shutil

import pytest

IN_CI = os.environ.get("CI") == "1"
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
POPPLER_TOOLS = ("pdfsig", "pdftotext", "pdftoppm", "pdffonts")
HAS_POPPLER = all(map(shutil.which, POPPLER_TOOLS))
LIBREOFFICE = shutil.which("soffice")

needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="needs Chromium (apt install chromium)")
needs_poppler = pytest.mark.skipif(
    not HAS_POPPLER, reason=f"needs {', '.join(POPPLER_TOOLS)} (apt install poppler-utils)"
)
needs_libreoffice = pytest.mark.skipif(
    not LIBREOFFICE,
    reason="needs LibreOffice Calc (apt install --no-install-recommends libreoffice-calc)",
)


def database_vendor():
    """The database this run is on: "sqlite" or "postgresql"."""
    from django.db import connection

    return connection.vendor
