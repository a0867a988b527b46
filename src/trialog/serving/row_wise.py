"""Which models predict each row by itself, so that rows of several requests may go in together."""

from collections.abc import Iterator
from typing import Any, Final

from trialog.models import lightgbm, onnx, pytorch, sklearn, xgboost
from trialog.models.folder import PYFUNC_FLAVOR
from trialog.models.pyfunc import PyFuncModel

_LOADERS: Final = frozenset({lightgbm.LOADER, onnx.LOADER, pytorch.LOADER, sklearn.LOADER, xgboost.LOADER})
_METHODS: Final = frozenset({"predict", "predict_proba", "predict_log_proba"})
_LIBRARIES: Final = frozenset({"lightgbm", "sklearn", "xgboost"})
# They call a function of the user's own, draw numbers at random row after row, or look at all rows at once.
_OTHERS: Final = frozenset(
    {
        "DummyClassifier",
        "FunctionTransformer",
        "IterativeImputer",
        "LatentDirichletAllocation",
        "MiniBatchNMF",
        "NMF",
    }
)


def is_row_wise(model: PyFuncModel) -> bool:
    """Tell whether a model is of a library that is known to predict each row by itself, with no code of a user's own.

    Args:
        model: The model. For a module of PyTorch, whose code is a user's own, it is believed until its predictions
            say otherwise.
    """
    if model.loader_module not in _LOADERS:
        return False
    if model.loader_module != sklearn.LOADER:
        return True
    method = str(model.metadata.flavor(PYFUNC_FLAVOR).get("predict_fn", "predict"))
    return method in _METHODS and all(map(_is_known, _estimators(model.get_raw_model())))


def _estimators(estimator: Any) -> Iterator[Any]:
    """Yield an estimator and those that it is made of."""
    yield estimator
    if hasattr(estimator, "get_params") and not isinstance(estimator, type):
        yield from (one for one in estimator.get_params(deep=True).values() if hasattr(one, "fit"))


def _is_known(estimator: Any) -> bool:
    kind = estimator if isinstance(estimator, type) else type(estimator)
    return kind.__module__.partition(".")[0] in _LIBRARIES and kind.__name__ not in _OTHERS
