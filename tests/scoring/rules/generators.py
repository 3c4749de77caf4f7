"""Tables that load, of all kinds of rule, and facts for them, for hypothesis to think of."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from hypothesis import strategies as st

from scoring import rules
from scoring.rules.kinds import KINDS

UNITS = ("stc", "snv", "stp")
LABELS = st.sampled_from(
    ["Đúng hạn", "Tỷ lệ (%)", "a: b = c", "văn bản; sai, trễ", "mục 1, được 5", "Điểm 3: 2 + 2 = 5"]
)
TARGETS = [
    {"key": "t1", "label": "Giải ngân", "plan": "95", "weight": "60"},
    {"key": "t2", "label": "Lớp: mới", "plan": "7", "weight": "40"},
]


@cache
def decimals(low, high, places):
    """Numbers as documents write them, from whole `low` to `high`."""
    step = Decimal(1).scaleb(-places)
    scaled = st.integers(low * 10**places, high * 10**places)
    return scaled.map(lambda value: format((value * step).normalize(), "f"))


@dataclass(frozen=True)
class Scale:
    """How fine the points of a table may be: as fine as it rounds."""

    places: int

    @property
    def points(self):
        return decimals(0, 12, self.places)

    @property
    def some(self):
        return decimals(1, 12, self.places)


@cache
def maybe(values):
    return st.one_of(st.none(), values)


def cleaned(row):
    return {name: value for name, value in row.items() if value is not None}


def part(kind, **values):
    return st.fixed_dictionaries({"kind": st.just(kind), **values}).map(cleaned)


@cache
def options(scale):
    row = st.fixed_dictionaries({"label": LABELS, "points": scale.points})
    return st.lists(row, min_size=1, max_size=4)


@st.composite
def bands(draw, scale, low=0, high=120):
    """Bands from `low` up without gap or overlap, better values never worth less."""
    cuts = sorted(draw(st.sets(st.integers(low + 1, high - 1), max_size=4)))
    worth = sorted(draw(scale.points) for _ in range(len(cuts) + 1))
    worth = [format(value, "f") for value in sorted(map(Decimal, worth))]
    rows = []
    for place, points in enumerate(worth):
        row = {"points": points}
        row["at_least"] = str(([low, *cuts])[place])
        if place < len(cuts):
            row["below"] = str(cuts[place])
        rows.append(row)
    return draw(st.permutations(rows))


@cache
def ranks(scale):
    return scale.points.map(
        lambda points: [
            {"first": 1, "last": 3, "points": points},
            {"first": 4, "points": "0"},
        ]
    )


@st.composite
def matrices(draw, scale):
    rows, columns = draw(bands(Scale(0))), draw(bands(Scale(0)))
    points = [[draw(scale.points) for _ in columns] for _ in rows]
    names = {"row_value": draw(LABELS), "column_value": draw(LABELS)}
    return {"kind": "matrix", "row_bands": rows, "column_bands": columns, "points": points} | names


FORMULAS = st.sampled_from(
    [
        "a + b × 2 − 1",
        "(a − b) ÷ 3",
        "diem_toi_da × a / (b + 1)",
        "min(a; b; diem_toi_da)",
        "max(a − 5; −b) × 0,25",
        "neu(a ≥ b; diem_toi_da; a ÷ 7)",
        "neu(a + 1 < 2 × b; min(a; 3); neu(b = 0; 1; −(a − 2)))",
        "a ÷ b",
    ]
)
INPUTS = [{"name": "a", "label": "A"}, {"name": "b", "label": "B", "type": "count"}]
DUES = st.sampled_from(["02-28", "04-30", "01-31", "@self_assessment", "@conference"])


@cache
def simple(scale):
    """A strategy for each kind that is not made of others."""
    points, some, cap = scale.points, scale.some, maybe(scale.points)
    ratio = st.sampled_from(["ratio", "percent"])
    papers = st.lists(st.fixed_dictionaries({"label": LABELS, "due": DUES}), min_size=1, max_size=2)
    return {
        "yes_no": part("yes_no", points=maybe(points), value=maybe(LABELS)),
        "checklist": part("checklist", options=options(scale), cap=cap),
        "pick_one": part("pick_one", options=options(scale)),
        "class_map": part("class_map", options=options(scale)),
        "max_of": part("max_of", options=options(scale), cap=cap),
        "rank_bands": part("rank_bands", bands=ranks(scale)),
        "proportion": part(
            "proportion",
            measure=ratio,
            part=maybe(LABELS),
            points=cap,
            zero_below=maybe(st.integers(0, 99)),
            most_percent=maybe(st.integers(50, 150)),
        ),
        "tiers": part(
            "tiers",
            measure=st.sampled_from(["ratio", "percent", "number"]),
            bands=bands(scale),
            part=maybe(LABELS),
        ),
        "matrix": matrices(scale),
        "step": part(
            "step",
            above=maybe(st.integers(-5, 20)),
            size=decimals(1, 9, 1),
            points=points,
            whole_steps=st.booleans(),
            cap=cap,
        ),
        "count": part("count", case=LABELS, points=points, cap=cap),
        "deduct": part("deduct", case=LABELS, points=points, cap=cap, waiver=maybe(LABELS)),
        "deduct_table": part("deduct_table", options=options(scale), cap=cap, waiver=maybe(LABELS)),
        "late_per_day": part(
            "late_per_day",
            documents=papers,
            points=points,
            working_days=st.booleans(),
            each_cap=cap,
            missing=cap,
            early=cap,
            cap=cap,
        ),
        "deadline": part("deadline", due=DUES, on_time=some, late=points, missing=maybe(points)),
        "weighted_targets": part(
            "weighted_targets", points=cap, most_percent=maybe(st.integers(50, 150))
        ),
        "relative_to_best": part(
            "relative_to_best",
            compare=st.sampled_from(["ratio", "exceed"]),
            plan=st.integers(1, 50),
        ),
        "evaluator": part("evaluator", value=maybe(LABELS)),
        "external": part("external", cap=cap),
        "peer": part("peer", method=st.sampled_from(["mean", "median", "trimmed"])),
        "formula": part("formula", formula=FORMULAS, inputs=st.just(INPUTS), cap=cap),
    }


@st.composite
def parts(draw, scale, depth=0):
    """One rule, of any kind."""
    kinds = simple(scale)
    name = draw(NAMES if depth < 2 else SIMPLE_NAMES)
    if name != "sum":
        return draw(kinds[name])
    inner = [draw(parts(scale, depth + 1)) for _ in range(draw(st.integers(1, 2)))]
    effect = effect_of(inner[0])
    inner = [one for one in inner if effect_of(one) == effect]
    return cleaned({"kind": "sum", "parts": inner, "cap": draw(maybe(scale.points))})


NAMES = st.sampled_from(list(KINDS))
SIMPLE_NAMES = st.sampled_from([name for name in KINDS if name != "sum"])


def effect_of(raw):
    return effect_of(raw["parts"][0]) if raw["kind"] == "sum" else KINDS[raw["kind"]].effect


@st.composite
def leaves(draw, scale, key, section, earlier):
    rules_of = [draw(parts(scale)) for _ in range(draw(st.sampled_from([1, 1, 2, 3])))]
    targets_seen = False
    kept = []
    for one in rules_of:
        if "weighted_targets" in str(one):
            if targets_seen:
                continue
            targets_seen = True
        if section == "base" and effect_of(one) == "earns" and draw(st.integers(0, 4)) == 0:
            one = one | {"bonus": True, "requires_full": draw(st.booleans())}
        kept.append(one)
    node = {
        "key": key,
        "code": key,
        "name": f"Tiêu chí {key}",
        "max": draw(scale.some),
        "parts": kept,
        "na": draw(st.sampled_from([None, "full", "zero", "exclude", "average"])),
        "bonus_max": draw(maybe(scale.points)),
        "deduct_cap": draw(maybe(scale.points)),
        "allow_negative": draw(st.sampled_from([None, None, True])),
        "evidence": draw(maybe(evidence(scale))),
        "periods": draw(st.sampled_from([None, None, None, *PERIODS])),
        "only_if": draw(maybe(conditions(earlier))) if earlier and draw(st.booleans()) else None,
        "section": section if "." not in key else None,
    }
    return cleaned(node)


PERIODS = [
    {"labels": ["Quý I", "Quý II"], "combine": combine} for combine in ("sum", "mean", "last")
]


@cache
def evidence(scale):
    return st.one_of(
        st.just({"without": "zero"}),
        st.fixed_dictionaries(
            {"without": st.just("deduct"), "each": scale.points, "documents": st.integers(0, 3)}
        ),
    )


def conditions(earlier):
    return st.fixed_dictionaries(
        {
            "node": st.sampled_from(earlier),
            "sign": st.sampled_from(["<", "<=", ">=", ">", "="]),
            "percent": st.integers(0, 100),
        }
    )


@st.composite
def tables(draw, *, dependencies=True):
    """A document that loads: a base of groups and criteria, bonuses, deductions, caps."""
    scale = Scale(draw(st.integers(0, 3)))
    earlier, nodes = [], []
    for place in range(draw(st.integers(1, 3))):
        key = "ABC"[place]
        children = [
            draw(leaves(scale, f"{key}.{n}", "base", earlier if dependencies else []))
            for n in range(1, draw(st.integers(1, 3)) + 1)
        ]
        if draw(st.booleans()):
            node = {"key": key, "code": key, "name": f"Nhóm {key}", "children": children}
            node["section"] = "base"
            for cap in ("max", "bonus_cap", "penalty_cap", "net_cap"):
                node[cap] = draw(maybe(decimals(0, 30, scale.places)))
            nodes.append(cleaned(node))
            earlier.append(key)
        else:
            nodes.append(children[0] | {"section": "base"})
            children = children[:1]
        earlier += [child["key"] for child in children]
    for section, letter in (("bonus", "T"), ("penalty", "P")):
        keys = [f"{letter}{n}" for n in range(draw(st.integers(0, 2)))]
        nodes += [draw(leaves(scale, key, section, [])) for key in keys]
    whole = sum(Decimal(leaf["max"]) for leaf in _criteria_in(nodes) if leaf["key"][0] in "ABC")
    raw = {
        "code": "X",
        "name": "Bảng",
        "base_max": draw(st.sampled_from([format(whole, "f"), "30"])),
        "bonus_cap": draw(maybe(scale.points)),
        "total_cap": draw(maybe(decimals(1, 60, scale.places))),
        "floor": draw(st.sampled_from(["0", "none", "-5"])),
        "normalise": draw(st.sampled_from(["total", "group"])),
        "rounding": {
            "places": scale.places,
            "stage": draw(st.sampled_from(["leaf", "group", "total"])),
            "mode": draw(st.sampled_from(["half_up", "down"])),
        },
        "nodes": nodes,
        "classes": [{"name": "Tốt", "at_least": "20"}, {"name": "Khá"}],
    }
    return cleaned(raw)


def _criteria_in(nodes):
    for node in nodes:
        yield from node.get("children") or [node]


DAYS = st.dates(date(2025, 12, 1), date(2026, 12, 31)).map(date.isoformat)
VALUES = {
    "count": st.integers(0, 40).map(str),
    "number": decimals(-20, 150, 2),
    "percent": decimals(0, 130, 3),
    "points": decimals(0, 12, 2),
    "flag": st.booleans(),
    "date": st.one_of(DAYS, st.just("never")),
    "text": st.sampled_from(["QĐ 12/QĐ-UBND", "nhận xét: tốt; khá"]),
}


RARELY = st.sampled_from([False] * 9 + [True])
CITED = st.integers(0, 3)


@cache
def value_of(kind, options):
    if kind == "choice":
        return st.sampled_from([key for key, _label in options])
    return VALUES[kind]


@st.composite
def facts(draw, criteria, unit, *, complete=False):
    """What one unit might say: mostly complete and possible, sometimes not."""
    targets = rules.load_facts({"targets": TARGETS}).targets
    values, na, marks, cited = {}, {}, {}, {}
    gaps = False if complete else draw(st.booleans())
    for node in criteria.leaves:
        row = {}
        for wanted in node.inputs(targets):
            if gaps and draw(RARELY):
                continue
            if not wanted.required and draw(st.booleans()):
                continue
            row[wanted.name] = draw(value_of(wanted.type, wanted.options))
        values[node.key] = _possible(row)
        if draw(RARELY):
            na[node.key] = "không phát sinh"
        if any(part.kind.name == "peer" for part in node.rule_parts()):
            marks[node.key] = {one: draw(decimals(0, 1, 2)) for one in UNITS}
        cited[node.key] = draw(CITED) if node.evidence.required else 0
    return {
        "unit": unit,
        "values": values,
        "na": na,
        "targets": TARGETS,
        "peers": marks,
        "evidence": draw(st.sampled_from([None, cited])),
    }


def _possible(row):
    """The part not larger than the whole, and ranks and totals not zero, as they nearly always are."""
    for name in list(row):
        whole = name.replace("done", "total")
        if name.startswith("done") and whole in row and row[name].isdigit():
            small, large = sorted([int(row[name]), int(row[whole]) + 1])
            row[name], row[whole] = str(small), str(large)
        if name.startswith("rank"):
            row[name] = str(int(row[name]) + 1)
        if name.startswith("waived") and not isinstance(row[name], bool):
            row[name] = "0"
    return row


@st.composite
def blocs(draw, *, complete=False, dependencies=True):
    """(document, table, facts documents of three units)."""
    raw = draw(tables(dependencies=dependencies))
    criteria = rules.load(raw)
    return raw, criteria, {unit: draw(facts(criteria, unit, complete=complete)) for unit in UNITS}


def one_day_later(day):
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
