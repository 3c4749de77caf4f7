"""The two pledges of the demonstration bloc, as plain data.

2018 is the year of the article; its roles, signers, targets and sections are invented for
demonstration, and so is everything of 2026. Invented people carry the middle word Mẫu (2018) or
Thử (2026).
"""

ARRANGEMENTS_2018 = (
    "Khối trưởng theo dõi, đôn đốc việc thực hiện giao ước của các đơn vị.\n"
    "Các đơn vị sơ kết 6 tháng, tổng kết năm; chấm điểm theo Bảng tiêu chí đã thông qua."
)
ARRANGEMENTS_2026 = (
    "Trưởng khối theo dõi, đôn đốc việc thực hiện giao ước của các đơn vị.\n"
    "Các đơn vị sơ kết 6 tháng, tổng kết năm; chấm điểm theo Bảng tiêu chí đã thông qua."
)

SECTIONS_2018 = (
    (
        "Hoàn thành xuất sắc nhiệm vụ chính trị",
        "100% nhiệm vụ Tỉnh ủy, HĐND, UBND tỉnh giao được triển khai, từ 95% hoàn thành đúng hạn.",
    ),
    (
        "Kỷ luật, kỷ cương hành chính; cải cách hành chính",
        "Từ 98% hồ sơ thủ tục hành chính giải quyết đúng hạn; không có văn bản bị hủy bỏ do trái "
        "quy định.",
    ),
    (
        "Xây dựng Đảng, chính quyền, đoàn thể",
        "8/8 tổ chức đảng đạt trong sạch, vững mạnh; đoàn thể đạt vững mạnh.",
    ),
    (
        "Học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh; văn hóa công sở",
        "100% công chức, viên chức, người lao động đăng ký nội dung làm theo.",
    ),
    (
        "Thực hành tiết kiệm, chống lãng phí; phòng, chống tham nhũng",
        "100% đơn vị công khai tài chính; không có vụ việc tham nhũng.",
    ),
    (
        "Phong trào thi đua do tỉnh phát động",
        "Mỗi đơn vị tổ chức 01 đợt thi đua kỷ niệm 70 năm Ngày Chủ tịch Hồ Chí Minh ra Lời kêu gọi "
        "Thi đua ái quốc; giúp đỡ 01 xã xây dựng nông thôn mới.",
    ),
    (
        "Công tác thi đua, khen thưởng và hoạt động của Khối",
        "100% đăng ký thi đua, báo cáo đúng hạn; mỗi đơn vị giới thiệu 01 điển hình tiên tiến.",
    ),
)

SECTIONS_2026 = (
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
        "8/8 tổ chức đảng hoàn thành tốt nhiệm vụ trở lên, trong đó từ 02 hoàn thành xuất sắc "
        "nhiệm vụ.",
    ),
    (
        "Học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh; dân chủ ở cơ sở, văn hóa "
        "công sở",
        "8/8 đơn vị không có người vi phạm bị kỷ luật từ khiển trách trở lên.",
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

# (unit, target, unit of measure, plan, weight)
TARGETS_2018 = (
    ("bdt", "Chính sách dân tộc giải ngân", "%", 95, None),
    ("stc", "Thẩm định dự toán đúng hạn", "%", 100, None),
    ("vp-dbqh", "Cuộc tiếp xúc cử tri phục vụ", "cuộc", 12, None),
    ("vp-hdnd", "Kỳ họp HĐND phục vụ", "kỳ", 2, None),
    ("vp-ubnd", "Văn bản trình đúng hạn", "%", 97, None),
    ("snv", "Sở, ngành kiểm tra công vụ", "cơ quan", 8, None),
    ("sngv", "Đoàn công tác phục vụ", "đoàn", 20, None),
    ("skhdt", "Hồ sơ đăng ký doanh nghiệp trước hạn", "%", 90, None),
)

TARGETS_2026 = (
    ("vp-dbqh-hdnd", "Báo cáo thẩm tra gửi đại biểu đúng hạn", "%", 100, 60),
    ("vp-dbqh-hdnd", "Ý kiến cử tri phân loại trong 03 ngày", "%", 95, 40),
    ("vp-ubnd", "Nhiệm vụ theo dõi được cập nhật hằng tuần", "%", 100, 50),
    ("vp-ubnd", "Cuộc họp giảm so với năm trước", "%", 10, 50),
    ("snv", "Kiểm tra công vụ", "cơ quan", 12, 50),
    ("snv", "Lớp bồi dưỡng cho cấp xã", "lớp", 6, 50),
    ("stp", "Thẩm định văn bản đúng hạn", "%", 100, 70),
    ("stp", "Xã được hỗ trợ hộ tịch số", "xã", 10, 30),
    ("stc", "Giải ngân vốn đầu tư công toàn tỉnh", "%", 95, 60),
    ("stc", "Quyết toán đúng hạn", "%", 100, 40),
    ("ttt", "Kết luận thanh tra ban hành đúng hạn", "%", 100, 60),
    ("ttt", "Kiến nghị thu hồi đã thực hiện", "%", 85, 40),
    ("sngv", "Hoạt động đối ngoại theo kế hoạch", "%", 100, 70),
    ("sngv", "Bản tin biên giới", "số", 12, 30),
    ("sdttg", "Vốn chương trình mục tiêu giải ngân", "%", 95, 60),
    ("sdttg", "Cuộc tuyên truyền ở xã", "cuộc", 20, 40),
)

# title: the units that register for it; every unit registers for the first
TITLES_2018 = {
    "co-thi-dua-tinh": ("bdt", "stc", "vp-ubnd"),
    "bang-khen-tinh": ("vp-hdnd", "sngv"),
}
TITLES_2026 = {
    "co-thi-dua-tinh": ("stc", "vp-ubnd", "stp"),
    "bang-khen-tinh": ("sngv", "sdttg"),
}
FOR_ALL = "tap-the-lao-dong-xuat-sac"
