"""Texts, figures, images and tables that the client sends, on a real server."""

import json
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from tests.servers import start_trialog
from trialog.errors import InvalidParameter, ResourceNotFound
from trialog.sdk.client import Client
from trialog.sdk.tracking_uri import close_transports

mpl.use("Agg")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with start_trialog(tmp_path_factory.mktemp("server")) as server:
        yield Client(server.url)
    close_transports()


@pytest.fixture
def experiment(client: Client, request: pytest.FixtureRequest) -> str:
    return client.create_experiment(request.node.name)


@pytest.fixture
def run(client: Client, experiment: str) -> str:
    return client.create_run(experiment).info.run_id


def fetched(client: Client, run_id: str, path: str, folder: Path) -> bytes:
    return Path(client.download_artifacts(run_id, path, folder)).read_bytes()


def test_texts_and_streams(client: Client, run: str, tmp_path: Path) -> None:
    client.log_text(run, "по-русски\n", "notes/a.txt")
    assert fetched(client, run, "notes/a.txt", tmp_path).decode() == "по-русски\n"
    stream = BytesIO(b"headbody")
    stream.seek(4)
    client.log_stream(run, stream, "b.bin")
    assert fetched(client, run, "b.bin", tmp_path) == b"body"


def test_dictionaries(client: Client, run: str, tmp_path: Path) -> None:
    content = {"a": [1, None], "б": "текст"}
    client.log_dict(run, content, "c.json")
    assert json.loads(fetched(client, run, "c.json", tmp_path)) == content
    client.log_dict(run, content, "c.yaml")
    assert fetched(client, run, "c.yaml", tmp_path).startswith(b"a:\n- 1\n- null\n")
    circular: list[object] = []
    circular.append(circular)
    with pytest.raises(InvalidParameter, match="cannot be written"):
        client.log_dict(run, circular, "d.json")


def test_figures(client: Client, run: str, tmp_path: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().plot([1, 2])
    client.log_figure(run, figure, "f.png", save_kwargs={"dpi": 20})
    assert Image.open(BytesIO(fetched(client, run, "f.png", tmp_path))).size == (128, 96)
    client.log_figure(run, figure, "f.svg")
    assert b"<svg" in fetched(client, run, "f.svg", tmp_path)
    with pytest.raises(InvalidParameter, match=r"expected, not int"):
        client.log_figure(run, 1, "f.png")


class PlotlyLike:
    """What a figure of plotly can do."""

    def to_html(self, include_plotlyjs: str) -> str:
        return f"<html>{include_plotlyjs}</html>"

    def to_image(self, format: str, scale: int = 1) -> bytes:  # noqa: A002  the name that plotly gives it
        return f"{format} {scale}".encode()


def test_figures_of_plotly(client: Client, run: str, tmp_path: Path) -> None:
    client.log_figure(run, PlotlyLike(), "f.html")
    assert fetched(client, run, "f.html", tmp_path) == b"<html>cdn</html>"
    client.log_figure(run, PlotlyLike(), "f.webp", save_kwargs={"scale": 2})
    assert fetched(client, run, "f.webp", tmp_path) == b"webp 2"
    with pytest.raises(InvalidParameter, match="end the name with"):
        client.log_figure(run, PlotlyLike(), "f.txt")


@pytest.mark.parametrize(
    ("array", "pixel"),
    [
        (np.full((4, 6), 200, np.uint8), 200),
        (np.full((4, 6, 1), 7, np.int64), 7),
        (np.full((4, 6, 3), 0.5), (127, 127, 127)),
        (np.ones((4, 6), bool), 255),
        (np.full((4, 6, 4), 9, np.uint8), (9, 9, 9, 9)),
    ],
)
def test_arrays_as_images(client: Client, run: str, tmp_path: Path, array: Any, pixel: Any) -> None:
    client.log_image(run, array, "i.png")
    image = Image.open(BytesIO(fetched(client, run, "i.png", tmp_path)))
    assert (image.size, image.getpixel((5, 3))) == ((6, 4), pixel)


@pytest.mark.parametrize(
    ("image", "arguments", "sentence"),
    [
        (np.zeros((4, 4, 2)), {"artifact_file": "i.png"}, "1, 3 or 4 channels"),
        (np.full((4, 4), 256), {"artifact_file": "i.png"}, "from 0 to 255, and these are from 256 to 256"),
        (np.full((4, 4), np.nan), {"artifact_file": "i.png"}, "from 0 to 1, and these are from nan"),
        (np.array(["a"]), {"artifact_file": "i.png"}, "an array of numbers"),
        ("i.png", {"artifact_file": "i.png"}, "not str"),
        (np.zeros((4, 4)), {"artifact_file": "i.doc"}, r"can be written as 'i\.doc'"),
        (np.zeros((4, 4)), {}, "either by artifact_file alone or by key"),
        (np.zeros((4, 4)), {"artifact_file": "i.png", "step": 1}, "either by artifact_file alone or by key"),
        (np.zeros((4, 4)), {"key": "a:b"}, "may hold only letters"),
    ],
)
def test_what_is_no_image(client: Client, run: str, image: Any, arguments: Any, sentence: str) -> None:
    with pytest.raises(InvalidParameter, match=sentence):
        client.log_image(run, image, **arguments)
    assert client.list_artifacts(run) == []


def test_images_of_steps_are_where_pages_look_for_them(client: Client, run: str, tmp_path: Path) -> None:
    client.log_image(run, Image.new("RGB", (1000, 500)), key="val/sample", step=3, timestamp=17)
    large, small = sorted(client.list_artifacts(run, "images"), key=lambda file: not file.path.endswith(".png"))
    assert large.path.startswith("images/val~sample+step+3+timestamp+17+")
    assert small.path == large.path.replace(".png", "+compressed.webp")
    assert Image.open(BytesIO(fetched(client, run, large.path, tmp_path))).size == (1000, 500)
    assert Image.open(BytesIO(fetched(client, run, small.path, tmp_path))).size == (256, 128)
    assert client.get_run(run).data.tags["mlflow.loggedImages"] == "True"


def test_tables_grow(client: Client, run: str, experiment: str, tmp_path: Path) -> None:
    client.log_table(run, {"q": "only one", "n": 1}, "t.json")
    client.log_table(run, {"q": ["x", "y"], "n": np.array([0.1 + 0.2, np.nan]), "when": datetime(2026, 1, 2)}, "t.json")
    assert json.loads(fetched(client, run, "t.json", tmp_path)) == {
        "columns": ["q", "n", "when"],
        "data": [
            ["only one", 1, None],
            ["x", 0.30000000000000004, "2026-01-02T00:00:00"],
            ["y", None, "2026-01-02T00:00:00"],
        ],
    }
    table = client.load_table(experiment, "t.json", extra_columns=["run_id", "status", "n", "params.none"])
    assert list(table.columns) == ["q", "n", "when", "run_id", "status", "n_", "params.none"]
    assert set(table["status"]) == {"RUNNING"}
    assert client.get_run(run).data.tags["mlflow.loggedArtifacts"] == '[{"path": "t.json", "type": "table"}]'


def test_data_frames_with_missing_values(client: Client, run: str, tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"t": pd.to_datetime(["2026-01-02", None]), "i": pd.array([1, None], "Int64"), "o": [{1}, [2]]}
    )
    client.log_table(run, frame, "deep/t.json")
    assert json.loads(fetched(client, run, "deep/t.json", tmp_path))["data"] == [
        ["2026-01-02T00:00:00", 1, [1]],
        [None, None, [2]],
    ]


def test_images_in_tables_are_files(client: Client, run: str, tmp_path: Path) -> None:
    client.log_table(run, {"image": [Image.new("L", (8, 4))], "n": [1]}, "t.json")
    [[image, _]] = json.loads(fetched(client, run, "t.json", tmp_path))["data"]
    assert image["type"] == "image"
    assert Image.open(BytesIO(fetched(client, run, image["filepath"], tmp_path))).size == (8, 4)
    assert Image.open(BytesIO(fetched(client, run, image["compressed_filepath"], tmp_path))).size == (256, 128)
    with pytest.raises(InvalidParameter, match="images and something else"):
        client.log_table(run, {"image": [Image.new("L", (8, 4)), None]}, "t.json")


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        ({"a": [1], "b": [1, 2]}, "t.json", "of the same length"),
        ([1, 2], "t.json", "not list"),
        ({"a": [1]}, "t.csv", r"\.json or \.parquet"),
        ({"a": [1]}, "t[1].json", "leave out"),
    ],
)
def test_what_is_no_table(client: Client, run: str, data: Any, name: str, sentence: str) -> None:
    with pytest.raises(InvalidParameter, match=sentence):
        client.log_table(run, data, name)
    assert client.list_artifacts(run) == []


def test_rows_are_not_added_to_what_is_no_table(client: Client, run: str, tmp_path: Path) -> None:
    client.log_text(run, "{}", "t.json")
    with pytest.raises(InvalidParameter, match="is no table"):
        client.log_table(run, {"a": [1]}, "t.json")
    assert fetched(client, run, "t.json", tmp_path) == b"{}"


def test_tables_are_found_by_their_exact_name(client: Client, run: str, experiment: str) -> None:
    client.log_table(run, {"a": [1]}, "tab.json")
    with pytest.raises(ResourceNotFound, match=r"has a table 't_b\.json'"):
        client.load_table(experiment, "t_b.json")
    with pytest.raises(ResourceNotFound, match=r"has a table 'tab\.json'"):
        client.load_table(experiment, "tab.json", ["0" * 32])
