"""Gates and classes: what catches a unit, what is awaited, and where it ends."""

from decimal import Decimal

import pytest

from scoring import rules
from tests.scoring.rules.tables import group, leaf, score, table

GIVEN = {"kind": "external"}
RANKED = {
    "kind": "class_map",
    "options": [
        {"key": "XS", "label": "Hoàn thành xuất sắc", "points": "10"},
        {"key": "T", "label": "Hoàn thành tốt", "points": "8"},
    ],
}
CLASSES = [
    {"name": "Xuất sắc", "at_least": "18"},
    {"name": "Tốt", "at_least": "16"},
    {"name": "Khá", "at_least": "12"},
    {"name": "Trung bình"},
]


def criteria(*gates):
    return table(
        group("I", leaf(GIVEN, key="a", max="10"), max="10"),
        leaf(RANKED, key="b", max="10"),
        base_max="20",
        classes=CLASSES,
        gates=[
            {"key": f"G{n}", "name": f"Điều kiện {n}"} | gate for n, gate in enumerate(gates, 1)
        ],
    )


def card(*gates, a="9", b="XS", **more):
    values = {"a": {"points": a, "document": "QĐ"}, "b": {"case": b}}
    return score(criteria(*gates), values, **more)


BELOW = {"effect": "cap_class", "class": "Khá", "when": {"node": "I", "sign": "<", "percent": "80"}}
PARTY = {"effect": "not_eligible", "when": {"node": "b", "input": "case", "not_in": ["XS"]}}


@pytest.mark.parametrize(
    ("gate", "facts", "state", "reason"),
    [
        (BELOW, {"a": "7.99"}, "hit", "I: 7,99 < 8"),
        (BELOW, {"a": "8"}, "clear", ""),
        (BELOW, {"a": None}, "awaited", "chờ đủ dữ kiện của I"),
        (BELOW, {"na": {"a": "không có"}}, "clear", ""),
        (PARTY, {"b": "T"}, "hit", "b: Hoàn thành tốt"),
        (PARTY, {"b": "XS"}, "clear", ""),
        (PARTY, {"b": None}, "awaited", "chờ đủ dữ kiện của b"),
        (PARTY, {"b": "bịa"}, "awaited", "chờ đủ dữ kiện của b"),
        (
            PARTY,
            {"b": "T", "estimates": {"b": "2026-11-15"}},
            "awaited",
            "chờ kết quả chính thức của b",
        ),
        (PARTY, {"b": None, "na": {"b": "không có"}}, "clear", ""),
        ({"effect": "suspend"}, {}, "clear", ""),
        ({"effect": "suspend"}, {"gates": {"G1": "hit"}}, "hit", ""),
        (
            {"effect": "suspend"},
            {"gates": {"G1": {"state": "awaited", "note": "đang xác minh"}}},
            "awaited",
            "đang xác minh",
        ),
        (PARTY, {"b": "T", "gates": {"G1": {"state": "clear", "note": "VB 12"}}}, "clear", "VB 12"),
    ],
)
def test_gate(gate, facts, state, reason):
    found = card(gate, **facts).gates[0]

    assert (found.state, found.reason) == (state, reason)


def test_any_of_several_conditions_catches_and_one_awaited_is_enough_to_wait():
    gate = {"effect": "not_eligible", "when": [BELOW["when"], PARTY["when"]]}

    assert card(gate, a=None, b="T").gates[0].state == "hit"
    assert card(gate, a=None, b="XS").gates[0].state == "awaited"
    assert card(gate).gates[0].state == "clear"


def test_awaited_gate_makes_the_card_provisional():
    assert card({"effect": "suspend"}, gates={"G1": "awaited"}).is_provisional
    assert not card({"effect": "suspend"}, gates={"G1": "hit"}).is_provisional


@pytest.mark.parametrize(
    ("a", "name"),
    [("10", "Xuất sắc"), ("8", "Xuất sắc"), ("7.99", "Tốt"), ("2", "Khá"), ("1.99", "Trung bình")],
)
def test_class_by_thresholds(a, name):
    assert card(a=a).class_name == name


LOWER = {"effect": "lower_class"}
CAP = {"effect": "cap_class", "class": "Khá"}
BAR = {"effect": "not_ranked"}


@pytest.mark.parametrize(
    ("gates", "a", "name", "note"),
    [
        ([LOWER], "10", "Tốt", "G1: hạ một bậc"),
        ([LOWER], "0", "Trung bình", ""),
        ([LOWER, LOWER], "10", "Khá", "G1: hạ một bậc; G2: hạ một bậc"),
        ([CAP], "10", "Khá", "G1: cao nhất là Khá"),
        ([CAP], "0", "Trung bình", ""),
        ([CAP, LOWER], "10", "Khá", "G2: hạ một bậc; G1: cao nhất là Khá"),
        ([LOWER, CAP], "10", "Khá", "G1: hạ một bậc; G2: cao nhất là Khá"),
        ([LOWER, BAR], "10", "Không xếp loại", "G2: Điều kiện 2"),
        ([{"effect": "not_eligible"}, {"effect": "suspend"}], "10", "Xuất sắc", ""),
    ],
)
def test_gates_that_are_hit_change_the_class(gates, a, name, note):
    states = {f"G{n}": "hit" for n in range(1, len(gates) + 1)}

    found = card(*gates, a=a, b="XS" if a == "10" else "T", gates=states)

    assert (found.class_name, found.class_note) == (name, note)


def test_gate_that_is_only_awaited_changes_no_class():
    assert card(CAP, a="10", gates={"G1": "awaited"}).class_name == "Xuất sắc"


def test_effects_in_words():
    gates = [BAR, {"effect": "not_eligible"}, {"effect": "suspend"}, CAP, LOWER]

    assert [one.effect_words for one in card(*gates).gates] == [
        "không xếp loại",
        "không xét Cờ thi đua",
        "tạm dừng xét",
        "xếp loại cao nhất là Khá",
        "hạ một bậc xếp loại",
    ]


def test_table_without_classes_names_none():
    plain = table(leaf(GIVEN))

    assert score(plain, {"a": {"points": "1", "document": "QĐ"}}).class_name == ""
    assert rules.load({"name": "x", "base_max": "1", "nodes": [leaf(GIVEN)]}).floor == Decimal(0)
