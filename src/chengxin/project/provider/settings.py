"""Settings of the demo's identity provider: no database, its own cookies, everything else in memory."""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

from chengxin.project.provider import guard  # noqa: F401  (refuses to be imported outside demo mode)
from chengxin.project.provider.people import known

HERE = Path(__file__).resolve().parent
SECRET_KEY = secrets.token_urlsafe(48)
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
INSTALLED_APPS = ["django.contrib.staticfiles", "csp"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
]
ROOT_URLCONF = "chengxin.project.provider.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "demo_provider_session", "demo_provider_csrf"  # ports share cookies
SESSION_COOKIE_HTTPONLY = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "demo_provider_language"
LOCALE_PATHS = [HERE / "locale"]
USE_TZ = True
STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE.parents[1] / "faces" / "portal" / "static"]  # the design system
WHITENOISE_USE_FINDERS = True
_client = urlsplit(known().redirect_uri)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "style-src": ["'self'"],
        "script-src": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'", f"{_client.scheme}://{_client.netloc}"],  # where consent leads back to
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
