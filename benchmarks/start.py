"""How long a server takes to answer, and what it uses while nobody asks anything."""

import time
from collections.abc import Sequence

from benchmarks.samples import Sample
from benchmarks.section import Bench, address, contestant
from benchmarks.servers import Running, running
from benchmarks.sizes import Sizes

IDLE_SECONDS = 5
IDLE_MEMORY = "idle memory"


class Start:
    """The section."""

    name = "start"
    title = "start, and doing nothing"
    notes = (
        (
            "Each server runs as its command `server` starts it without more options, MLflow's with its job workers,"
            " which use the processor while nobody asks anything. Memory is that of all processes; what is"
            " shared counts in each."
        ),
    )
    backends = ("sqlite",)

    def parts(self, sizes: Sizes) -> Sequence[str]:
        """Name the only part."""
        return ["both"]

    def measure(self, bench: Bench, part: str) -> Sequence[Sample]:
        """Start both servers twice."""
        samples = []
        for subject in ("MLflow", "Trialog"):
            with bench.empty_store() as store:
                bench.say(f"{subject} starts for the first time")
                with running(contestant(subject), store.directory, address(subject, store)) as server:
                    samples.append(Sample("first start", "s", subject, server.seconds_to_answer))
                with bench.serving(subject, store) as serving:
                    bench.say(f"{subject} has nothing to do")
                    used = _idle_cpu(serving.server)
                    samples += [
                        Sample("later starts", "s", subject, serving.server.seconds_to_answer),
                        Sample(IDLE_MEMORY, "MB", subject, serving.server.resident_megabytes()),
                        Sample("idle processes", "number", subject, len(serving.server.tree())),
                        Sample("idle processor use", "% of a core", subject, 100 * used),
                    ]
        return samples


def _idle_cpu(server: Running) -> float:
    before = server.cpu_seconds()
    time.sleep(IDLE_SECONDS)
    return (server.cpu_seconds() - before) / IDLE_SECONDS
