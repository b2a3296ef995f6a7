"""Collects the strings of every screen into the catalogues, and checks that each language says them all.

`python -m scripts.words` brings helpdesk/locale in step with the sources and compiles it; what is new is then to be
translated in the .po files.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
LOCALE = Path("helpdesk/locale")
# Without places in the sources, so that moving code changes no catalogue.
COLLECT = ("makemessages", "--all", "--no-obsolete", "--no-location", "-v", "0")
NOT_OURS = (".venv*", "node_modules", "var", "tests", "static/vendor/*", "static/dist/*", "static/widget/*")
DOMAINS = ("django", "djangojs")


class NoGettext(Exception):
    """The programs are missing; the text says how to get them."""


def find_gettext() -> None:
    """Make sure that xgettext and msgfmt are here; as root they are installed. Raises NoGettext."""
    if shutil.which("xgettext") and shutil.which("msgfmt"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing gettext with apt-get …", flush=True)
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "gettext"]):
            subprocess.run(["apt-get", *command], stdout=subprocess.DEVNULL, check=False)
    if not (shutil.which("xgettext") and shutil.which("msgfmt")):
        raise NoGettext("no gettext here (sudo apt-get install gettext)")


def collect(root: Path) -> None:
    """Bring the .po files below `root` in step with the sources there."""
    ignored = [word for pattern in NOT_OURS for word in ("--ignore", pattern)]
    for domain in DOMAINS:
        subprocess.run(
            [sys.executable, "manage.py", *COLLECT, "--domain", domain, *ignored],
            cwd=root,
            check=True,
            env={**os.environ, "HELPDESK_DATA": str(root / "var")},
        )


def catalogues(root: Path) -> list[Path]:
    return sorted((root / LOCALE).glob("*/LC_MESSAGES/*.po"))


def compile_into(source: Path, target: Path) -> str:
    """Compile a catalogue; msgfmt's count ("585 translated messages.") comes back."""
    command = ["msgfmt", "--check-format", "--statistics", "-o", str(target), str(source)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stderr.strip()


def problems() -> list[str]:
    """What is not translated, not collected or not compiled, a line each. The working tree is not touched."""
    with tempfile.TemporaryDirectory(prefix="helpdesk-words-") as folder:
        copy = Path(folder)
        tracked = subprocess.run(["git", "ls-files", "-z"], cwd=REPO, check=True, capture_output=True, text=True).stdout
        for name in filter(None, tracked.split("\0")):
            source, target = REPO / name, copy / name
            if source.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
        collect(copy)
        return [problem for fresh in catalogues(copy) for problem in _problems_of(fresh, fresh.relative_to(copy))]


def _problems_of(fresh: Path, name: Path) -> list[str]:
    found = []
    count = compile_into(fresh, fresh.with_suffix(".fresh"))
    if re.search(r"untranslated|fuzzy", count):
        found.append(f"{name}: {count}")
    committed = REPO / name
    compile_into(committed, fresh.with_suffix(".committed"))
    compiled = committed.with_suffix(".mo")
    if not compiled.exists() or compiled.read_bytes() != fresh.with_suffix(".committed").read_bytes():
        found.append(f"{name}: its .mo is not what msgfmt makes of it")
    return found


def main() -> int:
    find_gettext()
    collect(REPO)
    for catalogue in catalogues(REPO):
        print(f"{catalogue.relative_to(REPO)}: {compile_into(catalogue, catalogue.with_suffix('.mo'))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
