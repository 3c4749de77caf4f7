"""Pages against the bare page, the pledge form against bare page and bare form."""

from benchmarks.bare import BARE_PAGE, bare_forms
from benchmarks.installation import (
    BLOC,
    client_of,
    demonstration_pledge,
    page_getter,
)
from benchmarks.timing import Row, side_by_side

LEADER, OFFICER = "ld-snv", "cv-stc"
PAGE_TARGET, FORM_TARGET = 4, 1.6
YEAR = f"/khoi/{BLOC}/2026/"


def page_acts():
    """{name: act} of the pages of the issue's list, as a leader yet to sign and a stranger see them."""
    leader, stranger = client_of(LEADER), client_of()
    signing, complete = demonstration_pledge().code, demonstration_pledge(2018).code
    return {
        "home": page_getter(leader, "/"),
        "bloc's year": page_getter(leader, YEAR),
        "pledge": page_getter(leader, f"{YEAR}giao-uoc/"),
        "pledge, signing": page_getter(leader, f"{YEAR}giao-uoc/ky/"),
        "verification": page_getter(stranger, f"/xac-minh/{signing}/"),
        "verification, complete": page_getter(stranger, f"/xac-minh/{complete}/"),
    }


def bare_page_act():
    return page_getter(client_of(LEADER), BARE_PAGE)


def measure_pages(rounds):
    pages = page_acts()
    medians = side_by_side({"bare page": bare_page_act(), **pages}, rounds)
    floor = medians["bare page"]
    return [Row(name, medians[name], "bare page", floor, PAGE_TARGET) for name in pages]


def form_acts(draft):
    """The editing page of a draft, and Django rendering the same fields alone."""
    from pledges.views.drafts import Draft

    def bare_form():
        forms = Draft(draft)
        return bare_forms([forms.form, forms.bases, forms.sections])

    path = f"/khoi/{BLOC}/{draft.year.number}/giao-uoc/soan/"
    return {"form page": page_getter(client_of(OFFICER), path), "bare form": bare_form}


def measure_form(draft, rounds):
    acts = {"bare page": bare_page_act(), **form_acts(draft)}
    medians = side_by_side(acts, rounds)
    floor = medians["bare page"] + medians["bare form"]
    return [
        Row("pledge form", medians["form page"], "bare page + bare form", floor, FORM_TARGET),
    ]
