"""An agent leaves in mid-chat: the visitor reads it, and a colleague goes on."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

from installation import wait_until
from playwright.sync_api import expect

SUBJECT = "Left alone?"


def pass_over(installation, minutes: int) -> bool:
    """Let whoever has gone have been gone, and the visitor have waited, for so long. False: nobody has gone yet."""
    then = (datetime.now(UTC) - timedelta(minutes=minutes)).strftime("%Y-%m-%d %H:%M:%S.%f")
    absent = "NOT is_present AND id = (SELECT assignee_id FROM tickets_ticket WHERE subject LIKE ?)"
    with closing(sqlite3.connect(installation.data / "helpdesk.sqlite3", timeout=20)) as database, database:
        gone = database.execute(
            f"UPDATE accounts_membership SET lease_until = ? WHERE {absent}", [then, f"{SUBJECT}%"]
        ).rowcount
        database.execute("UPDATE tickets_ticket SET waiting_since = ? WHERE subject LIKE ?", [then, f"{SUBJECT}%"])
    return bool(gone)


def test_a_visitor_who_was_left_alone_reads_it_and_somebody_else_goes_on(visitor, agent, installation, screens):
    maya, clara = agent(), visitor().visit("/")
    clara.start_chat("Clara Alone", f"{SUBJECT} §v1;")
    maya.open_ticket("Clara Alone")
    maya.reply("One moment. §a1;")
    clara.expect_tokens(["§v1;", "§a1;"])
    clara.write("Hello? §v2;")
    maya.expect_tokens(["§v1;", "§a1;", "§v2;"])
    maya.close()
    screens.remove(maya)
    wait_until(lambda: pass_over(installation, minutes=3), 60)
    expect(clara.log).to_contain_text(
        "Maya had to leave. Somebody else answers you as soon as they can.", timeout=30_000
    )
    clara.shot("widget-left-alone")
    back = agent()
    back.open_ticket("Clara Alone")
    expect(back.log).to_contain_text("Put back to everyone: you were away while the customer waited")
    back.shot("inbox-left-alone")
    back.reply("I am back. §a2;")
    clara.expect_tokens(["§v1;", "§a1;", "§v2;", "§a2;"])
    expect(clara.log).to_contain_text("Maya joined the chat")
