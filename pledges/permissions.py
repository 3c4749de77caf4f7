"""Who may read, write, comment on, adopt and sign a paper."""

from django.utils import timezone

from khoithidua.text import date_long, initial_upper
from pledges.models import Paper, RegisteredCertificate, Signature
from units.models import Appointment, Phase, Role, deadlines
from units.permissions import (
    acts_for_lead,
    appointment_in,
    is_inspector,
    is_secretariat,
    is_supervisor,
    memberships_of,
    own_authority,
)
from units.working_days import calendar_of

ASK = object()
NOBODY_FOR_ANOTHER = "Tài khoản quản trị không ký thay bất kỳ ai."
WRITERS = (Appointment.Kind.LEADER, Appointment.Kind.OFFICER)


def can_read(user, paper, memberships):
    """A draft is the lead unit's alone; from the asking for comments on everyone of the year reads."""
    set_aside = paper.state == Paper.State.WITHDRAWN and paper.adopted_on is None
    if paper.state != Paper.State.DRAFT and not set_aside:
        return True
    return acts_for_lead(user, memberships) or is_inspector(user)


def can_write(user, year, memberships):
    """The lead unit's people write the bloc's papers while the year is open."""
    return year.closed_on is None and acts_for_lead(user, memberships)


def can_edit(user, paper, memberships):
    return paper.is_open and can_write(user, paper.year, memberships)


def can_comment(user, paper, memberships):
    """Officers and leaders of member units, while comments are asked for."""
    return paper.state == Paper.State.COMMENTING and bool(commenting_units(user, memberships))


def commenting_units(user, memberships):
    """Units in whose name the user may comment or register targets."""
    return [
        member.unit
        for member in memberships_of(user, memberships)
        if appointment_in(user, member.unit_id, *WRITERS)
    ]


def can_register_targets(user, paper, memberships, unit_id):
    """A unit registers its own targets; the lead unit, who writes the paper, anyone's."""
    if not paper.is_open:
        return False
    if can_write(user, paper.year, memberships):
        return True
    return any(unit.pk == unit_id for unit in commenting_units(user, memberships)) and (
        paper.state == Paper.State.COMMENTING
    )


def can_open_file(user, paper):
    """The file in force is for everyone who may open the year, once it is frozen."""
    return paper.is_frozen


def signing_appointment(user, party):
    """The appointment by which the user signs for this unit today; None when there is none."""
    return appointment_in(user, party.unit_id, Appointment.Kind.LEADER)


def signing_posts(user):
    """Posts held today whose certificates the holder registers: a leader's, a clerk's (the agency's)."""
    if user.is_staff:
        return []
    kinds = (Appointment.Kind.LEADER, Appointment.Kind.CLERK)
    return [post for post in user.current_appointments if post.kind in kinds]


def certificates_seen(user):
    """Whose registration, and what it was proved by, the user may read: one's own; the Ban Thi đua all."""
    if not user.is_staff:
        return RegisteredCertificate.objects.of_posts(signing_posts(user))
    authority = own_authority(user)
    rows = RegisteredCertificate.objects.all()
    return rows if authority is None else rows.of_authority(authority)


def signing_deadline(year):
    """Last day to sign, in the signing phase that is open or comes next; None without one.

    Asked of the database; pages that only show it ask their YearPage, which remembers.
    """
    phases = list(year.phases.filter(kind=Phase.Kind.SIGN))
    if not phases:
        return None
    calendar = calendar_of(year.bloc.authority)
    return deadlines(phases, calendar, timezone.localdate())[Phase.Kind.SIGN]


def why_not_sign(user, paper, party, deadline=ASK):
    """A sentence that says why this user cannot sign for this unit now; empty when they can.

    Nobody signs for another: no superuser, no secretariat, no officer; only a leader appointed in
    that unit today, whoever was expected to sign at the freeze. deadline: the last day to sign, or
    None, where the caller knows it; asked of the database otherwise.
    """
    if user.is_staff:
        return NOBODY_FOR_ANOTHER
    if signing_appointment(user, party) is None:
        return f"Chỉ lãnh đạo của {party.unit_name} ký được cho đơn vị."
    if paper.form != Paper.Form.SYSTEM:
        return f"Văn bản này ký theo hình thức {paper.get_form_display()}."
    if paper.state != Paper.State.SIGNING:
        return _not_signing(paper)
    if party.signature:
        return f"{party.unit_name} đã ký."
    return _too_late(paper, deadline) or _not_their_turn(paper, party)


def _not_signing(paper):
    return f"{initial_upper(paper.audit_name)} hiện {paper.get_state_display()}."


def _too_late(paper, deadline):
    if deadline is ASK:
        deadline = signing_deadline(paper.year)
    if deadline and timezone.localdate() > deadline:
        return f"Đã hết hạn ký ({date_long(deadline)}). Đơn vị trưởng khối có thể gia hạn."
    return ""


def token_post(user, party, kind):
    """The appointment by which the user hands in this kind of token signature; None without one.

    A leader the leader's own, a clerk the agency's, who keeps its device.
    """
    wanted = Appointment.Kind.LEADER if kind == Signature.Kind.LEADER else Appointment.Kind.CLERK
    return appointment_in(user, party.unit_id, wanted)


def why_not_hold(user, paper, party, kind, deadline=ASK):
    """A sentence that says why this user cannot take the turn to sign with a token; else empty."""
    if user.is_staff:
        return NOBODY_FOR_ANOTHER
    if token_post(user, party, kind) is None:
        who = "lãnh đạo" if kind == Signature.Kind.LEADER else "văn thư"
        return f"Chỉ {who} của {party.unit_name} nộp được chữ ký này."
    if paper.form != Paper.Form.TOKEN:
        return f"Văn bản này ký theo hình thức {paper.get_form_display()}."
    if paper.state != Paper.State.SIGNING:
        return _not_signing(paper)
    if kind == Signature.Kind.AGENCY:
        return _why_no_agency_seal(paper, party) or _too_late(paper, deadline)
    if party.signature:
        return f"{party.unit_name} đã ký."
    return _too_late(paper, deadline) or _not_their_turn(paper, party)


def can_release_hold(user, memberships):
    """The lead unit's people take back a turn whose holder is gone."""
    return acts_for_lead(user, memberships)


def can_revalidate(user, paper, memberships):
    """Token signatures are checked anew by the lead unit, the bloc's supervisor, the secretariat."""
    return paper.form == Paper.Form.TOKEN and (
        acts_for_lead(user, memberships)
        or is_supervisor(user, paper.year.bloc)
        or is_secretariat(user)
    )


def _why_no_agency_seal(paper, party):
    if not paper.with_agency_seals:
        return "Văn bản này không lấy chữ ký của cơ quan."
    if party.signature is None:
        return f"Chờ lãnh đạo {party.unit_name} ký trước."
    return f"{party.unit_name} đã có chữ ký của cơ quan." if party.agency_signature else ""


def why_not_ask(user, paper, party):
    """A sentence that says why this user cannot ask for a change now; empty when they can.

    Asked by who would sign, before they do. Whoever asks while another request waits is heard too.
    """
    if user.is_staff:
        return "Tài khoản quản trị không đề nghị thay bất kỳ ai."
    if signing_appointment(user, party) is None:
        return f"Chỉ lãnh đạo của {party.unit_name} đề nghị được cho đơn vị."
    if paper.state not in (Paper.State.SIGNING, Paper.State.CHANGE_REQUESTED):
        return f"{initial_upper(paper.audit_name)} hiện {paper.get_state_display()}."
    if party.signature:
        return f"{party.unit_name} đã ký, nên không đề nghị chỉnh sửa trước khi ký được nữa."
    if paper.replacements.live().exists():
        return "Phiên bản mới đang được soạn; hãy góp ý vào phiên bản đó."
    if party.change_requests.filter(outcome="").exists():
        return f"{party.unit_name} đã có một đề nghị đang chờ trả lời."
    return ""


def can_see_request(user, request, memberships):
    """Until it is answered, only the lead and the unit that asked; then everyone of the year."""
    return bool(
        request.outcome
        or acts_for_lead(user, memberships)
        or appointment_in(user, request.party.unit_id, *WRITERS)
    )


def can_change_course(user, paper, memberships):
    """The lead answers requests, begins a new version, proposes to withdraw, while the year is open."""
    return can_write(user, paper.year, memberships)


def knows_proposal(user, paper, memberships):
    """Whoever proposes a withdrawal and whoever confirms it; the others are told when it is done."""
    return can_change_course(user, paper, memberships) or can_decide_withdrawal(
        user, paper, memberships
    )


def can_decide_withdrawal(user, paper, memberships):
    """A leader of the deputy unit confirms what the lead proposed."""
    return (
        paper.year.closed_on is None
        and not user.is_staff
        and any(
            member.role == Role.DEPUTY
            and appointment_in(user, member.unit_id, Appointment.Kind.LEADER)
            for member in memberships
        )
    )


def _not_their_turn(paper, party):
    if not paper.in_order:
        return ""
    first = next(
        (
            other
            for other in paper.seats
            if other.position < party.position and other.signature is None
        ),
        None,
    )
    return f"Khối ký theo thứ tự; đang chờ {first.unit_name} ký trước." if first else ""
