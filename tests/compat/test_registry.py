"""The model registry through the unmodified client: models, versions, stages, aliases, tags, prompts."""

import time
from pathlib import Path
from typing import Any

import mlflow
import mlflow.pyfunc
import mlflow.sklearn
import numpy as np
import pytest
from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from sklearn.linear_model import LinearRegression

from tests.compat.differences import Differences
from tests.compat.refusals import refused

# The client finds stages old-fashioned, and says so at every use.
pytestmark = [
    pytest.mark.filterwarnings(
        "ignore:.*(model_version_stage|get_latest_versions|model registry stages).*:FutureWarning"
    ),
]
REQUIREMENTS = ["scikit-learn", "numpy"]
SOURCE = "s3://bucket/model"


@pytest.fixture
def name(unique: str) -> str:
    """A name of this test alone."""
    return f"model-{unique}"


def log_line(factor: float) -> Any:
    """Log a tiny model that multiplies."""
    points = np.array([[0.0], [1.0], [2.0]])
    estimator = LinearRegression().fit(points, factor * points[:, 0])
    return mlflow.sklearn.log_model(estimator, name="line", pip_requirements=REQUIREMENTS)


def register(client: MlflowClient, name: str, count: int = 1, **fields: Any) -> list[ModelVersion]:
    """Make a registered model with versions that have no files."""
    client.create_registered_model(name)
    return [client.create_model_version(name, SOURCE, **fields) for _ in range(count)]


def wait_for_a_new_millisecond(client: MlflowClient, name: str) -> None:
    """Return when changes of now have a later time than the last change of a model."""
    last = client.get_registered_model(name).last_updated_timestamp or 0
    while time.time_ns() // 1_000_000 <= last:
        time.sleep(0.001)


def stages(client: MlflowClient, name: str) -> dict[str, str | None]:
    """Stage of each version."""
    return {each.version: each.current_stage for each in client.search_model_versions(f"name = '{name}'")}


def factor_of(uri: str) -> float:
    """What the model at an address multiplies by."""
    loaded: Any = mlflow.pyfunc.load_model(uri)
    return round(float(loaded.predict(np.array([[1.0]]))[0]), 6)


def test_a_model_is_created_read_described_and_renamed(client: MlflowClient, name: str) -> None:
    created = client.create_registered_model(name, tags={"team": "A", "ключ": "значение"}, description="What for")
    assert (created.name, created.description, created.tags) == (name, "What for", {"team": "A", "ключ": "значение"})
    assert created.creation_timestamp == created.last_updated_timestamp > 1_600_000_000_000
    assert (created.latest_versions, created.aliases) == ([], {})
    assert client.update_registered_model(name, "other").description == "other"
    assert client.update_registered_model(name, None).description == ""
    client.rename_registered_model(name, f"{name}-2")
    assert client.get_registered_model(f"{name}-2").tags == created.tags
    with refused("RESOURCE_DOES_NOT_EXIST", f"Registered Model with name={name} not found"):
        client.get_registered_model(name)


def test_a_name_is_given_once(client: MlflowClient, name: str) -> None:
    client.create_registered_model(name)
    client.create_registered_model(f"{name}-2")
    with refused("RESOURCE_ALREADY_EXISTS", rf"Registered Model \(name={name}\) already exists"):
        client.create_registered_model(name)
    with refused("RESOURCE_ALREADY_EXISTS", rf"Registered Model \(name={name}\) already exists"):
        client.rename_registered_model(f"{name}-2", name)
    client.delete_registered_model(name)
    assert client.create_registered_model(name).name == name


@pytest.mark.parametrize("wrong", ["a/b", "a:b"])
def test_a_wrong_name_is_refused(client: MlflowClient, wrong: str) -> None:
    with refused("INVALID_PARAMETER_VALUE", "Names cannot contain|cannot contain"):
        client.create_registered_model(wrong)


def test_models_are_found_in_order_and_in_pages(client: MlflowClient, unique: str) -> None:
    names = [f"find-{unique}-{letter}" for letter in "abcde"]
    for number, each in enumerate(names):
        client.create_registered_model(each, tags={"kind": "even" if number % 2 == 0 else "odd"})
    mine = f"name LIKE 'find-{unique}-%'"
    assert [each.name for each in client.search_registered_models(mine)] == names
    assert [each.name for each in client.search_registered_models(mine, order_by=["name DESC"])] == names[::-1]
    odd = client.search_registered_models(f"{mine} AND tags.kind = 'odd'")
    assert [each.name for each in odd] == [names[1], names[3]]
    assert [each.name for each in client.search_registered_models(f"name ILIKE 'FIND-{unique}-A'")] == names[:1]
    found: list[str] = []
    token: str | None = None
    while token or not found:
        page = client.search_registered_models(mine, max_results=2, page_token=token)
        assert len(page) <= 2
        found += [each.name for each in page]
        token = page.token
    assert found == names
    wait_for_a_new_millisecond(client, names[4])
    client.update_registered_model(names[2], "last")
    newest = client.search_registered_models(mine, order_by=["last_updated_timestamp DESC"], max_results=1)
    assert newest[0].name == names[2]
    with refused("INVALID_PARAMETER_VALUE", "Invalid attribute key 'run_id' specified"):
        client.search_registered_models("run_id = 'x'")


def test_a_version_is_created_and_read(client: MlflowClient, name: str, run: str) -> None:
    client.create_registered_model(name)
    created = client.create_model_version(
        name, SOURCE, run_id=run, tags={"k": "v"}, run_link="http://host/run", description="first"
    )
    version = client.get_model_version(name, "1")
    for each in (created, version):
        assert (each.name, str(each.version), each.status, each.current_stage) == (name, "1", "READY", "None")
        assert (each.source, each.run_id, each.run_link, each.tags) == (SOURCE, run, "http://host/run", {"k": "v"})
        assert (each.description, each.user_id, each.aliases) == ("first", "", [])
        assert each.creation_timestamp == each.last_updated_timestamp
        assert int(each.creation_timestamp or 0) > 1_600_000_000_000
    assert client.get_model_version_download_uri(name, "1") == SOURCE
    assert client.update_model_version(name, "1", "other").description == "other"


def test_numbers_are_never_used_again(client: MlflowClient, name: str) -> None:
    register(client, name, 3)
    client.delete_model_version(name, "3")
    assert str(client.create_model_version(name, SOURCE).version) == "4"
    with refused("RESOURCE_DOES_NOT_EXIST", rf"Model Version \(name={name}, version=3\) not found"):
        client.get_model_version(name, "3")


def test_versions_are_found(client: MlflowClient, name: str, run: str) -> None:
    client.create_registered_model(name)
    for number in range(5):
        client.create_model_version(
            name, f"{SOURCE}/{number}", run_id=run if number == 1 else None, tags={"n": str(number)}
        )
    mine = f"name = '{name}'"

    def found(filter_text: str, **fields: Any) -> list[str]:
        return [str(each.version) for each in client.search_model_versions(filter_text, **fields)]

    assert sorted(found(mine)) == ["1", "2", "3", "4", "5"]
    assert found(f"run_id = '{run}'") == ["2"]
    assert found(f"{mine} AND source_path = '{SOURCE}/3'") == ["4"]
    assert found(f"{mine} AND tags.n = '4'") == ["5"]
    assert found(f"{mine} AND version_number >= 4", order_by=["version_number ASC"]) == ["4", "5"]
    assert found(f"{mine} AND run_id IN ('{run}', 'x')") == ["2"]
    page = client.search_model_versions(mine, max_results=2, order_by=["version_number DESC"])
    rest = client.search_model_versions(mine, max_results=4, order_by=["version_number DESC"], page_token=page.token)
    assert [str(each.version) for each in (*page, *rest)] == ["5", "4", "3", "2", "1"]
    assert rest.token in {None, ""}


def test_stages_change_and_others_are_archived(client: MlflowClient, name: str, differences: Differences) -> None:
    register(client, name, 3)
    assert client.transition_model_version_stage(name, "1", "production").current_stage == "Production"
    client.transition_model_version_stage(name, "2", "Production")
    assert stages(client, name) == {"1": "Production", "2": "Production", "3": "None"}
    client.transition_model_version_stage(name, "3", "Production", archive_existing_versions=True)
    assert stages(client, name) == {"1": "Archived", "2": "Archived", "3": "Production"}
    latest = {each.current_stage: str(each.version) for each in client.get_latest_versions(name)}
    assert latest == {"Archived": "2", "Production": "3"}
    assert [str(each.version) for each in client.get_latest_versions(name, ["archived"])] == ["2"]
    assert client.get_latest_versions(name, ["Staging"]) == []
    with refused("INVALID_PARAMETER_VALUE", "Invalid Model Version stage: Live. Value must be one of None, Staging"):
        client.transition_model_version_stage(name, "1", "Live")
    fault = "'Archived' is not an Active stage" if differences.archiving_fault_is_the_callers else "500"
    with pytest.raises(MlflowException, match=fault):
        client.transition_model_version_stage(name, "1", "Archived", archive_existing_versions=True)


def test_what_is_in_production_is_not_deleted_by_mistake(
    client: MlflowClient, name: str, differences: Differences
) -> None:
    register(client, name, 1)
    client.transition_model_version_stage(name, "1", "Production")
    if differences.production_is_guarded:
        with refused("RESOURCE_CONFLICT", "in Production"):
            client.delete_model_version(name, "1")
        with refused("RESOURCE_CONFLICT", "in Production"):
            client.delete_registered_model(name)
        client.transition_model_version_stage(name, "1", "Archived")
    client.delete_model_version(name, "1")
    client.delete_registered_model(name)


def test_tags_are_set_and_deleted(client: MlflowClient, name: str) -> None:
    register(client, name, 1)
    client.set_registered_model_tag(name, "a b/c.d", "1")
    client.set_registered_model_tag(name, "long", "x" * 100_000)
    client.set_model_version_tag(name, "1", "k", "v")
    client.set_model_version_tag(name, "1", "k", "w")
    assert client.get_registered_model(name).tags == {"a b/c.d": "1", "long": "x" * 100_000}
    assert client.get_model_version(name, "1").tags == {"k": "w"}
    client.delete_registered_model_tag(name, "long")
    client.delete_registered_model_tag(name, "never there")
    client.delete_model_version_tag(name, "1", "k")
    assert client.get_registered_model(name).tags == {"a b/c.d": "1"}
    assert client.get_model_version(name, "1").tags == {}
    with refused("RESOURCE_DOES_NOT_EXIST", "not found"):
        client.set_model_version_tag(name, "9", "k", "v")


def test_aliases_move(client: MlflowClient, name: str) -> None:
    register(client, name, 2)
    client.set_registered_model_alias(name, "champion", "1")
    client.set_registered_model_alias(name, "challenger", "1")
    client.set_registered_model_alias(name, "champion", "2")
    assert {alias: str(version) for alias, version in client.get_registered_model(name).aliases.items()} == {
        "champion": "2",
        "challenger": "1",
    }
    assert str(client.get_model_version_by_alias(name, "champion").version) == "2"
    assert client.get_model_version(name, "2").aliases == ["champion"]
    client.delete_registered_model_alias(name, "champion")
    client.delete_registered_model_alias(name, "champion")
    with refused("INVALID_PARAMETER_VALUE", "Registered model alias champion not found"):
        client.get_model_version_by_alias(name, "champion")
    for reserved in ("latest", "v1"):
        with refused("INVALID_PARAMETER_VALUE", "reserved"):
            client.set_registered_model_alias(name, reserved, "1")
    with refused("RESOURCE_DOES_NOT_EXIST", "not found"):
        client.set_registered_model_alias(name, "other", "9")


def test_models_are_loaded_by_every_name(client: MlflowClient, experiment: str, name: str) -> None:
    with mlflow.start_run():
        for factor in (1.0, 2.0, 3.0):
            mlflow.register_model(log_line(factor).model_uri, name)
    client.transition_model_version_stage(name, "1", "Production")
    client.transition_model_version_stage(name, "3", "Staging")
    client.set_registered_model_alias(name, "champion", "2")
    for named, factor in (
        ("/1", 1.0),
        ("/3", 3.0),
        ("/latest", 3.0),
        ("/Production", 1.0),
        ("/staging", 3.0),
        ("@champion", 2.0),
    ):
        assert factor_of(f"models:/{name}{named}") == factor
    loaded: Any = mlflow.sklearn.load_model(f"models:/{name}@champion")
    assert round(float(loaded.coef_[0]), 6) == 2.0
    with pytest.raises(MlflowException, match=r"not found|No versions"):
        mlflow.pyfunc.load_model(f"models:/{name}/9")


def test_a_model_is_registered_as_it_is_logged(client: MlflowClient, experiment: str, name: str) -> None:
    with mlflow.start_run() as run:
        estimator = LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])
        info = mlflow.sklearn.log_model(
            estimator, name="line", registered_model_name=name, pip_requirements=REQUIREMENTS
        )
    assert str(info.registered_model_version) == "1"
    version = client.get_model_version(name, "1")
    assert version.run_id == run.info.run_id
    model = client.get_logged_model(info.model_id)
    assert name in model.tags["mlflow.modelVersions"]
    assert client.get_model_version_download_uri(name, "1") == model.artifact_location
    assert factor_of(f"models:/{name}/1") == 1.0


def test_the_model_of_a_run_is_registered(client: MlflowClient, experiment: str, name: str) -> None:
    with mlflow.start_run() as run:
        log_line(5.0)
    version = mlflow.register_model(f"runs:/{run.info.run_id}/line", name, tags={"from": "run"})
    assert (str(version.version), version.run_id) == ("1", run.info.run_id)
    assert client.get_model_version(name, "1").tags == {"from": "run"}
    assert factor_of(f"models:/{name}/1") == 5.0


def test_a_version_is_copied(client: MlflowClient, experiment: str, name: str) -> None:
    with mlflow.start_run() as run:
        mlflow.register_model(log_line(7.0).model_uri, name)
    copy = client.copy_model_version(f"models:/{name}/1", f"{name}-copy")
    again = client.copy_model_version(f"models:/{name}-copy/1", f"{name}-copy")
    assert [(str(each.version), each.run_id) for each in (copy, again)] == [
        ("1", run.info.run_id),
        ("2", run.info.run_id),
    ]
    assert client.get_model_version(f"{name}-copy", "1").source == f"models:/{name}/1"
    located = {client.get_model_version_download_uri(*each) for each in ((name, "1"), (f"{name}-copy", "2"))}
    assert len(located) == 1
    assert factor_of(f"models:/{name}-copy/2") == 7.0


def test_files_of_a_version_are_downloaded(experiment: str, name: str, tmp_path: Path) -> None:
    with mlflow.start_run():
        mlflow.register_model(log_line(1.0).model_uri, name)
    local = Path(mlflow.artifacts.download_artifacts(f"models:/{name}/1", dst_path=str(tmp_path)))
    assert {"MLmodel", "model.pkl"} <= {path.name for path in local.iterdir()} or (local / "model.skops").exists()


def test_a_label_is_a_name_too(client: MlflowClient, experiment: str, name: str, differences: Differences) -> None:
    if not differences.labels_name_versions:
        pytest.skip("MLflow knows no labels")
    with mlflow.start_run():
        for factor, label in ((1.0, "20251012_162229"), (2.0, "20251216103000")):
            mlflow.register_model(log_line(factor).model_uri, name, tags={"trialog.label": label})
    assert factor_of(f"models:/{name}/20251012_162229") == 1.0
    assert factor_of(f"models:/{name}/20251216103000") == 2.0
    assert str(client.get_model_version(name, "20251012_162229").version) == "1"


def test_a_relative_path_is_kept(client: MlflowClient, name: str, differences: Differences) -> None:
    client.create_registered_model(name)
    source = "artifacts/models/xgboost_production_v5.pkl"
    if differences.relative_sources:
        assert client.create_model_version(name, source).source == source
    else:
        with refused("INVALID_PARAMETER_VALUE", "Invalid model version source"):
            client.create_model_version(name, source)


@pytest.mark.parametrize("source", ["/etc/passwd", "s3://bucket/../x", "mlflow-artifacts:/0/x/artifacts"])
def test_files_of_others_are_no_source(client: MlflowClient, name: str, run: str, source: str) -> None:
    client.create_registered_model(name)
    with refused("INVALID_PARAMETER_VALUE", "Invalid model version source"):
        client.create_model_version(name, source, run_id=run)


def test_prompts_are_registered_and_loaded(client: MlflowClient, unique: str) -> None:
    name = f"prompt-{unique}"
    first = mlflow.genai.register_prompt(name, "Hello {{who}}", commit_message="first", tags={"k": "v"})
    mlflow.genai.register_prompt(name, "Привет, {{who}}")
    mlflow.genai.set_prompt_alias(name, "production", 1)
    assert first.version == 1
    one, two = mlflow.genai.load_prompt(name, version=1), mlflow.genai.load_prompt(f"prompts:/{name}/2")
    assert one is not None
    assert two is not None
    assert one.format(who="you") == "Hello you"
    assert (two.template, one.commit_message, one.tags["k"]) == ("Привет, {{who}}", "first", "v")
    by_alias = mlflow.genai.load_prompt(f"prompts:/{name}@production")
    assert by_alias is not None
    assert by_alias.version == 1
    # Prompts are no models, and are not among them.
    assert [each.name for each in client.search_registered_models(f"name = '{name}'")] == []
    assert [each.name for each in mlflow.genai.search_prompts(f"name = '{name}'")] == [name]
