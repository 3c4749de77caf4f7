"""The sheets of the workbook and their columns: what each is called, and what one writes there."""

from dataclasses import dataclass

from scoring.authoring import words
from scoring.rules import Param

NODES, SETTINGS, HELP = "Tiêu chí", "Quy định chung", "Hướng dẫn"
CLASSES, GATES, TIE_BREAKS = "Xếp loại", "Điều kiện", "Bằng điểm"
# "›" before the way of scoring: a rule inside the sum above it.
INSIDE = "›"


@dataclass(frozen=True)
class Column:
    """One column of the sheet of criteria. Its field is a key of the node, or says a part of it."""

    field: str
    title: str
    note: str
    width: int = 18
    limit: int = 0


COLUMNS = (
    Column(
        "level",
        "Cấp",
        "1 cho nhóm lớn, 2 cho mục trong nhóm, 3 cho mục nhỏ hơn. Để trống: dòng không có cách tính "
        "là nhóm (cấp 1), dòng có cách tính thuộc nhóm ở trên.",
        6,
    ),
    Column("code", "Mã", "Mã in trên bảng, như I, I.1, a7. Có thể để trống.", 9, 40),
    Column("name", "Tiêu chí", "Tên nhóm hoặc tiêu chí. Bắt buộc.", 46, 2000),
    Column("max", "Điểm tối đa", "Một số, như 15 hoặc 7,5.", 11),
    Column(
        "section",
        "Phần",
        "Chỉ ghi ở cấp 1: điểm chuẩn, điểm thưởng hoặc điểm trừ. Để trống: điểm chuẩn.",
        13,
    ),
    Column(
        "kind",
        "Cách tính",
        "Chọn trong danh sách; để trống ở nhóm. Tiêu chí có nhiều cách tính: thêm dòng ngay bên dưới, "
        "để trống Mã và Tiêu chí. Cách tính nằm trong “Cộng nhiều cách tính …” có dấu › ở đầu.",
        30,
    ),
    Column(
        "params",
        "Tham số",
        "Mỗi dòng “tên: giá trị” (xuống dòng trong ô: Alt + Enter). Các mức, các trường hợp: mỗi dòng "
        "một gạch đầu dòng, như “- ≥ 95; < 98: 6”, “- nội dung: điểm”. Xem trang Hướng dẫn.",
        46,
    ),
    Column("na", "Khi không áp dụng", "Chọn trong danh sách. Để trống: loại khỏi thang điểm.", 24),
    Column("evaluator", "Cơ quan đánh giá", "Ai đánh giá tiêu chí này.", 24, 200),
    Column(
        "owner",
        "Cơ quan cung cấp số liệu",
        "Mã đơn vị cung cấp số liệu chung cho cả khối, như snv, stc.",
        18,
        200,
    ),
    Column(
        "evidence",
        "Tài liệu kiểm chứng",
        "Ghi “có” nếu bắt buộc, hoặc các dòng: bắt buộc, phải có tệp, số tài liệu, khi thiếu, "
        "trừ mỗi tài liệu thiếu, trừ tối đa.",
        24,
    ),
    Column("basis", "Căn cứ", "Căn cứ chấm điểm, tài liệu kiểm chứng.", 36, 4000),
    Column("legal_basis", "Căn cứ pháp lý", "Điều khoản của văn bản quy định.", 30, 4000),
    Column(
        "more",
        "Quy định khác",
        "Mỗi dòng “tên: giá trị”: "
        + ", ".join(p.label for p in (*words.GROUP_PARAMS, *words.LEAF_PARAMS))
        + ".",
        30,
    ),
    Column("note", "Ghi chú", "Không tính vào điểm.", 24, 4000),
    Column(
        "key",
        "Khóa",
        "Hệ thống nhận ra tiêu chí cũ theo khóa này; không đổi khi sửa. Để trống: lập từ Mã.",
        12,
        40,
    ),
)
BY_FIELD = {column.field: column for column in COLUMNS}
TEXTS = ("code", "name", "evaluator", "owner", "basis", "legal_basis", "note", "key")
ROUNDING = "làm tròn: "
SETTINGS_PARAMS = (
    *words.SET_PARAMS,
    *(
        Param(one.name, f"{ROUNDING}{one.label}", one.type, choices=one.choices)
        for one in words.ROUNDING_PARAMS
    ),
)
# The other sheets: title of the sheet, the document's list, its columns.
LISTS = (
    (CLASSES, "classes", words.CLASS_PARAMS),
    (GATES, "gates", words.GATE_PARAMS),
    (TIE_BREAKS, "tie_break", words.TIE_BREAK_PARAMS),
)


def title_of(param: Param) -> str:
    return param.label[:1].upper() + param.label[1:]
