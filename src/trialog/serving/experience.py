"""What predictions so far say of a model: how many rows it predicts quickly, and whether batches pay."""

import logging
from typing import Final

from trialog.serving.asking import Asked, Comparison

_logger = logging.getLogger("trialog.serving")

QUICK_SECONDS: Final = 0.005
"""What takes no longer is predicted at once, where a thread would cost more than it gives."""
_LEAST_GAIN: Final = 1.1
_GROUPS_BETWEEN_COMPARISONS: Final = 2000
_GROUPS_UNTIL_ASKED_AGAIN: Final = 20
# What else goes on in the machine makes one comparison wrong, but not several in a row.
_DOUBTS: Final = 3


class Experience:
    """Learns of one model.

    Args:
        is_known: Whether it is of a library that is known, with no code of a user's own.
        batches: Whether rows of several requests may go in together at all.
    """

    def __init__(self, *, is_known: bool, batches: bool) -> None:
        self._is_known = is_known
        self._may_batch = batches and is_known
        # Believed until the first comparison, so that requests wait for one another and can be compared.
        self._pays = True
        self._doubts = 0
        self._until_comparison = 0
        self._quick_rows = 0

    @property
    def quick_rows(self) -> int:
        """How many rows are predicted quickly; 0 if that is not known of any."""
        return self._quick_rows

    @property
    def batches(self) -> bool:
        """Whether requests are to be predicted together."""
        return self._may_batch and self._pays

    @property
    def is_time_to_compare(self) -> bool:
        """Whether some requests are to be predicted both ways."""
        return self._may_batch and self._until_comparison <= 0

    @property
    def gathers(self) -> bool:
        """Whether requests that wait are to be gathered, for either."""
        return self._may_batch and (self._pays or self._until_comparison <= 0)

    def learn(self, asked: Asked) -> None:
        """Learn of a prediction.

        Args:
            asked: What came of it.
        """
        self._until_comparison -= 1
        if asked.comparison is not None:
            self._compare(asked.comparison)
        elif self._is_known and asked.seconds <= QUICK_SECONDS:
            self._quick_rows = max(self._quick_rows, 2 * asked.rows)
        elif asked.rows <= self._quick_rows:
            self._quick_rows = asked.rows // 2

    def _compare(self, comparison: Comparison) -> None:
        if not comparison.is_same:
            _logger.info("no batches: the model predicts several requests at once otherwise than each by itself")
            self._may_batch = False
            return
        if comparison.gain is not None:
            pays = comparison.gain >= _LEAST_GAIN
            self._doubts = 0 if pays else self._doubts + 1
            if pays or self._doubts == _DOUBTS:
                self._pays, self._doubts = pays, 0
                self._until_comparison = _GROUPS_BETWEEN_COMPARISONS
                return
        self._until_comparison = _GROUPS_UNTIL_ASKED_AGAIN
