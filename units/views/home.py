"""The home page: what I must do now, what others must do first, what happened."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from khoithidua.models import AuditEntry
from units.context import work_sources
from units.models import EmulationYear

# Acts that members want to hear of, not the technical ones.
SHOWN_ACTIONS = (
    "paper.open_comments",
    "paper.adopt",
    "paper.reopen",
    "paper.open_signing",
    "paper.sign",
    "paper.complete",
    "phase.extend",
)


@require_GET
def home(request):
    today = request.today
    years = request.user.remembered("open years", lambda: _open_years(request.user))
    awaited = [
        item for source in work_sources() for item in source.awaited_for(request.user, today)
    ]
    events = AuditEntry.objects.filter(
        chain__in=[year.audit_chain for year in years], action__in=SHOWN_ACTIONS
    ).order_by("-at", "-id")[:6]
    return render(
        request,
        "units/home.html",
        {
            "items": request.frame.work,
            "late": sum(1 for item in request.frame.work if item.due_on and item.due_on < today),
            "awaited": awaited,
            "events": events,
            "years": years,
            "today": today,
            "is_demo": any(year.is_demo for year in years),
        },
    )


def _open_years(user):
    """Years that are not closed, of the user's own blocs."""
    return list(
        EmulationYear.objects.of_people(user)
        .filter(closed_on=None)
        .with_names()
        .order_by("bloc__slug", "-number")[:20]
    )
