"""Logging what libraries train, by itself."""

from collections.abc import Sequence
from typing import Any

from trialog.sdk.autolog.switching import LIBRARIES, switch


def autolog(
    log_input_examples: bool = False,
    log_model_signatures: bool = True,
    log_models: bool = True,
    log_datasets: bool = True,
    *,
    disable: bool = False,
    exclusive: bool = False,
    silent: bool = False,
    register: str | None = None,
    exclude_flavors: Sequence[str] | None = None,
    **options: Any,
) -> None:
    """Log what every known library trains, from now on and by itself: those imported already and those imported later.

    A training is logged to the active run, or to one that is begun for it and ends with it. It is never changed by it,
    and never fails because of it. `trialog.sklearn.autolog` and its like say the same of one library alone.

    Args:
        log_input_examples: Whether some rows of what goes in are kept with the model.
        log_model_signatures: Whether what goes in and comes out is noted with the model.
        log_models: Whether models are logged.
        log_datasets: Whether the data is noted as an input of the run.
        disable: Whether to log nothing by itself any more.
        exclusive: Whether nothing is logged to a run that you began.
        silent: Whether nobody is told of what could not be logged.
        register: Registered model of which each logged model becomes a version.
        exclude_flavors: Libraries that are left as they are.
        options: max_tuning_runs, registered_model_name, extra_tags and others; see
            `trialog.sdk.autolog.options.Options`.

    Raises:
        InvalidParameter: There is no such option.
    """
    given = {
        "log_input_examples": log_input_examples,
        "log_model_signatures": log_model_signatures,
        "log_models": log_models,
        "log_datasets": log_datasets,
        "disable": disable,
        "exclusive": exclusive,
        "silent": silent,
        "register": register,
        **options,
    }
    for library in LIBRARIES:
        if library not in (exclude_flavors or ()):
            switch(library, given)
