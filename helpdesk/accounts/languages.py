"""The languages that people answer in."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.text import capfirst
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

# Primary subtags of BCP 47 that Django has a name for, in every language of ours.
COMMON = (
    *("af", "sq", "ar", "hy", "az", "eu", "be", "bn", "bs", "bg", "my", "ca", "zh", "hr", "cs", "da", "nl", "en", "et"),
    *("fi", "fr", "gl", "ka", "de", "el", "he", "hi", "hu", "is", "id", "ga", "it", "ja", "kn", "kk", "km", "ko", "ky"),
    *("lv", "lt", "lb", "mk", "ms", "ml", "mr", "mn", "ne", "nb", "nn", "fa", "pl", "pt", "pa", "ro", "ru", "sr", "sk"),
    *("sl", "es", "sw", "sv", "ta", "te", "th", "tr", "tk", "uk", "ur", "uz", "vi", "cy"),
)


def name_of(code: str) -> str:
    """A language's name for the reader; the code itself for one that we have no name for."""
    if code == "zh":
        return _("Chinese")  # Django names only its scripts
    try:
        return capfirst(str(get_language_info(code)["name_translated"]))
    except KeyError:
        return code


def spoken_choices() -> list[tuple[str, str]]:
    """Every language that can be chosen, by the name that the reader looks for."""
    return sorted(((code, name_of(code)) for code in COMMON), key=lambda choice: choice[1].casefold())


def known_languages(codes: Iterable[str]) -> list[str]:
    """Those of the list, each once, in its order."""
    wanted = set(codes)
    return [code for code in COMMON if code in wanted]
