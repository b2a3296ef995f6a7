"""Which TCP ports are free."""

import errno
import socket


def is_free(host: str, port: int) -> bool:
    """True when a server could listen here now. Raises OSError when it never could (foreign host, system port)."""
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the server itself does: without it a port is "taken" for a minute after each stop.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
        return True


def next_free(host: str, first: int, tries: int = 200) -> int:
    """The first free port from `first` on."""
    for port in range(first, min(first + tries, 65536)):
        if is_free(host, port):
            return port
    raise OSError(f"no free port between {first} and {first + tries} on {host}")
