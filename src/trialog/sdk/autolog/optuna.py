"""Logging what Optuna tries: a study is a run, and each of its trials a run inside it.

Where trials are asked for and told, without `optimize`, nobody knows when a study ends: each becomes a run when it is
told, inside the active run if there is one. What is trained between the two is logged as any other training.
"""

import sys
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from typing import Any, Final

from trialog.sdk.autolog.content import log_all_params
from trialog.sdk.autolog.options import Options
from trialog.sdk.autolog.patches import Patches
from trialog.sdk.autolog.switching import switch
from trialog.sdk.autolog.training_call import arguments_of
from trialog.sdk.autolog.watching import AUTOLOGGING_TAG, attempt, current_training, inside, watch
from trialog.sdk.fluent.active_runs import ActiveRun
from trialog.sdk.fluent.artifacts import log_dict
from trialog.sdk.fluent.logging import log_metric, log_metrics, set_tags
from trialog.sdk.fluent.runs import active_run, end_run, start_run

_LIBRARY: Final = "optuna"
# As what a run of a trial ends, by the state of the trial.
_ENDED_AS: Final = {"COMPLETE": "FINISHED", "PRUNED": "KILLED", "FAIL": "FAILED"}
_trial_run: Final[ContextVar[ActiveRun | None]] = ContextVar("trialog_trial_run", default=None)


def autolog(**options: Any) -> None:
    """Log what Optuna tries, from now on and by itself.

    Args:
        options: See `trialog.autolog`.
    """
    switch(_LIBRARY, options)


def patch(patches: Patches, options: Options, module: str) -> None:
    """Put what logs around what tries.

    Args:
        patches: Take it away again.
        options: What is logged.
        module: `optuna`, which was imported.
    """
    library = sys.modules[module]
    patches.wrap(library.study.Study, "optimize", partial(_optimize, options))
    patches.wrap(library.study.Study, "tell", partial(_tell, options))
    patches.wrap(library.trial.Trial, "report", partial(_report, options))


def _optimize(options: Options, original: Callable[..., Any], study: Any, func: Any, *args: Any, **kwargs: Any) -> Any:
    if current_training() is not None:
        return original(study, func, *args, **kwargs)
    parents: list[ActiveRun] = []

    def objective(trial: Any) -> Any:
        # Looked up where the study runs, for its trials may run in other threads.
        return _try(options, parents[0], func, trial) if parents else func(trial)

    def before() -> None:
        run = active_run()
        if run is not None:
            parents.append(run)
        _log_study(study)

    return watch(
        _LIBRARY,
        options,
        lambda: original(study, objective, *args, **kwargs),
        before=before,
        after=lambda _: _log_outcome(study),
    )


def _try(options: Options, parent: ActiveRun, func: Callable[[Any], Any], trial: Any) -> Any:
    """Run one trial, and log it as a part of the study."""
    said = "A trial is not logged"
    run = attempt(options, said, lambda: _begin(options, parent, trial))
    if run is None:
        return func(trial)
    state, values = "FAIL", None
    token = _trial_run.set(run)
    try:
        # What is trained in a trial is logged to its run.
        with inside(None):
            values = func(trial)
        state = "COMPLETE"
    except sys.modules["optuna"].TrialPruned:
        state = "PRUNED"
        raise
    finally:
        _trial_run.reset(token)
        attempt(options, said, lambda: _log_trial(trial.study, parent, run, trial, state, values))
    return values


def _begin(options: Options, parent: ActiveRun, trial: Any) -> ActiveRun:
    return start_run(
        run_name=f"trial {trial.number}",
        experiment_id=parent.info.experiment_id or None,
        nested=True,
        parent_run_id=parent.info.run_id,
        tags={AUTOLOGGING_TAG: _LIBRARY, "optuna.trial": trial.number, **options.extra_tags},
        log_system_metrics=False,
    )


def _tell(options: Options, original: Callable[..., Any], study: Any, *args: Any, **kwargs: Any) -> Any:
    given = attempt(options, "A trial is not logged", lambda: arguments_of(original, (study, *args), kwargs)) or {}
    is_told_again = bool(given.get("skip_if_finished")) and _is_finished(study, given["trial"])
    told = original(study, *args, **kwargs)
    if not is_told_again and current_training() is None:
        attempt(options, "A trial is not logged", lambda: _log_told(options, study, told))
    return told


def _is_finished(study: Any, trial: Any) -> bool:
    # What is no trial at all the library refuses itself.
    number = getattr(trial, "number", trial)
    return any(one.number == number and one.state.is_finished() for one in study.get_trials(deepcopy=False))


def _log_told(options: Options, study: Any, trial: Any) -> None:
    """Log a trial that somebody else ran, and has told now."""
    parent = active_run()
    if parent is not None and options.exclusive and AUTOLOGGING_TAG not in parent.data.tags:
        return
    with start_run(
        run_name=f"trial {trial.number}",
        nested=True,
        tags={
            AUTOLOGGING_TAG: _LIBRARY,
            "optuna.study": study.study_name,
            "optuna.trial": trial.number,
            **options.extra_tags,
        },
        log_system_metrics=False,
    ) as run:
        for step, value in trial.intermediate_values.items():
            log_metric("intermediate_value", value, step=step)
        _log_trial(study, parent, run, trial, trial.state.name, trial.values)


def _log_trial(study: Any, parent: ActiveRun | None, run: ActiveRun, trial: Any, state: str, values: Any) -> None:
    while (active := active_run()) is not None and active is not run:
        # What the objective began inside of it and did not end.
        end_run()
    if active is None:
        return
    named = _named(study, values) if state == "COMPLETE" else {}
    if state == "COMPLETE" and not named:
        # Of a value that is none the library says that the trial failed.
        state = "FAIL"
    try:
        log_all_params(trial.params)
        log_metrics(named)
        set_tags({"optuna.state": state, **{f"optuna.{key}": value for key, value in trial.user_attrs.items()}})
        if parent is not None:
            log_metrics(
                {f"trial_{key}": value for key, value in named.items()}, step=trial.number, run_id=parent.info.run_id
            )
    finally:
        end_run(_ENDED_AS[state])


def _named(study: Any, values: Any) -> dict[str, float]:
    """Return values by the names of what is optimized; nothing where they are no numbers."""
    several = list(values) if isinstance(values, list | tuple) else [values]
    count = len(study.directions)
    names = study.metric_names or (["value"] if count == 1 else [f"value_{index}" for index in range(count)])
    try:
        numbers = [float(value) for value in several]
    except (TypeError, ValueError):
        return {}
    is_whole = len(numbers) == count and not any(number != number for number in numbers)
    return dict(zip(names, numbers, strict=True)) if is_whole else {}


def _report(options: Options, original: Callable[..., Any], trial: Any, value: Any, step: int) -> None:
    original(trial, value, step)
    run = _trial_run.get()
    if run is not None:
        attempt(
            options,
            "A value of a trial is not logged",
            lambda: log_metric("intermediate_value", value, step=step, run_id=run.info.run_id),
        )


def _log_study(study: Any) -> None:
    log_all_params(
        {
            "direction": ", ".join(direction.name.lower() for direction in study.directions),
            "sampler": type(study.sampler).__name__,
            "pruner": type(study.pruner).__name__,
        }
    )
    set_tags({"optuna.study": study.study_name})


def _log_outcome(study: Any) -> None:
    trials = study.get_trials(deepcopy=False)
    rows = [
        {"number": trial.number, "state": trial.state.name, "values": trial.values, "params": trial.params}
        for trial in trials
    ]
    log_dict(rows, "trials.json")
    if len(study.directions) == 1 and any(trial.state.name == "COMPLETE" for trial in trials):
        log_all_params({f"best_{name}": value for name, value in study.best_params.items()})
        log_metrics({"best_value": study.best_value})
        set_tags({"optuna.best_trial": study.best_trial.number})
