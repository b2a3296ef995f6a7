"""The rows of live visitors in Redis: one hash per workspace, each row on a lease, changes in the order of turns.

A row is what one process knows of one browser; a browser whose tabs are spread over processes has several, which the
board folds. Time is Redis' own, so the clocks of the machines do not matter. What a script does, it does at once: a
reader sees a turn whole or not at all. Every key ends by itself soon after the last lease.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import redis
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from redis import asyncio as aioredis

from helpdesk.errors import HelpdeskError, unavailable

LEASE_SECONDS = 45
KEY_SECONDS = 60  # a key lives on so long after the last write; also how long a removal can be read
CHUNK = 500  # rows in one script: others wait meanwhile
TIMEOUT = 2.0
PARTS = ("rows", "more", "lease", "turns", "meta")

_COMMON = """
local rows, more, lease, turns, meta = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local time = redis.call('TIME')
local micros = time[1] * 1000000 + time[2]
local now = math.floor(micros / 1000)
local born = redis.call('HGET', meta, 'born')
if not born then
  born = string.format('%.0f', micros)
  redis.call('HSET', meta, 'born', born)
end
local last = tonumber(redis.call('HGET', meta, 'turn') or '0')
local turn = string.format('%.0f', math.max(micros, last + 1))
local told = false
local function changed(name)
  told = true
  redis.call('ZADD', turns, turn, name)
end
local function remove(name)
  if redis.call('HDEL', rows, name) == 1 then changed(name) end
  redis.call('HDEL', more, name)
  redis.call('ZREM', lease, name)
end
for _, name in ipairs(redis.call('ZRANGEBYSCORE', lease, '-inf', now, 'LIMIT', 0, 500)) do remove(name) end
"""

_END = """
if told then redis.call('HSET', meta, 'turn', turn) end
"""

# ARGV: lease in ms, life of the keys in s, field and value of what is counted only, the number of rows; for each its
# name, whether it changed, the row, the rest; then the names that are gone. Returns when the hash was born.
_WRITE = (
    _COMMON
    + """
local until_ = now + tonumber(ARGV[1])
redis.call('HSET', meta, 'beyond:' .. ARGV[3], ARGV[4] .. ':' .. string.format('%.0f', until_))
local at = 6
for _ = 1, tonumber(ARGV[5]) do
  local name = ARGV[at]
  local is_new = redis.call('HSET', rows, name, ARGV[at + 2]) == 1
  redis.call('HSET', more, name, ARGV[at + 3])
  redis.call('ZADD', lease, until_, name)
  if is_new or ARGV[at + 1] == '1' then changed(name) end
  at = at + 4
end
for i = at, #ARGV do remove(ARGV[i]) end
redis.call('ZREMRANGEBYSCORE', turns, '-inf', string.format('%.0f', micros - tonumber(ARGV[2]) * 1000000))
"""
    + _END
    + """
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[2]) end
return born
"""
)

# ARGV: the birth and the turn that the reader knows ("" at first). Returns the birth, the turn, how many are only
# counted, whether it is everything, then names and rows; a name without a row is gone.
_READ = (
    _COMMON
    + _END
    + """
local beyond = 0
local entries = redis.call('HGETALL', meta)
for i = 1, #entries, 2 do
  if string.sub(entries[i], 1, 7) == 'beyond:' then
    local count, until_ = string.match(entries[i + 1], '(%d+):(%d+)')
    if tonumber(until_) > now then beyond = beyond + tonumber(count) else redis.call('HDEL', meta, entries[i]) end
  end
end
redis.call('EXPIRE', meta, ARGV[3], 'NX')
local known = redis.call('HGET', meta, 'turn') or '0'
if ARGV[1] ~= born then
  return {born, known, beyond, 1, redis.call('HGETALL', rows)}
end
local found = {}
for _, name in ipairs(redis.call('ZRANGEBYSCORE', turns, '(' .. ARGV[2], '+inf')) do
  found[#found + 1] = name
  found[#found + 1] = redis.call('HGET', rows, name)
end
return {born, known, beyond, 0, found}
"""
)


@dataclass
class Batch:
    """What one process has to say of one workspace. `rows`: name → (changed, row, rest), the last two as JSON."""

    workspace_id: int
    rows: list[tuple[str, bool, bytes, bytes]] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    beyond: int = 0


@dataclass(frozen=True)
class Reading:
    born: str
    turn: str
    beyond: int
    is_everything: bool
    rows: Mapping[str, bytes | None]


class RedisStore:
    """Writes on the event loop, reads on threads."""

    def __init__(self) -> None:
        layer: Any = settings.CHANNEL_LAYERS["default"]["CONFIG"]
        self._prefix = layer["prefix"]
        options: dict[str, Any] = {"socket_timeout": TIMEOUT, "socket_connect_timeout": 1}
        self._writer = aioredis.Redis.from_url(settings.REDIS_URL, **options)
        self._reader = redis.Redis.from_url(settings.REDIS_URL, **options)

    def _keys(self, workspace_id: int) -> list[str]:
        # The braces keep a workspace's keys together on a Redis cluster.
        return [f"{self._prefix}:browsing:{{{workspace_id}}}:{part}" for part in PARTS]

    async def write(self, process: str, batches: Sequence[Batch]) -> dict[int, str]:
        """Write everything in one pipeline. Returns the birth of each workspace's hash: another one means that all
        was lost. Raises HelpdeskError unavailable."""
        pipeline = self._writer.pipeline(transaction=False)
        asked = []
        for batch in batches:
            for part in _parts(batch):
                pipeline.eval(_WRITE, 5, *self._keys(batch.workspace_id), *_arguments(process, part))
                asked.append(batch.workspace_id)
        try:
            answers = await pipeline.execute()
        except (OSError, TimeoutError, redis.RedisError) as error:
            raise unavailable() from error
        return {workspace_id: born.decode() for workspace_id, born in zip(asked, answers, strict=True)}

    def read(self, workspace_id: int, born: str, turn: str) -> Reading:
        """What changed since `turn`, or everything when the hash is not the one that was born then.

        Raises HelpdeskError unavailable.
        """
        answer: Any = self._ask(lambda: self._reader.eval(_READ, 5, *self._keys(workspace_id), born, turn, KEY_SECONDS))
        names = answer[4]
        rows = {names[at].decode(): names[at + 1] for at in range(0, len(names), 2)}
        return Reading(answer[0].decode(), answer[1].decode(), answer[2], bool(answer[3]), rows)

    def rest(self, workspace_id: int, names: Sequence[str]) -> list[bytes]:
        """What is shown of one browser only, from each process that has a page of it."""
        more = self._keys(workspace_id)[1]
        return [each for each in self._ask(lambda: self._reader.hmget(more, list(names))) if each is not None]

    @staticmethod
    def _ask(question: Any) -> Any:
        try:
            return question()
        except (OSError, TimeoutError, redis.RedisError) as error:
            raise cannot_read() from error


def cannot_read() -> HelpdeskError:
    return HelpdeskError(
        "unavailable", _("Who is on the site cannot be read just now. It comes back by itself."), retry_in_ms=2000
    )


def _parts(batch: Batch) -> list[Batch]:
    """The batch in pieces that Redis does quickly; at least one, which counts."""
    parts = [
        Batch(batch.workspace_id, batch.rows[start : start + CHUNK], [], batch.beyond)
        for start in range(0, len(batch.rows), CHUNK)
    ] or [Batch(batch.workspace_id, beyond=batch.beyond)]
    parts[-1].gone = batch.gone
    return parts


def _arguments(process: str, batch: Batch) -> list[Any]:
    arguments: list[Any] = [LEASE_SECONDS * 1000, KEY_SECONDS, process, batch.beyond, len(batch.rows)]
    for name, is_changed, row, rest in batch.rows:
        arguments += [name, int(is_changed), row, rest]
    return [*arguments, *batch.gone]
