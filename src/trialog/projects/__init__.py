"""Runs projects: folders with a file MLproject, each in its own environment, each run tracked."""

from trialog.projects.running import run
from trialog.projects.submitted_run import ProjectFailed, SubmittedRun

__all__ = ["ProjectFailed", "SubmittedRun", "run"]
