"""What is computed of predictions after a training, logged to the run of the training under MLflow's names."""

import functools
import inspect
import sys
import weakref
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from numbers import Real
from traceback import walk_stack
from types import FrameType
from typing import Any, ClassVar, Final, NamedTuple

from trialog.sdk.autolog.options import Options
from trialog.sdk.autolog.patches import Patches
from trialog.sdk.autolog.watching import Training, attempt, current_training, inside
from trialog.sdk.fluent.artifacts import log_dict
from trialog.sdk.fluent.logging import log_metric

PREDICTING_METHODS: Final = ("predict", "predict_proba", "predict_log_proba", "transform")
_LIBRARY: Final = "sklearn"
_UNKNOWN: Final = "unknown_dataset"
_NOT_LOGGED: Final = "What is computed of a prediction is not logged"
_WATCHED: Final = "_trialog_is_watched"
_CALLS_FILE: Final = "metric_info.json"
# The file is written again with each call that it lists.
_MOST_CALLS: Final = 200
_LONGEST_TEXT: Final = 32
# The frame, the variable here, and what counts.
_OWN_REFERENCES: Final = 3


class _Trained:
    """The run of a training, and what was computed since of what it trained.

    Args:
        run_id: The run.
        model_id: The logged model, if one was logged.
    """

    def __init__(self, run_id: str, model_id: str | None) -> None:
        self.run_id = run_id
        self.model_id = model_id
        # By the name of a variable, and the id of what it held.
        self._datasets: dict[tuple[str, int], tuple[Callable[[], Any], int]] = {}
        self._named: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()
        self._calls: dict[str, str] = {}

    def log(self, metric: str, name: str, data: Callable[[], Any], value: float, call: Callable[[], str]) -> None:
        """Log a metric.

        Args:
            metric: Its name.
            name: Name of the variable that held the data.
            data: Returns the data; None if nobody has it any more.
            value: Its value.
            call: Returns the call that computed it, as text.
        """
        key = f"{_numbered(metric, self._counts[metric])}_{_numbered(name, self._place_of(name, data))}"
        self._counts[metric] += 1
        log_metric(key, value, run_id=self.run_id, model_id=self.model_id)
        if len(self._calls) < _MOST_CALLS:
            self._calls[key] = call()
            log_dict(dict(sorted(self._calls.items())), _CALLS_FILE, run_id=self.run_id)

    def _place_of(self, name: str, data: Callable[[], Any]) -> int:
        """Return the how manieth of its name some data is."""
        here = data()
        known, place = self._datasets.get((name, id(here)), (None, 0))
        if here is None or known is None or known() is not here:
            place = self._named[name]
            self._named[name] += 1
            self._datasets[name, id(here)] = data, place
        return place


class _Prediction(NamedTuple):
    result: Callable[[], Any]
    trained: _Trained
    name: str
    data: Callable[[], Any]


class Evaluations:
    """Knows what was trained and what was predicted with it, and keeps none of it alive.

    Args:
        options: What is logged.

    Attributes:
        current: Those that the functions of `sklearn.metrics` tell; None while autologging is off.
    """

    current: ClassVar["Evaluations | None"] = None

    def __init__(self, options: Options) -> None:
        self._options = options
        self._trained: weakref.WeakKeyDictionary[Any, _Trained] = weakref.WeakKeyDictionary()
        # By the id of what was predicted, until that is gone.
        self._predicted: dict[int, _Prediction] = {}

    def note(self, estimator: Any, run_id: str, model_id: str | None) -> None:
        """Take note of a training.

        Args:
            estimator: What was trained.
            run_id: The run of the training.
            model_id: The logged model, if one was logged.
        """
        if self._options.log_post_training_metrics:
            # One that has no hash, as a data class, is not known again.
            with suppress(TypeError):
                self._trained[estimator] = _Trained(run_id, model_id)

    def patch_class(self, patches: Patches, cls: Any, patch: Callable[..., None]) -> None:
        """Watch the methods of a class that predict and score.

        Args:
            patches: Take it away again.
            cls: A class of estimators.
            patch: Puts a function around a method of a class.
        """
        if self._options.log_post_training_metrics:
            for method in PREDICTING_METHODS:
                patch(patches, cls, method, self._predict)
            patch(patches, cls, "score", self._score)

    def patch_metrics(self, patches: Patches) -> None:
        """Watch the functions of `sklearn.metrics`, as they are called by the name of that module.

        Args:
            patches: Take it away again.
        """
        if self._options.log_post_training_metrics:
            from sklearn import metrics  # heavy; whoever trains a model has most of it already

            patches.put(Evaluations, "current", self)
            for name in metrics.__all__:
                function = getattr(metrics, name, None)
                if inspect.isfunction(function) and not hasattr(function, _WATCHED):
                    # Never taken away: pickle finds a function, which somebody may have imported, by its name there.
                    setattr(metrics, name, _watched(metrics.__name__, name, function))

    def metric(self, metric: str, original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Compute a metric, and log it if it is of something that was predicted.

        Args:
            metric: Its name.
            original: Computes it.
            args: What it is called with by place.
            kwargs: What it is called with by name.
        """
        found = None if current_training() is not None else self._prediction_in((*args, *kwargs.values()))
        if found is None:
            return original(*args, **kwargs)
        with inside(Training(_LIBRARY)):
            value = original(*args, **kwargs)
        self._log(
            found.trained,
            value,
            lambda: (metric, found.name, found.data),
            lambda: f"{metric}({_arguments(original, args, kwargs)})",
        )
        return value

    def _predict(self, original: Callable[..., Any], estimator: Any, *args: Any, **kwargs: Any) -> Any:
        trained = self._trained_of(estimator)
        if trained is None:
            return original(estimator, *args, **kwargs)
        with inside(Training(_LIBRARY)):
            predicted = original(estimator, *args, **kwargs)
        attempt(self._options, _NOT_LOGGED, lambda: self._note_prediction(trained, predicted, _first(args, kwargs)))
        return predicted

    def _note_prediction(self, trained: _Trained, predicted: Any, data: Any) -> None:
        place = id(predicted)
        # What cannot be known again, such as a list, is not looked for.
        with suppress(TypeError):
            known = weakref.ref(predicted, partial(_forget, self._predicted, place))
            self._predicted[place] = _Prediction(known, trained, _variable_of(data) or _UNKNOWN, _weak(data))

    def _score(self, original: Callable[..., Any], estimator: Any, *args: Any, **kwargs: Any) -> Any:
        trained = self._trained_of(estimator)
        if trained is None:
            return original(estimator, *args, **kwargs)
        with inside(Training(_LIBRARY)):
            score = original(estimator, *args, **kwargs)
        name, data = type(estimator).__name__, _first(args, kwargs)
        self._log(
            trained,
            score,
            lambda: (f"{name}_score", _variable_of(data) or _UNKNOWN, _weak(data)),
            lambda: f"{name}.score({_arguments(original, (estimator, *args), kwargs)})",
        )
        return score

    def _log(
        self,
        trained: _Trained,
        value: Any,
        named: Callable[[], tuple[str, str, Callable[[], Any]]],
        call: Callable[[], str],
    ) -> None:
        # Not every function gives one number, such as a matrix.
        if not isinstance(value, bool) and isinstance(value, Real) and not _is_asked_by_library():
            attempt(self._options, _NOT_LOGGED, lambda: trained.log(*named(), float(value), call))

    def _trained_of(self, estimator: Any) -> _Trained | None:
        if current_training() is not None:
            return None
        try:
            return self._trained.get(estimator)
        except TypeError:
            # One that has no hash was not noted either.
            return None

    def _prediction_in(self, values: tuple[Any, ...]) -> _Prediction | None:
        for value in values:
            found = self._predicted.get(id(value))
            if found is not None and found.result() is value:
                return found
        return None


def _watched(module: str, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a metric function that tells whom it may concern at the time that it is called."""

    @functools.wraps(original)
    def watched(*args: Any, **kwargs: Any) -> Any:
        evaluations = Evaluations.current
        return original(*args, **kwargs) if evaluations is None else evaluations.metric(name, original, args, kwargs)

    # Where pickle finds it: a scorer goes to other processes, and into models.
    watched.__module__, watched.__qualname__ = module, name
    setattr(watched, _WATCHED, True)
    return watched


def _forget(predicted: dict[int, _Prediction], place: int, gone: object) -> None:
    # What came into its place meanwhile stays.
    if (found := predicted.get(place)) is not None and found.result is gone:
        del predicted[place]


def _weak(value: Any) -> Callable[[], Any]:
    """Return what returns a value while somebody has it; nothing of that kind is known of a list."""
    try:
        return weakref.ref(value)
    except TypeError:
        return lambda: None


def _first(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    return args[0] if args else next(iter(kwargs.values()), None)


def _numbered(name: str, place: int) -> str:
    return name if place == 0 else f"{name}-{place + 1}"


def _arguments(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
    """Return what a function was called with as text; that of which it is a method is left out."""
    names = list(inspect.signature(function).parameters)
    given = {**{name: value for name, value in zip(names, args, strict=False) if name != "self"}, **kwargs}
    return ", ".join([f"{name}={_text(value)}" for name, value in given.items()])


def _text(value: Any) -> str:
    if value is None or isinstance(value, str | Real):
        text = repr(value)
        return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"
    return _variable_of(value) or f"<{type(value).__name__}>"


def _is_asked_by_library() -> bool:
    """Tell whether scikit-learn computes something on the way, such as an importance, and nobody asked for it."""
    for frame, _ in walk_stack(sys._getframe(1)):
        module = str(frame.f_globals.get("__name__", ""))
        # A scorer does what somebody asks of it.
        if not module.startswith(("trialog.", "sklearn.metrics.", "sklearn.utils.")):
            return module.startswith("sklearn.")
    return False


def _variable_of(value: Any) -> str | None:
    """Return the name of the variable that holds a value, where it is called with that variable; None if none does."""
    if value is None:
        return None
    for frame, _ in walk_stack(sys._getframe(1)):
        if not str(frame.f_globals.get("__name__", "")).startswith("trialog."):
            is_given, name = _found_in(frame, value)
            if not is_given:
                return name
    return None


def _found_in(frame: FrameType, value: Any) -> tuple[bool, str | None]:
    """Tell whether a function was given a value, and the name of the variable that holds it there."""
    code, here = frame.f_code, frame.f_locals
    named = code.co_argcount + code.co_kwonlyargcount
    rest = bool(code.co_flags & inspect.CO_VARARGS) + bool(code.co_flags & inspect.CO_VARKEYWORDS)
    given = [here.get(name) for name in code.co_varnames[:named]]
    for more in [here.get(name) for name in code.co_varnames[named : named + rest]]:
        # The function may hold something else there meanwhile.
        given += more.values() if isinstance(more, dict) else more if isinstance(more, tuple) else ()
    is_given = any(one is value for one in given)
    # As a list, for of a module another thread may change it at this moment.
    name = next((name for name, one in list(here.items()) if one is value), None)
    # Before Python 3.13 these variables are a copy, which the frame keeps: all in it would live until the function is
    # over, also what is deleted in it. It stays where somebody else has it, or is about to write it back.
    is_copy = sys.version_info < (3, 13) and bool(code.co_flags & inspect.CO_OPTIMIZED)
    is_debugged = sys.gettrace() is not None or sys.getprofile() is not None
    if is_copy and not is_debugged and sys.getrefcount(here) <= _OWN_REFERENCES:
        for variable in (*code.co_varnames, *code.co_cellvars, *code.co_freevars):
            here.pop(variable, None)
    return is_given, name
