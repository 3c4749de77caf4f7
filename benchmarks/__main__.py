"""`make bench`: what the application costs beside its floors, all measured in one run.

Nothing fails on a slow answer: the table says which targets of the design are met here.
"""

import argparse
import logging
import random

from benchmarks import installation


def main():
    options = _options()
    folder = installation.prepare()
    with installation.installation(folder):
        logging.disable(logging.WARNING)
        random.seed(1)
        _measure(options)


def _options():
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=200, help="how often each page is asked for")
    parser.add_argument("--papers", type=int, default=4, help="pledges signed by eight leaders")
    parser.add_argument("--big", action="store_true", help="also beside 700 other blocs")
    parser.add_argument("--profile", metavar="FILE", help="write SQL and cProfile of each page")
    return parser.parse_args()


def _measure(options):
    from benchmarks import big, pages, papers, profile, scoring, signing, uploads, workbooks
    from benchmarks.timing import print_table

    _print_head(options)
    print_table("Pages", pages.measure_pages(options.rounds))
    if options.profile:
        acts = {"bare page": pages.bare_page_act(), **pages.page_acts()}
        profile.write_profile(options.profile, acts)
    if options.big:
        print_table(
            "Pages beside 700 other blocs", big.measure_pages(pages.page_acts, options.rounds)
        )
    draft = installation.next_pledge(2030)
    print_table("Form", pages.measure_form(draft, options.rounds))
    if options.profile:
        profile.write_profile(options.profile, pages.form_acts(draft), mode="a")
    print_table("Paper", papers.measure_paper(max(20, options.rounds // 6)))
    print_table("Signing", signing.measure_signing(options.papers))
    print_table("Uploads", uploads.measure_uploads(max(20, options.rounds // 10)))
    print_table("Scoring rules", scoring.measure_engine(options.rounds))
    scored = scoring.prepare_round()
    print_table("Card", scoring.measure_card(scored, options.rounds))
    scoring.to_provisional(scored)
    print_table("Tables of points", scoring.measure_tables(scored, options.rounds))
    print_table("Workbook of the bloc", workbooks.measure_workbook(scored, options.rounds))


def _print_head(options):
    import platform

    import django
    from django.db import connection

    print(
        f"Python {platform.python_version()}, Django {django.__version__}, {connection.vendor}; "
        f"medians of {options.rounds} rounds."
    )


main()
