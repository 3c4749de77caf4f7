"""What may be inside a Word template: the parts of a plain document, and nothing that acts."""

import io
import re
import zipfile

from lxml import etree

LARGEST_FILE = 2 * 1024 * 1024
LARGEST_UNPACKED = 20 * 1024 * 1024
MOST_PARTS = 150
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
# Types of parts of a plain document. Macros, embedded objects, other formats to be merged in
# (altChunk), ActiveX and what is unknown are not among them.
PLAIN_TYPES = re.compile(
    r"application/vnd\.openxmlformats-officedocument\.wordprocessingml\.[\w.]+\+xml"
    r"|application/vnd\.openxmlformats-officedocument\.(?:theme|extended-properties"
    r"|custom-properties|customXmlProperties)\+xml"
    r"|application/vnd\.openxmlformats-package\.[\w.-]+\+xml"
    r"|application/vnd\.ms-word\.(?:stylesWithEffects|people|comments\w+)\+xml"
    r"|application/xml|image/(?:png|jpeg)"
)
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
# Fields that read nothing from elsewhere: others fetch files, links or databases when opened.
PLAIN_FIELDS = {"PAGE", "NUMPAGES", "SECTIONPAGES"}


class TemplateRefused(Exception):
    """Why a template is not taken, as a sentence."""


def check_package(data: bytes) -> None:
    """Raise TemplateRefused unless these bytes are a plain Word document."""
    if len(data) > LARGEST_FILE:
        raise TemplateRefused("Mẫu lớn hơn 2 MB.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = _unpacked(package)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError):
        raise TemplateRefused("Tệp không phải là văn bản Word (.docx), hoặc có mật khẩu.") from None
    trees = {name: _parsed(name, part) for name, part in parts.items() if _is_xml(name)}
    _check_types(parts, trees.get("[Content_Types].xml"))
    for name, tree in trees.items():
        if name.endswith(".rels"):
            _check_links(tree)
        else:
            _check_fields(tree)


def _unpacked(package):
    """{name: bytes}; sizes are checked before anything is unpacked."""
    entries = [entry for entry in package.infolist() if not entry.is_dir()]
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise TemplateRefused("Mẫu giải nén ra quá lớn.")
    if len(set(names)) != len(names) or any(_is_outside(name) for name in names):
        raise TemplateRefused("Mẫu có tên thành phần không hợp lệ.")
    # No more than the size an entry declares is ever read.
    return {entry.filename: package.read(entry) for entry in entries}


def _is_outside(name):
    return name.startswith("/") or "\\" in name or ".." in name.split("/")


def _is_xml(name):
    return name.lower().endswith((".xml", ".rels"))


def _parsed(name, data):
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        tree = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        raise TemplateRefused(f"Thành phần {name} của mẫu bị hỏng.") from None
    if tree.getroottree().docinfo.doctype:
        raise TemplateRefused(f"Thành phần {name} của mẫu khai báo kiểu tài liệu (DTD).")
    return tree


def _check_types(parts, declared):
    if declared is None:
        raise TemplateRefused("Tệp không phải là văn bản Word (.docx).")
    by_name = {
        one.get("PartName", "").lower(): one.get("ContentType", "")
        for one in declared.iter(f"{TYPES}Override")
    }
    by_ending = {
        one.get("Extension", "").lower(): one.get("ContentType", "")
        for one in declared.iter(f"{TYPES}Default")
    }
    kinds = {}
    for name in parts:
        if name != "[Content_Types].xml":
            ending = name.rpartition(".")[2].lower()
            kinds[name] = by_name.get(f"/{name.lower()}") or by_ending.get(ending, "")
    if any("macro" in kind.lower() or "vba" in kind.lower() for kind in kinds.values()):
        raise TemplateRefused("Mẫu có macro; hãy lưu thành văn bản Word (.docx) không có macro.")
    if list(kinds.values()).count(MAIN) != 1:
        raise TemplateRefused("Tệp không phải là văn bản Word (.docx).")
    for name, kind in kinds.items():
        if not PLAIN_TYPES.fullmatch(kind):
            raise TemplateRefused(f"Mẫu có đối tượng nhúng hoặc thành phần lạ: {name}.")


def _check_links(tree):
    for link in tree:
        if link.get("TargetMode", "").lower() == "external" or "://" in link.get("Target", ""):
            raise TemplateRefused("Mẫu có liên kết ra ngoài; hãy bỏ liên kết, ảnh và mẫu gắn kèm.")


def _check_fields(tree):
    for simple in tree.iter(f"{WORD}fldSimple"):
        _check_field(simple.get(f"{WORD}instr", ""))
    for _link in tree.iter(f"{WORD}altChunk"):
        raise TemplateRefused("Mẫu ghép thêm tệp khác.")
    codes: list[str] = []
    for one in tree.iter(f"{WORD}fldChar", f"{WORD}instrText"):
        kind = one.get(f"{WORD}fldCharType")
        if kind == "begin":
            codes.append("")
        elif kind is None:
            # Code outside a field does nothing by itself; joined to one, it counts with it.
            codes = [*codes[:-1], (codes[-1] if codes else "") + (one.text or "")]
        elif kind == "end" and codes:
            _check_field(codes.pop())
    for code in codes:
        _check_field(code)


def _check_field(code):
    words = code.split()
    if not words or words[0].upper() not in PLAIN_FIELDS:
        raise TemplateRefused(
            f"Mẫu có trường “{code.strip()[:40]}”; chỉ dùng được trường số trang."
        )
