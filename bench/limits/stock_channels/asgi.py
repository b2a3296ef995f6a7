import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.limits.stock_channels.settings")
django_application = get_asgi_application()

from bench.limits.stock_channels.consumers import ChatConsumer  # noqa: E402  (needs the models)

urlpatterns: list[object] = []
application = ProtocolTypeRouter(
    {"http": django_application, "websocket": URLRouter([path("ws", ChatConsumer.as_asgi())])}
)
