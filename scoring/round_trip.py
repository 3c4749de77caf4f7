"""The unit's workbook from what is stored, and what comes back into it."""

from datetime import date

from django.db import transaction

from scoring.entries import save_entry
from scoring.models import Criterion, PointsRecord, ScoringRound
from scoring.permissions import member_named
from scoring.points import lock_card
from scoring.workbooks.lines import Asked, Line, concerns
from scoring.workbooks.unit import Change, UnitWorkbook


def workbook_of(desk, card, memberships) -> UnitWorkbook:
    """Everything of one card that leaves for the workbook, as it stands now."""
    year = card.year
    day = year.reference_day
    asked = tuple(_asked(desk, card, memberships))
    entries = desk.entries[card.pk]
    name = card.unit.name_on(day)
    return UnitWorkbook(
        bloc=year.bloc.slug,
        bloc_name=year.bloc_name,
        year=year.number,
        unit=card.unit.slug,
        unit_name=name.full if name else card.unit.slug,
        criteria=desk.table,
        digest=card.round.criteria.digest,
        asked=asked,
        lines={one.key: line_of(one, entries[one.key]) for one in asked},
        revisions={one.key: entries[one.key].revision for one in asked},
        last_year=_facts_of_last_year(card),
    )


def _asked(desk, card, memberships):
    """The criteria this unit fills in: neither the application's own nor those not for it."""
    owned = desk.owner_facts[card.unit_id]
    targets = desk.targets(card)
    for node in desk.table.leaves:
        if node.source or not concerns(node, card.unit.slug):
            continue
        owner = member_named(node.owner, card.year, memberships)
        name = owner.unit.name_on(card.year.reference_day) if owner else None
        yield Asked(
            node,
            tuple(one for one in node.inputs(targets) if not one.by_verifier),
            name.short if name else "",
            owned[node.key].facts if node.key in owned else {},
        )


def line_of(one: Asked, entry) -> Line:
    """A stored entry as the workbook says it."""
    as_of = entry.as_of.isoformat() if entry.is_estimate and entry.as_of else ""
    return one.line(entry.facts, entry.na_reason, as_of, entry.note)


def _facts_of_last_year(card):
    """{criterion key: facts} the unit was left with last year; {} when it was not scored."""
    rows = PointsRecord.objects.filter(
        card__unit=card.unit_id,
        card__year__bloc=card.year.bloc_id,
        card__year__number=card.year.number - 1,
        card__round__state__in=(ScoringRound.State.CLOSED, ScoringRound.State.PUBLISHED),
        stage=PointsRecord.Stage.FINAL,
    )
    return dict(rows.values_list("criterion__key", "facts").order_by("pk"))


@transaction.atomic
def take(card, changes: list[Change], *, by):
    """Save what a workbook says differently, all or none.

    Raises what save_entry raises: Conflict when one was saved meanwhile, NotAllowed once the card
    is not the unit's to change.
    """
    row = lock_card(card)
    keys = [change.key for change in changes]
    criteria = Criterion.objects.filter(criteria=row.round.criteria_id, key__in=keys)
    by_key = {criterion.key: criterion for criterion in criteria.order_by("pk")}
    stored = {entry.criterion_id: entry for entry in row.entries.order_by("pk")}
    for change in changes:
        criterion = by_key[change.key]
        save_entry(
            card,
            criterion,
            by=by,
            revision=change.revision,
            **_values(change, stored[criterion.pk]),
        )


def _values(change, entry):
    """What is saved, in the words of save_entry; facts the workbook does not ask for stay."""
    line = change.after
    asked = {one.name for one in change.asked.filled}
    kept = {name: value for name, value in entry.facts.items() if name not in asked}
    return {
        "facts": {**kept, **line.facts},
        "na_reason": line.na_reason,
        "is_estimate": bool(line.as_of),
        "as_of": date.fromisoformat(line.as_of) if line.as_of else None,
        "note": line.note,
    }
