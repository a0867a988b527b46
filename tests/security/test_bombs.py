"""Files that grow, run or never end when something reads them: the server stores them and reads none but `MLmodel`.

MLflow's models are pickles, whose code runs where they are loaded (CVE-2024-37052 to 37060), and its server loaded some
itself (CVE-2025-11201, CVE-2026-116692). Here every published carrier is logged, registered, listed, searched and
fetched, while the process is watched.
"""

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.in_process import ADDRESS, in_process_app
from tests.security.payloads import pickled
from tests.security.watch import watching
from trialog.wire.mlmodel import MAXIMUM_BYTES, parse_mlmodel

pytestmark = pytest.mark.anyio

API = "/api/2.0/mlflow"
FILES = "/api/2.0/mlflow-artifacts/artifacts"
LAUGHS = 9


def zipped(name: str, content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def tarred(name: str, *, link: str | None = None) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        entry = tarfile.TarInfo(name)
        if link is not None:
            entry.type, entry.linkname = tarfile.SYMTYPE, link
        archive.addfile(entry)
    return made.getvalue()


def carriers(canary: str) -> dict[str, bytes]:
    """Files that do something where they are read as what they are."""
    attack = pickled(canary)
    zeros = bytes(10_000_000)
    return {
        "model/model.pkl": attack,
        "model/python_model.pkl": attack,
        "model/data/model.pth": zipped("archive/data.pkl", attack),
        "model/model.joblib": attack,
        "model/model.skops": zipped(
            "schema.json", b'{"__class__": "mkdir", "__module__": "os", "__loader__": "ReduceNode"}'
        ),
        "model/data.npy": b"\x93NUMPY\x01\x00v\x00{'descr': '|O', 'fortran_order': False, 'shape': (1,), }" + attack,
        "model/pickle_module_info.txt": b"os",
        "model/conda.yaml": f"dependencies: [pip: ['x @ file:///{canary}']]".encode(),
        "model/requirements.txt": b"--index-url http://127.0.0.1:1/\n-e git+http://127.0.0.1:1/x#egg=x\n",
        "model/python_env.yaml": b'!!python/object/apply:os.mkdir ["' + canary.encode() + b'"]',
        "model/code/__init__.py": f"import os; os.mkdir({canary!r})".encode(),
        "model/code/sitecustomize.py": f"import os; os.mkdir({canary!r})".encode(),
        "model/trialog.py": f"import os; os.mkdir({canary!r})".encode(),
        "model/input_example.json": b"[" * 100_000,
        "model/bomb.zip": zipped("zeros", zeros),
        "model/slip.zip": zipped("../../../../canary", b"x"),
        "model/absolute.zip": zipped(canary, b"x"),
        "model/slip.tar.gz": tarred("../../../../canary"),
        "model/link.tar.gz": tarred("link", link="/etc/passwd"),
        "model/bomb.gz": gzip.compress(zeros),
        "model/bomb.bz2": bz2.compress(zeros),
        "model/bomb.xz": lzma.compress(zeros),
        "model/bomb.xml": b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>',
        "model/MLmodel": (
            "flavors: {python_function: {loader_module: os, code: code, model_code_path: /etc/passwd,"
            f" python_model: python_model.pkl}}, sklearn: {{pickled_model: {canary}}}}}"
        ).encode(),
    }


@pytest.fixture
async def place(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
async def client(place: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        in_process_app(place) as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ADDRESS) as opened,
    ):
        yield opened


async def post(client: httpx.AsyncClient, path: str, **content: object) -> dict[str, Any]:
    answer = await client.post(f"{API}/{path}", json=content)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_nothing_that_is_stored_is_run_unpacked_or_fetched(client: httpx.AsyncClient, place: Path) -> None:
    canary = place / "canary"
    files = carriers(str(canary))
    with watching(place) as seen:
        run = (await post(client, "runs/create", experiment_id="0"))["run"]["info"]
        folder = run["artifact_uri"].removeprefix("mlflow-artifacts:/")
        for name, content in files.items():
            assert (await client.put(f"{FILES}/{folder}/{name}", content=content)).status_code == 200
        model_json = json.dumps(
            {
                "run_id": run["run_id"],
                "artifact_path": "model",
                "utc_time_created": "2026-01-01 00:00:00.000000",
                "flavors": {"python_function": {"loader_module": "os", "code": "code"}},
            }
        )
        await post(client, "runs/log-model", run_id=run["run_id"], model_json=model_json)
        await post(client, "registered-models/create", name="m")
        source = f"runs:/{run['run_id']}/model"
        version = await post(client, "model-versions/create", name="m", source=source, run_id=run["run_id"])
        assert version["model_version"]["status"] == "READY"
        await post(client, "model-versions/transition-stage", name="m", version="1", stage="Production")
        listed = await client.get(f"{API}/artifacts/list", params={"run_id": run["run_id"], "path": "model"})
        sizes = {entry["path"]: entry.get("file_size") for entry in listed.json()["files"] if not entry["is_dir"]}
        for name, content in files.items():
            # As it came, byte for byte, and of the same length: nothing was looked into.
            for address, query in (
                ("/get-artifact", {"run_id": run["run_id"], "path": name}),
                ("/model-versions/get-artifact", {"name": "m", "version": "1", "path": name.removeprefix("model/")}),
            ):
                answer = await client.get(address, params=query)
                assert answer.content == content
                assert "content-encoding" not in answer.headers
            assert name.count("/") > 1 or int(sizes[name]) == len(content)
        assert (await client.get("/mlflow/models/m/history")).status_code == 200
        assert (await client.get(f"{API}/model-versions/search")).status_code == 200
    assert seen == []
    assert not canary.exists()


def laughing(width: int, depth: int) -> str:
    lines = [f"a0: &a0 [{', '.join(['lol'] * width)}]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * width)}]" for level in range(1, depth)]
    return "\n".join([*lines, f"flavors: *a{depth - 1}"])


YAML_BOMBS = {
    "billion laughs": laughing(LAUGHS, LAUGHS),
    "quadratic": "x: &x [" + "a," * 9000 + "]\ny: [" + "*x," * 9000 + "]",
    "merge keys": "a: &a {k: v}\nb: {" + ", ".join(["<<: *a"] * 3000) + "}",
    "a list in itself": "a: &a [*a]",
    "lists within lists": "flavors: " + "[" * 50_000,
    "lists within lists, closed": "flavors: " + "[" * 5000 + "]" * 5000,
    "dashes within dashes": "- " * 50_000,
    "mappings within mappings": "{a: " * 5000 + "}" * 5000,
    "indents": "\n".join(" " * level + "a:" for level in range(2000)),
    "very many parts": "flavors: [" + "a," * 200_000 + "]",
    "a very long key": "?" + "k" * 500_000 + "\n: v",
    "flow without end": "flavors: {" * 3000,
    "too large": "a: " + "x" * MAXIMUM_BYTES,
    "many documents": "--- a\n" * 50_000,
    "objects": '!!python/object/apply:os.mkdir ["canary"]',
    "new objects": "flavors: !!python/object/new:os.mkdir [canary]",
    "modules": "flavors: !!python/module:antigravity",
    "names": "flavors: !!python/name:os.mkdir",
    "states": "!!python/object:os.mkdir {__setstate__: x}",
    "tags of our own making": "%TAG ! tag:yaml.org,2002:python/object/apply:\n---\n!os.mkdir [canary]",
    "binary": "flavors: !!binary " + "A" * 100_000,
    "NUL": "flavors: \0",
    "UTF-16": "flavors: {}".encode("utf-16").decode("latin-1"),
    "tabs": "\tflavors:\n\t\t- a",
    "numbers": "model_size_bytes: " + "9" * 100_000,
    "base 60": "model_size_bytes: " + "1:" * 20_000 + "1",
    "signatures within signatures": "signature: {inputs: '" + "[" * 100_000 + "'}",
    "numbers in signatures": "signature: {inputs: '" + "9" * 100_000 + "'}",
}


@pytest.mark.parametrize("name", YAML_BOMBS)
def test_a_model_that_is_a_bomb_says_nothing_and_does_nothing(name: str, tmp_path: Path) -> None:
    with watching(tmp_path) as seen:
        content = parse_mlmodel(YAML_BOMBS[name].encode())
    assert seen == []
    # What can be read as a model without harm may be; none of these says anything of itself.
    assert content is None or (content.signature or "null", content.flavors, content.size_bytes) == ("null", (), None)


def test_the_bombs_are_some() -> None:
    """Shown by what a reader without bounds makes of a small one."""
    small = yaml.safe_load(laughing(2, 4))["flavors"]
    assert len(json.dumps(small)) > 2**4 * len("lol")


@pytest.mark.parametrize(
    "name", ["billion laughs", "objects", "lists within lists, closed", "very many parts", "UTF-16"]
)
async def test_a_version_of_a_bomb_is_registered_and_the_server_goes_on(
    client: httpx.AsyncClient, place: Path, name: str
) -> None:
    run = (await post(client, "runs/create", experiment_id="0"))["run"]["info"]
    folder = run["artifact_uri"].removeprefix("mlflow-artifacts:/")
    await post(client, "registered-models/create", name="m")
    with watching(place) as seen:
        await client.put(f"{FILES}/{folder}/model/MLmodel", content=YAML_BOMBS[name].encode())
        source = f"runs:/{run['run_id']}/model"
        version = await post(client, "model-versions/create", name="m", source=source, run_id=run["run_id"])
        shown = (await client.get("/mlflow/models/m/versions/1")).json()
    assert version["model_version"]["version"] == "1"
    assert not shown.get("signature")
    assert seen == []
    assert (await client.get("/health")).text == "OK"
