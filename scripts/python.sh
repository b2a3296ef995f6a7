# Sourced by ./run and ./test: sets PYTHON to an interpreter of version 3.11 or newer, or says what is missing.
for candidate in ${PYTHON:-} python3.13 python3.12 python3.11 python3; do
  if command -v "$candidate" >/dev/null 2>&1 &&
    "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    PYTHON=$candidate
    return 0
  fi
done
printf 'Python 3.11 or newer is needed (found: %s).\n' "$(python3 --version 2>/dev/null || echo none)" >&2
printf 'On Debian 12, Ubuntu 24.04 or newer: sudo apt-get install python3 python3-venv\n' >&2
exit 1
