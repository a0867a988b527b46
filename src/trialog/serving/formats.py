"""Reads what a request asks a model, in each format that MLflow's scoring server takes."""

from typing import Any, Final

from trialog.errors import InvalidParameter, UnreadableInput, UnsupportedContentType
from trialog.models.data_types import shown
from trialog.models.enforcement import enforce_params
from trialog.models.signature import ModelSignature
from trialog.serving.frames import FrameReader
from trialog.serving.json_input import DATAFRAME_RECORDS, DATAFRAME_SPLIT, INPUTS, INSTANCES, read_json
from trialog.serving.model_input import ModelInput
from trialog.serving.plain_csv import read_plain_csv
from trialog.serving.tables import read_csv, read_parquet
from trialog.serving.tensors import TensorReader

JSON: Final = "application/json"
CSV: Final = "text/csv"
PARQUET: Final = "application/vnd.apache.parquet"
_TYPES: Final = (JSON, CSV, PARQUET)


class InputReader:
    """Reads requests for one model.

    Args:
        signature: What the model takes; None if it does not say.
    """

    def __init__(self, signature: ModelSignature | None) -> None:
        schema = None if signature is None else signature.inputs
        self._schema = schema
        self._params = None if signature is None else signature.params
        self._frames = FrameReader(schema)
        tensors = TensorReader(schema, self._frames)
        self._readers = {
            DATAFRAME_SPLIT: self._frames.read_split,
            DATAFRAME_RECORDS: self._frames.read_records,
            INPUTS: tensors.read_inputs,
            INSTANCES: tensors.read_instances,
        }

    def read(self, content_type: str | None, body: bytes) -> ModelInput:
        """Return what the body of a request asks, held against the signature.

        Args:
            content_type: Value of the header; None if it was not sent.
            body: The body, no more compressed.

        Raises:
            UnsupportedContentType: It is none of the formats (`input.content_type`).
            UnreadableInput: It cannot be read as its format.
            InvalidParameter: It does not go with the signature: the message names the column, what is expected and
                what was found.
        """
        kind = content_type if content_type == JSON else _kind(content_type)
        try:
            given = self._read(kind, body)
        except RecursionError as error:
            raise UnreadableInput("input.too_deep", "The body is nested too deeply to be read.") from error
        given.size = len(body)
        return given

    def _read(self, kind: str, body: bytes) -> ModelInput:
        if kind == JSON:
            form, content, params = read_json(body)
            return self._readers[form](content, self._with_defaults(params))
        if kind == CSV and (table := read_plain_csv(body)) is not None:
            given = self._frames.of_lists(table.columns, table.rows, self._with_defaults(None))
            if given is not None:
                return given
        read = read_csv if kind == CSV else read_parquet
        return self._frames.checked(read(body, self._schema), self._with_defaults(None))

    def _with_defaults(self, params: dict[str, Any] | None) -> dict[str, Any] | None:
        if self._params is None:
            if params:
                raise InvalidParameter(
                    "signature.invalid_param",
                    f"The model has no parameters, but the request has {', '.join(map(shown, list(params)[:5]))}.",
                    parameter=next(iter(params)),
                )
            return None
        return enforce_params(params, self._params)


def _kind(content_type: str | None) -> str:
    """Return the kind of a body, without what is said of it besides."""
    if content_type is None:
        raise UnsupportedContentType(
            "input.content_type", f"The request has no Content-Type; it is one of {', '.join(_TYPES)}."
        )
    kind, *settings = (part.strip() for part in content_type.split(";"))
    if kind.lower() not in _TYPES:
        raise UnsupportedContentType(
            "input.content_type",
            f"A body of the type {shown(kind)} is not read here; the type is one of {', '.join(_TYPES)}.",
        )
    for setting in filter(None, settings):
        name, _, value = setting.partition("=")
        if name.strip().lower() != "charset":
            raise UnsupportedContentType(
                "input.content_type",
                f"{shown(setting)} in Content-Type is not known here: the format of the data stands in the body since "
                "MLflow 2.0.",
            )
        if value.strip().strip('"').lower() not in ("utf-8", "utf8"):
            raise UnsupportedContentType("input.content_type", f"The body is to be UTF-8, not {shown(value)}.")
    return kind.lower()
