"""`verify_pdf` and `init_ca`: what they say, and with which exit code."""

import io
import shutil
import subprocess

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from khoithidua.models import AuditEntry
from pledges.models import SigningAuthority
from pledges.models.authority import current_issuer, root_certificates
from pledges.signatures import record_signed_on_paper
from pledges.signing.errors import WrongPassphrase
from tests.env import needs_poppler
from tests.factories import EmulationYearFactory, PaperFactory, last_file, make_ca, sign_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    """Writes a paper's file in force (or given bytes) under a name, and returns its path."""

    def kept(what, name="giao-uoc.pdf"):
        data = what if isinstance(what, bytes) else last_file(what).file.read()
        (tmp_path / name).write_bytes(data)
        return str(tmp_path / name)

    return kept


def verify(*files):
    """(exit code, what was said)"""
    said = io.StringIO()
    try:
        call_command("verify_pdf", *files, stdout=said)
    except CommandError as error:
        return error.returncode, said.getvalue()
    return 0, said.getvalue()


# verify_pdf


def test_complete_file_passes(folder):
    paper = PaperFactory(complete=True)

    code, said = verify(folder(paper))

    assert code == 0
    assert "TOÀN VẸN, đủ 2/2 đơn vị" in said
    assert "NIEMPHONG: Niêm phong kỹ thuật, 09:00:00, 06/4/2026 (GMT+7): nguyên vẹn" in said
    assert said.count(": nguyên vẹn") == 3
    assert "2 ô dành cho chữ ký của cơ quan để trống." in said


def test_unfinished_file_fails_and_names_the_empty_boxes(folder):
    code, said = verify(folder(PaperFactory(signing=True, signed=1)))

    assert code == 1
    assert "đang trong quá trình ký kết (1/2)" in said
    assert "KY02: chưa ký" in said


def test_earlier_file_fails(folder):
    paper = PaperFactory(complete=True)

    code, said = verify(folder(paper.signed_files.get(sequence=1).file.read()))

    assert code == 1
    assert "là bản trước (1/2)" in said


def test_superseded_file_fails(folder):
    code, said = verify(folder(PaperFactory(superseded=True)))

    assert code == 1
    assert "Đã có phiên bản thay thế" in said


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda data: data + b"\n", "ĐÃ BỊ THAY ĐỔI so với bản lưu."),
        (lambda data: data[:5000] + b"?" + data[5001:], "ĐÃ BỊ THAY ĐỔI so với bản lưu."),
        (lambda data: b"khong phai PDF", "Không phải tệp do hệ thống này tạo ra."),
        (lambda data: b"", "Không phải tệp do hệ thống này tạo ra."),
        (lambda data: bytes(2**20), "Không phải tệp do hệ thống này tạo ra."),
    ],
    ids=["added", "changed", "not a PDF", "empty", "large"],
)
def test_any_other_file_fails(folder, change, sentence):
    data = last_file(PaperFactory(complete=True)).file.read()

    code, said = verify(folder(change(data)))

    assert code == 1
    assert sentence in said
    assert "TOÀN VẸN" not in said


def test_file_that_is_not_there_fails(tmp_path):
    code, said = verify(str(tmp_path / "khong-co.pdf"))

    assert code == 1
    assert "không đọc được" in said


def test_one_bad_file_among_good_ones_fails_the_whole(folder):
    paper = PaperFactory(complete=True)
    good, bad = folder(paper, "tot.pdf"), folder(b"x", "xau.pdf")

    code, said = verify(good, bad, good)

    assert code == 1
    assert said.count("TOÀN VẸN") == 2


def test_pledge_signed_by_hand_is_complete_under_its_seal(folder):
    paper = PaperFactory(form="paper", frozen=True)
    record_signed_on_paper(paper, by=paper.created_by, on=paper.dated_on)

    code, said = verify(folder(paper))

    assert code == 0
    assert "đủ 2/2 đơn vị" in said


# What readers that are not ours say


@needs_poppler
def test_poppler_finds_the_seal_and_eight_signatures(folder):
    paper = PaperFactory(year=EmulationYearFactory(eight=True), complete=True)

    said = subprocess.run(
        ["pdfsig", folder(paper)], capture_output=True, text=True, check=True
    ).stdout

    assert said.count("Signature is Valid.") == 9
    assert said.count("Total document signed") == 1
    assert "Signature Field Name: KY08" in said


@needs_poppler
@pytest.mark.skipif(not shutil.which("certutil"), reason="needs certutil (libnss3-tools)")
@pytest.mark.parametrize("imported", [True, False])
def test_poppler_trusts_the_signers_once_the_root_is_imported(folder, tmp_path, imported):
    paper = PaperFactory(complete=True)
    store = f"sql:{tmp_path}/nss"
    (tmp_path / "nss").mkdir()
    (tmp_path / "root.pem").write_text(root_certificates()[0])
    run = {"check": True, "capture_output": True, "text": True}
    subprocess.run(["certutil", "-N", "-d", store, "--empty-password"], **run)
    if imported:
        add = ["certutil", "-A", "-d", store, "-n", "goc", "-t", "CT,C,C"]
        subprocess.run([*add, "-i", str(tmp_path / "root.pem")], **run)

    said = subprocess.run(["pdfsig", "-nssdir", store, folder(paper)], **run).stdout

    assert said.count("Signature is Valid.") == 3
    assert said.count("Certificate is Trusted.") == (3 if imported else 0)


# init_ca


def test_first_run_makes_a_root_and_an_issuing_authority():
    call_command("init_ca", stdout=io.StringIO())

    root, issuing = SigningAuthority.objects.order_by("pk")
    assert (root.level, issuing.level, issuing.parent) == ("root", "issuing", root)
    assert "ENCRYPTED" in root.key_pem
    assert AuditEntry.objects.get().action == "ca.create"


def test_second_run_changes_nothing():
    call_command("init_ca", stdout=io.StringIO())
    before = root_certificates()

    said = io.StringIO()
    call_command("init_ca", stdout=said)

    assert "Đã có CA; không làm gì." in said.getvalue()
    assert root_certificates() == before
    assert SigningAuthority.objects.count() == 2


def test_roots_key_can_be_kept_off_the_machine(tmp_path):
    key = tmp_path / "goc.pem"

    call_command("init_ca", "--root-key-to", str(key), stdout=io.StringIO())

    assert SigningAuthority.objects.get(level="root").key_pem == ""
    assert "ENCRYPTED" in key.read_text()
    assert key.stat().st_mode & 0o077 == 0
    assert current_issuer()


def test_file_that_exists_is_not_written_over(tmp_path):
    (tmp_path / "goc.pem").write_text("giữ")

    with pytest.raises(CommandError, match="đã tồn tại"):
        call_command("init_ca", "--root-key-to", str(tmp_path / "goc.pem"))

    assert (tmp_path / "goc.pem").read_text() == "giữ"
    assert not SigningAuthority.objects.exists()


def test_no_authority_is_made_without_a_passphrase(settings):
    settings.CA_PASSPHRASE = ""

    with pytest.raises(ImproperlyConfigured):
        call_command("init_ca")

    assert not SigningAuthority.objects.exists()


def test_passphrase_is_read_from_its_file(settings, tmp_path):
    make_ca()
    (tmp_path / "cau").write_text(f"{settings.CA_PASSPHRASE}\n")
    settings.CA_PASSPHRASE, settings.CA_PASSPHRASE_FILE = "", str(tmp_path / "cau")

    assert current_issuer()


def test_wrong_passphrase_signs_nothing(settings):
    paper = PaperFactory(signing=True)
    settings.CA_PASSPHRASE = "sai"

    with pytest.raises(WrongPassphrase):
        sign_for(paper, paper.parties.get(position=1).unit)

    assert last_file(paper).sequence == 0
