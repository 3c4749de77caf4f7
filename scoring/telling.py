"""Mails about scoring: what a unit would otherwise learn only when it looks. No points in them."""

from django.urls import reverse
from django.utils import timezone

from khoithidua import text
from units.models import Phase, deadlines
from units.telling import tell_units
from units.working_days import calendar_of


def tell_opened(round):
    tell_members(
        round,
        f"Bắt đầu tự chấm điểm thi đua năm {round.year.number}",
        f"Đã mở chấm điểm theo bảng tiêu chí được thông qua."
        f"{_until(round.year, Phase.Kind.SELF_ASSESSMENT, 'Hạn nộp bản tự chấm')}\n",
        "scoring:scorecard_list",
    )


def tell_shown(round):
    tell_members(
        round,
        f"Đã lập dự kiến xếp hạng năm {round.year.number}",
        "Việc thẩm định đã xong; dự kiến xếp hạng được trình hội nghị của Khối.\n",
        "scoring:ranking_detail",
    )


def tell_published(round):
    tell_members(
        round,
        f"Đã công bố kết quả xếp hạng năm {round.year.number}",
        "Kết quả chấm điểm, xếp hạng của Khối đã được công bố.\n",
        "scoring:ranking_detail",
    )


def tell_sent_back(card, reason):
    tell_unit(
        card,
        f"Bản tự chấm năm {card.year.number} được trả lại để làm lại",
        f"Lý do: {reason}\n",
        "scoring:scorecard_detail",
    )


def tell_asked(asked):
    criterion = asked.criterion
    tell_unit(
        asked.card,
        f"Đề nghị bổ sung cho bản tự chấm năm {asked.card.year.number}",
        f"Tiêu chí {criterion.code or criterion.key}, trước hết ngày {text.date_short(asked.due_on)}. "
        "Nội dung đề nghị xem trên hệ thống.\n",
        "scoring:scorecard_detail",
    )


def tell_verified(card):
    tell_unit(
        card,
        f"Đã có kết quả thẩm định bản tự chấm năm {card.year.number}",
        "Xem từng tiêu chí bị trừ và trả lời: nhất trí, giải trình hoặc bảo lưu ý kiến."
        f"{_until(card.year, Phase.Kind.RESPONSE, 'Hạn trả lời')}\n",
        "scoring:answer_list",
    )


def tell_members(round, subject, body, page):
    tell_units(round.cards.values("unit"), subject, body, _path(page, round.year))


def tell_unit(card, subject, body, page):
    tell_units([card.unit_id], subject, body, _path(page, card.year, card.unit.slug))


def _path(page, year, *unit):
    return reverse(page, args=[year.bloc.slug, year.number, *unit])


def _until(year, kind, words):
    """Last day of this step, as a sentence; "" where the year does not plan it."""
    calendar = calendar_of(year.bloc.authority)
    day = deadlines(year.phases.all(), calendar, timezone.localdate()).get(kind)
    return f" {words}: {text.date_short(day)}." if day else ""
