"""Django's settings, made from the environment (`tenure.config.environment`)."""

import os
import sqlite3
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from tenure.config import environment

environment.check_names()

TENURE_HOME = environment.home()
TENURE_LAKE_URL = environment.lake_url(TENURE_HOME)
TENURE_STRIPE_URL = environment.stripe_url()
TENURE_ENGINE = environment.engine()
TENURE_ENGINE_THREADS = environment.engine_threads()
TENURE_ENGINE_FOOTERS_MB = environment.engine_footers_mb()
TENURE_WORKER_NICE = environment.worker_nice()
TENURE_BASE_URL = (os.environ.get("TENURE_BASE_URL") or "http://127.0.0.1:8000").rstrip("/")
TENURE_WORKSPACE_MODEL = "tenants.Workspace"

SECRET_KEY = environment.secret_key(TENURE_HOME)
DEBUG = environment.flag("TENURE_DEBUG")
_HTTPS = TENURE_BASE_URL.startswith("https://")
ALLOWED_HOSTS = sorted({"127.0.0.1", "localhost", "[::1]", urlsplit(TENURE_BASE_URL).hostname or "127.0.0.1"})
CSRF_TRUSTED_ORIGINS = [TENURE_BASE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks_db",
    "tenure.base",
    "tenure.tenants",
    "tenure.definitions",
    "tenure.customers",
    "tenure.events",
    "tenure.traits",
    "tenure.ingest",
    "tenure.ingest.inbox",
    "tenure.subscriptions",
    "tenure.measures",
    "tenure.health",
    "tenure.segments",
    "tenure.views",
    "tenure.changes",
    "tenure.work",
    "tenure.alerts",
    "tenure.tasks",
    "tenure.ownership",
    "tenure.meetings",
    "tenure.digests",
    "tenure.revenue",
    "tenure.reports",
    "tenure.past",
    "tenure.packs",
    "tenure.screens",
    "tenure.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "tenure.config.api.ApiProblems",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tenure.config.compression.CompressedPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "tenure.screens.limits.LimitMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tenure.screens.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "tenure.config.urls"
WSGI_APPLICATION = "tenure.config.wsgi.application"

_CONTEXT = [
    "django.contrib.messages.context_processors.messages",
    "tenure.screens.context.page",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "jinja2",
        "APP_DIRS": False,
        "DIRS": [Path(__file__).parent.parent / "screens" / "templates"],
        "OPTIONS": {"environment": "tenure.screens.jinja.environment", "context_processors": _CONTEXT},
    },
    {
        # For libraries only: their own mails and pages that we do not replace.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]


def _database() -> dict[str, object]:
    """SQLite in the home folder unless `TENURE_DATABASE_URL` names a PostgreSQL."""
    url = os.environ.get("TENURE_DATABASE_URL") or f"sqlite:///{TENURE_HOME / 'tenure.sqlite3'}"
    try:
        database: dict[str, object] = environ.Env.db_url_config(url)
    except Exception:
        raise ImproperlyConfigured("TENURE_DATABASE_URL: expected sqlite:///path or postgresql://…") from None
    if database.get("ENGINE") == "django.db.backends.sqlite3":
        return {
            **database,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
                    "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=134217728; PRAGMA cache_size=-8192;"
                ),
            },
        }
    if database.get("ENGINE") == "django.db.backends.postgresql":
        return {**database, "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    raise ImproperlyConfigured("TENURE_DATABASE_URL: expected sqlite:///path or postgresql://…")


def _inbox() -> dict[str, object]:
    """SQLite's second file, for what is received: events must not wait for clicks, nor clicks for events."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(TENURE_HOME / "inbox.sqlite3"),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            # What reads and writes rows opens connections of its own: `tenure.ingest.inbox.sqlite` says why.
            "init_command": (
                "PRAGMA page_size=16384; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;"
            ),
        },
    }


DATABASES = {"default": _database()}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["inbox"] = _inbox()
DATABASE_ROUTERS = ["tenure.ingest.inbox.router.InboxRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SQLITE_VERSION = sqlite3.sqlite_version_info

AUTH_USER_MODEL = "tenants.User"
AUTHENTICATION_BACKENDS = ["tenure.tenants.backends.SessionBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "tenure.screens.auth.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_FORMS: dict[str, str] = {}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Tenure"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _HTTPS

SESSION_COOKIE_NAME = "tenure_session"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
}

_email = environ.Env.email_url_config(os.environ.get("TENURE_EMAIL_URL") or "consolemail://")
_SMTP = {
    "host": _email.get("EMAIL_HOST") or "localhost",
    "port": _email.get("EMAIL_PORT") or 25,
    "username": _email.get("EMAIL_HOST_USER") or "",
    "password": _email.get("EMAIL_HOST_PASSWORD") or "",
    "use_tls": bool(_email.get("EMAIL_USE_TLS", False)),
    "use_ssl": bool(_email.get("EMAIL_USE_SSL", False)),
    "timeout": 20,
}
MAILERS = {
    "default": {
        "BACKEND": _email["EMAIL_BACKEND"],
        "OPTIONS": _SMTP if _email["EMAIL_BACKEND"].endswith("smtp.EmailBackend") else {},
    }
}
DEFAULT_FROM_EMAIL = f"Tenure <tenure@{urlsplit(TENURE_BASE_URL).hostname}>"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = None
STATICFILES_DIRS: list[str] = []
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.AppDirectoriesFinder"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 0 if DEBUG else 31_536_000
# The built files carry the hash of their content in their names (`tenure.screens.assets`).
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+-[A-Z0-9]{8}\..+$"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
}
