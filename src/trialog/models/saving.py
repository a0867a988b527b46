"""What is the same for every flavor: how a model folder is put together, and its signature found out."""

import copy
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any, TypedDict

from trialog.errors import InvalidParameter, ResourceAlreadyExists, TrialogError
from trialog.models.checksums import seal
from trialog.models.code_paths import copy_code
from trialog.models.folder import PYFUNC_FLAVOR, ModelMetadata
from trialog.models.inference import infer_param_schema, infer_schema
from trialog.models.input_example import save_example, split_example
from trialog.models.loaded import is_array, is_frame
from trialog.models.requirements import CONDA, PYTHON_ENVIRONMENT, pinned, write_environment
from trialog.models.signature import ModelSignature
from trialog.models.warned import warn

Predict = Callable[[Any, dict[str, Any] | None], Any]
"""Makes predictions from data and parameters."""


class SaveOptions(TypedDict, total=False):
    """What may be said of any model that is saved.

    Attributes:
        signature: What the model takes and gives. Without it, it is found out from the input example; False for none.
        input_example: Some rows of what goes in, or a pair of them and the parameters of the prediction.
        pip_requirements: The packages it needs, as a list or the path of a file, in place of those found out.
        extra_pip_requirements: Packages to add to those found out.
        conda_env: A whole environment of conda in place of all that, as a dictionary or the path of its file.
        code_paths: Files and folders of Python that it needs; they are copied.
        metadata: What to note beside it.
    """

    signature: ModelSignature | bool | None
    input_example: Any
    pip_requirements: Sequence[str] | str | None
    extra_pip_requirements: Sequence[str] | str | None
    conda_env: Mapping[str, Any] | str | None
    code_paths: Sequence[str | PathLike[str]] | None
    metadata: dict[str, Any] | None


@dataclass
class Written:
    """What a flavor wrote into a model folder.

    Attributes:
        flavor: Name of the flavor.
        options: How it loads the model.
        requirements: Packages that the model needs.
        pyfunc: How the model is loaded as a Python function; None if it cannot be.
    """

    flavor: str | None
    options: dict[str, Any]
    requirements: list[str]
    pyfunc: dict[str, Any] | None = field(default=None)


def save_folder(
    path: str | PathLike[str],
    write: Callable[[Path], Written],
    predict: Predict | None,
    options: SaveOptions,
    mlflow_model: ModelMetadata | None = None,
) -> ModelMetadata:
    """Write a model folder: all of it, or nothing.

    Args:
        path: Where to; nothing may be there but an empty folder.
        write: Writes the model itself into the folder.
        predict: Makes predictions, from which the signature is found out; None if the model makes none.
        options: What is said of the model.
        mlflow_model: What is known of the model already, such as its run.

    Returns:
        What its file `MLmodel` says.

    Raises:
        ResourceAlreadyExists: There is something at the path (`model.path_taken`).
        TrialogError: The model or what is said of it cannot be saved.
    """
    if unknown := sorted(options.keys() - SaveOptions.__annotations__.keys()):
        # MLflow has some that mean nothing here, and a script that gives them shall run; but one may be mistyped.
        warn(
            f"These options of a model are not known, and nothing was done with them: {', '.join(unknown)}. Known are "
            f"{', '.join(SaveOptions.__annotations__)}."
        )
    folder = Path(path)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ResourceAlreadyExists(
            "model.path_taken", f"There is something at {folder} already; give a path at which there is nothing."
        )
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return _fill(folder, write, predict, options, mlflow_model or ModelMetadata())
    except BaseException:
        # Half a model is worse than none, however saving it ended.
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _fill(
    folder: Path,
    write: Callable[[Path], Written],
    predict: Predict | None,
    options: SaveOptions,
    metadata: ModelMetadata,
) -> ModelMetadata:
    code = copy_code(folder, options.get("code_paths"))
    example = options.get("input_example")
    if example is not None:
        save_example(folder, metadata, example)
    metadata.signature = _signature(options.get("signature"), example, predict)
    if (noted := options.get("metadata")) is not None:
        metadata.metadata = dict(noted)
    written = write(folder)
    if written.pyfunc is not None:
        environment = {"conda": CONDA, "virtualenv": PYTHON_ENVIRONMENT}
        given = {"code": code} if code is not None else {}
        python = ".".join(map(str, sys.version_info[:3]))
        metadata.flavors[PYFUNC_FLAVOR] = {"env": environment, **given, "python_version": python, **written.pyfunc}
    if written.flavor is not None:
        metadata.flavors[written.flavor] = {"code": code, **written.options}
    metadata.model_size_bytes = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    # What is fed with frames cannot do without the library that makes them.
    frames = [pinned("pandas")] if is_frame(split_example(example)[0]) else []
    write_environment(
        folder,
        [*written.requirements, *frames],
        pip_requirements=options.get("pip_requirements"),
        extra_pip_requirements=options.get("extra_pip_requirements"),
        conda_env=options.get("conda_env"),
    )
    # Last, when all files are there.
    seal(folder, metadata)
    return metadata


def _signature(given: ModelSignature | bool | None, example: Any, predict: Predict | None) -> ModelSignature | None:
    if isinstance(given, ModelSignature):
        return given
    # MLflow's way of saying that there shall be none.
    if given is False or example is None:
        return None
    if given is not None:
        raise InvalidParameter(
            "signature.invalid",
            f"A signature is what trialog.models.infer_signature returns, not {type(given).__name__}.",
        )
    return _signature_of_example(example, predict)


def _signature_of_example(example: Any, predict: Predict | None) -> ModelSignature | None:
    data, params = split_example(example)
    try:
        inputs = infer_schema(data)
        param_schema = infer_param_schema(params) if params else None
        outputs = None
        if predict is not None:
            # A model may change what it is given.
            outcome = predict(copy.deepcopy(data), params)
            if not inputs.is_tensor_spec() and is_array(outcome) and outcome.ndim == 1:
                # One prediction for each row is a column.
                outcome = sys.modules["pandas"].Series(outcome) if "pandas" in sys.modules else outcome
            outputs = infer_schema(outcome)
        return ModelSignature(inputs, outputs, param_schema)
    except Exception as error:  # the model and its example are the user's: anything may go wrong in them
        told = error.message if isinstance(error, TrialogError) else f"{type(error).__name__}: {error}"
        warn(
            f"No signature can be found out from the input example; the model is saved without one. {told}",
        )
        return None
