"""Stage `tu-cham`: the 2026 bloc has signed, adopted its table, and scores itself."""

import json
from datetime import date, timedelta
from pathlib import Path

from django.utils import timezone

from khoithidua import printing
from khoithidua.models import StoredFile
from scoring import cards, entries, evidence, findings, owner_facts, rounds, tables
from scoring.demo import scores
from scoring.evaluation import Desk, compiled
from scoring.models import Criterion, PointsRecord, Scorecard
from units.models import Phase, Unit, User

TABLE = Path(__file__).parent.parent / "ready_made" / "b_100.json"
# How far each phase is moved beyond the day the data is loaded, where it has passed or soon will.
ROOM = {
    Phase.Kind.SELF_ASSESSMENT: timedelta(days=14),
    Phase.Kind.VERIFICATION: timedelta(days=21),
    Phase.Kind.RESPONSE: timedelta(days=25),
}


def score_2026(year, adopted_on):
    """Adopt table B100 on that day, open the round, and bring every card to where it stands."""
    lead = _user("ld-stc")
    table = tables.begin_version(
        year=year, by=_user("cv-stc"), source=json.loads(TABLE.read_text("utf-8"))
    )
    tables.adopt_criteria(table, by=lead, on=adopted_on)
    _make_room(year, lead)
    round = rounds.open_round(year=year, by=lead, criteria=table)
    criteria = {row.key: row for row in Criterion.objects.filter(criteria=table)}
    _owners_facts(criteria)
    for card in round.cards.select_related("unit", "year__bloc", "round").order_by("pk"):
        _fill(card, criteria)
        _cite(card, criteria)
        _pass_on(card)
    for slug, (gate, state, document, note) in scores.GATES.items():
        findings.declare_gate(
            round.cards.get(unit__slug=slug),
            gate,
            by=_user("snv-theodoi"),
            state=state,
            document=document,
            note=note,
        )


def _user(username):
    return User.objects.get(username=username)


def _make_room(year, by):
    for kind, room in ROOM.items():
        phase = year.phases.get(kind=kind)
        until = timezone.localdate() + room
        if until > phase.closes_on:
            phase.extend(until, reason="trình diễn", by=by)


def _owners_facts(criteria):
    """What the owning agencies say of everyone; of themselves with a second person's check."""
    units = {unit.slug: unit for unit in Unit.objects.all()}
    for owner, by_criterion in scores.OWNED.items():
        giver, checker = _user(f"cv-{owner}"), _user(f"ld-{owner}")
        for key, by_unit in by_criterion.items():
            for slug, facts in by_unit.items():
                fact = owner_facts.give_fact(
                    criteria[key],
                    unit=units[slug],
                    by=giver,
                    by_unit=units[owner],
                    facts=facts,
                    source=scores.SOURCE_WORDS,
                )
                if slug == owner:
                    owner_facts.check_own_fact(fact, by=checker, revision=fact.revision)


def _fill(card, criteria):
    slug = card.unit.slug
    officer = _user(f"cv-{slug}")
    given = scores.entered(slug)
    not_applicable = scores.not_applicable(slug)
    estimates = scores.ESTIMATES.get(slug, {})
    for key in {**given, **not_applicable, **estimates}:
        entry = card.entries.get(criterion=criteria[key])
        entries.save_entry(
            card,
            criteria[key],
            by=officer,
            revision=entry.revision,
            facts=given.get(key, {}),
            na_reason=not_applicable.get(key, ""),
            is_estimate=key in estimates,
            as_of=date.fromisoformat(estimates[key]) if key in estimates else None,
        )


def _cite(card, criteria):
    """One document of the unit, cited for every criterion that wants one, page by page."""
    slug = card.unit.slug
    officer = _user(f"cv-{slug}")
    name = card.unit.name_on(card.year.reference_day)
    printed = printing.render(
        "print/demo_evidence.html", {"unit": name.full, "year": card.year.number}
    )
    kept = StoredFile.objects.keep(printed.pdf, content_type="application/pdf", by=officer)
    document = evidence.attach(
        year=card.year,
        unit=card.unit,
        by=officer,
        file=kept,
        file_name="tai-lieu-trinh-dien.pdf",
        issuer=name.full,
        summary="Tài liệu kiểm chứng trình diễn",
    )
    lacking = scores.WITHOUT_EVIDENCE.get(slug, ())
    wanted = [
        node.key
        for node in compiled(card.round.criteria).leaves
        if node.evidence.required and node.key not in lacking
    ]
    for key in wanted:
        evidence.use(document, card, criteria[key], by=officer, pages="1")


def _pass_on(card):
    """To its leader, and out of the unit, unless it stands earlier."""
    slug, standing = card.unit.slug, scores.STANDING.get(card.unit.slug)
    if standing == Scorecard.State.DRAFT:
        return
    cards.pass_to_leader(card, by=_user(f"cv-{slug}"))
    if standing == Scorecard.State.LEADER:
        return
    desk = Desk(card.round, [card])
    entries.submit(
        card,
        by=_user(f"ld-{slug}"),
        declared=True,
        seen=card.content_revision(),
        points=desk.entered_values(card),
        total=desk.card(card, PointsRecord.Stage.SELF).total,
    )
