"""The floors: what Django itself needs for a page, and for a form, with nothing of ours in it.

The bare page goes through the same middleware and reads the session and the user; its template
shows the user's name. Used as ROOT_URLCONF, so that it is served beside the application's pages.
"""

from decimal import Decimal

from django.http import HttpResponse
from django.template import engines
from django.urls import include, path

BARE_PAGE = "/trang-toi-thieu/"
TEMPLATE = """<!doctype html>
<html lang="vi"><head><title>Trang tối thiểu</title></head>
<body><h1>Xin chào</h1><p>{{ request.user.full_name }}</p></body></html>
"""
_compiled = None


def bare_page(request):
    global _compiled
    if _compiled is None:
        _compiled = engines["django"].from_string(TEMPLATE)
    return HttpResponse(_compiled.render({}, request))


def bare_forms(forms):
    """Django's own rendering of these forms and formsets, every field with label and help."""
    return "".join(str(form.as_div()) for form in forms)


GRID = """{% for row in rows %}<tr><th scope="row">{{ row.0 }}</th>{% for cell in row.1 %}
<td class="number">{{ cell }}</td>{% endfor %}</tr>{% endfor %}"""
_grid = None


def bare_grid(rows, columns):
    """A table of so many rows and cells, from numbers in memory, as Django writes them."""
    global _grid
    if _grid is None:
        _grid = engines["django"].from_string(GRID)
    values = [
        (f"Đơn vị {row}", [Decimal(f"{row}.{cell:02}") for cell in range(columns)])
        for row in range(rows)
    ]
    return _grid.render({"rows": values})


urlpatterns = [path(BARE_PAGE.strip("/") + "/", bare_page), path("", include("khoithidua.urls"))]
