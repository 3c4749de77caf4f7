"""The columns of the decision's sheet: what each holds, and how one cell of it is read.

Pure: a cell in, a value out; CellRefused says in Vietnamese what is wrong with it.
"""

import re
from dataclasses import dataclass

from khoithidua import text
from units.models import Bloc, BlocName, Role, Unit, UnitName

LARGEST_POSITION = 999


@dataclass(frozen=True)
class Column:
    """One column of the sheet: its field in Row, its title, what it says, how long it may be."""

    field: str
    title: str
    note: str
    limit: int = 0
    required: bool = False
    aliases: tuple[str, ...] = ()


def _limit(model, field):
    return model._meta.get_field(field).max_length


COLUMNS = (
    Column(
        "bloc_slug",
        "Mã khối",
        "Chữ thường không dấu, số, gạch nối; dùng trong địa chỉ, không đổi về sau. "
        "Để trống: lập từ tên.",
        _limit(Bloc, "slug"),
        aliases=("Mã khối, cụm",),
    ),
    Column(
        "bloc_name",
        "Tên khối, cụm",
        "Tên đầy đủ như trong quyết định. Để trống cả mã và tên: cùng khối với dòng trên.",
        _limit(BlocName, "name"),
        required=True,
        aliases=("Tên khối", "Khối, cụm"),
    ),
    Column(
        "kind",
        "Loại (khối/cụm)",
        "“khối” hoặc “cụm”. Để trống: theo chữ đầu của tên.",
        aliases=("Loại",),
    ),
    Column(
        "position",
        "Thứ tự",
        "Thứ tự của đơn vị trong khối theo quyết định. Để trống: tiếp dòng trên.",
    ),
    Column(
        "unit_slug",
        "Mã đơn vị",
        "Chữ thường không dấu, số, gạch nối; dùng trong tên tài khoản, không đổi về sau. "
        "Để trống: nhận theo tên, hoặc lập từ tên.",
        _limit(Unit, "slug"),
    ),
    Column(
        "full",
        "Tên đầy đủ",
        "Tên đơn vị như trong quyết định. Bắt buộc.",
        _limit(UnitName, "full"),
        required=True,
        aliases=("Tên đơn vị",),
    ),
    Column(
        "short", "Tên ngắn", "Dùng trên màn hình. Để trống: tên đầy đủ.", _limit(UnitName, "short")
    ),
    Column(
        "grid",
        "Tên trong ô ký",
        "Chữ in hoa; dấu | là chỗ xuống dòng. Để trống: tên đầy đủ viết hoa.",
        _limit(UnitName, "grid"),
    ),
    Column(
        "header_superior",
        "Đầu văn bản dòng 1",
        "Cơ quan chủ quản, chữ in hoa. Để trống: theo tỉnh (UBND TỈNH …).",
        _limit(UnitName, "header_superior"),
        aliases=("Đầu văn bản, dòng 1",),
    ),
    Column(
        "header_name",
        "Đầu văn bản dòng 2",
        "Tên đơn vị ở đầu văn bản, chữ in hoa. Để trống: tên đầy đủ viết hoa.",
        _limit(UnitName, "header_name"),
        aliases=("Đầu văn bản, dòng 2",),
    ),
    Column("symbol", "Ký hiệu", "Ký hiệu trong số văn bản: SNV, STC.", _limit(UnitName, "symbol")),
    Column(
        "role",
        "Vai trò",
        "Trưởng khối, Phó Trưởng khối (Cụm trưởng, Cụm phó) hoặc thành viên. Để trống: thành viên.",
        required=True,
    ),
)
BY_FIELD = {column.field: column for column in COLUMNS}

KINDS = {"khoi": Bloc.Kind.BLOC, "cum": Bloc.Kind.CLUSTER}
ROLE_WORDS = {
    Role.LEAD: "truong khoi, khoi truong, cum truong, truong cum, truong",
    Role.DEPUTY: "pho truong khoi, khoi pho, pho khoi, pho khoi truong, cum pho, pho cum, "
    "pho truong cum, pho cum truong, pho truong, pho",
    Role.MEMBER: "thanh vien, thanh vien moi, ",
}
ROLES = {word: role for role, words in ROLE_WORDS.items() for word in words.split(", ")}


class CellRefused(ValueError):
    """What stands in one cell cannot be used."""


def as_line(cell):
    """The text of a cell: 2.0 is "2"; what Excel rewrote as a date is refused."""
    if isinstance(cell, str):
        return text.clean_line(cell)
    if isinstance(cell, dict):
        raise CellRefused(
            f"Excel đã đổi nội dung ô thành ngày ({cell['date']}). "
            "Hãy định dạng ô là Văn bản (Text) rồi nhập lại."
        )
    if isinstance(cell, bool):
        raise CellRefused("ô chứa giá trị đúng/sai (TRUE/FALSE), không phải chữ.")
    return str(int(cell)) if float(cell).is_integer() else str(cell)


def as_position(cell):
    """A place in the order from 1 on: 1, 1.0, "01" and "1.0" are 1; empty is None."""
    line = as_line(cell)
    if not line:
        return None
    if not re.fullmatch(r"[0-9]{1,9}([.,]0*)?", line):
        raise CellRefused(f"“{line}” không phải là số thứ tự.")
    number = int(re.split("[.,]", line)[0])
    if not 1 <= number <= LARGEST_POSITION:
        raise CellRefused(f"thứ tự phải từ 1 đến {LARGEST_POSITION}.")
    return number


def as_slug(cell):
    line = as_line(cell).lower()
    if line and not re.fullmatch("[-a-z0-9_]+", line):
        offer = text.ascii_slug(line)
        hint = f"; có thể dùng “{offer}”" if offer else ""
        raise CellRefused(f"mã “{line}” chỉ được gồm chữ thường không dấu, số, gạch nối{hint}.")
    return line


def as_kind(cell):
    line = as_line(cell)
    if not line:
        return ""
    try:
        return KINDS[text.fold(line)]
    except KeyError:
        raise CellRefused(f"“{line}” không phải “khối” hay “cụm”.") from None


def as_role(cell):
    line = as_line(cell)
    try:
        return ROLES[text.fold(line)]
    except KeyError:
        raise CellRefused(
            f"không hiểu vai trò “{line}”. Ghi Trưởng khối, Phó Trưởng khối, Cụm trưởng, Cụm phó "
            "hoặc thành viên."
        ) from None


READERS = {
    "bloc_slug": as_slug,
    "unit_slug": as_slug,
    "kind": as_kind,
    "position": as_position,
    "role": as_role,
}
