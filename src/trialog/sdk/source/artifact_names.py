"""Where the artifacts of a run hold what it was made of."""

from typing import Final

FOLDER: Final = "source"
CHANGES: Final = f"{FOLDER}/uncommitted.diff"
REQUIREMENTS: Final = f"{FOLDER}/requirements.txt"
SURROUNDINGS: Final = f"{FOLDER}/environment.json"
