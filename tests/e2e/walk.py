"""An admin who changes one line of the settings after the other, and the two agents who see what it does.

They stay signed in for a whole file. What a scenario needs but is not about is set in the rows; what it is about is
changed on its page.
"""

import re
from typing import Any

from behind import Behind
from installation import Installation
from people import Agent
from playwright.sync_api import Browser, Locator, Page, expect


class Admin:
    """Maya, in a second tab."""

    def __init__(self, maya: Agent) -> None:
        self.maya = maya
        self.page: Page = maya.new_page()

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.maya.installation.base_url}/w/{self.maya.slug}/settings/{path}")
        return self.page

    def save(self, said: str) -> None:
        self.page.get_by_role("button", name="Save", exact=True).click()
        expect(self.page.get_by_text(said).first).to_be_visible()

    # --- routing ----------------------------------------------------------------------------------------------------
    def routing(self, lines: dict[str, Any]) -> None:
        """Change these lines of the workspace's page, by what stands beside them, and save."""
        self.open("routing/")
        self._change(lines)

    def routing_of(self, department: str, lines: dict[str, Any]) -> None:
        """The same for a department, which has settings of its own afterwards."""
        self.open("routing/").locator(".shead details.pop summary").click()
        self.page.locator(".shead").get_by_role("link", name=department).click()
        expect(self.page.locator(".shead summary")).to_contain_text(department)
        own = self.page.get_by_role("button", name="Use own settings")
        if own.count():
            own.click()
            expect(self.page.get_by_text("has settings of its own now.")).to_be_visible()
        self._change(lines)

    def _change(self, lines: dict[str, Any]) -> None:
        for label, value in lines.items():
            self._fill(label, value)
        self.save("The routing is saved.")

    def _fill(self, label: str, value: Any) -> None:
        if label == "Who gets the next chat":
            self.page.get_by_role("radio", name=re.compile(f"^{value}")).check()
            return
        line = self.page.get_by_label(label, exact=True)
        if isinstance(value, bool):
            line.set_checked(value)
        elif line.evaluate("line => line.tagName") == "SELECT":
            line.select_option(value)
        else:
            line.fill(str(value))

    def ahead(self, kind: str, value: str, points: int) -> None:
        """Add a rule of what goes ahead in the queue. Saved with the next `save`."""
        self.page.get_by_role("button", name="Add a rule").click()
        rule = self.page.locator("[data-rule]").last
        rule.get_by_label("When").select_option(kind)
        if kind.startswith("The page"):
            rule.get_by_label("Part of the address").fill(value)
        elif kind.startswith("The customer’s language"):
            rule.get_by_label("Language").select_option(value)
        rule.get_by_label("Points").fill(str(points))

    # --- people and departments ---------------------------------------------------------------------------------------
    def agent(self, name: str) -> Page:
        self.open("members/").get_by_role("main").get_by_role("link", name=name).click()
        expect(self.page.get_by_role("heading", name=name)).to_be_visible()
        return self.page

    def department(self, name: str) -> Page:
        self.open("departments/").get_by_role("main").get_by_role("link", name=name).click()
        expect(self.page.get_by_label("Name", exact=True)).to_have_value(name)
        return self.page


class Team:
    """Maya and Eleni at work, and nobody else."""

    def __init__(self, browser: Browser, installation: Installation, behind: Behind) -> None:
        self.behind = behind
        people = installation.demo["workspaces"][0]["users"]
        behind.end_all()
        self.maya, self.eleni = (Agent(browser, installation) for _each in range(2))
        for agent, person in zip((self.maya, self.eleni), people, strict=False):
            agent.sign_in(person["email"], person["password"])
        behind.nobody_else(names=["maya", "eleni"])
        self.admin = Admin(self.maya)

    def close(self) -> None:
        for agent in (self.maya, self.eleni):
            agent.close()
        assert not self.maya.faults + self.eleni.faults

    # --- what they see ------------------------------------------------------------------------------------------------
    def rings(self, name: str, *agents: Agent) -> None:
        """The chat rings at these and at nobody else."""
        for agent in agents:
            expect(agent.incoming(name)).to_be_visible()
        for agent in (self.maya, self.eleni):
            if agent not in agents:
                expect(agent.incoming(name)).to_have_count(0)

    def waits(self, name: str) -> None:
        """The chat is in the list of those whom nobody has, and rings nowhere."""
        for agent in (self.maya, self.eleni):
            expect(agent.row(name).first).to_be_visible()
            expect(agent.incoming(name)).to_have_count(0)


def accept(card: Locator) -> None:
    card.page.wait_for_timeout(500)  # a card that has just appeared cannot be answered yet
    card.get_by_role("button", name="Accept").click()
