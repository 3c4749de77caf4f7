"""A temporary installation to measure: production settings, the demonstration data, a database of
its own that is gone afterwards.

`prepare()` comes before anything that imports Django's settings.
"""

import itertools
import os
import secrets
import shutil
import tempfile
from contextlib import ExitStack, contextmanager, redirect_stdout
from datetime import timedelta
from io import StringIO
from pathlib import Path

HOST = "localhost"
BLOC = "tham-muu-tong-hop"
_addresses = (f"10.0.{count // 5000}.{count // 20 % 250 + 1}" for count in itertools.count())


def prepare():
    """Set the environment of a server, without HTTPS, over whatever is set; return its folder."""
    folder = Path(tempfile.mkdtemp(prefix="khoithidua-bench-"))
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "khoithidua.settings",
        "DEBUG": "0",
        "HTTPS": "0",
        "SECRET_KEY": secrets.token_hex(),
        "ALLOWED_HOSTS": HOST,
        "CA_PASSPHRASE": secrets.token_hex(),
        "CA_PASSPHRASE_FILE": "",
        "DATA_DIR": str(folder),
        "EMAIL_URL": "dummy://",
        "LOG_LEVEL": "ERROR",
    }
    return folder


@contextmanager
def installation(folder):
    """Migrated, loaded, static files collected; everything is removed at the end."""
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import override_settings

    # Files that a test database leaves open are closed before the folder goes.
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        django.setup()
        if connection.vendor == "sqlite":
            settings.DATABASES["default"]["TEST"]["NAME"] = str(folder / "bench.sqlite3")
        with redirect_stdout(StringIO()):  # the cache's table is announced whatever the verbosity
            name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
        stack.callback(connection.creation.destroy_test_db, name, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        # The demonstration data refuses to load into a server's database; this one is nobody's.
        with override_settings(DEBUG=True):
            call_command("load_demo", stdout=StringIO())
        stack.enter_context(override_settings(ROOT_URLCONF="benchmarks.bare"))
        yield


def client_of(username=None):
    """A client of production: no test environment, so templates render as they do on a server."""
    from django.test import Client

    from units.models import User

    client = Client(HTTP_HOST=HOST)
    if username:
        client.force_login(
            User.objects.get(username=username),
            backend="units.backends.AccountBackend",
        )
    return client


def page_getter(client, path):
    """Asks for the page, from ever new addresses: limits are counted and never reached."""

    def get():
        response = client.get(path, REMOTE_ADDR=next(_addresses))
        assert response.status_code == 200, f"{path}: {response.status_code}"
        return response

    return get


def demonstration_pledge(number=2026):
    from pledges.models import Paper

    return Paper.objects.select_related("year__bloc__authority").get(
        year__bloc__slug=BLOC, year__number=number
    )


def next_pledge(number):
    """The draft of a later year's pledge, copied forward from 2026, with the same members."""
    from django.utils import timezone

    from pledges.writing import begin_pledge
    from units.models import EmulationYear, Phase, User

    source = demonstration_pledge()
    year = EmulationYear.objects.create(
        bloc=source.year.bloc,
        number=number,
        starts_on=source.year.starts_on,
        ends_on=source.year.ends_on,
        theme=source.year.theme,
    )
    for member in source.year.memberships.all():
        member.pk, member.year = None, year
        member.save(force_insert=True)
    today = timezone.localdate()
    Phase.objects.create(
        year=year,
        kind=Phase.Kind.SIGN,
        opens_on=today - timedelta(days=1),
        closes_on=today + timedelta(days=30),
    )
    officer = User.objects.get(username="cv-stc")
    return begin_pledge(year=year, by=officer, copied_from=source)


def open_for_signing(paper):
    from django.utils import timezone

    from pledges.freezing import freeze, open_signing
    from pledges.models import Paper
    from pledges.writing import adopt, open_comments
    from units.models import User

    officer = User.objects.get(username="cv-stc")
    open_comments(paper, by=officer)
    adopt(paper, by=officer, on=timezone.localdate())
    paper = freeze(paper, by=officer, form=Paper.Form.SYSTEM)
    open_signing(paper, by=officer)
    return paper
