"""Datasets as inputs of runs: a name, a fingerprint of the content, and where it came from."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from typing import Any, Final

from msgspec import Struct

from trialog.config import redact
from trialog.entities import Dataset, DatasetInput, Tag
from trialog.errors import InvalidParameter, require
from trialog.sdk.source import source_tags

CONTEXT_TAG: Final = "mlflow.data.context"
_DIGEST_CHARACTERS: Final = 16
_COLUMN_TYPES: Final = {"b": "boolean", "i": "long", "u": "long", "f": "double", "M": "datetime", "S": "binary"}
_SCHEMES: Final = {"s3": "s3", "http": "http", "https": "http", "gs": "gs", "hf": "hugging_face"}


class LoggedDataset(Struct, frozen=True):
    """A dataset as runs remember it.

    Args:
        name: Its name.
        digest: Fingerprint of all of its content: another content has another one.
        source_type: Kind of its source, such as `local`, `s3`, `http` or `code`.
        source: Where it came from, as JSON.
        schema: Its columns, as JSON in MLflow's form.
        profile: How large it is, as JSON.
    """

    name: str
    digest: str
    source_type: str
    source: str
    schema: str
    profile: str

    def to_dict(self) -> dict[str, str]:
        """Return it by name of the attribute, as datasets of MLflow do."""
        return {name: getattr(self, name) for name in self.__struct_fields__}


def from_pandas(
    df: Any,
    source: str | os.PathLike[str] | None = None,
    targets: str | None = None,
    name: str | None = None,
    digest: str | None = None,
    predictions: str | None = None,
) -> LoggedDataset:
    """Return a data frame as a dataset.

    Args:
        df: A data frame of pandas, rows × columns.
        source: Where it came from: a path or a URI; the code that runs if None.
        targets: Column that is to be predicted.
        name: Its name; `dataset` if None.
        digest: Its fingerprint; that of its content if None.
        predictions: Column that holds what a model predicted.

    Raises:
        InvalidParameter: There is no such column.
        MissingDependency: pandas is not installed.
    """
    pandas = require("pandas", extra="models")
    for column in (targets, predictions):
        if column is not None and column not in df.columns:
            raise InvalidParameter(
                "dataset.no_column", f"The dataset has no column {column!r}; it has {list(df.columns)[:20]}."
            )
    columns = [
        {"type": _COLUMN_TYPES.get(dtype.kind, "string"), "name": str(column), "required": not has_missing}
        for column, dtype, has_missing in zip(df.columns, df.dtypes, df.isna().any(), strict=True)
    ]
    if digest is None:
        content = hashlib.sha256()
        content.update(repr([str(column) for column in df.columns]).encode())
        content.update(pandas.util.hash_pandas_object(_hashable(df)).to_numpy().tobytes())
        digest = content.hexdigest()[:_DIGEST_CHARACTERS]
    return _dataset(
        name,
        digest,
        source,
        {"mlflow_colspec": columns},
        {"num_rows": len(df), "num_elements": int(df.size)},
    )


def from_numpy(
    features: Any,
    source: str | os.PathLike[str] | None = None,
    targets: Any = None,
    name: str | None = None,
    digest: str | None = None,
) -> LoggedDataset:
    """Return an array, or several by name, as a dataset.

    Args:
        features: An array of numpy of any shape, or a dictionary of such.
        source: Where it came from: a path or a URI; the code that runs if None.
        targets: What is to be predicted, likewise.
        name: Its name; `dataset` if None.
        digest: Its fingerprint; that of its content if None.

    Raises:
        MissingDependency: numpy is not installed.
    """
    numpy = require("numpy", extra="models")
    described: dict[str, Any] = {}
    profile: dict[str, Any] = {}
    content = hashlib.sha256()
    for part, given in (("features", features), ("targets", targets)):
        if given is None:
            continue
        arrays = given if isinstance(given, Mapping) else {"": given}
        specs = []
        for key in sorted(arrays):
            array = numpy.asarray(arrays[key])
            named = {"name": key} if key else {}
            shape = [-1, *array.shape[1:]]
            specs.append({"type": "tensor", "tensor-spec": {"dtype": str(array.dtype), "shape": shape}} | named)
            content.update(repr((part, key, str(array.dtype), array.shape)).encode())
            is_plain = array.dtype.kind != "O"
            content.update(numpy.ascontiguousarray(array).tobytes() if is_plain else repr(array.tolist()).encode())
            profile[f"{part}_shape" if not key else f"{part}_shape.{key}"] = list(array.shape)
        described[part] = json.dumps(specs)
    return _dataset(
        name, digest or content.hexdigest()[:_DIGEST_CHARACTERS], source, {"mlflow_tensorspec": described}, profile
    )


def dataset_input(dataset: Any, context: str | None = None, tags: Mapping[str, object] | None = None) -> DatasetInput:
    """Return a dataset as a run uses it.

    Args:
        dataset: A `LoggedDataset`, or a dataset of MLflow.
        context: What it is used for, such as `training`.
        tags: What else is to be said of its use.

    Raises:
        InvalidParameter: It is no dataset.
    """
    describe = getattr(dataset, "to_dict", None)
    said = describe() if callable(describe) else None
    if not isinstance(said, Mapping) or not {"name", "digest", "source_type", "source"} <= said.keys():
        raise InvalidParameter(
            "dataset.wrong_type",
            "A dataset is what from_pandas or from_numpy return, or a dataset of MLflow, not"
            f" {type(dataset).__name__}.",
        )
    noted = {CONTEXT_TAG: context, **(tags or {})}
    return DatasetInput(
        Dataset(**{name: _text(said.get(name)) for name in Dataset.__struct_fields__ if said.get(name) is not None}),
        [Tag(key, str(value)) for key, value in noted.items() if value is not None],
    )


def _dataset(
    name: str | None,
    digest: str,
    source: str | os.PathLike[str] | None,
    schema: Mapping[str, object],
    profile: Mapping[str, object],
) -> LoggedDataset:
    source_type, said = _source(source)
    return LoggedDataset(
        name or "dataset", digest, source_type, json.dumps(said), json.dumps(schema), json.dumps(profile)
    )


def _source(source: str | os.PathLike[str] | None) -> tuple[str, Mapping[str, object]]:
    if source is None:
        return "code", {"tags": source_tags()}
    # Whoever sees the run sees it.
    text = redact(os.fspath(source))
    scheme = text.partition("://")[0].lower() if "://" in text else ""
    kind = _SCHEMES.get(scheme, "local")
    return kind, {"url" if kind == "http" else "uri": text}


def _hashable(frame: Any) -> Any:
    """Return a data frame whose cells can all be hashed: lists and the like by their text."""
    odd = [
        place for place, dtype in enumerate(frame.dtypes) if dtype.kind == "O" and not _are_texts(frame.iloc[:, place])
    ]
    if odd:
        frame = frame.copy(deep=False)
        # By place, for names need not be text, and two columns may have the same.
        for place in odd:
            frame.isetitem(place, frame.iloc[:, place].map(repr))
    return frame


def _are_texts(values: Iterable[object]) -> bool:
    return all(isinstance(value, str) for value in values)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
