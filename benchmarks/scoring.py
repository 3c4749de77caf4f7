"""Scoring: the engine alone, and the pages of eight units × 60 criteria against their floors."""

import random
from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode

from benchmarks.bare import bare_forms, bare_grid
from benchmarks.installation import BLOC, client_of, next_pledge, page_getter
from benchmarks.pages import bare_page_act
from benchmarks.timing import Row, side_by_side

LEAVES = 60
YEAR = 2040
UNIT = "stp"
OFFICER = "cv-stp"
AS_A_FORM = "application/x-www-form-urlencoded"
FORM_TARGET, GRID_TARGET, KEYSTROKE_TARGET, LINEAR_TARGET = 1.6, 1.5, 2, 1.2


def long_table():
    """Table B100 with its criteria repeated under new keys until there are 60, its sums kept right."""
    from scoring.authoring.ready import ready_document

    document = deepcopy(ready_document("b_100"))
    groups = [node for node in document["nodes"] if node["section"] == "base"]
    others = [node for node in document["nodes"] if node["section"] != "base"]
    wanted, copy = LEAVES - len(others), 0
    originals = {group["key"]: list(group["children"]) for group in groups}
    while sum(len(group["children"]) for group in groups) < wanted:
        copy += 1
        for group in groups:
            for leaf in originals[group["key"]]:
                if sum(len(one["children"]) for one in groups) < wanted:
                    key = f"{leaf['key']}.{copy}"
                    group["children"].append({**deepcopy(leaf), "key": key, "code": key})
    for group in groups:
        group["max"] = str(sum(Decimal(leaf["max"]) for leaf in group["children"]))
    document["base_max"] = str(sum(Decimal(group["max"]) for group in groups))
    return document


def facts_of(slug):
    """What a unit of the demonstration enters, for every copy of a criterion."""
    from scoring.demo import scores

    entered = dict(scores.entered(slug))
    for by_criterion in scores.OWNED.values():
        for key, by_unit in by_criterion.items():
            if slug in by_unit:
                entered[key] = by_unit[slug]
    return entered


def measure_engine(rounds):
    """Points a second are printed beside; the ratios say that twice the work takes twice the time."""
    from scoring import rules
    from units.working_days import WorkCalendar

    document = long_table()
    table, days = rules.load(document), rules.Days(2026, WorkCalendar())
    half = deepcopy(document)
    for node in half["nodes"]:
        if "children" in node:
            node["children"] = node["children"][: len(node["children"]) // 2]
    small = rules.load(half)
    units = ("vp-ubnd", "snv", "stp", "stc", "ttt", "sngv", "sdttg", "vp-dbqh-hdnd")
    facts = {slug: _facts(rules, table, slug) for slug in units}

    def engine(of, chosen):
        def act():
            of.memo.clear()
            return rules.evaluate_bloc(of, {slug: facts[slug] for slug in chosen}, days)

        return act

    acts = {
        "eight": engine(table, units),
        "four": engine(table, units[:4]),
        "half": engine(small, units),
    }
    medians = side_by_side(acts, max(10, rounds // 10))
    leaves, few = len(table.leaves), len(small.leaves)
    print(f"\nEngine: {8 * leaves / medians['eight']:.0f} criteria a second, with explanations.")
    return [
        Row("8 units", medians["eight"], "twice 4 units", 2 * medians["four"], LINEAR_TARGET),
        Row(
            f"{leaves} criteria",
            medians["eight"],
            f"{few} criteria, in proportion",
            medians["half"] * leaves / few,
            LINEAR_TARGET,
        ),
    ]


def _facts(rules, table, slug):
    entered = facts_of(slug)
    values = {}
    for node in table.leaves:
        source = ".".join(node.key.split(".")[:2])
        values[node.key] = {
            **entered.get(source, {}),
            **({"sent_1": "2026-11-27"} if node.source == "submitted_on" else {}),
        }
    return rules.Facts(slug, values)


def prepare_round():
    """A scored year with the long table: every card sent in and verified, the ranking provisional."""
    from django.utils import timezone

    from scoring import rounds, tables
    from units.models import Phase, User

    year = next_pledge(YEAR).year
    today = timezone.localdate()
    for kind in (Phase.Kind.SELF_ASSESSMENT, Phase.Kind.VERIFICATION):
        Phase.objects.create(
            year=year, kind=kind, opens_on=today, closes_on=today + timedelta(days=30)
        )
    officer, leader = (User.objects.get(username=name) for name in ("cv-stc", "ld-stc"))
    table = tables.begin_version(year=year, by=officer, source=long_table())
    tables.adopt_criteria(table, by=leader, on=today)
    round = rounds.open_round(year=year, by=leader, criteria=table)
    _fill(round)
    return round


def _fill(round):
    from scoring import entries
    from units.models import User

    for card in round.cards.select_related("unit", "round", "year__bloc").order_by("pk"):
        officer = User.objects.get(username=f"cv-{card.unit.slug}")
        entered = facts_of(card.unit.slug)
        for entry in card.entries.select_related("criterion").order_by("pk"):
            source = ".".join(entry.criterion.key.split(".")[:2])
            if source in entered:
                entries.save_entry(
                    card,
                    entry.criterion,
                    by=officer,
                    revision=entry.revision,
                    facts=entered[source],
                )


def measure_card(round, rounds):
    """The page that is filled, against a form of the same fields; and one key that is pressed."""
    path = f"/khoi/{BLOC}/{YEAR}/cham-diem/{UNIT}/"
    client = client_of(OFFICER)
    form = _same_fields(round)
    typed = urlencode({"I.1:rev": "1", "I.1:done": "58", "I.1:total": "61", "I.1:count": "1"})

    def keystroke():
        response = client.post(f"{path}muc/I.1/thu/", typed, content_type=AS_A_FORM)
        assert response.status_code == 200, response.status_code

    acts = {
        "bare page": bare_page_act(),
        "bare form": lambda: bare_forms([form]),
        "scorecard": page_getter(client, path),
        "one key": keystroke,
    }
    medians = side_by_side(acts, max(20, rounds // 4))
    floor = medians["bare page"] + medians["bare form"]
    return [
        Row(
            "scorecard, 60 criteria",
            medians["scorecard"],
            "bare page + bare form",
            floor,
            FORM_TARGET,
        ),
        Row(
            "one key pressed",
            medians["one key"],
            "bare page",
            medians["bare page"],
            KEYSTROKE_TARGET,
        ),
    ]


def _same_fields(round):
    """A Django form of the card's fields, with their values."""
    from django import forms

    from scoring.evaluation import Desk
    from scoring.sheet import Sheet

    card = round.cards.select_related("unit", "year__bloc").get(unit__slug=UNIT)
    card.round = round
    sheet = Sheet(Desk(round, [card]), card)
    fields = {}
    for leaf in sheet.forms.values():
        for one in leaf.fields:
            kind = {"choice": forms.ChoiceField, "tick": forms.BooleanField}.get(
                one.type, forms.CharField
            )
            options = {"choices": one.options} if one.type == "choice" else {}
            fields[one.name] = kind(label=one.label, required=False, initial=one.value, **options)
        for name, kind in (
            ("est", forms.BooleanField),
            ("as_of", forms.DateField),
            ("note", forms.CharField),
        ):
            fields[f"{leaf.node.key}:{name}"] = kind(label=name, required=False)
    return type("SameFields", (forms.Form,), fields)()


def to_provisional(round):
    """Every card sent in, verified as it stands, and settled."""
    from scoring import cards, duties, entries, points, rounds
    from scoring.evaluation import Desk
    from scoring.models import Criterion, PointsRecord
    from units.models import Unit, User

    def user(name):
        return User.objects.get(username=name)

    all_cards = list(round.cards.select_related("unit", "round", "year__bloc").order_by("pk"))
    for card in all_cards:
        slug = card.unit.slug
        cards.pass_to_leader(card, by=user(f"cv-{slug}"))
        desk = Desk(round, [card])
        entries.submit(
            card,
            by=user(f"ld-{slug}"),
            declared=True,
            seen=card.content_revision(),
            points=desk.entered_values(card),
            total=desk.card(card, PointsRecord.Stage.SELF).total,
        )
    duties.assign_duties(round, by=user("ld-stc"), draw=random.Random(1))
    rounds.begin_verification(round, by=user("ld-stc"))
    criteria = {row.pk: row for row in Criterion.objects.filter(criteria=round.criteria)}
    for card in all_cards:
        chair = "vp-ubnd" if card.unit.slug == "stc" else "stc"
        unit = Unit.objects.get(slug=chair)
        cards.begin_verifying(card, by=user(f"cv-{chair}"))
        for pk, record in points.standing_values(card).items():
            points.record_points(
                card,
                criteria[pk],
                stage=PointsRecord.Stage.VERIFIED,
                by=user(f"cv-{chair}"),
                by_unit=unit,
                facts=record.facts,
                points=record.points,
                na=record.na,
                reason=record.reason,
            )


def measure_tables(round, rounds_count):
    """The tables of points against the bare page with a grid of the same size, 8 × 60."""
    from scoring import cards, rounds
    from units.models import User

    def user(name):
        return User.objects.get(username=name)

    few = max(20, rounds_count // 4)
    rows = [_beside_a_grid("verification, 60 criteria", f"tham-dinh/{UNIT}/", few)]
    for card in round.cards.select_related("unit", "round", "year__bloc").order_by("pk"):
        chair = "vp-ubnd" if card.unit.slug == "stc" else "stc"
        cards.approve(card, by=user(f"ld-{chair}"))
        cards.finish_answers(card, by=user(f"ld-{card.unit.slug}"))
        cards.conclude(card, by=user(f"cv-{chair}"))
    rounds.show_provisional(round, by=user("ld-stc"))
    return [*rows, _beside_a_grid("ranking, 8 units × 60", "xep-hang/", few)]


def _beside_a_grid(what, path, rounds):
    acts = {
        "bare page": bare_page_act(),
        "grid": lambda: bare_grid(8, LEAVES),
        "page": page_getter(client_of("cv-stc"), f"/khoi/{BLOC}/{YEAR}/{path}"),
    }
    medians = side_by_side(acts, rounds)
    floor = medians["bare page"] + medians["grid"]
    return Row(what, medians["page"], "bare page + grid 8 × 60", floor, GRID_TARGET)
