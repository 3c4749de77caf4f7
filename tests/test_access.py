"""Every path × role × own or other bloc, GET and POST, against the access matrix."""

from dataclasses import replace

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.access_matrix import LOGIN, PANEL_ROWS, PROVINCE, ROLES, ROWS, rows_of_panel
from tests.factories import remembered_drawing
from tests.world import World, addresses

pytestmark = pytest.mark.tour
SITUATIONS = sorted({row.paper for row in ROWS})


def ours():
    return {entry.name: entry for entry in addresses() if not entry.name.startswith("admin:")}


def panels():
    """Pages of the panel; those without a name only pass on to one that has (tested below)."""
    return [
        entry for entry in addresses() if entry.name.startswith("admin:") and entry.name != "admin:"
    ]


def test_every_path_has_one_row_and_every_row_a_path():
    rows = [row.name for row in ROWS]

    assert sorted(rows) == sorted(ours())


def test_every_panel_page_has_a_row_and_every_row_a_page():
    rows = list(rows_of_panel(panels()))

    assert [address.name for address, row in rows if row is None] == []
    assert {row.name for row in PANEL_ROWS} <= {address.name for address, _row in rows}


@pytest.mark.django_db
@pytest.mark.parametrize("paper", SITUATIONS, ids=lambda paper: paper or "no-pledge")
def test_path_answers_everyone_as_the_matrix_says(paper):
    world = World(paper)
    doors = Doors(world)

    wrong = [
        difference
        for row in ROWS
        if row.paper == paper
        for difference in differences(doors, world, row, ours()[row.name])
    ]

    assert not wrong, "\n".join(["path method role bloc: expected, got", *wrong])


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_panel_answers_everyone_as_the_matrix_says(method):
    world = World().with_everything()
    doors = Doors(world)

    wrong = [
        difference
        for address, row in rows_of_panel(panels())
        for difference in differences(doors, world, row, address, methods=[method])
    ]

    assert not wrong, "\n".join(["path method role bloc: expected, got", *wrong])


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["units/unit/1/", "khong/co/", "units/membership/", "auth/user/"])
def test_path_the_panel_does_not_know_tells_others_nothing(login, path):
    world = World(paper="")

    answers = {
        role: login(user).get(f"/quan-tri/{path}").status_code
        for role, user in world.people.items()
        if user
    }

    known = path == "units/unit/1/"
    assert all(
        status in ((302, 404) if role in ("secretariat", "superuser") else (302,))
        for role, status in answers.items()
    )
    assert (answers["superuser"] == 302) is known


def differences(doors, world, row, address, methods=("GET", "POST")):
    blocs = (False, True) if "bloc" in address.parameters else (False,)
    for role in ROLES:
        for is_other in blocs if role != "other_leader" else (False,):
            path = world.path(address, user=world.people[role], other=is_other, pk=row.pk)
            for method in methods:
                policy = {"GET": row.get, "POST": row.post}[method]
                expected = (elsewhere(policy) if is_other else policy).answer(role)
                got = doors.knock(role, method, path)
                if got != expected:
                    where = "other bloc" if is_other else "own bloc"
                    yield f"{row.name} {method} {role} {where}: {expected}, {got}"


def elsewhere(policy):
    """In the other bloc: only those of the whole province are let in, or told why not."""
    if policy.elsewhere:
        return policy.elsewhere
    if policy.refused == 405:
        return policy
    return replace(
        policy, allowed=policy.allowed & PROVINCE, sees=policy.sees & frozenset(PROVINCE)
    )


class Doors:
    """One logged-in client per role; whatever a request changes is taken back."""

    def __init__(self, world):
        self.login = reverse("account_login")
        self.clients = {role: Client(raise_request_exception=False) for role in world.people}
        for role, user in world.people.items():
            if user:
                self.clients[role].force_login(user)
            self.clients[role].cookies.load(world.cookies)
        self.cookies = {role: client.cookies.copy() for role, client in self.clients.items()}

    def knock(self, role, method, path):
        """The status, or LOGIN when sent to the log-in page."""
        client = self.clients[role]
        with transaction.atomic(), remembered_drawing():
            response = client.generic(
                method, path, "gui=1", content_type="application/x-www-form-urlencoded"
            )
            transaction.set_rollback(True)
        if role in self.cookies:
            client.cookies = self.cookies[role].copy()
        if response.status_code == 302 and response["Location"].startswith(self.login):
            return LOGIN
        return response.status_code
