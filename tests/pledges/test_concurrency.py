"""Several people at the same moment: real threads, each with its own database connection."""

import io
from itertools import pairwise

import pytest
from django.core.management import call_command

from khoithidua.models import AuditEntry, Outbox
from pledges import verification
from pledges.models import Comment, Paper, Signature
from pledges.verification import Answer
from tests.factories import (
    PASSWORD,
    AppointmentFactory,
    CommentFactory,
    EmulationYearFactory,
    PaperFactory,
    deputy_of,
    last_file,
    lead_of,
    leader_of,
    make_ca,
    officer_of,
)
from tests.pledges.pages import at
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


def signing_by(login, paper, user):
    """An act that posts the form of the page this user has open."""
    client = login(user)
    form = {"declaration": "on", "password": PASSWORD, "shown": paper.code}
    return lambda: client.post(at("pledge_sign", paper), form)


def assert_one_chain(paper, length):
    """Files 0 to length - 1, each of them the one before with bytes added, the last one intact."""
    rows = list(paper.signed_files.select_related("file", "parent").order_by("sequence"))
    files = [row.file.read() for row in rows]
    assert [row.sequence for row in rows] == list(range(length))
    assert [row.parent for row in rows] == [None, *rows[:-1]]
    assert all(after.startswith(before) for before, after in pairwise(files))
    assert verification.of_file(files[-1]).inspection.intact


def test_eight_leaders_who_sign_at_once_make_eight_signatures_in_one_chain(login, tmp_path):
    paper = PaperFactory(year=EmulationYearFactory(eight=True), signing=True)
    leaders = [leader_of(party.unit) for party in paper.parties.all()]

    answers = race(*(signing_by(login, paper, leader) for leader in leaders))

    paper.refresh_from_db()
    (tmp_path / "giao-uoc.pdf").write_bytes(last_file(paper).file.read())
    assert [answer.status_code for answer in answers] == [302] * 8
    assert {row.user for row in Signature.objects.all()} == set(leaders)
    assert_one_chain(paper, 9)
    assert paper.state == "complete"
    assert AuditEntry.objects.filter(action="paper.complete").count() == 1
    assert Outbox.objects.count() == 16
    call_command("verify_audit", stdout=io.StringIO())
    call_command("verify_pdf", str(tmp_path / "giao-uoc.pdf"), stdout=io.StringIO())


def test_two_clicks_of_one_leader_at_once_make_one_signature(login):
    paper = PaperFactory(signing=True)
    leader = leader_of(lead_of(paper.year))

    answers = race(*(signing_by(login, paper, leader) for _ in range(3)))

    assert {answer["Location"] for answer in answers} == {paper.get_absolute_url()}
    assert Signature.objects.count() == 1
    assert AuditEntry.objects.filter(action="paper.sign").count() == 1
    assert_one_chain(paper, 2)


def test_director_and_deputy_at_once_make_one_signature(login):
    paper = PaperFactory(signing=True)
    unit = lead_of(paper.year)
    director = leader_of(unit)
    deputy = AppointmentFactory(unit=unit, leader=True, user__username="pld-moi").user

    race(*(signing_by(login, paper, user) for user in (director, deputy)))

    assert Signature.objects.get().party.unit == unit
    assert_one_chain(paper, 2)


def test_order_of_the_grid_holds_when_all_sign_at_once(login):
    year = EmulationYearFactory(members=4)
    paper = PaperFactory(year=year, signing=True, in_order=True)
    leaders = [leader_of(party.unit) for party in paper.parties.order_by("position")]

    race(*(signing_by(login, paper, leader) for leader in reversed(leaders)))

    signed = [row.party.position for row in Signature.objects.order_by("pk")]
    assert signed == list(range(1, len(signed) + 1))
    assert_one_chain(paper, 1 + len(signed))


def test_signing_of_different_blocs_at_once_is_kept_apart(login):
    papers = [PaperFactory(signing=True) for _ in range(3)]

    race(*(signing_by(login, paper, leader_of(lead_of(paper.year))) for paper in papers))

    for paper in papers:
        assert_one_chain(paper, 2)
        assert verification.of_file(last_file(paper).file.read()).answer == Answer.IN_PROGRESS


def test_two_who_freeze_at_once_freeze_once(login):
    paper = PaperFactory(adopted=True)
    make_ca()
    clients = [login(leader_of(lead_of(paper.year))), login(officer_of(lead_of(paper.year)))]

    answers = race(
        *(
            lambda client=client: client.post(at("pledge_freeze", paper), {"form": "system"})
            for client in clients
        )
    )

    paper.refresh_from_db()
    assert sorted(answer.status_code for answer in answers) in ([200, 302], [302, 403], [302, 302])
    assert paper.state == "signing"
    assert AuditEntry.objects.filter(action="paper.freeze").count() == 1
    assert paper.parties.count() == 2
    assert_one_chain(paper, 1)


def test_two_who_begin_at_once_begin_one_pledge(login):
    year = EmulationYearFactory()
    clients = [login(leader_of(lead_of(year))), login(officer_of(lead_of(year)))]

    answers = race(
        *(lambda client=client: client.post(at("pledge_begin", year)) for client in clients)
    )

    assert {answer["Location"] for answer in answers} == {at("pledge_edit", year)}
    assert year.papers.count() == 1
    assert year.papers.get().sections.count() == 7


def test_two_who_save_at_once_lose_nothing_unseen(login):
    paper = PaperFactory()
    sections = {"sections-TOTAL_FORMS": 0, "sections-INITIAL_FORMS": 0}
    bases = {"bases-TOTAL_FORMS": 0, "bases-INITIAL_FORMS": 0}
    form = {"dated_on": "2026-04-08", "copies": "4", "revision": "0", **sections, **bases}
    clients = {
        place: login(officer_of(lead_of(paper.year))) for place in ("Hội trường A", "Hội trường B")
    }

    answers = race(
        *(
            lambda place=place, client=client: client.post(
                at("pledge_edit", paper), form | {"place": place}
            )
            for place, client in clients.items()
        )
    )

    paper.refresh_from_db()
    won = dict(zip(clients, answers, strict=True))[paper.place]
    assert sorted(answer.status_code for answer in answers) == [302, 422]
    assert won.status_code == 302
    assert paper.revision == 1


def test_text_saved_while_it_is_adopted_is_saved_before_or_not_at_all(login):
    paper = PaperFactory(commenting=True)
    client = login(officer_of(lead_of(paper.year)))
    target = paper.targets.get(unit=deputy_of(paper.year))
    member = login(officer_of(deputy_of(paper.year)))
    form = {
        "targets-TOTAL_FORMS": 1,
        "targets-INITIAL_FORMS": 1,
        "targets-0-id": target.pk,
        "targets-0-name": "Sửa muộn",
        "targets-0-measure": "%",
        "targets-0-plan": "1",
    }

    adopted, saved = race(
        lambda: client.post(at("pledge_adopt", paper), {"on": "2026-04-06"}),
        lambda: member.post(at("target_edit", paper, deputy_of(paper.year).slug), form),
    )

    target.refresh_from_db()
    assert adopted.status_code == 302
    assert saved.status_code in (302, 403)
    assert (target.name == "Sửa muộn") is (saved.status_code == 302)
    assert Paper.objects.get(pk=paper.pk).state == "adopted"


def test_two_answers_to_a_remark_at_once_leave_one(login):
    remark = CommentFactory()
    client = login(officer_of(lead_of(remark.paper.year)))
    address = at("comment_answer", remark.paper, remark.pk)

    race(
        lambda: client.post(address, {"answer": "accepted", "text": "Đã sửa."}),
        lambda: client.post(address, {"answer": "explained", "text": "Giữ nguyên."}),
    )

    remark = Comment.objects.get()
    assert (remark.answer, remark.answer_text) in (
        ("accepted", "Đã sửa."),
        ("explained", "Giữ nguyên."),
    )
    assert AuditEntry.objects.filter(action="paper.answer").count() == 1


def test_look_ups_at_once_are_counted_one_by_one(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"verify": "3/m/ip"}

    def look_up():
        return client.get("/xac-minh/GU26-AAAA-AAAA/", REMOTE_ADDR="192.0.2.26").status_code

    assert sorted(race(*[look_up] * 6)) == [404, 404, 404, 429, 429, 429]
