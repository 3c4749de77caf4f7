"""Editing the tree in the browser: nodes added, written, tried out, moved and deleted."""

import pytest

from khoithidua.models import AuditEntry
from scoring.models import CriteriaSet
from scoring.rules import KINDS
from tests.factories import CriteriaSetFactory, lead_of, member_of, officer_of
from tests.scoring.authoring.samples import b_100, group, leaf, table
from tests.scoring.pages import at, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return CriteriaSetFactory(document=b_100())


@pytest.fixture
def client(login, draft):
    return login(officer_of(lead_of(draft.year)))


def nodes(criteria):
    """{key: node} of the table as it is now."""
    found, waiting = {}, list(CriteriaSet.objects.get(pk=criteria.pk).as_document()["nodes"])
    while waiting:
        node = waiting.pop(0)
        found[node["key"]] = node
        waiting += node.get("children", [])
    return found


def typed_on(client, criteria, key):
    """What the page of a node would send back unchanged."""
    shown = client.get(at("node_edit", criteria, key)).context["shown"]
    data = {"seen": shown.seen}
    _gather(data, shown.form)
    for rule in shown.rules:
        _gather_rule(data, rule)
    return data


def _gather_rule(data, rule):
    data[f"{rule.name}-kind"] = rule.kind
    _gather(data, rule.form)
    for kept in rule.tables:
        for row in kept.forms:
            _gather(data, row)
    for inner in rule.inner:
        _gather_rule(data, inner)


def _gather(data, form):
    for field in form:
        value = field.value()
        if value is not None and value is not False:
            data[field.html_name] = value


LEAVES = [node["key"] for root in b_100()["nodes"] for node in root.get("children", [root])]


@pytest.mark.parametrize("key", [*LEAVES, "I"])
def test_node_saved_unchanged_says_the_same(client, draft, key):
    answer = client.post(at("node_edit", draft, key), typed_on(client, draft, key))

    assert answer.url == f"{at('table_detail', draft)}#muc-{key}"
    assert without_defaults(nodes(draft)[key]) == without_defaults(every(b_100())[key])


def every(document):
    found, waiting = {}, list(document["nodes"])
    while waiting:
        node = waiting.pop(0)
        found[node["key"]] = node
        waiting += node.get("children", [])
    return found


def without_defaults(node):
    """`working_days: true` and the like say what holds anyway."""
    parts_ = [
        {
            name: value
            for name, value in part.items()
            if not any(
                p.name == name and p.type == "flag" and p.default == value
                for p in KINDS[part["kind"]].params
            )
        }
        for part in node.get("parts", [])
    ]
    return {**node, "parts": parts_, "section": ""}


def test_every_kind_of_rule_has_a_form(client, login):
    for kind in KINDS:
        criteria = CriteriaSetFactory(document=table(leaf("I", {"kind": kind})))

        answer = login(officer_of(lead_of(criteria.year))).get(at("node_edit", criteria, "I"))

        assert f"Cách tính 1: {KINDS[kind].label}" in text_of(answer)


def test_field_of_a_node_is_changed_and_recorded(client, draft):
    data = typed_on(client, draft, "I.1") | {"max": "12,5", "p2-points": "0,75"}

    client.post(at("node_edit", draft, "I.1"), data)

    node = nodes(draft)["I.1"]
    assert (node["max"], node["parts"][1]["points"]) == ("12.5", "0.75")
    entry = AuditEntry.objects.filter(action="criteriaset.edit").get()
    assert set(entry.after) == {"I.1"}


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("max", "1.000", "hai cách"),
        ("max", "NaN", "không phải là một số"),
        ("p2-points", "", "Trường này là bắt buộc"),
        ("p1-zero_below", "1e999", "không phải là một số"),
        ("only_if", "nhóm I cao", "điều kiện ghi như"),
    ],
)
def test_mistake_is_told_and_nothing_typed_is_lost(client, draft, name, typed, said):
    data = typed_on(client, draft, "I.1") | {name: typed, "name": "Tên đang sửa dở"}

    answer = client.post(at("node_edit", draft, "I.1"), data)

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert "Tên đang sửa dở" in text_of(answer)
    assert nodes(draft)["I.1"]["name"].startswith("Hoàn thành")


def test_rows_are_changed_added_and_left_out(client, draft):
    data = typed_on(client, draft, "I.4")
    data |= {
        "p1-bands-1-points": "6,5",
        "p1-bands-5-low": "",
        "p1-bands-5-high": "",
        "p1-bands-5-points": "",
    }
    data |= {"p1-bands-6-low": "70", "p1-bands-6-high": "80", "p1-bands-6-points": "1"}

    client.post(at("node_edit", draft, "I.4"), data)

    bands = nodes(draft)["I.4"]["parts"][0]["bands"]
    assert bands[0] == {"at_least": "98", "points": "6.5"}
    assert bands[-1] == {"at_least": "70", "below": "80", "points": "1"}
    assert len(bands) == 5


def test_row_without_points_is_told(client, draft):
    data = typed_on(client, draft, "I.4") | {"p1-bands-1-points": ""}

    answer = client.post(at("node_edit", draft, "I.4"), data)

    assert "Thiếu điểm" in text_of(answer)


# Several rules


def test_rule_added_to_the_page_saves_nothing_and_loses_nothing(client, draft):
    data = typed_on(client, draft, "I.2") | {"p1-zero_below": "sáu mươi"}

    answer = client.post(at("node_edit", draft, "I.2"), data | {"add": "", "kind-p": "deduct"})

    html = answer.content.decode()
    assert "Cách tính 2: Trừ theo số trường hợp" in text_of(answer)
    assert "sáu mươi" in html
    assert len(nodes(draft)["I.2"]["parts"]) == 1


def test_rules_are_added_inside_a_sum_moved_and_removed(client, login):
    inner = [{"kind": "count", "points": "1"}, {"kind": "yes_no", "points": "2"}]
    criteria = CriteriaSetFactory(document=table(leaf("I", {"kind": "sum", "parts": inner})))
    client = login(officer_of(lead_of(criteria.year)))
    page = at("node_edit", criteria, "I")

    def kinds(answer):
        return [rule.kind for rule in answer.context["shown"].rules[0].inner]

    data = typed_on(client, criteria, "I")

    assert kinds(client.post(page, data | {"add": "p1", "kind-p1": "deduct"})) == [
        "count",
        "yes_no",
        "deduct",
    ]
    assert kinds(client.post(page, data | {"up": "p1.2"})) == ["yes_no", "count"]
    assert kinds(client.post(page, data | {"remove": "p1.1"})) == ["yes_no"]
    assert kinds(client.post(page, data | {"remove": "p9.x"})) == ["count", "yes_no"]


def test_criterion_keeps_one_rule_at_least(client, draft):
    data = {
        name: value
        for name, value in typed_on(client, draft, "I.2").items()
        if not name.startswith("p1")
    }

    answer = client.post(at("node_edit", draft, "I.2"), data)

    assert "cần ít nhất một cách tính" in text_of(answer)


# Trying out


def tried(client, draft, key, **facts):
    data = typed_on(client, draft, key) | {f"thu-{name}": value for name, value in facts.items()}
    return client.post(at("node_edit", draft, key), data | {"try": "1"})


def test_example_facts_give_points_and_their_explanation(client, draft):
    answer = tried(client, draft, "I.1", done="137", total="142", count="2")

    said = text_of(answer)
    assert answer.status_code == 200
    assert "Được 13,47 điểm trên 15" in said
    assert "137/142 = 96,48 % × 15 = 14,47" in said


def test_what_is_typed_is_tried_and_not_saved(client, draft):
    data = typed_on(client, draft, "I.1") | {
        "p2-points": "1",
        "thu-done": "142",
        "thu-total": "142",
        "thu-count": "2",
    }

    answer = client.post(
        at("node_edit", draft, "I.1"), data | {"try": "1"}, headers={"hx-request": "true"}
    )

    assert "Được 13 điểm" in text_of(answer)
    assert "<html" not in answer.content.decode()
    assert nodes(draft)["I.1"]["parts"][1]["points"] == "0.5"


@pytest.mark.parametrize(
    ("key", "facts", "said"),
    [
        ("I.1", {"done": "137"}, "Còn thiếu"),
        ("I.1", {"done": "150", "total": "142", "count": "0"}, "lớn hơn"),
        ("I.1", {"done": "x", "total": "142", "count": "0"}, "không phải là một số"),
        ("II.4", {"done": "30/01/2026"}, "Được 2 điểm"),
        ("II.4", {"done": "không có"}, "Được 0 điểm"),
        ("III.1", {"case": "HTTNV"}, "Được 4 điểm"),
        ("T4", {"met": "co"}, "Được 1 điểm"),
    ],
)
def test_facts_of_every_type_can_be_tried(client, draft, key, facts, said):
    assert said in text_of(tried(client, draft, key, **facts))


@pytest.mark.parametrize(
    ("part", "facts", "points"),
    [
        ({"kind": "relative_to_best"}, {"value": "45", "best": "90"}, "2,5"),
        ({"kind": "peer"}, {"peers": "4; 5; 4,5"}, "4,5"),
        ({"kind": "weighted_targets"}, {"actual_1": "100", "actual_2": "25"}, "3,75"),
    ],
)
def test_rules_that_look_at_others_are_tried_with_examples(login, part, facts, points):
    criteria = CriteriaSetFactory(document=table(leaf("I", part)))
    client = login(officer_of(lead_of(criteria.year)))

    assert f"Được {points} điểm" in text_of(tried(client, criteria, "I", **facts))


def test_rule_with_a_mistake_cannot_be_tried_and_says_so(client, draft):
    data = typed_on(client, draft, "I.1") | {"p2-points": "x", "try": "1"}

    answer = client.post(at("node_edit", draft, "I.1"), data)

    assert "Chưa thử được" in text_of(answer)


# The tree


def test_criterion_is_added_and_its_rule_written_on_the_next_page(client, draft):
    page = f"{at('node_add', draft)}?nhom=II"

    answer = client.post(
        page, {"code": "II.5", "name": "Dịch vụ công", "max": "2", "parent": "II", "kind": "yes_no"}
    )

    assert answer.url == at("node_edit", draft, "II.5")
    assert nodes(draft)["II"]["children"][-1] == {
        "key": "II.5",
        "code": "II.5",
        "name": "Dịch vụ công",
        "max": "2",
        "parts": [{"kind": "yes_no"}],
    }


def test_group_is_added_to_a_section(client, draft):
    client.post(
        f"{at('node_add', draft)}?loai=nhom",
        {"code": "V", "name": "Nhóm mới", "max": "5", "parent": "", "section": "bonus"},
    )

    assert nodes(draft)["V"]["section"] == "bonus"


def test_node_without_a_name_is_refused(client, draft):
    answer = client.post(at("node_add", draft), {"name": " ", "kind": "yes_no", "section": "base"})

    assert answer.status_code == 422


def test_node_moves_copies_and_stays_in_view(client, draft):
    page = at("node_arrange", draft)

    down = client.post(page, {"down": "I.1"})
    client.post(page, {"copy": "I.6"})

    keys = [node["key"] for node in nodes(draft)["I"]["children"]]
    assert keys == ["I.2", "I.1", "I.3", "I.4", "I.5", "I.6", "I.6-1"]
    assert down.url.endswith("#muc-I.1")


def test_node_goes_to_another_group(client, draft):
    client.post(at("node_edit", draft, "I.6"), typed_on(client, draft, "I.6") | {"parent": "II"})

    assert nodes(draft)["II"]["children"][-1]["key"] == "I.6"


def test_group_cannot_be_put_inside_itself(client, draft):
    answer = client.post(
        at("node_edit", draft, "I"), typed_on(client, draft, "I") | {"parent": "I"}
    )

    assert answer.status_code == 422
    assert nodes(draft)["I"]["children"]


def test_delete_is_confirmed_with_what_goes_along(client, draft):
    page = at("node_delete", draft, "I")

    said = text_of(client.get(page))
    client.post(page)

    assert "Cả 6 mục bên trong cũng bị xóa" in said
    assert "điều kiện G5" in said
    assert "thứ tự xét khi bằng điểm" in said
    assert "I" not in nodes(draft)


def test_node_that_is_gone_is_not_found(client, draft):
    for name in ("node_edit", "node_delete"):
        assert client.get(at(name, draft, "IX")).status_code == 404
    assert client.post(at("node_arrange", draft), {"up": "IX"}).status_code == 404


# Two at once


def test_colleagues_at_different_criteria_do_not_meet(client, draft):
    data = typed_on(client, draft, "I.1") | {"name": "Một"}
    other = typed_on(client, draft, "I.2") | {"name": "Hai"}

    client.post(at("node_edit", draft, "I.2"), other)
    client.post(at("node_edit", draft, "I.1"), data)

    assert (nodes(draft)["I.1"]["name"], nodes(draft)["I.2"]["name"]) == ("Một", "Hai")


def test_colleague_at_the_same_criterion_is_noticed(client, draft):
    data = typed_on(client, draft, "I.1")
    client.post(at("node_edit", draft, "I.1"), data | {"name": "Một"})

    answer = client.post(at("node_edit", draft, "I.1"), data | {"name": "Hai"})
    assert "vừa sửa phần này" in text_of(answer)
    assert "Hai" in text_of(answer)
    assert nodes(draft)["I.1"]["name"] == "Một"
    client.post(at("node_edit", draft, "I.1"), data | {"name": "Hai", "overwrite": "1"})

    assert nodes(draft)["I.1"]["name"] == "Hai"


def test_only_the_lead_units_writers_edit(login, draft):
    outsider = login(officer_of(member_of(draft.year)))

    assert outsider.get(at("node_edit", draft, "I.1")).status_code == 404
    assert outsider.post(at("node_arrange", draft), {"up": "I.2"}).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_page_of_a_node_costs_the_same_however_long_the_table(
    login, django_assert_num_queries, count
):
    criteria = CriteriaSetFactory(
        document=table(*[group(f"g{n}", leaf(f"a{n}")) for n in range(count)])
    )
    client = login(officer_of(lead_of(criteria.year)))
    client.get(at("node_edit", criteria, "a0"))

    with django_assert_num_queries(6):
        client.get(at("node_edit", criteria, "a0"))
