"""Only what a chat needs."""

import os

import environ

SECRET_KEY = "nothing is signed here"  # noqa: S105
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["bench.limits.stock_channels.apps.StockChannels"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.limits.stock_channels.asgi"
ASGI_APPLICATION = "bench.limits.stock_channels.asgi.application"
DATABASES = {"default": {**environ.Env().db_url("DATABASE_URL"), "CONN_MAX_AGE": None}}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [os.environ["REDIS_URL"]], "prefix": os.environ["BUS"]},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
