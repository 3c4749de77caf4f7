"""One signature against the same calls bare: stamp, key and certificate, increment, validation."""

import statistics

from benchmarks.installation import next_pledge, open_for_signing
from benchmarks.timing import Row, timed

TARGET = 1.3
FIRST_YEAR = 2031


def measure_signing(papers):
    """Every leader signs `papers` pledges; beside each signature the bare calls, before or after."""
    whole, bare = [], []
    for number in range(FIRST_YEAR, FIRST_YEAR + papers):
        paper = open_for_signing(next_pledge(number))
        for turn, party in enumerate(paper.parties.order_by("position")):
            acts = [(whole, _signing(paper, party)), (bare, _bare_calls(paper, party))]
            for seconds, act in acts if turn % 2 else reversed(acts):
                seconds.append(timed(act))
    # The first of each paper opens fonts and keys.
    medians = statistics.median(whole[1:]), statistics.median(bare[1:])
    return [Row("one signature", medians[0], "the same calls bare", medians[1], TARGET)]


def _signing(paper, party):
    from pledges.signatures import Consent, sign

    appointment = _leader(party)
    consent = Consent(declaration="Đồng ý.", proof="password")
    return lambda: sign(paper, party, by=appointment.user, appointment=appointment, consent=consent)


def _bare_calls(paper, party):
    from django.utils import timezone

    from pledges import signing
    from pledges.models.authority import current_issuer, root_certificates
    from pledges.signatures import signed_stamp

    appointment, issuer, roots = _leader(party), current_issuer(), root_certificates()
    before = paper.signed_files.order_by("-sequence").first().file.read()
    subject = signing.ca.Subject(
        person=appointment.user.full_name,
        unit=party.unit_name,
        position=appointment.position,
        serial_number=appointment.user.username,
    )
    reason = f"Xác nhận ký trên hệ thống. Nhật ký: {'0' * 64}"

    def calls():
        now = timezone.now()
        stamp = signed_stamp(
            appointment, appointment.user.full_name, now, party.box_width, party.box_height
        )
        signer = issuer.certify(subject, now)
        after = signing.sign.append_signature(
            before, party.leader_field, signer, stamp, reason, now
        )
        signing.verify.check_increment(before, after, party.leader_field, roots, now)

    return calls


def _leader(party):
    from units.models import Appointment

    return (
        Appointment.objects.filter(unit=party.unit, kind=Appointment.Kind.LEADER)
        .select_related("user")
        .order_by("pk")
        .first()
    )
