"""`trialog artifacts`."""

import base64
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import quote

import click

from trialog.cli.artifact_tree import tree_lines
from trialog.cli.connection import Group, Session, asks_server
from trialog.cli.documents import Document
from trialog.cli.output import binary_output, size
from trialog.cli.progress import shown_progress
from trialog.cli.text import printable, printable_lines
from trialog.wire.messages.artifacts import FileInfo

Command = TypeVar("Command", bound=Callable[..., Any])
_SOURCE: Final = "RUN_ID|URI"
# All of a run, of a logged model, or of a version.
_WHOLE: Final = re.compile(
    r"(?:runs:/(?=[^/]+/*$)|models:/(?=m-[0-9a-f]{32}/*$|[^/]+@[^/@]+/*$|(?!m-[0-9a-f]{32}/)[^/@]+/[^/]+/*$))(.+?)/*",
    re.IGNORECASE | re.DOTALL,
)


@click.group(cls=Group, second_names={"ls": "list"})
def artifacts() -> None:
    """Look at files of runs, models and versions, send and fetch them.

    A URI is runs:/ID/path, models:/NAME/VERSION, models:/NAME@ALIAS, models:/m-ID or mlflow-artifacts:/path.
    """


def _source(command: Command) -> Command:
    """Give a command what names a folder or a file, and call it with its URI."""

    @click.argument("source", metavar=_SOURCE, required=False)
    @click.argument("path", required=False)
    @click.option("--run-id", "-r", metavar="ID", help="The run, if not named before.")
    @click.option("--model-id", metavar="ID", help="The logged model, in place of a run.")
    @click.option("--artifact-path", "-a", metavar="PATH", help="Path among the artifacts, if not named before.")
    @click.option("--artifact-uri", "-u", metavar="URI", help="All of it as a URI, if not named before.")
    @wraps(command)
    def call(
        *arguments: Any,
        source: str | None,
        path: str | None,
        run_id: str | None,
        model_id: str | None,
        artifact_path: str | None,
        artifact_uri: str | None,
        **values: Any,
    ) -> None:
        owner = run_id or model_id or artifact_uri
        if owner is not None and source is not None and path is None and artifact_path is None:
            # What stands first is the path, where the options name the rest.
            source, path = None, source
        if sum(given is not None for given in (source, run_id, model_id, artifact_uri)) != 1:
            raise click.UsageError("Name one run by its id, or a model, version or folder by its URI.")
        if path is not None and artifact_path is not None:
            raise click.UsageError("Name the path once.")
        uri = source or artifact_uri or (f"runs:/{run_id}" if run_id is not None else f"models:/{model_id}")
        command(*arguments, uri=_with_path(uri, path or artifact_path or ""), **values)

    return call  # type: ignore[return-value]  # what click makes of it takes what it needs


@artifacts.command("list")
@_source
@asks_server
def list_artifacts(session: Session, uri: str) -> None:
    """List a folder."""
    found = session.artifacts.list_uri(uri)
    if session.output.as_json:
        session.output.document([_document(file) for file in found])
        return
    session.output.table(
        ("Path", "Size"),
        [(f"{file.path}/" if file.is_dir else file.path, _size(file)) for file in found],
        nothing="no artifacts",
    )


@artifacts.command("tree")
@_source
@asks_server
def show_tree(session: Session, uri: str) -> None:
    """Show a folder with all that is in it."""
    found = session.artifacts.walk_uri(uri)
    if session.output.as_json:
        session.output.document([_document(file) for file in found])
        return
    if not found:
        session.output.note("(no artifacts)")
    for line in tree_lines(found):
        session.output.sentence(line)
    files = [file for file in found if not file.is_dir]
    if files:
        whole = sum(file.file_size for file in files if isinstance(file.file_size, int))
        session.output.note(f"{len(files)} file{'s' if len(files) != 1 else ''}, {size(whole)}")


@artifacts.command("upload")
@click.argument("arguments", metavar="[RUN_ID] LOCAL_PATH...", nargs=-1)
@click.option("--run-id", "-r", metavar="ID", help="The run, if not named before.")
@click.option("--model-id", metavar="ID", help="The logged model, in place of a run.")
@click.option("--artifact-path", "-a", metavar="PATH", help="Folder among the artifacts that takes them.")
@asks_server
def upload(
    session: Session, arguments: tuple[str, ...], run_id: str | None, model_id: str | None, artifact_path: str | None
) -> None:
    """Send files and folders; each keeps its name."""
    owner, local = (None, list(arguments)) if run_id or model_id else (arguments[:1], list(arguments[1:]))
    chosen = run_id if owner is None else next(iter(owner), None)
    if not local or (run_id and model_id):
        raise click.UsageError("Name a run and what is to be sent, as in: trialog artifacts upload RUN_ID model.pkl")
    paths = [Path(text) for text in local]
    targets = [_joined(artifact_path, path.absolute().name) if path.is_dir() else artifact_path for path in paths]
    _send(session, chosen, model_id, list(zip(paths, targets, strict=True)))


@artifacts.command("log-artifact")
@click.option(
    "--local-file", "-l", metavar="FILE", required=True, type=click.Path(path_type=Path), help="What to send."
)
@click.option("--run-id", "-r", metavar="ID", required=True, help="The run.")
@click.option("--artifact-path", "-a", metavar="PATH", help="Folder among the artifacts that takes it.")
@asks_server
def log_artifact(session: Session, local_file: Path, run_id: str, artifact_path: str | None) -> None:
    """Send a file, as MLflow's command does."""
    _send(session, run_id, None, [(local_file, artifact_path)])


@artifacts.command("log-artifacts")
@click.option("--local-dir", "-l", metavar="DIR", required=True, type=click.Path(path_type=Path), help="The folder.")
@click.option("--run-id", "-r", metavar="ID", required=True, help="The run.")
@click.option("--artifact-path", "-a", metavar="PATH", help="Folder among the artifacts that takes it.")
@asks_server
def log_artifacts(session: Session, local_dir: Path, run_id: str, artifact_path: str | None) -> None:
    """Send what a folder holds, without its own name, as MLflow's command does."""
    if not local_dir.is_dir():
        raise click.UsageError(f"There is no folder {str(local_dir)!r}.")
    _send(session, run_id, None, [(local_dir, artifact_path)])


@artifacts.command("download")
@_source
@click.option(
    "--dst-path",
    "-d",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder that takes it; this one if not given, and a new one for all of a run or version.",
)
@asks_server
def download(session: Session, uri: str, dst_path: Path | None) -> None:
    """Fetch a file, or a folder with all that is in it, and print where it is."""
    with shown_progress("Fetching", is_bytes=True) as tell, _local_faults():
        place = session.artifacts.download_uri(
            uri,
            dst_path or _folder_for(uri),
            on_progress=lambda progress: tell(progress.sent_bytes, progress.total_bytes),
        )
    if session.output.as_json:
        session.output.document({"path": str(place)})
    else:
        session.output.sentence(str(place))


@artifacts.command("cat")
@_source
@asks_server
def cat(session: Session, uri: str) -> None:
    """Write a file to standard output, or to a terminal as a text that cannot command it."""
    pieces = session.artifacts.open_uri(uri)
    if session.output.as_json:
        session.output.document(_content(b"".join(pieces)))
    elif sys.stdout.isatty():
        for text in printable_lines(pieces):
            click.echo(text, nl=False)
    else:
        stream = binary_output()
        for piece in pieces:
            stream.write(piece)
        stream.flush()


@artifacts.command("open")
@_source
@click.option("--print", "is_printed", is_flag=True, help="Print the address, and open nothing.")
@asks_server
def open_page(session: Session, uri: str, is_printed: bool) -> None:
    """Open the page of the server that shows the artifacts of a run."""
    kind, _, rest = uri.partition(":/")
    run_id, _, path = rest.strip("/").partition("/")
    if kind.lower() != "runs" or not session.url.startswith(("http://", "https://")):
        raise click.UsageError("Only artifacts of runs have a page, and only where a server shows it.")
    run = session.runs.get(run_id)
    address = f"{session.url}/runs/{quote(run.info.run_id, safe='')}/artifacts"
    address += f"?path={quote(path, safe='')}" if path else ""
    if session.output.as_json:
        session.output.document({"url": address})
    else:
        session.output.sentence(address)
    if not is_printed and not session.output.as_json:
        click.launch(address)


def _send(session: Session, run_id: str | None, model_id: str | None, pairs: Sequence[tuple[Path, str | None]]) -> None:
    sent: list[str] = []
    with shown_progress("Sending", is_bytes=True) as tell, _local_faults():
        for local, target in pairs:
            sent += session.artifacts.upload(
                run_id,
                local,
                target,
                model_id=model_id,
                on_progress=lambda progress: tell(progress.sent_bytes, progress.total_bytes),
            )
    if session.output.as_json:
        session.output.document(sent)
    elif not sent:
        session.output.note("(nothing to send)")
    elif len(sent) == 1:
        session.output.sentence(f"Sent {sent[0]}.")
    else:
        session.output.sentence(f"Sent {len(sent)} files.")


@contextmanager
def _local_faults() -> Iterator[None]:
    """Say as a sentence what is wrong with files of this machine."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise click.ClickException(printable(f"{error.filename or 'A file'}: {reason}.")) from error


def _with_path(source: str, path: str) -> str:
    uri = source if ":/" in source else f"runs:/{source}"
    if not path.strip("/"):
        return uri
    is_proxied = uri.lower().startswith("mlflow-artifacts:")
    return f"{uri.rstrip('/')}/{quote(path.strip('/')) if is_proxied else path.strip('/')}"


def _folder_for(uri: str) -> Path:
    """Return the folder that takes what a URI names: a new one for what would fill this one."""
    if (match := _WHOLE.fullmatch(uri)) is None:
        return Path()
    return Path("-".join(name for name in re.split(r"[/@:]", match[1]) if name))


def _joined(folder: str | None, name: str) -> str:
    return f"{folder.rstrip('/')}/{name}" if folder and folder.strip("/") else name


def _document(file: FileInfo) -> Document:
    return {"path": file.path, "is_dir": file.is_dir, "file_size": _bytes(file)}


def _content(content: bytes) -> Document:
    """Return a file as JSON can hold it: as text if it is one."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = None
    encoded = base64.b64encode(content).decode("ascii") if text is None else None
    return {"size": len(content), "text": text, "base64": encoded}


def _bytes(file: FileInfo) -> int | None:
    return file.file_size if isinstance(file.file_size, int) else None


def _size(file: FileInfo) -> str | None:
    return None if file.is_dir else size(_bytes(file))
