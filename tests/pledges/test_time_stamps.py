"""Time stamps from an authority on the network: OpenSSL's `ts` behind a small server of this test."""

import io
import shutil
import socket
from datetime import UTC, timedelta
from time import perf_counter

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from time_machine import escape_hatch

from khoithidua.models import AuditEntry
from pledges import registering, signing, time_stamps, verification
from pledges.certificates import read_certificate
from pledges.models import SignedFile, TimeStamp, TimeStampWait
from pledges.models.authority import root_certificates
from pledges.models.time_stamp import roots_to_take, time_stamp_roots
from pledges.verification import Answer
from tests.factories import PaperFactory, UserFactory, last_file
from tests.pledges.time_stamping import (
    NAME,
    OpenSsl,
    answer,
    authority,
    refusal,
    request_of,
    serving,
)
from tests.racing import race

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl"),
]


@pytest.fixture
def paper():
    return PaperFactory(complete=True)


@pytest.fixture
def second():
    return PaperFactory(complete=True)


@pytest.fixture
def server(paper, today, tmp_path, settings):
    """OpenSSL's authority, trusted by the installation. Its clock is the machine's, so ours is too."""
    today.move_to(escape_hatch.datetime.datetime.now(UTC))
    (tmp_path / "roots.pem").write_text(authority().root)
    with serving(OpenSsl(tmp_path)) as server:
        settings.TSA_URL, settings.TSA_CA = server.url, str(tmp_path / "roots.pem")
        settings.TSA_TIMEOUT = 5
        settings.TICKS = ["pledges.time_stamps.tick"]
        yield server


def tick():
    said = io.StringIO()
    call_command("tick", stdout=said)
    return said.getvalue()


def assert_no_stamp(paper, why):
    """The file in force is the last signature's, and the wait says why there is no stamp."""
    wait = TimeStampWait.objects.get()
    assert why in wait.last_error
    assert wait.next_at > timezone.now()
    assert last_file(paper).kind == SignedFile.Kind.SIGNATURE
    assert not AuditEntry.objects.filter(action="paper.time_stamp").exists()
    assert verification.of_file(last_file(paper).file.read()).answer == Answer.COMPLETE


# Taken


def test_tick_appends_the_stamp_of_the_authority(server, paper):
    before = last_file(paper)

    said = tick()

    file = last_file(paper)
    assert said == "Dấu thời gian: 1 đã thêm, 0 chưa lấy được.\n"
    assert (file.kind, file.sequence, file.parent) == ("time_stamp", before.sequence + 1, before)
    assert file.file.read().startswith(before.file.read())
    assert file.time_stamp.authority == NAME
    assert abs(file.time_stamp.at - timezone.now()) < timedelta(seconds=10)
    assert file.time_stamp.roots_pem == authority().root
    assert not TimeStampWait.objects.exists()


def test_stamp_is_recorded_and_the_record_holds(server, paper):
    tick()

    entry = AuditEntry.objects.get(action="paper.time_stamp")
    assert (entry.actor, entry.after["sha256"]) == ("tick", last_file(paper).file.sha256)
    assert f"Thêm dấu thời gian của {NAME} lúc" in entry.summary
    call_command("verify_audit", stdout=io.StringIO())


def test_stamped_file_is_complete_and_so_is_the_one_before(server, paper):
    before = last_file(paper).file.read()
    tick()

    verdict, earlier = (
        verification.of_file(data) for data in (last_file(paper).file.read(), before)
    )

    assert (verdict.answer, verdict.signed_in_file) == (Answer.COMPLETE, 2)
    assert verdict.time_stamp.authority == NAME
    assert (earlier.answer, earlier.time_stamp) == (Answer.COMPLETE, None)


def test_stamped_file_passes_the_command(server, paper, tmp_path):
    tick()
    (tmp_path / "giao-uoc.pdf").write_bytes(last_file(paper).file.read())

    said = io.StringIO()
    call_command("verify_pdf", str(tmp_path / "giao-uoc.pdf"), stdout=said)

    assert "TOÀN VẸN, đủ 2/2 đơn vị" in said.getvalue()
    assert f"TG01: {NAME}, " in said.getvalue()


def test_stamp_holds_when_the_installation_trusts_another_authority_since(server, paper, settings):
    tick()
    settings.TSA_URL = settings.TSA_CA = ""

    verdict = verification.of_file(last_file(paper).file.read())

    assert verdict.answer == Answer.COMPLETE
    assert time_stamp_roots() == [authority().root]


def test_nine_years_later_the_stamp_still_holds(server, paper, today):
    tick()
    today.shift(timedelta(days=9 * 365 + 3))

    verdict = verification.of_file(last_file(paper).file.read())

    assert verdict.answer == Answer.COMPLETE
    assert all(one.trusted for one in verdict.inspection.signatures)


def test_paper_is_stamped_once(server, paper):
    tick()
    server.asked = 0

    assert tick() == ""
    assert (server.asked, TimeStamp.objects.count()) == (0, 1)


@pytest.mark.parametrize("state", ["frozen", "signing"])
def test_unfinished_paper_is_not_stamped(server, paper, state):
    unfinished = PaperFactory(reached=state)

    tick()

    assert SignedFile.objects.get(kind="time_stamp").paper == paper
    assert not unfinished.signed_files.filter(kind="time_stamp").exists()


def test_without_an_address_nothing_is_asked(server, paper, settings):
    settings.TSA_URL = ""

    assert tick() == ""
    assert server.asked == 0
    assert not TimeStampWait.objects.exists()


def test_without_a_trusted_root_nothing_is_asked(server, paper, settings):
    settings.TSA_CA = ""

    tick()

    assert server.asked == 0
    assert_no_stamp(paper, "Chưa khai báo chứng thư gốc của nơi cấp dấu thời gian")


def test_root_of_the_trust_list_vouches_for_the_authority(server, paper, settings):
    settings.TSA_CA = ""
    keeper = UserFactory(secretariat=True)
    facts = read_certificate(authority().root.encode())
    row = registering.trust(facts, by=keeper, kind="anchor", note="Thử")

    tick()
    registering.withdraw(row, by=keeper, reason="Thôi dùng nơi cấp này")

    data = last_file(paper).file.read()
    assert last_file(paper).time_stamp.roots_pem.strip() == authority().root.strip()
    assert roots_to_take() == []
    assert verification.of_file(data).answer == Answer.COMPLETE


# Down, slow, lying


def lie_about_digest(request):
    return answer(request_of(b"x" * 32, request=request), timezone.now())


def lie_about_nonce(request):
    return answer(request_of(nonce=7, request=request), timezone.now())


def with_another_key(request):
    return answer(request, timezone.now(), authority("Kẻ khác"))


def with_a_wrong_clock(request):
    return answer(request, timezone.now() - timedelta(days=1))


@pytest.mark.parametrize(
    ("give", "why"),
    [
        (lambda request: 503, "503"),
        (lambda request: b"", "không phải của máy chủ cấp dấu thời gian"),
        (lambda request: b"x" * 100_000, "không phải của máy chủ cấp dấu thời gian"),
        (lambda request: refusal("Hết hạn mức"), "từ chối: Hết hạn mức"),
        (lie_about_digest, "của dữ liệu khác"),
        (lie_about_nonce, "trả lời một yêu cầu khác"),
        (with_another_key, "không do nơi cấp dấu thời gian được tin cậy cấp"),
        (with_a_wrong_clock, "không khớp đồng hồ"),
    ],
    ids=[
        "overloaded",
        "empty",
        "endless",
        "refuses",
        "wrong digest",
        "wrong nonce",
        "wrong key",
        "wrong clock",
    ],
)
def test_answer_that_cannot_be_trusted_changes_nothing(server, paper, give, why):
    server.give = give

    said = tick()

    assert said == "Dấu thời gian: 0 đã thêm, 1 chưa lấy được.\n"
    assert_no_stamp(paper, why)


def test_authority_that_is_down_is_asked_again_and_taken_when_it_is_back(
    server, paper, settings, today
):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/"
    back, settings.TSA_URL = settings.TSA_URL, address

    tick()
    assert_no_stamp(paper, "Không hỏi được máy chủ cấp dấu thời gian")
    settings.TSA_URL = back
    too_early = tick()
    today.shift(timedelta(minutes=1, seconds=1))
    server.give = lambda request: answer(request, timezone.now())

    assert too_early == ""
    assert tick() == "Dấu thời gian: 1 đã thêm, 0 chưa lấy được.\n"
    assert not TimeStampWait.objects.exists()


def test_slow_authority_does_not_hold_up_the_tick(server, paper, settings):
    settings.TSA_TIMEOUT = 0.5
    server.piece, server.pause = 100, 0.2  # some 15 answers' worth of waiting, byte by byte

    began = perf_counter()
    tick()

    assert perf_counter() - began < 3
    assert_no_stamp(paper, "không trả lời kịp")


def test_pauses_grow_to_an_hour_and_no_further(server, paper, today):
    server.give = lambda request: 503
    pauses = []
    for _ in range(9):
        tick()
        wait = TimeStampWait.objects.get()
        pauses.append((wait.next_at - timezone.now()).total_seconds() / 60)
        today.move_to(wait.next_at)

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert TimeStampWait.objects.get().attempts == 9


def test_one_paper_that_fails_does_not_hold_up_another(second, server, paper):
    honest, asked = server.give, []

    def refuse_the_first(request):
        asked.append(request)
        return 503 if len(asked) == 1 else honest(request)

    server.give = refuse_the_first

    assert tick() == "Dấu thời gian: 1 đã thêm, 1 chưa lấy được.\n"
    assert {paper, second} == {
        TimeStampWait.objects.get().paper,
        SignedFile.objects.get(kind="time_stamp").paper,
    }


def test_task_that_breaks_does_not_keep_the_next_from_its_turn(server, paper, settings, caplog):
    settings.TICKS = ["pledges.models.signing.nothing_here", *settings.TICKS]

    with pytest.raises(CommandError, match="nothing_here"):
        tick()

    assert last_file(paper).kind == SignedFile.Kind.TIME_STAMP
    assert "nothing_here failed" in caplog.text


# Cut off, and two at once


def test_tick_cut_off_between_answer_and_keeping_leaves_nothing_and_is_made_good(
    server, paper, monkeypatch, today
):
    class Killed(BaseException):
        pass

    def kill(*args):
        raise Killed

    with monkeypatch.context() as cut:
        cut.setattr(time_stamps, "_keep", kill)
        with pytest.raises(Killed):
            tick()

    assert last_file(paper).kind == SignedFile.Kind.SIGNATURE
    assert tick() == ""  # the one that was cut off still has its turn
    today.shift(time_stamps.LEASE)
    server.give = lambda request: answer(request, timezone.now())
    assert "1 đã thêm" in tick()
    call_command("verify_audit", stdout=io.StringIO())


def test_file_that_went_on_while_the_authority_was_asked_is_not_stamped_over(
    server, paper, monkeypatch
):
    honest = server.give
    monkeypatch.setattr(server, "give", lambda request: overtaken.append(1) or honest(request))
    overtaken = []
    in_force = time_stamps._in_force

    def other_file(paper):
        return paper.signed_files.get(sequence=0) if overtaken else in_force(paper)

    monkeypatch.setattr(time_stamps, "_in_force", other_file)

    assert not time_stamps.add_time_stamp(paper)
    assert not SignedFile.objects.filter(kind="time_stamp").exists()


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_make_one_stamp(server, paper):
    race(tick, tick)

    assert [row.kind for row in paper.signed_files.order_by("sequence")][-2:] == [
        "signature",
        "time_stamp",
    ]
    assert server.asked == 1
    assert verification.of_file(last_file(paper).file.read()).answer == Answer.COMPLETE
    call_command("verify_audit", stdout=io.StringIO())


@pytest.mark.django_db(transaction=True)
def test_two_stamps_of_one_file_at_once_are_kept_once(server, paper):
    results = race(*[lambda: time_stamps.add_time_stamp(paper)] * 2)

    assert sorted(results) == [False, True]
    assert TimeStamp.objects.count() == 1
    assert server.asked == 2


# Shown


def test_pages_say_whose_stamp_the_file_carries(server, paper, login, client):
    tick()
    moment = timezone.localtime(TimeStamp.objects.get().at)

    page = login(paper.created_by).get(paper.get_absolute_url()).content.decode()
    public = client.get(f"/xac-minh/{paper.code}/").content.decode()

    for html in (page, public):
        assert f"{NAME}" in html
        assert f"{moment:%H:%M}" in html


def test_pages_say_that_without_a_stamp_times_are_the_servers(paper, login, client):
    page = login(paper.created_by).get(paper.get_absolute_url()).content.decode()
    public = client.get(f"/xac-minh/{paper.code}/").content.decode()

    assert "Giờ ký theo đồng hồ của máy chủ" in page
    assert "Giờ ký theo đồng hồ của máy chủ" in public


@pytest.mark.parametrize(("times", "is_said"), [(2, False), (3, True)])
def test_panel_says_why_a_stamp_does_not_come(server, paper, login, today, times, is_said):
    server.give = lambda request: refusal("Hết hạn mức")
    for _ in range(times):
        tick()
        today.move_to(TimeStampWait.objects.get().next_at)

    panel = login(UserFactory(secretariat=True)).get("/quan-tri/").content.decode()

    assert ("1 giao ước đang chờ dấu thời gian." in panel) is is_said
    assert ("từ chối: Hết hạn mức" in panel) is is_said


def test_page_says_that_a_stamp_is_awaited(server, paper, login):
    server.give = lambda request: 503
    tick()

    page = login(paper.created_by).get(paper.get_absolute_url()).content.decode()

    assert "Đang chờ nơi cấp dấu thời gian" in page


def test_stamp_of_an_untrusted_authority_is_said_of_a_strangers_file(server, paper):
    before = last_file(paper).file.read()
    awaiting = signing.timestamp.prepare(before)
    forged = signing.timestamp.finish(
        awaiting, answer(awaiting.request, timezone.now(), authority("Kẻ khác"))
    )

    verdict = verification.of_file(forged)

    assert verdict.answer == Answer.ALTERED
    assert "không do nơi cấp dấu thời gian" in verdict.problem
    assert signing.verify.inspect(before, root_certificates()).intact
