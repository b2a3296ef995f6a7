"""`python -m helpdesk.demo_shop --port N --key KEY --app ORIGIN`: serve the demo shop until SIGTERM."""

import argparse
import signal
import sys

from helpdesk.demo_shop.pages import Shop
from helpdesk.demo_shop.server import ShopServer


def main() -> None:
    parser = argparse.ArgumentParser(prog="helpdesk.demo_shop", description="Saltholm, the demo shop.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--app", required=True, help="origin of the Helpdesk, such as http://127.0.0.1:8000")
    parser.add_argument("--key", default="", help="public key of the widget to embed")
    parser.add_argument("--key2", default="", help="another widget for the Arabic pages (default: the same)")
    options = parser.parse_args()
    shop = Shop(options.app.rstrip("/"), {"en": options.key, "ar": options.key2 or options.key})
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with ShopServer((options.host, options.port), shop) as server:
        server.serve_forever()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(0)
