"""Guards of the house: what holds for the whole repository, whoever wrote the last line."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.urls import get_resolver

from khoithidua import triggers

ROOT = Path(__file__).resolve().parent.parent
APPS = ("khoithidua", "units", "pledges", "scoring")
TEMPLATES = ROOT / "templates"
# Django and allauth look for these by name.
FOUND_BY_NAME = {"400.html", "403.html", "404.html", "429.html", "500.html"}
# Paths that ask for no log-in, by URL name; everything else does.
PUBLIC = {
    "healthz",
    "help",
    "accessibility",
    "privacy",
    "account_login",
    "account_inactive",
    "account_logout",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "admin:login",
    "pledges:verify",
    "pledges:verify_code",
    "pledges:root_help",
    "pledges:root_certificate",
    "pledges:trust_list",
    "pledges:trust_list_file",
    # By the token of one turn, which the signing tool was handed.
    "pledges:tool_file",
    "pledges:tool_upload",
    "pledges:root_certificate_file",
    "pledges:tablet",
    "pledges:tablet_leave",
    "pledges:tablet_end",
}
# Names of XML vocabularies, not addresses that anything fetches.
VOCABULARIES = ("http://www.w3.org/",)
# What only one place may know: package, and where.
DOORS = {
    "pyhanko": "pledges/signing/",
    "pyhanko_certvalidator": "pledges/signing/",
    "weasyprint": "khoithidua/printing.py",
    "docxtpl": "scoring/papers/",
    "docx": "scoring/papers/",
    "jinja2": "scoring/papers/",
}


def sources(*folders, suffix=".py"):
    for folder in folders:
        for path in sorted((ROOT / folder).rglob(f"*{suffix}")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def name_of(path):
    return path.relative_to(ROOT).as_posix()


# Database


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_every_guard_exists_after_all_migrations():
    """SQLite drops a table's triggers silently when a later migration rebuilds the table."""
    expected = triggers.expected_names()
    existing = triggers.existing_names(connection)

    assert len(expected) > 10
    assert {table: existing.get(table) for table in expected} == expected


# Templates and static files


def test_every_template_is_used():
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources(*APPS))
    markup = "\n".join(path.read_text(encoding="utf-8") for path in sources("templates", suffix=""))

    unused = [
        name
        for path in sources("templates", suffix="")
        if (name := path.relative_to(TEMPLATES).as_posix()) not in FOUND_BY_NAME
        if f'"{name}"' not in code and f'"{name}"' not in markup and not overrides(name)
    ]

    assert unused == []


def overrides(name):
    """Whether a template takes the place of one that an installed package brings."""
    return any(
        (Path(app.path) / "templates" / name).exists()
        for app in apps.get_app_configs()
        if not name_is_ours(app.name)
    )


def name_is_ours(package):
    return package.partition(".")[0] in APPS


@pytest.mark.parametrize("folder", ["templates", "static/css", "static/js"])
def test_nothing_is_fetched_from_elsewhere(folder):
    addresses = [
        f"{name_of(path)}: {address}"
        for path in sources(folder, suffix="")
        for address in re.findall(r"""(?:https?:)?//[\w-]+\.[^\s"'<)]+""", path.read_text("utf-8"))
        if not address.startswith(VOCABULARIES)
    ]

    assert addresses == []


def test_pages_carry_no_inline_script_or_style():
    inline = re.compile(
        r"<style\b|<script\b(?![^>]*\bsrc=)|\sstyle\s*=|\son[a-z]+\s*=|javascript:", re.IGNORECASE
    )

    found = [
        f"{name_of(path)}: {match[0].strip()}"
        for path in sources("templates", suffix=".html")
        if "print" not in path.relative_to(TEMPLATES).parts
        for match in inline.finditer(path.read_text("utf-8"))
    ]

    assert found == []


# Addresses


def test_every_path_asks_for_log_in_unless_listed():
    views = list(walk(get_resolver().url_patterns))
    public = {name for name, view in views if not getattr(view, "login_required", True)}

    assert public == PUBLIC


def walk(patterns, namespace=""):
    for entry in patterns:
        if hasattr(entry, "url_patterns"):
            below = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from walk(entry.url_patterns, below)
        else:
            yield f"{namespace}{entry.name or ''}", entry.callback


# Imports


def imports_of(path):
    """Names of the packages a file imports anywhere, `from . import x` resolved."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module


@pytest.mark.parametrize("app", APPS)
def test_imports_go_one_way(app):
    later = set(APPS[APPS.index(app) + 1 :])

    backwards = [
        f"{name_of(path)} imports {module}"
        for path in sources(app)
        for module in imports_of(path)
        if module.partition(".")[0] in later
    ]

    assert backwards == []


@pytest.mark.parametrize("package", DOORS)
def test_package_is_known_in_one_place_only(package):
    outside = [
        name_of(path)
        for path in sources(*APPS)
        if package in {module.partition(".")[0] for module in imports_of(path)}
        if not name_of(path).startswith(DOORS[package])
    ]

    assert outside == []


def test_signing_and_rules_know_no_framework_and_no_clock():
    """Bytes or plain values in and out; every moment is passed in."""
    impure = [
        f"{name_of(path)}: {module}"
        for path in sources("pledges/signing", "scoring/rules")
        for module in imports_of(path)
        if module.partition(".")[0] in {"django", "time", *APPS}
        and not module.startswith(("pledges.signing", "scoring.rules"))
        and module != "khoithidua"
    ]
    clocks = [
        name_of(path)
        for path in sources("pledges/signing", "scoring/rules")
        if re.search(r"\.(now|today|utcnow)\(", path.read_text("utf-8"))
    ]

    assert (impure, clocks) == ([], [])


# Dependencies


def asked_for(name):
    lines = (ROOT / name).read_text("utf-8").splitlines()
    names = [re.split(r"[\[<>=~! ]", line)[0] for line in lines if line and line[0] not in "#-"]
    return {name.lower().replace("_", "-") for name in names}


@pytest.mark.parametrize("kind", ["requirements", "requirements-dev"])
def test_lock_pins_everything_with_hashes_and_names_no_server(kind):
    lock = (ROOT / f"{kind}.txt").read_text("utf-8")
    pins = dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[\w,-]+\])?==(\S+)", lock, re.MULTILINE))
    entries = re.split(r"\n(?=[A-Za-z0-9])", lock.strip())

    assert asked_for(f"{kind}.in") <= {name.lower().replace("_", "-") for name in pins}
    assert [entry.split()[0] for entry in entries if "==" in entry and "sha256:" not in entry] == []
    assert not re.search(r"index-url|find-links|https?://", lock)


# Text

PERSONAL_PATHS = re.compile(r"(?<![\w.])/(?:home|root|Users|work)/\w+|[A-Z]:\\\\Users")
UNFINISHED = re.compile(r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
OURS = (*APPS, "templates", "tests", "benchmarks", "deploy", "docs", "static/css", "static/js")
READABLE = {".py", ".html", ".txt", ".md", ".css", ".js", ".toml", ".in", ".po", ".service", ""}


def our_texts():
    loose = [path for path in ROOT.iterdir() if path.is_file() and path.suffix in READABLE]
    for path in [*loose, *sources(*OURS, suffix="")]:
        if path.suffix in READABLE and path != Path(__file__).resolve():
            yield path, path.read_text(encoding="utf-8")


def test_no_file_names_a_developers_machine_or_unfinished_work():
    found = [
        f"{name_of(path)}: {match[0]}"
        for path, content in our_texts()
        for pattern in (PERSONAL_PATHS, UNFINISHED)
        for match in pattern.finditer(content)
    ]

    assert found == []
