"""The visitor's token: opaque, 256 bits, stored only as a hash, never part of an address."""

import hashlib
import secrets
from datetime import timedelta

IDLE = timedelta(days=180)


def new_token() -> str:
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """SHA-256: the token is random, so a slow hash would protect nothing more."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
