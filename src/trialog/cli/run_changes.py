"""`trialog runs rename` and `trialog runs tag`."""

from collections.abc import Callable

import click

from trialog.cli.choices import run_argument, shifted, tag_pair
from trialog.cli.connection import Session, asks_server
from trialog.cli.documents import run_document, texts
from trialog.errors import ResourceNotFound

_SET_EXAMPLE = "as in: trialog runs tag set RUN_ID KEY VALUE, or KEY=VALUE several times"


@click.command("rename")
@run_argument
@click.argument("new_name", required=False)
@asks_server
def rename_run(session: Session, run_id: str | None, run_id_option: str | None, new_name: str | None) -> None:
    """Give a run another name."""
    chosen, name = shifted(run_id, run_id_option, new_name)
    if chosen is None or not name:
        raise click.UsageError("Name a run and its new name, as in: trialog runs rename RUN_ID NEW_NAME")
    before = session.runs.get(chosen).info.run_name
    session.runs.rename(chosen, name)
    tell_run(session, chosen, f"Run '{before}' is called '{name}' now.")


@click.group("tag")
def run_tags() -> None:
    """Set and take away tags of runs."""


@run_tags.command("set")
@click.argument("run_id")
@click.argument("tags", nargs=-1, metavar="KEY VALUE|KEY=VALUE...")
@asks_server
def set_run_tag(session: Session, run_id: str, tags: tuple[str, ...]) -> None:
    """Set or overwrite tags of a run."""
    pairs = typed_tags(tags, _SET_EXAMPLE)
    for key, value in pairs.items():
        session.runs.set_tag(run_id, key, value)
    tell_run(session, run_id, f"{_listed(pairs)} of run {run_id} {'is' if len(pairs) == 1 else 'are'} set.")


@run_tags.command("delete")
@click.argument("run_id")
@click.argument("keys", nargs=-1, required=True, metavar="KEY...")
@asks_server
def delete_run_tag(session: Session, run_id: str, keys: tuple[str, ...]) -> None:
    """Take tags of a run away."""
    known = texts(session.runs.get(run_id).data.tags)
    delete_tags(known, keys, f"Run {run_id}", lambda key: session.runs.delete_tag(run_id, key))
    tell_run(session, run_id, f"{_listed(dict.fromkeys(keys, ''))} of run {run_id} {_gone(keys)}.")


@run_tags.command("list")
@click.argument("run_id")
@asks_server
def list_run_tags(session: Session, run_id: str) -> None:
    """List the tags of a run."""
    print_tags(session, texts(session.runs.get(run_id).data.tags))


def typed_tags(words: tuple[str, ...], example: str) -> dict[str, str]:
    """Return tags as they are typed: a key and a value, or any number of `KEY=VALUE`.

    Args:
        words: What was typed.
        example: How it is written.

    Raises:
        click.UsageError: It is neither.
    """
    if len(words) == 2 and "=" not in words[0]:
        return {words[0]: words[1]}
    if not words:
        raise click.UsageError(f"Name a tag and its value, {example}.")
    return dict(tag_pair(word) for word in words)


def delete_tags(known: dict[str, str], keys: tuple[str, ...], owner: str, delete: Callable[[str], None]) -> None:
    """Take tags away, if all of them are there.

    Args:
        known: Tags that are there.
        keys: Those to take away.
        owner: Whose they are.
        delete: Takes one away.

    Raises:
        ResourceNotFound: One is not there (`tag.not_found`); none is taken away then.
    """
    for key in keys:
        if key not in known:
            raise ResourceNotFound("tag.not_found", f"{owner} has no tag {key[:100]!r}.", key=key[:100])
    for key in dict.fromkeys(keys):
        delete(key)


def print_tags(session: Session, tags: dict[str, str]) -> None:
    """Print tags by key."""
    if session.output.as_json:
        session.output.document(tags)
    else:
        session.output.table(("Tag", "Value"), sorted(tags.items()), nothing="no tags")


def tell_run(session: Session, run_id: str, sentence: str) -> None:
    """Say what was done to a run, or print it as it is now."""
    if session.output.as_json:
        session.output.document(run_document(session.runs.get(run_id)))
    else:
        session.output.sentence(sentence)


def _listed(pairs: dict[str, str]) -> str:
    names = ", ".join(f"'{key}'" for key in pairs)
    return f"{'Tag' if len(pairs) == 1 else 'Tags'} {names}"


def _gone(keys: tuple[str, ...]) -> str:
    return "is taken away" if len(set(keys)) == 1 else "are taken away"
