"""Settings. Everything that differs between installations comes from the environment; see docs/settings.md."""

import contextlib
import os
import secrets
import sys
from pathlib import Path

from chengxin.base.database import embedded

ROOT = Path(__file__).resolve().parents[3]
DATA_FOLDER = Path(os.environ.get("CHENGXIN_DATA", ROOT / ".data")).resolve()
DEMO = os.environ.get("CHENGXIN_DEMO", "") == "1"
CITY = os.environ.get("CHENGXIN_CITY", "nanning")
CITY_FOLDER = ROOT / "cities" / CITY
CONNECTORS_FOLDER = Path(os.environ.get("CHENGXIN_CONNECTORS", CITY_FOLDER / "connectors"))


def _secret(name: str) -> str:
    """A secret from the environment, else one made once and kept beside the data, readable by its owner alone."""
    if value := os.environ.get(name):
        return value
    path = DATA_FOLDER / "secrets" / name.lower()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_suffix(f".{os.getpid()}")
        part.touch(mode=0o600)
        part.write_text(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(part, path)  # the first writer wins, so that two first starts agree
        part.unlink()
    return path.read_text().strip()


SECRET_KEY = _secret("CHENGXIN_SECRET_KEY")
SEALING_KEY = _secret("CHENGXIN_SEALING_KEY")
LOOKUP_KEY = _secret("CHENGXIN_LOOKUP_KEY")
AUDIT_KEY = _secret("CHENGXIN_AUDIT_KEY")
EXCHANGE_KEY = _secret("CHENGXIN_EXCHANGE_KEY")  # signs the packages that go to the national site
SIGNING_FOLDER = os.environ.get("CHENGXIN_SIGNING_FOLDER", "")  # key.pem, certificate.pem, roots.pem; empty: made once
TSA_ADDRESS = os.environ.get("CHENGXIN_TSA_ADDRESS", "")  # RFC 3161 over HTTP; empty: the installation's own authority
TSA_ROOTS = os.environ.get("CHENGXIN_TSA_ROOTS", "")  # PEM file of the roots that its timestamps are trusted by
FONTS_FOLDER = os.environ.get("CHENGXIN_FONTS", "")

DEBUG = os.environ.get("CHENGXIN_DEBUG", "") == "1"
ALLOWED_HOSTS = os.environ.get("CHENGXIN_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
PUBLIC_ADDRESS = os.environ.get("CHENGXIN_ADDRESS", "http://localhost:8000")
CSRF_TRUSTED_ORIGINS = [PUBLIC_ADDRESS]
SECURE = PUBLIC_ADDRESS.startswith("https://")

AS_OWNER = os.environ.get("CHENGXIN_DATABASE_ROLE", "application") == "owner"
if "DATABASE_URL" in os.environ:
    _uri = os.environ["DATABASE_OWNER_URL" if AS_OWNER else "DATABASE_URL"]
    DATABASES = {"default": embedded.django_settings(_uri, user="", database="")}
else:
    EMBEDDED_ADDRESS = embedded.start(DATA_FOLDER)
    _database = os.environ.get("CHENGXIN_DATABASE_NAME", embedded.DATABASE)
    embedded.prepare(EMBEDDED_ADDRESS, database=_database)
    _user = embedded.OWNER if AS_OWNER else embedded.APPLICATION
    DATABASES = {"default": embedded.django_settings(EMBEDDED_ADDRESS, user=_user, database=_database)}
# Django's own default (none) would refuse statements that ask to be prepared; so high a threshold prepares no other.
DATABASES["default"]["OPTIONS"] = {"prepare_threshold": sys.maxsize} | (
    {"pool": {"min_size": 1, "max_size": 8, "timeout": 20}} if os.environ.get("CHENGXIN_SERVING") == "1" else {}
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "procrastinate.contrib.django",
    "django_htmx",
    "csp",
    "oauth2_provider",
    "ninja",
    "chengxin.base.attachments",
    "chengxin.base.audit",
    "chengxin.base.casework",
    "chengxin.base.documents",
    "chengxin.base.letters",
    "chengxin.base.transparency",
    "chengxin.registry.accounts",
    "chengxin.registry.catalogue",
    "chengxin.registry.subjects",
    "chengxin.registry.records",
    "chengxin.intake.collection",
    "chengxin.intake.exchange",
    "chengxin.intake.quality",
    "chengxin.intake.resolution",
    "chengxin.intake.delivery",
    "chengxin.intake.connectors",
    "chengxin.intake.packages",
    "chengxin.intake.opendata",
    "chengxin.rights.consent",
    "chengxin.rights.disputes",
    "chengxin.rights.repair",
    "chengxin.rights.training",
    "chengxin.evaluation.scorecards",
    "chengxin.evaluation.persons",
    "chengxin.evaluation.runs",
    "chengxin.regulation.lists",
    "chengxin.regulation.measures",
    "chengxin.regulation.commitments",
    "chengxin.regulation.campaigns",
    "chengxin.regulation.inspections",
    "chengxin.offerings.reports",
    "chengxin.faces.portal",
    "chengxin.faces.workbench",
    "chengxin.faces.space",
    "chengxin.faces.rest",
    "chengxin.project",
]
MIDDLEWARE = [
    "chengxin.faces.rest.in_force.CatalogueInForce",
    "chengxin.faces.rest.door.ApiDoor",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "chengxin.faces.workbench.paging.ToLastPage",
]
ROOT_URLCONF = "chengxin.project.urls"
WSGI_APPLICATION = "chengxin.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "chengxin.faces.portal.context.site",
            ],
        },
    }
]
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "workbench:sign-in"
LOGIN_REDIRECT_URL = "workbench:home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
LOCALE_PATHS = [ROOT / "src/chengxin/base/locale"]
FORMAT_MODULE_PATH = ["chengxin.project.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = DATA_FOLDER / "static"
GUIDES_FOLDER = ROOT / "docs/guide"
STATICFILES_DIRS = [("guide", GUIDES_FOLDER / "images")]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MANIFEST_STRICT = False
MEDIA_ROOT = DATA_FOLDER / "files"
FILE_UPLOAD_TEMP_DIR = DATA_FOLDER / "uploads"
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
SCANNER = os.environ.get("CHENGXIN_SCANNER", "")  # clamd: host:port or unix:/path; empty: files are not scanned
for _folder in (STATIC_ROOT, MEDIA_ROOT, FILE_UPLOAD_TEMP_DIR):
    _folder.mkdir(parents=True, exist_ok=True)

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}
OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth2_provider.Application"
OAUTH2_PROVIDER = {
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "SCOPES_BACKEND_CLASS": "chengxin.faces.rest.scopes.ClientScopes",
    "PKCE_REQUIRED": True,
}
CATALOGUE_SECONDS = 5 if os.environ.get("CHENGXIN_SERVING") == "1" else 0  # how soon a new version is in force
WORKERS = int(os.environ.get("CHENGXIN_WORKERS", "2"))  # web processes; each allows its share of the API's limits
# The unified identity provider; without an issuer nobody is sent there.
IDENTITY_PROVIDER = {
    "issuer": os.environ.get("CHENGXIN_OIDC_ISSUER", ""),
    "client_id": os.environ.get("CHENGXIN_OIDC_CLIENT_ID", ""),
    "client_secret": os.environ.get("CHENGXIN_OIDC_CLIENT_SECRET", ""),
}
SECOND_FACTOR_REQUIRED = os.environ.get("CHENGXIN_SECOND_FACTOR", "") == "1"  # of those who hold an office
API_LIMIT_FACTOR = float(os.environ.get("CHENGXIN_API_LIMIT_FACTOR", "1"))
EXCHANGE_NETWORKS = [n for n in os.environ.get("CHENGXIN_EXCHANGE_NETWORKS", "").split(",") if n]  # CIDR
NATIONAL_ADDRESS = os.environ.get("CHENGXIN_NATIONAL_ADDRESS", "").rstrip("/")  # empty: by files, or not at all
NATIONAL_KEY = os.environ.get("CHENGXIN_NATIONAL_KEY", "")  # its public key (Ed25519, base64)
NATIONAL_CODE = os.environ.get("CHENGXIN_NATIONAL_CODE", "national")
REGION_ADDRESS = os.environ.get("CHENGXIN_REGION_ADDRESS", "").rstrip("/")  # the region's platform, in the same way
REGION_KEY = os.environ.get("CHENGXIN_REGION_KEY", "")
REGION_CODE = os.environ.get("CHENGXIN_REGION_CODE", "region")
DELIVERY_READER = "chengxin.rights.consent.delivering.READER"  # reads for deliveries, and keeps the access log
# The platform's own certificate, its key and the roots of consumers' servers (PEM files), for mutual TLS.
DELIVERY_CERTIFICATE = os.environ.get("CHENGXIN_DELIVERY_CERTIFICATE", "")
DELIVERY_CERTIFICATE_KEY = os.environ.get("CHENGXIN_DELIVERY_CERTIFICATE_KEY", "")
DELIVERY_ROOTS = os.environ.get("CHENGXIN_DELIVERY_ROOTS", "")  # empty: the system's own
DELIVERY_FOLDER = os.environ.get("CHENGXIN_DELIVERY_FOLDER", str(DATA_FOLDER / "deliveries"))  # a folder a consumer
# Which origins may embed the credit check, by organisation: "CODE=https://a.example https://b.example;CODE=…".
WIDGET_ORIGINS = {
    code.strip(): tuple(origins.split())
    for code, _, origins in (part.partition("=") for part in os.environ.get("CHENGXIN_WIDGET_ORIGINS", "").split(";"))
    if code.strip()
}
TRUSTED_PROXIES = int(os.environ.get("CHENGXIN_PROXIES", "0"))
LETTERS_DIRECTORY = "chengxin.registry.subjects.addressees.DIRECTORY"  # who addressees are, and who reads for them
LISTS_CONSEQUENCES = "chengxin.regulation.measures.following.CATALOGUE"  # which measures follow from a list
LETTERS_LINK = "space:notice-open"  # the page that messages about letters lead to
SMTP_HOST = os.environ.get("CHENGXIN_SMTP_HOST", "")
MAIL_FROM = DEFAULT_FROM_EMAIL = os.environ.get("CHENGXIN_MAIL_FROM", "noreply@localhost")
EMAIL_BACKEND = (
    "chengxin.base.letters.mail.SmtpBackend" if SMTP_HOST else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = DATA_FOLDER / "mail"
EMAIL_HOST = SMTP_HOST or "localhost"
EMAIL_PORT = int(os.environ.get("CHENGXIN_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("CHENGXIN_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("CHENGXIN_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("CHENGXIN_SMTP_SECURITY", "") == "starttls"
EMAIL_USE_SSL = os.environ.get("CHENGXIN_SMTP_SECURITY", "") == "tls"
EMAIL_TIMEOUT = 20
SMS_GATEWAY = os.environ.get("CHENGXIN_SMS_GATEWAY", "")  # docs/sms-gateway.md
SMS_KEY = os.environ.get("CHENGXIN_SMS_KEY", "")
SMS_SECRET = os.environ.get("CHENGXIN_SMS_SECRET", "")
EVALUATION_FOLDER = os.environ.get("CHENGXIN_EVALUATION_FOLDER", str(DATA_FOLDER / "evaluation"))  # snapshots
SPARK_MASTER = os.environ.get("CHENGXIN_SPARK_MASTER", "")  # spark://host:port; empty: no cluster
SPARK_OPTIONS = dict(option.split("=", 1) for option in os.environ.get("CHENGXIN_SPARK_OPTIONS", "").split())
CASE_PROCEDURES = [  # where each room that has a procedure declares it
    "chengxin.intake.quality.procedure.CODE_ORDER",
    "chengxin.rights.consent.procedure.ACCESS_COMPLAINT",
    "chengxin.rights.disputes.procedure.DISPUTE",
    "chengxin.rights.disputes.procedure.RECORD_WITHDRAWAL",
    "chengxin.rights.repair.procedure.REPAIR",
    "chengxin.rights.repair.procedure.REPAIR_WITHDRAWAL",
    "chengxin.rights.repair.procedure.REORGANISATION",
    "chengxin.rights.repair.procedure.PERFORMANCE",
    "chengxin.rights.repair.procedure.FAILURE",
    "chengxin.intake.packages.procedure.RETURNED_ROWS",
    "chengxin.evaluation.scorecards.procedure.EVALUATION_MODEL",
    "chengxin.evaluation.persons.procedure.PERSON_OFFER",
    "chengxin.evaluation.persons.procedure.PERSON_OFFER_END",
    "chengxin.regulation.commitments.procedure.FULFILMENT",
    "chengxin.regulation.commitments.procedure.BREACH",
    "chengxin.regulation.commitments.procedure.FOLLOW_UP",
    "chengxin.regulation.commitments.procedure.REVIEW",
    "chengxin.regulation.commitments.procedure.ASSOCIATION_LETTER",
    "chengxin.regulation.campaigns.procedure.CAMPAIGN",
    "chengxin.regulation.campaigns.procedure.ORDER",
    "chengxin.regulation.campaigns.procedure.TYPICAL_CASE",
    "chengxin.regulation.campaigns.procedure.TAKE_DOWN",
    "chengxin.regulation.inspections.procedure.PLAN",
    "chengxin.regulation.inspections.procedure.VISIT",
    "chengxin.regulation.inspections.procedure.FOLLOW_UP",
    "chengxin.regulation.lists.procedure.LIST_ENTRY",
    "chengxin.regulation.lists.procedure.LIST_HONOUR",
    "chengxin.regulation.lists.procedure.LIST_REMOVAL",
    "chengxin.regulation.lists.procedure.LIST_REVOCATION",
]
CASE_SUPERVISION = "chengxin.registry.accounts.supervision"  # who is told when a deadline passes
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
