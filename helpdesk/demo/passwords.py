"""Passwords that a person can type from a terminal: three words and digits, made anew for each installation."""

from __future__ import annotations

import secrets

WORDS = (  # noqa: SIM905  (two hundred quoted words are no easier to read)
    "acorn amber anchor apple apron arrow ashes atlas autumn badge bakery bamboo basil basket beacon birch biscuit "
    "blanket blossom bottle branch brass bread breeze bridge bronze bucket button cabin candle canvas canyon carbon "
    "castle cedar cello chalk cherry chimney cinder clay clover coast cobalt comet copper coral cotton cradle crayon "
    "cricket crown crystal cypress dahlia dapple desert dinner dolphin drift drum dusk eagle ember engine fabric "
    "falcon feather fennel fern ferry fiddle flint forest fossil fox garden garlic ginger glacier glaze globe granite "
    "grape gravel harbor harvest hazel heather hedge heron hickory honey horizon island ivory ivy jasmine juniper "
    "kettle kiln kite lantern larch laurel lemon lichen lilac linen lobster lotus magnet mallow mango maple marble "
    "marsh meadow melon mint mitten moss mountain muffin needle nettle nutmeg oak oasis ocean olive onion opal orbit "
    "orchard otter oyster paddle pantry paper parrot pebble pepper pigeon pillow pine planet plum pocket pond poplar "
    "potter prairie pumpkin quartz quill quince rabbit radish raven reed ribbon river robin rocket rosemary saddle "
    "saffron sage sailor salt sand sapphire satin scarf shadow shell silver sparrow spice spruce stone storm straw "
    "sugar summit sunset swallow syrup teapot thistle thunder thyme tiger timber tinder topaz trumpet tulip tunnel "
    "turnip umber valley vanilla velvet violet walnut waffle willow window winter wool yarrow zephyr zinc"
).split()


def new_password() -> str:
    """About 36 random bits: sign-in is limited to a few tries a minute, so that is plenty for a demo."""
    words = "-".join(secrets.choice(WORDS) for _ in range(3))
    return f"{words}-{secrets.randbelow(9000) + 1000}"
