"""The template sheet that officers fill in, and the demonstration's decision of 2018."""

from io import BytesIO

import xlsxwriter

from units.imports.columns import COLUMNS
from units.imports.decision import DATA_SHEET, HELP_SHEET, Row
from units.imports.reader import MOST_ROWS
from units.models import Bloc, Role

ROLE_CELLS = {
    (Bloc.Kind.BLOC, Role.LEAD): "Trưởng khối",
    (Bloc.Kind.BLOC, Role.DEPUTY): "Phó Trưởng khối",
    (Bloc.Kind.CLUSTER, Role.LEAD): "Cụm trưởng",
    (Bloc.Kind.CLUSTER, Role.DEPUTY): "Cụm phó",
}
MEMBER_CELLS = {False: "Thành viên", True: "Thành viên mới"}
WIDTHS = {"bloc_name": 40, "full": 44, "short": 26, "grid": 40, "header_superior": 32}
STEPS = (
    f"1. Điền trang “{DATA_SHEET}”: mỗi dòng một đơn vị thành viên. Chỉ hai cột bắt buộc: "
    "Tên khối, cụm và Tên đầy đủ.",
    "2. Các dòng cùng khối: ghi lại tên khối, hoặc để trống cả mã và tên (hiểu là khối ở dòng trên).",
    "3. Đơn vị, khối đã có trong hệ thống được nhận ra theo mã, hoặc theo tên (không phân biệt hoa, "
    "thường); tên đang dùng không bị thay đổi.",
    "4. Vào Quản trị › Quyết định › Nhập từ Excel, chọn tệp, xem trước từng dòng rồi mới ghi. "
    "Có lỗi ở một dòng thì không dòng nào được ghi.",
    "5. Nhập lại cùng một tệp không tạo thêm gì.",
)


def decision_workbook(rows=()):
    """Bytes of the template .xlsx: empty, or filled with `rows`."""
    output = BytesIO()
    book = xlsxwriter.Workbook(
        output, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    styles = {
        "title": book.add_format({"bold": True, "bg_color": "#EEF4FA", "border": 1}),
        # Text, so that Excel does not turn "1-2" into the first of February.
        "text": book.add_format({"num_format": "@"}),
        "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
        "heading": book.add_format({"bold": True, "font_size": 14}),
    }
    _data_sheet(book.add_worksheet(DATA_SHEET), styles, rows)
    _help_sheet(book.add_worksheet(HELP_SHEET), styles)
    book.close()
    return output.getvalue()


def _data_sheet(sheet, styles, rows):
    _table(sheet, styles, 0, rows)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(COLUMNS):
        style = None if column.field == "position" else styles["text"]
        sheet.set_column(place, place, WIDTHS.get(column.field, 18), style)
        hint = {
            "validate": "any",
            "input_title": column.title[:32],
            "input_message": column.note[:255],
        }
        if column.field == "kind":
            hint |= {"validate": "list", "source": [kind.label for kind in Bloc.Kind]}
        if column.field == "role":
            words = [*ROLE_CELLS.values(), *MEMBER_CELLS.values()]
            hint |= {"validate": "list", "source": words, "error_type": "warning"}
        sheet.data_validation(1, place, MOST_ROWS, place, hint)


def _table(sheet, styles, top, rows):
    for place, column in enumerate(COLUMNS):
        sheet.write_string(top, place, column.title, styles["title"])
    for index, row in enumerate(rows, start=top + 1):
        for place, column in enumerate(COLUMNS):
            value = _cell(row, column.field)
            if isinstance(value, int):
                sheet.write_number(index, place, value)
            else:
                sheet.write_string(index, place, value)


def _cell(row, field):
    if field == "kind":
        return Bloc.Kind(row.kind).label
    if field == "role":
        return ROLE_CELLS.get((row.kind, row.role)) or MEMBER_CELLS[row.is_new]
    return getattr(row, field)


def _help_sheet(sheet, styles):
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 14)
    sheet.set_column(2, len(COLUMNS), 30)
    sheet.write_string(0, 0, "Cách điền danh sách khối, cụm và thành viên", styles["heading"])
    for index, step in enumerate(STEPS, start=1):
        sheet.merge_range(index, 0, index, 6, step, styles["wrapped"])
        sheet.set_row(index, 32)
    top = len(STEPS) + 2
    for place, title in enumerate(("Cột", "Bắt buộc", "Ghi gì")):
        sheet.write_string(top, place, title, styles["title"])
    for index, column in enumerate(COLUMNS, start=top + 1):
        must = column.field in ("bloc_name", "full")
        sheet.write_string(index, 0, column.title)
        sheet.write_string(index, 1, "có" if must else "không")
        sheet.write_string(index, 2, column.note)
    top += len(COLUMNS) + 2
    sheet.write_string(top, 0, "Ví dụ (trang này không được nhập)", styles["heading"])
    _table(sheet, styles, top + 1, demonstration_rows()[: len(MEMBERS_2018)])


# The decision of 2018 as demonstrated: the real first bloc, sixteen invented ones

PROVINCE = "UBND TỈNH CAO BẰNG"
MEMBERS_2018 = (
    # code, full name, short name, name in the grid, header lines 1 and 2, symbol
    ("bdt", "Ban Dân tộc tỉnh", "", "", PROVINCE, "BAN DÂN TỘC", "BDT"),
    ("stc", "Sở Tài chính", "", "", PROVINCE, "SỞ TÀI CHÍNH", "STC"),
    (
        "vp-dbqh",
        "Văn phòng Đoàn Đại biểu Quốc hội",
        "Văn phòng Đoàn ĐBQH",
        "VĂN PHÒNG ĐOÀN ĐẠI BIỂU QUỐC HỘI TỈNH",
        "ĐOÀN ĐẠI BIỂU QUỐC HỘI TỈNH CAO BẰNG",
        "VĂN PHÒNG",
        "VP",
    ),
    (
        "vp-hdnd",
        "Văn phòng Hội đồng nhân dân",
        "Văn phòng HĐND",
        "VĂN PHÒNG HỘI ĐỒNG NHÂN DÂN TỈNH",
        "HỘI ĐỒNG NHÂN DÂN TỈNH CAO BẰNG",
        "VĂN PHÒNG",
        "VP",
    ),
    (
        "vp-ubnd",
        "Văn phòng UBND tỉnh",
        "",
        "VĂN PHÒNG ỦY BAN NHÂN DÂN TỈNH",
        PROVINCE,
        "VĂN PHÒNG",
        "VP",
    ),
    ("snv", "Sở Nội vụ", "", "", PROVINCE, "SỞ NỘI VỤ", "SNV"),
    ("sngv", "Sở Ngoại vụ", "", "", PROVINCE, "SỞ NGOẠI VỤ", "SNgV"),
    ("skhdt", "Sở Kế hoạch và Đầu tư", "", "", PROVINCE, "SỞ KẾ HOẠCH VÀ ĐẦU TƯ", "SKHĐT"),
)
FIRST_BLOC = ("tham-muu-tong-hop", "Khối thi đua các cơ quan tham mưu tổng hợp", Bloc.Kind.BLOC)
LAST_UNIT = 137


def demonstration_rows():
    """The 137 rows of 17 blocs: the eight members of 2018, then invented units by the eight."""
    members = [(FIRST_BLOC, member) for member in MEMBERS_2018]
    number = len(MEMBERS_2018)
    for bloc_number in range(2, 18):
        bloc = _invented_bloc(bloc_number)
        last = LAST_UNIT if bloc_number == 17 else number + 8
        while number < last:
            number += 1
            unit = (f"don-vi-{number:03d}", f"Đơn vị trình diễn {number:03d}", "", "", "", "", "")
            members.append((bloc, unit))
    rows, place, above = [], 0, None
    for index, (bloc, unit) in enumerate(members, start=2):
        place = place + 1 if bloc == above else 1
        above = bloc
        rows.append(_row(index, bloc, place, unit))
    return rows


def _invented_bloc(number):
    kind = Bloc.Kind.CLUSTER if number > 15 else Bloc.Kind.BLOC
    word, slug = ("Cụm", "cum") if number > 15 else ("Khối", "khoi")
    return (f"{slug}-trinh-dien-{number:02d}", f"{word} trình diễn {number:02d}", kind)


def _row(index, bloc, place, unit):
    slug, full, short, grid, superior, name, symbol = unit
    return Row(
        number=index,
        bloc_slug=bloc[0],
        bloc_name=bloc[1],
        kind=bloc[2],
        position=place,
        unit_slug=slug,
        full=full,
        short=short,
        grid=grid,
        header_superior=superior,
        header_name=name,
        symbol=symbol,
        role={1: Role.LEAD, 2: Role.DEPUTY}.get(place, Role.MEMBER),
    )
