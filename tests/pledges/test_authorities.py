"""Certificate authorities renewed: what was signed before still verifies, and nobody is surprised."""

import io
from datetime import timedelta

import pytest
from cryptography import x509
from django.core.management import CommandError, call_command
from django.utils import timezone

from khoithidua.models import AuditEntry, Outbox
from pledges import authorities, verification
from pledges.models import ExpiryNotice, SigningAuthority
from pledges.models.authority import current_issuer, issuing_in_use, root_authorities
from pledges.verification import Answer
from tests.factories import PaperFactory, UserFactory, last_file, make_ca, sign_for
from tests.pledges.pages import text_of
from tests.racing import race

pytestmark = pytest.mark.django_db


def init_ca(*words):
    said = io.StringIO()
    call_command("init_ca", *words, stdout=said)
    return said.getvalue()


def verify(paper, folder):
    """What `verify_pdf` says of the paper's file in force; it raises unless all is well."""
    (folder / "giao-uoc.pdf").write_bytes(last_file(paper).file.read())
    said = io.StringIO()
    call_command("verify_pdf", str(folder / "giao-uoc.pdf"), stdout=said)
    return said.getvalue()


# Renewal


@pytest.mark.parametrize("which", ["issuing", "root"])
def test_files_from_before_and_after_a_renewal_both_verify(ca, which, tmp_path, client):
    before = PaperFactory(complete=True)

    init_ca("--rotate", which)
    after = PaperFactory(complete=True)

    for paper in (before, after):
        assert "TOÀN VẸN, đủ 2/2 đơn vị" in verify(paper, tmp_path)
        assert verification.of_file(last_file(paper).file.read()).answer == Answer.COMPLETE
        assert "đã hoàn tất, đủ 2/2" in text_of(client.get(f"/xac-minh/{paper.code}/"))


@pytest.mark.parametrize("which", ["issuing", "root"])
def test_file_signed_across_a_renewal_verifies(ca, which, tmp_path):
    paper = PaperFactory(signing=True, signed=1)

    init_ca("--rotate", which)
    sign_for(paper, paper.parties.get(position=2).unit)

    assert "TOÀN VẸN, đủ 2/2 đơn vị" in verify(paper, tmp_path)


def test_new_issuing_authority_signs_under_the_same_root(ca):
    assert "Đã tạo CA cấp phát mới" in init_ca("--rotate", "issuing")

    new = issuing_in_use()
    assert new != ca
    assert new.parent == ca.parent
    assert current_issuer().certificate == certificate(new)
    certificate(new).verify_directly_issued_by(certificate(ca.parent))


def test_new_root_brings_a_new_issuing_authority(ca):
    init_ca("--rotate", "root")

    new = issuing_in_use()
    assert new.parent != ca.parent
    assert [root.pk for root in root_authorities()] == [new.parent_id, ca.parent_id]
    assert "ENCRYPTED" in new.parent.key_pem


def certificate(row):
    return x509.load_pem_x509_certificate(row.certificate_pem.encode())


def test_renewal_is_recorded_with_the_fingerprints(ca):
    init_ca("--rotate", "root")
    init_ca("--rotate", "issuing")

    root, issuing = AuditEntry.objects.filter(action__startswith="ca.rotate").order_by("pk")
    assert root.after["root"] == root_authorities().first().certificate.sha256
    assert root.after["root_key"] == "đã mã hóa, trong hệ thống"
    assert issuing.after == {"issuing": issuing_in_use().certificate.sha256}


def test_root_kept_off_the_machine_certifies_from_its_file(tmp_path, settings):
    key = tmp_path / "goc.pem"
    init_ca("--root-key-to", str(key))
    (tmp_path / "cu").write_text(f"{settings.CA_PASSPHRASE}\n")
    settings.CA_PASSPHRASE = "mật khẩu mới"

    init_ca(
        "--rotate", "issuing", "--root-key", str(key), "--root-passphrase-file", f"{tmp_path}/cu"
    )

    assert SigningAuthority.objects.filter(level="issuing").count() == 2
    assert current_issuer()
    assert not root_authorities().first().key_pem


def test_new_root_can_be_kept_off_the_machine(ca, tmp_path):
    key = tmp_path / "goc-moi.pem"

    init_ca("--rotate", "root", "--root-key-to", str(key))

    assert root_authorities().first().key_pem == ""
    assert key.stat().st_mode & 0o077 == 0
    init_ca("--rotate", "issuing", "--root-key", str(key))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--root-key", "x"], "chỉ đi với --rotate issuing"),
        (["--rotate", "root", "--root-key", "x"], "chỉ đi với --rotate issuing"),
        (["--rotate", "issuing", "--root-key-to", "x"], "chỉ dùng khi tạo CA gốc"),
        (["--rotate", "issuing", "--root-key", "/khong/co"], "Không đọc được /khong/co"),
    ],
)
def test_options_that_do_not_go_together_change_nothing(ca, words, sentence):
    with pytest.raises(CommandError, match=sentence):
        init_ca(*words)

    assert SigningAuthority.objects.count() == 2


def test_nothing_is_renewed_before_there_is_an_authority():
    with pytest.raises(CommandError, match="Chưa có CA"):
        init_ca("--rotate", "root")


def test_root_key_that_is_not_there_is_asked_for(tmp_path):
    init_ca("--root-key-to", str(tmp_path / "goc.pem"))

    with pytest.raises(CommandError, match="cần --root-key"):
        init_ca("--rotate", "issuing")


def test_key_of_another_root_certifies_nothing(ca, tmp_path):
    init_ca("--rotate", "root")
    (tmp_path / "cu.pem").write_text(ca.parent.key_pem)

    with pytest.raises(CommandError, match="Khóa không phải của chứng thư gốc này"):
        init_ca("--rotate", "issuing", "--root-key", f"{tmp_path}/cu.pem")


def test_wrong_passphrase_certifies_nothing(ca, settings):
    settings.CA_PASSPHRASE = "sai"

    with pytest.raises(CommandError, match="Mật khẩu khóa không đúng"):
        init_ca("--rotate", "issuing")

    assert SigningAuthority.objects.count() == 2


def test_root_that_is_about_to_end_certifies_no_new_authority(ca, today):
    today.move_to(ca.parent.certificate.ends - timedelta(days=60))

    with pytest.raises(CommandError, match="cần tạo CA gốc mới"):
        init_ca("--rotate", "issuing")
    init_ca("--rotate", "root")

    assert authorities.alarms(timezone.localdate()) == []


def test_file_that_exists_is_not_written_over_and_no_root_is_made(ca, tmp_path):
    (tmp_path / "goc.pem").write_text("giữ")

    with pytest.raises(CommandError, match="đã tồn tại"):
        init_ca("--rotate", "root", "--root-key-to", str(tmp_path / "goc.pem"))

    assert SigningAuthority.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_leader_who_signs_while_the_authority_is_renewed_has_signed(tmp_path):
    paper = PaperFactory(signing=True, signed=1)

    results = race(
        lambda: sign_for(paper, paper.parties.get(position=2).unit),
        lambda: init_ca("--rotate", "root"),
    )

    assert not any(isinstance(result, Exception) for result in results)
    assert "TOÀN VẸN, đủ 2/2 đơn vị" in verify(paper, tmp_path)


# Roots to import


def test_help_page_offers_every_root(ca, client):
    init_ca("--rotate", "root")

    page = client.get("/xac-minh/chung-thu-goc/").content.decode()

    for root in root_authorities():
        address = f"/xac-minh/chung-thu-goc/{root.certificate.sha256}.cer"
        answer = client.get(address)
        assert f'href="{address}"' in page
        assert answer["Content-Type"] == "application/pkix-cert"
        assert b"".join(answer) == root.certificate.der
    assert page.count("đang dùng") == 1


def test_help_page_without_an_authority_offers_none(client):
    page = client.get("/xac-minh/chung-thu-goc/").content.decode()

    assert ".cer" not in page.partition("Adobe")[0]


@pytest.mark.parametrize("name", ["0" * 64, "x", "..%2F"])
def test_root_that_never_was_is_not_found(ca, client, name):
    assert client.get(f"/xac-minh/chung-thu-goc/{name}.cer").status_code == 404


# Alarms


def days_before_the_end(days, ca):
    return ca.certificate.ends - timedelta(days=days)


@pytest.mark.parametrize(("days", "count"), [(61, 0), (60, 1), (1, 1), (0, 1), (-1, 1)])
def test_alarm_begins_sixty_days_before_the_end(ca, today, days, count):
    today.move_to(days_before_the_end(days, ca))

    assert len(authorities.alarms(timezone.localdate())) == count


def test_root_that_ends_alarms_too(ca, today):
    today.move_to(ca.parent.certificate.ends - timedelta(days=10))

    said = [authorities.words_of(row, timezone.localdate()) for row in both(ca)]

    assert authorities.alarms(timezone.localdate()) == both(ca)
    assert "CA cấp phát của hệ thống đã hết hạn ngày" in said[0]
    assert "CA gốc của hệ thống còn 10 ngày" in said[1]


def both(ca):
    return [ca, ca.parent]


def test_mail_goes_out_once_at_each_limit_to_those_who_run_it(ca, today):
    told = [UserFactory(secretariat=True), UserFactory(superuser=True)]
    UserFactory(inspector=True)
    UserFactory(secretariat=True, is_active=False)
    counts = []
    for days in (61, 60, 59, 31, 30, 8, 7, 1, -1):
        today.move_to(days_before_the_end(days, ca))
        authorities.tick()
        counts.append(Outbox.objects.count())

    assert counts == [0, 2, 2, 2, 4, 4, 6, 6, 6]
    assert set(Outbox.objects.values_list("to", flat=True)) == {user.email for user in told}
    assert [row.days for row in ExpiryNotice.objects.order_by("pk")] == [60, 30, 7]
    assert "init_ca --rotate issuing" in Outbox.objects.order_by("pk").first().body


def test_tick_that_stood_still_tells_of_the_nearest_limit_only(ca, today):
    UserFactory(secretariat=True)
    today.move_to(days_before_the_end(5, ca))

    assert authorities.tick() == "Báo CA sắp hết hạn: 1."
    assert authorities.tick() == ""
    assert Outbox.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_mail_once(today):
    ca = make_ca()
    UserFactory(secretariat=True)
    today.move_to(days_before_the_end(20, ca))

    race(authorities.tick, authorities.tick)

    assert Outbox.objects.count() == 1


def test_renewed_authority_is_told_of_no_more(ca, today):
    today.move_to(days_before_the_end(20, ca))

    init_ca("--rotate", "issuing")

    # Under the old root, which ends later than a new issuing authority would.
    assert authorities.alarms(timezone.localdate()) == []


@pytest.mark.parametrize("trait", ["secretariat", "superuser"])
def test_those_who_run_it_see_the_alarm_at_home_and_in_the_panel(ca, today, login, trait):
    today.move_to(days_before_the_end(20, ca))
    client = login(UserFactory(**{trait: True}))

    home, panel = client.get("/"), client.get("/quan-tri/")

    assert "Báo người quản trị máy chủ cấp mới CA cấp phát" in text_of(home)
    for page in (home, panel):
        assert "CA cấp phát của hệ thống còn 20 ngày" in text_of(page)


def test_alarm_goes_from_the_pages_with_the_renewal(ca, today, login):
    today.move_to(days_before_the_end(20, ca))
    client = login(UserFactory(secretariat=True))
    before = text_of(client.get("/"))

    init_ca("--rotate", "issuing")

    assert "CA cấp phát" in before
    assert "CA cấp phát" not in text_of(client.get("/"))


def test_members_are_not_troubled_with_it(today, login):
    paper = PaperFactory(complete=True)
    today.move_to(days_before_the_end(20, make_ca()))

    assert "CA cấp phát" not in text_of(login(paper.created_by).get("/"))


def test_nothing_is_said_while_there_is_time(ca, login):
    client = login(UserFactory(superuser=True))

    assert "CA cấp phát" not in text_of(client.get("/")) + text_of(client.get("/quan-tri/"))
