"""Legal bases, titles and calendar of the demonstration, with what was found and what was not."""

from datetime import date

NOT_COMPARED = "Tên gọi rút gọn theo nguồn đã tìm; cần đối chiếu với bản chính."

# (kind, citation, from, to, position, verified, note)
LEGAL_BASES = (
    (
        "law",
        "Luật Thi đua, khen thưởng ngày 26 tháng 11 năm 2003; Luật sửa đổi, bổ sung một số điều của "
        "Luật Thi đua, khen thưởng ngày 14 tháng 6 năm 2005 và ngày 16 tháng 11 năm 2013",
        date(2014, 6, 1),
        date(2023, 12, 31),
        10,
        True,
        "Số 15/2003/QH11, 47/2005/QH11, 39/2013/QH13.",
    ),
    (
        "law",
        "Luật Thi đua, khen thưởng số 06/2022/QH15 ngày 15 tháng 6 năm 2022",
        date(2024, 1, 1),
        None,
        10,
        True,
        "",
    ),
    (
        "law",
        "Luật số 06/2026/QH16 ngày 23 tháng 4 năm 2026 sửa đổi, bổ sung Luật Thi đua, khen thưởng",
        date(2026, 10, 1),
        None,
        11,
        False,
        "Tên chính xác của luật chưa xác minh.",
    ),
    (
        "decree",
        "Nghị định số 91/2017/NĐ-CP ngày 31 tháng 7 năm 2017 của Chính phủ quy định chi tiết thi "
        "hành một số điều của Luật Thi đua, khen thưởng",
        date(2017, 10, 1),
        date(2023, 12, 31),
        20,
        True,
        "",
    ),
    (
        "decree",
        "Nghị định số 98/2023/NĐ-CP ngày 31 tháng 12 năm 2023 của Chính phủ",
        date(2024, 1, 1),
        date(2025, 6, 30),
        20,
        False,
        NOT_COMPARED,
    ),
    (
        "decree",
        "Nghị định số 152/2025/NĐ-CP ngày 14 tháng 6 năm 2025 của Chính phủ quy định về phân cấp, "
        "phân quyền trong lĩnh vực thi đua, khen thưởng; quy định chi tiết và hướng dẫn thi hành một "
        "số điều của Luật Thi đua, khen thưởng",
        date(2025, 7, 1),
        date(2027, 2, 28),
        20,
        False,
        "Chữ “quy định về” cần đối chiếu với bản chính.",
    ),
    (
        "circular",
        "Thông tư số 08/2017/TT-BNV ngày 27 tháng 10 năm 2017 của Bộ Nội vụ quy định chi tiết thi "
        "hành một số điều của Nghị định số 91/2017/NĐ-CP",
        date(2017, 10, 27),
        date(2023, 12, 31),
        30,
        True,
        "",
    ),
    (
        "circular",
        "Thông tư số 01/2024/TT-BNV ngày 24 tháng 02 năm 2024 của Bộ trưởng Bộ Nội vụ",
        date(2024, 2, 24),
        date(2025, 8, 4),
        30,
        False,
        NOT_COMPARED,
    ),
    (
        "circular",
        "Thông tư số 15/2025/TT-BNV ngày 04 tháng 8 năm 2025 của Bộ trưởng Bộ Nội vụ quy định biện "
        "pháp để tổ chức, hướng dẫn thi hành Luật Thi đua, khen thưởng và Nghị định số "
        "152/2025/NĐ-CP",
        date(2025, 8, 5),
        None,
        30,
        False,
        NOT_COMPARED,
    ),
    (
        "directive",
        "Chỉ thị số 41-CT/TW ngày 26 tháng 12 năm 2024",
        date(2024, 12, 26),
        None,
        5,
        True,
        "Chỉ thị của Đảng: “Thực hiện …” trong nội dung, không ghi “Căn cứ”.",
    ),
)

# Of the province, cited by its blocs' papers: (citation, from, to, compared with the original).
# The day the last one lapsed was not found; it is closed so that 2026 cites its own decision only.
PROVINCE_DECISIONS = (
    (
        "Quyết định số 463/QĐ-UBND ngày 19 tháng 4 năm 2016 của Ủy ban nhân dân tỉnh Cao Bằng về "
        "việc kiện toàn khối, cụm thi đua",
        date(2016, 4, 19),
        date(2018, 4, 5),
        False,
    ),
    (
        "Quyết định số 348/QĐ-UBND ngày 06 tháng 4 năm 2018 của Ủy ban nhân dân tỉnh Cao Bằng về "
        "việc kiện toàn khối, cụm thi đua thuộc tỉnh Cao Bằng năm 2018",
        date(2018, 4, 6),
        date(2018, 12, 31),
        True,
    ),
    (
        "Quyết định số 598/QĐ-UBND ngày 25 tháng 5 năm 2018 của Ủy ban nhân dân tỉnh Cao Bằng ban "
        "hành Quy chế hoạt động của khối, cụm thi đua",
        date(2018, 5, 25),
        date(2025, 12, 31),
        False,
    ),
)
BLOC_BASES_2026 = (
    (
        "decision",
        "Quyết định của Ủy ban nhân dân tỉnh về việc kiện toàn các cụm, khối thi đua (trình diễn - "
        "không số)",
    ),
    ("rules", "Quy chế tổ chức và hoạt động của Khối (trình diễn)"),
)

# (slug, kind, name)
TITLES = (
    (
        "tap-the-lao-dong-xuat-sac",
        "honour",
        (
            (date(2004, 7, 1), "Tập thể Lao động xuất sắc"),
            (date(2024, 1, 1), "Tập thể lao động xuất sắc"),
        ),
    ),
    ("tap-the-lao-dong-tien-tien", "honour", ((date(2004, 7, 1), "Tập thể lao động tiên tiến"),)),
    ("co-thi-dua-tinh", "honour", ((date(2004, 7, 1), "Cờ thi đua của UBND tỉnh"),)),
    ("co-thi-dua-chinh-phu", "honour", ((date(2004, 7, 1), "Cờ thi đua của Chính phủ"),)),
    (
        "bang-khen-tinh",
        "commendation",
        ((date(2004, 7, 1), "Bằng khen của Chủ tịch UBND tỉnh"),),
    ),
    (
        "bang-khen-thu-tuong",
        "commendation",
        ((date(2004, 7, 1), "Bằng khen của Thủ tướng Chính phủ"),),
    ),
)

# (kind, opens, closes)
PHASES_2026 = (
    ("handover", date(2026, 1, 15), date(2026, 1, 15)),
    ("comment", date(2026, 2, 2), date(2026, 2, 27)),
    ("register", date(2026, 2, 2), date(2026, 2, 28)),
    ("sign", date(2026, 4, 8), date(2026, 4, 8)),
    ("half_year_report", date(2026, 6, 1), date(2026, 6, 15)),
    ("cross_check", date(2026, 6, 22), date(2026, 6, 26)),
    ("half_year_review", date(2026, 7, 10), date(2026, 7, 10)),
    ("self_assessment", date(2026, 11, 16), date(2026, 11, 27)),
    ("verification", date(2026, 11, 30), date(2026, 12, 2)),
    ("response", date(2026, 12, 2), date(2026, 12, 4)),
    ("conference", date(2026, 12, 8), date(2026, 12, 8)),
    ("dossier", date(2026, 12, 9), date(2026, 12, 10)),
    ("handover_next", date(2027, 1, 8), date(2027, 1, 8)),
)
