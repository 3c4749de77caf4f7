"""Tables and cards that nobody would write: every ceiling, policy and rounding together."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from scoring import rules
from scoring.papers.unit_papers import self_table
from tests.scoring.papers.samples import DAYS, PARTIES, SETTING


def random_paper(seed):
    """(a SelfTable, its criteria) of one random table and random facts on it."""
    dice = Random(seed)
    criteria = rules.load(_document(dice))
    facts = _facts(dice, criteria)
    card = rules.evaluate(criteria, facts, DAYS)
    verified = rules.evaluate(criteria, _facts(dice, criteria), DAYS)
    return self_table(SETTING, PARTIES["stc"], criteria, card, verified, {}), criteria


def _document(dice):
    keys = iter(range(1000))
    roots = [_group(dice, keys, 1, "base") for _ in range(dice.randint(2, 4))]
    roots += [_leaf(dice, keys, "base") for _ in range(dice.randint(0, 1))]
    bonus = [_group(dice, keys, 2, "bonus"), _leaf(dice, keys, "bonus")][: dice.randint(0, 2)]
    penalty = [_leaf(dice, keys, "penalty") for _ in range(dice.randint(0, 2))]
    base_max = sum(Decimal(root["max"] or 20) for root in roots)
    return {
        "name": "Bảng ngẫu nhiên",
        "base_max": str(base_max),
        "bonus_cap": _maybe(dice, "3.5"),
        "total_cap": _maybe(dice, str(base_max)),
        "floor": dice.choice(["0", "none"]),
        "normalise": dice.choice(["total", "group"]),
        "rounding": {
            "places": dice.choice([0, 1, 2, 3]),
            "stage": dice.choice(["leaf", "group", "total"]),
            "mode": dice.choice(["half_up", "down"]),
        },
        "nodes": [*roots, *bonus, *penalty],
    }


def _group(dice, keys, depth, section):
    """A group whose maximum is that of its criteria, or with no maximum."""
    key = f"g{next(keys)}"
    inner = depth < 3 and dice.random() < 0.5
    make = (lambda: _group(dice, keys, depth + 1, section)) if inner else None
    children = [make() if make else _leaf(dice, keys, section) for _ in range(dice.randint(1, 4))]
    most = sum(Decimal(child["max"] or 0) for child in children)
    return {
        "key": key,
        "code": key,
        "name": f"Nhóm {key}",
        "section": section,
        # Less than its criteria together, in one of five.
        "max": str(max(most - dice.choice([0, 0, 0, 0, 2]), 0)) if dice.random() < 0.8 else None,
        "children": children,
        "bonus_cap": _maybe(dice, "1.25"),
        "penalty_cap": _maybe(dice, "2"),
        "net_cap": _maybe(dice, "1.5"),
    }


def _leaf(dice, keys, section):
    key = f"c{next(keys)}"
    parts = [{"kind": "external"}]
    if section == "base":
        parts.append({"kind": "deduct", "case": "lỗi", "points": "0.35", "cap": "9"})
        parts.append({"kind": "count", "case": "bài", "points": "0.4", "cap": "9", "bonus": True})
    return {
        "key": key,
        "code": key,
        "name": f"Tiêu chí {key}",
        "section": section,
        "max": str(dice.choice(["2.5", "4", "7", "12.99"])),
        "parts": parts,
        "allow_negative": dice.random() < 0.2,
        "na": "exclude",
    }


def _maybe(dice, value):
    return value if dice.random() < 0.4 else None


def _facts(dice, criteria):
    values, na, overrides = {}, {}, {}
    for node in criteria.leaves:
        chance = dice.random()
        if node.section == "base" and chance < 0.25:
            na[node.key] = "không có"
        elif chance < 0.3:
            continue
        elif chance < 0.4:
            overrides[node.key] = rules.Override(
                Decimal(dice.randint(0, 9999)) / 1000, "quyết định"
            )
        else:
            values[node.key] = {one.name: _value(dice, one.name, node) for one in node.inputs()}
    return replace(rules.Facts("stc", values), na=na, overrides=overrides)


def _value(dice, name, node):
    if name.startswith("count"):
        return str(dice.randint(0, 4))
    return str(node.max * dice.randint(0, 1000) / 1000)
