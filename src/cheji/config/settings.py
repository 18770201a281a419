"""Django's settings; everything that an operator may change comes from the environment."""

import pkgutil
from pathlib import Path
from urllib.parse import urlsplit

from cheji.config import environment as env
from cheji.config.data_folder import data_folder, keys
from cheji.config.database import django_database

HERE = Path(__file__).resolve().parent.parent

CHEJI_DATA = data_folder()
CHEJI_KEYS = keys(CHEJI_DATA)
CHEJI_FACTS = env.choice("CHEJI_FACTS", ("database", "duckdb", "spark"))  # empty: by size
CHEJI_REQUIRE_MFA = env.words("CHEJI_REQUIRE_MFA")  # "all", or roles: outlet_manager,finance
CHEJI_SESSION_HOURS = env.number("CHEJI_SESSION_HOURS", 12)
CHEJI_IDLE_MINUTES = env.number("CHEJI_IDLE_MINUTES", 120)
CHEJI_ORIGINS = env.words("CHEJI_ORIGINS")  # public addresses: https://kpi.example.cn
CHEJI_ROBOT_ORIGINS = env.words("CHEJI_ROBOT_ORIGINS")  # receivers beside the messengers' own

DEBUG = env.switch("CHEJI_DEBUG")
SECRET_KEY = CHEJI_KEYS["django"]
HTTPS = any(origin.startswith("https://") for origin in CHEJI_ORIGINS)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *env.words("CHEJI_HOSTS")] + [
    urlsplit(origin).hostname or origin for origin in CHEJI_ORIGINS
]
CSRF_TRUSTED_ORIGINS = [origin for origin in CHEJI_ORIGINS if "://" in origin]

INSTALLED_APPS = [
    "cheji.web.apps.WebConfig",
    "cheji.records.apps.RecordsConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "cheji.web.middleware.RequestNumber",
    "cheji.config.headers.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cheji.config.sign_in.SessionLimits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "cheji.config.sign_in.RequireSecondFactor",
    "django_htmx.middleware.HtmxMiddleware",
    "cheji.web.middleware.DrawerForms",
    "cheji.web.middleware.SignedIn",
    "cheji.web.middleware.Refusals",
]
ROOT_URLCONF = "cheji.config.urls"
WSGI_APPLICATION = "cheji.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cheji.web.navigation.frame",
            ],
        },
    },
]

DATABASES = {"default": django_database(CHEJI_DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Sign-in attempts are counted in the database, so that several server processes share the count.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
    }
}
PROCRASTINATE_IMPORT_PATHS = [
    f"cheji.jobs.{module.name}" for module in pkgutil.iter_modules([str(HERE / "jobs")])
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [HERE / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 366 * 86400
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 300

AUTH_USER_MODEL = "records.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "cheji.config.passwords.Argon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "cheji.config.sign_in.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
# Behind the proxy that ends TLS all requests come from one address; guessers have their own.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/5m/ip,5/5m/key",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
    "signup": "5/m/ip",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Cheji"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
USERSESSIONS_TRACK_ACTIVITY = False

# Without a mail server nothing is sent by e-mail, and nobody is asked whether he wants it.
EMAIL_HOST = env.text("CHEJI_EMAIL_HOST")
EMAIL_PORT = env.number("CHEJI_EMAIL_PORT", 465)
EMAIL_HOST_USER = env.text("CHEJI_EMAIL_USER")
EMAIL_HOST_PASSWORD = env.text("CHEJI_EMAIL_PASSWORD")
EMAIL_USE_SSL = env.choice("CHEJI_EMAIL_TLS", ("ssl", "starttls", "none")) in {"", "ssl"}
EMAIL_USE_TLS = env.choice("CHEJI_EMAIL_TLS", ("ssl", "starttls", "none")) == "starttls"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("CHEJI_EMAIL_FROM") or EMAIL_HOST_USER or "cheji@localhost"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = CHEJI_SESSION_HOURS * 3600
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # the target grid sends a field for each cell
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 << 20
FILE_UPLOAD_PERMISSIONS = 0o600

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "cheji.config.logs.Discreet",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "cheji": {"level": "INFO"},
        "django": {"level": "WARNING", "handlers": [], "propagate": True},
        "django.server": {"level": "WARNING", "handlers": [], "propagate": True},
        "procrastinate": {"level": "WARNING"},
    },
}
