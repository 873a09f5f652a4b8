"""Django settings, read from the environment that `gridcommons run` prepares.

Nothing here is secret: passwords and keys come from the data folder.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from csp.constants import NONE, SELF

from gridcommons.web.login_file import providers

PACKAGE = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("GRIDCOMMONS_DATA", Path.home() / ".local" / "share" / "gridcommons"))
DEMO = os.environ.get("GRIDCOMMONS_DEMO", "") == "1"
DEBUG = False
SECRET_KEY = os.environ.get("GRIDCOMMONS_SECRET", "only for commands that serve nothing")
ALLOWED_HOSTS = os.environ.get("GRIDCOMMONS_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("GRIDCOMMONS_ORIGINS", "").split(",") if origin]
OPEN311_MEDIA_HOSTS = frozenset(filter(None, os.environ.get("GRIDCOMMONS_MEDIA_HOSTS", "").split(",")))
"""Hosts from which pictures named by `media_url` are fetched; none in the beginning, so nothing is ever fetched."""
KEY_FOLDER = Path(os.environ.get("GRIDCOMMONS_KEYS", DATA / "keys"))


def database(url: str) -> dict[str, object]:
    """Django's settings for a PostgreSQL URL whose host may be a socket folder."""
    parts = urlsplit(url)
    host = parts.hostname or parse_qs(parts.query).get("host", [""])[0]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {"prepare_threshold": 5},
        "TEST": {"MIRROR": None},
    }


_WEB_URL = os.environ.get("GRIDCOMMONS_DATABASE_URL", "postgresql://gridcommons_web@/gridcommons")
_OWNER_URL = os.environ.get("GRIDCOMMONS_OWNER_DATABASE_URL", _WEB_URL)
DATABASES = {"default": database(_WEB_URL), "owner": database(_OWNER_URL)}
if os.environ.get("GRIDCOMMONS_POOL", "1") == "1":
    DATABASES["default"]["OPTIONS"] = {
        "prepare_threshold": 5,
        "pool": {"min_size": 1, "max_size": 8, "timeout": 20},
    }
DATABASE_ROUTERS: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

PARTS = (
    "access",
    "territory",
    "outlook",
    "people",
    "notices",
    "workforce",
    "matters",
    "cases",
    "load",
    "collection",
    "web",
)
# A room is a folder of a part with tables of its own (ADR 0011).
HOUSE_APPS = [
    f"gridcommons.{'.'.join(apps.parent.relative_to(PACKAGE).parts)}"
    for part in PARTS
    for pattern in ("apps.py", "*/apps.py")
    for apps in sorted((PACKAGE / part).glob(pattern))
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "django_prometheus",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    *HOUSE_APPS,
]
MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "gridcommons.web.static_files.StaticFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "gridcommons.web.front.Front",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]
ROOT_URLCONF = "gridcommons.web.urls"
WSGI_APPLICATION = "gridcommons.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "gridcommons.web.front.house",
            ],
        },
    },
]

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/welcome"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "gridcommons.web.login.Accounts"
ACCOUNT_SESSION_REMEMBER = False  # a login ends with the browser, as the privacy page says
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": False, "object": "10/h/ip"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "gridcommons.web.second_factor.Factors"
MFA_TOTP_ISSUER = "Gridcommons"
MFA_TOTP_TOLERANCE = 1  # half a minute either way: phones are not on time
STAFF_SECOND_FACTOR = os.environ.get("GRIDCOMMONS_SECOND_FACTOR", "0" if DEMO else "1") == "1"
SOCIALACCOUNT_ADAPTER = "gridcommons.web.house_login.HouseLogin"
SOCIALACCOUNT_PROVIDERS = providers(DATA / "login.toml")
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form would be stopped by form-action on its way to the issuer
SOCIALACCOUNT_STORE_TOKENS = False
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True  # nobody keeps when a worker was logged in (charter 12)
AXES_LOCKOUT_TEMPLATE = "account/locked.html"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
LANGUAGE_COOKIE_NAME = "language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "static/"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
STATIC_ROOT = None  # files are served from the package by the finders, nothing is collected
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 60  # names carry no hash, so an upgrade must be seen soon
MEDIA_ROOT = DATA / "media"
NOTICE_FOLDER = DATA / "notices"
DATA_UPLOAD_MAX_MEMORY_SIZE = 3_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 3_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300
DATA_UPLOAD_MAX_NUMBER_FILES = 103  # a phone's form with its pictures, as many as Collect sends at once

SESSION_COOKIE_AGE = 12 * 3600  # a working day; the browser forgets it sooner when it closes
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = os.environ.get("GRIDCOMMONS_HTTPS", "") == "1"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "worker-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

PROMETHEUS_EXPORT_MIGRATIONS = False
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_keys": {"()": "gridcommons.web.redacting.WithoutKeys"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["without_keys"]}},
    "root": {"handlers": ["console"], "level": os.environ.get("GRIDCOMMONS_LOG", "WARNING")},
}
