"""What tests of projects ask the server."""

from trialog.sdk.artifacts import Artifacts
from trialog.sdk.runs import Runs
from trialog.sdk.transport import Transport
from trialog.wire.messages.runs import RunMessage


def runs_of(transport: Transport, experiment: str) -> list[RunMessage]:
    return Runs(transport).search([experiment])


def only_run(transport: Transport, experiment: str) -> RunMessage:
    (run,) = runs_of(transport, experiment)
    return run


def tags_of(run: RunMessage) -> dict[str, str]:
    return {tag.key: tag.value for tag in run.data.tags}


def params_of(run: RunMessage) -> dict[str, str]:
    return {param.key: param.value for param in run.data.params}


def metrics_of(run: RunMessage) -> dict[str, float]:
    return {point.key: point.value for point in run.data.metrics}


def output_of(transport: Transport, run: RunMessage) -> str:
    return b"".join(Artifacts(transport).open(run.info.run_id, "project/output.log")).decode()
