"""Does several things at once, with a few threads."""

import threading
from collections.abc import Callable, Sequence
from typing import Final

_THREADS: Final = 4


class Ended(Exception):
    """What a thread was doing need not be done any more."""


def each_done(acts: Sequence[Callable[[], None]], is_over: threading.Event) -> None:
    """Do several things; the first that fails ends all.

    Args:
        acts: What is to be done.
        is_over: Is set when what is not done need not be done any more: whoever takes long looks at it, and raises
            `Ended`.
    """
    if len(acts) == 1:
        acts[0]()
        return
    # Long to load, and one file needs none of it.
    from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

    with ThreadPoolExecutor(_THREADS, thread_name_prefix="trialog-artifacts") as executor:
        futures = [executor.submit(act) for act in acts]
        try:
            for future in wait(futures, return_when=FIRST_EXCEPTION).done:
                future.result()
        except BaseException:
            # Also if somebody at a terminal has had enough.
            is_over.set()
            executor.shutdown(wait=False, cancel_futures=True)
            raise
