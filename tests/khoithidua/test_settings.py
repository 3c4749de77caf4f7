"""Settings as a fresh process reads them: nothing starts on defaults, the server's set is strict."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SERVER = {
    "SECRET_KEY": "k" * 30 + "0123456789-abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": "thidua.example.vn,noi-bo.example.vn",
    "CA_PASSPHRASE": "bi-mat",
}
PRINT = """
import json
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in %r}, default=str))
"""


@pytest.fixture
def run(tmp_path):
    """`python -W error …` in a process that knows nothing but these variables."""

    def started(*arguments, **environment):
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return subprocess.run(
            [sys.executable, "-W", "error", *arguments],
            cwd=ROOT,
            env=kept
            | {"DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "khoithidua.settings"}
            | environment,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return started


@pytest.fixture
def values(run):
    def read(*names, **environment):
        shown = run("-c", PRINT % (names,), **environment)
        assert shown.returncode == 0, shown.stderr
        return json.loads(shown.stdout)

    return read


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_server_refuses_to_start_without(run, missing):
    environment = {name: value for name, value in SERVER.items() if name != missing}

    started = run("manage.py", "check", **environment)

    assert started.returncode != 0
    assert f"{missing} is required" in started.stderr


def test_server_refuses_the_development_secret(run):
    secret = "only-for-development-never-for-a-server"

    started = run("manage.py", "check", **SERVER | {"SECRET_KEY": secret})

    assert started.returncode != 0
    assert "SECRET_KEY is required" in started.stderr


def test_laptop_starts_with_nothing_but_debug(run):
    started = run("manage.py", "check", DEBUG="1")

    assert started.returncode == 0, started.stderr


def test_server_passes_the_deployment_check(run):
    checked = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **SERVER)

    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


def test_server_sends_everything_over_https(values):
    read = values(
        *("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "DEBUG"),
        *("SECURE_HSTS_SECONDS", "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", "SITE_URL"),
        **SERVER,
    )

    assert read["SECURE_SSL_REDIRECT"] and read["SESSION_COOKIE_SECURE"]
    assert read["CSRF_COOKIE_SECURE"] and read["SECURE_HSTS_SECONDS"] >= 31536000
    assert not read["DEBUG"] and not read["MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"]
    assert read["SITE_URL"] == "https://thidua.example.vn"


def test_server_has_no_passphrase_unless_told(values):
    environment = {name: value for name, value in SERVER.items() if name != "CA_PASSPHRASE"}

    assert values("CA_PASSPHRASE", **environment) == {"CA_PASSPHRASE": ""}


def test_database_is_a_file_unless_an_address_is_given(values, tmp_path):
    by_default = values("DATABASES", DEBUG="1")["DATABASES"]["default"]
    address = "postgres://khoi:mat-khau@may-chu/khoithidua"
    told = values("DATABASES", DEBUG="1", DATABASE_URL=address)["DATABASES"]["default"]

    assert by_default["NAME"] == str(tmp_path / "khoithidua.sqlite3")
    assert by_default["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "WAL" in by_default["OPTIONS"]["init_command"]
    assert "recursive_triggers=ON" in by_default["OPTIONS"]["init_command"]
    assert (told["ENGINE"], told["HOST"]) == ("django.db.backends.postgresql", "may-chu")


def test_content_security_policy_allows_only_this_server(settings):
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    allowed = {source for sources in directives.values() for source in sources}

    assert allowed == {"'self'", "'none'", "data:"}
    assert [name for name, sources in directives.items() if "data:" in sources] == ["img-src"]
    assert {"default-src", "object-src", "base-uri", "frame-ancestors"} <= set(directives)


@pytest.mark.django_db
def test_every_answer_carries_the_headers(client):
    headers = client.get("/tro-giup/").headers

    policy = headers["Content-Security-Policy"].split("; ")
    assert "script-src 'self'" in policy
    assert not [directive for directive in policy if "unsafe" in directive]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
