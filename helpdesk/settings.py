"""Every knob of the installation, read from the environment.

No environment at all gives the embedded form that `./run` starts: SQLite in WAL mode and a Valkey of its own in the
data directory. HELPDESK_ENV=production turns on the checks that refuse unsafe settings.
"""

import secrets
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from helpdesk.production import production_problems

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- What kind of installation this is -------------------------------------------------------------------------------
ENVIRONMENT = env.str("HELPDESK_ENV", "embedded")  # "embedded" (./run, tests) or "production"
if ENVIRONMENT not in ("embedded", "production"):
    raise ImproperlyConfigured(f"HELPDESK_ENV is {ENVIRONMENT!r}. Set it to 'embedded' or 'production'.")
PRODUCTION = ENVIRONMENT == "production"
DEBUG = env.bool("HELPDESK_DEBUG", False)
DATA_DIR = Path(env.str("HELPDESK_DATA", str(BASE_DIR / "var"))).resolve()
# The address people reach the product at; links in mail, cookies and origins follow from it.
BASE_URL = env.str("HELPDESK_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
HTTPS = BASE_URL.startswith("https://")


def _embedded_secret() -> str:
    """A secret of this installation's own, made once and kept in the data directory (mode 600)."""
    path = DATA_DIR / "secret.key"
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_suffix(f".{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        with suppress(FileExistsError):  # of two processes that start together, one key wins
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text().strip()


SECRET_KEY = env.str("HELPDESK_SECRET_KEY", "") or ("" if PRODUCTION else _embedded_secret())
SECRET_KEY_FALLBACKS = env.list("HELPDESK_SECRET_KEY_FALLBACKS", default=[])  # old keys, while rotating
_hosts = [] if PRODUCTION else [urlsplit(BASE_URL).hostname or "127.0.0.1", "127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = env.list("HELPDESK_ALLOWED_HOSTS", default=_hosts)
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "rest_framework",
    "drf_spectacular",
    "csp",
    "helpdesk",
    "helpdesk.deliveries",
    "helpdesk.accounts",
    "tickets",
    "chat",
    "widget",
]

MIDDLEWARE = [
    "helpdesk.middleware.WidgetDoor",
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "helpdesk.accounts.middleware.PersonLocale",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "helpdesk.accounts.middleware.WorkspaceEntry",
]

ROOT_URLCONF = "helpdesk.urls"
ASGI_APPLICATION = "helpdesk.asgi.application"
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
                "django.template.context_processors.i18n",
                "helpdesk.accounts.context.shell",
            ]
        },
    }
]

# --- Database --------------------------------------------------------------------------------------------------------
# synchronous=FULL: in WAL mode NORMAL can lose the last commits on power failure, and an acknowledged message must not
# be lost. IMMEDIATE: a read that later writes would otherwise fail with "database is locked".
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;PRAGMA busy_timeout=20000;"
        "PRAGMA temp_store=MEMORY;PRAGMA cache_size=-20000;PRAGMA journal_size_limit=67108864;"
    ),
}
POSTGRES_OPTIONS = {
    "connect_timeout": 3,
    "options": "-c statement_timeout=10000 -c lock_timeout=3000",
    # Connections are kept. One whose other end is gone without a word is given up after seconds, not a quarter hour.
    "tcp_user_timeout": 10_000,  # ms
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
}
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'helpdesk.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["OPTIONS"] = POSTGRES_OPTIONS
# Statements of the hot path are prepared once for each connection. PgBouncer in transaction mode hands a connection
# that does not know them to the next transaction: say no there.
DATABASE_PREPARES = env.bool("DATABASE_PREPARES", True)
# Under ASGI a positive CONN_MAX_AGE exhausts PostgreSQL. The realtime pool and the workers (helpdesk.celery) keep their
# connections.
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis or Valkey: hints, cache and the broker; never the truth ---------------------------------------------------
REDIS_URL = env.str("REDIS_URL", f"unix://{DATA_DIR / 'valkey.sock'}")
# redis-py 8 defaults to a 5 s socket timeout and 100 connections, which kills idle and many-socket use of Channels.
REDIS_HOST = {
    "address": REDIS_URL,
    "socket_timeout": 30,
    "socket_connect_timeout": 1,
    "max_connections": 5000,
    "health_check_interval": 15,
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "helpdesk.realtime.layer.HintLayer",
        "CONFIG": {"hosts": [REDIS_HOST], "prefix": env.str("HELPDESK_REDIS_PREFIX", "helpdesk")},
    }
}
CACHES = {
    "default": {
        "BACKEND": "helpdesk.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": env.str("HELPDESK_REDIS_PREFIX", "helpdesk"),
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}

# --- live visitors ---------------------------------------------------------------------------------------------------
# The country of a visitor is looked up in a list that comes with the product; with a city database (*.mmdb, for example
# DB-IP or GeoLite2 City) the city too. Addresses are not kept either way.
GEOIP_CITY_DB = env.str("GEOIP_CITY_DB", "")

# --- Celery ----------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://")  # kombu's name for a unix socket
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
    "socket_keepalive": True,
    "health_check_interval": 25,
    "retry_on_timeout": True,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "global_keyprefix": env.str("HELPDESK_REDIS_PREFIX", "helpdesk") + ":",
}
if REDIS_URL.startswith("unix://"):
    del CELERY_BROKER_TRANSPORT_OPTIONS["socket_keepalive"]  # not an option of a unix socket
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 300_000
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_TASK_DEFAULT_QUEUE = "default"
# `live` (queue routing, threads) decides what people wait for; `bulk` (prefork) does the rest.
CELERY_TASK_ROUTES = {
    "helpdesk.deliveries.tasks.*": {"queue": "mail"},
    "chat.tasks.run_simulations": {"queue": "slow"},
    "chat.tasks.count_invitations": {"queue": "slow"},
    "chat.tasks.*": {"queue": "routing"},
}
CELERY_BEAT_SCHEDULE = {
    "send-due-deliveries": {"task": "helpdesk.deliveries.tasks.send_due", "schedule": 5.0},
    "expire-presence": {"task": "chat.tasks.expire_presence", "schedule": 5.0},
    "route-chats": {"task": "chat.tasks.route_everywhere", "schedule": 5.0},
    "forget-old-decisions": {"task": "chat.tasks.forget_old_decisions", "schedule": 3600.0},
    "end-abandoned-chats": {"task": "chat.tasks.end_abandoned_chats", "schedule": 10.0},
    "resume-simulations": {"task": "chat.tasks.resume_simulations", "schedule": 30.0},
    "end-invitations": {"task": "chat.tasks.end_invitations", "schedule": 10.0},
    "count-invitations": {"task": "chat.tasks.count_invitations", "schedule": 30.0},
    "forget-old-invitations": {"task": "chat.tasks.forget_old_invitations", "schedule": 3600.0},
    "return-left-chats": {"task": "chat.tasks.return_left_chats", "schedule": 10.0},
    "forget-old-deliveries": {"task": "helpdesk.deliveries.tasks.forget_old", "schedule": 3600.0},
}

# --- People and sign-in ----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_FORMS = {"signup": "helpdesk.accounts.forms.SignupForm"}
ACCOUNT_ADAPTER = "helpdesk.accounts.adapter.AccountAdapter"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key,20/m/ip", "signup": "20/m/ip", "reset_password": "20/m/ip,5/m/key"}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_RESET_TIMEOUT = 3600

# --- Cookies and headers ---------------------------------------------------------------------------------------------
SESSION_COOKIE_NAME = "__Host-sid" if HTTPS else "helpdesk_sid"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "helpdesk_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # a session must survive a lost Redis
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_SSL_REDIRECT = HTTPS and env.bool("HELPDESK_SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("HELPDESK_BEHIND_PROXY", False) else None
# Not "no-referrer": browsers would then send `Origin: null` and every form would fail its CSRF check.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
_socket_origin = BASE_URL.replace("http", "ws", 1)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF, _socket_origin],
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 262_144
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 262_144

# --- Mail ------------------------------------------------------------------------------------------------------------
# Everything is written as a delivery row in the caller's transaction; the worker sends the rows through this.
EMAIL_BACKEND = "helpdesk.deliveries.mail.QueueingBackend"
_mail = env.email_url("EMAIL_URL", default="filemail://") if env.str("EMAIL_URL", "") else None
OUTGOING_EMAIL_BACKEND = _mail["EMAIL_BACKEND"] if _mail else "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
if _mail:
    EMAIL_HOST = _mail["EMAIL_HOST"]
    EMAIL_PORT = _mail["EMAIL_PORT"] or 25
    EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"] or ""
    EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"] or ""
    EMAIL_USE_TLS = bool(_mail.get("EMAIL_USE_TLS"))
    EMAIL_USE_SSL = bool(_mail.get("EMAIL_USE_SSL"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("HELPDESK_FROM_EMAIL", f"Helpdesk <helpdesk@{urlsplit(BASE_URL).hostname}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Languages and time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ar", _("Arabic")), ("el", _("Greek")), ("ko", _("Korean"))]
LOCALE_PATHS = [BASE_DIR / "helpdesk" / "locale"]
LANGUAGE_COOKIE_NAME = "helpdesk_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Static files ----------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("HELPDESK_STATIC_ROOT", str(DATA_DIR / "static")))
_storage = (
    "helpdesk.static_files.ModuleManifestStorage" if PRODUCTION else "servestatic.storage.CompressedStaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _storage},
}
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # nothing is collected here, but ServeStatic warns without it
SERVESTATIC_USE_FINDERS = not PRODUCTION  # the embedded form serves straight from the source tree: no collect step
SERVESTATIC_AUTOREFRESH = not PRODUCTION  # a file that an upgrade or an editor replaced is served as it is now
MEDIA_ROOT = DATA_DIR / "files"

# --- REST ------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["helpdesk.accounts.api.authentication.MemberAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["helpdesk.accounts.api.authentication.IsMember"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["helpdesk.api.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "helpdesk.api.problem_response",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Helpdesk API",
    "DESCRIPTION": "The agents' and admins' REST API. Visitors and the realtime sockets: see docs/protocol.md.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
}

# --- Limits and trust ------------------------------------------------------------------------------------------------
# Addresses (CIDR, comma separated) that the per-address limits leave alone: load tests, trusted gateways.
TRUSTED_CIDRS = env.list("HELPDESK_TRUSTED_CIDRS", default=[])
# Addresses of reverse proxies whose X-Forwarded-For is believed.
TRUSTED_PROXIES = env.list("HELPDESK_TRUSTED_PROXIES", default=[])

# --- Logs ------------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "stream": sys.stderr},
        "nowhere": {"class": "logging.NullHandler"},  # a logger without any would fall back to stderr
    },
    # Scanners send any Host; each is refused, and none is worth a traceback.
    "loggers": {"django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False}},
    "root": {"handlers": ["console"], "level": env.str("HELPDESK_LOG_LEVEL", "WARNING")},
}
# W004: the e-mail is unique by a functional constraint (without regard to case), which this check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]

# --- A production installation that is not safe does not start, whichever command starts it ---------------------------
if PRODUCTION:
    _unsafe = production_problems(SECRET_KEY, DEBUG, ALLOWED_HOSTS, BASE_URL)
    if _unsafe:
        sys.stderr.write(f"Helpdesk does not start: {' '.join(_unsafe)}\n")
        sys.exit(2)
