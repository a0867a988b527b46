"""What is logged of a training, and what is not: MLflow's options, under their names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final, Self

from trialog.errors import InvalidParameter

# Taken since scripts give them; they mean nothing here.
_WITHOUT_MEANING: Final = frozenset({"disable_for_unsupported_versions", "log_traces"})


@dataclass(frozen=True, kw_only=True)
class Options:
    """What is logged by itself.

    Attributes:
        log_models: Whether models are.
        log_input_examples: Whether some rows of what goes in are kept with the model.
        log_model_signatures: Whether what goes in and comes out is noted with the model.
        log_datasets: Whether the data is noted as an input of the run.
        log_post_training_metrics: Whether what scikit-learn computes of predictions after a training is logged to
            its run.
        exclusive: Whether nothing is logged to a run that the user began.
        silent: Whether nobody is told of what could not be logged.
        max_tuning_runs: How many candidates of a search become runs, the best first; all of them if None.
        registered_model_name: Registered model of which each logged model becomes a version.
        serialization_format: Format of a model of scikit-learn; see `trialog.sklearn.save_model`.
        pos_label: The class that precision, recall and F1 are about, where there are two; all of them if None.
        importance_types: Kinds of importance of features that are logged of XGBoost.
        model_format: Format of a model of XGBoost.
        log_every_n_epoch: Of how many epochs one is logged.
        extra_tags: Tags of the runs that are begun.
    """

    log_models: bool = True
    log_input_examples: bool = False
    log_model_signatures: bool = True
    log_datasets: bool = True
    log_post_training_metrics: bool = True
    exclusive: bool = False
    silent: bool = False
    max_tuning_runs: int | None = 5
    registered_model_name: str | None = None
    serialization_format: str | None = None
    pos_label: Any = None
    importance_types: Sequence[str] = ("weight",)
    model_format: str = "ubj"
    log_every_n_epoch: int = 1
    extra_tags: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """Return options by what the user gave.

        Args:
            given: The options by name, among them `register` as a shorter name of `registered_model_name`.

        Raises:
            InvalidParameter: There is no such option (`autolog.unknown_option`), or the registered model is named
                twice (`autolog.two_names`).
        """
        chosen = {name: value for name, value in given.items() if name not in _WITHOUT_MEANING and value is not None}
        # None means all of them.
        if "max_tuning_runs" in given:
            chosen["max_tuning_runs"] = given["max_tuning_runs"]
        register = chosen.pop("register", None)
        if register is not None and chosen.setdefault("registered_model_name", register) != register:
            raise InvalidParameter(
                "autolog.two_names", "Name the registered model by register or by registered_model_name, not both."
            )
        known = {option.name for option in fields(cls)}
        for name in chosen:
            if name not in known:
                raise InvalidParameter(
                    "autolog.unknown_option",
                    f"autolog has no option {name!r}; it has disable, register, {', '.join(sorted(known))}.",
                )
        return cls(**chosen)
