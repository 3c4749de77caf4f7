"""The official form of each paper."""

from khoithidua import printing
from scoring.papers.content import Minutes, OfficialPaper, Report, SelfTable, Summary

TEMPLATES = {
    SelfTable: "print/self_table.html",
    Report: "print/report.html",
    Minutes: "print/minutes.html",
    Summary: "print/summary.html",
}


def printed(paper: OfficialPaper) -> printing.Printed:
    return printing.render(TEMPLATES[type(paper)], {"paper": paper})
