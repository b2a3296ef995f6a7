"""Read by pytest before Django's settings: tests get a data directory, a base URL and a Redis of their own."""

import os
import tempfile
from pathlib import Path

os.environ["HELPDESK_DATA"] = tempfile.mkdtemp(prefix="helpdesk-test-")
os.environ["HELPDESK_BASE_URL"] = "http://testserver"
os.environ["HELPDESK_ENV"] = "embedded"
os.environ["HELPDESK_LOG_LEVEL"] = "ERROR"
os.environ.pop("EMAIL_URL", None)
os.environ.pop("HELPDESK_TRUSTED_CIDRS", None)
# One server for each process of the tests: they clear the cache. Without any the hints go nowhere, and everything must
# be right without them.
servers = os.environ.get("TEST_REDIS_URLS", "").split()
if servers:
    os.environ["TEST_REDIS_URL"] = servers[int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))]
os.environ["REDIS_URL"] = (
    os.environ.get("TEST_REDIS_URL") or f"unix://{Path(os.environ['HELPDESK_DATA']) / 'none.sock'}"
)
