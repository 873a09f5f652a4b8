"""Settings of the gallery alone: no database, no accounts, the strictest policy."""

from pathlib import Path

SECRET_KEY = "only for the gallery"
DEBUG = True
ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
ROOT_URLCONF = "look.urls"
# The parts whose tables the tag libraries name; the gallery asks no table.
INSTALLED_APPS = [
    "django.contrib.contenttypes", "django.contrib.auth", "django.contrib.staticfiles", "django.contrib.postgres",
    "pgtrigger", "pghistory", "gridcommons.access", "gridcommons.web",
]  # fmt: skip
AUTH_USER_MODEL = "access.User"
DEMO = False
MIDDLEWARE = [
    "look.gallery.strict_policy",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
STATIC_URL = "/static/"
