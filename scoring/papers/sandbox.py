"""Filling a Word template that a person wrote, without trusting it.

Four walls: the package holds only the parts of a plain document (package.py); its tags may only
name, compare, choose and repeat; jinja2's sandbox refuses what lies behind a value; and the whole
runs in a process of its own with little time and memory (child.py).
"""

import io
import re

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, nodes
from jinja2.exceptions import TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.runtime import LoopContext
from jinja2.sandbox import SandboxedEnvironment, SecurityError

from scoring.papers.package import TemplateRefused, check_package

LARGEST_RESULT = 10 * 1024 * 1024
# What XML cannot hold: control characters that were typed long before anything cleaned them.
NOT_IN_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
FILTERS = ("default", "first", "join", "last", "length", "lower", "trim", "upper")
# No calls, no arithmetic, no assignments, no blocks, imports or macros.
ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.CondExpr),
    *(nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const, nodes.Filter, nodes.Test),
    *(nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not),
)
LOOP_NAMES = ("first", "index", "index0", "last", "length")
TESTS = ("defined", "undefined", "none")


class Sandbox(SandboxedEnvironment):
    """Tags that name values, compare, choose and repeat; everything else is refused."""

    def __init__(self):
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS}
        self.tests = {name: self.tests[name] for name in TESTS}

    def compile(self, source, *args, **kwargs):
        """Every source comes by here; docxtpl compiles body, heads, foots and properties."""
        tree = self.parse(source) if isinstance(source, str) else source
        for node in _walk(tree):
            if not isinstance(node, ALLOWED):
                raise SecurityError(f"thẻ hoặc phép “{type(node).__name__}”")
        return super().compile(tree, *args, **kwargs)

    def getattr(self, obj, attribute):
        """Names are keys of the paper's values, or tell where a loop stands; nothing else has any."""
        if isinstance(obj, LoopContext) and attribute in LOOP_NAMES:
            return getattr(obj, attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj, argument):
        if isinstance(obj, dict) or (isinstance(obj, list) and isinstance(argument, int)):
            try:
                return obj[argument]
            except LookupError:
                return self.undefined(obj=obj, name=argument)
        return self.unsafe_undefined(obj, argument)

    def is_safe_callable(self, obj):
        return False


def _walk(node):
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child)


def fill(template: bytes, context: dict) -> bytes:
    """The template with the context's values, a plain dict; raises TemplateRefused."""
    check_package(template)
    try:
        document = DocxTemplate(io.BytesIO(template))
        document.render(_for_xml(context), jinja_env=Sandbox(), autoescape=True)
    except SecurityError as refused:
        raise TemplateRefused(f"Mẫu dùng thứ không được phép: {refused}.") from None
    except UndefinedError as missing:
        raise TemplateRefused(f"Mẫu dùng tên không có trong văn bản: {missing}.") from None
    except TemplateSyntaxError as wrong:
        raise TemplateRefused(f"Thẻ trong mẫu viết sai: {wrong.message}.") from None
    except (
        TemplateError,
        TypeError,
        ValueError,
        KeyError,
        ArithmeticError,
        RecursionError,
    ) as wrong:
        raise TemplateRefused(f"Mẫu không lập được văn bản ({type(wrong).__name__}).") from None
    out = io.BytesIO()
    document.save(out)
    if out.tell() > LARGEST_RESULT:
        raise TemplateRefused("Văn bản lập từ mẫu lớn hơn 10 MB.")
    return out.getvalue()


def _for_xml(value):
    if isinstance(value, dict):
        return {key: _for_xml(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_for_xml(one) for one in value]
    return NOT_IN_XML.sub("", value) if isinstance(value, str) else value
