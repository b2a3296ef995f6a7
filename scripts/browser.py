"""Finds the Chromium for the browser tests; as root it is installed when it is missing."""

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class NoBrowser(Exception):
    """None is here; the text says how to get one."""


def find_browser() -> str:
    """The path of a Chromium. Raises NoBrowser."""
    found = look() or install()
    if not found:
        raise NoBrowser("no Chromium (sudo apt-get install chromium, or set CHROME_BIN)")
    return found


def look() -> str | None:
    given = os.environ.get("CHROME_BIN")
    if given:
        return given
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def install() -> str | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    print("Installing Chromium with apt-get …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    fonts = ("fonts-noto-core", "fonts-liberation")  # the Arabic screens are looked at too
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium", *fonts]):
        if subprocess.run(["apt-get", *command], env=environment, stdout=subprocess.DEVNULL, check=False).returncode:
            return None
    return look()
