"""The words of a criteria table: what each value of its document is called on screens and in Excel."""

from scoring.rules import Param

SECTIONS = {"base": "điểm chuẩn", "bonus": "điểm thưởng", "penalty": "điểm trừ"}
NA_POLICIES = {
    "full": "tính đủ điểm tối đa",
    "zero": "không tính điểm",
    "exclude": "loại khỏi thang điểm",
    "average": "lấy trung bình các đơn vị",
}
STAGES = {"leaf": "từng tiêu chí", "group": "từng nhóm", "total": "tổng điểm"}
MODES = {"half_up": "làm tròn nửa lên", "down": "bỏ phần thừa"}
NORMALISE = {"total": "cả bảng", "group": "từng nhóm"}
GATE_EFFECTS = {
    "not_ranked": "không xếp loại",
    "not_eligible": "không xét Cờ thi đua",
    "suspend": "tạm dừng xét",
    "cap_class": "khống chế mức xếp loại",
    "lower_class": "hạ một bậc xếp loại",
}
TIE_BREAKS = {
    "node": "điểm của một mục",
    "fact": "một dữ kiện",
    "fewer_penalties": "điểm trừ ít hơn",
    "bonus": "điểm thưởng cao hơn",
    "conference": "bỏ phiếu tại hội nghị",
    "women": "có từ 70 % là nữ",
    "standing_body": "ý kiến cơ quan thường trực",
}
ORDERS = {"higher": "cao hơn xếp trước", "lower": "thấp hơn xếp trước"}
WITHOUT_EVIDENCE = {"warn": "chỉ nhắc", "zero": "tính 0 điểm", "deduct": "trừ điểm"}
COMBINE = {"sum": "cộng", "mean": "trung bình", "last": "kỳ cuối"}
SOURCES = {
    "submitted_on": "ngày gửi bản tự chấm",
    "role": "vai trò của đơn vị trong khối",
    "verifier": "kết quả thẩm định",
}
EVALUATORS = {"lead": "Đơn vị trưởng khối", "standing_body": "Cơ quan thường trực"}
FACT_TYPES = {"count": "số nguyên", "number": "số", "percent": "tỷ lệ %"}
DUE_DAYS = {
    "@register": "hạn đăng ký thi đua",
    "@sign": "hạn ký giao ước",
    "@half_year_report": "hạn báo cáo 6 tháng",
    "@self_assessment": "hạn tự chấm",
    "@verification": "hạn thẩm định",
    "@response": "hạn giải trình",
    "@conference": "ngày tổng kết",
    "@dossier": "hạn gửi hồ sơ",
}


def choices(words):
    return tuple(words.items())


# What a node says besides its name, its rules and its place: as data, like the settings of a rule.
TEXTS = (
    Param("basis", "căn cứ chấm điểm, tài liệu kiểm chứng", "text"),
    Param("legal_basis", "căn cứ pháp lý", "text"),
    Param("note", "ghi chú", "text"),
)
GROUP_PARAMS = (
    Param("bonus_cap", "thưởng tối đa trong nhóm", "points"),
    Param("penalty_cap", "trừ tối đa trong nhóm", "points"),
    Param("net_cap", "cộng trừ tối đa trong nhóm", "points"),
)
LEAF_PARAMS = (
    Param("bonus_max", "thưởng tối đa của tiêu chí", "points"),
    Param("deduct_cap", "trừ tối đa của tiêu chí", "points"),
    Param("allow_negative", "được xuống dưới 0", "flag", default=False),
    Param(
        "only_if",
        "chỉ tính khi",
        "condition",
        help="Như “I ≥ 80 %” (khóa của mục, mức so với điểm tối đa), “I.1 < 10 điểm”, "
        "“III.1 [case] là HTXSNV”.",
    ),
    Param("applies_to", "chỉ áp dụng cho", "slugs", help="Mã các đơn vị, cách nhau bằng dấu phẩy."),
    Param("not_for", "không áp dụng cho", "slugs", help="Mã các đơn vị, cách nhau bằng dấu phẩy."),
    Param(
        "periods",
        "nhập theo kỳ",
        "periods",
        help="Tên các kỳ cách nhau bằng dấu chấm phẩy, cuối cùng là cách gộp: "
        "“Quý I; Quý II; Quý III; Quý IV (cộng)”; hoặc (trung bình), (kỳ cuối).",
    ),
    Param("source", "hệ thống tự lấy", "choice", choices=choices(SOURCES)),
)
EVIDENCE_PARAMS = (
    Param("required", "bắt buộc", "flag", default=True),
    Param("file", "phải có tệp", "flag", default=False),
    Param("documents", "số tài liệu", "count"),
    Param("without", "khi thiếu", "choice", default="warn", choices=choices(WITHOUT_EVIDENCE)),
    Param("each", "trừ mỗi tài liệu thiếu", "points"),
    Param("cap", "trừ tối đa", "points"),
)
ROUNDING_PARAMS = (
    Param("places", "số chữ số thập phân", "places", default=2),
    Param("stage", "làm tròn ở", "choice", default="leaf", choices=choices(STAGES)),
    Param("mode", "cách làm tròn", "choice", default="half_up", choices=choices(MODES)),
)
SET_PARAMS = (
    Param("code", "mã bảng", "text", True),
    Param("name", "tên bảng", "text", True),
    Param("origin", "nguồn gốc", "text"),
    Param("note", "ghi chú", "text"),
    Param("base_max", "thang điểm", "points", True),
    Param("bonus_cap", "thưởng tối đa", "points"),
    Param("total_cap", "tổng điểm tối đa", "points"),
    Param("floor", "điểm thấp nhất", "floor", help="Số điểm, hoặc “không có”."),
    Param(
        "normalise",
        "quy đổi khi có mục không áp dụng",
        "choice",
        default="total",
        choices=choices(NORMALISE),
    ),
)
CLASS_PARAMS = (
    Param("name", "tên", "text", True),
    Param("at_least", "từ điểm", "number"),
    Param("quota", "tỷ lệ tối đa (%)", "percent"),
)
GATE_PARAMS = (
    Param("key", "khóa", "text", True),
    Param("code", "mã", "text"),
    Param("name", "nội dung", "text", True),
    Param("effect", "hệ quả", "choice", True, choices=choices(GATE_EFFECTS)),
    Param("class", "mức xếp loại cao nhất", "text"),
    Param("when", "khi", "conditions"),
    Param("note", "ghi chú", "text"),
)
TIE_BREAK_PARAMS = (
    Param("by", "theo", "choice", True, choices=choices(TIE_BREAKS)),
    Param("node", "khóa của mục", "text"),
    Param("input", "dữ kiện", "text"),
    Param("order", "thứ tự", "choice", default="higher", choices=choices(ORDERS)),
    Param("label", "diễn giải", "text"),
)
# Of a rule itself, whatever its kind; rules inside a sum have none.
RULE_PARAMS = (
    Param("bonus", "là điểm thưởng của tiêu chí", "flag", default=False),
    Param("requires_full", "chỉ cộng khi tiêu chí đủ điểm tối đa", "flag", default=False),
)
