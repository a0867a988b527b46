"""The reader of traces must notice an answer that came too early."""

from benchmarks.fsync_trace import read_trace

REQUEST = '10 read(7, "POST /api/2.0/mlflow/runs/log-metric HTTP/1.1\\r\\n"..., 65536) = 250'
OTHER_REQUEST = REQUEST.replace("read(7", "read(8")
SYNC = "11 fdatasync(4) = 0"
ANSWER = '10 write(7, "HTTP/1.1 200 OK\\r\\n"..., 150) = 150'
OTHER_ANSWER = ANSWER.replace("write(7", "write(8")


def test_an_answer_after_its_sync_is_safe() -> None:
    trace = read_trace([REQUEST, SYNC, ANSWER])
    assert (trace.answers, trace.syncs, trace.unsafe) == (1, 1, 0)


def test_one_sync_serves_all_who_wait() -> None:
    trace = read_trace([REQUEST, OTHER_REQUEST, SYNC, ANSWER, OTHER_ANSWER])
    assert (trace.answers, trace.groups, trace.unsafe) == (2, 1, 0)


def test_an_answer_without_a_sync_is_not() -> None:
    assert read_trace([REQUEST, ANSWER]).unsafe == 1


def test_a_sync_before_the_request_came_does_not_count() -> None:
    assert read_trace([SYNC, REQUEST, ANSWER]).unsafe == 1


def test_a_sync_that_began_before_the_request_came_does_not_count() -> None:
    lines = ["11 fdatasync(4 <unfinished ...>", REQUEST, "11 <... fdatasync resumed>) = 0", ANSWER]
    assert read_trace(lines).unsafe == 1


def test_a_failed_sync_does_not_count() -> None:
    assert read_trace([REQUEST, "11 fdatasync(4) = -1 EIO (Input/output error)", ANSWER]).unsafe == 1


def test_an_answer_counts_from_where_it_begins_to_be_sent() -> None:
    begun = '10 write(7, "HTTP/1.1 200 OK\\r\\n"..., 150 <unfinished ...>'
    assert read_trace([REQUEST, begun, SYNC, "10 <... write resumed>) = 150"]).unsafe == 1
