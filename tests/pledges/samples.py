"""Pledges to lay out: the demonstration text of 2026 for any number of units up to twelve.

Plain values only. The order is that of the grid: the lead, its deputy, then the order of protocol.
"""

from dataclasses import replace
from decimal import Decimal

from pledges.content import Cell, PledgeContent, Section, Target, UnitTargets, UnitTitles

BLOC = "Khối thi đua các cơ quan tham mưu tổng hợp"
CODE = "K7QM-2RX9-HD4T"
VERIFY_URL = f"https://khoithidua.caobang.gov.vn/xac-minh/{CODE}/"

# Name, its lines in the grid, signing title on its lines, the person who would sign.
UNITS = (
    ("Sở Tài chính", ("SỞ TÀI CHÍNH",), ("GIÁM ĐỐC",), "Nông Thị Thử Năm"),
    (
        "Văn phòng Ủy ban nhân dân tỉnh",
        ("VĂN PHÒNG", "ỦY BAN NHÂN DÂN TỈNH"),
        ("CHÁNH VĂN PHÒNG",),
        "Đàm Thị Thử Hai",
    ),
    (
        "Văn phòng Đoàn đại biểu Quốc hội và Hội đồng nhân dân tỉnh",
        ("VĂN PHÒNG", "ĐOÀN ĐẠI BIỂU QUỐC HỘI", "VÀ HỘI ĐỒNG NHÂN DÂN TỈNH"),
        ("CHÁNH VĂN PHÒNG",),
        "Lê Văn Thử Một",
    ),
    ("Sở Nội vụ", ("SỞ NỘI VỤ",), ("GIÁM ĐỐC",), "Trần Văn Thử Ba"),
    ("Sở Tư pháp", ("SỞ TƯ PHÁP",), ("Q. GIÁM ĐỐC",), "Nguyễn Văn Thử Bốn"),
    ("Thanh tra tỉnh", ("THANH TRA TỈNH",), ("CHÁNH THANH TRA",), "Hoàng Văn Thử Sáu"),
    ("Sở Ngoại vụ", ("SỞ NGOẠI VỤ",), ("GIÁM ĐỐC",), "Lý Thị Thử Bảy"),
    (
        "Sở Dân tộc và Tôn giáo",
        ("SỞ DÂN TỘC VÀ TÔN GIÁO",),
        ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
        "Bế Văn Thử Tám",
    ),
    (
        "Ban Quản lý Khu kinh tế cửa khẩu tỉnh",
        ("BAN QUẢN LÝ", "KHU KINH TẾ CỬA KHẨU TỈNH"),
        ("KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN"),
        "Nguyễn Hoàng Phương Thảo Thử Chín",
    ),
    (
        "Sở Văn hóa, Thể thao và Du lịch",
        ("SỞ VĂN HÓA,", "THỂ THAO VÀ DU LỊCH"),
        ("GIÁM ĐỐC",),
        "Vi Văn Thử Mười",
    ),
    (
        "Sở Nông nghiệp và Môi trường",
        ("SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG",),
        ("GIÁM ĐỐC",),
        "Lục Thị Thử Mười Một",
    ),
    (
        "Sở Khoa học và Công nghệ",
        ("SỞ KHOA HỌC VÀ CÔNG NGHỆ",),
        ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
        "Hà Văn Thử Mười Hai",
    ),
)

BASES = (
    "Căn cứ Luật Thi đua, khen thưởng số 06/2022/QH15 ngày 15 tháng 6 năm 2022;",
    "Căn cứ Nghị định số 152/2025/NĐ-CP ngày 14 tháng 6 năm 2025 của Chính phủ quy định về phân "
    "cấp, phân quyền trong lĩnh vực thi đua, khen thưởng; quy định chi tiết và hướng dẫn thi hành "
    "một số điều của Luật Thi đua, khen thưởng;",
    "Căn cứ Thông tư số 15/2025/TT-BNV ngày 04 tháng 8 năm 2025 của Bộ trưởng Bộ Nội vụ quy định "
    "biện pháp để tổ chức, hướng dẫn thi hành Luật Thi đua, khen thưởng và Nghị định số "
    "152/2025/NĐ-CP;",
    "Căn cứ Quyết định của Ủy ban nhân dân tỉnh về việc kiện toàn các cụm, khối thi đua (trình "
    "diễn - không số);",
    "Căn cứ Quy chế tổ chức và hoạt động của Khối (trình diễn).",
)

SECTIONS = (
    (
        "Hoàn thành xuất sắc nhiệm vụ chính trị",
        "100% nhiệm vụ được giao được triển khai, từ 98% đúng hạn; không có nhiệm vụ quá hạn do "
        "nguyên nhân chủ quan.",
    ),
    (
        "Cải cách hành chính, chuyển đổi số",
        "100% văn bản đi (trừ văn bản mật) ký số; từ 98% hồ sơ thủ tục hành chính đúng và trước "
        "hạn.",
    ),
    (
        "Phục vụ chính quyền địa phương hai cấp",
        "Trả lời kiến nghị của xã, phường trong 05 ngày làm việc; mỗi đơn vị nhận hỗ trợ 01 xã.",
    ),
    (
        "Xây dựng Đảng, chính quyền, đoàn thể",
        "{n}/{n} tổ chức đảng hoàn thành tốt nhiệm vụ trở lên, trong đó từ 02 hoàn thành xuất sắc "
        "nhiệm vụ.",
    ),
    (
        "Học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh; dân chủ ở cơ sở, văn hóa "
        "công sở",
        "{n}/{n} đơn vị không có người vi phạm bị kỷ luật từ khiển trách trở lên.",
    ),
    (
        "Tiết kiệm, chống lãng phí; phòng, chống tham nhũng, tiêu cực",
        "Giải ngân dự toán từ 98%; 100% kê khai tài sản đúng hạn.",
    ),
    (
        "Phong trào thi đua, an sinh xã hội do tỉnh phát động",
        "Mỗi đơn vị 01 phong trào chuyên đề có sơ kết, tổng kết.",
    ),
    (
        "Công tác thi đua, khen thưởng và hoạt động của Khối",
        "100% báo cáo đúng hạn; từ 50% cá nhân được khen là người trực tiếp thực hiện nhiệm vụ.",
    ),
)

# Target, measure, plan, weight; two per unit, in the order of UNITS.
TARGETS = (
    (("Giải ngân vốn đầu tư công toàn tỉnh", "%", 95, 60), ("Quyết toán đúng hạn", "%", 100, 40)),
    (
        ("Nhiệm vụ theo dõi được cập nhật hằng tuần", "%", 100, 50),
        ("Cuộc họp giảm so với năm trước", "%", 10, 50),
    ),
    (
        ("Báo cáo thẩm tra gửi đại biểu đúng hạn", "%", 100, 60),
        ("Ý kiến cử tri phân loại trong 03 ngày", "%", 95, 40),
    ),
    (
        ("Kiểm tra công vụ", "cơ quan", 12, 50),
        ("Lớp bồi dưỡng cho cấp xã", "lớp", 6, 50),
    ),
    (
        ("Thẩm định văn bản đúng hạn", "%", 100, 70),
        ("Xã được hỗ trợ hộ tịch số", "xã", 10, 30),
    ),
    (
        ("Kết luận thanh tra ban hành đúng hạn", "%", 100, 60),
        ("Kiến nghị thu hồi đã thực hiện", "%", 85, 40),
    ),
    (
        ("Hoạt động đối ngoại theo kế hoạch", "%", 100, 70),
        ("Bản tin biên giới", "số", 12, 30),
    ),
    (
        ("Vốn chương trình mục tiêu giải ngân", "%", 95, 60),
        ("Cuộc tuyên truyền ở xã", "cuộc", 20, 40),
    ),
    (("Thủ tục một cửa trước hạn", "%", "98.5", 60), ("Dự án thu hút mới", "dự án", 3, 40)),
    (("Di tích được số hóa", "di tích", 12, 50), ("Lễ hội được quản lý", "%", 100, 50)),
    (("Độ che phủ rừng", "%", "55.2", 70), ("Xã đạt chuẩn nông thôn mới", "xã", 4, 30)),
    (("Đề tài nghiệm thu đúng hạn", "%", 90, 60), ("Sáng kiến được nhân rộng", "sáng kiến", 5, 40)),
)
BEST = "Tập thể lao động xuất sắc"
FLAG = "Cờ thi đua của UBND tỉnh"
DIPLOMA = "Bằng khen của Chủ tịch UBND tỉnh"
TITLES = (FLAG, FLAG, None, None, FLAG, None, DIPLOMA, DIPLOMA, None, None, None, None)


def pledge(units: int = 8, **changes) -> PledgeContent:
    """The pledge of 2026 as frozen, for this many units; any field may be given otherwise."""
    members = UNITS[:units]
    content = PledgeContent(
        demo=True,
        language="vi",
        title=f"Giao ước thi đua năm 2026 của {BLOC}",
        superior="UBND TỈNH CAO BẰNG",
        issuer_lines=("KHỐI THI ĐUA CÁC CƠ QUAN", "THAM MƯU TỔNG HỢP"),
        dateline="Cao Bằng, ngày 08 tháng 4 năm 2026",
        kind="GIAO ƯỚC THI ĐUA",
        about=f"Năm 2026 của {BLOC}",
        bases=BASES,
        opening=(
            "Hôm nay, ngày 08 tháng 4 năm 2026, tại Hội trường Sở Tài chính, chúng tôi gồm "
            f"{units:02} cơ quan:"
        ),
        parties=(*(f"{name};" for name, *_ in members[:-1]), members[-1][0]),
        continues=(
            "thống nhất ký kết giao ước thi đua năm 2026, chủ đề “Tham mưu đúng, trúng, kịp thời "
            "(chủ đề trình diễn)”, với các nội dung sau:"
        ),
        content_heading="I. NỘI DUNG THI ĐUA",
        sections=tuple(
            Section(str(number), heading, (text.format(n=units),))
            for number, (heading, text) in enumerate(SECTIONS, start=1)
        ),
        targets_heading="II. CHỈ TIÊU ĐĂNG KÝ",
        targets=tuple(
            UnitTargets(
                unit[0],
                tuple(
                    Target(name, measure, Decimal(plan), Decimal(weight))
                    for name, measure, plan, weight in rows
                ),
            )
            for unit, rows in zip(members, TARGETS, strict=False)
        ),
        titles_heading="III. ĐĂNG KÝ DANH HIỆU THI ĐUA",
        titles=tuple(
            UnitTitles(unit[0], (BEST, title) if title else (BEST,))
            for unit, title in zip(members, TITLES, strict=False)
        ),
        arrangements_heading="IV. TỔ CHỨC THỰC HIỆN",
        arrangements=(
            "Các đơn vị tổ chức thực hiện đầy đủ nội dung giao ước; báo cáo 6 tháng và báo cáo năm "
            "đúng thời hạn.",
            "Trưởng khối, Phó Trưởng khối theo dõi, đôn đốc; tổ chức sơ kết 6 tháng, tổng kết năm; "
            "chấm điểm theo Bảng tiêu chí đã được Khối thông qua.",
        ),
        closing=(
            f"Bản giao ước được lập thành {units + 2:02} bản, có giá trị như nhau; mỗi đơn vị giữ "
            "01 bản, gửi Sở Nội vụ 01 bản, lưu tại Trưởng khối 01 bản./."
        ),
        grid_heading="ĐẠI DIỆN CÁC ĐƠN VỊ KÝ GIAO ƯỚC",
        grid=tuple(
            Cell(name, lines, f"KY{number:02}", f"CQ{number:02}")
            for number, (name, lines, _title, _person) in enumerate(members, start=1)
        ),
        recipients=(
            "- Các đơn vị ký giao ước;",
            "- Sở Nội vụ;",
            "- Lưu: Trưởng khối.",
        ),
        code=CODE,
        verify_url=VERIFY_URL,
    )
    return replace(content, **changes)


def draft(units: int = 8) -> PledgeContent:
    """The same before it is frozen: no code, the mark of a draft."""
    return pledge(units, code="", verify_url="", draft_mark="DỰ THẢO")


def signed_by_hand(units: int = 8) -> PledgeContent:
    """The record of a pledge signed on paper: who signed is printed in the boxes."""
    content = pledge(units)
    grid = tuple(
        replace(cell, printed=(*title, "(Đã ký)", person))
        for cell, (_name, _lines, title, person) in zip(content.grid, UNITS, strict=False)
    )
    return replace(content, grid=grid)


WITNESS = Cell(
    unit="Sở Nội vụ",
    name_lines=(
        "CHỨNG KIẾN",
        "CƠ QUAN THƯỜNG TRỰC",
        "HỘI ĐỒNG THI ĐUA -",
        "KHEN THƯỞNG TỈNH",
    ),
    leader_field="CK01",
    agency_field="",
)
