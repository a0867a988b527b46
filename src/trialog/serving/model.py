"""The model that is served: what it is, where it comes from, and how it is asked."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from trialog.models.folder import PYFUNC_FLAVOR
from trialog.models.pyfunc import PyFuncModel
from trialog.models.requirements import installed_version
from trialog.models.signature import ModelSignature
from trialog.serving.formats import InputReader
from trialog.serving.model_input import ModelInput

_VERSION_SUFFIX: Final = "_version"


@dataclass(frozen=True)
class ServedModel:
    """A loaded model, and what is known of it. It never changes; another version is another one.

    Args:
        model: The model.
        uri: What it was asked for by, such as `models:/iris/Production`.
        name: Name of the registered model; None if it is none.
        version: Its version there.
        run_id: Id of the run that made it.
        model_id: Id of the logged model that it is.
        digest: SHA-256 of its file `MLmodel`, which names those of all other files; None if that is not known.
    """

    model: PyFuncModel
    uri: str
    name: str | None = None
    version: str | None = None
    run_id: str | None = None
    model_id: str | None = None
    digest: str | None = None
    reader: InputReader = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reader", InputReader(self.signature))

    @property
    def signature(self) -> ModelSignature | None:
        """What it takes and gives; None if it does not say."""
        return self.model.metadata.signature

    @property
    def flavor(self) -> str:
        """Name of the flavor that its library loads, such as `sklearn`; `python_function` if it is a user's code."""
        own = (name for name in self.model.metadata.flavors if name != PYFUNC_FLAVOR)
        return next(own, PYFUNC_FLAVOR)

    @cached_property
    def library_versions(self) -> dict[str, str]:
        """Version of the library that predicts, and of numpy and pandas, as they are installed here."""
        modules = ("numpy", "pandas", {"sklearn": "scikit-learn"}.get(self.flavor, self.flavor))
        return {one: version for one in modules if (version := installed_version(one)) is not None}

    def read(self, content_type: str | None, body: bytes) -> ModelInput:
        """Return what the body of a request asks, held against the signature.

        Args:
            content_type: Value of the header.
            body: The body, no more compressed.

        Raises:
            UnsupportedContentType: It is none of the formats.
            InvalidParameter: It cannot be read, or does not go with the signature.
        """
        return self.reader.read(content_type, body)

    def predict(self, given: ModelInput) -> Any:
        """Return what the model predicts.

        Args:
            given: What `read` returned, or several of these put together.
        """
        return self.model.predict_checked(given.data, given.params)
