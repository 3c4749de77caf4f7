"""Settings, all from the environment; docs/operations.md lists them.

DEBUG=1 gives a workable laptop set-up. Without it nothing starts on defaults: SECRET_KEY and
ALLOWED_HOSTS must be given.
"""

from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
env.read_env(BASE_DIR / ".env", recurse=False)

VERSION = "0.1"

# Core
DEBUG = env.bool("DEBUG", False)
DEVELOPMENT_SECRET = "only-for-development-never-for-a-server"
SECRET_KEY = env.str("SECRET_KEY", DEVELOPMENT_SECRET if DEBUG else "")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])
if not DEBUG and SECRET_KEY in ("", DEVELOPMENT_SECRET):
    raise ImproperlyConfigured("SECRET_KEY is required (or DEBUG=1 on a developer's machine).")
if not DEBUG and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is required (or DEBUG=1 on a developer's machine).")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", [])
# The address printed in QR codes and mail; never taken from a request's Host header.
SITE_URL = env.str("SITE_URL", "http://localhost:8000" if DEBUG else f"https://{ALLOWED_HOSTS[0]}")
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "var")))
DATA_DIR.mkdir(parents=True, exist_ok=True)

ROOT_URLCONF = "khoithidua.urls"
WSGI_APPLICATION = "khoithidua.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "khoithidua",
    "units",
    "pledges",
    "scoring",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "import_export",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "template_partials",
    "whitenoise.runserver_nostatic",
    "units.panel.PanelConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "khoithidua.audit.OriginMiddleware",
    "units.context.FrameMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "units.context.frame",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Database: SQLite in a file unless DATABASE_URL says otherwise
DATABASES = {
    "default": env.dj_db_url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'khoithidua.sqlite3'}")
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # Every atomic block takes the write lock at once: a later upgrade would fail, not wait.
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        # Without recursive triggers, INSERT OR REPLACE deletes rows past the guards against it.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;"
        ),
    }
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 600)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

CACHES = {
    # Shared by all processes without another server: rate limits must hold across workers.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "khoithidua_cache",
        # Beyond this a third of the counts is dropped; Django's own 300 are soon reached.
        "OPTIONS": {"MAX_ENTRIES": 5_000},
    },
    # Papers already rendered, by the digest of their HTML.
    "printing": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "printed",
        "TIMEOUT": 7 * 24 * 3600,
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
    # Pictures of uploaded pages, by the SHA-256 of their file.
    "previews": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "previews",
        "TIMEOUT": 7 * 24 * 3600,
        "OPTIONS": {"MAX_ENTRIES": 2_000},
    },
}

# Files
STORAGES = {
    "default": {
        "BACKEND": "khoithidua.storage.WriteOnceStorage",
        "OPTIONS": {"location": DATA_DIR / "files"},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# Per file: the limit of official exchange systems (Quyết định 161/2025/QĐ-UBND, Ninh Bình).
UPLOAD_LIMIT = env.int("UPLOAD_LIMIT_MB", 50) * 1024 * 1024

# Language and time
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt")]
LOCALE_PATHS = [BASE_DIR / "khoithidua" / "locale"]
FORMAT_MODULE_PATH = ["khoithidua.formats"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

# People: accounts are made by the secretariat, there is no sign-up
AUTH_USER_MODEL = "units.User"
AUTHENTICATION_BACKENDS = [
    "units.backends.AccountBackend",
    "units.backends.RoleBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "units.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PRESERVE_USERNAME_CASING = False
# Added to allauth's own limits: wrong proofs at signing, look-ups on the public page.
ACCOUNT_RATE_LIMITS = {"prove_identity": "5/5m/key", "verify": "30/m/ip"}
MFA_FORMS = {
    "authenticate": "units.forms.SecondStepForm",
    "authenticate_webauthn": "units.forms.PasskeyStepForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Khối thi đua"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
# Reverse proxies in front of the server whose X-Forwarded-For is believed; 0: none.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", 10) * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# Security
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "khoithidua.views.csrf_failure"
HTTPS = env.bool("HTTPS", not DEBUG)
if HTTPS:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    if ALLAUTH_TRUSTED_PROXY_COUNT:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        # Bootstrap draws its check marks and arrows as data: images.
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    },
}

# Mail: written to the Outbox, sent by `manage.py tick`
EMAIL_CONFIG = env.dj_email_url("EMAIL_URL", "console://" if DEBUG else "dummy://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "khoi-thi-dua@localhost")

# Signing: the passphrase of the certificate authority's keys
CA_PASSPHRASE_FILE = env.str("CA_PASSPHRASE_FILE", "")
CA_PASSPHRASE = env.str("CA_PASSPHRASE", "demo-ca-passphrase" if DEBUG else "")

# Signing with government tokens. TOKEN_CERTIFICATION off: the seal certifies nothing, for tools that
# cannot fill a field of a certified file; a new field inside the member's box is accepted then.
TOKEN_CERTIFICATION = env.bool("TOKEN_CERTIFICATION", True)
# Whether the certificates' own addresses (OCSP, CRL) are asked about
# revocation, and for how many seconds each may take.
REVOCATION_FETCH = env.bool("REVOCATION_FETCH", False)
REVOCATION_TIMEOUT = env.float("REVOCATION_TIMEOUT", 3)
# The button that hands the file to the signing tool on the signer's own machine.
SIGNING_TOOL = env.bool("SIGNING_TOOL", False)

# Time stamps (RFC 3161): the authority's address, and a PEM file of the roots trusted for it
TSA_URL = env.str("TSA_URL", "")
TSA_CA = env.str("TSA_CA", "")
TSA_TIMEOUT = env.int("TSA_TIMEOUT", 15)  # seconds

# What `manage.py tick` does, in this order; each gives one sentence, empty when nothing was due
TICKS = [
    "khoithidua.mail.tick",
    "pledges.authorities.tick",
    "pledges.expiry.tick",
    "pledges.time_stamps.tick",
]
# What the first page of the panel says on top: callables of the day, giving (sentence, address)
PANEL_NOTICES = [
    "pledges.authorities.panel_notices",
    "pledges.expiry.panel_notices",
    "pledges.time_stamps.panel_notices",
]
# What crosses apps: each module offers items_for, awaited_for, year_report
WORK_SOURCES = ["pledges.todo", "scoring.todo"]
# Tabs of a bloc's year, in the order of the year: (key, label, URL name)
YEAR_TABS = [
    ("overview", "Tổng quan", "units:year_detail"),
    ("papers", "Văn bản", "scoring:paper_list"),
    ("pledge", "Giao ước", "pledges:pledge_detail"),
    ("scoring", "Chấm điểm", "scoring:scorecard_list"),
    ("verification", "Thẩm định", "scoring:verification_list"),
    ("ranking", "Xếp hạng", "scoring:ranking_detail"),
    ("calendar", "Lịch", "units:calendar"),
]
# Callables yielding (chain, digest, where): digests of the record that are kept outside it
AUDIT_ANCHORS = [
    "pledges.models.signing.audit_anchors",
    "scoring.models.ranking.audit_anchors",
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        # WeasyPrint and fontTools report every ignored CSS rule and every table they subset.
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        "pyhanko": {"level": "ERROR"},
        "pyhanko_certvalidator": {"level": "CRITICAL"},
    },
}
