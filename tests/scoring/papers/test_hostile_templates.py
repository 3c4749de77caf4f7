"""Templates that want more than to be filled: each refused with a sentence, in bounded time."""

import io
import time
import zipfile

import pytest

from scoring.papers.child import TOO_MUCH, fill_apart
from scoring.papers.package import LARGEST_FILE, TemplateRefused, check_package
from scoring.papers.sandbox import fill
from scoring.papers.word import context_of
from tests.scoring.papers import samples
from tests.scoring.papers.word_samples import changed, field, plain_template, text_of

EXTERNAL = (
    '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/{}" Target="http://example.com/a" TargetMode="External"/></Relationships>'
)


def context():
    return context_of(samples.minutes_of())


# Tags


@pytest.mark.parametrize(
    "tag",
    [
        "{{ ''.__class__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ paper.__class__ }}",
        "{{ paper['__class__'] }}",
        "{{ paper.groups.__init__ }}",
        "{{ paper.title.format }}",
        "{{ paper.title|attr('format') }}",
        "{{ paper.groups.append(1) }}",
        "{{ '{0.__class__}'.format(paper) }}",
        "{{ paper.title.center(999999999) }}",
        "{{ self.__init__ }}",
        "{{ self._TemplateReference__context }}",
        "{{ loop }}",
        "{% for one in paper.groups %}{{ loop.__class__ }}{% endfor %}",
        "{% for one in paper.groups %}{{ loop._iterable }}{% endfor %}",
        "{{ request }}",
        "{{ config }}",
        "{{ lipsum() }}",
        "{{ lipsum.__globals__ }}",
        "{{ cycler.__init__ }}",
        "{{ namespace() }}",
        "{{ range(999999999) }}",
        "{% for one in range(999999999) %}{% endfor %}",
        "{{ 'a' * 999999999 }}",
        "{{ 9 ** 9 ** 9 ** 9 }}",
        "{{ 'a' ~ 'b' }}",
        "{{ '%999999999d' % 1 }}",
        "{{ '%999999999d'|format(1) }}",
        "{{ [1]|batch(999999999) }}",
        "{{ paper.title|safe }}",
        "{{ paper.title|indent(999999999) }}",
        "{{ paper.title|pprint }}",
        "{{ paper|tojson }}",
        "{{ dict() }}",
        "{{ [].__class__ }}",
        "{% set one = 1 %}",
        "{% macro one() %}{{ one() }}{% endmacro %}{{ one() }}",
        "{% import 'word/document.xml' as one %}",
        "{% include '/etc/passwd' %}",
        "{% extends '/etc/passwd' %}",
        "{% block one %}{% endblock %}",
        "{% autoescape false %}{{ paper.title }}{% endautoescape %}",
        "{% filter upper %}a{% endfilter %}",
        "{% raw %}a{% endraw %}{% do 1 %}",
        "{% for one in paper.groups recursive %}{{ loop(paper.groups) }}{% endfor %}",
        "{{ paper.groups[0:99999999] }}",
        "{{ paper.khong_co }}",
        "{{ khong_co }}",
        "{{ paper.title",
        "{% for one in paper.title %}",
        "{% if paper.title %}",
    ],
)
def test_hostile_tag_is_refused_with_a_sentence(tag):
    with pytest.raises(TemplateRefused, match=r"^Mẫu|^Thẻ"):
        fill(plain_template(tag), context())


@pytest.mark.parametrize("part", ["core properties", "head"])
def test_hostile_tag_elsewhere_than_in_the_body_is_refused(part):
    import docx

    document = docx.Document()
    if part == "head":
        document.sections[0].header.paragraphs[0].add_run("{{ ''.__class__ }}")
    else:
        document.core_properties.title = "{{ ''.__class__ }}"
    out = io.BytesIO()
    document.save(out)

    with pytest.raises(TemplateRefused):
        fill(out.getvalue(), context())


def test_loops_in_loops_end_with_the_process_they_run_in():
    """Every tag alone is allowed; twelve levels over 33 rows are not to be waited for."""
    depth = 12
    opening = "".join(f"{{% for a{n} in paper.blank_lines %}}" for n in range(depth))
    bomb = plain_template(opening + "{% endfor %}" * depth)
    many = context()
    many["paper"]["blank_lines"] = ["."] * 33

    with pytest.raises(TemplateRefused, match=TOO_MUCH):
        fill_apart(bomb, many)


def test_memory_is_bounded():
    opening = "".join(f"{{% for a{n} in paper.blank_lines %}}" for n in range(3))
    bomb = plain_template(opening + "A" * 60_000 + "{% endfor %}" * 3)
    many = context()
    many["paper"]["blank_lines"] = ["."] * 33

    with pytest.raises(TemplateRefused, match=TOO_MUCH):
        fill_apart(bomb, many)


def test_refusal_comes_back_from_the_process_apart():
    with pytest.raises(TemplateRefused, match="Mẫu dùng tên không có trong văn bản"):
        fill_apart(plain_template("{{ paper.khong_co }}"), context())


# Packages


@pytest.mark.parametrize(
    ("sentence", "template"),
    [
        ("không phải là văn bản Word", lambda: b""),
        ("không phải là văn bản Word", lambda: b"%PDF-1.7"),
        ("không phải là văn bản Word", lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 512),
        ("lớn hơn 2 MB", lambda: b"PK" + b"\0" * LARGEST_FILE),
        (
            "có macro",
            lambda: changed(
                types=(
                    "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                    "vnd.ms-word.document.macroEnabled.main+xml",
                )
            ),
        ),
        (
            "có macro",
            lambda: changed(
                added={"word/vbaProject.bin": b"x"},
                types=(
                    "<Override ",
                    '<Default Extension="bin" ContentType='
                    '"application/vnd.ms-office.vbaProject"/><Override ',
                ),
            ),
        ),
        ("thành phần lạ", lambda: changed(added={"word/vbaProject.bin": b"x"})),
        ("thành phần lạ", lambda: changed(added={"word/embeddings/oleObject1.bin": b"x"})),
        ("thành phần lạ", lambda: changed(added={"word/activeX/activeX1.exe": b"x"})),
        (
            "thành phần lạ",
            lambda: changed(
                added={"word/a.html": b"<script>"},
                types=(
                    "<Override ",
                    '<Default Extension="html" ContentType="text/html"/><Override ',
                ),
            ),
        ),
        (
            "liên kết ra ngoài",
            lambda: changed(links=("</Relationships>", EXTERNAL.format("image"))),
        ),
        (
            "liên kết ra ngoài",
            lambda: changed(links=("</Relationships>", EXTERNAL.format("hyperlink"))),
        ),
        (
            "liên kết ra ngoài",
            lambda: changed(links=("</Relationships>", EXTERNAL.format("attachedTemplate"))),
        ),
        (
            "trường “DDEAUTO",
            lambda: changed(body=("</w:body>", field('DDEAUTO c:\\\\cmd.exe "/k"'))),
        ),
        ("trường “DDEAUTO", lambda: changed(body=("</w:body>", field("DD", "EAU", "TO a")))),
        (
            "trường “INCLUDETEXT",
            lambda: changed(body=("</w:body>", field("INCLUDETEXT /etc/passwd"))),
        ),
        ("trường “{{ paper.title", lambda: changed(body=("</w:body>", field("{{ paper.title }}")))),
        (
            "trường “INCLUDEPICTURE",
            lambda: changed(
                body=("</w:body>", '<w:p><w:fldSimple w:instr="INCLUDEPICTURE a"/></w:p></w:body>')
            ),
        ),
        ("ghép thêm tệp", lambda: changed(body=("</w:body>", "<w:altChunk/></w:body>"))),
        (
            "kiểu tài liệu",
            lambda: changed(body=("<w:document", "<!DOCTYPE a [<!ENTITY b 'c'>]><w:document")),
        ),
        ("bị hỏng", lambda: changed(body=("</w:body>", "</w:bod>"))),
        ("tên thành phần", lambda: changed(added={"../../etc/passwd.xml": b"<a/>"})),
        ("tên thành phần", lambda: changed(added={"word\\a.xml": b"<a/>"})),
        ("quá lớn", lambda: changed(added={f"word/a{n}.xml": b"<a/>" for n in range(200)})),
        ("quá lớn", lambda: changed(added={"word/a.xml": b"<a>" + b" " * 21_000_000 + b"</a>"})),
    ],
)
def test_hostile_package_is_refused_with_a_sentence(sentence, template):
    with pytest.raises(TemplateRefused, match=sentence):
        check_package(template())


def test_encrypted_package_is_refused():
    data = bytearray(plain_template("a"))
    # The flag of an encrypted entry, in the first local head and in the directory.
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1

    with pytest.raises(TemplateRefused, match="mật khẩu"):
        check_package(bytes(data))


def test_zip_bomb_is_refused_before_it_is_unpacked():
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb,
        bomb.open("word/a.xml", "w") as part,
    ):
        for _ in range(200):
            part.write(b"\0" * 1_000_000)
    assert len(out.getvalue()) < LARGEST_FILE
    begin = time.monotonic()

    with pytest.raises(TemplateRefused, match="quá lớn"):
        check_package(out.getvalue())

    assert time.monotonic() - begin < 1


def test_entry_that_lies_about_its_size_is_not_read_further():
    data = changed(added={"word/a.xml": b"<a>" + b" " * 5_000_000 + b"</a>"})
    size = (5_000_007).to_bytes(4, "little")

    with pytest.raises(TemplateRefused):
        check_package(data.replace(size, (10).to_bytes(4, "little")))


def test_plain_template_is_taken():
    template = changed(body=("</w:body>", field(" PAGE ")))

    check_package(template)
    assert text_of(fill(plain_template("{{ paper.kind }}"), context())) == "BIÊN BẢN"
