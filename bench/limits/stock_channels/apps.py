from django.apps import AppConfig


class StockChannels(AppConfig):
    name = "bench.limits.stock_channels"
    label = "stock"
