"""Our own words around an invitation on the shop's page. What it says is the workspace's data."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

INVITATION: dict[str, Promise] = {
    "close_invitation": _("Close invitation"),
    "never_again": _("Do not ask me again"),
    "says": _("%(name)s says: %(text)s"),
    "start_chat": _("Start chat"),
    "use_code": _("Use it now"),
    "send": _("Send"),
    "have_a_look": _("Have a look"),
    "your_code": _("Your code"),
    "copy_code": _("Copy the code %(code)s"),
    "copied": _("Copied"),
    "copy_by_hand": _("Please copy the code by hand"),
    "email": _("E-mail"),
    "wrong_email": _("This address is not complete."),
    "thanks_email": _("Thank you. We write to %(address)s."),
    # Five words, from the worst to the best, with a bar between two.
    "moods": _("Very bad|Bad|Fair|Good|Very good"),
    "thanks_rate": _("Thank you for telling us."),
    "tell_more": _("Tell us more"),
    "together": _("Together"),
}
"""In the order in which the page meets them."""
