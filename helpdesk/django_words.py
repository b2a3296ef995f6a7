"""Words of Django's own that its catalogues lack in one of our languages. Named here so that ours keep them."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

# Greek has no translation of `timesince`.
TIMESINCE = (
    ngettext_lazy("%(num)d year", "%(num)d years", "num"),
    ngettext_lazy("%(num)d month", "%(num)d months", "num"),
    ngettext_lazy("%(num)d week", "%(num)d weeks", "num"),
    ngettext_lazy("%(num)d day", "%(num)d days", "num"),
    ngettext_lazy("%(num)d hour", "%(num)d hours", "num"),
    ngettext_lazy("%(num)d minute", "%(num)d minutes", "num"),
)
# Neither Greek nor Arabic names these languages.
LANGUAGES = (_("Malay"), _("Urdu"), _("Norwegian Bokmål"), _("Norwegian Nynorsk"))
