"""`trialog experiments tag`."""

from collections.abc import Collection

import click

from trialog.cli.connection import Session, asks_server
from trialog.cli.documents import experiment_document, texts
from trialog.cli.run_changes import delete_tags, print_tags, typed_tags

_SET_EXAMPLE = "as in: trialog experiments tag set NAME_OR_ID KEY VALUE, or KEY=VALUE several times"


@click.group("tag")
def experiment_tags() -> None:
    """Set and take away tags of experiments."""


@experiment_tags.command("set")
@click.argument("name_or_id")
@click.argument("tags", nargs=-1, metavar="KEY VALUE|KEY=VALUE...")
@asks_server
def set_experiment_tag(session: Session, name_or_id: str, tags: tuple[str, ...]) -> None:
    """Set or overwrite tags of an experiment."""
    pairs = typed_tags(tags, _SET_EXAMPLE)
    experiment = session.experiments.find(name_or_id)
    for key, value in pairs.items():
        session.experiments.set_tag(experiment.experiment_id, key, value)
    names = ", ".join(f"'{key}'" for key in pairs)
    _tell(session, experiment.experiment_id, f"Experiment '{experiment.name}' has {_word(pairs)} {names} now.")


@experiment_tags.command("delete")
@click.argument("name_or_id")
@click.argument("keys", nargs=-1, required=True, metavar="KEY...")
@asks_server
def delete_experiment_tag(session: Session, name_or_id: str, keys: tuple[str, ...]) -> None:
    """Take tags of an experiment away."""
    experiment = session.experiments.find(name_or_id)
    owner = f"Experiment {experiment.name!r}"
    delete_tags(
        texts(experiment.tags), keys, owner, lambda key: session.experiments.delete_tag(experiment.experiment_id, key)
    )
    names = ", ".join(f"'{key}'" for key in dict.fromkeys(keys))
    _tell(session, experiment.experiment_id, f"Experiment '{experiment.name}' has {_word(keys)} {names} no more.")


@experiment_tags.command("list")
@click.argument("name_or_id")
@asks_server
def list_experiment_tags(session: Session, name_or_id: str) -> None:
    """List the tags of an experiment."""
    print_tags(session, texts(session.experiments.find(name_or_id).tags))


def _word(keys: Collection[str]) -> str:
    return "the tag" if len(set(keys)) == 1 else "the tags"


def _tell(session: Session, experiment_id: str, sentence: str) -> None:
    if session.output.as_json:
        session.output.document(experiment_document(session.experiments.get(experiment_id)))
    else:
        session.output.sentence(sentence)
