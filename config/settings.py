"""Settings, read from the environment. No domain word in here.

Without DATABASE_URL `manage.py` starts the embedded server and sets the variable itself.
"""

import json
import os
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import environment as env
from config import passwords

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.flag("DEBUG")
SECRET_KEY = env.text(
    "SECRET_KEY",
    "only-for-commands-without-a-database" if not os.environ.get("DATABASE_URL") else None,
)
# Earlier keys, the newest first: they open what they sealed, and seal nothing (`manage.py reseal`).
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
# A site that answers to this machine's names alone is for trying out; any other is for work.
FOR_WORK = not all(map(env.is_here, ALLOWED_HOSTS))
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_fsm",
    "django_htmx",
    "import_export",
    "csp",
    "config",
    "records",
    "accounts",
    "jobs",
    "regulations",
    "complaints",
    "sla",
    "notices",
    "penalties",
    "audits",
    "reports",
    "archive",
    "portal",
    "demo",
]

MIDDLEWARE = [
    "config.proxies.TrustedProxies",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.headers.Headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    # Before anything that reads what is sent.
    "portal.gate.Gate",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.signing.limits.SessionLimits",
    "accounts.signing.gate.FirstThings",
    "complaints.middleware.KeepTyped",
    "accounts.middleware.PolicyMiddleware",
    "config.limiting.DailyLimits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

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
                "config.navigation.navigation",
            ]
        },
    }
]

# The application's role; `migrate` alone runs as the owner (DATABASE_OWNER_URL, see manage.py).
DATABASES = {
    "default": env.database(env.text("DATABASE_URL", "postgresql:///bihuan")),
}
DATABASE_APP_ROLE = env.text("DATABASE_APP_ROLE", "bihuan_app")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL", "redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env.text("CACHE_URL", REDIS_URL),
    }
}

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# What a password must be like, and how long it may be kept: `asvs` or `dengbao`.
PASSWORD_PROFILE = env.choice("PASSWORD_PROFILE", passwords.PROFILES, "asvs")
AUTH_PASSWORD_VALIDATORS = PASSWORD_PROFILE.validators
PASSWORD_LIFE = PASSWORD_PROFILE.life
# One that an administrator has set is changed at the first sign-in, and good for so long until then.
GIVEN_PASSWORD_LIFE = timedelta(days=int(env.text("GIVEN_PASSWORD_DAYS", "3")))
# The house's directory, off where it is not named. Only over TLS: passwords go through it.
LDAP_URL = env.address("LDAP_URL", "ldaps")
LDAP_CA_FILE = env.text("LDAP_CA_FILE", "") or None
LDAP_BIND_DN = env.text("LDAP_BIND_DN", "")
LDAP_BIND_PASSWORD = env.text("LDAP_BIND_PASSWORD", "")
LDAP_BASE = env.text("LDAP_BASE", "")
# Active Directory: sAMAccountName and objectGUID.
LDAP_NAME_ATTRIBUTE = env.text("LDAP_NAME_ATTRIBUTE", "uid")
LDAP_ID_ATTRIBUTE = env.text("LDAP_ID_ATTRIBUTE", "entryUUID")
# Single sign-on by OpenID Connect, off where no issuer is named.
OIDC_ISSUER = env.encrypted("OIDC_ISSUER")
OIDC_CLIENT_ID = env.text("OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = env.text("OIDC_CLIENT_SECRET", "")

AUTHENTICATION_BACKENDS = [
    "accounts.backends.PostBackend",
    "accounts.signing.directory.DirectoryBackend",
]
# Roles whose work needs a second factor have one in any case (accounts/policy.yaml).
SECOND_FACTOR_FOR_ALL = env.flag("SECOND_FACTOR_FOR_ALL")
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "login"
SESSION_ENGINE = "accounts.signing.store"
# What is said to somebody may name a case: it stays in the database.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# A session ends after so long without use, and after so long in all (INV-28).
SESSION_IDLE = timedelta(minutes=int(env.text("SESSION_IDLE_MINUTES", "30")))
SESSION_LONGEST = timedelta(hours=int(env.text("SESSION_LONGEST_HOURS", "12")))
SESSION_COOKIE_AGE = int(SESSION_LONGEST.total_seconds())
SESSION_COOKIE_HTTPONLY = True

# No switch turns this off where people work.
SECURE = FOR_WORK or env.flag("SECURE_COOKIES")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
# Bound to this host and to HTTPS by their names; plain HTTP has no such names.
HOST_ONLY = "__Host-" if SECURE else ""
SESSION_COOKIE_NAME = f"{HOST_ONLY}session"
CSRF_COOKIE_NAME = f"{HOST_ONLY}csrf"
DEVICE_COOKIE_NAME = f"{HOST_ONLY}device"
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
# The header counts from these peers alone (config/proxies.py); TRUSTED_SOCKET: also from a socket.
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES", "127.0.0.1,::1")
TRUSTED_SOCKET = env.flag("TRUSTED_SOCKET")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(BASE_DIR / ".data" / "media")))
# What people attach to cases. It lies outside of everything that has an address.
STORAGES["attachments"] = {
    "BACKEND": "complaints.attachments.storage.Vault",
    "OPTIONS": {"location": MEDIA_ROOT / "attachments"},
}
FILE_UPLOAD_HANDLERS = [
    "complaints.attachments.limit.BodyLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
ATTACHMENT_BYTES = int(env.text("ATTACHMENT_MEGABYTES", "50")) * 2**20
ATTACHMENTS_AT_ONCE = 10
DATA_UPLOAD_MAX_NUMBER_FILES = 2 * ATTACHMENTS_AT_ONCE
ATTACHMENTS_OF_CASE = 200
# A request with files that says it is larger than this is refused before it is read.
UPLOAD_BYTES = 4 * ATTACHMENT_BYTES
# How often one person exports, gives a reason to see somebody's values, and uploads files, and how much,
# in one day.
DAILY_LIMITS = {
    "export": int(env.text("EXPORTS_A_DAY", "50")),
    "reveal": int(env.text("REVEALS_A_DAY", "300")),
    "upload": int(env.text("UPLOADS_A_DAY", "300")),
    "kilobytes": int(env.text("UPLOAD_MEGABYTES_A_DAY", "2000")) * 1024,
}
# A message to the complaints' mailbox that is larger than this is not taken.
MAIL_BYTES = 25 * 2**20
# Attachments are private until a virus scanner has found them clean. A house that has none says so;
# then they are shown as not scanned, and opened.
NO_SCANNER = env.flag("NO_SCANNER")
# ClamAV's daemon: tcp://HOST:PORT or unix:///PATH. Its StreamMaxLength has to hold the largest file.
CLAMD = env.address("CLAMD", "tcp", "unix")
SCAN_SECONDS = 30
if CLAMD and NO_SCANNER:
    raise ImproperlyConfigured("CLAMD names a scanner, NO_SCANNER says that there is none")

EMAIL_BACKEND = env.text("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = int(env.text("EMAIL_PORT", "25"))
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
# STARTTLS, or TLS from the first byte; the server's certificate is checked in both.
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_USE_SSL = env.flag("EMAIL_USE_SSL")
EMAIL_FILE_PATH = env.text("EMAIL_FILE_PATH", "") or None
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "bihuan@localhost")

# The demo names here who can sign in; a real installation has nobody to show.
DEMO_LOGINS = json.loads(env.text("DEMO_LOGINS", "[]"))

# The pipeline's step 5 calls these in order; it imports none of them.
SETTLERS = [
    "sla.settle.settle",
    "notices.settle.settle",
    "penalties.settle.settle",
    "audits.settle.settle",
]
# Asked by the rule centre, which stands below the cases: how many are open under each version.
CASE_COUNTS = "complaints.counting.open_by_version"
# An entry whose `at` lies further back than this needs a reason and is listed for auditors.
LATE_ENTRY_MINUTES = 15

# 单位设定: figures that the regulations leave to the house.
# Days after a decision in which the person concerned may object, and how often they may.
OBJECTION_DAYS = int(env.text("OBJECTION_DAYS", "7"))
OBJECTIONS = 2
# The share of a quarter's handled cases that audit checks, where the regulation gives none.
AUDIT_SHARE = Decimal(env.text("AUDIT_SHARE", "0.30"))
# Outside messages of ordinary cases wait for the end of these hours; empty: no quiet hours.
QUIET_HOURS = env.hours("QUIET_HOURS", "22:00-07:00")
# The gateway for text messages: posted {"id", "to", "text"} as JSON with a bearer token.
SMS_GATEWAY = env.encrypted("SMS_GATEWAY")
SMS_GATEWAY_TOKEN = env.text("SMS_GATEWAY_TOKEN", "")
# Callbacks go over TLS to hosts of the internet: to those of CALLBACK_HOSTS, `*` for any; and to hosts
# inside the house that are listed. CALLBACK_CA_FILE vouches for them where the system's certificates
# do not; CALLBACK_LOCALHOST lets this machine be called without TLS, for trying out.
CALLBACK_HOSTS = env.words("CALLBACK_HOSTS", "*")
CALLBACK_HOSTS_INSIDE = env.words("CALLBACK_HOSTS_INSIDE")
CALLBACK_CA_FILE = env.text("CALLBACK_CA_FILE", "") or None
CALLBACK_LOCALHOST = env.flag("CALLBACK_LOCALHOST")
# Whether whoever complains is told at once that it was received: where the regulation asks for it on
# their channel, always, or never. And whom they may ask, beside the department that owns complaints.
CUSTOMER_RECEIPTS = env.choice(
    "CUSTOMER_RECEIPTS", {name: name for name in ("regulation", "always", "never")}, "regulation"
)
CUSTOMER_CONTACT = env.text("CUSTOMER_CONTACT", "")
# The regulations under which the public may complain on pages of this installation; empty: no such pages.
PORTAL = env.words("PORTAL")
# How many complaints one address may send in an hour.
PORTAL_SENT_PER_HOUR = int(env.text("PORTAL_SENT_PER_HOUR", "20"))
# A deduction from wages above this share, or that leaves less than the minimum wage, is warned of.
WAGE_DEDUCTION_SHARE = Decimal("0.20")
MINIMUM_WAGE = Decimal(env.text("MINIMUM_WAGE", "0")) or None
# A department's score that rests on fewer follow-ups is marked.
FEW_FOLLOW_UPS = 5
# So is a project in the briefing's ranking with fewer valid complaints.
FEW_CASES = 5
# How often a report is made where the regulation only says regularly: month, quarter or year.
REPORT_EVERY = "month"

# Watching from outside: who may scrape /metrics, and where a living sweep reports each minute.
METRICS_TOKEN = env.text("METRICS_TOKEN", "")
DEADMAN_URL = env.encrypted("DEADMAN_URL")

# Anchors of the record: the private key that signs them (FILE.pub beside it checks them), and the
# folder of their log. Both lie outside of the database, best on another machine's disk.
ANCHOR_KEY_FILE = env.text("ANCHOR_KEY_FILE", "")
ANCHOR_FOLDER = Path(env.text("ANCHOR_FOLDER", str(BASE_DIR / ".data" / "anchors")))

# How long what people wrote is kept from a case's closing, where no regulation says longer; the
# database keeps it for 36 months whatever stands here. A complainant's request is answered within
# so many days.
RETENTION_MONTHS = int(env.text("RETENTION_MONTHS", "36"))
SUBJECT_REQUEST_DAYS = int(env.text("SUBJECT_REQUEST_DAYS", "15"))

IMPORT_EXPORT_USE_TRANSACTIONS = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "config.logs.Line",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
}
