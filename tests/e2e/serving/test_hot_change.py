"""A promoted version takes the place of the one that serves, while requests go on; a broken one does not."""

import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.e2e.serving.model_server import (
    ModelServer,
    predicted,
    register,
    save_function,
    start_model_server,
    wait_for,
)
from tests.servers import start_trialog
from trialog.models import seal
from trialog.sdk.client import Client

NAME = "pulse"
ANSWERS = "def predict(model_input): return [{} for _ in model_input]"
FAILS_TO_LOAD = """
class Broken:
    def load_context(self, context):
        raise RuntimeError("the weights are gone")
    def predict(self, context, model_input):
        return model_input
predict = Broken()
"""


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A tracking server with five versions of a model, of which the fourth and fifth are of no use."""
    place = tmp_path_factory.mktemp("registry")
    with start_trialog(place / "server") as server:
        client = Client(server.url)
        client.create_registered_model(NAME)
        for version in (1, 2, 3):
            folder = save_function(place / f"v{version}", ANSWERS.format(version), input_example=[1.0])
            assert register(client, NAME, folder) == version
        register(client, NAME, save_function(place / "v4", FAILS_TO_LOAD))
        folder = save_function(place / "v5", ANSWERS.format(5), input_example=[1.0])
        (folder / "serving_input_example.json").write_text('{"inputs": {"no": "such"}, "what": 1}', encoding="utf-8")
        seal(folder)
        register(client, NAME, folder)
        client.transition_model_version_stage(NAME, 1, "Production")
        yield client


@pytest.fixture(scope="module")
def server(registry: Client, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelServer]:
    arguments = ("--watch", "0.05", "--allow-pickle", "--tracking-uri", registry.tracking_uri)
    with start_model_server(tmp_path_factory.mktemp("serving"), f"models:/{NAME}/Production", *arguments) as server:
        yield server


def promote(registry: Client, version: int) -> None:
    registry.transition_model_version_stage(NAME, version, "Production", archive_existing_versions=True)


def answers_with(server: ModelServer, version: int) -> None:
    wait_for(lambda: server.predict(0.0) == [version], lambda: server.log)


def test_requests_go_on_while_another_version_takes_over(server: ModelServer, registry: Client) -> None:
    answers_with(server, 1)
    seen: list[list[int]] = [[] for _ in range(3)]
    is_enough = threading.Event()

    def ask(answers: list[int]) -> None:
        with server.client() as client:
            while not is_enough.is_set():
                # Each row of an answer is of one version.
                answers += set(predicted(client, 0.0, 1.0, 2.0))

    threads = [threading.Thread(target=ask, args=(answers,)) for answers in seen]
    for thread in threads:
        thread.start()
    wait_for(lambda: all(seen), lambda: server.log)
    promote(registry, 2)
    wait_for(lambda: all(2 in answers for answers in seen), lambda: server.log)
    is_enough.set()
    for thread in threads:
        thread.join()
    for answers in seen:
        # One change, and no way back.
        assert answers == sorted(answers), "an old version answered after the new one"
        assert set(answers) == {1, 2}
    assert f"version 2 of '{NAME}' serves in place of 1" in server.log
    with server.client() as client:
        assert client.get("/").json()["model"]["version"] == "2"
        assert f'name="{NAME}",version="2"' in client.get("/metrics").text


@pytest.mark.parametrize(("version", "reason"), [(4, "the weights are gone"), (5, "input example")])
def test_a_version_that_cannot_serve_leaves_the_old_one(
    server: ModelServer, registry: Client, version: int, reason: str
) -> None:
    before = server.predict(0.0)
    failures, changes = server.figure("model_change_failures_total"), server.figure("model_changes_total")
    promote(registry, version)
    # It is tried again, with pauses.
    wait_for(lambda: server.figure("model_change_failures_total") >= failures + 2, lambda: server.log)
    assert server.predict(0.0) == before
    assert server.figure("model_changes_total") == changes
    assert f"version {version} of '{NAME}' cannot be put in place" in server.log
    assert reason in server.log


def test_a_good_version_takes_over_after_broken_ones(server: ModelServer, registry: Client) -> None:
    promote(registry, 4)
    failures = server.figure("model_change_failures_total")
    wait_for(lambda: server.figure("model_change_failures_total") > failures, lambda: server.log)
    promote(registry, 3)
    answers_with(server, 3)


def test_an_old_version_leaves_no_files_behind(server: ModelServer, registry: Client) -> None:
    promote(registry, 1)
    answers_with(server, 1)
    promote(registry, 2)
    answers_with(server, 2)
    [root] = {path.parent for path in _folders(server)}
    wait_for(lambda: len(list(root.glob("*/MLmodel"))) == 1, lambda: str(list(root.glob("*/MLmodel"))))


def test_a_disk_that_cannot_be_written_does_not_end_the_watch(server: ModelServer, registry: Client) -> None:
    promote(registry, 1)
    answers_with(server, 1)
    [root] = {path.parent for path in _folders(server)}
    noted = root / "accepted.json"
    wait_for(noted.is_file, lambda: server.log)
    noted.unlink()
    noted.mkdir()
    failures = server.figure("model_change_failures_total")
    promote(registry, 2)
    wait_for(lambda: server.figure("model_change_failures_total") > failures, lambda: server.log)
    assert "cannot be noted" in server.log
    noted.rmdir()
    answers_with(server, 2)


def _folders(server: ModelServer) -> list[Path]:
    return [Path(file.path) for file in psutil.Process(server.process.pid).open_files() if file.path.endswith(".lock")]
