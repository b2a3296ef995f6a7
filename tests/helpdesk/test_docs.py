"""The documents say what the code does, and name only what exists."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command

from helpdesk.errors import STATUS
from helpdesk.management.commands import generate_docs
from helpdesk.realtime import events
from helpdesk.realtime.events import AgentEvent
from helpdesk.reference.errors import ErrorCodeProblem, collect_codes
from helpdesk.reference.event_types import events_d_ts
from helpdesk.reference.events import events_md

ROOT = Path(settings.BASE_DIR)
BOOKS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
FOLDERS = ("helpdesk", "tickets", "chat", "widget", "static", "templates", "tests", "docs", "scripts", "bench", ".ci")
REPO_PATH = re.compile(rf"^(?:\./)?(?:{'|'.join(map(re.escape, FOLDERS))})/[\w./*{{}},<>-]*$")


def names_of(books):
    return [str(book.relative_to(ROOT)) for book in books]


# --- what is generated -----------------------------------------------------------------------------------------------
def test_the_generated_documents_are_in_step():
    call_command("generate_docs", check=True)


def test_an_event_without_its_documents_fails_the_check(monkeypatch, capsys):
    @dataclass(kw_only=True)
    class TicketMerged(AgentEvent):
        """The ticket went into another one."""

        name: ClassVar[str] = "ticket.merged"
        into: str
        why: str | None = None

    monkeypatch.setattr(events, "TicketMerged", TicketMerged, raising=False)
    with pytest.raises(SystemExit) as ended:
        call_command("generate_docs", check=True)
    assert ended.value.code == 1
    hint = capsys.readouterr().err
    assert hint.count("\n") == 1
    assert "generate_docs" in hint
    assert "docs/events.md" in hint
    assert "static/js/lib/events.d.ts" in hint
    assert "### `ticket.merged`" in events_md()
    assert "export interface TicketMerged {\n  into: string;\n  why: string | null;\n}" in events_d_ts()


def test_generating_writes_what_the_check_wants(tmp_path, monkeypatch):
    monkeypatch.setattr(generate_docs, "document", lambda name: tmp_path / name)
    for name in generate_docs.DOCUMENTS:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    with pytest.raises(SystemExit):
        call_command("generate_docs", check=True)
    call_command("generate_docs")
    call_command("generate_docs", check=True)


def test_every_operation_has_a_name_and_says_how_it_refuses():
    schema = yaml.safe_load((ROOT / "docs/openapi.yaml").read_text())
    operations = [operation for methods in schema["paths"].values() for operation in methods.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    assert all("default" in operation["responses"] for operation in operations)
    assert all(operation["security"] == [{"apiToken": []}, {"session": []}] for operation in operations)


@pytest.mark.parametrize(
    "source",
    [
        'STATUS = {"gone": 404, "gone": 409}',
        'STATUS = {"gone": 404}\ndef leave(): raise HelpdeskError("gone", "It went.", status=410)',
    ],
)
def test_a_code_with_two_statuses_is_refused(source):
    with pytest.raises(ErrorCodeProblem, match="gone"):
        collect_codes([ast.parse(source)])


def test_a_declared_code_that_nothing_raises_is_refused():
    with pytest.raises(ErrorCodeProblem, match="nothing raises it"):
        collect_codes([ast.parse('STATUS = {"gone": 404}')])


def test_a_sentence_is_found_however_it_is_given():
    source = """
def refuse(message):
    raise HelpdeskError("no", message)

def ask(kind):
    text = _("First.") if kind else _("Second %(name)s.") % {"name": kind}
    raise HelpdeskError("no", text)

refuse(_("Third."))
"""
    assert collect_codes([ast.parse(source)])["no"].sentences == {"First.", "Second ….", "Third."}


def test_every_status_of_the_table_is_documented():
    text = (ROOT / "docs/errors.md").read_text()
    for code, status in STATUS.items():
        assert f"| `{code}` | {status} |" in text


# --- what is written -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("book", BOOKS, ids=names_of(BOOKS))
def test_links_lead_somewhere(book):
    text = book.read_text()
    for target in LINK.findall(text):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        aim = (book.parent / path).resolve() if path else book
        assert aim.exists(), f"{target} does not exist"
        if anchor:
            assert anchor in anchors(aim.read_text()), f"{target} has no such heading"


@pytest.mark.parametrize("book", BOOKS, ids=names_of(BOOKS))
def test_named_files_exist(book):
    for code in CODE.findall(book.read_text()):
        path = code.removesuffix("()").partition("::")[0].partition(":")[0].removeprefix("./")
        if REPO_PATH.match(path) and not exists(path):
            raise AssertionError(f"`{code}` does not exist")


def exists(path):
    """Also with places to fill in: `helpdesk/locale/<language>/`, `tickets/actions/*.py`, `a/{b,c}.py`."""
    braces = re.search(r"{([^}]*)}", path)
    if braces:
        return all(exists(path.replace(braces[0], part, 1)) for part in braces[1].split(","))
    pattern = re.sub(r"<[^>]*>|NNNN", "*", path).rstrip("/")
    return any(ROOT.glob(pattern))


def anchors(text):
    """The headings of a document as a link names them."""
    titles = re.findall(r"^#+ (.*)$", text, flags=re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_decisions_are_numbered_without_gaps():
    names = sorted(path.name for path in (ROOT / "docs/decisions").glob("[0-9]*.md"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


def test_every_setting_is_described_for_those_who_run_it():
    tree = ast.parse((ROOT / "helpdesk/settings.py").read_text())
    names = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(names) > 10
    text = (ROOT / "docs/self-hosting.md").read_text()
    assert [name for name in sorted(names) if f"`{name}`" not in text] == []
