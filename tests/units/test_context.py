from datetime import date
from types import SimpleNamespace

import pytest

from khoithidua.work import WorkItem
from tests.conftest import TODAY
from tests.factories import (
    AppointmentFactory,
    AuthorityFactory,
    AuthorityPeriodFactory,
    BlocFactory,
    UserFactory,
)
from units import context
from units.models import Appointment, AuthorityPeriod

pytestmark = pytest.mark.django_db

HOME = "/"
HELP = "/tro-giup/"


def frame_of(client, path=HELP):
    return client.get(path).context["frame"]


def test_stranger_has_no_name_and_nothing_to_do(client):
    frame = frame_of(client)

    assert (frame.person, frame.capacity, frame.todo_count) == ("", "", 0)
    assert not frame.is_secretariat and not frame.sees_record


def test_person_is_shown_with_their_capacity(login):
    post = AppointmentFactory(leader=True, unit__name="Sở Tài chính")

    frame = frame_of(login(post.user))

    assert frame.person == post.user.full_name
    assert frame.capacity == "Giám đốc Sở Tài chính"


@pytest.mark.parametrize(
    ("trait", "is_secretariat", "sees_record"),
    [
        ("secretariat", True, True),
        ("superuser", True, True),
        ("inspector", False, True),
        (None, False, False),
    ],
)
def test_frame_offers_what_the_role_may(login, trait, is_secretariat, sees_record):
    frame = frame_of(login(UserFactory(**({trait: True} if trait else {}))))

    assert (frame.is_secretariat, frame.sees_record) == (is_secretariat, sees_record)


def test_the_one_authority_is_named_by_its_name_of_today(client):
    AuthorityFactory()
    assert frame_of(client).authority_name == "Ủy ban nhân dân tỉnh Cao Bằng"

    AuthorityPeriodFactory(start_on=TODAY, long_name="Ủy ban nhân dân tỉnh Cao Bằng mới")
    assert frame_of(client).authority_name == "Ủy ban nhân dân tỉnh Cao Bằng mới"


def test_several_authorities_or_none_are_not_named(client):
    assert frame_of(client).authority_name == ""

    AuthorityFactory()
    AuthorityFactory(slug="lang-son")
    assert frame_of(client).authority_name == ""


def test_demonstration_is_known(client):
    assert frame_of(client).demo is False

    BlocFactory(is_demo=True)
    assert frame_of(client).demo is True


def test_change_of_reference_data_is_seen_by_the_next_request(login):
    post = AppointmentFactory(leader=True, unit__name="Sở Tài chính")
    client = login(post.user)
    frame_of(client)

    post.unit.names.update(short="Sở Tài chính mới")

    assert frame_of(client).capacity == "Giám đốc Sở Tài chính mới"


def test_appointment_ends_at_midnight_without_anybody_touching_it(login, today):
    post = AppointmentFactory(leader=True, end_on=TODAY)
    client = login(post.user)
    assert frame_of(client).capacity

    today.move_to("2026-04-06T17:00:01+00:00")

    assert frame_of(client).capacity == ""


def test_ended_appointment_counts_no_more_on_the_next_request(login):
    post = AppointmentFactory(leader=True)
    client = login(post.user)
    frame_of(client)

    Appointment.objects.filter(pk=post.pk).update(end_on=date(2026, 4, 5))

    assert frame_of(client).capacity == ""


def test_what_was_loaded_in_a_transaction_taken_back_is_forgotten(login):
    from django.db import transaction

    AuthorityFactory()
    client = login(UserFactory())
    with transaction.atomic():
        AuthorityPeriod.objects.update(long_name="Ủy ban nhân dân tỉnh Khác")
        assert frame_of(client).authority_name == "Ủy ban nhân dân tỉnh Khác"
        transaction.set_rollback(True)

    assert frame_of(client).authority_name == "Ủy ban nhân dân tỉnh Cao Bằng"


def test_one_day_holds_for_the_whole_request(rf, today):
    seen = []

    def slow(request):
        today.move_to("2026-04-06T17:00:01+00:00")
        seen.append(request.today)

    context.FrameMiddleware(slow)(rf.get("/"))

    assert seen == [TODAY]


def item(title, due_on):
    return WorkItem(title=title, context="", url="/", action="Làm", due_on=due_on)


def test_work_of_all_apps_comes_nearest_deadline_first(monkeypatch):
    sources = [
        SimpleNamespace(
            items_for=lambda user, today: [item("B", None), item("C", date(2026, 5, 1))]
        ),
        SimpleNamespace(
            items_for=lambda user, today: [item("A", date(2026, 4, 1)), item("D", date(2026, 5, 1))]
        ),
    ]
    monkeypatch.setattr(context, "work_sources", lambda: sources)

    items = context.work_items(UserFactory(), TODAY)

    assert [entry.title for entry in items] == ["A", "C", "D", "B"]


def test_every_work_source_answers_all_questions(settings):
    for source in context.work_sources():
        assert all(
            callable(getattr(source, name)) for name in ("items_for", "awaited_for", "year_report")
        )
    assert settings.WORK_SOURCES == ["pledges.todo", "scoring.todo"]
