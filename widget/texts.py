"""The widget's own words. The workspace's words (greeting, promise, form labels) are its data, not here.

`%(name)s` places are filled in the browser. Plurals are avoided on purpose: the browser gets one plain string
per key, so every sentence reads well with any number.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LAUNCHER: dict[str, Promise] = {
    "open": _("Open chat"),
    "open_unread": _("Open chat, unread messages: %(count)s"),
    "close": _("Close chat"),
    "window": _("Chat window"),
    "leave_message": _("Leave a message"),
}
"""What the launcher says on the host page, before the window is loaded."""

FRAME: dict[str, Promise] = {
    # window
    "dialog": _("Chat with %(name)s"),
    "close": _("Close chat"),
    "back": _("Back"),
    "more": _("More options"),
    "not_here": _("This chat is not available on this page."),
    "not_here_hint": _("The owner of this website can add its address to the list of allowed sites."),
    "no_script": _("The chat needs JavaScript."),
    # home
    "send_us": _("Send us a message"),
    "leave_message": _("Leave a message"),
    "conversations": _("Your conversations"),
    "conversation": _("Your conversation"),
    "you_said": _("You: %(text)s"),
    "they_said": _("%(name)s: %(text)s"),
    "unread": _("Unread messages: %(count)s"),
    "ended": _("Ended"),
    "private": _("Private to you and %(name)s"),
    "online": _("Online"),
    "away": _("Nobody is online right now"),
    "back_at": _("We are back %(when)s, your time."),
    "back_soon": _("soon"),
    "on_day": _("%(day)s at %(time)s"),
    # forms
    "optional": _("optional"),
    "start_chat": _("Start chat"),
    "your_message": _("Your message"),
    "send_message": _("Send message"),
    "try_again": _("Try again"),
    "choose": _("Choose…"),
    "fill_in": _("Please fill this in."),
    "wrong_email": _("This address is not complete. Write it like name@example.com."),
    "wrong_phone": _("Write the number with digits, for example +44 20 7946 0018."),
    "email_or_phone": _("Give an e-mail address or a phone number, so that we can answer."),
    "form_sending": _("Sending…"),
    "form_waiting": _("No connection. Your message is kept here and sent when you are back."),
    "form_failed": _("Not sent. Your text is safe here."),
    "came_online": _("Somebody has just come online. Your text comes along."),
    "chat_now": _("Start chat now"),
    "received": _("We have your message"),
    "received_hint": _("Thank you. You find our answer here; we have your address, %(address)s."),
    "received_hint_plain": _("Thank you. We will answer as soon as we can."),
    "add_something": _("Add something"),
    "done": _("Done"),
    # thread
    "messages": _("Messages"),
    "write": _("Write a message"),
    "send": _("Send"),
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "new_messages": _("New messages"),
    "latest": _("Go to the latest message"),
    "you": _("You"),
    "team": _("Team"),
    "joined": _("%(name)s joined the chat"),
    "you_ended": _("You ended the chat"),
    "they_ended": _("%(name)s ended the chat"),
    "inactive_ended": _("The chat ended because nobody wrote for a while"),
    "was_closed": _("This conversation was closed"),
    "is_closed": _("This conversation was closed. Write to open it again."),
    "edited": _("Edited"),
    "removed": _("Message removed"),
    "is_typing": _("%(name)s is typing"),
    "sending": _("Sending…"),
    "waiting": _("Waiting for connection"),
    "sent": _("Sent"),
    "delivered": _("Delivered"),
    "read": _("Read"),
    "failed": _("Not sent."),
    "edit": _("Edit"),
    "delete": _("Delete"),
    "too_long": _("Too long: %(count)s of %(limit)s characters"),
    "length": _("%(count)s of %(limit)s characters"),
    "outbox_full": _("Too many messages are waiting. Your text stays here; send it when the connection is back."),
    "first_message": _("Write your first message. The team sees it at once."),
    "first_message_away": _("Write your message. We answer as soon as we are back."),
    "gone": _("This conversation is no longer available."),
    "loading": _("Opening your chat…"),
    # connection
    "reconnecting": _("Reconnecting…"),
    "no_connection": _("No connection."),
    "no_connection_hint": _("We keep trying. What you write is saved here and sent when you are back."),
    "stopped": _("The connection was closed by the server. Load the page again to go on."),
    # menu and ending
    "sound_on": _("Sound is on"),
    "sound_off": _("Sound is off"),
    "end_chat": _("End chat"),
    "end_question": _("End this chat?"),
    "end_hint": _("You can still read it here, and start a new one at any time."),
    "keep_chatting": _("Keep chatting"),
    "start_new": _("Start a new chat"),
    "write_again": _("Write in this chat again"),
    "chat_ended": _("Chat ended"),
}
"""What the window says."""
