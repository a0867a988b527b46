"""Faults in threads that nobody waits for."""

import contextlib
import warnings

from trialog.errors import TrialogError
from trialog.sdk.reports import TrackingWarning, report


def report_aside(error: TrialogError) -> None:
    """Tell of a fault once for each kind; as a warning also where a process is strict, for nobody would see an error.

    Args:
        error: What was wrong.
    """
    # Where warnings are made errors, there is nobody here either whom they could reach.
    with contextlib.suppress(Warning):
        try:
            report(error)
        except TrialogError:
            warnings.warn(f"{error.message} [{error.code}]", TrackingWarning, stacklevel=2)
