"""The guide for shops: every example in it does what it says, without a complaint in the console."""

import re
from pathlib import Path

from installation import REPO
from playwright.sync_api import expect

GUIDE = Path(REPO, "docs", "embedding.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```js\n(.*?)^```", GUIDE, flags=re.M | re.S)


def test_the_examples_run_on_a_page(visitor):
    clara, said = visitor(), []
    clara.page.on("console", lambda message: said.append(message.text))
    clara.visit("/basket")
    expect(clara.launcher()).to_be_visible()
    assert len(EXAMPLES) >= 8
    for example in EXAMPLES:
        clara.page.evaluate(f"() => {{ {example} }}")
    clara.page.evaluate("Helpdesk('explode')")
    # Told apart from what the page itself says: the last one must be there, and nothing before it.
    assert [line for line in said if line.startswith("[helpdesk]")] == [line for line in said if "explode" in line]
