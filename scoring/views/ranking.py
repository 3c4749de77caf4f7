"""The ranking: provisional for those who may see it, published for the whole bloc."""

from django.http import Http404
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from scoring.chart import bar_chart
from scoring.models import PointsRecord, Ranking
from scoring.permissions import can_see_provisional, can_see_ranking
from scoring.ranking_content import changes, last_years_places, ranking_content
from scoring.ranking_notes import notes_of
from scoring.views.base import desk_of, held_for, open_round

TAB = "ranking"


@require_GET
def ranking_detail(request, bloc, number):
    """The newest ranking this user may see; before there is one, when it is to be expected."""
    page, round = open_round(request, bloc, number, required=False)
    if round and can_see_ranking(request.user, round):
        return _frozen(request, page, round, published(round).last())
    if round and can_see_provisional(request.user, round, page.memberships):
        return _provisional(request, page, round)
    return render(request, "scoring/ranking_none.html", page.context(TAB, round=round))


@require_GET
def ranking_version(request, bloc, number, version):
    """An earlier publication, as it was."""
    page, round = open_round(request, bloc, number)
    if not can_see_ranking(request.user, round):
        raise Http404
    ranking = published(round).filter(version=version).first()
    if ranking is None:
        raise Http404
    return _frozen(request, page, round, ranking)


def published(round):
    """What was ever published of the round, oldest first."""
    return round.rankings.exclude(kind=Ranking.Kind.PROVISIONAL).order_by("version")


def _provisional(request, page, round):
    content = held_for(page, ("provisional ranking",), lambda: _content(page, round))
    return _page(request, page, round, content, ranking=None, versions=[], is_newest=True)


def _content(page, round):
    desk = desk_of(page, round, round.cards.select_related("unit").order_by("pk"))
    return ranking_content(desk, PointsRecord.Stage.CONFERENCE, page.memberships)


def _frozen(request, page, round, ranking):
    versions = list(published(round))
    before = next((one for one in reversed(versions) if one.version < ranking.version), None)
    return _page(
        request,
        page,
        round,
        ranking.rows,
        ranking=ranking,
        versions=versions if len(versions) > 1 else [],
        is_newest=ranking == versions[-1],
        changed=changes(before.rows, ranking.rows) if before else [],
    )


def _page(request, page, round, content, ranking, is_newest, **extra):
    last_year = last_years_places(page.year)
    drawn = ("ranking", ranking and ranking.version, *sorted(last_year.items()))
    table = held_for(page, drawn, lambda: _table(page, content, ranking, last_year, is_newest))
    return render(
        request,
        "scoring/ranking_detail.html",
        page.context(TAB, round=round, ranking=ranking, is_newest=is_newest, table=table, **extra),
    )


def _table(page, content, ranking, last_year, is_newest):
    """The chart, the table and its notes, drawn; the same for everyone who may see the ranking."""
    bars, thresholds = bar_chart(content)
    notes, marks = notes_of(content)
    rows = [
        (
            place,
            [(group, place["groups"][group["key"]]) for group in content["groups"]],
            marks.get(place["unit"], ()),
            last_year.get(place["unit"]) if place["unit"] in last_year else "",
            page.year.role_words(place["role"]) if place["role"] in ("lead", "deputy") else "",
        )
        for place in content["places"]
    ]
    names = {member.unit.slug: member for member in page.memberships}
    return render_to_string(
        "scoring/includes/ranking_table.html",
        {
            "content": content,
            "rows": rows,
            "bars": bars,
            "thresholds": thresholds,
            "notes": notes,
            "ranking": ranking,
            # The page that tells why speaks of the points as they stand now.
            "leads_to_why": ranking is not None and is_newest,
            "has_last_year": bool(last_year),
            "not_sent": [names[unit] for unit in content["not_sent"] if unit in names],
            "year": page.year,
        },
    )
