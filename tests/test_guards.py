"""The guards themselves: each finds what it is there for, and nothing else."""

import socket
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.template import Context, Engine, Origin, Template

from khoithidua.models import AuditEntry
from pledges.models import Paper
from tests.factories import OutboxFactory, TitleFactory
from tests.guards import GuardFailed, check_forms
from units.models import Title, Unit

TOKEN = '<input type="hidden" name="csrfmiddlewaretoken" value="x">'


def render(source, where="templates/units/home.html", **context):
    origin = Origin(f"{settings.BASE_DIR}/{where}")
    return Template(source, origin=origin, engine=Engine.get_default()).render(Context(context))


@pytest.mark.parametrize(
    "source",
    [
        "{{ missing }}",
        "{{ unit.missing }}",
        "{{ missing|upper }}",
        "{% with name=missing %}{% endwith %}",
        "{% url missing %}",
    ],
)
def test_undefined_variable_in_our_template_fails(source):
    with pytest.raises(GuardFailed, match="units/home.html"):
        render(source, unit=SimpleNamespace())


@pytest.mark.parametrize(
    "source",
    [
        "{% if missing %}a{% endif %}",
        "{% if missing.name == 'a' %}a{% endif %}",
        '{{ missing|default:"" }}',
        "{% for row in missing %}{% endfor %}",
        "{% firstof missing '' %}",
        "{{ defined }}",
        "{{ 5 }}{{ 'words' }}",
    ],
)
def test_asking_whether_it_is_there_is_allowed(source):
    render(source, defined="")


@pytest.mark.parametrize("where", ["templates/admin/index.html", "elsewhere/a.html"])
def test_templates_of_others_may_count_on_nothing_being_shown(where):
    assert render("{{ missing }}", where) == ""


@pytest.mark.parametrize(
    ("html", "is_right"),
    [
        (f'<form method="post">{TOKEN}</form>', True),
        ('<form method="get"></form><form></form>', True),
        ('<form method="post"></form>', False),
        (f"<form class=a METHOD=POST>{TOKEN}{TOKEN}</form>", False),
        (f'<form method="post">{TOKEN}</form><form method="post"></form>', False),
    ],
)
def test_post_form_needs_exactly_one_token(html, is_right):
    if is_right:
        check_forms(html, "/")
    else:
        with pytest.raises(GuardFailed, match="CSRF"):
            check_forms(html, "/")


@pytest.mark.django_db
def test_forms_of_every_answer_are_checked(client, monkeypatch):
    monkeypatch.setattr(
        "khoithidua.views.render", lambda *args: HttpResponse('<form method="post"></form>')
    )

    with pytest.raises(GuardFailed, match="/tro-giup/"):
        client.get("/tro-giup/")


@pytest.mark.django_db
def test_lock_with_joined_rows_says_which_to_lock():
    joined = Paper.objects.select_related("year")

    with pytest.raises(GuardFailed, match="of="), transaction.atomic():
        list(joined.select_for_update())
    with transaction.atomic():
        list(joined.select_for_update(of=("self",)))
        list(Paper.objects.select_for_update())


@pytest.mark.django_db
def test_rows_without_an_order_come_shuffled():
    for _ in range(8):
        TitleFactory()
    ordered = list(Title.objects.order_by("pk"))

    orders = {tuple(Title.objects.order_by()) for _ in range(5)}

    assert len(orders) > 1
    assert all(sorted(order, key=lambda row: row.pk) == ordered for order in orders)
    assert all(list(Title.objects.order_by("pk")) == ordered for _ in range(5))


@pytest.mark.django_db
def test_slice_without_an_order_fails():
    OutboxFactory()

    with pytest.raises(GuardFailed, match="Unit"):
        Unit.objects.order_by()[:1]
    assert list(Unit.objects.order_by("pk")[:1]) == []
    assert list(AuditEntry.objects.all()[:1]) == []


def test_other_machines_are_out_of_reach():
    with socket.socket() as sock, pytest.raises(GuardFailed, match="192.0.2.1"):
        sock.connect(("192.0.2.1", 80))


@pytest.mark.django_db(transaction=True)
def test_append_only_rows_can_be_emptied_between_tests():
    with transaction.atomic():
        TitleFactory()
        AuditEntry.objects.create(chain="a", sequence=1, at="2026-04-06T09:00:00+07:00", digest="")


@pytest.mark.django_db(transaction=True)
def test_test_after_it_starts_empty():
    assert not AuditEntry.objects.exists()
    assert not Title.objects.exists()
