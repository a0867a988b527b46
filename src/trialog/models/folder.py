"""The file `MLmodel` of a model folder: who made the model, what it takes and gives, and how each flavor loads it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final

from trialog.errors import InvalidParameter, ResourceNotFound, require
from trialog.models.data_types import shown
from trialog.models.signature import ModelSignature
from trialog.version import __version__

MLMODEL: Final = "MLmodel"
PYFUNC_FLAVOR: Final = "python_function"
FORMAT_VERSION: Final = "3.17.2"
"""Version of MLflow whose model folders these are; its tools ask for that."""

_SIGNATURE_MARKS: Final = ("is_signature_from_type_hint", "type_hint_from_example")
_OPTIONAL: Final = ("artifact_path", "run_id", "metadata", "saved_input_example_info", "model_size_bytes")
_OWN_FIELDS: Final = frozenset(
    {"flavors", "mlflow_version", "model_id", "model_uuid", "prompts", "signature", "utc_time_created"}
    | set(_SIGNATURE_MARKS)
    | set(_OPTIONAL)
)


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
    others: dict[str, Any] = field(default_factory=lambda: {"trialog_version": __version__})

    def flavor(self, name: str) -> dict[str, Any]:
        """Return the options of a flavor.

        Raises:
            ResourceNotFound: The model has no such flavor (`model.flavor_not_found`).
        """
        if name not in self.flavors:
            known = ", ".join(self.flavors) or "none"
            raise ResourceNotFound(
                "model.flavor_not_found",
                f"The model has no flavor {name!r}; it has: {known}. Load it with the module of one of these.",
                flavor=name,
                flavors=known,
            )
        return self.flavors[name]

    def to_dict(self) -> dict[str, Any]:
        """Return the fields of the file."""
        fields: dict[str, Any] = {**self.others, "flavors": self.flavors, "model_id": self.model_id}
        fields |= {"model_uuid": self.model_uuid, "prompts": None, "utc_time_created": self.utc_time_created}
        if self.mlflow_version is not None:
            fields["mlflow_version"] = self.mlflow_version
        if self.signature is not None:
            fields |= {"signature": self.signature.to_dict(), **dict.fromkeys(_SIGNATURE_MARKS, False)}
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
        try:
            with (folder / MLMODEL).open("rb") as file:
                content = file.read(mlmodel.MAXIMUM_BYTES + 1)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise ResourceNotFound(
                "model.mlmodel_not_found", f"There is no model at {folder}: it has no file {MLMODEL}.", path=str(folder)
            ) from error
        return cls.from_dict(mlmodel.read_mlmodel(content))


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


def inside(folder: Path, relative: object) -> Path:
    """Return the path of a file or folder that a file `MLmodel` names.

    Args:
        folder: The model folder.
        relative: What is named.

    Raises:
        InvalidParameter: It lies outside of the folder, or is no path (`model.path_outside`).
        ResourceNotFound: It is not there (`model.file_not_found`).
    """
    # Names are written with "/" everywhere; MLflow on Windows writes "\".
    parts = PurePosixPath(relative.replace("\\", "/")) if isinstance(relative, str) else None
    if parts is None or parts.is_absolute() or ".." in parts.parts or ":" in str(parts):
        raise InvalidParameter(
            "model.path_outside", f"The file {MLMODEL} names {shown(relative)}, which is no path within the model."
        )
    path = folder.joinpath(*parts.parts)
    if not path.exists():
        raise ResourceNotFound(
            "model.file_not_found", f"The model at {folder} lacks {shown(relative)}, which its {MLMODEL} names."
        )
    if not path.resolve().is_relative_to(folder.resolve()):
        raise InvalidParameter("model.path_outside", f"{shown(relative)} of the model leads out of its folder.")
    return path


def _mapping(fields: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, dict):
        raise _invalid(f"{name} is {shown(value)} and no mapping")
    return value


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if isinstance(value, dict | list):
        raise _invalid(f"{name} is {shown(value)} and no text")
    return None if value is None else str(value)


def _invalid(fault: str) -> InvalidParameter:
    return InvalidParameter("model.mlmodel_invalid", f"The file {MLMODEL} describes no model: {fault}.")
