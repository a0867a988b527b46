"""The model registry for programs that run on asyncio.

async with trialog.aio.ModelRegistry("http://127.0.0.1:5000") as registry:
    version = await registry.register_model("lstm", "2025-10-12T15-30", model_path="models/lstm.pt",
                                            metrics={"roc_auc": 0.71})
    await registry.promote("lstm", version.version, reason="best of the week")
"""

from trialog.aio.registry import ModelRegistry
from trialog.sdk.results import BestRun, ModelVersion, Move, RegisteredModel

__all__ = ["BestRun", "ModelRegistry", "ModelVersion", "Move", "RegisteredModel"]
