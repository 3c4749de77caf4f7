"""Pictures of the main pages at 1280 and 390 pixels, for looking at them: `make shots`.

Asks a running `make demo`; writes var/shots/<role>-<page>-<width>.png. `--readme` writes the two of
the README instead.
"""

import argparse
import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.env import CHROMIUM

PASSWORD = "thidua-demo-2026"
YEAR = "khoi/tham-muu-tong-hop/2026/"
PAGES = {
    "ld-snv": {
        "home": "",
        "year": YEAR,
        "pledge": f"{YEAR}giao-uoc/",
        "sign": f"{YEAR}giao-uoc/ky/",
    },
    "cv-stc": {"home": "", "targets": f"{YEAR}giao-uoc/chi-tieu/", "calendar": f"{YEAR}lich/"},
    "snv-theodoi": {"home": "", "year": YEAR},
    "ban-thidua": {"home": "", "years": "khoi/", "panel": "quan-tri/"},
    "kiem-tra": {"home": "", "record": "nhat-ky/"},
    "": {"login": "dang-nhap/", "verify": "xac-minh/", "help": "tro-giup/"},
}
README = {"home": "trang-chinh.png", "pledge": "giao-uoc.png"}
WIDTHS = {1280: 900, 390: 844}


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.browser.shots", description=__doc__)
    parser.add_argument("--readme", action="store_true")
    options = parser.parse_args()
    base = os.environ.get("SITE_URL", "http://localhost:8000").rstrip("/")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        if options.readme:
            take_readme(browser, base, Path("docs/images"))
        else:
            take_all(browser, base, Path("var/shots"))
        browser.close()


def take_all(browser, base, folder):
    for role, pages in PAGES.items():
        for width, height in WIDTHS.items():
            with page_of(browser, base, role, width, height) as page:
                for name, path in pages.items():
                    page.goto(f"{base}/{path}")
                    save(page, folder / f"{role or 'anyone'}-{name}-{width}.png", full_page=True)


def take_readme(browser, base, folder):
    with page_of(browser, base, "ld-snv", 1280, 860) as page:
        for name, file in README.items():
            page.goto(f"{base}/{PAGES['ld-snv'][name]}")
            save(page, folder / file)


def page_of(browser, base, role, width, height):
    """A page of a browser of its own, logged in as `role` ("" for nobody)."""
    page = browser.new_page(viewport={"width": width, "height": height}, locale="vi-VN")
    if role:
        page.goto(f"{base}/dang-nhap/")
        page.fill("input[name=login]", role)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "dang-nhap" not in url)
    return page


def save(page, path, *, full_page=False):
    """A flat page needs no more than 128 colours; the file is a third of the size."""
    path.parent.mkdir(parents=True, exist_ok=True)
    page.evaluate("document.fonts.ready")
    page.screenshot(path=path, full_page=full_page)
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
    print(path)


if __name__ == "__main__":
    main()
