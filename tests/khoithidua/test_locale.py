"""What Django, allauth and import-export say to people comes out in Vietnamese."""

import ast
import gettext as gnu_gettext
import importlib.util
import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.mfa.adapter import get_adapter as mfa_adapter
from allauth.mfa.base.forms import AuthenticateForm
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.humanize.templatetags.humanize import naturalday, naturaltime
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.paginator import Paginator
from django.core.validators import FileExtensionValidator
from django.template import Context, Template
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.timesince import timesince
from django.utils.translation import gettext, ngettext, npgettext, pgettext
from django.views.i18n import JavaScriptCatalog

CATALOGUE = Path(settings.LOCALE_PATHS[0], "vi", "LC_MESSAGES")


# The catalogue itself


def read_po(path):
    """Entries of a .po file: {(context, msgid): (msgid_plural, msgstr, references)}."""
    entries = {}
    for block in re.split(r"\n\s*\n", path.read_text()):
        fields, references, current = {}, [], None
        for line in block.splitlines():
            if line.startswith("#:"):
                references += line[2:].split()
            elif line.startswith("#, ") and "fuzzy" in line:
                fields["fuzzy"] = "yes"
            elif match := re.match(r'(msg\w+)(?:\[0\])? (".*")$', line):
                current = match[1]
                fields[current] = ast.literal_eval(match[2])
            elif line.startswith('"'):
                fields[current] += ast.literal_eval(line)
        if fields.get("msgid"):
            translated = "" if "fuzzy" in fields else fields.get("msgstr", "")
            key = (fields.get("msgctxt"), fields["msgid"])
            entries[key] = (fields.get("msgid_plural"), translated, references)
    return entries


def package_po(package, language, domain="django"):
    [folder] = importlib.util.find_spec(package).submodule_search_locations
    path = Path(folder, "locale", language, "LC_MESSAGES", f"{domain}.po")
    return read_po(path) if path.exists() else {}


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_compiled_catalogue_is_made_from_its_source(domain):
    source = read_po(CATALOGUE / f"{domain}.po")

    with (CATALOGUE / f"{domain}.mo").open("rb") as file:
        compiled = gnu_gettext.GNUTranslations(file)

    expected = {}
    for (context, msgid), (plural, translated, _) in source.items():
        key = msgid if context is None else f"{context}\x04{msgid}"
        expected[(key, 0) if plural else key] = translated
    catalogue = {key: value for key, value in compiled._catalog.items() if key}
    assert catalogue == expected


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_translations_keep_the_placeholders(domain):
    placeholder = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")

    for (_, msgid), (plural, translated, _) in read_po(CATALOGUE / f"{domain}.po").items():
        wanted = sorted(placeholder.findall(plural or msgid))
        assert sorted(placeholder.findall(translated)) == wanted, msgid
        edges = (msgid[:1].isspace(), msgid[-1:].isspace())
        assert edges == (translated[:1].isspace(), translated[-1:].isspace()), msgid


DJANGO = [
    "django.conf",
    *(f"django.contrib.{app}" for app in ("admin", "auth", "contenttypes", "humanize", "sessions")),
]
# Never on a screen here: languages to choose, pages of DEBUG and of views we do not use, and the
# CSRF page, which is our own.
NOT_SHOWN = re.compile(
    r"conf/global_settings|views/(csrf|static|generic|templates)|contenttypes/views|"
    # allauth: telephones, sign-up, codes by mail instead of a password, trusted browsers.
    r"(headless|idp|socialaccount|usersessions)/|phone|signup|login_code|trust|verification_sent|"
    r"verified_email_required|already_exists|account/fields.py:6"
)
NOT_SHOWN_EITHER = {
    # Names of column types, for admindocs.
    *("String (unlimited)", "Duration", "Positive big integer", "Universally unique identifier"),
    *("A JSON object",),
    # allauth, as above, from files that also hold what is shown.
    *("Username, email or phone", "Username or phone", "Email or phone", "Phone"),
    *("Email (again)", "Email address confirmation", "Email (optional)", "Username (optional)"),
    *("A user is already registered with this phone number.", "Forgot Password?"),
    "The phone number and/or password you specified are not correct.",
    "The phone number is not assigned to any user account.",
    "If it was you, you can sign up for an account using the link below.",
    "If you have not created an account yet, then please %(link)ssign up%(end_link)s first.",
    *("Send me a sign-in code", "Account Connections", "Sign Up"),
    # import-export: mistakes of the programmer, and messages put together before translation.
    *("%s through import_export", "Form is not validated, call `is_valid` first"),
    "The following fields are declared in 'import_id_fields' but are not present in the "
    "resource fields: %s",
    "The following fields are declared in 'import_id_fields' but are not present in the "
    "file headers: %s",
    "call to force_str() on instance failed: %s",
    "use_natural_foreign_keys and key_is_id cannot both be True",
}


@pytest.mark.parametrize(
    ("package", "source_language", "domain"),
    [
        *((package, "en", "django") for package in DJANGO),
        ("django.contrib.admin", "en", "djangojs"),
        ("allauth", "en", "django"),
        # import-export ships no English catalogue; its German one is complete.
        ("import_export", "de", "django"),
    ],
)
def test_everything_shown_has_vietnamese(package, source_language, domain):
    """An upgrade that brings new words fails here until they are translated or listed."""
    ours = read_po(CATALOGUE / f"{domain}.po")
    # All catalogues are one at run time: Django's "Password" serves allauth too.
    theirs = {}
    for django_package in DJANGO:
        theirs |= package_po(django_package, "vi", domain)
    source = package_po(package, source_language, domain)
    assert source

    missing = [
        key[1]
        for key, (_, _, references) in source.items()
        if key not in ours
        and not theirs.get(key, ("", "", []))[1]
        and key[1] not in NOT_SHOWN_EITHER
        and not (references and all(NOT_SHOWN.search(place) for place in references))
    ]

    assert missing == []


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_nothing_is_translated_that_nobody_says(domain):
    said = set().union(*(package_po(package, "en", domain) for package in [*DJANGO, "allauth"]))
    said |= set(package_po("import_export", "de", domain))
    # Put together from a word and "%s through import_export" before it is translated.
    said |= {(None, f"{kind} through import_export") for kind in ("new", "update", "delete")}

    assert set(read_po(CATALOGUE / f"{domain}.po")) - said == set()


# What people meet: forms and files


def test_required_and_wrong_values():
    with pytest.raises(ValidationError, match="Trường này là bắt buộc"):
        forms.CharField().clean("")
    with pytest.raises(ValidationError, match=r"^\['Nhập một số nguyên\.'\]$"):
        forms.IntegerField().clean("1,5")
    with pytest.raises(ValidationError, match="Hãy chọn một giá trị có trong danh sách"):
        forms.ChoiceField(choices=[("a", "A")]).clean("b")
    with pytest.raises(ValidationError, match=r"Chỉ được dài tối đa 3 ký tự \(hiện có 4\)"):
        forms.CharField(max_length=3).clean("abcd")
    with pytest.raises(ValidationError, match="địa chỉ thư điện tử hợp lệ"):
        forms.EmailField().clean("a@")


def test_file_extension_validator():
    file = SimpleUploadedFile("giao-uoc.exe", b"x")

    with pytest.raises(ValidationError) as refused:
        FileExtensionValidator(["pdf", "docx"])(file)

    assert refused.value.messages == [
        "Không nhận tệp có đuôi “exe”. Các đuôi được nhận: pdf, docx."
    ]


def test_empty_and_missing_files():
    with pytest.raises(ValidationError, match="Tệp được gửi không có nội dung"):
        forms.FileField().clean(SimpleUploadedFile("a.pdf", b""))


def test_formset_limits():
    formset = forms.formset_factory(forms.Form, max_num=1, validate_max=True)
    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0"}

    assert formset(data).non_form_errors() == ["Chỉ được gửi tối đa 1 mục."]


def test_pages_of_a_list():
    with pytest.raises(Exception, match="Trang này không có kết quả nào"):
        Paginator([1, 2], 1).page(3)


# What people meet: dates and time


def test_dates_are_read_the_vietnamese_way_by_every_form():
    assert forms.DateField().clean("01/02/2026") == date(2026, 2, 1)
    assert forms.DateField().clean("31/12/2026") == date(2026, 12, 31)
    assert forms.DateField().clean("31-12-2026") == date(2026, 12, 31)
    assert forms.DateField().clean("2026-12-31") == date(2026, 12, 31)
    assert forms.TimeField().clean("8h30").minute == 30


def test_dates_and_numbers_are_printed_the_vietnamese_way():
    day = date(2026, 4, 8)
    late = datetime(2026, 4, 8, 7, 5, tzinfo=UTC)

    assert date_format(day) == date_format(day, "SHORT_DATE_FORMAT") == "08/04/2026"
    assert date_format(day, "YEAR_MONTH_FORMAT") == "tháng 4 năm 2026"
    assert date_format(timezone.localtime(late), "DATETIME_FORMAT") == "14:05, 08/04/2026"
    assert date_format(day, "l") == "Thứ Tư"
    assert localize(Decimal("97.5")) == "97,5"
    assert localize(1000) == "1000"


def test_elapsed_time():
    now = timezone.now()

    assert timesince(now - timedelta(hours=5), now) == "5\u00a0giờ"
    assert timesince(now - timedelta(days=2, hours=3), now) == "2\u00a0ngày, 3\u00a0giờ"
    assert naturaltime(now - timedelta(hours=5)) == "5\u00a0giờ trước"
    assert naturaltime(now - timedelta(days=2, hours=3)) == "2\u00a0ngày, 3\u00a0giờ trước"
    assert naturaltime(now + timedelta(minutes=10, seconds=5)) == "10\u00a0phút nữa"
    assert naturaltime(timezone.now() - timedelta(days=60)).endswith("trước")
    assert naturalday(timezone.localdate()) == "hôm nay"


# What people meet: accounts


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("aB3$", "Mật khẩu quá ngắn. Mật khẩu phải có ít nhất 12 ký tự."),
        ("password1234", "Mật khẩu này quá phổ biến, dễ bị đoán."),
        ("918273645546372819", "Mật khẩu này chỉ gồm chữ số."),
    ],
)
def test_weak_passwords(password, message):
    with pytest.raises(ValidationError) as refused:
        validate_password(password)

    assert message in refused.value.messages


def test_password_similar_to_the_user_name(django_user_model):
    user = django_user_model(username="chuyenvien-snv")

    with pytest.raises(ValidationError) as refused:
        validate_password("chuyenvien-snv1", user)

    assert refused.value.messages == ["Mật khẩu quá giống tên đăng nhập."]


@pytest.mark.django_db
def test_wrong_login(rf):
    form = LoginForm({"login": "ld-snv", "password": "sai"}, request=rf.get("/"))

    assert not form.is_valid()
    assert form.non_field_errors() == ["Tên đăng nhập hoặc mật khẩu không đúng."]
    assert form.fields["login"].label == "Tên đăng nhập"
    assert form.fields["password"].label == "Mật khẩu"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("too_many_login_attempts", "Đăng nhập sai quá nhiều lần. Hãy thử lại sau."),
        ("incorrect_password", "Mật khẩu không đúng."),
        ("account_inactive", "Tài khoản này đã ngừng sử dụng."),
        ("enter_current_password", "Hãy nhập mật khẩu hiện tại."),
        ("rate_limited", "Thao tác quá nhanh. Hãy chờ một lát rồi thử lại."),
    ],
)
def test_account_errors(code, message):
    assert account_adapter().validation_error(code).messages == [message]


@pytest.mark.parametrize("adapter", [account_adapter, mfa_adapter])
def test_no_error_of_allauth_is_english(adapter):
    vietnamese = re.compile(
        r"[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.I
    )

    for code, message in adapter().error_messages.items():
        assert "phone" in code or vietnamese.search(str(message)), code


def test_second_factors():
    assert mfa_adapter().validation_error("incorrect_code").messages == ["Mã không đúng."]
    assert str(AuthenticateForm.base_fields["code"].label) == "Mã"
    assert gettext("Authenticator code") == "Mã từ ứng dụng xác thực"
    assert gettext("Sign in with a passkey") == "Đăng nhập bằng khóa truy cập"
    assert gettext("Master key") == "Khóa chính"
    assert gettext("Recovery codes") == "Mã khôi phục"
    one, many = "You have added %(count)s security key.", "You have added %(count)s security keys."
    assert ngettext(one, many, 2) % {"count": 2} == "Đã thêm 2 khóa bảo mật."


def test_proving_identity_again():
    assert gettext("Confirm Access") == "Xác nhận danh tính"
    assert gettext("Use your password") == "Dùng mật khẩu"
    assert gettext("Enter an authenticator code:") == "Nhập mã từ ứng dụng xác thực:"


def test_changing_the_password():
    labels = [str(field.label) for field in ChangePasswordForm.base_fields.values()]

    assert labels == ["Mật khẩu hiện tại", "Mật khẩu mới", "Mật khẩu mới (nhập lại)"]


@pytest.mark.parametrize(
    ("english", "vietnamese"),
    [
        ("You have signed out.", "Đã đăng xuất."),
        ("Password successfully changed.", "Đã đổi mật khẩu."),
        ("Authenticator app activated.", "Đã bật ứng dụng xác thực."),
        ("Security key added.", "Đã thêm khóa bảo mật."),
        ("A new set of recovery codes has been generated.", "Đã tạo bộ mã khôi phục mới."),
    ],
)
def test_messages_after_an_act(english, vietnamese):
    assert gettext(english) == vietnamese


# What people meet: the admin


@pytest.mark.parametrize(
    ("english", "vietnamese"),
    [
        ("Select %s to change", "Chọn %s để thay đổi"),
        ("Action:", "Thao tác:"),
        ("Run the selected action", "Thực hiện thao tác đã chọn"),
        ("0 of %(cnt)s selected", "Đã chọn 0 trên %(cnt)s"),
        (" By %(filter_title)s ", " Theo %(filter_title)s "),
        ("Show counts", "Hiện số lượng"),
        ("Save and add another", "Lưu và thêm mục khác"),
        ("Save and continue editing", "Lưu và sửa tiếp"),
        ("Yes, I’m sure", "Xóa"),
        ("Delete selected %(verbose_name_plural)s", "Xóa %(verbose_name_plural)s đã chọn"),
        ("Site administration", "Quản trị hệ thống"),
        ("Skip to main content", "Đến nội dung chính"),
        ("Log out", "Đăng xuất"),
        ("log entries", "nhật ký quản trị"),
        # Django's own Vietnamese says the opposite.
        ("Password reset unsuccessful", "Đặt lại mật khẩu không thành công"),
    ],
)
def test_admin_words(english, vietnamese):
    assert gettext(english) == vietnamese


def test_admin_counts():
    one, many = "%(count)s %(name)s was changed successfully.", "%(count)s %(name)s were changed"
    many = f"{many} successfully."

    assert ngettext(one, many, 3) == "Đã sửa %(count)s %(name)s."
    past = npgettext("naturaltime-past", "%(num)d day", "%(num)d days", 3)
    assert past % {"num": 3} == "3 ngày"
    assert pgettext("field label", "Login") == "Tên đăng nhập"


def test_admin_scripts(rf):
    response = JavaScriptCatalog.as_view(packages=["django.contrib.admin"])(rf.get("/"))
    found = re.search(r"const newcatalog = (\{.*?\n\s*\});", response.content.decode(), re.S)
    catalogue = json.loads(found[1])

    assert catalogue["Choose all %s"] == "Chọn tất cả %s"
    assert catalogue["%s selected option not visible"] == ["%s mục đã chọn đang bị ẩn"]
    assert catalogue["Wednesday"] == "Thứ Tư"
    assert catalogue["abbrev. month April\x04Apr"] == "Th4"
    assert catalogue["Today"] == "Hôm nay"


def test_import_pages():
    assert gettext("This importer will import the following fields: ").startswith("Các trường")
    assert gettext("Confirm import") == "Xác nhận nhập"
    assert gettext("update through import_export") == "Sửa bằng cách nhập từ tệp"
    done = "Import finished: {} new, {} updated, {} deleted and {} skipped {}."
    assert gettext(done).format(1, 2, 3, 4, "đơn vị") == (
        "Đã nhập xong: 1 mới, 2 cập nhật, 3 xóa, 4 bỏ qua (đơn vị)."
    )


# The filters of {% load vi %}


@pytest.mark.parametrize(
    ("expression", "printed"),
    [
        ("day|date_words", "ngày 08 tháng 4 năm 2026"),
        ("day|date_short", "08/4/2026"),
        ("day|date_long", "thứ Tư, 08/4/2026"),
        ("day|day_month", "08/4"),
        ("today|date_range:day", "06/4 - 08/4"),
        ("nothing|date_range:day", "đến 08/4"),
        ("late|moment", "14:05, 08/4/2026"),
        ("late|recent:day", "Hôm nay, 14:05"),
        ("late|moment_exact", "14:05:09, 08/4/2026 (GMT+7)"),
        ("late|date_short", "08/4/2026"),
        ("day|days_left:today", "Còn 2 ngày"),
        ("points|number", "−0,5"),
        ("points|number:2", "−0,50"),
        ("1000|number", "1.000"),
        ("8|counted", "08"),
        ("0|counted", "00"),
        ("4|roman", "IV"),
        ("421888|file_size", "412 KB"),
        ("1250000|file_size", "1,2 MB"),
        ("digest|hash_short", "7c1e 09d4 … b3a2 f5e8"),
        ("digest|hash_groups", "7c1e09d4 00000000 b3a2f5e8"),
        *((f"nothing|{name}", "") for name in ("date_words", "moment", "number", "file_size")),
        ("nothing|days_left:today", ""),
    ],
)
def test_filters(expression, printed):
    context = {
        "day": date(2026, 4, 8),
        "today": date(2026, 4, 6),
        "late": datetime(2026, 4, 8, 7, 5, 9, tzinfo=UTC),
        "points": Decimal("-0.50"),
        "digest": "7c1e09d400000000b3a2f5e8",
        "nothing": None,
    }

    assert Template(f"{{% load vi %}}{{{{ {expression} }}}}").render(Context(context)) == printed
