"""From the one colour a shop chooses to every colour the widget needs, always readable.

Pure functions. WCAG contrast is at least 4.5:1 for every pair of text and ground, so the smallest text is safe too.
Lightness is moved in OKLCH, where the hue stays what the shop chose.
"""

from __future__ import annotations

import math

Rgb = tuple[float, float, float]
Lch = tuple[float, float, float]

WINDOW = {"light": "#ffffff", "dark": "#1a1e21"}
WHITE, BLACK = "#ffffff", "#000000"
MIN_CONTRAST = 4.5
# With this luminance black and white stand out equally; both reach 4.58:1 there.
WHITE_TEXT_BELOW = 0.179
SOFT_SHARE = 0.14


def brand(colour: str) -> dict[str, dict[str, str]]:
    """The colours of both themes for `colour` (#rrggbb).

    `fill` is the launcher, the header and the visitor's bubbles, `on_fill` the text on it; `text` is the brand as text
    on the window and on `soft`, a tint of the window.
    """
    return {theme: _theme(colour, theme) for theme in ("light", "dark")}


def _theme(colour: str, theme: str) -> dict[str, str]:
    fill = _hex(_from_lch(_fill(_to_lch(colour), theme)))
    soft = _mix(fill, WINDOW[theme], SOFT_SHARE)
    return {"fill": fill, "on_fill": _text_on(fill), "text": _as_text(colour, theme, soft), "soft": soft}


def _fill(lch: Lch, theme: str) -> Lch:
    """The brand itself; in the dark lifted until it stands out, and a near-black brand turns near-white."""
    lightness, chroma, hue = lch
    if theme == "light":
        return lch
    lifted = lightness + 0.66 if lightness < 0.36 else lightness
    return min(max(lifted, 0.53), 0.93), chroma, hue


def _text_on(fill: str) -> str:
    return WHITE if _luminance(fill) < WHITE_TEXT_BELOW else BLACK


def _as_text(colour: str, theme: str, soft: str) -> str:
    """The brand, moved away from the window until it reads on the window and on the tint."""
    lightness, chroma, hue = _to_lch(colour)
    step = -0.01 if theme == "light" else 0.01
    lightness = min(lightness, 0.47) if theme == "light" else min(max(lightness, 0.8), 0.97)
    while True:
        text = _hex(_from_lch((lightness, chroma, hue)))
        if min(contrast(text, WINDOW[theme]), contrast(text, soft)) >= MIN_CONTRAST or not 0 < lightness < 1:
            return text
        lightness += step


def contrast(first: str, second: str) -> float:
    """The WCAG contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: str) -> Rgb:
    def channel(start: int) -> float:
        value = int(colour[start : start + 2], 16) / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    return channel(1), channel(3), channel(5)


def _hex(linear: Rgb) -> str:
    def channel(value: float) -> int:
        value = min(max(value, 0.0), 1.0)
        value = value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
        return round(value * 255)

    return "#" + "".join(f"{channel(value):02x}" for value in linear)


# The matrices of OKLab (Björn Ottosson, 2020).
def _to_lab(linear: Rgb) -> Rgb:
    red, green, blue = linear
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _from_lab(lab: Rgb) -> Rgb:
    lightness, a, b = lab
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _to_lch(colour: str) -> Lch:
    lightness, a, b = _to_lab(_linear(colour))
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _from_lch(lch: Lch) -> Rgb:
    """The colour in sRGB; one that a screen cannot show loses chroma, never hue or lightness."""
    lightness, chroma, hue = lch
    inside, outside = 0.0, chroma
    if _is_shown(_at(lightness, chroma, hue)):
        return _at(lightness, chroma, hue)
    for _ in range(20):
        middle = (inside + outside) / 2
        if _is_shown(_at(lightness, middle, hue)):
            inside = middle
        else:
            outside = middle
    return _at(lightness, inside, hue)


def _at(lightness: float, chroma: float, hue: float) -> Rgb:
    return _from_lab((lightness, chroma * math.cos(hue), chroma * math.sin(hue)))


def _is_shown(linear: Rgb) -> bool:
    return all(-0.0005 <= value <= 1.0005 for value in linear)


def _mix(colour: str, ground: str, share: float) -> str:
    top, bottom = _to_lab(_linear(colour)), _to_lab(_linear(ground))
    mixed = [share * above + (1 - share) * below for above, below in zip(top, bottom, strict=True)]
    return _hex(_from_lab((mixed[0], mixed[1], mixed[2])))
