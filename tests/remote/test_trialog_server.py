"""A server of Trialog in another's pages: its own API is passed on, and files still come with this server's headers."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import httpx
import pytest

from tests.contract.http_log_streams import log_part_to_wire
from tests.servers import RunningServer, start_trialog
from trialog.entities import Param
from trialog.entities.log_stream import LogPart
from trialog.wire.log_stream_format import LOG_STREAM_TYPE

OWN = "/api/trialog/v1"


@dataclass(frozen=True)
class Chain:
    """A server and what shows its data.

    Attributes:
        behind: A client of the former.
        server: The former.
        web: A client of the latter.
    """

    behind: httpx.Client
    server: RunningServer
    web: httpx.Client


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    with (
        start_trialog(tmp_path_factory.mktemp("behind")) as behind,
        start_trialog(tmp_path_factory.mktemp("shown"), "--backend-store-uri", behind.url) as shown,
        httpx.Client(base_url=behind.url, trust_env=False) as of_behind,
        httpx.Client(base_url=shown.url, trust_env=False) as web,
    ):
        yield Chain(of_behind, behind, web)


def test_nothing_is_missing(chain: Chain) -> None:
    told = chain.web.get("/api/3.0/mlflow/server-info").json()["another_server"]
    assert told == {"url": chain.server.url, "kind": "trialog", "version": "3.17.2", "lacks": []}


def test_its_own_api_is_passed_on_both_ways(chain: Chain) -> None:
    meaning = chain.web.put(f"{OWN}/metric-meanings/overrides/val/потери 1", json={"direction": "lower"})
    assert meaning.status_code == 200, meaning.text
    kept = chain.behind.get(f"{OWN}/metric-meanings/overrides").json()["overrides"]
    assert [one["pattern"] for one in kept] == ["val/потери 1"]
    assert chain.web.get(f"{OWN}/home").json() == chain.behind.get(f"{OWN}/home").json()
    assert chain.web.get(f"{OWN}/status").json()["store_kind"] == "sqlite"


def test_its_refusals_are_passed_on(chain: Chain) -> None:
    answer = chain.web.get(f"{OWN}/runs/{'0' * 32}")
    assert (answer.status_code, answer.json()) == (404, chain.behind.get(f"{OWN}/runs/{'0' * 32}").json())


def test_curves_come_in_the_form_that_is_asked_for(chain: Chain) -> None:
    run_id = _new_run(chain)
    asked = {"run_ids": [run_id], "keys": ["loss"]}
    in_bytes = chain.web.post(f"{OWN}/metrics/curves", json=asked)
    assert in_bytes.content.startswith(b"TRIALOG1")
    as_json = chain.web.post(f"{OWN}/metrics/curves", json=asked, headers={"accept": "application/json"})
    assert as_json.json()["curves"][0]["values"] == [0.5]


def test_files_come_with_the_headers_of_this_server(chain: Chain) -> None:
    run_id = _new_run(chain)
    upload = {"run_uuid": run_id, "path": "page.html"}
    chain.behind.post("/ajax-api/2.0/mlflow/upload-artifact", params=upload, content=b"<script>1</script>")
    shown = chain.web.get(f"{OWN}/runs/{run_id}/artifacts/view", params={"path": "page.html"})
    assert shown.content == b"<script>1</script>"
    assert shown.headers["content-security-policy"].startswith("sandbox;")


def test_a_stream_is_passed_on_as_it_is(chain: Chain) -> None:
    run_id = uuid.uuid4().hex
    begun = chain.web.put(f"{OWN}/runs/{run_id}", json={"experiment_id": "0"})
    assert begun.json()["run"]["info"]["run_id"] == run_id, begun.text
    content = log_part_to_wire(LogPart(writer="w", start=0, end=64, params=(Param("lr", "0.1"),)))
    asked = {"writer": "w", "start": "0", "end": "64"}
    for _ in range(2):
        sent = chain.web.post(
            f"{OWN}/runs/{run_id}/log", params=asked, content=content, headers={"content-type": LOG_STREAM_TYPE}
        )
        assert (sent.status_code, sent.json()) == (200, {"applied": 64})
    data = chain.behind.get("/api/2.0/mlflow/runs/get", params={"run_id": run_id}).json()["run"]["data"]
    assert data["params"] == [{"key": "lr", "value": "0.1"}]


def test_files_are_not_sent_through_another_server(chain: Chain) -> None:
    run_id = _new_run(chain)
    for method, path in (
        ("PUT", f"{OWN}/runs/{run_id}/artifacts/file?path=a.txt"),
        ("POST", f"/ajax-api/2.0/mlflow/upload-artifact?run_uuid={run_id}&path=a.txt"),
    ):
        refused = chain.web.request(method, path, content=b"x")
        assert (refused.status_code, refused.json()["code"]) == (501, "remote.no_uploads"), refused.text


@pytest.mark.parametrize("name", ["%2e%2e", "..%2f..%2fhealth"])
def test_no_name_leads_to_another_path(chain: Chain, name: str) -> None:
    answer = chain.web.get(f"{OWN}/metric-meanings/overrides/{name}")
    assert answer.status_code in {400, 404, 405}
    answer = chain.web.put(f"{OWN}/metric-meanings/overrides/a/{name}/b", json={"direction": "lower"})
    assert answer.status_code in {400, 404, 405}


def test_a_foreign_page_reaches_nothing(chain: Chain) -> None:
    headers = {"origin": "http://evil.example", "sec-fetch-site": "cross-site"}
    answer = chain.web.post(f"{OWN}/runs/columns", json={"experiment_ids": ["0"]}, headers=headers)
    assert answer.status_code == 403


def test_a_server_that_goes_away_and_comes_back(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("goes")
    with ExitStack() as stays:
        with start_trialog(folder) as first:
            beside = tmp_path_factory.mktemp("stays")
            shown = stays.enter_context(start_trialog(beside, "--backend-store-uri", first.url))
            web = stays.enter_context(httpx.Client(base_url=shown.url, trust_env=False))
            assert web.get(f"{OWN}/home").status_code == 200
        gone = web.get(f"{OWN}/home")
        assert (gone.status_code, gone.json()["code"]) == (503, "remote.unreachable")
        told = web.get("/api/3.0/mlflow/server-info").json()["another_server"]
        assert (told["url"], told["kind"]) == (first.url, None)
        with start_trialog(folder, port=int(first.url.rpartition(":")[2])):
            assert web.get(f"{OWN}/home").status_code == 200


def _new_run(chain: Chain) -> str:
    made = chain.behind.post("/api/2.0/mlflow/runs/create", json={"experiment_id": "0"}).json()
    run_id: str = made["run"]["info"]["run_id"]
    point = {"run_id": run_id, "key": "loss", "value": 0.5, "timestamp": 1, "step": 0}
    chain.behind.post("/api/2.0/mlflow/runs/log-metric", json=point)
    return run_id
