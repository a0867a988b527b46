"""Saying what the active run uses."""

from collections.abc import Mapping, Sequence
from typing import Any

from trialog.errors import InvalidParameter, TrialogError
from trialog.sdk.datasets import dataset_input
from trialog.sdk.fluent.runs import recorder_for


def log_input(
    dataset: Any = None,
    context: str | None = None,
    tags: Mapping[str, str] | None = None,
) -> None:
    """Say that the active run uses a dataset; one is begun if there is none.

    Args:
        dataset: What `trialog.data.from_pandas` and its kin return, or a dataset of MLflow.
        context: What it is used for, such as `training`.
        tags: What else is to be said of its use.

    Raises:
        InvalidParameter: It is no dataset, and the process is strict; else that is a warning.
    """
    recorder = recorder_for(None)
    try:
        used = dataset_input(dataset, context, tags)
    except TrialogError as error:
        recorder.tell(error)
        return
    recorder.log_dataset(used)


def log_inputs(
    datasets: Sequence[Any] = (),
    contexts: Sequence[str | None] = (),
    tags_list: Sequence[Mapping[str, str] | None] = (),
) -> None:
    """Say that the active run uses several datasets; see `log_input`.

    Args:
        datasets: The datasets.
        contexts: What each is used for; as many, or none.
        tags_list: What else is to be said of each; as many, or none.

    Raises:
        InvalidParameter: The lists are not of one length, and the process is strict; else that is a warning.
    """
    if any(given and len(given) != len(datasets) for given in (contexts, tags_list)):
        recorder_for(None).tell(
            InvalidParameter(
                "dataset.wrong_count",
                f"There are {len(datasets)} datasets, {len(contexts)} contexts and {len(tags_list)} lists of tags."
                " Give as many of each, or none.",
            )
        )
        return
    for index, dataset in enumerate(datasets):
        log_input(dataset, contexts[index] if contexts else None, tags_list[index] if tags_list else None)
