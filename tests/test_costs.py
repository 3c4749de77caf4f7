"""Every list of the panel asks the database the same number of questions, however many rows it shows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.test_access import panels
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.tour]


def costs_of(client, paths):
    """{path: number of queries}, once what is remembered between requests is remembered."""
    costs = {}
    for path in paths:
        client.get(path)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(path).status_code == 200
        costs[path] = len(asked)
    return costs


def test_lists_of_the_panel_cost_the_same_with_three_times_the_rows(login):
    world = World().with_everything()
    lists = [world.path(address) for address in panels() if address.name.endswith("_changelist")]
    client = login(world.people["secretariat"])
    few = costs_of(client, lists)

    for _ in range(2):
        World().with_everything()
    many = costs_of(client, lists)

    assert len(lists) > 10
    assert {path: (few[path], many[path]) for path in lists if few[path] != many[path]} == {}
