"""From an adopted text to a sealed file with one empty field for every signer."""

from collections import Counter
from dataclasses import dataclass, replace

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from khoithidua import audit, printing
from khoithidua.models import StoredFile
from pledges import signing
from pledges.changes import supersede_unfinished
from pledges.composing import pledge_content, signing_memberships
from pledges.models import Paper, Party, SignedFile
from pledges.models.authority import NoAuthority, current_issuer
from pledges.models.paper import new_code
from pledges.registering import trust_list
from units.models import Appointment

SEAL_NAME = "Niêm phong kỹ thuật"
NO_TRUST_LIST = (
    "Chưa có chứng thư tin cậy nào để kiểm tra chữ ký số. Ban Thi đua nhập danh sách ở trang quản "
    "trị trước khi chọn hình thức ký số công vụ."
)
NO_BREAK_SPACE = "\u00a0"


@dataclass(frozen=True)
class NamedSigner:
    """Who is expected to sign for a unit: shown in the empty box, not binding."""

    name: str
    title: str


def expected_signers(memberships, day):
    """The leader each unit has on `day`, by unit; the one appointed last when there are several."""
    leaders = (
        Appointment.objects.on(day)
        .filter(kind=Appointment.Kind.LEADER, unit__in=[row.unit_id for row in memberships])
        .select_related("user")
        .order_by("unit", "-start_on", "pk")
    )
    named = {}
    for leader in leaders:
        named.setdefault(leader.unit_id, NamedSigner(leader.user.full_name, leader.signing_title))
    return named


def missing_before_freeze(paper, signers=None):
    """Sentences that say what still keeps the paper from being frozen; empty when nothing does."""
    members = signing_memberships(paper)
    missing = []
    if len(members) < 2:
        missing.append("Khối chưa có đủ đơn vị thành viên vào ngày ghi trên văn bản.")
    if not paper.sections.exists():
        missing.append("Giao ước chưa có mục nội dung nào.")
    named = expected_signers(members, timezone.localdate()) if signers is None else signers
    for member in members:
        if member.unit_id not in named:
            name = member.unit.name_on(paper.dated_on)
            missing.append(f"{name.full} chưa có tài khoản lãnh đạo để ký.")
    return missing


def freeze(paper, *, by, form, signers=None, is_record=False):
    """Render the adopted text once, place the fields, seal the file; return the FROZEN paper.

    signers: {unit id: NamedSigner}; by default today's leaders. is_record: the paper was signed by
    hand already, and its print-out is to say so instead of leaving room for pens. Raises
    ValidationError with every reason when the paper is not ready. What is rendered is what was
    adopted: should the paper change while it is being rendered, nothing is stored.
    """
    paper = _for_freezing(paper)
    members = signing_memberships(paper)
    named = expected_signers(members, timezone.localdate()) if signers is None else signers
    missing = missing_before_freeze(paper, named)
    if missing:
        raise ValidationError(missing)
    if not paper.may("freeze"):
        raise ValidationError("Chỉ chốt được văn bản đã thông qua và chưa chốt.")
    if form == Paper.Form.TOKEN and not trust_list()[0]:
        raise ValidationError(NO_TRUST_LIST)
    issuer = _issuer()
    paper.form = form
    code = new_code(paper)
    content = _content(paper, code, members, named, is_record)
    printed = printing.render("print/pledge.html", {"paper": content}, images=None)
    prepared = signing.prepare.place_fields(
        printed.pdf, _fields(paper, content, members, named, printed)
    )
    now = timezone.now()
    signer = issuer.certify(
        signing.ca.Subject(person=SEAL_NAME, unit="Khối thi đua", position=""), now
    )
    with transaction.atomic():
        _refuse_if_changed(paper, form, code, named, content, is_record)
        head = audit.head_of(paper.audit_chain)
        reason = f"{SEAL_NAME}. Nhật ký: {head}"
        sealed = signing.seal.seal(prepared, signer, reason, now, certifies=_certifies(form))
        stored = StoredFile.objects.keep(sealed, content_type="application/pdf", by=by)
        _keep_parties(paper, content, members, named, printed)
        supersede_unfinished(paper, by=by)
        paper.move(
            "freeze",
            by=by,
            summary=f"Chốt {paper.audit_name}, phiên bản {paper.version}.",
            form=form,
            code=code,
            frozen_at=now,
            page_count=printed.pages,
            figures=figures_of(content),
            reading_html=render_to_string("pledges/includes/paper.html", {"paper": content}),
        )
        entry = audit.record(
            "paper.seal",
            chain=paper.audit_chain,
            by=by,
            target=paper.audit_path,
            summary=f"Niêm phong kỹ thuật {paper.audit_name}.",
            after={"sha256": stored.sha256, "code": code, "form": form},
        )
        SignedFile.objects.create(
            paper=paper,
            sequence=0,
            kind=SignedFile.Kind.SEAL,
            file=stored,
            at=now,
            head_in_file=head,
            audit_digest=entry.digest,
        )
    return paper


def _refuse_if_changed(paper, form, code, named, content, is_record):
    """Lock the paper and compose it anew: what was rendered must be what is adopted now."""
    row = (
        Paper.objects.select_for_update(of=("self",))
        .select_related("year__bloc__authority")
        .get(pk=paper.pk)
    )
    row.form = form
    if (
        not row.may("freeze")
        or _content(row, code, signing_memberships(row), named, is_record) != content
    ):
        raise ValidationError("Văn bản vừa được sửa hoặc vừa được chốt; hãy xem lại.")


def figures_of(content):
    """What a frozen pledge counts, for the year's overview: [[what, how many], …]."""
    figures = [["nội dung thi đua trong giao ước", len(content.sections)]]
    targets = sum(len(unit.targets) for unit in content.targets)
    if targets:
        figures.append(["chỉ tiêu các đơn vị đăng ký", targets])
    titles = Counter(title for unit in content.titles for title in unit.titles)
    for title, units in titles.most_common(2):
        figures.append([f"đơn vị đăng ký {title}", units])
    return figures


def open_signing(paper, *, by):
    """Let the leaders sign."""
    paper.move(
        "open_signing",
        by=by,
        summary=(
            f"Mở ký {paper.audit_name}, "
            + ("ký theo thứ tự trong lưới ký." if paper.in_order else "ký theo thứ tự bất kỳ.")
        ),
        signing_opened_at=timezone.now(),
    )


def _for_freezing(paper):
    return Paper.objects.select_related("year__bloc__authority").get(pk=paper.pk)


def _issuer():
    try:
        return current_issuer()
    except NoAuthority:
        raise ValidationError(
            "Máy chủ chưa có chứng thư để niêm phong; người quản trị cần chạy lệnh init_ca."
        ) from None


def _content(paper, code, members, named, is_record):
    url = settings.SITE_URL + reverse("pledges:verify_code", args=[code])
    content = replace(pledge_content(paper), code=code, verify_url=url, draft_mark="")
    if paper.form != Paper.Form.PAPER:
        return content
    # Signed by hand: a record says so in the box; what is to be signed leaves room above the name.
    mark = "(Đã ký)" if is_record else NO_BREAK_SPACE
    grid = tuple(
        replace(
            cell,
            printed=(*_title_lines(named[member.unit_id]), mark, named[member.unit_id].name),
        )
        for cell, member in zip(content.grid, members, strict=True)
    )
    return replace(content, grid=grid)


def _title_lines(signer):
    return tuple(part.strip() for part in signer.title.split("|"))


def _certifies(form):
    """Files to be signed with tokens are certified too, unless the installation's tool cannot."""
    return form != Paper.Form.TOKEN or settings.TOKEN_CERTIFICATION


def unsigned_stamp(signer, width, height):
    """The look of a box before it is signed: signing title and name of the expected signer."""
    return printing.stamp(
        "print/stamp.html",
        {"titles": _title_lines(signer), "person": signer.name},
        width,
        height,
    )


def _fields(paper, content, members, named, printed):
    """The signature fields of the grid; none on a paper that is signed by hand."""
    if paper.form == Paper.Form.PAPER:
        return []
    specs = []
    for cell, member in zip(content.grid, members, strict=True):
        box = signing.layout.Box(*printed.boxes[cell.leader_field])
        look = unsigned_stamp(named[member.unit_id], box.width, box.height)
        specs.append(signing.layout.FieldSpec(cell.leader_field, box, f"Chữ ký: {cell.unit}", look))
        seal = signing.layout.Box(*printed.boxes[cell.agency_field])
        specs.append(
            signing.layout.FieldSpec(cell.agency_field, seal, f"Chữ ký của cơ quan: {cell.unit}")
        )
    if content.witness:
        box = signing.layout.Box(*printed.boxes[content.witness.leader_field])
        specs.append(
            signing.layout.FieldSpec(
                content.witness.leader_field, box, f"Chứng kiến: {content.witness.unit}"
            )
        )
    return specs


def _keep_parties(paper, content, members, named, printed):
    rows = []
    for number, (cell, member) in enumerate(zip(content.grid, members, strict=True), 1):
        name = member.unit.name_on(paper.dated_on)
        box = printed.boxes.get(cell.leader_field)
        signer = named[member.unit_id]
        fields = () if _certifies(paper.form) else (cell.leader_field, cell.agency_field)
        rows.append(
            Party(
                paper=paper,
                unit=member.unit,
                position=number,
                unit_name=name.full,
                short_name=name.short,
                signer_name=signer.name,
                signer_title=signer.title,
                leader_field=cell.leader_field,
                agency_field=cell.agency_field,
                box_width=box.x1 - box.x0 if box else 0,
                box_height=box.y1 - box.y0 if box else 0,
                boxes={field: list(printed.boxes[field]) for field in fields},
            )
        )
    Party.objects.bulk_create(rows)
