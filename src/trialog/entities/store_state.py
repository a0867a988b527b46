"""What has changed in a store, and how it is."""

from msgspec import Struct


class ChangeSearch(Struct, frozen=True):
    """What may have changed.

    Args:
        experiment_ids: Where new runs count.
        run_ids: Runs of which everything counts but points and files.
        since: Token of the answer before; empty for the first.
    """

    experiment_ids: tuple[str, ...] = ()
    run_ids: tuple[str, ...] = ()
    since: str = ""


class Changes(Struct, frozen=True):
    """What has changed.

    Args:
        token: To be sent with the next question.
        has_changed: Whether anything has.
        new_runs: How many runs were made.
        running: How many runs of the experiments run now.
        changed_run_ids: Runs that have changed.
        gone_run_ids: Runs that are not there.
    """

    token: str
    has_changed: bool
    new_runs: int
    running: int
    changed_run_ids: tuple[str, ...]
    gone_run_ids: tuple[str, ...]


class StoreState(Struct, frozen=True):
    """How a store is.

    Args:
        size_bytes: How much room it takes, with its log.
        free_bytes: How much of that is free for what comes.
        schema_version: Of which version its tables are.
        series_to_seal: How many metrics have points that wait to be compressed; counting ends at 10,000.
        being_removed: How many things are on their way out of the bin.
        experiments: How many experiments there are, in the bin or not.
        runs: How many runs, likewise.
        logged_models: How many logged models, likewise.
        registered_models: How many registered models, prompts among them.
        model_versions: How many versions these have.
    """

    size_bytes: int
    free_bytes: int
    schema_version: str
    series_to_seal: int
    being_removed: int
    experiments: int
    runs: int
    logged_models: int
    registered_models: int
    model_versions: int
