"""Requests to servers of models, and the models that are asked: the same for MLflow's server and for ours."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ECHO_CODE = Path(__file__).with_name("echo_code")
JSON = "application/json"
CSV = "text/csv"


def column(name: str | None, kind: str | dict[str, Any], *, required: bool = True) -> dict[str, Any]:
    """Return a column as a signature has it."""
    typed = {"type": kind} if isinstance(kind, str) else kind
    return {**typed, **({} if name is None else {"name": name}), "required": required}


def tensor(dtype: str, shape: list[int], name: str | None = None) -> dict[str, Any]:
    """Return a tensor as a signature has it."""
    named = {} if name is None else {"name": name}
    return {**named, "type": "tensor", "tensor-spec": {"dtype": dtype, "shape": shape}}


def param(name: str, kind: str, default: Any) -> dict[str, Any]:
    """Return a parameter as a signature has it."""
    return {"name": name, "type": kind, "default": default, "shape": None}


LIST_OF_DOUBLES = {"type": "array", "items": {"type": "double"}}
OBJECT = {
    "type": "object",
    "properties": {"a": {"type": "long", "required": True}, "b": {"type": "string", "required": False}},
}
SIGNATURES: dict[str, dict[str, list[dict[str, Any]]] | None] = {
    "none": None,
    "answers": None,
    "doubles": {"inputs": [column("a", "double"), column("b", "double")]},
    "floats": {"inputs": [column("a", "float"), column("b", "float")]},
    "longs": {"inputs": [column("a", "long"), column("b", "integer")]},
    "mixed": {
        "inputs": [
            column("x", "double"),
            column("n", "long"),
            column("i", "integer"),
            column("f", "float"),
            column("t", "boolean"),
            column("s", "string"),
        ]
    },
    "moment": {"inputs": [column("d", "datetime"), column("x", "double")]},
    "binary": {"inputs": [column("b", "binary")]},
    "optional": {"inputs": [column("a", "double"), column("b", "double", required=False)]},
    "unnamed": {"inputs": [column(None, "double"), column(None, "double")]},
    "one column": {"inputs": [column("text", "string")]},
    "list": {"inputs": [column("v", LIST_OF_DOUBLES)]},
    "object": {"inputs": [column("o", OBJECT)]},
    "any": {"inputs": [column("a", {"type": "any"})]},
    "tensor": {"inputs": [tensor("float64", [-1, 2])]},
    "small tensor": {"inputs": [tensor("float32", [-1, 2, 2])]},
    "whole tensor": {"inputs": [tensor("int64", [-1, 2])]},
    "named tensors": {"inputs": [tensor("float32", [-1, 2], "x"), tensor("int64", [-1], "n")]},
    "text tensor": {"inputs": [tensor("str", [-1])]},
    "params": {
        "inputs": [column("a", "double")],
        "params": [param("top", "long", 3), param("scale", "double", 1.0)],
    },
}


def write_model(folder: Path, name: str) -> None:
    """Write the folder of a model that has one of the signatures."""
    folder.mkdir(parents=True)
    shutil.copytree(ECHO_CODE, folder / "code", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "data.txt").write_text(name, encoding="utf-8")
    flavor = {"loader_module": "echo_model", "code": "code", "data": "data.txt", "python_version": "3.11.0"}
    fields: dict[str, Any] = {
        "flavors": {"python_function": flavor},
        "mlflow_version": "3.17.2",
        "model_uuid": "0" * 32,
        "utc_time_created": "2026-01-01 00:00:00.000000",
    }
    signature = SIGNATURES[name]
    if signature is not None:
        fields["signature"] = {
            "inputs": json.dumps(signature["inputs"]),
            "outputs": None,
            "params": json.dumps(signature["params"]) if "params" in signature else None,
        }
    # JSON is YAML as well.
    (folder / "MLmodel").write_text(json.dumps(fields), encoding="utf-8")


@dataclass(frozen=True)
class Asked:
    """One request.

    Args:
        name: What is asked, in a few words.
        model: Name of the signature that the model has.
        body: What is sent.
        content_type: What it is announced as.
    """

    name: str
    model: str
    body: bytes
    content_type: str | None = JSON


def _json(name: str, model: str, content: Any) -> Asked:
    return Asked(name, model, json.dumps(content).encode())


def _split(name: str, model: str, columns: list[Any], *rows: Any, **others: Any) -> Asked:
    return _json(name, model, {"dataframe_split": {"columns": columns, "data": list(rows), **others}})


def _records(name: str, model: str, *rows: dict[str, Any]) -> Asked:
    return _json(name, model, {"dataframe_records": list(rows)})


def _inputs(name: str, model: str, inputs: Any, **others: Any) -> Asked:
    return _json(name, model, {"inputs": inputs, **others})


def _instances(name: str, model: str, instances: Any) -> Asked:
    return _json(name, model, {"instances": instances})


def _csv(name: str, model: str, *lines: str) -> Asked:
    return Asked(name, model, "\n".join(lines).encode(), CSV)


MIXED = {"x": 0.5, "n": 2, "i": 3, "f": 0.25, "t": True, "s": "text"}
MOMENT = "2024-02-29T12:30:15.250000"
REQUESTS = [
    _split("split", "doubles", ["a", "b"], [1.5, 2.5], [3.5, 4.5]),
    _split("split of integers", "doubles", ["a", "b"], [1, 2]),
    _split("split in another order", "doubles", ["b", "a"], [1.5, 2.5]),
    _split("split with a column beyond", "doubles", ["c", "b", "a"], ["x", 1.5, 2.5]),
    _split("split with missing values", "doubles", ["a", "b"], [1.5, None], [None, 4.5]),
    _split("split with texts of numbers", "doubles", ["a", "b"], ["1.5", "2"]),
    _split("split with truths for numbers", "doubles", ["a", "b"], [True, False]),
    _split("split with an index", "doubles", ["a", "b"], [1.5, 2.5], index=[7]),
    _split("split without a column", "doubles", ["a"], [1.5]),
    _split("split with texts for numbers", "doubles", ["a", "b"], ["x", 2.5]),
    _split("split with lists for numbers", "doubles", ["a", "b"], [[1.5], 2.5]),
    _split("split without rows", "doubles", ["a", "b"]),
    _split("split with rows of several lengths", "doubles", ["a", "b"], [1.5, 2.5], [3.5]),
    _split("split with rows too long", "doubles", ["a", "b"], [1.5, 2.5, 3.5]),
    _split("split with a name twice", "doubles", ["a", "a", "b"], [1.5, 2.5, 3.5]),
    _split("split with rows that are no lists", "doubles", ["a", "b"], 1, 2),
    _json("split without names", "doubles", {"dataframe_split": {"data": [[1.5, 2.5]]}}),
    _json("split without data", "doubles", {"dataframe_split": {"columns": ["a", "b"]}}),
    _json("split with a key beyond", "doubles", {"dataframe_split": {"data": [], "columns": [], "more": 1}}),
    _json("split that is a list", "doubles", {"dataframe_split": [[1.5, 2.5]]}),
    Asked("split with NaN", "doubles", b'{"dataframe_split":{"columns":["a","b"],"data":[[NaN,Infinity]]}}'),
    _split("split of small floats", "floats", ["a", "b"], [0.1, 1e300]),
    _split("split of whole numbers", "longs", ["a", "b"], [1, -2]),
    _split("split of whole numbers with a point", "longs", ["a", "b"], [1.0, 2.0]),
    _split("split of texts of whole numbers", "longs", ["a", "b"], ["1", "2"]),
    _split("split of truths for whole numbers", "longs", ["a", "b"], [True, 2]),
    _split("split with broken numbers for whole ones", "longs", ["a", "b"], [1.5, 2]),
    _split("split with missing whole numbers", "longs", ["a", "b"], [1, 2], [None, 3]),
    _split("split with a number beyond 32 bits", "longs", ["a", "b"], [1, 2**31]),
    _split("split with a number beyond 64 bits", "longs", ["a", "b"], [2**64, 2]),
    _split("split of all kinds", "mixed", list(MIXED), list(MIXED.values()), list(MIXED.values())),
    _split("split with texts for truths", "mixed", list(MIXED), list({**MIXED, "t": "false"}.values())),
    _split("split with missing truths", "mixed", list(MIXED), list({**MIXED, "t": None}.values())),
    _split("split with 0 and 1 for truths", "mixed", list(MIXED), list({**MIXED, "t": 1}.values())),
    _split("split with 2 for a truth", "mixed", list(MIXED), list({**MIXED, "t": 2}.values())),
    _split("split with missing texts", "mixed", list(MIXED), list({**MIXED, "s": None}.values())),
    _split("split with numbers for texts", "mixed", list(MIXED), list({**MIXED, "s": 5}.values())),
    _split("split of moments", "moment", ["d", "x"], [MOMENT, 1.5], ["2024-03-01T00:00:00", 2.5]),
    _split("split of days", "moment", ["d", "x"], ["2024-02-29", 1.5]),
    _split("split of moments with a zone", "moment", ["d", "x"], [MOMENT + "+01:00", 1.5]),
    _split("split of missing moments", "moment", ["d", "x"], [None, 1.5]),
    _split("split with texts for moments", "moment", ["d", "x"], ["yesterday?", 1.5]),
    _split("split with numbers for moments", "moment", ["d", "x"], [1_700_000_000_000_000_000, 1.5]),
    _split("split of bytes", "binary", ["b"], ["c29tZSBieXRlcw=="]),
    _split("split of bytes with line ends", "binary", ["b"], ["c29t\nZSBieXRlcw==\n"]),
    _split("split with no base64", "binary", ["b"], ["c29-_!Z"]),
    _split("split with strange signs in base64", "binary", ["b"], ["c29t-ZSBieXRlcw=="]),
    _split("split with missing bytes", "binary", ["b"], [None]),
    _split("split without an optional column", "optional", ["a"], [1.5]),
    _split("split with an optional column", "optional", ["a", "b"], [1.5, 2.5]),
    _split("split with an optional column missing", "optional", ["a", "b"], [1.5, None]),
    _split("split of columns without names", "unnamed", [0, 1], [1.5, 2]),
    _json("split without names for columns without names", "unnamed", {"dataframe_split": {"data": [[1.5, 2]]}}),
    _split("split with too few columns", "unnamed", ["p"], [1.5]),
    _split("split of lists", "list", ["v"], [[1.5, 2.5]], [[3.5]]),
    _split("split of lists of integers", "list", ["v"], [[1, 2]]),
    _split("split of lists with a text", "list", ["v"], [[1.5, "x"]]),
    _split("split of objects", "object", ["o"], [{"a": 1, "b": "x"}], [{"a": 2}]),
    _split("split of objects without a value", "object", ["o"], [{"b": "x"}]),
    _split("split of anything", "any", ["a"], [{"x": [1, "y"]}], [None]),
    _split("split without a signature", "none", ["a", "s"], [1.5, "x"], [2.5, None]),
    _split("split for a tensor", "tensor", ["a", "b"], [1.5, 2.5]),
    _split("split for named tensors", "named tensors", ["x", "n"], [[1.5, 2.5], 1]),
    _records("records", "doubles", {"a": 1.5, "b": 2.5}, {"a": 3.5, "b": 4.5}),
    _records("records in another order", "doubles", {"b": 2.5, "a": 1.5}, {"a": 3.5, "b": 4.5, "c": 0}),
    _records("records with a value left out", "doubles", {"a": 1.5, "b": 2.5}, {"a": 3.5}),
    _records("records without a column", "doubles", {"a": 1.5}),
    _records("records of all kinds", "mixed", MIXED, MIXED),
    _records("records of one column", "one column", {"text": "a"}, {"text": "b"}),
    _records("records without a signature", "none", {"a": 1, "b": "x"}),
    _records("no records", "doubles"),
    _json("records that are an object", "doubles", {"dataframe_records": {"a": [1.5], "b": [2.5]}}),
    _json("records that are numbers", "doubles", {"dataframe_records": [1, 2]}),
    _inputs("tensor", "tensor", [[1.5, 2.5], [3.5, 4.5]]),
    _inputs("tensor of integers", "tensor", [[1, 2]]),
    _inputs("tensor with missing values", "tensor", [[1.5, None]]),
    _inputs("tensor of texts of numbers", "tensor", [["1.5", "2"]]),
    _inputs("tensor of texts", "tensor", [["x", "y"]]),
    _inputs("tensor of another width", "tensor", [[1.5, 2.5, 3.5]]),
    _inputs("tensor with too few axes", "tensor", [1.5, 2.5]),
    _inputs("tensor with rows of several lengths", "tensor", [[1.5, 2.5], [3.5]]),
    _inputs("empty tensor", "tensor", []),
    _inputs("tensor that is an object", "tensor", {"x": [[1.5, 2.5]]}),
    _inputs("tensor that is a number", "tensor", 1.5),
    _inputs("tensor that is null", "tensor", None),
    _instances("instances for a tensor", "tensor", [[1.5, 2.5], [3.5, 4.5]]),
    _inputs("small tensor", "small tensor", [[[1, 2], [3, 4.5]]]),
    _inputs("whole tensor", "whole tensor", [[1, 2]]),
    _inputs("whole tensor with points", "whole tensor", [[1.0, 2.0]]),
    _inputs("whole tensor with broken numbers", "whole tensor", [[1.5, 2.0]]),
    _inputs("whole tensor with missing numbers", "whole tensor", [[None, 2]]),
    _inputs("text tensor", "text tensor", ["a", "bc"]),
    _inputs("named tensors", "named tensors", {"x": [[1.5, 2.5]], "n": [1]}),
    _inputs("named tensors of several lengths", "named tensors", {"x": [[1.5, 2.5]], "n": [1, 2]}),
    _inputs("named tensors without one", "named tensors", {"x": [[1.5, 2.5]]}),
    _inputs("named tensors with one beyond", "named tensors", {"x": [[1.5, 2.5]], "n": [1], "m": [0]}),
    _inputs("named tensors as a list", "named tensors", [[1.5, 2.5]]),
    _instances("instances of named tensors", "named tensors", [{"x": [1.5, 2.5], "n": 1}, {"x": [3, 4], "n": 2}]),
    _instances("instances without a name", "named tensors", [{"x": [1.5, 2.5], "n": 1}, {"x": [3, 4]}]),
    _inputs("inputs by column", "doubles", {"a": [1.5, 2.5], "b": [3, 4]}),
    _inputs("inputs as one row", "doubles", {"a": 1.5, "b": 2.5}),
    _inputs("inputs as rows", "doubles", [{"a": 1.5, "b": 2.5}, {"a": 3.5, "b": 4.5}]),
    _inputs("inputs by column of several lengths", "doubles", {"a": [1.5, 2.5], "b": [3]}),
    _inputs("inputs as lists for named columns", "doubles", [[1.5, 2.5]]),
    _inputs("inputs as lists for unnamed columns", "unnamed", [[1.5, 2.5]]),
    _inputs("inputs for one column", "one column", ["a", "b"]),
    _inputs("inputs that are a text for one column", "one column", "a"),
    _inputs("inputs of all kinds", "mixed", {name: [value, value] for name, value in MIXED.items()}),
    _inputs("inputs with missing values", "doubles", {"a": [1.5, None], "b": [3, 4]}),
    _inputs("inputs with moments", "moment", {"d": [MOMENT], "x": [1.5]}),
    _inputs("inputs of bytes", "binary", {"b": ["c29tZSBieXRlcw=="]}),
    _inputs("inputs of a list column", "list", {"v": [1.5, 2.5]}),
    _inputs("inputs of an object column", "object", {"o": {"a": 1}}),
    _inputs("inputs without a signature", "none", [[1, 2.5], [3, 4]]),
    _inputs("inputs by name without a signature", "none", {"a": [1, 2], "b": ["x", "y"]}),
    _inputs("inputs of rows without a signature", "none", [{"a": 1}, {"a": 2}]),
    _inputs("inputs that are a text", "none", "x"),
    _instances("instances by column", "doubles", [{"a": 1.5, "b": 2.5}, {"a": 3.5, "b": 4.5}]),
    _instances("instances without a signature", "none", [[1, 2], [3, 4]]),
    _instances("instances by name without a signature", "none", [{"a": 1}, {"a": 2}]),
    _inputs("parameters left to their defaults", "params", {"a": [1.5]}),
    _inputs("parameters", "params", {"a": [1.5]}, params={"top": 5, "scale": 2}),
    _inputs("parameter of another type", "params", {"a": [1.5]}, params={"top": "five"}),
    _inputs("parameter that the model does not have", "params", {"a": [1.5]}, params={"bottom": 1}),
    _inputs("parameters that are null", "params", {"a": [1.5]}, params=None),
    _inputs("parameters that are a list", "params", {"a": [1.5]}, params=[1]),
    _inputs("parameters for a model without any", "doubles", {"a": [1.5], "b": [2.5]}, params={"top": 1}),
    _inputs("no parameters for a model without any", "doubles", {"a": [1.5], "b": [2.5]}, params={}),
    _csv("csv", "doubles", "a,b", "1.5,2", "3.5,4"),
    _csv("csv in another order", "doubles", "c,b,a", "x,1.5,2.5"),
    _csv("csv with missing values", "doubles", "a,b", "1.5,", ",2.5"),
    _csv("csv without a column", "doubles", "a", "1.5"),
    _csv("csv with texts for numbers", "doubles", "a,b", "x,2.5"),
    _csv("csv of all kinds", "mixed", "x,n,i,f,t,s", "0.5,2,3,0.25,True,text", "1.5,4,5,0.5,false,other"),
    _csv("csv with broken numbers for whole ones", "longs", "a,b", "1.5,2"),
    _csv("csv with missing whole numbers", "longs", "a,b", ",2"),
    _csv("csv of moments", "moment", "d,x", f"{MOMENT},1.5"),
    _csv("csv of bytes", "binary", "b", "c29tZSBieXRlcw=="),
    _csv("csv without a signature", "none", "a,s", "1,x", "2,"),
    _csv("csv for a tensor", "tensor", "a,b", "1.5,2.5"),
    _csv("csv of columns without names", "unnamed", "p,q", "1.5,2.5"),
    _csv("csv without rows", "doubles", "a,b"),
    _csv("csv with a line too long", "doubles", "a,b", "1,2", "1,2,3"),
    _csv("csv with lines too long", "doubles", "a,b", "1,2,3", "4,5,6"),
    _csv("csv of a frame with its index", "doubles", ",a,b", "0,2,3"),
    _csv("empty csv", "doubles", ""),
    Asked("csv that is not UTF-8", "doubles", b"a,b\n\xff,1\n", CSV),
    Asked("csv with a charset", "doubles", b"a,b\n1,2\n", "text/csv; charset=utf-8"),
    Asked("csv in another charset", "doubles", b"a,b\n1,2\n", "text/csv; charset=latin-1"),
    Asked("csv with a header parameter", "doubles", b"a,b\n1,2\n", "text/csv; header=present"),
    Asked("json with a format parameter", "doubles", b"{}", "application/json; format=pandas-split"),
    Asked("json with a charset", "none", b'{"inputs":[1]}', "application/json; charset=utf-8"),
    Asked("json with a charset in capitals", "none", b'{"inputs":[1]}', "application/json; charset=UTF-8"),
    Asked("json in capitals", "none", b'{"inputs":[1]}', "Application/JSON"),
    Asked("plain text", "doubles", b"a,b\n1,2\n", "text/plain"),
    Asked("no content type", "doubles", b'{"inputs":[1]}', None),
    Asked("no body", "doubles", b""),
    Asked("no json", "doubles", b"{'a': 1}"),
    Asked("half of a json", "doubles", b'{"inputs": [1'),
    Asked("not UTF-8", "doubles", b'{"inputs": ["\xff"]}'),
    Asked("json in UTF-16", "none", '{"inputs": [1]}'.encode("utf-16")),
    Asked("json with a byte order mark", "none", b'\xef\xbb\xbf{"inputs": [1]}'),
    Asked("deep json", "none", b'{"inputs": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    Asked("rather deep json", "none", b'{"inputs": ' + b"[" * 100 + b"]" * 100 + b"}"),
    Asked("a name twice", "doubles", b'{"inputs": {"a": [1], "b": [2], "a": [3]}}'),
    Asked("a number too large for json", "doubles", b'{"inputs": {"a": [1e400], "b": [2]}}'),
    _json("json that is a list", "doubles", [1]),
    _json("json that is null", "doubles", None),
    _json("no format", "doubles", {}),
    _json("an unknown format", "doubles", {"columns": ["a"], "data": [[1.5]]}),
    _json("two formats", "doubles", {"inputs": [1.5], "instances": [1.5]}),
    _json("a format and something beyond", "none", {"inputs": [1.5], "more": 1, "signature_name": "x"}),
    _json("messages of a chat", "doubles", {"messages": [{"role": "user", "content": "hello"}]}),
    _json("a prompt", "doubles", {"prompt": "hello"}),
    _json("input of embeddings", "doubles", {"input": "hello"}),
]
