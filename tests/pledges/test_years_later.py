"""A pledge checked years after it was signed: by its signatures, by the record, by other readers."""

import io
import subprocess
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from pledges import signing, verification
from pledges.models import SigningAuthority
from pledges.models.authority import root_certificates
from pledges.verification import Answer
from tests.env import needs_poppler
from tests.factories import EmulationYearFactory, PaperFactory, last_file

pytestmark = pytest.mark.django_db

NINE_YEARS = timedelta(days=9 * 365 + 3)


@pytest.fixture
def in_force():
    paper = PaperFactory(year=EmulationYearFactory(eight=True), complete=True)
    return last_file(paper).file.read()


def test_signatures_hold_as_of_nine_years_later(in_force):
    at = timezone.now() + NINE_YEARS

    found = signing.verify.inspect(in_force, root_certificates(), at)

    assert found.complete
    assert len(found.signatures) == 9
    assert all(one.intact and one.trusted and one.docmdp_ok for one in found.signatures)


def test_public_answer_is_the_same_nine_years_later(in_force, today, client):
    today.shift(NINE_YEARS)

    verdict = verification.of_file(in_force)

    assert timezone.now().year == 2035
    assert verdict.answer == Answer.COMPLETE
    page = client.get(f"/xac-minh/{verdict.paper.code}/").content.decode()
    assert "Giao ước đã hoàn tất, đủ 8/8" in page
    assert "09:00, 06/4/2026" in page


def test_command_passes_nine_years_later(in_force, today, tmp_path):
    (tmp_path / "giao-uoc.pdf").write_bytes(in_force)
    today.shift(NINE_YEARS)

    said = io.StringIO()
    call_command("verify_pdf", str(tmp_path / "giao-uoc.pdf"), stdout=said)

    assert "TOÀN VẸN, đủ 8/8 đơn vị" in said.getvalue()


def test_signatures_are_no_longer_trusted_once_the_authority_has_run_out(in_force):
    after = datetime(2060, 1, 1, tzinfo=timezone.get_current_timezone())

    found = signing.verify.inspect(in_force, root_certificates(), after)

    assert not found.intact
    assert all(one.intact and not one.trusted for one in found.signatures)


def test_root_made_later_does_not_replace_the_one_that_signed(in_force):
    later = timezone.now() + NINE_YEARS
    new = signing.ca.new_root("Khối thi đua - Gốc", "Ủy ban nhân dân tỉnh", "mới", later)
    SigningAuthority.objects.create(
        level="root", certificate_pem=new.certificate_pem, key_pem=new.key_pem
    )

    assert len(root_certificates()) == 2
    assert verification.of_file(in_force).answer == Answer.COMPLETE
    assert not signing.verify.inspect(in_force, [new.certificate_pem]).intact


@needs_poppler
def test_poppler_finds_the_signatures_valid_whatever_the_year(in_force, tmp_path):
    (tmp_path / "giao-uoc.pdf").write_bytes(in_force)

    said = subprocess.run(
        ["pdfsig", str(tmp_path / "giao-uoc.pdf")], capture_output=True, text=True, check=True
    ).stdout

    assert said.count("Signature is Valid.") == 9
