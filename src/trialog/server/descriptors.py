"""How many connections a server can have before the system gives it no more file descriptors.

A server that has none left can neither take a connection nor read its store, and whoever opens connections and leaves
them open would shut everybody else out.
"""

import contextlib
import sys
from typing import Final

if sys.platform != "win32":
    import resource

MOST_CONNECTIONS: Final = 10_000
_FEWEST_CONNECTIONS: Final = 8
# Each connection may hold a socket and the file that is sent or received.
_DESCRIPTORS_OF_CONNECTION: Final = 2
# For the store, the log and folders on the way to a file.
_DESCRIPTORS_OF_SERVER: Final = 96


def connections_within(descriptors: int) -> int:
    """Return how many connections there may be if a process may have this many descriptors; -1 is no limit."""
    if descriptors < 0:
        return MOST_CONNECTIONS
    fitting = (descriptors - _DESCRIPTORS_OF_SERVER) // _DESCRIPTORS_OF_CONNECTION
    return max(_FEWEST_CONNECTIONS, min(MOST_CONNECTIONS, fitting))


def available_connections() -> int:
    """Return how many connections there may be in this process, after asking for as many as are of use."""
    if sys.platform == "win32":
        # It limits neither sockets nor files so that a server would notice.
        return MOST_CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS * _DESCRIPTORS_OF_CONNECTION + _DESCRIPTORS_OF_SERVER
    reachable = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < reachable:
        # macOS has a lower limit than the one it names; then it stays as it is.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (reachable, hard))
            soft = reachable
    return connections_within(-1 if soft == resource.RLIM_INFINITY else soft)
