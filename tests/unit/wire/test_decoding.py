"""What a request may look like, and what is said of those that may not."""

import math
import re

import pytest
from msgspec import UNSET, Struct

from trialog.entities import LoggedModelOrder, LoggedModelStatus, Metric, Param, RunStatus, Tag, ViewType
from trialog.errors import InvalidParameter
from trialog.wire.decoding import decode_body, decode_model_json, decode_query
from trialog.wire.messages.artifacts import CompleteMultipartUpload, CreateMultipartUpload, MultipartUploadPart
from trialog.wire.messages.base import EmptyRequest
from trialog.wire.messages.best_run import FindBestRun
from trialog.wire.messages.datasets import SearchDatasets
from trialog.wire.messages.experiments import CreateExperiment, SearchExperiments
from trialog.wire.messages.logged_models import FinalizeLoggedModel, SearchLoggedModels, SetLoggedModelTags
from trialog.wire.messages.metrics import GetMetricHistory, GetMetricHistoryBulk, GetMetricHistoryBulkInterval
from trialog.wire.messages.promotion import RollBackStage
from trialog.wire.messages.runs import (
    CreateRun,
    GetRun,
    LogBatch,
    LogInputs,
    LogMetric,
    LogOutputs,
    SearchRuns,
    SetTag,
    UpdateRun,
)

SEE_DOCS = "See the API docs for more information about request parameters."


def refusal(body: str | bytes, request_type: type[Struct]) -> str:
    """Return the sentence with which a body is refused."""
    with pytest.raises(InvalidParameter, match=r"\w") as refused:
        decode_body(body.encode() if isinstance(body, str) else body, request_type)
    return refused.value.message


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        (b'{"run_id":"r","key":"k","value":1,"timestamp":2}', LogMetric("r", "k", 1.0, 2)),
        (b'{"run_id":"r","run_uuid":"r","key":"k","value":1.5,"timestamp":"2","step":"-3"}',
         LogMetric("r", "k", 1.5, 2, -3, run_uuid="r")),
        (b'{"runId":"r","key":"k","value":"0.5","timestamp":2.0,"modelId":"m"}', LogMetric("r", "k", 0.5, 2, 0, "m")),
        (b'{"run_uuid":"r","key":"k","value":1,"timestamp":2}', LogMetric("r", "k", 1.0, 2, run_uuid="r")),
        (b'{"run_id":"r","key":"k","value":1,"timestamp":"1e3","step":null,"colour":{"red":[1]}}',
         LogMetric("r", "k", 1.0, 1000)),
        (b'{"run_id":"r","key":"k","value":1,"timestamp":"9223372036854775807","step":"-9223372036854775808"}',
         LogMetric("r", "k", 1.0, 2**63 - 1, -(2**63))),
        (b'{"run_id":"old","run_id":"r","key":"k","value":1,"timestamp":2}', LogMetric("r", "k", 1.0, 2)),
        (rb'"{\"run_id\":\"r\",\"key\":\"k\",\"value\":1,\"timestamp\":2}"', LogMetric("r", "k", 1.0, 2)),
        (b'\xef\xbb\xbf {"run_id":"r","key":"k","value":1,"timestamp":2}\n', LogMetric("r", "k", 1.0, 2)),
    ],
)  # fmt: skip
def test_a_request_is_read_as_it_was_meant(body: bytes, meant: LogMetric) -> None:
    assert decode_body(body, LogMetric) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ('"NaN"', math.nan),
        ('"Infinity"', math.inf),
        ('"-Infinity"', -math.inf),
        ("-0.0", -0.0),
        ('"-0.0"', -0.0),
        ("5e-324", 5e-324),
        ("1.7976931348623157e308", 1.7976931348623157e308),
        ("0.1", 0.1),
    ],
)
def test_every_double_arrives_exactly(text: str, meant: float) -> None:
    body = f'{{"run_id":"r","metrics":[{{"key":"k","value":{text},"timestamp":1}}]}}'

    value = decode_body(body.encode(), LogBatch).metrics[0].value

    assert value.hex() == meant.hex()


def test_a_batch_arrives_in_entities_of_its_own() -> None:
    body = (
        b'{"run_id":"r","metrics":[{"key":"m","value":1,"timestamp":"2","step":"3","modelId":"x"}],'
        b'"params":[{"key":"p","value":"v"},{"key":"empty"}],"tags":[{"key":"t","value":""}]}'
    )

    assert decode_body(body, LogBatch) == LogBatch(
        "r", [Metric("m", 1.0, 2, 3, "x")], [Param("p", "v"), Param("empty", "")], [Tag("t", "")]
    )


@pytest.mark.parametrize("body", [b"", b"  \n", b"{}", b"null", b'""', b'"{}"', b'{"tomorrow":1}'])
def test_an_empty_body_counts_as_an_empty_object(body: bytes) -> None:
    assert decode_body(body, EmptyRequest) == EmptyRequest()


@pytest.mark.parametrize("written", ['"FINISHED"', "3", '"3"'])
def test_a_choice_may_be_named_or_numbered(written: str) -> None:
    assert decode_body(f'{{"run_id":"r","status":{written}}}'.encode(), UpdateRun).status is RunStatus.FINISHED


@pytest.mark.parametrize(("written", "meant"), [("1", "ACTIVE_ONLY"), ("2", "DELETED_ONLY"), ('"3"', "ALL")])
def test_view_types_have_the_numbers_of_mlflow(written: str, meant: str) -> None:
    assert decode_body(f'{{"run_view_type":{written}}}'.encode(), SearchRuns).run_view_type is ViewType(meant)


def test_model_statuses_have_the_numbers_of_mlflow() -> None:
    assert decode_body(b'{"model_id":"m","status":2}', FinalizeLoggedModel).status is LoggedModelStatus.READY


def test_absent_and_null_are_the_same() -> None:
    absent = decode_body(b'{"experiment_id":"1"}', CreateRun)

    assert absent == decode_body(b'{"experiment_id":"1","start_time":null,"tags":null,"run_name":null}', CreateRun)
    assert absent.start_time is UNSET
    assert absent.tags == []


@pytest.mark.parametrize(
    ("request_type", "body", "parameter"),
    [
        (CreateExperiment, "{}", "name"),
        (CreateExperiment, '{"name":""}', "name"),
        (CreateExperiment, '{"name":null}', "name"),
        (CreateExperiment, '{"name":"a","tags":[{"value":"v"}]}', "tags[0].key"),
        (LogMetric, '{"run_id":"r","key":"k","timestamp":1}', "value"),
        (LogMetric, '{"run_id":"r","key":"k","value":null,"timestamp":1}', "value"),
        (LogMetric, '{"run_id":"r","key":"k","value":"","timestamp":1}', "value"),
        (LogMetric, '{"run_id":"r","key":"k","value":1}', "timestamp"),
        (LogMetric, '{"run_id":"","run_uuid":"r","key":"k","value":1,"timestamp":1}', "run_id"),
        (LogMetric, '{"run_id":"r","key":"","value":1,"timestamp":1}', "key"),
        (LogBatch, '{"run_id":"r","metrics":[{"value":1,"timestamp":1}]}', "metrics[0].key"),
        (LogBatch, '{"run_id":"r","metrics":[{"key":"","value":1,"timestamp":1}]}', "metrics[0].key"),
        (LogBatch, '{"run_id":"r","metrics":[{"key":"k","timestamp":1}]}', "metrics[0].value"),
        (LogBatch, '{"run_id":"r","metrics":[{"key":"k","value":1,"timestamp":1},{"key":"k","value":1}]}',
         "metrics[1].timestamp"),
        (LogBatch, '{"run_id":"r","params":[{"value":"v"}]}', "params[0].key"),
        (LogBatch, '{"run_id":"r","tags":[{"key":"","value":"v"}]}', "tags[0].key"),
        (LogBatch, '{"metrics":[]}', "run_id"),
        (LogInputs, '{"run_id":"r","datasets":[{"tags":[]}]}', "datasets[0].dataset"),
        (LogInputs, '{"run_id":"r","datasets":[{"dataset":{"name":"n"}}]}', "datasets[0].dataset.digest"),
        (LogInputs, '{"run_id":"r","models":[{}]}', "models[0].model_id"),
        (LogOutputs, '{"run_id":"r"}', "models"),
        (SearchDatasets, '{"experiment_ids":[]}', "experiment_ids"),
        (SearchLoggedModels, "{}", "experiment_ids"),
        (SearchLoggedModels, '{"experiment_ids":["1"],"order_by":[{"ascending":true}]}', "order_by[0].field_name"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named(request_type: type[Struct], body: str, parameter: str) -> None:
    assert refusal(body, request_type) == f"Missing value for required parameter '{parameter}'. {SEE_DOCS}"


@pytest.mark.parametrize(
    ("request_type", "body", "shown", "parameter", "wanted", "given"),
    [
        (CreateExperiment, '{"name":5}', "5", "name", "text", "a whole number"),
        (CreateExperiment, '{"name":true}', "true", "name", "text", "true or false"),
        (CreateExperiment, '{"name":["a"]}', '["a"]', "name", "text", "a list"),
        (CreateExperiment, '{"name":"a","tags":5}', "5", "tags", "a list", "a whole number"),
        (CreateExperiment, '{"name":"a","tags":[5]}', "5", "tags[0]", "an object", "a whole number"),
        (CreateExperiment, '{"name":"a","tags":[null]}', "null", "tags[0]", "an object", "null"),
        (CreateExperiment, '{"name":"a","tags":{"key":"k"}}', '{"key":"k"}', "tags", "a list", "an object"),
        (
            CreateExperiment,
            '{"name":"a","tags":[{"key":"k","value":7}]}',
            "7",
            "tags[0].value",
            "text",
            "a whole number",
        ),
        (CreateRun, '{"experiment_id":0}', "0", "experiment_id", "text", "a whole number"),
        (
            CreateRun,
            '{"experiment_id":"0","start_time":"soon"}',
            '"soon"',
            "start_time",
            "a whole number that fits 64 bits",
            "text",
        ),
        (
            CreateRun,
            '{"experiment_id":"0","start_time":"null"}',
            '"null"',
            "start_time",
            "a whole number that fits 64 bits",
            "text",
        ),
        (
            CreateRun,
            '{"experiment_id":"0","start_time":1.5}',
            "1.5",
            "start_time",
            "a whole number that fits 64 bits",
            "a number with a fraction",
        ),
        (
            LogMetric,
            '{"run_id":"r","key":"k","value":true,"timestamp":1}',
            "true",
            "value",
            "a number that fits 64 bits",
            "true or false",
        ),
        (
            LogMetric,
            '{"run_id":"r","key":"k","value":"true","timestamp":1}',
            '"true"',
            "value",
            "a number that fits 64 bits",
            "text",
        ),
        (
            LogMetric,
            '{"run_id":"r","key":"k","value":1,"timestamp":1,"step":""}',
            '""',
            "step",
            "a whole number that fits 64 bits",
            "text",
        ),
        (
            LogMetric,
            '{"run_id":"r","key":"k","value":1,"timestamp":false}',
            "false",
            "timestamp",
            "a whole number that fits 64 bits",
            "true or false",
        ),
        (
            LogMetric,
            '{"run_id":"r","key":"k","value":1,"timestamp":1,"step":"x"}',
            '"x"',
            "step",
            "a whole number that fits 64 bits",
            "text",
        ),
        (
            LogBatch,
            '{"run_id":"r","metrics":[{"key":"k","value":"x","timestamp":1}]}',
            '"x"',
            "metrics[0].value",
            "a number that fits 64 bits",
            "text",
        ),
        (
            LogBatch,
            '{"run_id":"r","metrics":[{"key":"k","value":1,"timestamp":1,"step":true}]}',
            "true",
            "metrics[0].step",
            "a whole number that fits 64 bits",
            "true or false",
        ),
        (SearchRuns, '{"experiment_ids":[0]}', "0", "experiment_ids[0]", "text", "a whole number"),
        (SearchRuns, '{"max_results":"x"}', '"x"', "max_results", "a whole number that fits 64 bits", "text"),
        (SearchExperiments, '{"max_results":5,"order_by":"name"}', '"name"', "order_by", "a list", "text"),
        (
            SearchLoggedModels,
            '{"experiment_ids":["1"],"order_by":[{"field_name":"name","ascending":1}]}',
            "1",
            "order_by[0].ascending",
            "true or false",
            "a whole number",
        ),
        (
            SearchLoggedModels,
            '{"experiment_ids":["1"],"order_by":[{"field_name":"name","ascending":"true"}]}',
            '"true"',
            "order_by[0].ascending",
            "true or false",
            "text",
        ),
    ],
)
def test_a_value_of_another_type_is_shown_and_named(
    request_type: type[Struct], body: str, shown: str, parameter: str, wanted: str, given: str
) -> None:
    assert refusal(body, request_type) == (
        f"Invalid value {shown} for parameter '{parameter}' supplied: It must be {wanted}, not {given}. {SEE_DOCS}"
    )


@pytest.mark.parametrize("status", ['"finished"', '"DONE"', "0", "9", "true", "3.0", '"null"'])
def test_what_is_no_choice_is_answered_with_the_choices(status: str) -> None:
    assert refusal(f'{{"run_id":"r","status":{status}}}', UpdateRun) == (
        f"Invalid value {status} for parameter 'status' supplied:"
        f" It must be one of RUNNING, SCHEDULED, FINISHED, FAILED, KILLED. {SEE_DOCS}"
    )


@pytest.mark.parametrize(
    ("request_type", "body", "shown", "rule"),
    [
        (SearchExperiments, "{}", "0", "It must be a positive integer."),
        (SearchExperiments, '{"max_results":null}', "0", "It must be a positive integer."),
        (SearchExperiments, '{"max_results":0}', "0", "It must be a positive integer."),
        (SearchExperiments, '{"max_results":-1}', "-1", "It must be a positive integer."),
        (SearchExperiments, '{"max_results":"50001"}', "50001", "It must be at most 50000."),
        (SearchRuns, '{"max_results":0}', "0", "It must be a positive integer."),
        (SearchRuns, '{"max_results":50001}', "50001", "It must be at most 50000."),
        (SearchLoggedModels, '{"experiment_ids":[],"max_results":-1}', "-1", "It must be at least 0."),
        (GetMetricHistory, '{"run_id":"r","metric_key":"m","max_results":0}', "0", "It must be a positive integer."),
        (GetMetricHistoryBulkInterval, '{"run_ids":["r"],"metric_key":"m","max_results":2501}', "2501",
         "It must be at most 2500."),
    ],
)  # fmt: skip
def test_page_sizes_have_bounds(request_type: type[Struct], body: str, shown: str, rule: str) -> None:
    assert refusal(body, request_type) == f"Invalid value {shown} for parameter 'max_results' supplied. {rule}"


@pytest.mark.parametrize("timestamp", ["9223372036854775808", '"9223372036854775808"', "-9223372036854775809"])
def test_integers_beyond_64_bits_are_refused(timestamp: str) -> None:
    sentence = refusal(f'{{"run_id":"r","key":"k","value":1,"timestamp":{timestamp}}}', LogMetric)

    assert sentence.startswith(f"Invalid value {timestamp.strip(chr(34))} for parameter 'timestamp' supplied.")


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1" + "0" * 400, "1" + "0" * 5000])
def test_doubles_beyond_bounds_are_refused(number: str) -> None:
    refusal(f'{{"run_id":"r","key":"k","value":{number},"timestamp":1}}', LogMetric)


@pytest.mark.parametrize(
    ("body", "request_type", "spelling"),
    [
        ('{"run_id":"r","runId":"r"}', SetTag, "'run_id' and 'runId'"),
        ('{"run_id":"r","runId":null}', SetTag, "'run_id' and 'runId'"),
        (
            '{"run_id":"r","metrics":[{"key":"k","value":1,"timestamp":1,"model_id":"a","modelId":"b"}]}',
            LogBatch,
            "'model_id' and 'modelId'",
        ),
    ],
)
def test_one_field_in_two_spellings_is_refused(body: str, request_type: type[Struct], spelling: str) -> None:
    assert refusal(body, request_type) == f"Request specifies both {spelling}; provide only one of them."


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"{", "The body is not JSON: it ends too early at byte 1."),
        (b'{"run_id":"r",}', "The body is not JSON: trailing comma in object at byte 14."),
        (b'{"run_id":"r"} x', "The body is not JSON: trailing characters at byte 15."),
        (b'{"run_id":"\x01"}', "The body is not JSON: invalid character at byte 11."),
        (b'{"run_id":"\xff"}', "The body is not UTF-8 text at byte 11."),
        (b"run_id=r", "The body is not JSON: invalid character at byte 0."),
        (b"[]", "The body must be one JSON object; this one holds a value of type 'list'."),
        (b"5", "The body must be one JSON object; this one holds a value of type 'int'."),
        (b'{"metrics":[{"value":NaN}]}',
         'The body is not JSON: NaN at byte 21 must be text there; write "NaN" in quotes.'),
        (b'{"value":-Infinity}',
         'The body is not JSON: -Infinity at byte 9 must be text there; write "-Infinity" in quotes.'),
    ],
)  # fmt: skip
def test_what_is_no_json_object_is_refused_with_its_place(body: bytes, sentence: str) -> None:
    assert refusal(body, LogBatch) == sentence


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"run_id":"r","x":' + b"[" * 100_000,
        b'{"metrics":' + b"[" * 990 + b"]" * 990,
    ],
    ids=["lists", "objects", "unknown field", "known field"],
)
def test_deep_nesting_is_refused(body: bytes) -> None:
    refusal(body, LogBatch)


@pytest.mark.parametrize("text", [rb"\ud800", rb"\udc00", rb"\ud800\ud800", rb"a\udfffb"])
def test_half_characters_are_refused(text: bytes) -> None:
    assert "The body is not JSON" in refusal(b'{"run_id":"r","key":"k","value":"' + text + b'"}', SetTag)


def test_a_long_value_is_shown_in_part() -> None:
    assert len(refusal(b'{"name":[' + b"1," * 100_000 + b"1]}", CreateExperiment)) < 600


def test_path_parameters_complete_the_body() -> None:
    path = {"model_id": "m-1"}

    for body in (b'{"status":2}', b'{"model_id":"m-1","status":"LOGGED_MODEL_READY"}', b'{"modelId":"m-1","status":2}'):
        assert decode_body(body, FinalizeLoggedModel, path) == FinalizeLoggedModel("m-1", LoggedModelStatus.READY)
    assert decode_body(b"", SetLoggedModelTags, path) == SetLoggedModelTags("m-1", [])


@pytest.mark.parametrize("body", ['{"model_id":"m-2","status":"LOGGED_MODEL_READY"}', '{"modelId":"m-2","status":2}'])
def test_a_body_that_contradicts_its_path_is_refused(body: str) -> None:
    with pytest.raises(InvalidParameter, match="'model_id' of the request is not what its path names: 'm-1'"):
        decode_body(body.encode(), FinalizeLoggedModel, {"model_id": "m-1"})


def test_a_query_repeats_lists_and_writes_numbers_as_text() -> None:
    pairs = [("max_results", "2"), ("order_by", "name"), ("order_by", "experiment_id DESC"), ("view_type", "ALL")]

    assert decode_query([*pairs, ("max_results", "3"), ("unknown", "x")], SearchExperiments) == SearchExperiments(
        2, ViewType.ALL, ["name", "experiment_id DESC"]
    )


def test_a_query_may_use_the_old_name_of_a_run() -> None:
    assert decode_query([("run_uuid", "r")], GetRun) == GetRun("r", "r")


def test_a_query_takes_path_parameters() -> None:
    assert decode_query([("num_parts", "3"), ("path", "f")], CreateMultipartUpload, {"artifact_path": "0/r"}) == (
        CreateMultipartUpload("0/r", "f", 3)
    )


@pytest.mark.parametrize(
    ("pairs", "request_type", "sentence"),
    [
        ([], GetRun, f"Missing value for required parameter 'run_id'. {SEE_DOCS}"),
        ([("run_id", "")], GetRun, f"Missing value for required parameter 'run_id'. {SEE_DOCS}"),
        ([("runId", "r")], GetRun, f"Missing value for required parameter 'run_id'. {SEE_DOCS}"),
        ([("run_id", "\udcff")], GetRun, "Parameter 'run_id' of the address is not UTF-8 text."),
        ([("metric_key", "m")], GetMetricHistoryBulk, f"Missing value for required parameter 'run_id'. {SEE_DOCS}"),
        ([("run_id", "r")] * 101 + [("metric_key", "m")], GetMetricHistoryBulk,
         f"Parameter 'run_id' can hold at most 100 entries. Received 101. {SEE_DOCS}"),
    ],
)  # fmt: skip
def test_a_wrong_query_is_refused(pairs: list[tuple[str, str]], request_type: type[Struct], sentence: str) -> None:
    with pytest.raises(InvalidParameter, match=re.escape(sentence)):
        decode_query(pairs, request_type)


class Asked(Struct):
    """A request with a truth value, which none of MLflow's queries has in this release."""

    deep: bool = False


@pytest.mark.parametrize(("text", "meant"), [("true", True), ("TRUE", True), ("False", False)])
def test_truth_values_of_a_query_are_words_in_any_case(text: str, meant: bool) -> None:
    assert decode_query([("deep", text)], Asked) == Asked(meant)


@pytest.mark.parametrize("text", ["1", "yes", ""])
def test_other_truth_values_of_a_query_are_refused(text: str) -> None:
    with pytest.raises(InvalidParameter, match=f"Invalid boolean value: {text}, must be 'true' or 'false'"):
        decode_query([("deep", text)], Asked)


def test_truth_values_and_numbers_in_text_stand_beside_each_other() -> None:
    body = b'{"experiment_ids":["1"],"max_results":"7","order_by":[{"field_name":"metrics.x","ascending":false}]}'

    assert decode_body(body, SearchLoggedModels) == SearchLoggedModels(
        ["1"], max_results=7, order_by=[LoggedModelOrder("metrics.x", ascending=False)]
    )


def test_parts_of_an_upload_are_read() -> None:
    body = b'{"path":"f","upload_id":"u","parts":[{"part_number":1,"etag":"e","url":"x"}]}'

    assert decode_body(body, CompleteMultipartUpload, {"artifact_path": "d"}) == CompleteMultipartUpload(
        "d", "f", [MultipartUploadPart(1, "e", "x")], "u"
    )


def test_model_json_is_an_object_within_a_text() -> None:
    assert decode_model_json('{"flavors":{"sklearn":{}}}') == {"flavors": {"sklearn": {}}}


@pytest.mark.parametrize("text", ["zz", "[]", "5", "null", "[" * 100_000])
def test_other_model_json_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameter, match="Malformed model info"):
        decode_model_json(text)


@pytest.mark.parametrize(
    ("field", "answer"),
    [
        ("resaon", "There is no parameter 'resaon' here. Did you mean 'reason'? Nothing was done."),
        ("Reason", "There is no parameter 'Reason' here. Did you mean 'reason'? Nothing was done."),
        (
            "x" * 1000,
            f"There is no parameter '{'x' * 100}' here. There are: model_name, stage, reason, expected_version, force.",
        ),
    ],
)
def test_a_strict_request_names_the_field_that_it_does_not_know(field: str, answer: str) -> None:
    for body in (f'{{"model_name":"m","{field}":"x"}}', f'{{"{field}":null}}', f'{{"modelName":"m","{field}":1}}'):
        assert refusal(body, RollBackStage).startswith(answer)
    with pytest.raises(InvalidParameter, match=re.escape(answer)):
        decode_query([("model_name", "m"), (field, "x")], RollBackStage)


def test_a_strict_request_takes_both_spellings() -> None:
    assert decode_body(b'{"modelName":"m","expectedVersion":"2"}', RollBackStage) == RollBackStage(
        "m", expected_version="2"
    )


def test_a_direction_that_is_not_taken_is_not_proposed() -> None:
    for direction in ("up", "none"):
        with pytest.raises(InvalidParameter, match=r"supplied: It must be one of higher, lower\."):
            decode_query([("metric", "loss"), ("direction", direction)], FindBestRun)
