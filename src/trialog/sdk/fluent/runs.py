"""Beginning and ending runs."""

import os
from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

import msgspec

from trialog.entities import PARENT_RUN_TAG, RunStatus, Tag
from trialog.entities.clock import now_milliseconds
from trialog.entities.limits import check_run_id, check_run_tag
from trialog.entities.run import NOTE_TAG, RUN_NAME_TAG, SYSTEM_METRIC_PREFIX
from trialog.entities.run_names import generate_name
from trialog.errors import InvalidParameter, ResourceNotFound, TrialogError
from trialog.remote.settings import workspace_of
from trialog.sdk.entities.conversions import run_of
from trialog.sdk.entities.run import Run, RunData, RunInfo
from trialog.sdk.fluent.active_runs import (
    ActiveRun,
    OpenedRun,
    active_runs,
    check_none_active,
    end_opened,
    last_run,
    push,
)
from trialog.sdk.fluent.asking import ask, explained
from trialog.sdk.fluent.background import Background
from trialog.sdk.fluent.experiments import ExperimentName, active_experiment
from trialog.sdk.fluent.no_log import NoLog
from trialog.sdk.fluent.process import known_recorder, note_begun, own_run, recorder_of, run_to_log_to
from trialog.sdk.fluent.recorder import Recorder
from trialog.sdk.reports import report
from trialog.sdk.runs import Runs
from trialog.sdk.settings import Mode, client_settings
from trialog.sdk.source import source_tags
from trialog.sdk.spool.beginning import begin_run, find_experiment
from trialog.sdk.spool.spooled_run import SpooledRun
from trialog.sdk.spooled_uri import spooled_uri
from trialog.sdk.system_metrics import system_metrics_settings
from trialog.sdk.tracking_uri import current_uri, get_tracking_uri
from trialog.sdk.values import text_of

_RUN_VARIABLE: Final = "MLFLOW_RUN_ID"


def start_run(
    run_id: str | None = None,
    experiment_id: str | None = None,
    run_name: str | None = None,
    nested: bool = False,
    parent_run_id: str | None = None,
    tags: Mapping[str, Any] | None = None,
    description: str | None = None,
    log_system_metrics: bool | None = None,
) -> ActiveRun:
    """Begin a run, or take one up again, and make it the active one.

    As a block of `with` it ends with the block: as FINISHED, or as FAILED where an error leaves the block. A server
    that cannot be reached keeps nobody waiting longer than TRIALOG_START_SECONDS says: the run begins without it.

    Args:
        run_id: A run to go on with; a new one is begun if None, unless MLFLOW_RUN_ID names one.
        experiment_id: Experiment to begin it in; as `set_experiment` or the environment says if None.
        run_name: Its name; one is made up if None.
        nested: Whether it may begin inside the active run, as a part of that.
        parent_run_id: Run that it is a part of; the active one if None.
        tags: First tags.
        description: What is to be said of it, in Markdown.
        log_system_metrics: Whether to log what the machine does meanwhile; as the environment says if None.

    Returns:
        The run.

    Raises:
        InvalidParameter: A run is active and `nested` was not said (`run.already_active`), or an id cannot be so. A
            tag, name or description that cannot be so is left out, with a warning, unless the process is strict.
    """
    if not nested:
        check_none_active()
    noted = _tags(tags, description)
    resumed = run_id or os.environ.pop(_RUN_VARIABLE, None)
    if resumed:
        check_run_id(resumed)
        opened = _take_up(resumed, run_name, noted)
    else:
        opened = _begin(experiment_id, run_name, parent_run_id, noted)
    push(opened)
    own_run(opened.run.info.run_id)
    if client_settings().mode is not Mode.DISABLED:
        measures = system_metrics_settings().enabled if log_system_metrics is None else log_system_metrics
        # A part is reproduced with the run that it is a part of.
        is_whole = not resumed and PARENT_RUN_TAG not in opened.run.data.tags
        opened.background.start(
            measures_system=measures, notes_source=is_whole, step=_next_system_step(opened.run) if resumed else 0
        )
    return opened.run


def end_run(status: str = "FINISHED") -> None:
    """End the active run, if there is one, and wait within a bound until all that was logged has arrived.

    Args:
        status: `FINISHED`, `FAILED` or `KILLED`.

    Raises:
        InvalidParameter: No run can end so.
    """
    ending = status_of(status)
    if opened := active_runs():
        end_opened(opened[-1], ending)


def status_of(status: str) -> RunStatus:
    """Return the status that a run ends with by its name.

    Args:
        status: `FINISHED`, `FAILED` or `KILLED`.

    Raises:
        InvalidParameter: No run can end so (`run.wrong_status`).
    """
    if status not in RunStatus.__members__:
        raise InvalidParameter(
            "run.wrong_status", f"A run ends as one of {', '.join(RunStatus)}, not as {status!r}.", status=str(status)
        )
    return RunStatus(status)


def active_run() -> ActiveRun | None:
    """Return the active run of this thread or task; None if there is none."""
    opened = active_runs()
    return opened[-1].run if opened else None


def last_active_run() -> Run | None:
    """Return the run that was or is active last in this process, with what was logged to it since; None if none was."""
    run = last_run()
    if run is None or client_settings().mode is not Mode.ONLINE:
        return run
    if (recorder := known_recorder(run.info.run_id)) is not None:
        recorder.flush(client_settings().flush_seconds)
    try:
        return ask(lambda transport: run_of(Runs(transport).get(run.info.run_id)))
    except TrialogError as error:
        report(error)
        return run


def recorder_for(run_id: str | None) -> Recorder:
    """Return what logs to a run.

    Args:
        run_id: The run; the active one if None, and one that is begun if none is active.
    """
    if run_id is None:
        opened = active_runs()
        if opened:
            return opened[-1].recorder
        start_run()
        return active_runs()[-1].recorder
    try:
        recorder = known_recorder(run_id)
        if recorder is None:
            check_run_id(run_id)
            recorder = _recorder(run_to_log_to(run_id))
    except (InvalidParameter, TypeError) as error:
        # No run has such an id: what is logged to it is told of, and goes nowhere.
        recorder = Recorder("", NoLog)
        recorder.tell(error)
    return recorder


def _begin(
    experiment_id: str | None, run_name: str | None, parent_run_id: str | None, noted: dict[str, str]
) -> OpenedRun:
    experiment = active_experiment() if experiment_id is None else ExperimentName(str(experiment_id), None)
    if parent_run_id is not None:
        check_run_id(parent_run_id)
    elif opened := active_runs():
        parent_run_id = opened[-1].run.info.run_id
    given = run_name if run_name and _can_be(RUN_NAME_TAG, run_name) else None
    name = given or noted.get(RUN_NAME_TAG) or generate_name()
    known = source_tags()
    parents = {} if parent_run_id is None else {PARENT_RUN_TAG: parent_run_id}
    all_tags = {**known, **noted, **parents, RUN_NAME_TAG: name}
    spooled = SpooledRun(
        run_id=uuid4().hex,
        writer="",
        tracking_uri="",
        begins=True,
        experiment_id=experiment.experiment_id,
        experiment_name=experiment.name,
        run_name=name,
        user_id=known.get("mlflow.user", ""),
        start_time=now_milliseconds(),
        tags=all_tags,
    )
    run = None
    if client_settings().mode is Mode.ONLINE:
        try:
            run = ask(lambda transport: run_of(begin_run(transport, spooled, find_experiment(transport, spooled))))
        except (TrialogError, OSError) as error:
            report(explained(error))
        else:
            spooled = msgspec.structs.replace(spooled, begins=False)
    note_begun(spooled)
    return _opened(run or _unanswered(spooled), spooled)


def _take_up(run_id: str, run_name: str | None, noted: dict[str, str]) -> OpenedRun:
    spooled = run_to_log_to(run_id)
    run = None
    if client_settings().mode is Mode.ONLINE:
        try:
            run = ask(lambda transport: run_of(Runs(transport).get(run_id)))
        except (TrialogError, OSError) as error:
            report(explained(error))
    if run is not None and run.info.lifecycle_stage != "active":
        report(
            ResourceNotFound(
                "run.deleted",
                f"The run {run_id} is in the bin, so that nothing can be logged to it. Take it out with"
                f" `trialog runs restore {run_id}`.",
                run_id=run_id,
            )
        )
    opened = _opened(run or _unanswered(spooled), spooled)
    opened.recorder.resume()
    named = {} if run_name is None else {RUN_NAME_TAG: run_name}
    for key, value in (noted | named).items():
        opened.recorder.set_tag(key, value)
    return opened


def _opened(run: Run, spooled: SpooledRun) -> OpenedRun:
    recorder = _recorder(spooled)
    return OpenedRun(ActiveRun(run.info, run.data, run.inputs, run.outputs), recorder, Background(recorder))


def _recorder(run: SpooledRun) -> Recorder:
    uri = current_uri() or get_tracking_uri()
    placed = msgspec.structs.replace(run, tracking_uri=spooled_uri(uri), workspace=workspace_of(os.environ))
    return recorder_of(placed, uri)


def _unanswered(spooled: SpooledRun) -> Run:
    """Return a run as it will be when the server knows it."""
    info = RunInfo(
        run_id=spooled.run_id,
        experiment_id=spooled.experiment_id or "",
        user_id=spooled.user_id,
        status=RunStatus.RUNNING.value,
        start_time=spooled.start_time,
        end_time=None,
        lifecycle_stage="active",
        run_name=spooled.run_name,
    )
    return Run(info, RunData({}, {}, dict(spooled.tags)))


def _tags(given: Mapping[str, Any] | None, description: str | None) -> dict[str, str]:
    texts = {key: text_of("tag", key, value) for key, value in (given or {}).items()}
    tags = {key: text for key, text in texts.items() if _can_be(key, text)}
    if description is not None:
        if NOTE_TAG in tags:
            raise InvalidParameter(
                "run.two_descriptions", f"Say what the run is by description or by the tag {NOTE_TAG}, and not by both."
            )
        if _can_be(NOTE_TAG, description):
            tags[NOTE_TAG] = description
    return tags


def _can_be(key: str, text: str) -> bool:
    """Tell whether a run can begin with a tag; with one that is refused the server would refuse all of the run."""
    try:
        check_run_tag(Tag(key, text))
        text.encode()
    except TrialogError as error:
        report(error)
    except UnicodeEncodeError as error:
        report(InvalidParameter("request.not_unicode", f"The tag {key!r} is left out, for it is not Unicode: {error}."))
    else:
        return True
    return False


def _next_system_step(run: Run) -> int:
    """Return the step that system metrics of a run go on with."""
    if not any(key.startswith(SYSTEM_METRIC_PREFIX) for key in run.data.metrics):
        return 0
    try:
        found = ask(lambda transport: Runs(transport).get(run.info.run_id)).data.metrics
    except (TrialogError, OSError):
        # Then they begin anew beside those before.
        return 0
    return max((point.step for point in found if point.key.startswith(SYSTEM_METRIC_PREFIX)), default=-1) + 1
