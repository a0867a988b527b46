"""What a process runs on: Python, the system, and the variables that change what a training does."""

import json
import os
import platform
import sys
from collections.abc import Mapping
from typing import Final

from trialog.sdk.source.secrets import is_secret_name

VARIABLE: Final = "TRIALOG_SOURCE_VARIABLES"
_VARIABLES: Final = (
    "CUBLAS_WORKSPACE_CONFIG",
    "CUDA_DEVICE_ORDER",
    "CUDA_LAUNCH_BLOCKING",
    "CUDA_VISIBLE_DEVICES",
    "HIP_VISIBLE_DEVICES",
    "LOCAL_RANK",
    "MKL_NUM_THREADS",
    "NVIDIA_VISIBLE_DEVICES",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "PYTHONHASHSEED",
    "PYTHONOPTIMIZE",
    "RANK",
    "SLURM_CPUS_PER_TASK",
    "SLURM_JOB_ID",
    "SLURM_JOB_NAME",
    "SLURM_NNODES",
    "SLURM_PROCID",
    "TF_DETERMINISTIC_OPS",
    "TOKENIZERS_PARALLELISM",
    "WORLD_SIZE",
    "XLA_FLAGS",
)
_LONGEST_VALUE: Final = 1000


def surroundings(environment: Mapping[str, str] | None = None) -> bytes:
    """Return what this process runs on, as JSON.

    Of variables, those of a list are told that are known to change what a training does, and those that
    TRIALOG_SOURCE_VARIABLES names, separated by commas; never one whose name says that it is a secret.

    Args:
        environment: Variables by name; those of this process if None.
    """
    variables = os.environ if environment is None else environment
    asked = [name.strip() for name in variables.get(VARIABLE, "").split(",")]
    told = {
        name: variables[name][:_LONGEST_VALUE]
        for name in sorted({*_VARIABLES, *asked})
        if variables.get(name) and not is_secret_name(name)
    }
    said = {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "platform": platform_name(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "variables": told,
    }
    return json.dumps(said, indent=2, ensure_ascii=False).encode() + b"\n"


def platform_name() -> str:
    """Return the system and the kind of processors, such as `linux-x86_64`."""
    return f"{sys.platform}-{platform.machine().lower()}"
