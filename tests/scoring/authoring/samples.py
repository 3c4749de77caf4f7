"""Documents to write with: the ready-made table, and any table that hypothesis can think of."""

from hypothesis import strategies as st

from scoring.authoring import words
from scoring.authoring.ready import EMPTY, ready_document
from scoring.rules import KINDS

WORD = st.text("aăâbcdđeêgh iklmnoôơ(), -.“”%<>=", min_size=1, max_size=30).map(
    lambda said: " ".join(said.split()) or "x"
)
LABEL = WORD.filter(lambda said: not said.startswith(("-", "–", "+", "*")))
NUMBER = st.decimals("0", "999", places=2).map(lambda value: format(value.normalize(), "f"))
COUNT = st.integers(1, 99).map(str)
DUE = st.sampled_from(["02-28", "12-01", "@self_assessment", "@sign"])


def b_100():
    return ready_document("b_100")


def table(*nodes, **settings):
    """A small document of these nodes."""
    return {**EMPTY, **settings, "nodes": list(nodes)}


def leaf(key, *parts, **more):
    parts = parts or ({"kind": "yes_no"},)
    return {
        "key": key,
        "code": key,
        "name": f"Tiêu chí {key}",
        "max": "5",
        "parts": [*parts],
        **more,
    }


def group(key, *children, **more):
    node = {"key": key, "code": key, "name": f"Nhóm {key}", **more}
    return node | ({"children": list(children)} if children else {})


def _bands():
    """Neighbouring intervals, as a table would have them."""
    return st.lists(st.integers(1, 99), min_size=1, max_size=4, unique=True).map(
        lambda cuts: [
            {"below": str(sorted(cuts)[0]), "points": "0"},
            *(
                {"at_least": str(low), "below": str(high), "points": "1.5"}
                for low, high in zip(sorted(cuts), sorted(cuts)[1:], strict=False)
            ),
            {"at_least": str(sorted(cuts)[-1]), "points": "2"},
        ]
    )


def _keyed(name, values):
    rows = st.fixed_dictionaries({"label": LABEL, name: values})
    with_keys = st.lists(rows, min_size=1, max_size=4).map(
        lambda found: [{"key": f"k{place}", **row} for place, row in enumerate(found)]
    )
    return st.one_of(st.lists(rows, min_size=1, max_size=4), with_keys)


VALUES = {
    **{"points": NUMBER, "number": NUMBER, "percent": NUMBER, "count": COUNT},
    **{"text": LABEL, "flag": st.booleans(), "due": DUE, "bands": _bands()},
    "formula": st.just("diem_toi_da × a ÷ 10"),
    "ranks": st.just([{"first": "1", "last": "3", "points": "6"}, {"first": "4", "points": "3"}]),
    "options": _keyed("points", NUMBER),
    "documents": _keyed("due", DUE),
    "inputs": st.just([{"name": "a", "label": "Số bài (đã đăng)", "type": "count"}]),
    "matrix": st.just([["5", "4.5"], ["1", "0"]]),
}


def _value(param):
    if param.type == "choice":
        return st.sampled_from([key for key, _label in param.choices])
    return VALUES[param.type]


@st.composite
def parts(draw, depth=0):
    names = [name for name in KINDS if name != "sum" or depth < 2]
    kind = KINDS[draw(st.sampled_from(names))]
    part = {"kind": kind.name}
    for param in (*kind.params, *(() if depth else words.RULE_PARAMS)):
        if param.type == "parts":
            part["parts"] = draw(st.lists(parts(depth=depth + 1), min_size=1, max_size=3))
        elif param.required or draw(st.booleans()):
            part[param.name] = draw(_value(param))
    return part


@st.composite
def documents(draw):
    """Tables of any kind of rule, whether they make sense or not."""
    numbers = iter(range(1000))

    def node(depth):
        key = f"n{next(numbers)}"
        made = {"key": key, "name": draw(LABEL), "max": draw(NUMBER)}
        if draw(st.booleans()):
            made["code"] = key.upper()
        if depth < 3 and draw(st.booleans()):
            made["children"] = [node(depth + 1) for _ in range(draw(st.integers(1, 2)))]
        else:
            made["parts"] = draw(st.lists(parts(), min_size=1, max_size=2))
            if draw(st.booleans()):
                made |= {"na": "full", "evidence": {"required": True, "documents": "2"}}
                made |= {"applies_to": ["snv", "stc"], "bonus_max": draw(NUMBER)}
        return made

    nodes = [node(1) for _ in range(draw(st.integers(1, 3)))]
    for one in nodes:
        one["section"] = draw(st.sampled_from(["base", "bonus", "penalty"]))
    return table(*nodes)
