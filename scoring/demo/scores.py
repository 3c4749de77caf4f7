"""What each unit of the demonstration bloc enters for 2026, as plain data; all of it invented.

Facts by criterion of table B100. Where an agency owns a fact and has given it, its value stands in
OWNED; the rest is what the unit itself enters.
"""

ALL_THREE = {"item_1": True, "item_2": True, "item_3": True}
NO_DISCIPLINE = {"count_1": "0", "count_2": "0", "count_3": "0"}

# What most units share; each unit below says where it differs.
COMMON = {
    "I.2": {"done": "46", "total": "47"},
    "I.3": {"count": "0", "count_2": "0"},
    "I.4": {"value": "96"},
    "I.6": {"count": "0"},
    "II.3": {"value": "97.5"},
    "II.4": {"done": "2026-01-28"},
    "III.1": {"case": "HTXSNV"},
    "III.2": {"case": "HTXSNV"},
    "III.3": ALL_THREE,
    "III.4": NO_DISCIPLINE,
    "III.5": {"met": True},
    "IV.1": {"sent_1": "2026-02-27"},
    "IV.2": {"count_1": "0", "count_2": "0"},
    "IV.3": {"count_1": "1", "count_2": "0"},
    "IV.4": {"case": "1"},
    "IV.5": {"count": "4", "met": True},
    "IV.6": {"count": "0"},
    "T1": {"item_1": False, "item_2": False, "item_3": True},
    "T2": {"count": "1"},
    "T4": {"met": False},
    "T5": {"value": "0"},
    "T6": {"met": True},
}

# slug: {criterion: facts}
ENTERED = {
    # The worked example: what it enters comes to 98,76 before verification, which finds three
    # papers returned, the plan issued on 03/02, one wrong delegation: 95,48 with one day's lateness.
    "vp-dbqh-hdnd": {
        "I.3": {"count": "1", "count_2": "0"},
        "II.3": {"value": "96.4"},
        "II.4": {"done": "2026-01-30"},
        "III.2": {"case": "HTTNV"},
        "IV.1": {"sent_1": "2026-03-04"},
        "IV.5": {"count": "5", "met": True},
        "T2": {"count": "4"},
        "T5": {"value": "7"},
    },
    "vp-ubnd": {
        "I.2": {"done": "80", "total": "90"},
        "I.3": {"count": "1", "count_2": "0"},
        "I.4": {"value": "98"},
        "II.3": {"value": "80"},
        "T2": {"count": "2"},
        "T6": {"met": False},
    },
    "snv": {
        "I.4": {"value": "98.5"},
        "II.3": {"value": "100"},
        "IV.4": {"case": "2"},
        "T1": {"item_1": False, "item_2": False, "item_3": False},
        "T2": {"count": "2"},
    },
    # Equal totals with sngv, separated by group I.
    "stp": {
        "I.4": {"value": "95.5"},
        "IV.2": {"count_1": "0", "count_2": "1"},
        "T1": {"item_1": False, "item_2": False, "item_3": False},
        "T6": {"met": False},
    },
    "stc": {
        "I.3": {"count": "1", "count_2": "0"},
        "T5": {"value": "6"},
    },
    # One reprimand that the unit found and dealt with itself: it asks to be excused, and reserves
    # its opinion when verification does not agree.
    "ttt": {
        "I.2": {"done": "38", "total": "45"},
        "III.4": {"count_1": "1", "count_2": "0", "count_3": "0", "waived_1": "1"},
        "IV.4": {"case": "2"},
        "IV.5": {"count": "2", "met": False},
        "T1": {"item_1": False, "item_2": False, "item_3": False},
        "T6": {"met": True},
        "T2": {"count": "0"},
    },
    # Its Party organisation is not classified yet: an estimate, and gate G4 waits for the result.
    "sngv": {
        "I.3": {"count": "1", "count_2": "0"},
        "I.4": {"value": "95.5"},
        "T1": {"item_1": False, "item_2": False, "item_3": False},
        "T6": {"met": False},
    },
    "sdttg": {
        "I.2": {"done": "41", "total": "47"},
        "II.3": {"value": "88"},
        "III.2": {"case": "HTTNV"},
        "IV.5": {"count": "3", "met": False},
        "T1": {"item_1": False, "item_2": False, "item_3": False},
        "T2": {"count": "1"},
    },
}

# slug: {criterion: reason}
NOT_APPLICABLE = {
    "vp-dbqh-hdnd": {
        "I.6": "không phát sinh vụ việc thuộc thẩm quyền",
        "II.1": "không thuộc diện xếp hạng PAR INDEX",
        "II.2": "không có thủ tục hành chính",
    },
    "ttt": {"II.2": "không có thủ tục hành chính"},
}

# slug: {criterion: until which day the estimate is counted}
ESTIMATES = {
    "vp-dbqh-hdnd": {"I.5": "2026-11-15"},
    "sngv": {"III.1": "2026-11-20"},
}

# owner: {criterion: {slug: facts}}: I.1 and II.2 by vp-ubnd, I.5 by stc, II.1 by snv. What the
# others own (I.3, I.6, II.4, IV.6) they check at verification.
OWNED = {
    "vp-ubnd": {
        "I.1": {
            "vp-dbqh-hdnd": {"done": "137", "total": "142", "count": "2"},
            "vp-ubnd": {"done": "168", "total": "170", "count": "0"},
            "snv": {"done": "90", "total": "93", "count": "1"},
            "stp": {"done": "58", "total": "60", "count": "0"},
            "stc": {"done": "165", "total": "170", "count": "0"},
            "ttt": {"done": "70", "total": "78", "count": "2"},
            "sngv": {"done": "58", "total": "60", "count": "0"},
            "sdttg": {"done": "81", "total": "88", "count": "3"},
        },
        "II.2": {
            "vp-ubnd": {"value": "99.1"},
            "snv": {"value": "99.2"},
            "stp": {"value": "98"},
            "stc": {"value": "97.5"},
            "sngv": {"value": "98"},
            "sdttg": {"value": "96"},
        },
    },
    "stc": {
        "I.5": {
            "vp-dbqh-hdnd": {"value": "98.2"},
            "vp-ubnd": {"value": "98.4"},
            "snv": {"value": "96"},
            "stp": {"value": "95.2"},
            "stc": {"value": "99"},
            "ttt": {"value": "97"},
            "sngv": {"value": "95.2"},
            "sdttg": {"value": "93"},
        }
    },
    "snv": {
        "II.1": {
            "vp-ubnd": {"rank": "1"},
            "snv": {"rank": "2"},
            "stp": {"rank": "4"},
            "stc": {"rank": "3"},
            "ttt": {"rank": "6"},
            "sngv": {"rank": "4"},
            "sdttg": {"rank": "9"},
        }
    },
}
SOURCE_WORDS = "Biểu theo dõi của cơ quan chủ quản (trình diễn, không số)"

# Two criteria of the worked example still lack their evidence.
WITHOUT_EVIDENCE = {"vp-dbqh-hdnd": ("II.4", "III.5")}

# slug: (gate, state, document, note)
GATES = {
    "sdttg": ("G3", "hit", "Văn bản trình diễn, không số", "tạm dừng xét đến khi có kết luận"),
}

# Where each card stands: the worked example is still being filled, one waits for its leader.
STANDING = {"vp-dbqh-hdnd": "draft", "ttt": "leader"}


def entered(slug):
    """{criterion: facts} a unit enters itself."""
    return {**COMMON, **ENTERED[slug]}


def not_applicable(slug):
    return NOT_APPLICABLE.get(slug, {})
