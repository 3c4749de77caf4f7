"""What axe finds on a page, at the two widths that every page is looked at."""

from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import PHONE, WIDE

# What a person meets: WCAG 2.0 to 2.2, A and AA, and good practice.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
ASK_AXE = "async rules => (await axe.run(rules)).violations"


def barriers_of(page, role=""):
    """What axe finds on the page as it stands, at both widths."""
    found = []
    page.evaluate(Axe().axe_script)
    for width, height in (WIDE, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        for rule in page.evaluate(ASK_AXE, RULES):
            places = "; ".join(node["html"][:160] for node in rule["nodes"][:3])
            found.append(f"{page.url} {role} {width}px {rule['id']}: {rule['help']}: {places}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
            found.append(f"{page.url} {role} {width}px: wider than the window")
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    return found
