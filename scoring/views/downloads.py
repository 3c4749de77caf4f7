"""The papers of scoring as files: PDF, Word, Excel, JSON, from one content each."""

import json

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from khoithidua import printing
from khoithidua.files import serve_bytes
from scoring import printouts
from scoring.models import PointsRecord, WordTemplate
from scoring.papers.content import plain
from scoring.papers.excel import XLSX, self_table_book, summary_book
from scoring.papers.package import TemplateRefused
from scoring.papers.pdf import printed
from scoring.papers.word import DOCX, document_of
from scoring.permissions import (
    can_see_provisional,
    can_see_ranking,
    results_shown,
    sees_results,
    why_not_print_card,
    why_not_print_minutes,
)
from scoring.ranking_content import ranking_content
from scoring.views.base import desk_of, open_card, open_round
from scoring.views.ranking import published

Stage = PointsRecord.Stage
Kind = WordTemplate.Kind


@require_GET
def self_table(request, bloc, number, unit, form):
    page, card = _card_to_print(request, bloc, number, unit)
    desk = desk_of(page, card.round, [card])
    paper = printouts.self_table_of(desk, card, results=sees_results(request.user, card))
    name = _name(page, card.unit.slug, "bang-tu-cham")
    return _answer(page, form, paper, Kind.SELF_TABLE, name, self_table_book, desk.table)


@require_GET
def report(request, bloc, number, unit, form):
    page, card = _card_to_print(request, bloc, number, unit)
    desk = desk_of(page, card.round, [card])
    paper = printouts.report_of(desk, card, results=sees_results(request.user, card))
    return _answer(page, form, paper, Kind.REPORT, _name(page, card.unit.slug, "giai-trinh"))


@require_GET
def minutes(request, bloc, number, unit, form):
    page, card = open_card(request, bloc, number, unit)
    if why_not := why_not_print_minutes(request.user, card):
        raise PermissionDenied(why_not)
    paper = printouts.minutes_of(desk_of(page, card.round, [card]), card, page.memberships)
    return _answer(page, form, paper, Kind.MINUTES, _name(page, card.unit.slug, "bien-ban"))


@require_GET
def summary(request, bloc, number, form):
    """What the ranking's page shows this user, as a paper."""
    page, round = open_round(request, bloc, number)
    frozen = published(round).last() if can_see_ranking(request.user, round) else None
    if frozen is None and not can_see_provisional(request.user, round, page.memberships):
        raise Http404
    stage = Stage.FINAL if frozen else Stage.CONFERENCE
    cards = round.cards.select_related("unit").prefetch_related("unit__names").order_by("pk")
    desk = desk_of(page, round, cards)
    paper = printouts.summary_of(
        desk,
        frozen.rows if frozen else ranking_content(desk, stage, page.memberships),
        page.memberships,
        stage=stage,
        frozen=frozen,
        shown=results_shown(request.user, round, desk.sent),
    )
    name = _name(page, "tong-hop", f"v{frozen.version}" if frozen else "du-kien")
    return _answer(page, form, paper, Kind.SUMMARY, name, summary_book, desk.table)


def _card_to_print(request, bloc, number, unit):
    page, card = open_card(request, bloc, number, unit)
    if why_not := why_not_print_card(request.user, card):
        raise PermissionDenied(why_not)
    return page, card


def _name(page, *parts):
    """`khoi-tmth_2026_stc_bang-tu-cham` and its ending, as the exchange of documents wants it."""
    year = page.year
    words = (year.bloc.file_code, str(year.number), *parts)
    return printing.file_name(*words, demo=year.is_demo).removesuffix("pdf")


def _answer(page, form, paper, kind, name, book=None, table=None):
    """The paper in the form asked for."""
    if form == "docx":
        return _word(page, paper, kind, f"{name}docx")
    if form == "xlsx":
        return serve_bytes(book(paper, table), f"{name}xlsx", content_type=XLSX)
    if form == "json":
        data = json.dumps(plain(paper), ensure_ascii=False, indent=2).encode()
        return serve_bytes(data, f"{name}json", content_type="application/json")
    return serve_bytes(
        printed(paper).pdf, f"{name}pdf", content_type="application/pdf", inline=True
    )


def _word(page, paper, kind, name):
    template = WordTemplate.objects.in_use(page.year.bloc.authority_id, kind)
    try:
        data = document_of(paper, template.file.read() if template else None)
    except TemplateRefused as refused:
        messages.error(
            page.request,
            f"Mẫu Word của tỉnh không lập được văn bản này: {refused} Bản PDF vẫn tải được.",
        )
        return redirect(page.url("scoring:scorecard_list"))
    return serve_bytes(data, name, content_type=DOCX)
