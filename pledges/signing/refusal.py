"""Why a file signed outside is not accepted: a code for each reason, and its Vietnamese sentence."""

from enum import StrEnum

from .errors import SigningRefused


class Why(StrEnum):
    """The reasons, in the order in which they are looked for."""

    # The file as a whole
    TOO_LARGE = "too_large"
    NOT_A_PDF = "not_a_pdf"
    TOO_COSTLY = "too_costly"
    BROKEN = "broken"
    IRREGULAR = "irregular"
    ENCRYPTED = "encrypted"
    NOTHING_NEW = "nothing_new"
    STALE = "stale"
    ANOTHER_PAPER = "another_paper"
    SAVED_ANEW = "saved_anew"
    TOO_MUCH_ADDED = "too_much_added"
    OTHER_BASE = "other_base"
    TRAILING_BYTES = "trailing_bytes"
    # What was added to it
    PAGES_CHANGED = "pages_changed"
    FLATTENED = "flattened"
    NEW_FIELD = "new_field"
    ANNOTATION_ADDED = "annotation_added"
    ATTACHMENT_ADDED = "attachment_added"
    ACTION_ADDED = "action_added"
    CONTENT_CHANGED = "content_changed"
    CONTENT_REMOVED = "content_removed"
    FONT_CHANGED = "font_changed"
    CONTENT_HIDDEN = "content_hidden"
    SETTINGS_CHANGED = "settings_changed"
    PROPERTIES_CHANGED = "properties_changed"
    FIELD_CHANGED = "field_changed"
    SIGNATURE_REPLACED = "signature_replaced"
    EXTRA_REVISION = "extra_revision"
    # Where the signatures are
    NO_SIGNATURE = "no_signature"
    FOREIGN_FIELD = "foreign_field"
    SEVERAL_SIGNERS = "several_signers"
    AGENCY_FIRST = "agency_first"
    LOCKS_DOCUMENT = "locks_document"
    # The signatures themselves
    UNREADABLE_SIGNATURE = "unreadable_signature"
    WRONG_FORMAT = "wrong_format"
    OUTSIDE_BYTE_RANGE = "outside_byte_range"
    WEAK_DIGEST = "weak_digest"
    WEAK_KEY = "weak_key"
    NOT_INTACT = "not_intact"
    WRONG_TIME = "wrong_time"
    # The certificates
    UNREGISTERED_CERTIFICATE = "unregistered_certificate"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    UNKNOWN_CERTIFICATE = "unknown_certificate"
    REVOKED = "revoked"
    NOT_FOR_SIGNING = "not_for_signing"


# What to do about nearly all of them.
_AGAIN = "Hãy tải lại tệp đang có hiệu lực, ký vào đúng tệp đó rồi gửi lên."

SENTENCES = {
    Why.TOO_LARGE: "Tệp lớn hơn 50 MB, mức tối đa của một tệp gửi trên hệ thống.",
    Why.NOT_A_PDF: "Tệp này không phải là tệp PDF. Hãy chọn tệp PDF vừa ký.",
    Why.TOO_COSTLY: "Tệp này đọc quá lâu hoặc cần quá nhiều bộ nhớ, khác hẳn một tệp đã ký thông "
    f"thường, nên không được nhận. {_AGAIN}",
    Why.BROKEN: f"Tệp PDF đã hỏng hoặc bị cắt mất một phần nên không đọc được. {_AGAIN}",
    Why.IRREGULAR: "Phần thêm vào tệp không theo đúng chuẩn PDF, phần mềm khác có thể đọc ra nội dung "
    "khác. Hãy ký bằng phần mềm ký số khác, hoặc báo người quản trị.",
    Why.ENCRYPTED: "Tệp bị đặt mật khẩu hoặc đã mã hóa. Hãy ký vào tệp tải về, không đặt mật khẩu.",
    Why.NOTHING_NEW: "Tệp gửi lên chính là tệp đã tải về, chưa có chữ ký mới. Hãy ký rồi gửi tệp "
    "đã ký.",
    Why.STALE: "Tệp này được tải về trước khi {signer} ký lúc {time}. Hãy tải lại tệp đang có hiệu "
    "lực, rồi ký.",
    Why.ANOTHER_PAPER: f"Đây là tệp PDF của một văn bản khác, hoặc bản in ra PDF. {_AGAIN}",
    Why.SAVED_ANEW: "Tệp đã được lưu lại, in ra PDF hoặc sửa nên không còn giữ nguyên tệp đã tải "
    "về. Hãy tải lại, chỉ ký, không mở bằng phần mềm khác rồi lưu.",
    Why.TOO_MUCH_ADDED: "Phần thêm vào tệp lớn bất thường, hơn {limit}, không phải chỉ là chữ ký. "
    "Hãy dùng hình chữ ký nhỏ hơn rồi ký lại.",
    Why.OTHER_BASE: f"Phần thêm vào không nối tiếp đúng tệp đang có hiệu lực. {_AGAIN}",
    Why.TRAILING_BYTES: f"Sau chữ ký cuối cùng, tệp còn dữ liệu không được chữ ký nào bao trùm. {_AGAIN}",
    Why.PAGES_CHANGED: f"Số trang hoặc thứ tự trang của tệp đã thay đổi. {_AGAIN}",
    Why.FLATTENED: "Các ô ký trong tệp đã mất (biểu mẫu bị làm phẳng). Hãy tải lại, ký bằng phần "
    "mềm ký số, không dùng chức năng in hoặc làm phẳng biểu mẫu.",
    Why.ANNOTATION_ADDED: "Tệp có thêm ghi chú, bình luận hoặc hình vẽ trên trang. Hãy tải lại và "
    "chỉ ký; ý kiến thì gửi ở mục đề nghị chỉnh sửa.",
    Why.ATTACHMENT_ADDED: "Tệp có thêm tệp đính kèm bên trong. Hãy tải lại và chỉ ký, không đính kèm gì.",
    Why.ACTION_ADDED: "Tệp có thêm lệnh tự chạy khi mở. Hãy kiểm tra máy và phần mềm đã dùng, rồi "
    "tải lại và ký.",
    Why.CONTENT_CHANGED: f"Nội dung trên trang đã bị thay so với tệp đang có hiệu lực. {_AGAIN}",
    Why.CONTENT_REMOVED: f"Một phần nội dung của tệp đã bị xóa. {_AGAIN}",
    Why.FONT_CHANGED: f"Phông chữ của văn bản đã bị thay, chữ hiện ra có thể khác đi. {_AGAIN}",
    Why.CONTENT_HIDDEN: f"Tệp mang theo nội dung ẩn không thuộc chữ ký. {_AGAIN}",
    Why.SETTINGS_CHANGED: f"Cấu trúc chung của tệp đã bị thay. {_AGAIN}",
    Why.PROPERTIES_CHANGED: "Tiêu đề hoặc thông tin mô tả của tệp đã bị thay. Hãy tải lại và chỉ ký.",
    Why.FIELD_CHANGED: f"Một ô ký đã bị đổi tên, dời chỗ hoặc vẽ lại. {_AGAIN}",
    Why.SIGNATURE_REPLACED: f"Chữ ký có sẵn trong tệp đã bị thay hoặc gỡ. {_AGAIN}",
    Why.EXTRA_REVISION: f"Ngoài chữ ký, tệp còn được sửa thêm một lần nữa. {_AGAIN}",
    Why.NO_SIGNATURE: "Tệp gửi lên chưa có chữ ký mới nào. Hãy ký bằng phần mềm ký số rồi gửi lại.",
    Why.NEW_FIELD: "Chữ ký nằm ở một ô mới do phần mềm vẽ thêm, không phải ô {own} có sẵn. Hãy tải "
    "lại và chọn ô có sẵn của đơn vị để ký.",
    Why.FOREIGN_FIELD: "Chữ ký nằm ở ô {field}, là ô của đơn vị khác. Hãy tải lại và ký vào ô {own}.",
    Why.SEVERAL_SIGNERS: "Tệp có chữ ký của hơn một đơn vị hoặc hơn một người trong một lần gửi. "
    "Mỗi đơn vị tải về, ký và gửi tệp của mình.",
    Why.AGENCY_FIRST: "Chữ ký của cơ quan ở ô {field} có trước chữ ký của lãnh đạo. Lãnh đạo ký "
    "trước, văn thư ký bằng chứng thư của cơ quan sau.",
    Why.LOCKS_DOCUMENT: "Chữ ký ở ô {field} khóa văn bản, đơn vị sau không ký tiếp được. Hãy bỏ "
    "chọn khóa văn bản sau khi ký, rồi ký lại.",
    Why.UNREADABLE_SIGNATURE: "Không đọc được chữ ký ở ô {field}. Hãy ký lại; nếu vẫn vậy, báo "
    "người quản trị phần mềm ký số.",
    Why.WRONG_FORMAT: "Chữ ký ở ô {field} không theo chuẩn PAdES hoặc PKCS#7 của tệp PDF. Hãy chọn "
    "kiểu ký PDF trong phần mềm rồi ký lại.",
    Why.OUTSIDE_BYTE_RANGE: "Chữ ký ở ô {field} không bao trùm đúng tệp: phần được ký và nơi đặt "
    f"chữ ký không khớp. {_AGAIN}",
    Why.WEAK_DIGEST: "Chữ ký ở ô {field} dùng hàm băm {algorithm}, không còn an toàn. Hãy chọn "
    "SHA-256 trở lên trong phần mềm rồi ký lại.",
    Why.WEAK_KEY: "Khóa ký ở ô {field} là {algorithm}, yếu hơn mức tối thiểu (RSA 2048 hoặc ECDSA "
    "256). Cần chứng thư mới.",
    Why.NOT_INTACT: "Chữ ký ở ô {field} không khớp với nội dung của tệp. {again}",
    Why.WRONG_TIME: "Chữ ký ở ô {field} ghi thời điểm ký {time}, không khớp giờ của hệ thống hoặc "
    "thời hạn của chứng thư. Hãy chỉnh lại ngày giờ của máy tính rồi ký lại.",
    Why.UNREGISTERED_CERTIFICATE: "Chứng thư của {signer} (số {serial}) chưa được đăng ký để ký ô "
    "{field}. Hãy đăng ký chứng thư này trước, hoặc ký bằng chứng thư đã đăng ký.",
    Why.NOT_YET_VALID: "Chứng thư của {signer} chưa có hiệu lực; có hiệu lực từ {time}.",
    Why.EXPIRED: "Chứng thư của {signer} đã hết hạn từ {time}. Hãy gia hạn và đăng ký chứng thư "
    "mới.",
    Why.UNKNOWN_CERTIFICATE: "Chứng thư của {signer} không do tổ chức cấp chứng thư mà hệ thống tin "
    "cậy cấp.",
    Why.REVOKED: "Chứng thư của {signer} đã bị thu hồi{since}. Hãy liên hệ nơi cấp chứng thư.",
    Why.NOT_FOR_SIGNING: "Chứng thư của {signer} không được cấp để ký số.",
}


class UploadRefused(SigningRefused):
    """A file is not accepted: `code` says why, the message is for the person who sent it.

    `field` is the signature field it is about, `missed` the fields signed since the file was
    downloaded (STALE), so that whoever knows more can say more.
    """

    def __init__(self, code: Why, *, field: str = "", missed: tuple[str, ...] = (), **words: str):
        super().__init__(SENTENCES[code].format(field=field, again=_AGAIN, **words))
        self.code, self.field, self.missed = code, field, missed
        self._words = words

    def __reduce__(self):
        return _again, (self.code, self.field, self.missed, self._words)


def _again(code, field, missed, words):
    """Build a refusal anew on the other side of a pipe."""
    return UploadRefused(code, field=field, missed=missed, **words)
