"""A pledge signed with tokens and stamped, ten years later: everything that vouched for it has expired."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from pledges import registering, time_stamps, validations, verification
from pledges.certificates import read_list
from pledges.models import (
    RegisteredCertificate,
    SignatureValidation,
    SignedFile,
    TrustedCertificate,
)
from pledges.verification import Answer
from tests.factories import (
    PaperFactory,
    UserFactory,
    hold_for,
    last_file,
    lead_of,
    officer_of,
    sign_with_token,
    signed_outside,
    token_of,
    trust_provider,
)
from tests.pledges.pages import text_of
from tests.pledges.signing import pki
from tests.pledges.time_stamping import END as STAMP_AUTHORITY_ENDS
from tests.pledges.time_stamping import NAME as STAMP_AUTHORITY
from tests.pledges.time_stamping import answer, authority

pytestmark = pytest.mark.django_db
TEN_YEARS = timedelta(days=10 * 365 + 60)
YEAR = timedelta(days=365)


def import_lists(*revoked):
    """Lists of root and sub-CA of now, the latter with what was revoked the day before."""
    secretariat, at = UserFactory(secretariat=True), timezone.now() - timedelta(hours=1)
    for der in (pki.crl(by=pki.root(), at=at), pki.crl(*revoked, at=at)):
        registering.import_list(read_list(der), by=secretariat)


@pytest.fixture
def paper(tmp_path, settings, monkeypatch):
    """Signed by both leaders with fresh revocation lists at hand, and stamped."""
    trust_provider()
    import_lists()
    paper = PaperFactory(token=True, signing=True)
    for party in paper.parties.order_by("position"):
        sign_with_token(paper, party.unit)
    (tmp_path / "roots.pem").write_text(authority().root)
    settings.TSA_URL, settings.TSA_CA = "http://dau-thoi-gian.test/", str(tmp_path / "roots.pem")
    monkeypatch.setattr(time_stamps, "ask", lambda url, request: answer(request, timezone.now()))
    assert "1 đã thêm" in time_stamps.tick()
    settings.TSA_URL = settings.TSA_CA = ""
    return paper


@pytest.fixture
def later(paper, today):
    """Ten years on: leaders' certificates, both authorities above them and the stamp's have ended."""
    today.shift(TEN_YEARS)
    ends = [
        *RegisteredCertificate.objects.values_list("not_after", flat=True),
        *TrustedCertificate.objects.values_list("not_after", flat=True),
        STAMP_AUTHORITY_ENDS,
    ]
    assert len(ends) == 5
    assert all(end < timezone.now() for end in ends)


@pytest.fixture
def rotated(later):
    """Besides, a new authority here, and the provider's taken off the trust list for another's."""
    call_command("init_ca", "--rotate", "root", stdout=io.StringIO())
    for row in TrustedCertificate.objects.in_use():
        registering.withdraw(row, by=row.added_by, reason="Nơi cấp đã đổi chứng thư.")


def in_force(paper):
    return last_file(paper).file.read()


def results(paper):
    """The last result of each signature, with its sentence."""
    rows = SignatureValidation.objects.filter(signature__party__paper=paper).order_by("at", "pk")
    last = {row.signature_id: (row.result, row.sentence) for row in rows}
    return [last[key] for key in sorted(last)]


def revalidated(paper):
    assert validations.revalidate(paper, by=officer_of(lead_of(paper.year))) == 2
    return results(paper)


def assert_complete(paper, client, tmp_path):
    """The answer of the function, of the page and of the command, each with its signatures."""
    data = in_force(paper)
    verdict = verification.of_file(data)
    assert last_file(paper).kind == SignedFile.Kind.TIME_STAMP
    assert (verdict.answer, verdict.problem) == (Answer.COMPLETE, "")
    assert all(row.intact and row.trusted for row in verdict.inspection.signatures)
    page = text_of(client.get(f"/xac-minh/{paper.code}/"))
    assert "đủ 2/2 đơn vị ký số" in page
    assert STAMP_AUTHORITY in page
    (tmp_path / "giao-uoc.pdf").write_bytes(data)
    said = io.StringIO()
    call_command("verify_pdf", str(tmp_path / "giao-uoc.pdf"), stdout=said)
    assert "TOÀN VẸN, đủ 2/2 đơn vị" in said.getvalue()
    assert said.getvalue().count(": nguyên vẹn") == 4
    return page


def test_file_is_complete_and_each_check_is_told_with_its_day(paper, later, client, tmp_path):
    page = assert_complete(paper, client, tmp_path)

    assert page.count("Kiểm tra lúc 09:00, 06/4/2026") == 2
    assert [result for result, _sentence in results(paper)] == ["valid", "valid"]


def test_file_is_complete_though_its_authorities_were_replaced(paper, rotated, client, tmp_path):
    assert_complete(paper, client, tmp_path)


def test_check_of_ten_years_later_goes_by_what_was_known_at_signing(paper, later):
    assert revalidated(paper) == [("valid", validations.GOOD)] * 2


def test_check_under_another_trust_list_says_that_it_cannot_tell(paper, rotated, client, tmp_path):
    assert revalidated(paper) == [("unknown", validations.NOT_TRUSTED)] * 2

    page = assert_complete(paper, client, tmp_path)
    assert page.count(validations.NOT_TRUSTED) == 2
    assert validations.GOOD not in page


def test_what_was_not_known_at_signing_is_not_known_ten_years_later(today):
    paper = PaperFactory(token=True, complete=True)
    today.shift(TEN_YEARS)

    assert revalidated(paper) == [("unknown", validations.NOT_KNOWN)] * 2


@pytest.mark.parametrize(
    ("after", "result", "says"),
    [
        (timedelta(hours=12), "invalid", "bị thu hồi trước khi ký"),
        (YEAR, "unknown", "sau khi chữ ký được nhận"),
    ],
)
def test_revocation_learnt_while_it_was_valid_is_not_forgotten(paper, today, after, result, says):
    post = paper.parties.get(position=1).signatures.get().user.appointments.get()
    today.shift(after)
    import_lists(token_of(post))
    assert revalidated(paper)[0][0] == result
    today.shift(TEN_YEARS)

    (first, sentence), second = revalidated(paper)

    assert first == result
    assert says in sentence
    assert second == ("valid", validations.GOOD)


def test_signature_by_a_withdrawn_authority_that_was_never_recorded_is_not_vouched_for(today):
    paper = PaperFactory(token=True, signing=True)
    hold = hold_for(paper, lead_of(paper.year))
    data = signed_outside(hold)
    assert verification.of_file(data).inspection.intact
    for row in TrustedCertificate.objects.in_use():
        registering.withdraw(row, by=row.added_by, reason="Lộ khóa của nơi cấp.")

    verdict = verification.of_file(data)

    assert verdict.answer == Answer.ALTERED
    assert not verdict.inspection.signatures[-1].trusted
