"""What a table's document may hold, as data: reading, the JSON Schema and the description follow it."""

from scoring.rules.criteria import GATE_EFFECTS, NA_POLICIES, SECTIONS, SOURCES, TIE_BREAKS
from scoring.rules.numbers import MODES, STAGES, ZERO
from scoring.rules.params import Param


def choices(names) -> tuple[tuple[str, str], ...]:
    return tuple((name, name) for name in names)


PART_PARAMS = (
    Param("bonus", "là điểm thưởng của tiêu chí", "flag", default=False),
    Param("requires_full", "chỉ cộng khi tiêu chí đủ điểm tối đa", "flag", default=False),
)
SET_PARAMS = (
    Param("code", "mã bảng", "text", default=""),
    Param("name", "tên bảng", "text", True, default=""),
    Param("origin", "nguồn gốc", "text", default=""),
    Param("note", "ghi chú", "text", default=""),
    Param("base_max", "thang điểm", "points", True, default=ZERO),
    Param("bonus_cap", "thưởng tối đa", "points"),
    Param("total_cap", "tổng tối đa", "points"),
    Param(
        "normalise",
        "quy đổi",
        "choice",
        default="total",
        choices=(("total", "cả bảng"), ("group", "từng nhóm")),
    ),
)
SET_KEYS = {param.name for param in SET_PARAMS} | {
    *("floor", "rounding", "nodes", "gates", "classes", "tie_break"),
}
ROUNDING_PARAMS = (
    Param("places", "số chữ số", "count", default=2),
    Param("stage", "ở bước", "choice", default="leaf", choices=choices(STAGES)),
    Param("mode", "cách", "choice", default="half_up", choices=choices(MODES)),
)
NODE_PARAMS = (
    Param("code", "mã", "text", default=""),
    Param("name", "tên", "text", default=""),
    Param("max", "điểm tối đa", "points"),
    Param("basis", "căn cứ chấm điểm", "text", default=""),
    Param("legal_basis", "căn cứ pháp lý", "text", default=""),
    Param("note", "ghi chú", "text", default=""),
)
GROUP_PARAMS = (
    Param("bonus_cap", "thưởng tối đa trong nhóm", "points"),
    Param("penalty_cap", "trừ tối đa trong nhóm", "points"),
    Param("net_cap", "chênh tối đa giữa thưởng và trừ trong nhóm", "points"),
)
LEAF_PARAMS = (
    Param("bonus_max", "thưởng tối đa của tiêu chí", "points"),
    Param("deduct_cap", "trừ tối đa của tiêu chí", "points"),
    Param("allow_negative", "được âm", "flag", default=False),
    Param("na", "khi không áp dụng", "choice", default="", choices=choices(NA_POLICIES)),
    Param("evaluator", "ai đánh giá", "text", default=""),
    Param("owner", "đơn vị nắm số liệu", "text", default=""),
    Param("source", "ai ghi thay đơn vị", "choice", default="", choices=choices(SOURCES)),
)
LEAF_ONLY = ("applies_to", "not_for", "only_if", "periods", "evidence")
NODE_KEYS = {
    *("key", "section", "children", "parts", *LEAF_ONLY),
    *(param.name for param in (*NODE_PARAMS, *GROUP_PARAMS, *LEAF_PARAMS)),
}
EVIDENCE_PARAMS = (
    Param("required", "bắt buộc", "flag", default=True),
    Param("file", "phải có tệp", "flag", default=False),
    Param("documents", "số tài liệu", "count", default=1),
    Param(
        "without",
        "khi thiếu",
        "choice",
        default="warn",
        choices=(("warn", "nhắc"), ("zero", "0 điểm"), ("deduct", "trừ")),
    ),
    Param("each", "trừ mỗi tài liệu", "points"),
    Param("cap", "trừ tối đa", "points"),
)
PERIOD_PARAMS = (
    Param("combine", "cách gộp", "choice", default="sum", choices=choices(("sum", "mean", "last"))),
)
GATE_PARAMS = (
    Param("key", "khóa", "text", True, default=""),
    Param("code", "mã", "text", default=""),
    Param("name", "nội dung", "text", True, default=""),
    Param("effect", "hệ quả", "choice", True, choices=choices(GATE_EFFECTS)),
    Param("class", "mức xếp loại", "text", default=""),
    Param("note", "ghi chú", "text", default=""),
)
CLASS_PARAMS = (
    Param("name", "tên", "text", True, default=""),
    Param("at_least", "từ", "number"),
    Param("quota", "tỷ lệ tối đa (%)", "percent"),
)
TIE_PARAMS = (
    Param("by", "theo", "choice", True, choices=choices(TIE_BREAKS)),
    Param("node", "mục", "text", default=""),
    Param("input", "dữ kiện", "text", default=""),
    Param("order", "thứ tự", "choice", default="higher", choices=choices(("higher", "lower"))),
    Param("label", "diễn giải", "text", default=""),
)
KEY_PARAM = Param("key", "khóa", "text", True, default="")
SECTION = Param("section", "phần", "choice", choices=choices(SECTIONS))
FLOOR = Param("floor", "điểm thấp nhất", "number", default=ZERO)
