"""Lots that fall the same again for the same visitor: who is held out, and who is shown which variant."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from math import log

from chat.targeting.invitations import Variant


def is_held_out(visitor: str, invitation: str, percent: float) -> bool:
    """A share of `percent` of all visitors, another one for each invitation. A higher percent keeps all who were in."""
    return 100 * _lot("holdout", visitor, invitation) < percent


def variant_for(visitor: str, invitation: str, variants: Sequence[Variant]) -> str:
    """The id of the variant that `visitor` is shown; "" when none has a weight above 0.

    Weighted rendezvous hashing (Schindelhauer and Schomaker, "Weighted distributed hash tables", SPAA 2005): each
    variant draws -ln(u)/weight with a u of its own for this visitor, the lowest wins. Shares are those of the weights;
    a variant that gains weight takes visitors from the others and moves none between them, one that loses some or goes
    gives its own away. Cutting 0 … 1 into pieces by weight would move visitors between variants that did not change.
    """
    drawn = [
        (-log(_lot("variant", visitor, invitation, each.id)) / each.weight, each.id)
        for each in variants
        if each.weight > 0
    ]
    return min(drawn)[1] if drawn else ""


def _lot(purpose: str, *parts: str) -> float:
    """Uniform in 0 … 1, never 0 or 1. The purposes are independent of each other."""
    digest = blake2b("\n".join(parts).encode(), digest_size=8, person=purpose.encode()).digest()
    # 52 bits and a half: every sum is exact, and none becomes 1.
    return ((int.from_bytes(digest, "big") >> 12) + 0.5) / 2**52
