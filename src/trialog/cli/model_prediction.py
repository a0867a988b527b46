"""`trialog models predict`."""

import sys
from pathlib import Path
from typing import Any

import click

from trialog.cli.model_source import bring_variables, check_environment, names_model
from trialog.errors import require


@click.command("predict")
@names_model
@click.option(
    "--input-path", "-i", type=click.Path(path_type=Path), metavar="PATH", help="What to predict; [default: stdin]."
)
@click.option(
    "--output-path", "-o", type=click.Path(path_type=Path), metavar="PATH", help="Takes the result; [default: stdout]."
)
@click.option(
    "--content-type",
    "-t",
    type=click.Choice(("json", "csv")),
    default="json",
    help="What the input is: JSON as /invocations takes it, or CSV with a line of names; [default: json].",
)
@click.option(
    "--json-format",
    "-j",
    type=click.Choice(("split", "records")),
    help="The JSON is a bare frame as pandas writes it with this orient.",
)
@click.pass_context
def predict_with_model(context: click.Context, /, **values: Any) -> None:
    """Predict what a file holds, and write {"predictions": ...} as JSON."""
    check_environment(values)
    bring_variables(context, values)
    if values["json_format"] is not None and values["content_type"] != "json":
        raise click.UsageError("--json-format goes with --content-type json.")
    predictions: bytes = require("trialog.serving.predicting", extra="models").predict_file(
        values["model_uri"],
        _input(values["input_path"]),
        content_type=values["content_type"],
        json_format=values["json_format"],
        allow_pickle=values["allow_pickle"],
    )
    output = values["output_path"]
    if output is None:
        click.echo(predictions)
    else:
        try:
            output.write_bytes(predictions)
        except OSError as error:
            raise click.ClickException(f"{str(output)!r} cannot be written: {error.strerror}.") from error


def _input(path: Path | None) -> bytes:
    if path is None:
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{str(path)!r} cannot be read: {error.strerror}.") from error
