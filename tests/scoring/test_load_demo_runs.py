"""When `load_demo` loads, and when it refuses to."""

import io
from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command

from pledges.models import Paper
from scoring.demo import loading
from tests.factories import AuthorityFactory, UserFactory
from units.models import Authority, Bloc, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def development(settings):
    settings.DEBUG = True


def load(*options):
    call_command("load_demo", *options, stdout=io.StringIO())


def test_installation_that_is_not_for_development_refuses():
    with pytest.raises(CommandError, match="DEBUG=1"):
        load()

    assert not User.objects.exists()


@pytest.mark.parametrize("kept", [UserFactory, AuthorityFactory])
def test_database_that_holds_something_refuses(development, kept):
    kept()

    with pytest.raises(CommandError, match="đã có dữ liệu khác"):
        load()

    assert not Bloc.objects.exists()


def test_stage_that_does_not_exist_is_refused(development):
    with pytest.raises(CommandError):
        load("--stage", "ket-thuc")

    assert not Bloc.objects.exists()


def test_failure_half_way_leaves_the_database_empty(development, monkeypatch):
    def fail(*args):
        raise RuntimeError("out of paper")

    monkeypatch.setattr(loading, "_open_2026", fail)
    with pytest.raises(RuntimeError):
        load()

    assert not Authority.objects.exists()
    assert not Paper.objects.exists()


def test_reader_of_november_finds_the_signing_open(development, today):
    today.move_to(datetime(2026, 11, 23, 2, tzinfo=UTC))

    load()

    paper = Paper.objects.get(year__number=2026)
    assert paper.year.phases.get(kind="sign").closes_on == date(2026, 12, 7)
    assert paper.dated_on == date(2026, 4, 8)
    assert paper.adopted_on == date(2026, 11, 23)
