"""Each paper as a Word document: a working copy, and it says so on every page."""

from functools import cache

from scoring.papers import word_defaults
from scoring.papers.child import fill_apart
from scoring.papers.content import (
    Minutes,
    OfficialPaper,
    Report,
    SelfTable,
    Summary,
    plain,
)
from scoring.papers.marking import fill_marked

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BUILDERS = {
    SelfTable: word_defaults.self_table,
    Report: word_defaults.report,
    Minutes: word_defaults.minutes,
    Summary: word_defaults.summary,
}
STAGES = ("self", "verified", "final")


@cache
def default_template(kind: type) -> bytes:
    """The template of a paper where nobody put another in its place."""
    return BUILDERS[kind]()


def document_of(paper: OfficialPaper, template: bytes | None = None) -> bytes:
    """The paper as .docx, from the staff's own template where there is one."""
    if template is None:
        return fill_marked(default_template(type(paper)), context_of(paper))
    return fill_apart(template, context_of(paper))


def context_of(paper: OfficialPaper) -> dict:
    """What tags may name: `paper`, its content; every line of points also has its `texts` by stage."""
    context = plain(paper)
    if isinstance(paper, (SelfTable, Summary)):
        stages = [stage.key for stage in paper.stages]
        tables = [context] if isinstance(paper, SelfTable) else context["rows"]
        for table in tables:
            for row in table["rows"]:
                row["texts"] = _texts(stages, [share["points"] for share in row["shares"]])
            for line in table["totals"]:
                line["texts"] = _texts(stages, line["figures"])
    return {"paper": context}


def _texts(stages, figures):
    shown = dict(zip(stages, (figure["text"] for figure in figures), strict=False))
    return {stage: shown.get(stage, "") for stage in STAGES}
