"""What a model takes and gives."""

from collections.abc import Mapping
from typing import Any

from trialog.errors import InvalidParameter
from trialog.models.schema import ParamSchema, Schema


class ModelSignature:
    """What a model takes, what it gives, and the parameters of a prediction.

    Args:
        inputs: What goes in; None if it is not known.
        outputs: What comes out; None if it is not known.
        params: The parameters; None if there are none.

    Raises:
        InvalidParameter: Nothing at all is given, or something that is no schema (`signature.invalid`).
    """

    def __init__(
        self, inputs: Schema | None = None, outputs: Schema | None = None, params: ParamSchema | None = None
    ) -> None:
        for name, given, kind in (
            ("inputs", inputs, Schema),
            ("outputs", outputs, Schema),
            ("params", params, ParamSchema),
        ):
            if given is not None and not isinstance(given, kind):
                raise InvalidParameter(
                    "signature.invalid",
                    f"{name} of a signature is a trialog.models.{kind.__name__}, not {type(given).__name__}; "
                    "trialog.models.infer_signature makes a signature from data.",
                )
        if inputs is None and outputs is None and params is None:
            raise InvalidParameter("signature.invalid", "A signature has inputs, outputs or params.")
        self.inputs = inputs
        self.outputs = outputs
        self.params = params

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ModelSignature) and (self.inputs, self.outputs, self.params) == (
            other.inputs,
            other.outputs,
            other.params,
        )

    def __hash__(self) -> int:
        return hash((self.inputs, self.outputs, self.params))

    def __repr__(self) -> str:
        return f"inputs: \n  {self.inputs!r}\noutputs: \n  {self.outputs!r}\nparams: \n  {self.params!r}\n"

    def to_dict(self) -> dict[str, str | None]:
        """Return it as it stands in a file `MLmodel`: each part as JSON within a text."""
        return {
            "inputs": None if self.inputs is None else self.inputs.to_json(),
            "outputs": None if self.outputs is None else self.outputs.to_json(),
            "params": None if self.params is None else self.params.to_json(),
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "ModelSignature":
        """Read what stands in a file `MLmodel`.

        Raises:
            InvalidParameter: It is no signature (`signature.invalid`, `signature.invalid_param`).
        """
        inputs, outputs, params = (content.get(part) or None for part in ("inputs", "outputs", "params"))
        return cls(
            None if inputs is None else Schema.from_json(inputs),
            None if outputs is None else Schema.from_json(outputs),
            None if params is None else ParamSchema.from_json(params),
        )
