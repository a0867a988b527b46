"""Makes packages that can be installed without an index."""

import zipfile
from pathlib import Path


def make_wheel(folder: Path, name: str, version: str, code: str) -> Path:
    """Make a package of one module.

    Args:
        folder: Folder for it; made if it is not there.
        name: Name of the package and of its module.
        version: Version of the package.
        code: Content of the module.
    """
    folder.mkdir(parents=True, exist_ok=True)
    base = f"{name}-{version}"
    path = folder / f"{base}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", code)
        archive.writestr(f"{base}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{base}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{base}.dist-info/RECORD", "")
    return path
