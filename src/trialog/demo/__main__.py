"""The command `python -m trialog.demo`."""

import os
import signal
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from trialog.demo.directory import DemoDirectory
from trialog.demo.server import ServerProcess, answers, run_server
from trialog.demo.training import Training, client_environment
from trialog.errors import ConfigurationError, TrialogError, require

if TYPE_CHECKING:
    from trialog.demo.verify import Comparison

_NEEDED = ("mlflow", "sklearn", "pandas", "matplotlib", "skops")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--directory",
    type=click.Path(path_type=Path),
    default=Path(".demo"),
    show_default=True,
    help="Where everything goes; what an earlier demo left there is removed.",
)
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the server; else 5000 or the next free one.")
@click.option("--tracking-uri", metavar="URL", help="Use this server, which runs already, and start none.")
@click.option("--once", is_flag=True, envvar="ONCE", help="End when all is compared: code 0 if everything is equal.")
def demo(directory: Path, port: int | None, tracking_uri: str | None, once: bool) -> None:
    """Log real models through the unmodified mlflow client, read everything back, and serve it."""
    console = Console(soft_wrap=True, highlight=False)
    for module in _NEEDED:
        if find_spec(module) is None:
            require(module, extra="demo")
    place = DemoDirectory(directory.absolute())
    had_demo = _prepare(place)
    console.print(f"Everything goes to {place.root}{', emptied of the demo before' if had_demo else ''}.")
    with _server(place, port, tracking_uri) as (url, server):
        console.print(f"The server at {url} answers. Training through the mlflow client:")
        comparison = _train_and_compare(console, place, url)
        if not once:
            console.print(
                f"\n[bold]Serving at {url}[/bold] until Ctrl-C. Clients find it with: MLFLOW_TRACKING_URI={url}"
            )
            _serve(server)
            console.print("\nStopping the server.")
    if comparison.differences:
        sys.exit(1)


def _prepare(place: DemoDirectory) -> bool:
    if place.address.exists() and answers(place.address.read_text(encoding="utf-8").strip()):
        raise ConfigurationError(
            "demo.running",
            f"A demo is running in {str(place.root)!r}. Stop it, or name another place with --directory.",
            directory=str(place.root),
        )
    return place.empty()


@contextmanager
def _server(
    place: DemoDirectory, port: int | None, tracking_uri: str | None
) -> Generator[tuple[str, ServerProcess | None]]:
    """Give the address of the server to use, and its process if the demo started it."""
    if tracking_uri is None:
        with run_server(place, port) as server:
            yield server.url, server
        return
    url = tracking_uri.rstrip("/")
    if not answers(url):
        raise ConfigurationError("demo.no_server", f"No server answers at {url!r}, the --tracking-uri.", url=url)
    yield url, None


def _train_and_compare(console: Console, place: DemoDirectory, url: str) -> "Comparison":
    environment = client_environment(url)
    training = Training(place.training, environment)
    training.start()
    try:
        _print_lines(console, training, "iris")
        # The client takes seconds to import and reads the environment then; now a processor is free for it.
        os.environ.update(environment)
        from mlflow import MlflowClient

        from trialog.demo.report import show_comparison, show_runs
        from trialog.demo.verify import compare

        _print_lines(console, training, "breast_cancer")
    finally:
        training.stop()
    records = training.records()
    client = MlflowClient(tracking_uri=url)
    show_runs(console, client, [record for _, record in records])
    comparison = compare(client, records)
    show_comparison(console, comparison)
    return comparison


def _print_lines(console: Console, training: Training, script: str) -> None:
    for line in training.lines(script):
        console.print(f"  {script}: {line}", markup=False)


def _serve(server: ServerProcess | None) -> None:
    """Wait for Ctrl-C, or for the server to end by itself."""
    try:
        if server is None:
            threading.Event().wait()
        else:
            server.wait()
            raise ConfigurationError("demo.server_ended", "The server ended by itself; server.log says why.")
    except KeyboardInterrupt:
        return


def _interrupt_on_other_signals() -> None:
    """Let the end of a terminal, and a plain `kill`, stop the server too."""
    for name in ("SIGTERM", "SIGHUP"):
        # Windows has no SIGHUP.
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)


def main() -> None:
    """Run the demo and exit with its code."""
    _interrupt_on_other_signals()
    try:
        demo.main(prog_name="python -m trialog.demo", standalone_mode=True)
    except TrialogError as error:
        click.echo(f"Error: {error.message} [{error.code}]", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
