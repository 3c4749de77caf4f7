"""Files that people upload: what is taken, and one sentence for each reason why not.

    upload = accept(request.FILES["file"])      raises Refused
    stored = StoredFile.objects.keep(upload.data, content_type=upload.content_type, by=user)

The content decides what a file is, and its extension must agree. Whatever has to be parsed is
parsed in a process of its own (reader.py), with bounds on memory and time.
"""

import puremagic
from django.conf import settings

from khoithidua.uploads import child, names
from khoithidua.uploads.kinds import ALLOWED, BY_EXTENSION, KINDS, Upload, sniff

__all__ = [
    "ACCEPT",
    "DECLARATION",
    "NO_SECRETS",
    "Refused",
    "Upload",
    "accept",
    "hint",
    "limit_words",
]

# For <input accept="…">, and for its hint.
ACCEPT = ",".join(BY_EXTENSION)
# Beside every upload, and the box to tick each time.
NO_SECRETS = "Không tải lên tài liệu có dấu mật."
DECLARATION = "Tôi xác nhận các tệp này không phải là tài liệu có dấu mật."

EMPTY = "Tệp rỗng, không có nội dung."
MACROS = (
    "Tệp có macro (mã lệnh), có thể mang mã độc. Hãy lưu thành tệp không có macro (.docx, .xlsx) "
    "hoặc xuất ra PDF rồi tải lại."
)
COMPRESSED = "Không nhận tệp nén. Hãy giải nén rồi tải từng tệp bên trong."
NOT_JPEG = "Ảnh này điện thoại mới mở được (.heic, .webp). Hãy lưu lại thành .jpg rồi tải lại."
TWO_ENDINGS = "Tên tệp giấu đuôi của một chương trình ({ending}). Hãy đổi lại tên tệp."
REFUSALS = {
    "macros": MACROS,
    "encrypted": "Tệp có mật khẩu hoặc đã mã hóa, người thẩm định không mở được. Hãy bỏ mật khẩu "
    "rồi tải lại.",
    "broken": "Tệp đã hỏng hoặc không đúng định dạng, không mở được. Hãy mở thử trên máy, lưu lại "
    "rồi tải lại.",
    "bomb": "Tệp nhỏ nhưng mở ra quá lớn, nên không được nhận. Hãy xuất ra PDF rồi tải lại.",
    "pages": f"Tệp PDF có hơn {child.MOST_PAGES} trang. Hãy tách thành nhiều tệp.",
    "pixels": f"Ảnh lớn hơn {child.MOST_PIXELS // 10**6} triệu điểm ảnh. Hãy thu nhỏ ảnh rồi tải lại.",
    "embedded": "Tệp có gắn kèm một chương trình hoặc tệp lạ bên trong. Hãy bỏ phần gắn kèm, hoặc "
    "xuất ra PDF, rồi tải lại.",
    "two_in_one": "Tệp vừa là tài liệu vừa là tệp nén, nên không được nhận. Hãy lưu lại rồi tải lại.",
    "too_heavy": "Tệp này đọc quá lâu hoặc cần quá nhiều bộ nhớ, nên không được nhận. Hãy xuất lại "
    "ra PDF, hoặc tách thành nhiều tệp.",
}


class Refused(ValueError):
    """The file is not taken; the message is for the person who chose it."""


def limit_words():
    return f"{settings.UPLOAD_LIMIT // 1024 // 1024} MB"


def hint():
    """What an upload's field says of itself."""
    return f"{ALLOWED}; mỗi tệp nhiều nhất {limit_words()}."


def accept(file) -> Upload:
    """Read an uploaded file (Django's UploadedFile); raises Refused with a sentence saying why."""
    name = names.clean(file.name)
    _check_name(name)
    if not file.size:
        raise Refused(EMPTY)
    if file.size > settings.UPLOAD_LIMIT:
        raise Refused(f"Tệp lớn hơn {limit_words()}, mức tối đa của một tệp gửi trên hệ thống.")
    file.seek(0)
    data = file.read()
    extension = names.extension(name)
    found = sniff(data)
    if not found:
        raise Refused(_other_content(extension, data))
    answer = child.check(found, data)
    if "refused" in answer:
        raise Refused(REFUSALS[answer["refused"]])
    kind = KINDS[answer["kind"]]
    if extension not in kind.extensions:
        raise Refused(_says(extension, kind.extensions[0]))
    return Upload(name, kind.name, kind.content_type, data)


def _check_name(name):
    extension = names.extension(name)
    if extension in names.MACRO_EXTENSIONS:
        raise Refused(MACROS)
    if extension in names.ARCHIVE_EXTENSIONS:
        raise Refused(COMPRESSED)
    if extension in names.PHONE_EXTENSIONS:
        raise Refused(NOT_JPEG)
    if extension not in BY_EXTENSION:
        called = f"Không nhận tệp {extension}" if extension else "Tên tệp không có đuôi"
        raise Refused(f"{called}. Chỉ nhận {ALLOWED}.")
    if hidden := names.hidden_ending(name):
        raise Refused(TWO_ENDINGS.format(ending=hidden))


def _says(extension, real):
    return f"Tên tệp mang đuôi {extension} nhưng nội dung là {real}. Hãy tải đúng tệp gốc."


def _other_content(extension, data):
    """The sentence for content that is none of ours; named where it is known."""
    try:
        guesses = [guess.extension for guess in puremagic.magic_string(data[:4096])]
    except (puremagic.PureError, ValueError):
        guesses = []
    real = next((guess for guess in guesses if guess in names.KNOWN), "")
    if real and real != extension:
        return _says(extension, real)
    return f"Nội dung của tệp không phải là {extension}. Hãy tải đúng tệp gốc."
