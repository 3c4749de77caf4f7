"""The pledge's paper against WeasyPrint alone on the same HTML; and the same paper once more."""

from dataclasses import replace

from benchmarks.installation import demonstration_pledge
from benchmarks.timing import Row, side_by_side

TARGET, UNCHANGED_TARGET = 1.15, 0.05
TEMPLATE = "print/pledge.html"


def paper_acts():
    """A paper never printed before, one printed before, and bare WeasyPrint, fonts ready for all."""
    from khoithidua import printing
    from pledges.composing import pledge_content

    content = pledge_content(demonstration_pledge())
    numbers = iter(range(1, 1_000_000))

    def fresh_content():
        code = f"GU26-{next(numbers):08d}"
        return {"paper": replace(content, code=code, verify_url=f"https://{code}", draft_mark="")}

    unchanged = fresh_content()
    return {
        "new": lambda: printing.render(TEMPLATE, fresh_content()),
        "unchanged": lambda: printing.render(TEMPLATE, unchanged),
        "WeasyPrint": bare_weasyprint(printing.html_of(TEMPLATE, unchanged)),
    }


def bare_weasyprint(html):
    """WeasyPrint on this HTML, its sheet parsed and its fonts loaded once, as ours are."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    from khoithidua import printing

    class Fetcher(URLFetcher):
        def fetch(self, url, headers=None):
            body, media_type = printing.resolve(url)
            return URLFetcherResponse(url, body, {"Content-Type": media_type})

    fetcher, fonts = Fetcher(), FontConfiguration()
    sheet = printing.resolve(f"static:{printing.SHEET}")[0].decode()
    source = {"base_url": "paper:", "url_fetcher": fetcher}
    css = CSS(string=sheet, font_config=fonts, **source)
    options = {"pdf_variant": printing.VARIANT, "output_intent": printing.COLOR_PROFILE}

    def write():
        profiles = {}
        CSS(string=printing.COLOR_SHEET, url_fetcher=fetcher, color_profiles=profiles)
        document = HTML(string=html, **source).render(
            font_config=fonts, stylesheets=[css], color_profiles=profiles, **options
        )
        return document.write_pdf(**options)

    return write


def measure_paper(rounds):
    medians = side_by_side(paper_acts(), rounds)
    alone = medians["WeasyPrint"]
    return [
        Row("the pledge's paper", medians["new"], "WeasyPrint alone", alone, TARGET),
        Row("unchanged paper", medians["unchanged"], "WeasyPrint alone", alone, UNCHANGED_TARGET),
    ]
