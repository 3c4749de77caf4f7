"""How a pledge comes to be: begun, copied forward, commented on, adopted."""

from contextlib import contextmanager
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from khoithidua import audit
from pledges.composing import DEFAULT_COPIES
from pledges.models import (
    Comment,
    Paper,
    PaperBasis,
    RegisteredTitle,
    Section,
    UnitTarget,
)
from units.models import EmulationYear, LegalBasis, Phase, Role, UnitSuccession

NOT_OPEN = "Giao ước đã thông qua thì không sửa được; cần mở lại, ghi rõ lý do."

STANDARD_SECTIONS = (
    "Hoàn thành xuất sắc nhiệm vụ chính trị",
    "Cải cách hành chính, chuyển đổi số",
    "Xây dựng Đảng, chính quyền, đoàn thể",
    "Học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh",
    "Thực hành tiết kiệm, chống lãng phí; phòng, chống tham nhũng, tiêu cực",
    "Phong trào thi đua do tỉnh phát động",
    "Công tác thi đua, khen thưởng và hoạt động của Khối",
)


def bases_for(year, day):
    """Legal bases in force on `day` that this bloc may cite, in printing order."""
    return LegalBasis.objects.in_force(day, authority=year.bloc.authority, bloc=year.bloc)


def begin_pledge(*, year, by, copied_from=None):
    """Start the year's pledge as a draft, empty or copied forward; return it.

    Copied: sections, arrangements, targets and registered titles, the last two moved to the
    successors of units that are gone and left out where nobody succeeded. Legal bases are never
    copied: they are resolved anew for the new paper's day. Raises ValidationError when the year
    has a live pledge already.
    """
    day = _expected_day(year)
    words = year.bloc.authority.on(day)
    lead = year.role_words(Role.LEAD)
    with transaction.atomic():
        # Two people may press the button at once: the second is told, not shown an error page.
        EmulationYear.objects.select_for_update(of=("self",)).get(pk=year.pk)
        if year.papers.live().pledges().exists():
            raise ValidationError("Năm này đã có giao ước.")
        version = next_version(year)
        copied = copied_from
        paper = Paper.objects.create(
            year=year,
            version=version,
            dated_on=day,
            arrangements=copied.arrangements if copied else "",
            copies=year.memberships.on(day).count() + 2,
            copies_note=DEFAULT_COPIES.format(secretariat=words.secretariat_name, lead=lead),
            recipients=f"{words.secretariat_name};\nCác đơn vị thành viên của Khối;\nLưu: VT.",
            created_by=by,
        )
        take_bases(paper)
        if copied:
            copy_parts(copied, paper)
        else:
            Section.objects.bulk_create(
                Section(paper=paper, position=number, heading=heading)
                for number, heading in enumerate(STANDARD_SECTIONS, 1)
            )
        audit.record(
            "paper.begin",
            chain=paper.audit_chain,
            by=by,
            target=paper.audit_path,
            summary=f"Bắt đầu soạn {paper.audit_name}, phiên bản {version}.",
            after={"copied_from": copied.audit_path if copied else ""},
        )
    return paper


def next_version(year):
    """The number of the year's next pledge, those withdrawn and superseded counted."""
    numbers = year.papers.pledges().order_by("-version").values_list("version", flat=True)
    return (numbers.first() or 0) + 1


def take_bases(paper):
    """Put the legal bases in force on the paper's day in place of those it has."""
    paper.bases.all().delete()
    PaperBasis.objects.bulk_create(
        PaperBasis(paper=paper, position=number, text=f"Căn cứ {basis.citation}", source=basis)
        for number, basis in enumerate(bases_for(paper.year, paper.dated_on), 1)
    )


def _expected_day(year):
    """The day of the signing ceremony, as the year's phases plan it."""
    phase = year.phases.filter(kind=Phase.Kind.SIGN).order_by("opens_on").first()
    return phase.opens_on if phase else max(timezone.localdate(), date(year.number, 1, 1))


def copy_parts(source, paper):
    """Sections, targets and registered titles, the last two moved to the units' successors."""
    Section.objects.bulk_create(
        Section(paper=paper, position=number, heading=row.heading, body=row.body)
        for number, row in enumerate(source.sections.all(), 1)
    )
    heirs = _heirs(source, paper)
    UnitTarget.objects.bulk_create(
        UnitTarget(
            paper=paper,
            position=number,
            unit_id=heirs[row.unit_id],
            name=row.name,
            measure=row.measure,
            plan=row.plan,
            weight=row.weight,
        )
        for number, row in enumerate(source.targets.all(), 1)
        if row.unit_id in heirs
    )
    # In their order; two units that became one may have registered for the same title.
    titles = dict.fromkeys(
        (heirs[row.unit_id], row.title_id)
        for row in source.registered_titles.all()
        if row.unit_id in heirs
    )
    RegisteredTitle.objects.bulk_create(
        RegisteredTitle(paper=paper, position=number, unit_id=unit, title_id=title)
        for number, (unit, title) in enumerate(titles, 1)
    )


def _heirs(source, paper):
    """{unit of the old paper: the member of the new year that is it or succeeded it}."""
    members = set(paper.year.memberships.on(paper.dated_on).values_list("unit_id", flat=True))
    followers = dict(
        UnitSuccession.objects.exclude(successor=None)
        .filter(effective_on__lte=paper.dated_on)
        .order_by("effective_on", "pk")
        .values_list("predecessor_id", "successor_id")
    )
    heirs = {}
    for unit in set(source.targets.values_list("unit_id", flat=True)) | set(
        source.registered_titles.values_list("unit_id", flat=True)
    ):
        seen, current = set(), unit
        while current not in members and current in followers and current not in seen:
            seen.add(current)
            current = followers[current]
        if current in members:
            heirs[unit] = current
    return heirs


@contextmanager
def editing(paper, *, by, summary):
    """Lock a paper that may still change, let the caller change its text, record what changed.

    Yields the locked row. Raises ValidationError when the text is adopted already; records nothing
    when nothing changed.
    """
    with transaction.atomic():
        row = Paper.objects.select_for_update(of=("self",)).get(pk=paper.pk)
        if not row.is_open:
            raise ValidationError(NOT_OPEN)
        before = text_of(row)
        yield row
        after = text_of(Paper.objects.get(pk=paper.pk))
        changed = [part for part in after if after[part] != before[part]]
        if changed:
            audit.record(
                "paper.edit",
                chain=paper.audit_chain,
                by=by,
                target=paper.audit_path,
                summary=summary,
                before={part: before[part] for part in changed},
                after={part: after[part] for part in changed},
            )


def text_of(paper):
    """Everything a paper says, as plain values."""
    return {
        "dated_on": paper.dated_on.isoformat(),
        "place": paper.place,
        "arrangements": paper.arrangements,
        "copies": paper.copies,
        "copies_note": paper.copies_note,
        "recipients": paper.recipients,
        "bases": list(paper.bases.values_list("text", flat=True)),
        "sections": [list(row) for row in paper.sections.values_list("heading", "body")],
        "targets": [
            [unit, name, measure, str(plan), str(weight or "")]
            for unit, name, measure, plan, weight in paper.targets.values_list(
                "unit__slug", "name", "measure", "plan", "weight"
            )
        ],
        "titles": sorted(
            f"{unit}: {title}"
            for unit, title in paper.registered_titles.values_list("unit__slug", "title__slug")
        ),
    }


def open_comments(paper, *, by):
    paper.move("open_comments", by=by, summary=f"Gửi các đơn vị góp ý dự thảo {paper.audit_name}.")


def adopt(paper, *, by, on):
    """The bloc adopted the text on that day; from here it does not change."""
    if on > timezone.localdate():
        raise ValidationError("Ngày thông qua chưa đến.")
    if paper.kind == Paper.Kind.PLEDGE and not paper.sections.exclude(body="").exists():
        raise ValidationError("Giao ước chưa có nội dung để thông qua.")
    paper.move(
        "adopt",
        by=by,
        summary=f"Các đơn vị thống nhất thông qua {paper.audit_name}, phiên bản {paper.version}.",
        adopted_on=on,
    )


def reopen(paper, *, by, reason):
    """Back to writing, with its reason: what was adopted is adopted anew afterwards.

    A criteria table is not written again: units are scored by it. It is superseded.
    """
    if paper.kind == Paper.Kind.CRITERIA:
        raise ValidationError("Bảng tiêu chí đã thông qua không mở lại; cần lập phiên bản mới.")
    if not reason.strip():
        raise ValidationError("Cần ghi lý do mở lại.")
    paper.move(
        "reopen",
        by=by,
        summary=f"Mở lại {paper.audit_name} để sửa: {reason}",
        note=reason,
        adopted_on=None,
    )


def supersede(paper, *, by, reason):
    """A later version takes the place of an adopted paper; what it says stays as it is."""
    if not reason.strip():
        raise ValidationError("Cần ghi lý do thay thế.")
    paper.move(
        "supersede",
        by=by,
        summary=f"Thay thế {paper.audit_name}, phiên bản {paper.version}: {reason}",
        note=reason,
    )


def comment(paper, *, by, unit, clause, clause_label, text):
    """A member unit's remark on one clause. Raises ValidationError when comments are closed."""
    with transaction.atomic():
        row = Paper.objects.select_for_update(of=("self",)).get(pk=paper.pk)
        if row.state != Paper.State.COMMENTING:
            raise ValidationError("Văn bản hiện không lấy ý kiến.")
        remark = Comment.objects.create(
            paper=paper, by=by, unit=unit, clause=clause, clause_label=clause_label, text=text
        )
        audit.record(
            "paper.comment",
            chain=paper.audit_chain,
            by=by,
            target=f"{paper.audit_path}/{clause}",
            summary=f"Góp ý {clause_label} của {paper.audit_name}.",
            after={"text": text},
        )
    return remark


def answer(remark, *, by, answer, text):
    """The lead's answer to a remark, given once."""
    with transaction.atomic():
        row = Comment.objects.select_for_update(of=("self",)).get(pk=remark.pk)
        if row.answered_at:
            raise ValidationError("Ý kiến này đã được trả lời.")
        if answer == Comment.Answer.EXPLAINED and not text.strip():
            raise ValidationError("Không tiếp thu thì cần ghi lý do.")
        row.answer, row.answer_text = answer, text
        row.answered_by, row.answered_at = by, timezone.now()
        row.save(update_fields=["answer", "answer_text", "answered_by", "answered_at"])
        audit.record(
            "paper.answer",
            chain=row.paper.audit_chain,
            by=by,
            target=f"{row.paper.audit_path}/{row.clause}",
            summary=f"Trả lời góp ý {row.clause_label}: {row.get_answer_display()}.",
            after={"text": text},
        )
