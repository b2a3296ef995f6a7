"""Is the process alive, and may it get traffic?"""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, JsonResponse

from helpdesk.errors import HelpdeskError
from helpdesk.realtime import drain, pool


async def alive(request: HttpRequest) -> JsonResponse:
    """200 as long as the event loop turns."""
    return JsonResponse({"status": "ok"})


async def ready(request: HttpRequest) -> JsonResponse:
    """503 while the process drains or the database does not answer. Redis is not asked: without it all still works."""
    if drain.is_draining():
        return JsonResponse({"status": "draining"}, status=503)
    try:
        await pool.run(_ask_database)
    except HelpdeskError:
        return JsonResponse({"status": "no database"}, status=503)
    return JsonResponse({"status": "ok"})


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
