"""`trialog gc`: removes for good what lies in the bin."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Final, Protocol

import click
import msgspec

from trialog.cli.connection import open_transport
from trialog.cli.opened_bin import OnProgress, OpenedBin
from trialog.cli.output import Output, local_time, size
from trialog.config import load_settings, read_environment
from trialog.entities import DEFAULT_WORKSPACE
from trialog.entities.bin import MAX_REMOVED_AT_ONCE, BinContent, BinSelection
from trialog.remote.settings import WORKSPACE_VARIABLE
from trialog.retention import RemovalReport, parse_age
from trialog.sdk.removal import Bin

_INTERRUPTED: Final = 130
# Options that a server needs nothing of.
_OF_STORE: Final = ("artifacts_destination", "default_artifact_root", "keep_artifacts", "all_workspaces")


class _Bin(Protocol):
    """A bin, be it asked for through a server or opened here."""

    def look(
        self, selection: BinSelection, older_than_seconds: int | None, *, count_artifacts: bool = False
    ) -> BinContent:
        """Say what is in it."""
        ...

    def remove_for_good(
        self, selection: BinSelection, older_than_seconds: int | None, on_progress: OnProgress
    ) -> RemovalReport:
        """Remove from it until that is done."""
        ...


def _ids(context: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    if value is None:
        return ()
    ids = tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))
    if not ids:
        # Such as a variable of a script that is not set: it must not empty the bin.
        raise click.BadParameter("it names nothing. Leave it out to mean all that is in the bin.", context, parameter)
    return ids


@click.command()
@click.option("--older-than", metavar="AGE", help="Only what was deleted so long ago, such as 30d or 1d12h.")
@click.option("--run-ids", metavar="IDS", callback=_ids, help="Only these runs, with commas between.")
@click.option(
    "--experiment-ids",
    metavar="IDS",
    callback=_ids,
    help="Only these experiments with all their runs and logged models, with commas between.",
)
@click.option("--logged-model-ids", metavar="IDS", callback=_ids, help="Only these logged models, with commas between.")
@click.option(
    "--tracking-uri", metavar="URI", help="Remove through the server at this address, found as others find it."
)
@click.option("--backend-store-uri", metavar="URI", help="Open this store itself, while a server has it open or not.")
@click.option(
    "--artifacts-destination",
    metavar="PATH",
    help="With --backend-store-uri: folder of the artifacts, as for `trialog server`; [default: mlartifacts beside"
    " the store].",
)
@click.option(
    "--default-artifact-root",
    metavar="URI",
    help="With --backend-store-uri: a folder of artifacts of its own, if the server was given one.",
)
@click.option("--keep-artifacts", is_flag=True, help="With --backend-store-uri: leave the files of artifacts.")
@click.option("--workspace", metavar="NAME", help="Only in this workspace; [default: MLFLOW_WORKSPACE, else default].")
@click.option("--all-workspaces", is_flag=True, help="With --backend-store-uri: in all workspaces.")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@click.option("--yes", is_flag=True, help="Do not ask; without a terminal nobody is asked anyway.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def gc(
    context: click.Context,
    /,
    older_than: str | None,
    run_ids: tuple[str, ...],
    experiment_ids: tuple[str, ...],
    logged_model_ids: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    as_json: bool,
    **place: str | bool | None,
) -> None:
    """Remove for good what lies in the bin: runs, experiments and logged models that were deleted.

    It takes everything in the bin unless something is named, and works while the server serves. Ctrl-C stops it; run
    again, it goes on where it was.
    """
    age = None if older_than is None else parse_age(older_than)
    selection = BinSelection(run_ids, experiment_ids, logged_model_ids)
    output = Output(as_json=as_json)
    with _opened(context, place) as bin_:
        try:
            _collect(bin_, output, selection, age, is_dry=dry_run, is_sure=yes)
        except KeyboardInterrupt:
            output.note("Stopped. What was begun is finished by the next `trialog gc`; nobody sees it any more.")
            sys.exit(_INTERRUPTED)


def _collect(
    bin_: _Bin, output: Output, selection: BinSelection, age: int | None, *, is_dry: bool, is_sure: bool
) -> None:
    parts = list(_parts(selection))
    is_shown = is_dry or (not is_sure and sys.stdin.isatty())
    content = _together([bin_.look(part, age, count_artifacts=is_shown) for part in parts])
    if is_dry:
        _print_content(output, content)
        return
    if not output.as_json:
        _note_held(output, content)
    is_empty = not (content.runs or content.experiments or content.logged_models)
    if not is_empty and is_shown:
        _print_content(output, content)
        click.confirm("Remove all of this for good?", abort=True, err=output.as_json)
    with _progress(content) as on_progress:
        reports = [bin_.remove_for_good(part, age, on_progress) for part in parts]
    _print_report(output, _summed(reports))


def _parts(selection: BinSelection) -> Iterator[BinSelection]:
    """Yield what is named in parts of as much as one request may name."""
    if not selection.is_named:
        yield selection
    for name in ("experiment_ids", "logged_model_ids", "run_ids"):
        ids = getattr(selection, name)
        for start in range(0, len(ids), MAX_REMOVED_AT_ONCE):
            yield BinSelection(**{name: ids[start : start + MAX_REMOVED_AT_ONCE]})


def _together(contents: list[BinContent]) -> BinContent:
    first = contents[0]
    counts = {
        name: sum(getattr(content, name) for content in contents)
        for name in ("experiments", "runs", "logged_models", "points", "estimated_bytes")
    }
    oldest = min((content.oldest for content in contents if content.oldest is not None), default=None)
    weights = [content.artifact_bytes for content in contents if content.artifact_bytes is not None]
    return msgspec.structs.replace(
        first,
        **counts,
        oldest=oldest,
        artifact_bytes=sum(weights) if weights else None,
        all_artifacts_counted=all(content.all_artifacts_counted for content in contents),
    )


def _summed(reports: list[RemovalReport]) -> RemovalReport:
    last = reports[-1]
    whole = RemovalReport(**{**vars(last), "artifacts_left": []})
    for name in ("begun", "experiments", "runs", "logged_models", "points", "returned_bytes", "artifacts_left_count"):
        setattr(whole, name, sum(getattr(report, name) for report in reports))
    whole.artifacts_left = [one for report in reports for one in report.artifacts_left]
    return whole


def _print_content(output: Output, content: BinContent) -> None:
    if output.as_json:
        output.document(msgspec.to_builtins(content))
        return
    output.fields(
        {
            "Experiments": content.experiments,
            "Runs": content.runs,
            "Logged models": content.logged_models,
            "Points of metrics": content.points,
            "In the database": f"about {size(content.estimated_bytes)}",
            "Files of artifacts": _artifacts(content),
            "Oldest deleted": local_time(content.oldest),
            "Begun before": content.being_removed or None,
            "Free in the file": size(content.free_bytes) if content.free_bytes else None,
        }
    )
    _note_held(output, content)


def _artifacts(content: BinContent) -> str | None:
    said = size(content.artifact_bytes)
    return said if said is None or content.all_artifacts_counted else f"at least {said}"


def _note_held(output: Output, content: BinContent) -> None:
    if not content.held_count:
        return
    output.note(f"{content.held_count} stay in the bin, because versions of registered models come from them, such as")
    for held in content.held[:3]:
        what = held.kind.value.replace("_", " ")
        output.note(f"  {what} {held.item_id}: version {held.version} of '{held.name}'")


def _print_report(output: Output, report: RemovalReport) -> None:
    if output.as_json:
        output.document(msgspec.to_builtins(asdict(report)))
    else:
        output.sentence(
            f"Removed for good: {report.experiments} experiments, {report.runs} runs, {report.logged_models} logged"
            f" models, {report.points} points of metrics."
        )
        if report.can_return_space:
            output.sentence(f"Given back to the disk: {size(report.returned_bytes)}, and the files of artifacts.")
        else:
            output.note(
                "This database's file cannot shrink in steps: it was made without auto_vacuum. Its room is used for"
                " what comes; `VACUUM` gives it back while no server runs."
            )
    for left in report.artifacts_left[:10]:
        output.note(f"Files of {left.item.item_id} were left at {left.uri}: they are not kept here.")
    if report.artifacts_left_count > 10:
        output.note(f"So were those of {report.artifacts_left_count - 10} more.")
    for failed in report.failed[:10]:
        output.note(f"Not finished: {failed.item.item_id}: {failed.message}")
    if report.failed_count:
        sys.exit(1)


@contextmanager
def _progress(content: BinContent) -> Iterator[OnProgress]:
    """Show a bar; on a terminal alone."""
    # Only a removal shows one.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        runs = bar.add_task("Runs", total=content.runs)
        points = bar.add_task("Points", total=content.points)

        def show(report: RemovalReport) -> None:
            bar.update(runs, completed=report.runs, total=max(content.runs, report.runs))
            bar.update(points, completed=report.points, total=max(content.points, report.points))

        yield show


@contextmanager
def _opened(context: click.Context, place: Mapping[str, str | bool | None]) -> Iterator[_Bin]:
    tracking_uri, store_uri = place["tracking_uri"], place["backend_store_uri"]
    if store_uri is None:
        given = [name for name in _OF_STORE if place[name]]
        if given:
            raise click.UsageError(f"--{given[0].replace('_', '-')} goes with --backend-store-uri alone.")
        transport = open_transport(
            None if tracking_uri is None else str(tracking_uri),
            context,
            None if place["workspace"] is None else str(place["workspace"]),
        )
        try:
            yield Bin(transport)
        finally:
            transport.close()
        return
    if tracking_uri is not None:
        raise click.UsageError("Give --tracking-uri for a server, or --backend-store-uri to open a store; not both.")
    if place["workspace"] is not None and place["all_workspaces"]:
        raise click.UsageError("Give --workspace or --all-workspaces, not both.")
    names = ("backend_store_uri", "artifacts_destination", "default_artifact_root")
    texts = {name: None if place[name] is None else str(place[name]) for name in names}
    environment = read_environment(dotenv=context.find_root().obj)
    settings = load_settings(texts, environment)
    workspace = str(place["workspace"] or environment.get(WORKSPACE_VARIABLE) or DEFAULT_WORKSPACE)
    yield OpenedBin(
        settings,
        keeps_artifacts=bool(place["keep_artifacts"]),
        workspace=None if place["all_workspaces"] else workspace,
    )
