"""Models that are a class or a function of the user's own.

What stands here is copied into the pickle of such a model, so that it loads where Trialog is not installed: so it
imports nothing but Python's own modules.
"""

import functools
import inspect
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any


def with_lists(predict: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method `predict` that gets its input as its annotation says; see `as_annotated`."""

    @functools.wraps(predict)
    def ready(self: Any, *args: Any, **kwargs: Any) -> Any:
        hint = input_hint(predict)
        if typing.get_origin(hint) is list:
            bound = inspect.signature(predict).bind(self, *args, **kwargs)
            name = input_name(predict) or ""
            bound.arguments[name] = as_annotated(bound.arguments[name], hint)
            return predict(*bound.args, **bound.kwargs)
        return predict(self, *args, **kwargs)

    return ready


def input_name(predict: Callable[..., Any]) -> str | None:
    """Return the name of the parameter of a function or method that takes what goes in; None if there is none."""
    names = [name for name in inspect.signature(predict).parameters if name not in ("self", "context", "params")]
    return names[0] if names else None


def input_hint(predict: Callable[..., Any]) -> Any:
    """Return how a function or method annotates what goes in; None if it does not."""
    try:
        hints = typing.get_type_hints(predict)
    except (NameError, TypeError, AttributeError):
        # What an annotation speaks of is not here, or the function is an object that has none.
        return None
    return hints.get(input_name(predict) or "")


def as_annotated(data: Any, hint: Any) -> Any:
    """Return data as an annotation says: a table as a list of its rows, dictionaries as models of pydantic.

    Args:
        data: What goes in.
        hint: The annotation. What is no list goes in as it is.
    """
    if typing.get_origin(hint) is not list:
        return data
    item = (*typing.get_args(hint), None)[0]
    is_object = hasattr(item, "model_validate") or item is dict or typing.get_origin(item) is dict
    if hasattr(data, "columns") and hasattr(data, "to_dict"):
        is_one = len(data.columns) == 1 and not (is_object and isinstance(data.columns[0], str))
        data = data.iloc[:, 0].tolist() if is_one else data.to_dict(orient="records")
    if hasattr(item, "model_validate"):
        return [item.model_validate(one) if isinstance(one, Mapping) else one for one in data]
    return data


class PythonModelContext:
    """What a model finds beside it when it is loaded.

    Args:
        artifacts: Paths of its files by the names that they were saved under.
        model_config: Options it was saved with, or was given when it was loaded.
    """

    def __init__(self, artifacts: Mapping[str, str], model_config: Mapping[str, Any] | None) -> None:
        self._artifacts = dict(artifacts)
        self._model_config = None if model_config is None else dict(model_config)

    @property
    def artifacts(self) -> dict[str, str]:
        """Paths of its files by name."""
        return self._artifacts

    @property
    def model_config(self) -> dict[str, Any] | None:
        """Options it was saved with, or was given when it was loaded."""
        return self._model_config


class TypeHints:
    """What the annotations of `predict` say; MLflow asks for it.

    Args:
        input: Type of what goes in; None if nothing is said.
        output: Type of what comes out; None if nothing is said.
    """

    def __init__(self, input: Any = None, output: Any = None) -> None:  # noqa: A002  the name that MLflow gives it
        self.input = input
        self.output = output


class PythonModel:
    """A model of your own: a class with a method `predict`.

    A `predict` whose `model_input` is annotated as a list, such as `list[str]` or `list[Row]` where Row is a model of
    pydantic, gets a list of such things, also if a table or dictionaries come in.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = cls.__dict__.get("predict")
        if inspect.isfunction(own):
            cls.predict = with_lists(own)  # type: ignore[method-assign]  # the same method, with its input made ready

    def load_context(self, context: PythonModelContext) -> None:
        """Load what the model needs from its files. Called once, when the model is loaded.

        Args:
            context: The files and options.
        """

    def predict(self, context: PythonModelContext, model_input: Any, params: dict[str, Any] | None = None) -> Any:
        """Return predictions. A class may leave `context` and `params` away if it does not need them.

        Args:
            context: The files and options.
            model_input: What goes in.
            params: Parameters of the prediction.
        """
        raise NotImplementedError("A PythonModel needs a method predict.")

    def predict_stream(
        self, context: PythonModelContext, model_input: Any, params: dict[str, Any] | None = None
    ) -> Iterator[Any]:
        """Return predictions one after the other; see `predict`."""
        raise NotImplementedError("This model gives its predictions all at once.")

    @property
    def predict_type_hints(self) -> TypeHints:
        """What the annotations of `predict` say: nothing, for `predict` itself brings its input into lists."""
        return TypeHints()


class FunctionModel(PythonModel):
    """A model that is a function.

    Args:
        func: The function. It takes what goes in, and `params` if it has a parameter of that name.
    """

    def __init__(self, func: Callable[..., Any]) -> None:
        self.func = func

    def predict(self, model_input: Any, params: dict[str, Any] | None = None) -> Any:  # type: ignore[override]
        # MLflow lets a class leave `context` away.
        """Return what the function returns."""
        model_input = as_annotated(model_input, input_hint(self.func))
        if "params" in inspect.signature(self.func).parameters:
            return self.func(model_input, params=params)
        return self.func(model_input)


def ask(model: Any, context: PythonModelContext, data: Any, params: dict[str, Any] | None) -> Any:
    """Return the predictions of a model, telling it what its `predict` has parameters for.

    Args:
        model: A `PythonModel`, or what has its methods.
        context: The files and options.
        data: What goes in.
        params: Parameters of the prediction.
    """
    names = list(inspect.signature(model.predict).parameters)
    kwargs = {"params": params} if "params" in names else {}
    takes_context = "context" in names or len([name for name in names if name != "params"]) > 1
    return model.predict(context, data, **kwargs) if takes_context else model.predict(data, **kwargs)
