"""Units, their names by date, members and people of the demonstration bloc, as plain data.

Names and header lines of 2018 follow the article; roles and people are invented. Units of 2026 that
joined (Thanh tra tỉnh, Sở Tư pháp) belong to this bloc by invention only.
"""

from datetime import date

SUPERIOR = "UBND TỈNH CAO BẰNG"
LONG_AGO = date(2016, 1, 1)
ONE_OFFICE_ON = date(2021, 1, 1)
REORGANISED_ON = date(2025, 3, 1)
UNVERIFIED_DAY = "Ngày theo trí nhớ, số quyết định không tìm thấy: chưa xác minh."

# slug: [(from, full, header line 1, header line 2, grid, short, symbol), …]
UNITS = {
    "bdt": [
        (
            LONG_AGO,
            "Ban Dân tộc tỉnh",
            SUPERIOR,
            "BAN DÂN TỘC",
            "BAN DÂN TỘC TỈNH",
            "Ban Dân tộc",
            "BDT",
        )
    ],
    "stc": [
        (LONG_AGO, "Sở Tài chính", SUPERIOR, "SỞ TÀI CHÍNH", "SỞ TÀI CHÍNH", "Sở Tài chính", "STC")
    ],
    "vp-dbqh": [
        (
            LONG_AGO,
            "Văn phòng Đoàn Đại biểu Quốc hội",
            "ĐOÀN ĐẠI BIỂU QUỐC HỘI TỈNH CAO BẰNG",
            "VĂN PHÒNG",
            "VĂN PHÒNG ĐOÀN ĐẠI BIỂU|QUỐC HỘI TỈNH",
            "Văn phòng Đoàn ĐBQH",
            "VP",
        )
    ],
    "vp-hdnd": [
        (
            LONG_AGO,
            "Văn phòng Hội đồng nhân dân",
            "HỘI ĐỒNG NHÂN DÂN TỈNH CAO BẰNG",
            "VĂN PHÒNG",
            "VĂN PHÒNG HỘI ĐỒNG|NHÂN DÂN TỈNH",
            "Văn phòng HĐND",
            "VP",
        )
    ],
    "vp-ubnd": [
        (
            LONG_AGO,
            "Văn phòng UBND tỉnh",
            SUPERIOR,
            "VĂN PHÒNG",
            "VĂN PHÒNG|ỦY BAN NHÂN DÂN TỈNH",
            "Văn phòng UBND tỉnh",
            "VP",
        ),
        (
            REORGANISED_ON,
            "Văn phòng Ủy ban nhân dân tỉnh",
            SUPERIOR,
            "VĂN PHÒNG",
            "VĂN PHÒNG|ỦY BAN NHÂN DÂN TỈNH",
            "Văn phòng UBND tỉnh",
            "VP",
        ),
    ],
    "snv": [(LONG_AGO, "Sở Nội vụ", SUPERIOR, "SỞ NỘI VỤ", "SỞ NỘI VỤ", "Sở Nội vụ", "SNV")],
    "sngv": [
        (LONG_AGO, "Sở Ngoại vụ", SUPERIOR, "SỞ NGOẠI VỤ", "SỞ NGOẠI VỤ", "Sở Ngoại vụ", "SNgV")
    ],
    "skhdt": [
        (
            LONG_AGO,
            "Sở Kế hoạch và Đầu tư",
            SUPERIOR,
            "SỞ KẾ HOẠCH VÀ ĐẦU TƯ",
            "SỞ KẾ HOẠCH|VÀ ĐẦU TƯ",
            "Sở KH&ĐT",
            "SKHĐT",
        )
    ],
    "vp-dbqh-hdnd": [
        (
            ONE_OFFICE_ON,
            "Văn phòng Đoàn đại biểu Quốc hội và Hội đồng nhân dân tỉnh",
            "ĐOÀN ĐBQH VÀ HĐND TỈNH CAO BẰNG",
            "VĂN PHÒNG",
            "VĂN PHÒNG|ĐOÀN ĐẠI BIỂU QUỐC HỘI|VÀ HỘI ĐỒNG NHÂN DÂN TỈNH",
            "Văn phòng Đoàn ĐBQH và HĐND tỉnh",
            "VP",
        )
    ],
    "stp": [(LONG_AGO, "Sở Tư pháp", SUPERIOR, "SỞ TƯ PHÁP", "SỞ TƯ PHÁP", "Sở Tư pháp", "STP")],
    "ttt": [
        (
            LONG_AGO,
            "Thanh tra tỉnh",
            SUPERIOR,
            "THANH TRA TỈNH",
            "THANH TRA TỈNH",
            "Thanh tra tỉnh",
            "TTT",
        )
    ],
    "sdttg": [
        (
            REORGANISED_ON,
            "Sở Dân tộc và Tôn giáo",
            SUPERIOR,
            "SỞ DÂN TỘC VÀ TÔN GIÁO",
            "SỞ DÂN TỘC VÀ TÔN GIÁO",
            "Sở Dân tộc và Tôn giáo",
            "SDTTG",
        )
    ],
}

# (predecessor, successor, kind, from, note)
SUCCESSIONS = (
    (
        "vp-dbqh",
        "vp-dbqh-hdnd",
        "merge",
        ONE_OFFICE_ON,
        "Nghị quyết 1004/2020/UBTVQH14 ngày 18/9/2020.",
    ),
    (
        "vp-hdnd",
        "vp-dbqh-hdnd",
        "merge",
        ONE_OFFICE_ON,
        "Nghị quyết 1004/2020/UBTVQH14 ngày 18/9/2020.",
    ),
    ("skhdt", "stc", "merge", REORGANISED_ON, ""),
    ("bdt", "sdttg", "rename", REORGANISED_ON, "Nhận thêm nhiệm vụ về tôn giáo từ Sở Nội vụ."),
)

# (unit, role, signing title, signer); order of the decision
MEMBERS_2018 = (
    ("bdt", "lead", "TRƯỞNG BAN", "Hoàng Văn Mẫu Một"),
    ("stc", "deputy", "GIÁM ĐỐC", "Nông Thị Mẫu Hai"),
    ("vp-dbqh", "member", "CHÁNH VĂN PHÒNG", "Lê Văn Mẫu Ba"),
    ("vp-hdnd", "member", "CHÁNH VĂN PHÒNG", "Bế Thị Mẫu Bốn"),
    ("vp-ubnd", "member", "KT. CHÁNH VĂN PHÒNG|PHÓ CHÁNH VĂN PHÒNG", "Đàm Văn Mẫu Năm"),
    ("snv", "member", "KT. GIÁM ĐỐC|PHÓ GIÁM ĐỐC", "Trần Thị Mẫu Sáu"),
    ("sngv", "member", "GIÁM ĐỐC", "Lý Văn Mẫu Bảy"),
    ("skhdt", "member", "GIÁM ĐỐC", "Nguyễn Thị Mẫu Tám"),
)

# (unit, role, is new, position, signing title, leader)
MEMBERS_2026 = (
    ("vp-dbqh-hdnd", "member", False, "Chánh Văn phòng", "CHÁNH VĂN PHÒNG", "Lê Văn Thử Một"),
    ("vp-ubnd", "deputy", False, "Chánh Văn phòng", "CHÁNH VĂN PHÒNG", "Đàm Thị Thử Hai"),
    ("snv", "member", False, "Giám đốc", "GIÁM ĐỐC", "Trần Văn Thử Ba"),
    ("stp", "member", True, "Quyền Giám đốc", "Q. GIÁM ĐỐC", "Nguyễn Văn Thử Bốn"),
    ("stc", "lead", False, "Giám đốc", "GIÁM ĐỐC", "Nông Thị Thử Năm"),
    ("ttt", "member", True, "Chánh Thanh tra", "CHÁNH THANH TRA", "Hoàng Văn Thử Sáu"),
    ("sngv", "member", False, "Giám đốc", "GIÁM ĐỐC", "Lý Thị Thử Bảy"),
    ("sdttg", "member", False, "Phó Giám đốc", "KT. GIÁM ĐỐC|PHÓ GIÁM ĐỐC", "Bế Văn Thử Tám"),
)
SECOND_LEADER = ("sngv", "pld-sngv", "Phó Giám đốc", "KT. GIÁM ĐỐC|PHÓ GIÁM ĐỐC", "Vi Văn Thử Chín")

# Officers and clerks, in the order of MEMBERS_2026
OFFICERS_2026 = (
    "Hà Thị Thử Mười",
    "Lương Văn Thử Mười Một",
    "Đinh Thị Thử Mười Hai",
    "Phan Văn Thử Mười Ba",
    "Mã Thị Thử Mười Bốn",
    "Triệu Văn Thử Mười Lăm",
    "Sầm Thị Thử Mười Sáu",
    "Hứa Văn Thử Mười Bảy",
)
CLERKS_2026 = (
    "Chu Thị Thử Mười Tám",
    "Đoàn Văn Thử Mười Chín",
    "Bàn Thị Thử Hai Mươi",
    "Dương Văn Thử Hai Mốt",
    "Lục Thị Thử Hai Hai",
    "Ma Văn Thử Hai Ba",
    "Tô Thị Thử Hai Tư",
    "Vương Văn Thử Hai Lăm",
)
SUPERVISOR = ("snv-theodoi", "Đặng Thị Thử Hai Sáu")
SECRETARIAT = ("ban-thidua", "Hoàng Thị Thử Hai Bảy")
INSPECTOR = ("kiem-tra", "Nguyễn Văn Thử Hai Tám")
