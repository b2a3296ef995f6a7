"""What all socket doors do with a frame before it means anything: strict JSON, limits, and a clear error for each."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from helpdesk import fields
from helpdesk.errors import HelpdeskError, unavailable
from helpdesk.fields import Field
from helpdesk.realtime import limits
from helpdesk.realtime.lifecycle import Closed, LivingSocket
from helpdesk.strict_json import loads_object

log = logging.getLogger(__name__)

BAD_FRAMES = {"invalid_json", "object_expected", "too_deep", "too_large"}
ECHOED = {"id": Field(fields.command_id, None), "client_id": Field(fields.echoed, None)}


class FrameSocket(LivingSocket):
    """From the text of a frame to its meaning, which subclasses know."""

    async def _handle(self, raw: dict[str, Any]) -> None:
        """Do what a frame asks. Raises HelpdeskError, which becomes an error frame, or Closed."""
        raise NotImplementedError

    async def frame(self, text: str) -> None:
        """Handle one frame of the client. Nothing it may hold can end the process or another client's turn."""
        try:
            raw = loads_object(text)
            if not isinstance(raw.get("type"), str):
                raise HelpdeskError("object_expected", _("A frame is a JSON object with a text “type”."), field="type")
        except HelpdeskError as error:
            if error.code in BAD_FRAMES:
                self._say_error(error, {})
                self._strike()
            elif not self._is_too_fast({}):
                self._say_error(error, {})
            return
        if self._is_too_fast(raw):
            return
        try:
            fields.parse(raw, ECHOED)
            await self._handle(raw)
        except HelpdeskError as error:
            self._say_error(error, raw)
        except (Closed, asyncio.CancelledError):
            raise
        except Exception:
            log.exception("A %s frame failed.", raw["type"][:40])
            self._say_error(unavailable(), raw)

    def _strike(self) -> None:
        self.strikes += 1
        if self.strikes >= 3:
            raise Closed(4400)

    def _is_too_fast(self, raw: Mapping[str, Any]) -> bool:
        """Count a frame, and refuse it when there are too many; the third refusal closes the socket."""
        if not self.is_in or self.is_trusted() or self.bucket.take():
            return False
        self.rate_strikes += 1
        self._say_error(limits.rate_limited(1.0), raw)
        if self.rate_strikes >= 3:
            self.say_bye("limit", 5000)
            raise Closed(4429)
        return True

    def _say_error(self, error: HelpdeskError, raw: Mapping[str, Any]) -> None:
        id, client_id = raw.get("id"), raw.get("client_id")
        with translation.override(self._language()):
            frame = error.frame(
                id=id if fields.is_command_id(id) else None,
                client_id=client_id if isinstance(client_id, str) and fields.is_command_id(client_id) else None,
            )
        self.say(frame)
