"""What a page asks for ahead is what the browser would find out import by import."""

import re
from pathlib import Path

from django.conf import settings

from helpdesk.modules import modules_of

STATIC = Path(settings.BASE_DIR) / "static"


def test_the_modules_of_the_console_are_all_found_and_each_one_exists() -> None:
    names = modules_of("js/console/main.js")
    written = {str(path.relative_to(STATIC)) for path in (STATIC / "js/console").rglob("*.js")}
    assert names[0] == "js/console/main.js"
    assert {"vendor/preact.js", "js/lib/socket.js"} < set(names)
    assert len(names) == len(set(names))
    assert all((STATIC / name).is_file() for name in names)
    assert {name for name in written if not _is_of_types_only(name)} <= set(names)


def test_the_inbox_asks_for_all_of_them_at_once_and_the_sign_in_page_after_itself(client, db) -> None:
    page = client.get("/accounts/login/").content.decode()
    links = re.findall(r'<link rel="prefetch" href="[^"]*/static/([^"]+)"', page)
    assert set(links) == set(modules_of("js/console/main.js"))


def _is_of_types_only(name: str) -> bool:
    text = (STATIC / name).read_text("utf-8")
    return name.endswith("/types.js") or not re.search(r"^(?:import|export) \S", text, re.MULTILINE)
