"""Where the model comes from: what its URI names now, and the loaded model of that."""

import weakref
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from trialog.errors import ConfigurationError, InvalidParameter, TrialogError
from trialog.models import pyfunc
from trialog.models.checksums import file_sum, load_checked
from trialog.models.folder import MLMODEL
from trialog.models.requirements import warn_of_mismatches
from trialog.registry.uris import parse_models_uri, parse_runs_uri, split_source
from trialog.sdk.artifact_uris import local_source
from trialog.sdk.model_fetching import fetched
from trialog.sdk.models import Models
from trialog.sdk.tracking_uri import open_transport
from trialog.serving.answers import encode_predictions
from trialog.serving.folders import ModelFolders
from trialog.serving.model import ServedModel


class FoundModel(NamedTuple):
    """What a URI names at a moment.

    Args:
        uri: Where its files are, exactly: what it names does not change.
        name: Name of the registered model; None if it is none.
        version: Its version there.
        run_id: Run that made it, as far as the registry knows.
        model_id: Logged model that it is, likewise.
    """

    uri: str
    name: str | None = None
    version: str | None = None
    run_id: str | None = None
    model_id: str | None = None

    @property
    def title(self) -> str:
        """What messages call it."""
        return self.uri if self.version is None else f"version {self.version} of {self.name!r}"


class ModelSource:
    """Finds and loads what a URI names.

    Args:
        uri: `models:/NAME/VERSION`, where a version is a number, a label, a stage or `latest`; `models:/NAME@ALIAS`;
            `models:/m-ID`; `runs:/ID/name`; or a path of this machine.
        folders: Keep what is fetched.
        allow_pickle: Whether the model may run code while it is loaded; None to ask the environment.

    Raises:
        InvalidParameter: It is no such URI.
    """

    def __init__(self, uri: str, folders: ModelFolders, *, allow_pickle: bool | None = None) -> None:
        self._uri = uri
        self._folders = folders
        self._allow_pickle = allow_pickle
        self._local = local_source(uri)
        parts = None if self._local is not None else split_source(uri)
        named = parse_models_uri(uri, parts) if parts is not None and parts.scheme == "models" else None
        self._model_id = None if named is None else named.model_id
        self._registered = None if named is None or named.model_id is not None else (named.name, named.version)

    @property
    def asked_to_read(self) -> tuple[str, dict[str, str]]:
        """What a tracking server answers those alone who may read the model: name and fields of a request.

        Raises:
            ConfigurationError: The model is of no tracking server (`serving.no_accounts`).
        """
        if self._registered is not None:
            return "get_registered_model", {"name": self._registered[0]}
        if self._model_id is not None:
            return "get_logged_model", {"model_id": self._model_id}
        if self._uri.lower().startswith("runs:"):
            return "get_run", {"run_id": parse_runs_uri(self._uri)[0]}
        raise ConfigurationError(
            "serving.no_accounts",
            f"{self._uri!r} is a model that no tracking server knows, so that none can say who may read it. Give"
            " --token-file in place of --accounts.",
        )

    @property
    def is_local(self) -> bool:
        """Whether the model is a folder of this machine, which no server is asked for."""
        return self._local is not None

    @property
    def may_change(self) -> bool:
        """Whether the URI may name another model tomorrow: a stage, an alias, a label or `latest`."""
        return self._registered is not None and not self._registered[1].isdecimal()

    def find(self) -> FoundModel:
        """Ask what the URI names now.

        Raises:
            ResourceNotFound: There is no such version.
            ConnectionFailed: The tracking server could not be asked.
        """
        if self._registered is None:
            return FoundModel(self._uri)
        name, version = self._registered
        found = Models(open_transport()).get_version(name, version)
        return FoundModel(
            f"models:/{name}/{found.version}", name, str(found.version), found.run_id or None, found.model_id
        )

    def accept(self, found: FoundModel) -> None:
        """Note that a model was put in place, for a worker that begins when the server cannot be asked.

        Raises:
            TrialogError: It cannot be noted, as where the disk is full.
        """
        with _failing_as(f"That {found.title} serves cannot be noted"):
            self._folders.accept(found._asdict())

    def accepted(self) -> FoundModel | None:
        """Return the model that was put in place last; None if none was."""
        noted = self._folders.accepted()
        return None if noted is None else FoundModel(**noted)  # type: ignore[arg-type]  # as `accept` wrote it

    def load(self, found: FoundModel) -> ServedModel:
        """Fetch a model and load it. Its files stay as long as it does.

        Args:
            found: What `find` returned.

        Raises:
            TrialogError: It cannot be fetched or loaded; the message says why.
        """
        with _failing_as(f"The model {found.uri} cannot be loaded"), ExitStack() as held:
            folder = self._local
            if folder is None:
                taken = self._folders.take(found.uri, lambda place: _fetch(found.uri, place))
                held.callback(taken.release)
                folder = taken.path
            served = self._served(folder, found)
            weakref.finalize(served.model, held.pop_all().close)
            return served

    def _served(self, folder: Path, found: FoundModel) -> ServedModel:
        metadata = load_checked(folder)
        warn_of_mismatches(folder, metadata.python_version)
        model = pyfunc.load_folder(folder, metadata, allow_pickle=self._allow_pickle)
        return ServedModel(
            model,
            self._uri,
            name=found.name,
            version=found.version,
            run_id=found.run_id or metadata.run_id,
            model_id=found.model_id or metadata.model_id,
            # It names the sums of all other files.
            digest=file_sum(folder, MLMODEL),
        )


def try_example(served: ServedModel) -> None:
    """Have a model answer the input example that is kept with it, if there is one, as it will answer requests.

    Args:
        served: The model.

    Raises:
        TrialogError: It cannot (`model.failed`).
    """
    try:
        with _failing_as("it fails on it"):
            body = served.model.served_input_example
            if body is not None:
                encode_predictions(served.predict(served.read("application/json", body)))
    except TrialogError as error:
        raise InvalidParameter(
            "model.failed", f"The model cannot answer the input example that is kept with it: {error.message}"
        ) from error


@contextmanager
def _failing_as(sentence: str) -> Iterator[None]:
    """Raise whatever goes wrong with a model as an error that says so."""
    try:
        yield
    except TrialogError:
        raise
    except Exception as error:  # a model, its library and a user's own code in it fail in whatever way they do
        raise InvalidParameter("model.failed", f"{sentence}: {type(error).__name__}: {error}") from error


def _fetch(uri: str, folder: Path) -> Path:
    with fetched(uri, folder) as path:
        return path
