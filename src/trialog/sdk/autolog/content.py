"""What is logged of any training: params, data, the model."""

import hashlib
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

from trialog.entities.limits import MAX_PARAM_VALUE_LENGTH
from trialog.models import infer_signature
from trialog.sdk.autolog.options import Options
from trialog.sdk.datasets import LoggedDataset, from_numpy, from_pandas
from trialog.sdk.fluent.artifacts import log_text
from trialog.sdk.fluent.inputs import log_input
from trialog.sdk.fluent.logging import log_params
from trialog.sdk.model_logging import Save, log_model

EXAMPLE_ROWS: Final = 5
"""So many rows are kept as an example of what goes into a model."""
_KEPT_CHARACTERS: Final = 500
_NO_FILE_NAME: Final = re.compile(r"[^\w.-]+")


def log_all_params(params: Mapping[str, object]) -> None:
    """Log params; of one that is too long, its beginning, and all of it as a file.

    Args:
        params: Values by name.
    """
    logged = {}
    for key, value in params.items():
        text = str(value)
        if len(text) > MAX_PARAM_VALUE_LENGTH:
            file = f"params/{_NO_FILE_NAME.sub('_', key)}.txt"
            log_text(text, file)
            text = f"{text[:_KEPT_CHARACTERS]}… (all of it: {file})"
        logged[key] = text
    log_params(logged)


def log_dataset(data: Any, labels: Any = None, *, name: str | None = None, context: str = "train") -> None:
    """Say what the active run is trained or evaluated with.

    Args:
        data: Rows of what goes in: a frame of pandas, an array of numpy, a sparse matrix, or lists.
        labels: What is to be predicted, if anything.
        name: Name of the dataset.
        context: What it is used for.
    """
    log_input(dataset_of(data, labels, name), context)


def dataset_of(data: Any, labels: Any = None, name: str | None = None) -> LoggedDataset:
    """Return data as a dataset, whose digest tells all of it apart from any other.

    Args:
        data: See `log_dataset`.
        labels: See `log_dataset`.
        name: See `log_dataset`.
    """
    if is_pandas_frame(data):
        described = from_pandas(data, name=name)
        if labels is None:
            return described
        both = f"{described.digest} {from_numpy(_arrays(labels)).digest}"
        return from_pandas(data, name=name, digest=hashlib.sha256(both.encode()).hexdigest()[: len(described.digest)])
    return from_numpy(_arrays(data), targets=None if labels is None else _arrays(labels), name=name)


def is_pandas_frame(data: object) -> bool:
    """Tell whether data is a frame of pandas, without importing it."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(data, pandas.DataFrame)


def first_rows(data: Any) -> Any:
    """Return a copy of the first rows of data; None where it has none that can be taken."""
    try:
        # Slices of frames and lists are of rows, too.
        rows = data[:EXAMPLE_ROWS]
        return rows.copy() if hasattr(rows, "copy") else list(rows)
    except (TypeError, KeyError, IndexError, ValueError):
        return None


def log_trained_model(
    save: Save,
    model: Any,
    options: Options,
    *,
    example: Any = None,
    predict: Callable[[Any], Any] | None = None,
    name: str = "model",
    registers: bool = True,
    **more: Any,
) -> str | None:
    """Log a model to the active run, if models are to be logged.

    Args:
        save: Saves it.
        model: The model.
        options: What is logged of it.
        example: Some rows of what goes in; None if there are none.
        predict: What is made of them.
        name: Name of the model.
        registers: Whether it becomes a version of the registered model that the options name.
        more: What else `save` takes.

    Returns:
        Id of the logged model; None if none is logged.
    """
    if not options.log_models:
        return None
    signature: Any = False
    if options.log_model_signatures and example is not None:
        outcome = None if predict is None else predict(_copied(example))
        signature = infer_signature(example, outcome)
    logged = log_model(
        save,
        model,
        name,
        signature=signature,
        input_example=example if options.log_input_examples else None,
        registered_model_name=options.registered_model_name if registers else None,
        **more,
    )
    return logged.model_id


def _copied(example: Any) -> Any:
    # A model may change what it is given.
    return example.copy() if hasattr(example, "copy") else example


def _arrays(data: Any) -> Any:
    """Return data as an array, or the arrays of a sparse matrix by name."""
    numpy = sys.modules["numpy"]
    if hasattr(data, "tocsr"):
        rows = data.tocsr()
        return {"data": rows.data, "indices": rows.indices, "indptr": rows.indptr}
    # Texts in an array of texts would each take the room of the longest.
    is_text = isinstance(data, list | tuple) and len(data) > 0 and isinstance(data[0], str)
    return numpy.asarray(data, dtype=object if is_text else None)
