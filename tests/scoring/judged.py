"""Cards with real numbers, brought through verification by the functions that people's clicks call.

The table is the factories' with a gate that is declared, one that is computed, classes, and a chain
of tie-breaks. What a unit claims: 137/142 × 8 = 7,72; 4; 5,5; 2,5 − 0,5 = 2; 3 × 0,5 = 1,5; together
20,72 of 20 + 2.
"""

from datetime import date
from random import Random

from django.urls import reverse

from scoring import cards, duties, entries, publication, rounds, verdicts
from scoring.evaluation import Desk
from scoring.models import Criterion, PointsRecord, Scorecard, ScoringRound
from tests.factories import (
    DOCUMENT,
    CriteriaSetFactory,
    EmulationYearFactory,
    PhaseFactory,
    card_of,
    chair_leader,
    chair_officer,
    deputy_of,
    lead_of,
    leader_of,
    member_of,
    minutes,
    officer_of,
)

CLAIMS = {
    "I.1": {"done": "137", "total": "142"},
    "I.2": {"met": True},
    "II.1": {"value": "95"},
    "II.2": {"count": "1"},
    "T1": {"count": "3"},
}
TABLE = DOCUMENT | {
    "gates": [
        {"key": "G1", "code": "G1", "name": "Có người bị kỷ luật", "effect": "not_eligible"},
        {
            "key": "G2",
            "code": "G2",
            "name": "Nhóm I dưới 50 %",
            "effect": "cap_class",
            "class": "Khá",
            "when": {"node": "I", "sign": "<", "percent": "50"},
        },
    ],
    "classes": [
        {"name": "Xuất sắc", "at_least": "18"},
        {"name": "Khá", "at_least": "10"},
        {"name": "Trung bình"},
    ],
    "tie_break": [{"by": "node", "node": "I"}, {"by": "conference"}],
}


def open_judged_round(year=None, *, members=3, document=TABLE, peer_scoring=False):
    """A year's round in self-assessment under the table; phases to answer by until 10 April."""
    year = year or EmulationYearFactory(members=members)
    for kind, opens, closes in (
        ("self_assessment", date(2026, 4, 1), date(2026, 4, 6)),
        ("verification", date(2026, 4, 7), date(2026, 4, 8)),
        ("response", date(2026, 4, 9), date(2026, 4, 10)),
    ):
        PhaseFactory(year=year, kind=kind, opens_on=opens, closes_on=closes)
    table = CriteriaSetFactory(year=year, adopted=True, document=document)
    by = leader_of(lead_of(year))
    round = rounds.open_round(year=year, by=by, criteria=table, peer_scoring=peer_scoring)
    return fresh(round)


def fresh(row):
    """The row as the database has it, with what it hangs on."""
    if isinstance(row, ScoringRound):
        return ScoringRound.objects.select_related("year__bloc__authority", "criteria").get(
            pk=row.pk
        )
    return card_of(row.round, row.unit)


def lead(round):
    return leader_of(lead_of(round.year))


def leaf_of(card, key):
    return Criterion.objects.get(criteria=card.round.criteria_id, key=key)


def send(card, claims=CLAIMS):
    """Fill the card and send it in."""
    officer = officer_of(card.unit)
    for key, facts in claims.items():
        entry = card.entries.select_related("criterion").get(criterion__key=key)
        entries.save_entry(card, entry.criterion, by=officer, revision=entry.revision, facts=facts)
    cards.pass_to_leader(card, by=officer)
    desk = Desk(card.round, [card])
    entries.submit(
        card,
        by=leader_of(card.unit),
        declared=True,
        seen=card.content_revision(),
        points=desk.entered_values(card),
        total=desk.card(card, PointsRecord.Stage.SELF).total,
    )
    return fresh(card)


def begin(round):
    """Duties are given as the rules say, and verification begins."""
    duties.assign_duties(round, by=lead(round), draw=Random(1))
    rounds.begin_verification(round, by=lead(round))
    return fresh(round)


def verify(card, key, *, by=None, by_unit=None, facts=None, reason="Đối chiếu sổ văn bản", **more):
    """One verdict as the page records it: computed from the facts."""
    card = fresh(card)
    by = by or chair_officer(card)
    desk = Desk(card.round, [card])
    stage = PointsRecord.Stage.VERIFIED
    facts = desk.facts(card, stage).of(key) if facts is None else facts
    points = desk.trial(card, stage, key, facts)[key].points
    return verdicts.verify(
        card,
        leaf_of(card, key),
        by=by,
        by_unit=by_unit or by.current_appointments[0].unit,
        **({"facts": facts, "points": points, "reason": reason} | more),
    )


def accept_all(card, by=None):
    card = fresh(card)
    by = by or chair_officer(card)
    records = set(card.records.filter(stage="self").values_list("pk", flat=True).order_by("pk"))
    return verdicts.accept(card, records, by=by, by_unit=by.current_appointments[0].unit)


def judged_card(round=None, *, unit=None, to="verifying", corrected=True):
    """A card brought to a step; corrected: II.2 was found with three late files instead of one."""
    round = round or open_judged_round()
    card = card_of(round, unit or member_of(round.year))
    card = send(card)
    if to == "submitted":
        return card
    if fresh(round).state == "self_assessment":
        begin(round)
    card = fresh(card)
    if corrected:
        verify(card, "II.2", facts={"count": "3"}, reason="Sổ ghi ba hồ sơ trễ")
    if to == "verifying":
        return fresh(card)
    accept_all(card)
    cards.approve(fresh(card), by=chair_leader(card))
    if to == "verified":
        return fresh(card)
    cards.finish_answers(fresh(card), by=leader_of(card.unit))
    if to == "answered":
        return fresh(card)
    cards.conclude(fresh(card), by=chair_officer(card))
    return fresh(card)


PEER = {"key": "C1", "code": "C1", "name": "Phối hợp", "max": "2", "parts": [{"kind": "peer"}]}


def judged_year(year, state):
    """The year with everything its pages can show at a step, for the access matrix and the gallery.

    state: verifying, verified, answered (an explanation waits), conference (a reserved opinion and
    a tie wait), closed.
    """
    table = TABLE | {"nodes": [*TABLE["nodes"], PEER], "base_max": "22"}
    round = open_judged_round(year, document=table, peer_scoring=True)
    unit, other = member_of(year), deputy_of(year)
    sent = [send(card_of(round, one)) for one in (unit, other)]
    begin(round)
    duties.assign(fresh(sent[0]), by=lead(round), verifier=lead_of(year), kind="peer")
    for card in sent:
        verify(card, "II.2", facts={"count": "3"}, reason="Sổ ghi ba hồ sơ trễ")
    duties.ask_for_more(
        fresh(sent[0]),
        leaf_of(sent[0], "I.1"),
        by=chair_officer(sent[0]),
        text="Gửi sổ theo dõi",
        due_on=date(2026, 4, 8),
    )
    if state != "verifying":
        _beyond_verification(sent, state)
    return fresh(round)


def _beyond_verification(sent, state):
    kind = "explain" if state == "answered" else "dissent"
    for card in sent if state in ("conference", "closed") else sent[:1]:
        accept_all(card)
        cards.approve(fresh(card), by=chair_leader(card))
        if state == "verified":
            return
        if card is sent[0] and state != "closed":
            cards.answer(
                fresh(card),
                leaf_of(card, "II.2"),
                by=officer_of(card.unit),
                kind=kind,
                text="Chỉ hai hồ sơ trễ",
            )
        cards.finish_answers(fresh(card), by=leader_of(card.unit))
        if state == "answered":
            return
        cards.conclude(fresh(card), by=chair_officer(card))
    conclude_round(fresh(sent[0].round), state)


def conclude_round(round, state="closed"):
    """On to the conference, or until the round is closed or published."""
    by = lead(round)
    rounds.show_provisional(round, by=by)
    if state == "conference":
        return
    rounds.adopt(round, by=by, on=round.opened_on, minutes=minutes(), minutes_number="01/BB")
    rounds.close(fresh(round), by=by)
    if state == "published":
        publication.freeze(fresh(round), by=by)
        rounds.publish(fresh(round), by=by)


def path(row, name, *args):
    """An address of a card, or of a round."""
    place = [row.year.bloc.slug, row.year.number]
    if isinstance(row, Scorecard):
        place.append(row.unit.slug)
    return reverse(f"scoring:{name}", args=[*place, *args])
