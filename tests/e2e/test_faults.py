"""Processes are killed in the middle of a chat: each comes back, and every message is there once, in order."""

import pytest
from people import tokens_of
from playwright.sync_api import expect


@pytest.mark.parametrize("victim", ["web", "valkey", "worker-live", "worker-bulk", "beat"])
def test_a_killed_process_costs_no_message(victim, installation, visitor, agent, record_testsuite_property):
    name = f"Clara Kill {victim.title()}"
    maya, clara = agent(), visitor().visit("/")
    clara.start_chat(name, "Before §v1;")
    maya.open_ticket(name)
    maya.reply("Before, too §a1;")
    clara.expect_tokens(["§v1;", "§a1;"])

    old = installation.children()[victim]
    installation.kill(victim)
    clara.write("While it is down §v2;")
    maya.reply("Also while it is down §a2;")
    record_testsuite_property(f"seconds until {victim} was back", installation.wait_until_back(victim, old))
    clara.write("Afterwards §v3;")

    for person in (clara, maya):
        for mark in ("§v1;", "§a1;", "§v2;", "§a2;", "§v3;"):
            expect(person.log).to_contain_text(mark, timeout=45_000)
    clara.page.reload()  # the window opens again by itself, as it was
    maya.page.reload()
    for person in (clara, maya):
        expect(person.log).to_contain_text("§v3;", timeout=30_000)
    order = tokens_of(maya.log)
    assert sorted(order) == ["§a1;", "§a2;", "§v1;", "§v2;", "§v3;"]
    assert [mark for mark in order if "v" in mark] == ["§v1;", "§v2;", "§v3;"]
    clara.expect_tokens(order)
