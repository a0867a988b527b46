import json
from pathlib import Path

import pytest

from trialog.errors import InvalidParameter
from trialog.projects.ray_config import RayConfig, read_ray_config


def test_it_is_read_from_text_or_a_file(tmp_path: Path) -> None:
    said = {
        "address": "ray://head:10001",
        "num_cpus": 0.5,
        "num_gpus": 1,
        "resources": {"big": 2},
        "excludes": ["*.csv"],
    }
    text = json.dumps(said)
    path = tmp_path / "ray.json"
    path.write_text(text, encoding="utf-8")
    config = RayConfig(address="ray://head:10001", num_cpus=0.5, num_gpus=1, resources={"big": 2}, excludes=("*.csv",))
    assert read_ray_config(text) == read_ray_config(str(path)) == config
    assert not config.is_local
    assert read_ray_config(None) == RayConfig() == read_ray_config("{}")
    assert RayConfig().is_local


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ('{"cpus": 1}', "the field 'cpus'; its fields are address, num_cpus"),
        ('{"num_cpus": -1}', "its num_cpus is -1"),
        ('{"num_cpus": NaN}', "its num_cpus is NaN"),
        ('{"num_gpus": true}', "its num_gpus is true"),
        ('{"address": "http://head:8265"}', "that of Ray's dashboard"),
        ('{"address": 7}', "no text"),
        ('{"resources": [1]}', "no mapping"),
        ('{"excludes": "x"}', "no list of texts"),
        ("{", "no JSON"),
        ("none.json", "cannot be read: No such file"),
    ],
)
def test_what_cannot_be_used_is_told(given: str, fault: str) -> None:
    with pytest.raises(InvalidParameter, match=fault):
        read_ray_config(given)
