"""What calls return that were asked not to wait: they are done, and there is nothing to wait for."""


class RunOperations:
    """Something that was logged. Code that was written for MLflow waits for it."""

    def wait(self) -> None:
        """Return at once."""
