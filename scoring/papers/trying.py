"""A template tried on an example of its paper, as it will be used."""

from functools import cache

from scoring import rules
from scoring.authoring.ready import ready_document
from scoring.papers.child import fill_apart
from scoring.papers.content import Minutes, Report, SelfTable, Summary
from scoring.papers.example import examples
from scoring.papers.word import context_of
from units.working_days import WorkCalendar

PAPERS = {"self_table": SelfTable, "report": Report, "minutes": Minutes, "summary": Summary}


def try_template(template: bytes, kind: str) -> bytes:
    """The example of a kind of paper from this template; raises TemplateRefused."""
    return fill_apart(template, context_of(_examples()[kind]))


@cache
def _examples():
    criteria = rules.load(ready_document("b_100"))
    return examples(criteria, rules.Days(2026, WorkCalendar()))
