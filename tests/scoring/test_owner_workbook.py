"""The workbook of an agency's own facts: read back whole or not at all, and compared."""

from dataclasses import replace

import pytest

from scoring.workbooks import owner_drawing, owner_reading, unit_drawing
from scoring.workbooks.owner import Given, changes
from scoring.workbooks.sheets import Problems
from tests.scoring.workbook_samples import Edited, owner_table, unit_workbook
from units.imports.workbook import Refused, open_workbook

REPORT = "Báo cáo số 45/BC-STN ngày 05/11/2026 về kết quả thực hiện nhiệm vụ"
DONE = {"done": "137", "total": "142"}
GIVEN = {
    ("I.1", "so-thu-1"): Given(DONE, REPORT, 1),
    ("I.1", "so-thu-2"): Given({"done": "9", "total": "10"}, REPORT, 1),
}


def edited(given=None, **changed):
    return Edited(owner_drawing.draw(owner_table(given, **changed)))


def read(file, given=None, **changed):
    data = file.saved() if isinstance(file, Edited) else file
    return owner_reading.read(open_workbook(data), owner_table(given, **changed))


def compared(file, given, now):
    """What taking the file would change, when `now` stands there."""
    return list(changes(read(file, given), owner_table(now)))


def problems_of(file, given=None):
    with pytest.raises(Problems) as refused:
        read(file, given)
    return refused.value.messages


def refusal_of(file):
    with pytest.raises(Refused) as refused:
        read(file)
    return str(refused.value)


def test_workbook_read_back_untouched_changes_nothing():
    data = owner_drawing.draw(owner_table(GIVEN))

    assert list(changes(read(data, GIVEN), owner_table(GIVEN))) == []


def test_facts_filled_in_are_given_with_their_source():
    file = edited()
    for key, value in (("I.1/done", "137"), ("I.1/total", "142")):
        file.put(key, value, "G")
    file.put("I.1/done", REPORT, "I")

    (change,) = compared(file, None, {})

    assert (change.asked.key, change.unit.slug) == ("I.1", "so-thu-2")
    assert (change.facts, change.source, change.is_conflict) == (DONE, REPORT, False)
    assert [one.label for one in change.differences] == ["Số hoàn thành", "Tổng số", "Theo văn bản"]


def test_corrected_row_takes_the_source_and_the_others_keep_theirs():
    file = edited(GIVEN)
    file.put("I.1/done", "8", "G")

    (change,) = compared(file, GIVEN, GIVEN)

    assert change.unit.slug == "so-thu-2"
    assert change.source == REPORT


def test_source_put_right_goes_to_the_rows_that_cited_it():
    other = GIVEN | {("I.1", "so-thu-3"): Given(DONE, "Công văn số 7", 1)}
    file = edited(other)
    file.put("I.1/done", "Báo cáo số 46", "I")

    found = compared(file, other, other)

    assert [(one.unit.slug, one.source) for one in found] == [
        ("so-thu-1", "Báo cáo số 46"),
        ("so-thu-2", "Báo cáo số 46"),
    ]


def test_row_given_by_another_meanwhile_is_a_conflict():
    file = edited(GIVEN)
    file.put("I.1/done", "138", "F")
    now = GIVEN | {("I.1", "so-thu-1"): Given({"done": "139", "total": "142"}, REPORT, 2)}

    (change,) = compared(file, GIVEN, now)

    assert change.is_conflict
    assert change.before.facts["done"] == "139"


def test_row_left_alone_keeps_what_another_gave_meanwhile():
    file = edited(GIVEN)
    now = GIVEN | {("I.1", "so-thu-1"): Given({"done": "139", "total": "142"}, REPORT, 2)}

    assert compared(file, GIVEN, now) == []


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({("I.1/done", "F"): "137"}, "Còn thiếu: Tổng số"),
        ({("I.1/done", "F"): "150", ("I.1/total", "F"): "142"}, "lớn hơn tổng số"),
        ({("I.2/count", "F"): "nhiều"}, "không phải là một số"),
        ({("I.2/count", "F"): "1"}, "Cần ghi văn bản làm căn cứ"),
        ({("I.1/done", "I"): "Một", ("I.1/total", "I"): "Hai"}, "chỉ dẫn một văn bản"),
    ],
)
def test_what_cannot_be_taken_is_refused_naming_the_cell(cells, words):
    file = edited()
    for (key, column), value in cells.items():
        file.put(key, value, column)

    (problem,) = problems_of(file)

    assert problem.startswith("Ô ")
    assert words in problem


def test_unit_the_criterion_is_not_for_is_not_asked():
    table = owner_table()
    spared = replace(
        table.asked[1], node=replace(table.asked[1].node, not_for=frozenset({"so-thu-2"}))
    )
    table = owner_table(asked=(table.asked[0], spared))
    file = Edited(owner_drawing.draw(table))
    where = file.put("I.2/count", "1", "G")

    with pytest.raises(Problems) as refused:
        owner_reading.read(open_workbook(file.saved()), table)

    assert refused.value.messages == [f"Ô {where}: tiêu chí này không áp dụng với đơn vị."]


def test_row_deleted_copied_or_added_is_refused():
    gone, copied, added = edited(), edited(), edited()
    del gone.data.rows[gone.row_of("I.1/total")]
    copied.data.rows.append(list(copied.data.rows[copied.row_of("I.1/total")]))
    added.data.rows.append(["", "", "", "", "", "5"])

    assert problems_of(gone)[0].startswith("Thiếu 1 dòng của sổ tính: I.1 Tổng số")
    assert "dòng thừa" in problems_of(copied)[0]
    assert "dòng thừa" in problems_of(added)[0]


def test_column_of_a_unit_gone_or_doubled_is_refused():
    gone, doubled = edited(), edited()
    for row in gone.data.rows:
        del row[6:7]
    for row in doubled.data.rows:
        row.append(row[6] if len(row) > 6 else "")

    assert "thiếu cột Sở Thử nghiệm 2" in refusal_of(gone)
    assert "có hai cột Sở Thử nghiệm 2" in refusal_of(doubled)


def test_column_inserted_is_found_by_its_unit():
    file = edited(GIVEN)
    for row in file.data.rows:
        row.insert(5, "")
    file.put("I.1/done", "8", "H")

    (change,) = compared(file, GIVEN, GIVEN)

    assert change.unit.slug == "so-thu-2"


def test_hidden_row_of_units_gone_is_refused():
    file = edited()
    del file.data.rows[file.row_of("Mã đơn vị")]

    assert "Dòng ẩn chứa mã đơn vị đã bị xóa" in refusal_of(file)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"year": 2025}, "của năm 2025; trang này là của năm 2026"),
        ({"owner": "so-thu-3"}, "của đơn vị khác"),
        ({"digest": "b2" * 32}, "Bảng tiêu chí đã khác"),
    ],
)
def test_workbook_of_something_else_is_refused(changed, words):
    assert words in refusal_of(edited(**changed))


def test_workbook_of_a_unit_is_not_an_owners():
    assert refusal_of(unit_drawing.draw(unit_workbook())).startswith(
        "Đây là sổ tính của trang khác"
    )
