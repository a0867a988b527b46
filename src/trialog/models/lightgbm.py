"""Models of LightGBM: boosters, and the estimators that work like those of scikit-learn."""

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Any, Final, Unpack

from trialog.errors import InvalidParameter, require
from trialog.models.folder import ModelMetadata, inside
from trialog.models.requirements import pinned, requirements_of
from trialog.models.saving import SaveOptions, Written, save_folder
from trialog.models.sklearn import read_estimator, write_estimator

FLAVOR: Final = "lightgbm"
LOADER: Final = "mlflow.lightgbm"
_BOOSTER: Final = "lightgbm.basic.Booster"


def save_model(
    lgb_model: Any,
    path: str | PathLike[str],
    *,
    mlflow_model: ModelMetadata | None = None,
    serialization_format: str | None = None,
    skops_trusted_types: Sequence[str] | None = None,
    **options: Unpack[SaveOptions],
) -> ModelMetadata:
    """Save a model of LightGBM as a model folder: a booster in LightGBM's own format, an estimator by skops.

    Args:
        lgb_model: A booster, or an estimator such as `LGBMClassifier`.
        path: The folder.
        mlflow_model: What is known of the model already, such as its run.
        serialization_format: For an estimator: `skops`, `cloudpickle` or `pickle`; by default skops where it can hold
            the model, of which loading runs no code.
        skops_trusted_types: Types of your own that may be in a file of skops.
        options: What is said of any model; see `trialog.models.saving.SaveOptions`.

    Returns:
        What its file `MLmodel` says.

    Raises:
        InvalidParameter: It is no such model (`model.wrong_kind`), or cannot be kept so (`model.not_skops`,
            `model.not_picklable`).
    """
    lightgbm = require("lightgbm", extra=None)
    if not isinstance(lgb_model, lightgbm.Booster | lightgbm.LGBMModel):
        raise InvalidParameter("model.wrong_kind", f"{type(lgb_model).__name__} is no model of LightGBM.")
    kind = type(lgb_model)

    def write(folder: Path) -> Written:
        if isinstance(lgb_model, lightgbm.Booster):
            file, needs = "model.lgb", requirements_of({"numpy", "scipy"})
            how: dict[str, Any] = {}
            lgb_model.save_model(folder / file)
        else:
            file, form, trusted, needs = write_estimator(
                folder, lgb_model, serialization_format, skops_trusted_types or ()
            )
            how = {"serialization_format": form, "skops_trusted_types": trusted}
            needs = [*needs, pinned("scikit-learn")]
        named = f"{kind.__module__}.{kind.__qualname__}"
        return Written(
            FLAVOR,
            {"data": file, "lgb_version": lightgbm.__version__, "model_class": named, **how},
            list(dict.fromkeys([pinned("lightgbm"), *needs])),
            {"data": file, "loader_module": LOADER},
        )

    return save_folder(path, write, lambda data, _: lgb_model.predict(data), options, mlflow_model)


def load_folder(
    folder: Path,
    metadata: ModelMetadata,
    *,
    allow_pickle: bool | None = None,
    skops_trusted_types: Sequence[str] | None = None,
) -> Any:
    """Return the model of a folder: what it was when it was saved, a booster or an estimator.

    Args:
        folder: The folder.
        metadata: What its file `MLmodel` says.
        allow_pickle: Whether it may run code; None to ask TRIALOG_ALLOW_PICKLE.
        skops_trusted_types: Types of a file of skops that you trust.

    Raises:
        PermissionDenied: It would run code, and may not (`model.pickle_not_allowed`, `model.untrusted_types`).
        ResourceNotFound: The folder has no such model (`model.flavor_not_found`, `model.file_not_found`).
        InvalidParameter: The file is damaged (`model.damaged`).
    """
    lightgbm = require("lightgbm", extra=None)
    options = metadata.flavor(FLAVOR)
    path = inside(folder, options.get("data"))
    if options.get("model_class", _BOOSTER) != _BOOSTER:
        return read_estimator(
            path, options.get("serialization_format", "cloudpickle"), skops_trusted_types, allow_pickle
        )
    try:
        return lightgbm.Booster(model_file=path)
    except lightgbm.basic.LightGBMError as error:
        raise InvalidParameter("model.damaged", f"LightGBM cannot read {path.name} of the model: {error}") from error
