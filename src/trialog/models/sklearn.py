"""Models of scikit-learn, and of whatever has its methods."""

import pickle
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Any, Final, Unpack

from trialog.errors import InvalidParameter, require
from trialog.models.consent import check_pickle, load_pickle
from trialog.models.data_types import shown
from trialog.models.folder import ModelMetadata, inside
from trialog.models.requirements import modules_of_pickle, pinned, requirements_of
from trialog.models.saving import SaveOptions, Written, save_folder
from trialog.models.skops_format import load_skops, save_skops
from trialog.models.warned import warn

FLAVOR: Final = "sklearn"
LOADER: Final = "mlflow.sklearn"
SERIALIZATION_FORMAT_SKOPS: Final = "skops"
SERIALIZATION_FORMAT_PICKLE: Final = "pickle"
SERIALIZATION_FORMAT_CLOUDPICKLE: Final = "cloudpickle"
_FORMATS: Final = (SERIALIZATION_FORMAT_SKOPS, SERIALIZATION_FORMAT_PICKLE, SERIALIZATION_FORMAT_CLOUDPICKLE)
_BETTER: Final = 'save it again with serialization_format="skops"'


def save_model(
    sk_model: Any,
    path: str | PathLike[str],
    *,
    mlflow_model: ModelMetadata | None = None,
    serialization_format: str | None = None,
    skops_trusted_types: Sequence[str] | None = None,
    pyfunc_predict_fn: str = "predict",
    **options: Unpack[SaveOptions],
) -> ModelMetadata:
    """Save a model of scikit-learn as a model folder.

    Args:
        sk_model: The model.
        path: The folder.
        mlflow_model: What is known of the model already, such as its run.
        serialization_format: `skops`, `cloudpickle` or `pickle`. By default skops, of which loading runs no code; and
            cloudpickle, with a warning, for a model that skops cannot hold.
        skops_trusted_types: Types of your own that may be in a file of skops.
        pyfunc_predict_fn: The method that predicts where the model is loaded as a Python function.
        options: What is said of any model; see `trialog.models.saving.SaveOptions`.

    Returns:
        What its file `MLmodel` says.

    Raises:
        InvalidParameter: There is no such format (`model.unknown_format`), or the model cannot be kept in it
            (`model.not_skops`, `model.not_picklable`).
    """
    if serialization_format not in (None, *_FORMATS):
        raise InvalidParameter(
            "model.unknown_format",
            f"There is no serialization_format {serialization_format!r}; it is one of {', '.join(_FORMATS)}.",
        )

    def write(folder: Path) -> Written:
        file, kind, trusted, needs = write_estimator(folder, sk_model, serialization_format, skops_trusted_types or ())
        pyfunc = {"loader_module": LOADER, "model_path": file, "predict_fn": pyfunc_predict_fn}
        return Written(
            FLAVOR,
            {
                "pickled_model": file,
                "serialization_format": kind,
                "sklearn_version": require("sklearn", extra="models").__version__,
                "skops_trusted_types": trusted,
            },
            list(dict.fromkeys([pinned("scikit-learn"), *needs])),
            pyfunc if hasattr(sk_model, pyfunc_predict_fn) else None,
        )

    predict = getattr(sk_model, pyfunc_predict_fn, None)
    return save_folder(path, write, None if predict is None else lambda data, _: predict(data), options, mlflow_model)


def write_estimator(
    folder: Path, model: Any, serialization_format: str | None, trusted: Sequence[str]
) -> tuple[str, str, list[str] | None, list[str]]:
    """Write an estimator into a folder.

    Args:
        folder: The folder.
        model: The estimator.
        serialization_format: In which format; None for skops where it can hold the model, and else cloudpickle.
        trusted: Types that may be in a file of skops.

    Returns:
        Name of the file, its format, the types that its reader has to trust, and the packages that it needs.

    Raises:
        InvalidParameter: The model cannot be kept so (`model.not_skops`, `model.not_picklable`).
    """
    if serialization_format in (None, SERIALIZATION_FORMAT_SKOPS):
        try:
            path = folder / "model.skops"
            types = save_skops(model, path, trusted)
        except InvalidParameter as error:
            if serialization_format is not None:
                raise
            warn(
                f"The model is kept as a pickle, which loads only with allow_pickle=True. {error.message}",
            )
            serialization_format = SERIALIZATION_FORMAT_CLOUDPICKLE
        else:
            needs = [pinned("skops"), *requirements_of({"numpy", *types, type(model).__module__})]
            return path.name, SERIALIZATION_FORMAT_SKOPS, types or None, needs
    pickler = pickle if serialization_format == SERIALIZATION_FORMAT_PICKLE else require("cloudpickle", extra="models")
    path = folder / "model.pkl"
    path.write_bytes(pickled(pickler, model))
    needs = [pinned("cloudpickle")] if pickler is not pickle else []
    return path.name, str(serialization_format), None, [*needs, *requirements_of(modules_of_pickle(path.read_bytes()))]


def pickled(pickler: Any, model: Any) -> bytes:
    """Return the pickle of a model.

    Args:
        pickler: The module that makes it: `pickle` or `cloudpickle`.
        model: The model.

    Raises:
        InvalidParameter: It cannot be pickled (`model.not_picklable`).
    """
    try:
        # Later protocols cannot be read by every Python that MLflow runs on.
        content: bytes = pickler.dumps(model, protocol=pickle.DEFAULT_PROTOCOL)
    except (pickle.PicklingError, TypeError, AttributeError, RecursionError) as error:
        raise InvalidParameter(
            "model.not_picklable",
            f"{type(model).__name__} cannot be pickled: {type(error).__name__}: {error}. Classes and functions that "
            "stand in a module of their own usually can.",
        ) from error
    return content


def load_folder(
    folder: Path,
    metadata: ModelMetadata,
    *,
    allow_pickle: bool | None = None,
    skops_trusted_types: Sequence[str] | None = None,
) -> Any:
    """Return the model of a folder.

    Args:
        folder: The folder.
        metadata: What its file `MLmodel` says.
        allow_pickle: Whether it may run code; None to ask TRIALOG_ALLOW_PICKLE.
        skops_trusted_types: Types of a file of skops that you trust.

    Raises:
        PermissionDenied: It would run code, and may not (`model.pickle_not_allowed`, `model.untrusted_types`).
        ResourceNotFound: The folder has no such model (`model.flavor_not_found`, `model.file_not_found`).
    """
    options = metadata.flavor(FLAVOR)
    kind = options.get("serialization_format", SERIALIZATION_FORMAT_PICKLE)
    return read_estimator(inside(folder, options.get("pickled_model")), kind, skops_trusted_types, allow_pickle)


def read_estimator(path: Path, kind: object, trusted: Sequence[str] | None, allow_pickle: bool | None) -> Any:
    """Return the estimator of a file; see `load_folder`.

    Raises:
        InvalidParameter: The format is not known (`model.unknown_format`).
    """
    require("sklearn", extra="models")
    if kind == SERIALIZATION_FORMAT_SKOPS:
        return load_skops(path, trusted, allow_pickle)
    if kind not in _FORMATS:
        raise InvalidParameter(
            "model.unknown_format", f"The model is kept in the format {shown(kind)}; known are {', '.join(_FORMATS)}."
        )
    check_pickle(path, allow_pickle, better=_BETTER)
    return load_pickle(path)
