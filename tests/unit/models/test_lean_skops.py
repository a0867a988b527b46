"""Reading a model without all of skops: the same model, and whoever imports skops gets all of it."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

# In a process of its own, which has not imported skops.
READS = """
import sys
from pathlib import Path
from trialog.models.skops_format import load_skops

model = load_skops(Path(sys.argv[1]), None, None)
assert not [name for name in sys.modules if name.startswith("skops")]
print(model.transform([[0.0], [1.0]]).ravel().round(6).tolist())
import skops.io

print(skops.io.get_untrusted_types(file=sys.argv[1]), type(skops.io.load(sys.argv[1])).__name__)
"""


def test_a_model_is_read_as_by_all_of_skops(tmp_path: Path) -> None:
    model = make_pipeline(FunctionTransformer(np.log1p), StandardScaler()).fit([[0.0], [1.0]])
    import_module("skops.io").dump(model, tmp_path / "model.skops")
    told = subprocess.run(
        [sys.executable, "-c", READS, str(tmp_path / "model.skops")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines() == ["[-1.0, 1.0]", "[] Pipeline"]
