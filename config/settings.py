"""All settings, read from the environment.

`WINDFALL_MODE` is `local` (the default: servers, secret key and mail under `WINDFALL_VAR`, demo sign-ins) or `production`
(nothing is assumed: a missing SECRET_KEY, ALLOWED_HOSTS, DATABASE_URL or REDIS_URL stops the start with a sentence).
"""

import os
import secrets
from pathlib import Path
from urllib.parse import unquote

import environ
import structlog
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.stack import places

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

MODE = env.str("WINDFALL_MODE", default="local")
if MODE not in {"local", "production"}:
    raise ImproperlyConfigured(f"WINDFALL_MODE is '{MODE}': it must be 'local' or 'production'.")
PRODUCTION = MODE == "production"
VAR = Path(env.str("WINDFALL_VAR", default=str(BASE_DIR / "var"))).absolute()

if PRODUCTION:
    missing = [
        name for name in ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL") if not env.str(name, default="")
    ]
    if missing:
        raise ImproperlyConfigured(
            f"Production mode needs {', '.join(missing)} in the environment. "
            "Set them, or leave WINDFALL_MODE unset to run the local stack."
        )


def local_secret_key() -> str:
    """A key of this installation's own, made on the first start, so that sessions outlive a restart."""
    file = VAR / "secret_key"
    try:
        if not file.exists():
            VAR.mkdir(parents=True, exist_ok=True, mode=0o700)
            with open(file, "x", opener=lambda path, flags: os.open(path, flags, 0o600)) as new:
                new.write(secrets.token_urlsafe(64))
    except FileExistsError:
        pass  # another process was quicker
    except OSError as error:
        raise unusable(error) from error
    try:
        return file.read_text()
    except OSError as error:
        raise unusable(error) from error


def unusable(error: OSError) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{VAR} cannot be used ({error.strerror}). Choose another folder with WINDFALL_VAR.")


SECRET_KEY = env.str("SECRET_KEY", default="") or local_secret_key()
# Fernet keys that bank details are encrypted with, the newest first; a key made from SECRET_KEY stands behind them.
BANK_DETAILS_KEYS = env.list("BANK_DETAILS_KEYS", default=[])
# Places on this machine that chat messages may go to, as in 127.0.0.1:8443: for tests and developers. Others have to be public.
CHAT_MAY_REACH = env.list("CHAT_MAY_REACH", default=[])
if PRODUCTION and CHAT_MAY_REACH:
    raise ImproperlyConfigured(
        "CHAT_MAY_REACH is for developers' machines: in production messages go to public places alone."
    )
DEBUG = env.bool("DEBUG", default=False) and not PRODUCTION
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])
DEMO = env.bool("WINDFALL_DEMO", default=not PRODUCTION)
SITE_ADDRESS = env.str(
    "SITE_ADDRESS",
    default=f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION else f"http://localhost:{env.str('PORT', default='') or 8000}",
)

INSTALLED_APPS = [
    "config",
    "dashboards",
    "reminders",
    "plans",
    "claims",
    "funds",
    "programs",
    "partners",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "anymail",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "heroicons",
    "pgtrigger",
    "rules",
    "csp",
    "django_structlog",
    "health_check",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
]
AUTH_USER_MODEL = "partners.User"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "config.limits.SizeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "partners.middleware.MembershipMiddleware",
    "claims.history.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.request_log.RequestMiddleware",
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
                "dashboards.context.frame",
            ],
            "builtins": ["heroicons.templatetags.heroicons", "programs.templatetags.money"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# The servers: their own when named in the environment, else the local stack's under VAR.
DATABASES = {"default": env.db_url_config(env.str("DATABASE_URL", default="") or places.database_url(VAR))}
# A unix socket's folder stands in the address as %2Fvar%2Frun…, as libpq writes it.
DATABASES["default"]["HOST"] = unquote(DATABASES["default"]["HOST"])
DATABASES["default"] |= {"ATOMIC_REQUESTS": False, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", default="") or places.redis_url(VAR)
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "partners.sign_in.Backend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 10}  # type: ignore[assignment]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboards:home"

ACCOUNT_ADAPTER = "partners.sign_in.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "partners.forms.SignupForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# An invitation is only ever sent to the address it names: opening it has verified that address.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Windfall"
# Browsers allow passkeys on http only for localhost; allauth asks to be told.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
INVITATION_DAYS = 14

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = "config.formats"

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.staticfiles.NodeModulesFinder",
]
# Proofs lie outside the web root: only a view that has checked the reader serves them.
MEDIA_ROOT = VAR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Windfall <hello@windfall.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# A mail service that anymail knows (postmark, mailgun, amazon_ses, …), else a mail server, else files under VAR.
MAIL_SERVICE = env.str("EMAIL_SERVICE", default="")
# What anymail reads: each ANYMAIL_… of the environment, as in ANYMAIL_POSTMARK_SERVER_TOKEN.
ANYMAIL: dict[str, object] = {
    name.removeprefix("ANYMAIL_"): value for name, value in os.environ.items() if name.startswith("ANYMAIL_")
}
# Postal hands nothing back of what is sent along with a mail (`reminders.digest.METADATA`): it goes there without.
ANYMAIL.setdefault("IGNORE_UNSUPPORTED_FEATURES", MAIL_SERVICE == "postal")
# "user:password" that mail services send with what they report of our mail; several while one is replaced by another.
ANYMAIL["WEBHOOK_SECRET"] = env.list("WEBHOOK_SECRET", default=[])
if any(":" not in secret for secret in env.list("WEBHOOK_SECRET", default=[])):
    raise ImproperlyConfigured("WEBHOOK_SECRET must be like user:password, as the mail service sends it.")
if MAIL_SERVICE:
    EMAIL_BACKEND = f"anymail.backends.{MAIL_SERVICE}.EmailBackend"
elif env.str("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "config.mail.FolderBackend"
EMAIL_TIMEOUT = 20
MAIL_FOLDER = VAR / "mail"

# Celery. Each line's reason stands beside it.
CELERY_BROKER_URL = places.broker_url(REDIS_URL)
CELERY_TASK_ACKS_LATE = True  # a killed worker's task is run again ...
CELERY_TASK_REJECT_ON_WORKER_LOST = True  # ... also when only its child died
CELERY_WORKER_PREFETCH_MULTIPLIER = 1  # no worker sits on work that another could do
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,  # longer than the longest task: nothing is delivered twice while it runs
    "health_check_interval": 25,  # a dead connection is noticed: else a worker waits on it for ever
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True  # a worker may start before its Redis does
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True  # they are redelivered: don't run them twice
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30  # a stop lets running tasks end
CELERY_WORKER_CONCURRENCY = env.int("WORKERS", default=2)  # not a child for each core: the database has to serve them
CELERY_TASK_TIME_LIMIT = 600  # what hangs is killed before the lease on its mails runs out
CELERY_TASK_SOFT_TIME_LIMIT = 540  # a minute earlier it is told: its trouble is logged, its transaction undone
CELERY_TASK_IGNORE_RESULT = True  # results live in our tables
CELERY_TASK_SERIALIZER = "json"  # ids and words alone ...
CELERY_ACCEPT_CONTENT = ["json"]  # ... and a pickle that somebody put into Redis is never opened
CELERY_TIMEZONE = "UTC"  # the beat knows no summer time: which day it is where is the query's to say
# One tick a minute: the query decides what is due, so that a missed tick is caught up by the next.
CELERY_BEAT_SCHEDULE = {
    "tick": {"task": "reminders.tasks.tick", "schedule": crontab()},
    # Nobody waits for it: a page reckons what is not kept yet.
    "peers": {"task": "dashboards.tasks.warm_peers", "schedule": crontab(minute=20)},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in (
        "camera",
        "display-capture",
        "geolocation",
        "microphone",
        "payment",
        "usb",
        "interest-cohort",
    )
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION and env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # a load balancer asks over plain http
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
if PRODUCTION and env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.JSONRenderer()
            if PRODUCTION
            else structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        }
    },
    "filters": {"tokens": {"()": "config.request_log.MaskTokens"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines", "filters": ["tokens"]}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {"django_structlog": {"level": env.str("LOG_LEVEL", default="INFO")}},
}
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
