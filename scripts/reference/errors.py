"""The page of error codes."""

from itertools import groupby

from scripts.reference.fault_sites import faults
from scripts.reference.markdown import page, table

INTRODUCTION = """\
An error is answered as MLflow answers it, with two fields more: `code`, a stable name by which a program or a page can
know the very fault, and `values`, what the sentence speaks of.

```json
{"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "...", "code": "run.not_found", "values": {"run_id": "..."}}
```

In the sentences below `…` stands for what is known only when it happens. Errors without an HTTP status end a command,
with exit code 1, before there is a server, or are raised in a client that got no answer from one."""


def errors_page() -> str:
    """Return the page."""
    blocks = []
    for topic, group in groupby(faults(), key=lambda fault: fault.code.partition(".")[0]):
        # One fault may be found in several places.
        rows = {(f"`{fault.code}`", f"`{fault.error_code}`", fault.status, fault.sentence): None for fault in group}
        blocks += [f"## {topic}", table(("code", "error_code", "HTTP", "sentence"), rows)]
    return page("Errors", INTRODUCTION, blocks)
