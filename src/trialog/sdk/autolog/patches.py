"""Putting functions around those of a library, and taking them away again."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

Around = Callable[..., Any]
"""Is called in place of a function: with that function, and with what it was given."""


class Patches:
    """What was changed in one library.

    A function that somebody keeps of the time before `undo` does from then on what the library's own does.

    Attributes:
        active: Whether they stand.
    """

    def __init__(self) -> None:
        self.active = True
        self._undo: list[Callable[[], None]] = []

    def around(self, original: Callable[..., Any], around: Around) -> Callable[..., Any]:
        """Return a function that stands around another one as long as these patches do.

        Args:
            original: The other one.
            around: What is called in its place.
        """

        @functools.wraps(original)
        def patched(*args: Any, **kwargs: Any) -> Any:
            if not self.active:
                return original(*args, **kwargs)
            return around(original, *args, **kwargs)

        return patched

    def wrap(self, owner: Any, name: str, around: Around, *, elsewhere: Sequence[Any] = ()) -> None:
        """Put a function around one of a class or module; nothing happens if it has none of that name itself.

        Args:
            owner: The class or module.
            name: Name of the function.
            around: What is called in its place.
            elsewhere: Modules that may have the same function by the same name.
        """
        original = vars(owner).get(name)
        if callable(original):
            patched = self.around(original, around)
            for place in (owner, *elsewhere):
                if vars(place).get(name) is original:
                    self.put(place, name, patched)

    def put(self, owner: Any, name: str, value: Any) -> None:
        """Put something in the place of an attribute, or where there was none.

        Args:
            owner: What has it.
            name: Name of the attribute.
            value: What is put there.
        """
        is_there = name in vars(owner)
        before = vars(owner).get(name)
        setattr(owner, name, value)
        # What Python made of it, such as a bound class method, is not what was put.
        now = vars(owner)[name]

        def undo() -> None:
            # Where somebody else changed it afterwards, it is no longer ours.
            if vars(owner).get(name) is not now:
                return
            if is_there:
                setattr(owner, name, before)
            else:
                delattr(owner, name)

        self._undo.append(undo)

    def undo(self) -> None:
        """Take all of it away, the last first."""
        self.active = False
        while self._undo:
            self._undo.pop()()
