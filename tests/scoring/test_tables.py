"""The criteria table: begun, copied, rewritten from its document, adopted, superseded."""

from copy import deepcopy
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khoithidua.models import AuditEntry
from khoithidua.workflow import Conflict, NotAllowed
from pledges import writing
from pledges.models import Paper
from scoring import tables
from scoring.models import CriteriaSet, Criterion
from scoring.models.criteria import plain
from scoring.tables import document_digest
from tests.factories import (
    DOCUMENT,
    CriteriaSetFactory,
    EmulationYearFactory,
    PaperFactory,
    RoundFactory,
    lead_of,
    leader_of,
    officer_of,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 4, 6)


def last_entry():
    return AuditEntry.objects.order_by("-pk").first()


def changed(**changes):
    return {**deepcopy(DOCUMENT), **changes}


def refused(sql):
    with (
        pytest.raises(DatabaseError) as refusal,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    return str(refusal.value).splitlines()[0]


# Document and rows

TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12
)
POINTS = st.decimals(0, 99999, places=4).map(plain)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-9999, 9999) | TEXT | st.just(""),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
NODE_NAMES = {"key", "code", "name", "section", "max", "basis", "children"}
SET_NAMES = {"code", "base_max", "bonus_cap", "nodes"}


@st.composite
def nodes(draw, depth=3, path="n"):
    found = []
    for number in range(draw(st.integers(0, 3))):
        key = f"{path}.{number}"
        node = draw(
            st.fixed_dictionaries(
                {"key": st.just(key), "name": TEXT},
                optional={
                    "code": TEXT,
                    "basis": TEXT,
                    "max": POINTS,
                    "section": st.sampled_from(Criterion.Section.values),
                    "parts": st.lists(st.dictionaries(TEXT, PLAIN, max_size=3), max_size=2),
                },
            )
        )
        rest = draw(st.dictionaries(TEXT, PLAIN, max_size=2))
        node |= {name: value for name, value in rest.items() if name not in NODE_NAMES}
        if depth and draw(st.booleans()):
            node["children"] = draw(nodes(depth - 1, key))
        found.append(node)
    return found


@st.composite
def documents(draw):
    document = draw(
        st.fixed_dictionaries(
            {"code": TEXT, "base_max": POINTS, "nodes": nodes()}, optional={"bonus_cap": POINTS}
        )
    )
    rest = draw(st.dictionaries(TEXT, PLAIN, max_size=3))
    return document | {name: value for name, value in rest.items() if name not in SET_NAMES}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(documents())
def test_document_written_as_rows_reads_back_the_same(document):
    with transaction.atomic():
        table = CriteriaSetFactory(year=EmulationYearFactory(members=2), document=document)

        assert table.as_document() == document
        transaction.set_rollback(True)


def test_rows_of_a_document_are_what_the_tree_says():
    table = CriteriaSetFactory()

    group = table.criteria.get(key="I")
    leaf = table.criteria.get(key="I.1")
    assert (table.code, table.base_max, table.bonus_cap) == ("THU", 20, 2)
    assert table.settings == {
        "name": "Bảng tiêu chí thử",
        "rounding": {"places": 2, "stage": "leaf"},
    }
    assert (leaf.parent, leaf.position, leaf.max_points) == (group, 1, Decimal(8))
    assert leaf.rule == {
        "owner": "so-thu-1",
        "parts": [{"kind": "proportion", "part": "Đúng hạn", "whole": "Tổng số"}],
    }
    assert (group.rule, group.section, leaf.section) == ({}, "base", "")
    assert set(table.leaves().values_list("key", flat=True)) == {
        *("I.1", "I.2", "II.1", "II.2", "T1", "P1")
    }


def test_tree_is_walked_from_top_to_bottom_in_one_query(django_assert_num_queries):
    table = CriteriaSetFactory()

    with django_assert_num_queries(1):
        rows = table.in_tree_order()

    assert [(row.key, row.depth, row.is_leaf) for row in rows] == [
        ("I", 0, False),
        ("I.1", 1, True),
        ("I.2", 1, True),
        ("II", 0, False),
        ("II.1", 1, True),
        ("II.2", 1, True),
        ("T1", 0, True),
        ("P1", 0, True),
    ]


def test_numbers_are_kept_in_their_shortest_form():
    table = CriteriaSetFactory(document=changed(base_max=100, bonus_cap="10.50"))

    assert table.as_document()["base_max"] == "100"
    assert table.as_document()["bonus_cap"] == "10.5"


def test_digest_does_not_depend_on_the_order_of_names():
    turned = dict(reversed(DOCUMENT.items()))

    assert document_digest(turned) == document_digest(DOCUMENT)
    assert document_digest(changed(code="KHAC")) != document_digest(DOCUMENT)


def leaf_with(**values):
    return changed(nodes=[{"key": "A", "name": "Một", **values}])


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ([], "không đúng dạng"),
        ({"code": "A", "base_max": "1"}, "không đúng dạng"),
        (changed(nodes={}), "không đúng dạng"),
        (changed(nodes=["A"]), "Tiêu chí thứ 1 không đúng dạng"),
        (changed(nodes=[{"name": "Một"}]), "Tiêu chí thứ 1"),
        (changed(base_max="nhiều"), "“base_max” không phải là số"),
        (changed(base_max=None), "Bảng tiêu chí:"),
        (changed(code=5), "“code” phải là chữ"),
        (leaf_with(name=""), "Tiêu chí A:"),
        (leaf_with(key="có dấu"), "Tiêu chí có dấu: Mã dùng"),
        (leaf_with(max="1e3"), "Tiêu chí A: “max” không phải là số"),
        (leaf_with(max=True), "Tiêu chí A: “max” không phải là số"),
        (leaf_with(max="NaN"), "Tiêu chí A: “max” không phải là số"),
        (leaf_with(max="-1"), "Tiêu chí A:"),
        (leaf_with(max="1.23456"), "Tiêu chí A:"),
        (leaf_with(section="khac"), "Tiêu chí A:"),
        (leaf_with(children={}), "Tiêu chí A: các tiêu chí bên dưới"),
        (leaf_with(children=[{"key": "A", "name": "Hai"}]), "Tiêu chí A: mã này đã dùng"),
        (leaf_with(note="\0"), "ký tự không lưu được"),
        (leaf_with(note="\ud800"), "giá trị không lưu được"),
        (leaf_with(note=float("nan")), "giá trị không lưu được"),
    ],
)
def test_broken_document_is_refused_whole_and_names_the_place(document, problem):
    table = CriteriaSetFactory()

    with pytest.raises(ValidationError, match=problem):
        tables.write_document(table, document)

    assert CriteriaSet.objects.get(pk=table.pk).as_document() == DOCUMENT


def test_tree_too_deep_is_refused():
    nodes = []
    for number in range(tables.DEEPEST + 1):
        nodes = [{"key": f"A{number}", "name": "Nhóm", **({"children": nodes} if nodes else {})}]
    table = CriteriaSetFactory()

    with pytest.raises(ValidationError, match="hơn 8 cấp"):
        tables.write_document(table, changed(nodes=nodes))

    assert table.criteria.count() == 8


# Beginning


def test_first_version_begins_empty_and_is_recorded():
    year = EmulationYearFactory()
    by = officer_of(lead_of(year))

    table = tables.begin_version(year=year, by=by)

    assert (table.paper.kind, table.paper.state, table.paper.version) == ("criteria", "draft", 1)
    assert table.as_document() == {"code": "BTC", "base_max": "100", "nodes": []}
    assert (last_entry().action, last_entry().target) == (
        "criteriaset.begin",
        f"{year.audit_chain}/criteria/1",
    )


def test_version_copies_the_one_in_force():
    year = CriteriaSetFactory(adopted=True).year

    second = tables.begin_version(year=year, by=leader_of(lead_of(year)), reason="Sửa mục I.1")

    assert (second.paper.version, second.as_document()) == (2, DOCUMENT)
    assert last_entry().after == {
        "copied_from": f"{year.audit_chain}/criteria/1",
        "reason": "Sửa mục I.1",
    }


def test_first_version_of_a_year_copies_the_last_years_table():
    before = CriteriaSetFactory(year=EmulationYearFactory(number=2025), adopted=True)
    year = EmulationYearFactory(bloc=before.year.bloc)

    table = tables.begin_version(year=year, by=leader_of(lead_of(year)))

    assert table.as_document() == DOCUMENT


def test_version_may_be_begun_from_another_blocs_table():
    source = CriteriaSetFactory()
    year = EmulationYearFactory()

    table = tables.begin_version(year=year, by=leader_of(lead_of(year)), source=source)

    assert table.as_document() == DOCUMENT


def test_second_draft_is_refused():
    year = CriteriaSetFactory().year

    with pytest.raises(ValidationError, match="đang có một dự thảo"):
        tables.begin_version(year=year, by=leader_of(lead_of(year)), reason="Thử")


def test_new_version_beside_one_in_force_needs_a_reason():
    year = CriteriaSetFactory(adopted=True).year

    with pytest.raises(ValidationError, match="Cần ghi lý do"):
        tables.begin_version(year=year, by=leader_of(lead_of(year)), reason=" ")


def test_table_and_pledge_of_a_year_stand_side_by_side():
    year = CriteriaSetFactory(adopted=True).year

    pledge = PaperFactory(year=year, adopted=True)

    assert year.papers.live().pledges().get() == pledge
    with pytest.raises(DatabaseError), transaction.atomic():
        Paper.objects.create(year=year, version=2, dated_on=TODAY)


# Rewriting


def test_rewriting_records_only_what_changed_node_by_node():
    table = CriteriaSetFactory()
    document = deepcopy(DOCUMENT)
    document["nodes"][0]["children"][1]["max"] = "5"
    document["base_max"] = "21"

    revision = tables.rewrite(
        table, document, by=table.paper.created_by, revision=0, summary="Nâng mục I.2."
    )

    entry = last_entry()
    assert revision == Paper.objects.get(pk=table.paper_id).revision == 1
    assert (entry.action, entry.summary) == ("criteriaset.edit", "Nâng mục I.2.")
    assert set(entry.before) == set(entry.after) == {"", "I.2"}
    assert (entry.before["I.2"]["max"], entry.after["I.2"]["max"]) == ("4", "5")


def test_rewriting_the_same_changes_and_records_nothing():
    table = CriteriaSetFactory()
    entries = AuditEntry.objects.count()

    assert tables.rewrite(table, deepcopy(DOCUMENT), by="x", revision=7, summary="Thử.") == 0

    assert AuditEntry.objects.count() == entries


def test_rewriting_over_someone_elses_save_is_a_conflict():
    table = CriteriaSetFactory()
    by = table.paper.created_by
    tables.rewrite(table, changed(code="MOI"), by=by, revision=0, summary="Đổi mã.")

    with pytest.raises(Conflict) as conflict:
        tables.rewrite(table, changed(code="KHAC"), by=by, revision=0, summary="Đổi mã.")

    assert conflict.value.stored.code == "MOI"
    assert CriteriaSet.objects.get(pk=table.pk).code == "MOI"


def test_adopted_table_is_not_rewritten():
    table = CriteriaSetFactory(adopted=True)

    with pytest.raises(NotAllowed, match="đã thông qua"):
        tables.rewrite(table, changed(code="MOI"), by="x", revision=0, summary="Thử.")


# Adopting


def test_adopting_keeps_the_document_under_its_digest():
    table = CriteriaSetFactory(commenting=True)

    tables.adopt_criteria(table, by=table.paper.created_by, on=TODAY)

    stored = CriteriaSet.objects.get(pk=table.pk)
    assert (stored.paper.state, stored.paper.adopted_on) == ("adopted", TODAY)
    assert stored.document == stored.as_document() == DOCUMENT
    assert stored.digest == table.digest == document_digest(DOCUMENT)
    assert [entry.action for entry in AuditEntry.objects.order_by("-pk")[:2]] == [
        "criteriaset.adopt",
        "paper.adopt",
    ]
    assert last_entry().after["digest"] == stored.digest


def test_adopting_the_next_version_supersedes_the_one_in_force():
    first = CriteriaSetFactory(adopted=True)
    by = first.paper.created_by
    second = tables.begin_version(
        year=first.year, by=by, reason="Sửa mục I.1", source=changed(code="MOI")
    )

    tables.adopt_criteria(second, by=by, on=TODAY)

    assert Paper.objects.get(pk=first.paper_id).state == "superseded"
    assert tables.table_in_force(first.year) == second
    superseding = AuditEntry.objects.get(action="paper.supersede")
    assert superseding.after == {"state": "superseded", "note": "Sửa mục I.1"}
    assert CriteriaSet.objects.get(pk=first.pk).as_document() == DOCUMENT


@pytest.mark.parametrize(
    ("document", "on", "problem"),
    [
        (changed(nodes=[]), TODAY, "chưa có tiêu chí"),
        (changed(base_max="90"), TODAY, "90"),
        (DOCUMENT, date(2026, 4, 7), "chưa đến"),
    ],
)
def test_table_that_cannot_be_adopted_stays_a_draft(document, on, problem):
    table = CriteriaSetFactory(document=document)

    with pytest.raises(ValidationError, match=problem):
        tables.adopt_criteria(table, by=table.paper.created_by, on=on)

    stored = CriteriaSet.objects.get(pk=table.pk)
    assert (stored.paper.state, stored.digest, stored.document) == ("draft", "", {})


def test_adopted_table_is_not_adopted_again():
    table = CriteriaSetFactory(adopted=True)

    with pytest.raises(NotAllowed):
        tables.adopt_criteria(table, by=table.paper.created_by, on=TODAY)


def test_version_is_not_adopted_once_the_year_is_scored():
    round = RoundFactory()
    by = leader_of(lead_of(round.year))
    second = tables.begin_version(year=round.year, by=by, reason="Sửa giữa chừng")

    with pytest.raises(ValidationError, match="đã mở chấm điểm"):
        tables.adopt_criteria(second, by=by, on=TODAY)

    assert tables.table_in_force(round.year) == round.criteria


def test_adopted_table_is_never_opened_again():
    table = CriteriaSetFactory(adopted=True)

    with pytest.raises(ValidationError, match="cần lập phiên bản mới"):
        writing.reopen(table.paper, by=table.paper.created_by, reason="Thử")

    assert "không sửa" in refused(
        f"UPDATE pledges_paper SET state = 'draft', adopted_on = NULL WHERE id = {table.paper_id}"
    )


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE scoring_criteriaset SET document = '{}'",
        "UPDATE scoring_criteriaset SET settings = '{}'",
        "UPDATE scoring_criterion SET max_points = 9",
        "UPDATE scoring_criterion SET rule = '{}'",
        "DELETE FROM scoring_criterion WHERE key = 'T1'",
        "INSERT INTO scoring_criterion (criteria_id, paper_id, position, section, key, code, name,"
        " rule, basis) SELECT id, paper_id, 9, '', 'Z', '', 'Thêm', '{}', '' FROM scoring_criteriaset",
    ],
)
@pytest.mark.parametrize("superseded", [False, True])
def test_database_refuses_changes_of_an_adopted_table(sql, superseded):
    table = CriteriaSetFactory(adopted=True)
    if superseded:
        writing.supersede(table.paper, by=table.paper.created_by, reason="Thử")

    assert refused(sql) == "Văn bản đã thông qua thì nội dung không sửa được nữa."


def test_comments_are_taken_on_a_table_as_on_any_paper():
    table = CriteriaSetFactory(commenting=True)
    unit = table.year.memberships.get(position=3).unit

    remark = writing.comment(
        table.paper,
        by=officer_of(unit),
        unit=unit,
        clause="I.1",
        clause_label="I.1",
        text="Cao quá.",
    )

    assert list(table.paper.comments.all()) == [remark]
