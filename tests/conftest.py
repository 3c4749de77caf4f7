"""What every test runs under, and the fixtures all tests share.

On for every test, nothing to ask for:
- the guards of guards.py; warnings are errors (pyproject.toml)
- files, printed papers and the SQLite database in a folder of this run (of this worker, under
  xdist); quick password hashing
- tests that use the database live at 9 o'clock on Monday 6 April 2026, Vietnam's time, and the
  clock stands still; factories count from 1 again

To ask for:
- `today`: the stopped clock itself: `today.shift(timedelta(days=1))`, `today.move_to(…)`; its date is
  TODAY. Needed by name only in tests without the database.
- `ca`: the installation has its root and issuing CA (factories that freeze papers see to it alone)
- `login(user)`: a test client logged in as this user; several may be used side by side
- `django_assert_num_queries`, `django_capture_on_commit_callbacks`, `mailoutbox`, `settings`: from
  pytest-django
- `tests.racing.race(act, act, …)`: real threads at the same moment
- `tests.env.needs_poppler`, `needs_chromium`, `needs_libreoffice`: marks for tests that need a tool
- `@pytest.mark.only_on("postgresql")` (or "sqlite"): left out of runs on the other database
"""

import os
import random
from datetime import UTC, datetime, timedelta, timezone

import pytest
import time_machine
from django.test import Client, override_settings

from tests import env

HANOI = timezone(timedelta(hours=7))
NOW = datetime(2026, 4, 6, 9, 0, tzinfo=HANOI)
TODAY = NOW.date()
SEED = os.environ.get("SHUFFLE_SEED") or f"{random.SystemRandom().randrange(10**6)}"
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


def pytest_configure(config):
    config.addinivalue_line("markers", "only_on(vendor): runs on this database only")


def pytest_report_header(config):
    return f"shuffle: SHUFFLE_SEED={SEED}, database: {env.database_vendor()}"


def pytest_collection_modifyitems(config, items):
    other = {"sqlite", "postgresql"} - {env.database_vendor()}
    left_out = [
        item
        for item in items
        if (mark := item.get_closest_marker("only_on")) and mark.args[0] in other
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if env.IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Nothing may be skipped in CI: {report.longrepr}"


@pytest.fixture(scope="session", autouse=True)
def _own_world(tmp_path_factory):
    """Settings that keep a run to itself, for its whole length."""
    from django.conf import settings

    folder = tmp_path_factory.mktemp("data")
    (folder / "static").mkdir()
    files = settings.STORAGES["default"] | {"OPTIONS": {"location": folder / "files"}}
    printed = settings.CACHES["printing"] | {"LOCATION": folder / "printed"}
    previews = settings.CACHES["previews"] | {"LOCATION": folder / "previews"}
    with override_settings(
        DATA_DIR=folder,
        STATIC_ROOT=folder / "static",
        STORAGES=settings.STORAGES | {"default": files},
        CACHES=settings.CACHES | {"printing": printed, "previews": previews},
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        CA_PASSPHRASE="only-for-tests",
        CA_PASSPHRASE_FILE="",
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def _guards():
    from tests.guards import all_guards

    with all_guards():
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory, django_db_modify_db_settings_parallel_suffix):
    """SQLite's test database is a file: threads would lose writes to one in memory."""
    from django.conf import settings

    for database in settings.DATABASES.values():
        if database["ENGINE"].endswith("sqlite3"):
            database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
            # Tests need no protection from power cuts.
            options = database["OPTIONS"]
            options["init_command"] = options["init_command"].replace("=FULL", "=OFF")


@pytest.fixture(autouse=True)
def _steady(request):
    """The same clock, the same numbers and the same shuffling each time a test runs."""
    random.seed(f"{SEED}:{request.node.nodeid}")
    if request.node.get_closest_marker("django_db") or DATABASE_FIXTURES & set(
        request.fixturenames
    ):
        from tests import factories
        from units import reference

        reference.forget()
        factories.count_from_one()
        request.getfixturevalue("today")


@pytest.fixture
def today():
    with time_machine.travel(NOW.astimezone(UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def ca(db):
    from tests import factories

    return factories.make_ca()


@pytest.fixture
def login():
    def logged_in(user):
        client = Client()
        client.force_login(user)
        return client

    return logged_in
