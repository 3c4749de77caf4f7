"""A ranking as plain values: what its page shows, what is frozen, what the papers print."""

from decimal import Decimal

from scoring import rules
from scoring.models import PointsRecord, Ranking, Response

Stage = PointsRecord.Stage


def ranking_content(desk, stage, members):
    """The ranking of the cards that were sent in, as JSON values: numbers are decimal strings.

    members: of the year, with their units' names; stage: Stage.CONFERENCE for what stands now,
    Stage.FINAL for what was closed.
    """
    names = {
        member.unit.slug: (member.unit.name_on(desk.round.year.reference_day), member.role)
        for member in members
    }
    return content_of(desk.table, desk.ranking(stage), names, _reserved(desk))


def content_of(criteria, table, names, reserved):
    """The same from plain values. names: {unit slug: (its name, its role)} of all members."""
    groups = list(criteria.section("base"))
    return {
        "groups": [
            {"key": node.key, "code": node.code, "name": node.name, "max": _plain(node.max)}
            for node in groups
        ],
        "base_max": _plain(criteria.base_max),
        "has_bonus": bool(criteria.section("bonus")),
        "has_penalty": bool(criteria.section("penalty")),
        "classes": [
            {"name": level.name, "at_least": _plain(level.at_least)} for level in criteria.classes
        ],
        "places": [
            _place(one, groups, names.get(one.unit), reserved.get(one.unit, ()))
            for one in table.places
        ],
        "ties": [
            {
                "units": list(tie.units),
                "total": _plain(tie.total),
                "label": tie.label,
                "values": dict(tie.values),
            }
            for tie in table.ties
        ],
        "not_sent": [unit for unit in names if unit not in {one.unit for one in table.places}],
    }


def _place(one, groups, named, reserved):
    card, (name, role) = one.card, named or (None, "")
    return {
        "unit": one.unit,
        "name": name.short if name else one.unit,
        "full_name": name.full if name else one.unit,
        "role": str(role),
        "place": one.place,
        "is_equal": one.is_equal,
        "groups": {node.key: _points(card[node.key]) for node in groups},
        "earned": _plain(card.earned),
        "applicable": _plain(card.applicable),
        "scaled": _plain(card.scaled),
        "bonus": _plain(card.bonus),
        "penalty": _plain(card.penalty),
        "total": _plain(card.total),
        "class": one.class_name,
        "class_note": one.class_note,
        "excluded": [out.node.code for out in card.leaves if out.is_excluded],
        "estimated": [out.node.code for out in card.leaves if out.provisional],
        "incomplete": [out.node.code for out in card.leaves if not out.is_complete],
        "reserved": list(reserved),
        "is_provisional": one.is_provisional or bool(reserved),
        "marks": [
            {
                "code": mark.gate.code,
                "state": mark.state,
                "effect": mark.gate.effect,
                "words": mark.effect_words,
            }
            for mark in one.marks
        ],
        "may_be_nominated": one.may_be_nominated,
    }


def _points(outcome):
    return None if outcome.is_excluded else _plain(outcome.counted)


def _plain(value):
    return None if value is None else format(Decimal(value).normalize(), "f")


def _reserved(desk):
    """{unit slug: codes of the criteria whose points it reserves its opinion on, undecided}."""
    rows = (
        Response.objects.filter(card__in=desk.cards, kind=Response.Kind.DISSENT, outcome="")
        .order_by("pk")
        .values_list("card__unit__slug", "criterion__code")
    )
    found = {}
    for unit, code in rows:
        found.setdefault(unit, []).append(code)
    return found


def changes(before, after):
    """What a correction changed, as sentences in Vietnamese: one per unit that moved or was re-scored."""
    old = {row["unit"]: row for row in before["places"]}
    sentences = []
    for row in after["places"]:
        was = old.get(row["unit"])
        if was is None:
            sentences.append(f"{row['name']}: thêm vào bảng, {_words(row)}.")
        elif (was["total"], was["place"], was["class"]) != (
            row["total"],
            row["place"],
            row["class"],
        ):
            sentences.append(f"{row['name']}: {_words(was)}, nay {_words(row)}.")
    kept = {row["unit"] for row in after["places"]}
    sentences += [
        f"{row['name']}: không còn trong bảng." for key, row in old.items() if key not in kept
    ]
    return sentences


def _words(row):
    place = f"hạng {row['place']}" if row["place"] else "không xếp hạng"
    points = rules.figure(Decimal(row["total"]))
    return ", ".join(part for part in (f"{points} điểm", place, row["class"]) if part)


def last_years_places(year):
    """{unit slug: place} of the bloc's published ranking of the year before; {} without one."""
    ranking = (
        Ranking.objects.filter(
            round__year__bloc=year.bloc_id,
            round__year__number=year.number - 1,
            round__state="published",
        )
        .exclude(kind=Ranking.Kind.PROVISIONAL)
        .order_by("-version")
        .first()
    )
    return {row["unit"]: row["place"] for row in ranking.rows["places"]} if ranking else {}
