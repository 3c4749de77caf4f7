"""One sheet enters a whole decision: reading it, planning it, entering it."""

import io
import unicodedata
import zipfile
from datetime import date

import pytest
import xlsxwriter

from khoithidua.models import AuditEntry
from tests.racing import race
from units.imports.columns import COLUMNS
from units.imports.days_off import seed_days_off
from units.imports.decision import letter, parse
from units.imports.entry import DecisionRefused, apply_decision
from units.imports.plan import plan
from units.imports.sample import decision_workbook, demonstration_rows
from units.imports.workbook import LARGEST_FILE, Refused, Sheet, open_workbook
from units.models import (
    Authority,
    AuthorityPeriod,
    Bloc,
    BlocName,
    DayOff,
    Decision,
    EmulationYear,
    Membership,
    Role,
    Unit,
    UnitName,
    UnitSuccession,
    User,
)

TITLES = [column.title for column in COLUMNS]
DAY = date(2018, 4, 6)


def make_authority(slug="cao-bang", place="Cao Bằng"):
    authority = Authority.objects.create(slug=slug, name=f"tỉnh {place}")
    AuthorityPeriod.objects.create(
        authority=authority,
        start_on=date(2010, 1, 1),
        name=f"UBND tỉnh {place}",
        long_name=f"Ủy ban nhân dân tỉnh {place}",
        superior_line=f"UBND TỈNH {place.upper()}",
        place_name=place,
        secretariat_name="Ban Thi đua - Khen thưởng tỉnh",
    )
    return authority


def make_unit(authority, slug, full, start_on=date(2010, 1, 1)):
    unit = Unit.objects.create(slug=slug, authority=authority)
    UnitName.objects.create(
        unit=unit,
        start_on=start_on,
        full=full,
        short=full,
        grid=full.upper(),
        header_superior="UBND TỈNH",
        header_name=full.upper(),
    )
    return unit


def make_year(authority, slug="khoi-a", name="Khối A", number=2018, **fields):
    bloc = Bloc.objects.create(slug=slug, authority=authority, file_code=slug)
    BlocName.objects.create(bloc=bloc, start_on=date(2010, 1, 1), name=name)
    return EmulationYear.objects.create(
        bloc=bloc,
        number=number,
        starts_on=date(number, 1, 1),
        ends_on=date(number, 12, 31),
        **fields,
    )


@pytest.fixture
def authority(db):
    return make_authority()


@pytest.fixture
def officer(authority):
    return User.objects.create_user(
        "ban-thidua", "x" * 12, full_name="Nguyễn Thị Thử", role="secretariat", authority=authority
    )


@pytest.fixture
def decision(authority):
    return Decision.objects.create(
        authority=authority,
        number="348/QĐ-UBND",
        issued_on=DAY,
        issuer="Ủy ban nhân dân tỉnh Cao Bằng",
        summary="về việc kiện toàn khối, cụm thi đua",
    )


@pytest.fixture
def enter(authority, decision, officer):
    """Enter rows as the officer, for 2018 unless said otherwise."""

    def run(rows, **changes):
        return apply_decision(
            rows,
            **{"authority": authority, "year": 2018, "decision": decision, "by": officer} | changes,
        )

    return run


def cells(**values):
    """One row of the template from field names; the rest is empty."""
    return [values.get(column.field, "") for column in COLUMNS]


def sheet(*rows, name="Danh sách", header=TITLES, merged=()):
    return Sheet(name, [list(header), *rows], list(merged))


def read(*rows, **options):
    return parse([sheet(*rows, **options)])


def problems_of(*rows, **options):
    return [str(problem) for problem in read(*rows, **options).problems]


def rows_of(*rows):
    parsed = read(*rows)
    assert parsed.problems == []
    return parsed.rows


def written(*rows, sheet_name="Danh sách", header=TITLES, **formats):
    """Bytes of a real workbook with these cells."""
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output, {"in_memory": True})
    page = book.add_worksheet(sheet_name)
    for number, row in enumerate([header, *rows]):
        for place, value in enumerate(row):
            if isinstance(value, date):
                page.write_datetime(
                    number, place, value, book.add_format({"num_format": "dd/mm/yyyy"})
                )
            else:
                page.write(number, place, value)
    book.close()
    return output.getvalue()


def planned(rows, authority, year=2018, day=DAY):
    return plan(rows, authority=authority, year=year, day=day)


def messages(problems):
    return [str(problem) for problem in problems]


SNV = {"bloc_name": "Khối A", "full": "Sở Nội vụ"}
STC = {"bloc_name": "Khối A", "full": "Sở Tài chính"}


# The whole decision


def test_decision_of_17_blocs_and_137_members_is_entered(enter, authority, decision):
    data = decision_workbook(demonstration_rows())

    made = enter(parse(open_workbook(data)).rows)

    assert (len(made.new_blocs), len(made.new_units), len(made.new_members)) == (17, 137, 137)
    assert Bloc.objects.count() == EmulationYear.objects.filter(number=2018).count() == 17
    assert Bloc.objects.filter(kind=Bloc.Kind.CLUSTER).count() == 2
    assert Unit.objects.count() == UnitName.objects.count() == Membership.objects.count() == 137
    assert Membership.objects.filter(role=Role.LEAD).count() == 17
    assert Membership.objects.filter(role=Role.DEPUTY).count() == 17
    first = Membership.objects.filter(year__bloc__slug="tham-muu-tong-hop").in_protocol_order()
    assert [member.unit.slug for member in first] == [
        *("bdt", "stc", "vp-dbqh", "vp-hdnd", "vp-ubnd", "snv", "sngv", "skhdt")
    ]
    assert {member.decision for member in first} == {decision}
    assert {member.start_on for member in first} == {date(2018, 1, 1)}


def test_decision_entered_twice_changes_nothing_and_leaves_no_trace(enter):
    enter(demonstration_rows())
    entries = AuditEntry.objects.count()

    again = enter(demonstration_rows())

    assert again.is_empty
    assert again.problems == again.notes == []
    assert Membership.objects.count() == Unit.objects.count() == 137
    assert AuditEntry.objects.count() == entries


def test_names_follow_the_decision_of_their_day(enter):
    enter(demonstration_rows())

    name = Unit.objects.get(slug="vp-dbqh").name_on(DAY)
    assert name.start_on == DAY
    assert name.header_superior == "ĐOÀN ĐẠI BIỂU QUỐC HỘI TỈNH CAO BẰNG"
    assert name.header_name == "VĂN PHÒNG"
    assert name.symbol == "VP"
    derived = Unit.objects.get(slug="don-vi-009").name_on(DAY)
    assert derived.short == "Đơn vị trình diễn 009"
    assert derived.grid == derived.header_name == "ĐƠN VỊ TRÌNH DIỄN 009"
    assert derived.header_superior == "UBND TỈNH CAO BẰNG"


def test_entering_is_recorded_in_the_system_and_in_each_year(enter, officer):
    enter(demonstration_rows())

    whole = AuditEntry.objects.get(action="decision.import")
    assert whole.chain.startswith("he-thong/")
    assert whole.actor == officer.username
    assert "17 khối, cụm mới; 137 đơn vị mới; 137 thành viên" in whole.summary
    assert len(whole.after["units"]) == 137
    years = AuditEntry.objects.filter(action="emulation_year.import")
    assert years.count() == 17
    first = years.get(chain="khoi/tham-muu-tong-hop/2018")
    assert first.after["members"][0] == {
        "position": 1,
        "unit": "bdt",
        "role": "lead",
        "start_on": "2018-01-01",
    }


def test_one_wrong_row_leaves_everything_out(enter, authority):
    make_unit(make_authority("lang-son", "Lạng Sơn"), "don-vi-137", "Đơn vị khác")

    with pytest.raises(DecisionRefused) as refused:
        enter(demonstration_rows())

    assert "tỉnh khác" in str(refused.value)
    assert not Bloc.objects.exists()
    assert not Unit.objects.filter(authority=authority).exists()
    assert not AuditEntry.objects.exists()


def test_failure_while_writing_leaves_everything_out(enter, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("power cut")

    monkeypatch.setattr("units.imports.entry._record", fail)

    with pytest.raises(RuntimeError, match="power cut"):
        enter(demonstration_rows())

    assert not Bloc.objects.exists()
    assert not Unit.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_officers_entering_the_same_sheet_enter_it_once():
    authority = make_authority()
    by = User.objects.create_user("ban-thidua", "x" * 12, full_name="Nguyễn Thị Thử")

    def act():
        rows = demonstration_rows()
        return apply_decision(rows, authority=authority, year=2018, decision=None, by=by).is_empty

    outcomes = race(act, act)

    assert sorted(outcomes) == [False, True]
    assert Membership.objects.count() == 137


def test_new_decision_is_saved_once_and_found_again(enter, authority):
    rows = rows_of(cells(**SNV))
    typed = {
        "authority": authority,
        "number": "9/QĐ-UBND",
        "issued_on": date(2018, 5, 1),
        "issuer": "UBND tỉnh",
        "summary": "về việc khác",
    }

    enter(rows, decision=Decision(**typed))
    enter(rows, decision=Decision(**typed))

    assert Decision.objects.filter(number="9/QĐ-UBND").count() == 1
    assert Membership.objects.get().decision.number == "9/QĐ-UBND"
    assert AuditEntry.objects.filter(action="decision.add").count() == 1


def test_without_decision_names_begin_with_the_year(enter):
    enter(rows_of(cells(**SNV)), decision=None)

    assert UnitName.objects.get().start_on == date(2018, 1, 1)
    assert Membership.objects.get().decision is None


@pytest.mark.parametrize("count", [1, 3])
def test_plan_asks_the_same_number_of_queries(authority, enter, count, django_assert_num_queries):
    enter(demonstration_rows())
    rows = demonstration_rows()[: count * 8]

    with django_assert_num_queries(11):
        planned(rows, Authority.objects.get())


# What is entered already


def test_unit_is_recognised_by_name_in_any_case(authority):
    unit = make_unit(authority, "snv", "Sở Nội vụ")

    made = planned(rows_of(cells(bloc_name="Khối A", full="SỞ  nội vụ")), authority)

    assert made.lines[0].unit == unit
    assert made.problems == []


def test_unit_with_another_code_is_offered_instead_of_made_twice(authority):
    make_unit(authority, "snv", "Sở Nội vụ")

    made = planned(rows_of(cells(**SNV, unit_slug="so-noi-vu")), authority)

    assert "đã có với mã “snv”" in str(made.problems[0])


def test_name_that_looks_like_an_entered_one_is_pointed_out(authority):
    make_unit(authority, "vp-ubnd", "Văn phòng Ủy ban nhân dân tỉnh")

    made = planned(rows_of(cells(bloc_name="Khối A", full="Văn phòng UBND tỉnh")), authority)

    assert made.problems == []
    assert "có thể là “Văn phòng Ủy ban nhân dân tỉnh” đã có, mã “vp-ubnd”" in str(made.notes[0])


def test_two_units_of_one_name_need_a_code(authority):
    make_unit(authority, "a", "Trường Chính trị")
    make_unit(authority, "b", "Trường Chính trị")

    made = planned(rows_of(cells(bloc_name="Khối A", full="Trường Chính trị")), authority)

    assert "có 2 đơn vị mang tên này (a, b); hãy ghi mã" in str(made.problems[0])


def test_different_form_of_a_known_name_is_shown_and_kept(authority, enter):
    make_unit(authority, "snv", "Sở Nội vụ")
    rows = rows_of(cells(bloc_name="Khối A", unit_slug="snv", full="Sở Nội vụ tỉnh"))

    made = enter(rows)

    assert "đang dùng “Sở Nội vụ” và được giữ" in str(made.notes[0])
    assert UnitName.objects.get().full == "Sở Nội vụ"


def test_unit_that_ended_is_pointed_out(authority):
    old = make_unit(authority, "skhdt", "Sở Kế hoạch và Đầu tư")
    UnitSuccession.objects.create(
        predecessor=old,
        successor=make_unit(authority, "stc", "Sở Tài chính"),
        kind="merge",
        effective_on=date(2018, 3, 1),
    )

    made = planned(rows_of(cells(bloc_name="Khối A", full="Sở Kế hoạch và Đầu tư")), authority)

    assert "sáp nhập, chia tách hoặc giải thể từ 01/03/2018" in str(made.notes[0])


def test_code_of_another_province_is_refused_with_an_offer(authority):
    make_unit(make_authority("lang-son", "Lạng Sơn"), "snv", "Sở Nội vụ")

    made = planned(rows_of(cells(**SNV, unit_slug="snv")), authority)

    assert "đã dùng cho đơn vị của tỉnh khác; có thể dùng “snv-cao-bang”" in str(made.problems[0])


def test_derived_code_avoids_those_taken_elsewhere(authority):
    make_unit(make_authority("lang-son", "Lạng Sơn"), "so-noi-vu", "Sở Nội vụ")

    made = planned(rows_of(cells(**SNV)), authority)

    assert made.lines[0].slug == "so-noi-vu-2"


def test_unit_of_another_bloc_of_the_year_is_refused(authority, decision):
    year = make_year(authority, "khoi-b", "Khối B")
    unit = make_unit(authority, "snv", "Sở Nội vụ")
    Membership.objects.create(year=year, unit=unit, position=1, start_on=date(2018, 1, 1))

    made = planned(rows_of(cells(**SNV)), authority)

    assert "đã thuộc “Khối B” năm 2018" in str(made.problems[0])


def test_member_that_left_its_bloc_joins_another_on_the_decision_s_day(authority, enter):
    unit = make_unit(authority, "snv", "Sở Nội vụ")
    left, joined = make_year(authority, "khoi-b", "Khối B"), make_year(authority)
    Membership.objects.create(
        year=left, unit=unit, position=1, start_on=date(2018, 1, 1), end_on=date(2018, 4, 5)
    )

    enter(rows_of(cells(**SNV)))

    assert joined.memberships.get().start_on == DAY


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"position": 2}, "đã được nhập ở thứ tự 1"),
        ({"role": "Trưởng khối"}, "đã được nhập là thành viên"),
    ],
)
def test_member_entered_differently_is_refused(enter, authority, changed, message):
    enter(rows_of(cells(**SNV, position=1)))

    made = planned(rows_of(cells(**{**SNV, "position": 1} | changed)), authority)

    assert message in str(made.problems[0])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"position": 1}, "thứ tự này đang là của snv"),
        ({"position": 2, "role": "Khối trưởng"}, "vai trò này đang là của snv"),
    ],
)
def test_place_or_role_of_a_present_member_is_refused(enter, authority, changed, message):
    enter(rows_of(cells(**SNV, unit_slug="snv", role="Trưởng khối")))

    made = planned(rows_of(cells(**STC, **changed)), authority)

    assert message in str(made.problems[0])
    assert "còn có thành viên không có trong tệp (snv)" in str(made.notes[0])


def test_closed_year_takes_no_more_members(authority):
    make_year(authority, closed_on=date(2018, 12, 31))

    made = planned(rows_of(cells(**SNV)), authority)

    assert "đã khép lại" in str(made.problems[0])


def test_bloc_that_ended_before_the_year_is_refused(authority):
    Bloc.objects.filter(pk=make_year(authority).bloc.pk).update(ended_on=date(2017, 12, 31))

    made = planned(rows_of(cells(**SNV)), authority)

    assert "chỉ hoạt động đến 31/12/2017" in str(made.problems[0])


def test_bloc_of_another_kind_is_refused(authority):
    make_year(authority)

    made = planned(rows_of(cells(**SNV, kind="cụm")), authority)

    assert "“Khối A” là khối" in str(made.problems[0])


def test_province_without_its_words_is_refused(db):
    authority = Authority.objects.create(slug="x", name="tỉnh X")

    made = planned(rows_of(cells(**SNV)), authority)

    assert "chưa có cách gọi" in str(made.problems[0])


def test_name_too_long_for_the_short_form_asks_for_one(authority):
    made = planned(rows_of(cells(bloc_name="Khối A", full="Đơn vị " + "rất dài " * 20)), authority)

    assert "tên quá dài (120 chữ)" in str(made.problems[0])


# Reading rows


def test_missing_codes_and_places_are_derived(authority):
    made = planned(rows_of(cells(**SNV), cells(full="Sở Tài chính")), authority)

    assert [(line.slug, line.row.position) for line in made.lines] == [
        ("so-noi-vu", 1),
        ("so-tai-chinh", 2),
    ]
    assert made.blocs[0].slug == "khoi-a"


def test_cluster_is_told_by_its_name(authority):
    made = planned(rows_of(cells(bloc_name="Cụm thi đua số 1", full="Huyện A")), authority)

    assert made.blocs[0].kind == Bloc.Kind.CLUSTER


@pytest.mark.parametrize(
    ("word", "role"),
    [
        *((word, Role.LEAD) for word in ("Trưởng khối", "KHỐI TRƯỞNG", "cụm trưởng", "truong cum")),
        *(
            (word, Role.DEPUTY)
            for word in ("Phó Trưởng khối", "khối phó", "Cụm phó", "phó trưởng cụm", "Phó khối")
        ),
        *((word, Role.MEMBER) for word in ("thành viên", "Thành viên", "thanh vien", "", " ")),
    ],
)
def test_role_words_are_understood(word, role):
    assert rows_of(cells(**SNV, role=word))[0].role == role


def test_new_member_is_marked():
    assert rows_of(cells(**SNV, role="Thành viên mới"))[0].is_new


@pytest.mark.parametrize(
    ("cell", "position"), [(1, 1), (1.0, 1), ("1.0", 1), ("07", 7), (" 2 ", 2)]
)
def test_place_is_read_however_excel_keeps_it(cell, position):
    assert rows_of(cells(**SNV, position=cell))[0].position == position


def test_number_in_a_text_cell_loses_its_point():
    assert rows_of(cells(**SNV, unit_slug=12.0, symbol=3.0))[0].unit_slug == "12"


def test_text_is_normalised_and_trimmed():
    typed = "  " + unicodedata.normalize("NFD", "Sở Nội\u00a0vụ") + "\u200b "

    row = rows_of(cells(bloc_name="Khối A", full=typed))[0]

    assert row.full == "Sở Nội vụ"


def test_empty_rows_are_skipped_and_row_numbers_kept():
    rows = rows_of(cells(), cells(**SNV), cells(full="  "), cells(full="Sở Tài chính"))

    assert [row.number for row in rows] == [3, 5]


def test_bloc_is_carried_down_when_merged_or_empty():
    rows = read(
        cells(**SNV, bloc_slug="khoi-a"),
        cells(full="Sở Tài chính"),
        cells(bloc_name="Khối B", full="Sở Y tế"),
        merged=[((1, 1), (2, 1))],
    ).rows

    assert [(row.bloc_slug, row.bloc_name) for row in rows] == [
        ("khoi-a", "Khối A"),
        ("khoi-a", "Khối A"),
        ("", "Khối B"),
    ]


def test_title_above_the_header_and_unknown_columns_are_passed_over():
    table = Sheet(
        "Trang 1",
        [
            ["DANH SÁCH KHỐI"],
            [],
            ["STT", "TÊN KHỐI, CỤM *", "Tên đầy đủ", "vai trò"],
            [1, "Khối A", "Sở Y tế", ""],
        ],
    )

    parsed = parse([table])

    assert parsed.rows[0].number == 4
    assert parsed.rows[0].full == "Sở Y tế"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([cells(full="Sở Nội vụ")], "Dòng 2, cột “Tên khối, cụm” (ô B2): dòng đầu tiên"),
        ([cells(bloc_name="Khối A", symbol="SNV")], "cột “Tên đầy đủ” (ô F2): chưa có tên"),
        ([cells(**SNV, role="bí thư")], "(ô L2): không hiểu vai trò “bí thư”"),
        ([cells(**SNV, kind="tổ")], "(ô C2): “tổ” không phải “khối” hay “cụm”"),
        ([cells(**SNV, unit_slug="Sở NV")], "(ô E2): mã “sở nv” chỉ được gồm"),
        ([cells(**SNV, unit_slug="Sở NV")], "có thể dùng “so-nv”"),
        ([cells(**SNV, position="một")], "(ô D2): “một” không phải là số thứ tự"),
        ([cells(**SNV, position=1.5)], "“1.5” không phải là số thứ tự"),
        ([cells(**SNV, position=0)], "thứ tự phải từ 1 đến 999"),
        ([cells(**SNV, position={"date": "2018-02-01"})], "Excel đã đổi nội dung ô thành ngày"),
        ([cells(**SNV, symbol={"date": "2018-02-01"})], "(ô K2): Excel đã đổi"),
        ([cells(**SNV, symbol=True)], "giá trị đúng/sai"),
        ([cells(**SNV | {"full": "x" * 201})], "dài 201 chữ, nhiều nhất 200"),
        (
            [cells(**SNV, position=1), cells(**STC, position=1)],
            "(ô D3): thứ tự 1 đã dùng cho Sở Nội vụ",
        ),
        (
            [cells(**SNV, role="Trưởng khối"), cells(**STC, role="khối trưởng")],
            "(ô L3): khối đã có đơn vị đứng đầu là Sở Nội vụ (dòng 2)",
        ),
        (
            [cells(**SNV, role="Khối phó"), cells(**STC, role="phó khối")],
            "khối đã có đơn vị cấp phó",
        ),
        ([cells(**SNV), cells(**SNV)], "(ô F3): “Sở Nội vụ” đã có ở dòng 2"),
        (
            [cells(**SNV), cells(bloc_name="Khối B", full="sở nội vụ")],
            "“sở nội vụ” đã có ở dòng 2 (Khối A)",
        ),
        (
            [cells(**SNV, unit_slug="a"), cells(**STC, unit_slug="a")],
            "(ô E3): mã “a” đã có ở dòng 2",
        ),
        (
            [cells(**SNV, bloc_slug="a"), cells(bloc_slug="a", bloc_name="Khối B", full="x")],
            "(ô B3): ở trên, mã “a” là “Khối A”",
        ),
        (
            [cells(**SNV, bloc_slug="a"), cells(**STC, bloc_slug="b")],
            "(ô A3): ở trên, “Khối A” mang mã “a”",
        ),
        (
            [cells(**SNV, kind="khối"), cells(**STC, kind="cụm")],
            "(ô C3): ở trên, khối này ghi là khối",
        ),
    ],
)
def test_wrong_cell_is_named(rows, message):
    problems = problems_of(*rows)

    assert len(problems) == 1
    assert message in problems[0]


def test_every_wrong_row_is_reported_at_once():
    rows = [cells(**SNV, role="x"), cells(**STC, kind="y"), cells(full="Sở Y tế", position="z")]

    assert [problem.row for problem in read(*rows).problems] == [2, 3, 4]


def test_merged_cells_below_the_header_are_refused():
    problems = problems_of(cells(**SNV), cells(**STC), merged=[((1, 11), (2, 11))])

    assert "ô L2:L3 đang gộp" in problems[0]


# Finding the table


@pytest.mark.parametrize(
    ("sheets", "message"),
    [
        ([Sheet("Trang 1", [["a", "b"]])], "Không tìm thấy bảng trong các trang “Trang 1”"),
        ([sheet(cells(**SNV), name="Hướng dẫn")], "Không tìm thấy bảng"),
        ([sheet()], "chưa có dòng nào"),
        (
            [sheet(header=["Mã khối", "Thứ tự", "Tên ngắn"])],
            "thiếu cột “Tên khối, cụm”, “Tên đầy đủ”, “Vai trò”",
        ),
        ([sheet(header=[*TITLES, "Vai trò"])], "Cột “Vai trò” có hai lần (ô L1 và M1)"),
        ([sheet(merged=[((0, 0), (0, 1))])], "Dòng tiêu đề (dòng 1) có ô gộp A1:B1"),
        ([sheet(name="A"), sheet(name="B")], "Các trang “A”, “B” đều có bảng"),
    ],
)
def test_workbook_without_the_table_is_refused(sheets, message):
    with pytest.raises(Refused) as refused:
        parse(sheets)

    assert message in str(refused.value)


def test_named_sheet_wins_over_others():
    parsed = parse([sheet(cells(**STC), name="Bản cũ"), sheet(cells(**SNV))])

    assert parsed.rows[0].full == "Sở Nội vụ"


def test_columns_beyond_z_have_two_letters():
    assert [letter(place) for place in (0, 25, 26, 51, 52)] == ["A", "Z", "AA", "AZ", "BA"]


# Opening files


def ods(*rows):
    """Bytes of a small OpenDocument sheet."""
    body = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    namespaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f"<?xml version='1.0' encoding='UTF-8'?><office:document-content {namespaces}><office:body>"
        f'<office:spreadsheet><table:table table:name="Danh sách">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("content.xml", content)
        book.writestr("META-INF/manifest.xml", "<manifest/>")
    return output.getvalue()


def test_opendocument_sheet_is_read():
    parsed = parse(open_workbook(ods(TITLES, cells(**SNV))))

    assert parsed.rows[0].full == "Sở Nội vụ"


def test_dates_and_formulas_of_a_real_workbook():
    data = written(cells(**SNV, position=date(2018, 2, 1)), cells(**STC, symbol='="a"'))

    parsed = parse(open_workbook(data))

    assert "Excel đã đổi nội dung ô thành ngày (2018-02-01)" in str(parsed.problems[0])
    assert parsed.rows[0].full == "Sở Tài chính"


def test_zip_bomb_is_refused_before_it_is_opened():
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b"0" * 120_000_000)

    with pytest.raises(Refused, match="mở ra quá lớn"):
        open_workbook(output.getvalue())


def test_cell_in_the_last_corner_does_not_end_the_process():
    far = io.BytesIO()
    book = xlsxwriter.Workbook(far, {"in_memory": True})
    page = book.add_worksheet()
    page.write(0, 0, "x")
    page.write(1_048_575, 16_383, "y")
    book.close()

    with pytest.raises(Refused, match="mở ra quá lớn"):
        open_workbook(far.getvalue())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "không phải là bảng tính"),
        (b"%PDF-1.7 ...", "không phải là bảng tính"),
        ("Mã khối;Tên khối".encode(), "không phải là bảng tính"),
        (b"PK\x03\x04 broken", "không phải là bảng tính"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
            + bytes(1016)
            + "EncryptedPackage".encode("utf-16-le"),
            "Tệp có mật khẩu",
        ),
        (b"x" * (LARGEST_FILE + 1), "lớn hơn 5 MB"),
        (written(*[["x"]] * 5_200), "hơn 5000 dòng"),
        (written(["x"] * 101), "hơn 100 cột"),
    ],
    ids=["empty", "pdf", "csv", "broken", "password", "large", "rows", "columns"],
)
def test_file_that_cannot_be_read_is_refused(data, message):
    with pytest.raises(Refused, match=message):
        open_workbook(data)


def test_empty_template_says_that_it_is_empty():
    with pytest.raises(Refused, match="chưa có dòng nào"):
        parse(open_workbook(decision_workbook()))


# Days off


def test_days_off_are_entered_once_and_never_overwritten(authority, officer):
    DayOff.objects.create(authority=authority, day=date(2026, 4, 30), name="Tên riêng")

    added = seed_days_off(authority=authority, year=2026, by=officer)
    again = seed_days_off(authority=authority, year=2026, by=officer)

    assert again == []
    assert DayOff.objects.count() == len(added) + 1
    assert DayOff.objects.get(day=date(2026, 4, 30)).name == "Tên riêng"
    assert DayOff.objects.get(day=date(2026, 9, 2)).name == "Quốc khánh"
    assert DayOff.objects.get(day=date(2026, 8, 22)).is_working
    assert AuditEntry.objects.filter(action="day_off.seed").count() == 1


def test_cells_whose_formula_failed_are_named():
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output, {"in_memory": True})
    book.add_worksheet("Bìa")
    page = book.add_worksheet("Số & liệu")
    page.write_formula(2, 4, "=1/0", None, "#DIV/0!")
    page.write_formula(3, 4, "=1+1", None, 2)
    book.close()

    cover, sheet = open_workbook(output.getvalue())

    assert (cover.failed, sheet.failed) == ([], ["E3"])
    assert sheet.rows[3][4] == 2
