"""Guards that are on for every test; each fails the test that would let a mistake through.

- a variable that does not exist, asked for by one of our own templates
- a POST form in an answer without its CSRF token, or with two
- `select_for_update` with `select_related` and no `of=`: it would lock the joined rows too, and
  PostgreSQL refuses it where a join may be empty
- querysets without an order: they come back shuffled, and slices of them are refused
- connections to anything but this machine
"""

import random
import re
import socket
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.management.commands.flush import Command as Flush
from django.db import connections
from django.db.models.query import QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.template.base import FilterExpression, Parser, VariableDoesNotExist

# Copies of other projects' templates, which count on missing variables being empty.
BORROWED_TEMPLATES = ("admin", "import_export", "bootstrap5")
OUR_APPS = ("khoithidua", "units", "pledges", "scoring")
# Tables that hold one row, of which there is no order.
ONE_ROW = ("ReferenceStamp",)

FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL | re.IGNORECASE)
POSTED = re.compile(r"""method=["']?post""", re.IGNORECASE)


class GuardFailed(AssertionError):
    """What a guard found; never caught by the application."""


@contextmanager
def all_guards():
    with ExitStack() as stack:
        for guard in (
            defined_variables(),
            csrf_tokens(),
            locks_name_their_table(),
            shuffled_querysets(),
            no_network(),
            triggers_off_while_flushing(),
        ):
            stack.enter_context(guard)
        yield


def defined_variables():
    """`{% if missing %}` and `{{ missing|default:"…" }}` ask whether it is there, and may."""
    root = Path(settings.BASE_DIR) / "templates"
    borrowed = tuple(str(root / name) for name in BORROWED_TEMPLATES)

    class Watched(FilterExpression):
        __slots__ = ("origin",)

        def resolve(self, context, ignore_failures=False):
            if self.is_var and not ignore_failures and not self._has_default():
                try:
                    self.var.resolve(context)
                except VariableDoesNotExist as missing:
                    raise GuardFailed(f"{self.origin}: {{{{ {self.token} }}}}: {missing}") from None
            return super().resolve(context, ignore_failures)

        def _has_default(self):
            return bool(self.filters) and self.filters[0][0].__name__ == "default"

    def compile_filter(parser, token):
        name = str(getattr(parser.origin, "name", ""))
        if not name.startswith(str(root)) or name.startswith(borrowed):
            return FilterExpression(token, parser)
        expression = Watched(token, parser)
        expression.origin = name.removeprefix(f"{root}/")
        return expression

    return patch.object(Parser, "compile_filter", compile_filter)


def csrf_tokens():
    answer = BaseHandler.get_response

    def get_response(handler, request):
        response = answer(handler, request)
        if not response.streaming and response.get("Content-Type", "").startswith("text/html"):
            check_forms(response.content.decode(), request.path)
        return response

    return patch.object(BaseHandler, "get_response", get_response)


def check_forms(html, path):
    for attributes, content in FORM.findall(html):
        tokens = content.count('name="csrfmiddlewaretoken"')
        if POSTED.search(attributes) and tokens != 1:
            raise GuardFailed(f"{path}: a POST form with {tokens} CSRF tokens: <form{attributes}>")


def locks_name_their_table():
    as_sql = SQLCompiler.as_sql

    def checked(compiler, *args, **kwargs):
        query = compiler.query
        if query.select_for_update and query.select_related and not query.select_for_update_of:
            raise GuardFailed(f"select_for_update(of=…) is missing on {query.model.__name__}")
        return as_sql(compiler, *args, **kwargs)

    return patch.object(SQLCompiler, "as_sql", checked)


@contextmanager
def shuffled_querysets():
    fetch_all, get_item = QuerySet._fetch_all, QuerySet.__getitem__

    def shuffled(queryset):
        is_fresh = queryset._result_cache is None
        fetch_all(queryset)
        if is_fresh and not queryset.ordered:
            random.shuffle(queryset._result_cache)

    def ordered_slice(queryset, key):
        name = queryset.model.__name__
        ours = queryset.model._meta.app_label in OUR_APPS and name not in ONE_ROW
        if ours and queryset._result_cache is None and not queryset.ordered:
            raise GuardFailed(f"A slice of {name} rows without an order")
        return get_item(queryset, key)

    with (
        patch.object(QuerySet, "_fetch_all", shuffled),
        patch.object(QuerySet, "__getitem__", ordered_slice),
    ):
        yield


@contextmanager
def no_network():
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def checked(original):
        def to_this_machine(sock, address):
            host = address[0] if isinstance(address, tuple) else ""
            if host not in ("", "127.0.0.1", "::1", "localhost"):
                raise GuardFailed(f"A test opened a connection to {address!r}")
            return original(sock, address)

        return to_this_machine

    with (
        patch.object(socket.socket, "connect", checked(connect)),
        patch.object(socket.socket, "connect_ex", checked(connect_ex)),
    ):
        yield


def triggers_off_while_flushing():
    """Emptying a table is what the triggers of append-only tables refuse."""
    from django.core.cache import cache

    from khoithidua import triggers
    from units.models import ReferenceStamp

    handle = Flush.handle

    def unguarded(command, **options):
        connection = connections[options["database"]]
        triggers.remove(connection)
        try:
            handle(command, **options)
            # What a flush leaves out, and what a migration had put there.
            cache.clear()
            ReferenceStamp.objects.get_or_create()
        finally:
            triggers.install(connection)

    return patch.object(Flush, "handle", unguarded)
