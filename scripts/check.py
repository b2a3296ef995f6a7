"""Every check of the project, or a part of them, with one table at the end. `./test` calls it.

Parts: lint, js, unit, pg, wire, faults, e2e. What follows a part's name goes to its test runner:
`./test unit tests/tickets -k note`.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from helpdesk.supervisor.parent import die_with_parent
from helpdesk.supervisor.valkey import Valkey
from scripts.browser import NoBrowser, find_browser
from scripts.node import NoNode, find_node
from scripts.postgres import NoPostgres, find_programs, postgres_url
from scripts.words import NoGettext, find_gettext
from scripts.words import problems as words_problems

REPO = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
REQUIRE_ALL = os.environ.get("REQUIRE_E2E") == "1"


class Skip(Exception):
    """This check cannot run here; the text says what is missing and how to get it."""


class Failed(Exception):
    """This check found something; the text says how much."""


@dataclass(frozen=True)
class Outcome:
    name: str
    result: str  # passed, failed or skipped
    seconds: float
    note: str = ""


@dataclass(frozen=True)
class Check:
    name: str
    run: Callable[[], str]  # returns a note; raises Skip, Failed or CalledProcessError


def main(words: Sequence[str]) -> int:
    part, arguments = (words[0], list(words[1:])) if words else ("all", [])
    if part not in {"all", *PARTS}:
        print(f"There is no part {part!r}. Parts: {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    os.chdir(REPO)
    outcomes = [
        perform(check) for name, checks in PARTS.items() if part in ("all", name) for check in checks(arguments)
    ]
    print_table(outcomes)
    return any(outcome.result == "failed" for outcome in outcomes)


def perform(check: Check) -> Outcome:
    print(f"\n=== {check.name}", flush=True)
    began = time.monotonic()

    def outcome(result: str, note: str) -> Outcome:
        return Outcome(check.name, result, time.monotonic() - began, note)

    try:
        return outcome("passed", check.run())
    except Skip as missing:
        print(f"{check.name.upper()} SKIPPED: {missing}", flush=True)
        return outcome("failed" if REQUIRE_ALL else "skipped", str(missing))
    except Failed as failure:
        return outcome("failed", str(failure))
    except subprocess.CalledProcessError as error:
        return outcome("failed", f"exit code {error.returncode}")


def print_table(outcomes: Sequence[Outcome]) -> None:
    width = max(len(outcome.name) for outcome in outcomes)
    print()
    for outcome in outcomes:
        print(f"{outcome.name:{width}}  {outcome.result:7}  {outcome.seconds:6.1f} s  {outcome.note}".rstrip())
    for outcome in outcomes:
        if outcome.result == "skipped":
            print(f"\n{outcome.name.upper()} SKIPPED: {outcome.note}")
    count = {
        result: sum(outcome.result == result for outcome in outcomes) for result in ("passed", "failed", "skipped")
    }
    print(f"\n{count['passed']} passed, {count['failed']} failed, {count['skipped']} skipped")


# --- What is checked ------------------------------------------------------------------------------------------------


def lint(_: Sequence[str]) -> list[Check]:
    return [
        tool("ruff check", "ruff", "check", "."),
        tool("ruff format", "ruff", "format", "--check", "."),
        tool("imports", "lint-imports"),
        tool("types", "mypy"),
        tool("templates", "djlint", "templates", "--lint", "--quiet"),
        manage("system check", "check", "--fail-level", "WARNING"),
        manage("migrations", "makemigrations", "--check", "--dry-run"),
        manage("generated docs", "generate_docs", "--check"),
        Check("translations", translations),
    ]


def javascript(arguments: Sequence[str]) -> list[Check]:
    return [Check("js types", typescript), Check("node tests", lambda: node_tests(arguments))]


def unit(arguments: Sequence[str]) -> list[Check]:
    return [Check("unit (SQLite)", lambda: pytest(with_paths(arguments, UNIT), {"DATABASE_URL": ""}))]


def postgres(arguments: Sequence[str]) -> list[Check]:
    def run() -> str:
        try:
            with postgres_url() as url:
                return pytest(with_paths(arguments, UNIT), {"DATABASE_URL": url})
        except NoPostgres as missing:
            raise Skip(str(missing)) from None

    return [Check("unit (PostgreSQL)", run)]


def wire(arguments: Sequence[str]) -> list[Check]:
    return [Check("wire", lambda: pytest(with_paths(arguments, ["tests/faults/wire"]), {"DATABASE_URL": ""}))]


def faults(arguments: Sequence[str]) -> list[Check]:
    def run() -> str:
        try:
            find_programs()
        except NoPostgres as missing:
            raise Skip(str(missing)) from None
        # Real processes on an event loop of their own: neither Django's tests nor pytest's loop may stand between.
        own = ["-c", "tests/faults/live/pytest.ini", "-p", "no:django", "-p", "no:asyncio"]
        return run_pytest([*own, *with_paths(arguments, ["tests/faults/live"])], {})

    return [Check("faults", run)]


def e2e(arguments: Sequence[str]) -> list[Check]:
    def run() -> str:
        try:
            browser = find_browser()
        except NoBrowser as missing:
            raise Skip(str(missing)) from None
        # Processes and a configuration of their own: Playwright's event loop and Django's tests do not share one.
        own = ["-c", "tests/e2e/pytest.ini", "-p", "no:django", "-p", "no:asyncio", *IN_TWO]
        return run_pytest([*own, *with_paths(arguments, ["tests/e2e"])], {"CHROME_BIN": browser})

    return [Check("browser", run)]


PARTS: dict[str, Callable[[Sequence[str]], list[Check]]] = {
    "lint": lint,
    "js": javascript,
    "unit": unit,
    "pg": postgres,
    "wire": wire,
    "faults": faults,
    "e2e": e2e,
}


# --- How ------------------------------------------------------------------------------------------------------------


def tool(name: str, program: str, *arguments: str) -> Check:
    """A program of the development environment, which need not be on the path."""
    return Check(name, lambda: execute([str(Path(PYTHON).parent / program), *arguments]))


def manage(name: str, *arguments: str) -> Check:
    def run() -> str:
        with tempfile.TemporaryDirectory(prefix="helpdesk-check-") as data:
            return execute([PYTHON, "manage.py", *arguments], {"HELPDESK_DATA": data})

    return Check(name, run)


PROCESSES = 2
# A file's tests stay together: some make a world once for all of them.
IN_TWO = ("-n", str(PROCESSES), "--dist", "loadfile")
UNIT = (
    "tests",
    *(f"--ignore={path}" for path in ("tests/e2e", "tests/js", "tests/faults/live", "tests/faults/wire")),
)


def with_paths(arguments: Sequence[str], usual: Sequence[str]) -> list[str]:
    """The arguments for pytest; where they name no test file (`-k word` alone), the usual ones."""
    names_some = any((REPO / word.split("::")[0]).exists() for word in arguments)
    return list(arguments) if names_some else [*usual, *arguments]


def pytest(arguments: Sequence[str], environment: dict[str, str]) -> str:
    """The unit tests in two processes, each with a real Valkey beside it and a data directory of its own."""
    with ExitStack() as keep:
        directory = keep.enter_context(tempfile.TemporaryDirectory(prefix="helpdesk-test-"))
        urls = [keep.enter_context(running_valkey(Path(directory) / str(number))) for number in range(PROCESSES)]
        own = {"HELPDESK_DATA": directory, "TEST_REDIS_URLS": " ".join(urls), "REDIS_URL": "", **environment}
        return run_pytest([*IN_TWO, *arguments], own)


def run_pytest(arguments: Sequence[str], environment: dict[str, str]) -> str:
    with tempfile.NamedTemporaryFile(suffix=".xml") as report:
        try:
            execute([PYTHON, "-m", "pytest", "-q", f"--junit-xml={report.name}", *arguments], environment)
        except subprocess.CalledProcessError as error:
            raise Failed(count_tests(Path(report.name)) or f"exit code {error.returncode}") from None
        return count_tests(Path(report.name))


def count_tests(report: Path) -> str:
    from xml.etree import ElementTree

    text = report.read_text()
    if not text:
        return ""
    suite = ElementTree.fromstring(text)[0]  # noqa: S314  (pytest wrote it)
    failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
    skipped = int(suite.get("skipped", 0))
    passed = int(suite.get("tests", 0)) - failed - skipped
    return f"{passed} passed" + (f", {failed} failed" if failed else "") + (f", {skipped} skipped" if skipped else "")


@contextmanager
def running_valkey(directory: Path) -> Iterator[str]:
    directory.mkdir(exist_ok=True)
    valkey, parent = Valkey(directory), os.getpid()
    process = subprocess.Popen(valkey.command(), stdout=subprocess.DEVNULL, preexec_fn=lambda: die_with_parent(parent))
    try:
        deadline = time.monotonic() + 15
        while not valkey.answers():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("Valkey did not start for the tests.")
            time.sleep(0.02)
        yield valkey.url
    finally:
        process.kill()
        process.wait()
        valkey.clean_up()


def node_tests(arguments: Sequence[str]) -> str:
    tests = list(arguments) or sorted(str(path) for path in Path("tests/js").rglob("*.test.js"))
    return execute([node(), "--test", "--test-reporter=spec", *tests])


def typescript() -> str:
    npm = shutil.which("npm")
    compiler = Path("node_modules/typescript/bin/tsc")
    if not compiler.exists() and npm and Path("package-lock.json").exists():
        execute([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"])
    if not compiler.exists():
        raise Skip("no TypeScript here (npm ci installs it)")
    return execute([node(), str(compiler), "--noEmit"])


def node() -> str:
    try:
        return find_node()
    except NoNode as missing:
        raise Skip(str(missing)) from None


def translations() -> str:
    """Every string is said in every language, and the committed .mo files are what the .po files make."""
    try:
        find_gettext()
    except NoGettext as missing:
        raise Skip(str(missing)) from None
    found = words_problems()
    if found:
        print("\n".join([*found, "Run python -m scripts.words, then translate what is new."]))
        raise Failed(f"{len(found)} catalogues")
    return ""


def execute(command: Sequence[str], environment: dict[str, str] | None = None) -> str:
    """Run a command with the terminal's own output. An empty value takes a variable away. Raises CalledProcessError."""
    merged = {**os.environ, **(environment or {})}
    kept = {name: value for name, value in merged.items() if not (environment and environment.get(name) == "")}
    subprocess.run(command, env=kept, check=True)
    return ""


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
