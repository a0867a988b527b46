"""The file `MLmodel` of a model folder: who made the model, what it takes and gives, and how each flavor loads it."""

import re
import stat
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final

from trialog.errors import InvalidParameter, ResourceNotFound, require
from trialog.models.data_types import listed, shown
from trialog.models.signature import ModelSignature
from trialog.version import __version__

MLMODEL: Final = "MLmodel"
PYFUNC_FLAVOR: Final = "python_function"
FORMAT_VERSION: Final = "3.17.2"
"""Version of MLflow whose model folders these are; its tools ask for that."""

_SHA256: Final = "trialog_sha256"
_FROM_HINTS: Final = "is_signature_from_type_hint"
_SIGNATURE_MARKS: Final = (_FROM_HINTS, "type_hint_from_example")
_OPTIONAL: Final = ("artifact_path", "run_id", "metadata", "saved_input_example_info", "model_size_bytes")
_OWN_FIELDS: Final = frozenset(
    {"flavors", "mlflow_version", "model_id", "model_uuid", "prompts", "signature", "utc_time_created"}
    | {_SHA256}
    | set(_SIGNATURE_MARKS)
    | set(_OPTIONAL)
)
_SUM: Final = re.compile("[0-9a-f]{64}")
# What divides names elsewhere, ends them, or moves the cursor of a terminal that shows them.
_NOT_IN_PATHS: Final = re.compile(r"[:\x00-\x1f\x7f-\x9f]")


def _now() -> str:
    return str(datetime.now(UTC).replace(tzinfo=None))


@dataclass
class ModelMetadata:
    """What stands in a file `MLmodel`.

    Attributes:
        flavors: How each library loads the model: options by name of the flavor.
        signature: What the model takes and gives; None if it is not known.
        artifact_path: Where the folder is kept, as the run or the logged model names it.
        run_id: The run that made it.
        model_id: The logged model that it is.
        model_uuid: An id of its own; that of the logged model, if it is one.
        utc_time_created: When it was made.
        mlflow_version: Version of MLflow whose format it has.
        saved_input_example_info: Which files hold the input example, and of what kind it is.
        model_size_bytes: Size of its files.
        metadata: What its maker noted beside it.
        takes_lists: Whether the signature comes from the annotations of `predict`, which then takes lists as they are.
        sha256: Sums of all other files of the folder by path, as hexadecimal digits; None if none were taken.
        others: All other fields of the file.
    """

    flavors: dict[str, dict[str, Any]] = field(default_factory=dict)
    signature: ModelSignature | None = None
    artifact_path: str | None = None
    run_id: str | None = None
    model_id: str | None = None
    model_uuid: str | None = field(default_factory=lambda: uuid.uuid4().hex)
    utc_time_created: str = field(default_factory=_now)
    mlflow_version: str | None = FORMAT_VERSION
    saved_input_example_info: dict[str, Any] | None = None
    model_size_bytes: int | None = None
    metadata: dict[str, Any] | None = None
    takes_lists: bool = False
    sha256: dict[str, str] | None = None
    others: dict[str, Any] = field(default_factory=lambda: {"trialog_version": __version__})

    def flavor(self, name: str) -> dict[str, Any]:
        """Return the options of a flavor.

        Raises:
            ResourceNotFound: The model has no such flavor (`model.flavor_not_found`).
        """
        if name not in self.flavors:
            known = listed(self.flavors) or "none"
            raise ResourceNotFound(
                "model.flavor_not_found",
                f"The model has no flavor {name!r}; it has: {known}. Load it with the module of one of these.",
                flavor=name,
                flavors=known,
            )
        return self.flavors[name]

    @property
    def python_version(self) -> str | None:
        """The version of Python that made the model, as far as it is told."""
        told = self.flavors.get(PYFUNC_FLAVOR, {}).get("python_version")
        return told if isinstance(told, str) else None

    def to_dict(self) -> dict[str, Any]:
        """Return the fields of the file."""
        fields: dict[str, Any] = {**self.others, "flavors": self.flavors, "model_id": self.model_id}
        fields |= {"model_uuid": self.model_uuid, "prompts": None, "utc_time_created": self.utc_time_created}
        if self.mlflow_version is not None:
            fields["mlflow_version"] = self.mlflow_version
        if self.signature is not None:
            marks = dict.fromkeys(_SIGNATURE_MARKS, False) | {_FROM_HINTS: self.takes_lists}
            fields |= {"signature": self.signature.to_dict(), **marks}
        if self.sha256 is not None:
            fields[_SHA256] = self.sha256
        fields |= {name: value for name in _OPTIONAL if (value := getattr(self, name)) is not None}
        return fields

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> "ModelMetadata":
        """Return what the fields of a file say.

        Raises:
            InvalidParameter: They are not those of a model (`model.mlmodel_invalid`), or the signature is none
                (`signature.invalid`, `signature.invalid_param`).
        """
        flavors = _mapping(fields, "flavors") or {}
        for name, options in flavors.items():
            if not isinstance(name, str) or not isinstance(options, dict):
                raise _invalid(f"the flavor {shown(name)} is {shown(options)} and no mapping of options")
        signature = _mapping(fields, "signature")
        size = fields.get("model_size_bytes")
        return cls(
            flavors=flavors,
            signature=None if not signature or not any(signature.values()) else ModelSignature.from_dict(signature),
            artifact_path=_text(fields, "artifact_path"),
            run_id=_text(fields, "run_id"),
            model_id=_text(fields, "model_id"),
            model_uuid=_text(fields, "model_uuid"),
            utc_time_created=_text(fields, "utc_time_created") or "",
            mlflow_version=_text(fields, "mlflow_version"),
            saved_input_example_info=_mapping(fields, "saved_input_example_info"),
            model_size_bytes=size if isinstance(size, int) else None,
            metadata=_mapping(fields, "metadata"),
            takes_lists=fields.get(_FROM_HINTS) is True,
            sha256=_sums(fields),
            others={name: value for name, value in fields.items() if name not in _OWN_FIELDS},
        )

    def save(self, folder: Path) -> None:
        """Write the file into a folder.

        Raises:
            InvalidParameter: Something in it cannot be written as YAML (`model.metadata_unwritable`).
        """
        (folder / MLMODEL).write_text(to_yaml(self.to_dict()), encoding="utf-8", newline="\n")

    @classmethod
    def load(cls, folder: Path) -> "ModelMetadata":
        """Read the file of a folder. Nothing is imported or run for it.

        Raises:
            ResourceNotFound: There is no such file (`model.mlmodel_not_found`).
            InvalidParameter: It cannot be read (`model.mlmodel_unreadable`), or says nothing sensible
                (`model.mlmodel_invalid`, `signature.invalid`).
        """
        # It reads YAML, which is not among what the bare client needs.
        mlmodel = require("trialog.wire.mlmodel", extra="models")
        if not exists(folder / MLMODEL):
            raise ResourceNotFound(
                "model.mlmodel_not_found", f"There is no model at {folder}: it has no file {MLMODEL}.", path=str(folder)
            )
        return cls.from_dict(mlmodel.read_mlmodel(read_limited(folder, MLMODEL, mlmodel.MAXIMUM_BYTES)))


def to_yaml(content: Any, *, sort_keys: bool = True) -> str:
    """Return plain values as YAML, without anchors.

    Raises:
        InvalidParameter: Something among them is no plain value (`model.metadata_unwritable`).
    """
    yaml = require("yaml", extra="models")

    class Dumper(yaml.SafeDumper):  # type: ignore[misc, name-defined]  # the module is imported only when it is needed
        def ignore_aliases(self, data: object) -> bool:
            return True

    try:
        text: str = yaml.dump(content, Dumper=Dumper, default_flow_style=False, sort_keys=sort_keys, allow_unicode=True)
    except (yaml.YAMLError, RecursionError) as error:
        raise InvalidParameter(
            "model.metadata_unwritable",
            f"The model cannot be described: {' '.join(str(error).split())}. Options and metadata are texts, numbers, "
            "truth values, lists and dictionaries.",
        ) from error
    return text


def inside(folder: Path, relative: object, *, named_by: str = MLMODEL) -> Path:
    """Return the path of a file or folder that a file of a model names.

    Args:
        folder: The model folder.
        relative: What is named.
        named_by: Name of the file that names it.

    Raises:
        InvalidParameter: It lies outside of the folder, or is no path (`model.path_outside`).
        ResourceNotFound: It is not there (`model.file_not_found`).
    """
    # Names are written with "/" everywhere; MLflow on Windows writes "\".
    parts = PurePosixPath(relative.replace("\\", "/")) if isinstance(relative, str) else None
    if parts is None or parts.is_absolute() or ".." in parts.parts or _NOT_IN_PATHS.search(str(parts)):
        raise InvalidParameter(
            "model.path_outside", f"The file {named_by} names {shown(relative)}, which is no path within the model."
        )
    path = folder.joinpath(*parts.parts)
    if not exists(path):
        raise ResourceNotFound(
            "model.file_not_found", f"The model at {folder} lacks {shown(relative)}, which its {named_by} names."
        )
    if not path.resolve().is_relative_to(folder.resolve()):
        raise InvalidParameter("model.path_outside", f"{shown(relative)} of the model leads out of its folder.")
    return path


def exists(path: Path) -> bool:
    """Tell whether there is a file or folder. No name is too long or too strange to ask for."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def read_limited(folder: Path, relative: object, maximum: int) -> bytes:
    """Return what a file of a model folder holds; of a larger one, one byte more than the limit.

    Args:
        folder: The model folder.
        relative: The file, as a file `MLmodel` names it.
        maximum: How many bytes at most it may have.

    Raises:
        InvalidParameter: It is no file (`model.not_a_file`), or lies outside of the folder (`model.path_outside`).
        ResourceNotFound: It is not there (`model.file_not_found`).
    """
    path = inside(folder, relative)
    try:
        # To open a pipe could take for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise _no_file(relative, "it is none")
        with path.open("rb") as file:
            return file.read(maximum + 1)
    except OSError as error:
        raise _no_file(relative, str(error.strerror)) from error


def _no_file(relative: object, fault: str) -> InvalidParameter:
    return InvalidParameter("model.not_a_file", f"{shown(relative)} of the model cannot be read as a file: {fault}.")


def _mapping(fields: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, dict):
        raise _invalid(f"{name} is {shown(value)} and no mapping")
    return value


def _sums(fields: Mapping[str, Any]) -> dict[str, str] | None:
    sums = _mapping(fields, _SHA256)
    for name, one in (sums or {}).items():
        if not isinstance(name, str) or not isinstance(one, str) or _SUM.fullmatch(one) is None:
            raise _invalid(f"{_SHA256} says {shown(one)} of {shown(name)}, which is no SHA-256")
    return sums


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if isinstance(value, dict | list):
        raise _invalid(f"{name} is {shown(value)} and no text")
    return None if value is None else str(value)


def _invalid(fault: str) -> InvalidParameter:
    return InvalidParameter("model.mlmodel_invalid", f"The file {MLMODEL} describes no model: {fault}.")
