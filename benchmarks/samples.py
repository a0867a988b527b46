"""Raw figures, kept as JSON so that a table can be made of sections that were measured one by one."""

import hashlib
import json
import subprocess
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

import trialog

ROOT = Path(__file__).parent.parent
CODE = Path(trialog.__file__).parent

Subject = Literal["MLflow", "Trialog", "raw", "client"]
"""Whose figure it is: a server's, that of the bare database (or bare copy), or that of the client against a server that
does nothing."""


@dataclass(frozen=True)
class Sample:
    """One figure.

    Attributes:
        measure: What was measured, as the table calls it.
        unit: In what.
        subject: Whose figure it is.
        value: The figure.
        size: How much there was (runs, points), where the cost is measured against it.
    """

    measure: str
    unit: str
    subject: Subject
    value: float
    size: int | None = None


@dataclass
class Record:
    """What a section showed on one backend, part by part.

    Attributes:
        section: Name of the section.
        backend: Name of the database.
        code: Fingerprint of the code that was measured.
        options: What the sizes and times were; parts of other sizes do not mix.
        machine: What it ran on.
        parts: Samples of each part that is done.
    """

    section: str
    backend: str
    code: str
    options: dict[str, int]
    machine: list[list[str]]
    parts: dict[str, list[Sample]] = field(default_factory=dict)

    @property
    def samples(self) -> list[Sample]:
        """Samples of all parts."""
        return [sample for samples in self.parts.values() for sample in samples]

    def belongs_to(self, other: "Record") -> bool:
        """Whether parts of another record may be counted with these."""
        return (self.code, self.options, self.machine) == (other.code, other.options, other.machine)


class Records:
    """The records in a folder, a file for each section and backend.

    Args:
        folder: Made where it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def resume(self, empty: Record) -> Record:
        """Return what is there of a record already.

        Args:
            empty: The record without parts; what was measured of other code, on another machine or in other sizes is
                left out.
        """
        found = self._read(self._file(empty))
        return found if found is not None and found.belongs_to(empty) else empty

    def save(self, record: Record) -> None:
        """Write a record in place of what is there of it."""
        file = self._file(record)
        file.parent.mkdir(parents=True, exist_ok=True)
        written = file.with_suffix(".new")
        written.write_text(json.dumps(asdict(record), indent=1), encoding="utf-8")
        written.replace(file)

    def of(self, code: str, machine: list[list[str]]) -> list[Record]:
        """Return all records of one code and machine.

        Args:
            code: Its fingerprint.
            machine: What `describe` says.
        """
        found = (self._read(file) for file in sorted(self._folder.glob("*.json")))
        return [record for record in found if record and (record.code, record.machine) == (code, machine)]

    def _file(self, record: Record) -> Path:
        return self._folder / f"{record.section}-{record.backend}.json"

    def _read(self, file: Path) -> Record | None:
        if not file.exists():
            return None
        values = json.loads(file.read_text(encoding="utf-8"))
        parts = {name: [Sample(**sample) for sample in samples] for name, samples in values.pop("parts").items()}
        return Record(**values, parts=parts)


def fingerprint() -> str:
    """Return a fingerprint of the code that is measured, the same on each checkout of it."""
    digest = hashlib.sha256()
    for file in sorted(CODE.rglob("*.py")):
        digest.update(file.relative_to(CODE).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def commit() -> str:
    """Return the commit that is checked out; empty where there is none."""
    asked = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return asked.stdout.strip()
