"""Files of other projects: fetch what vendor.toml lists with the npm client and check the lock.

    uv run python -m tools.vendor

npm brings each package from the registry that it is configured for. A tarball whose SHA-512
differs from vendor.lock.json is refused; a package that is not in the lock yet is added to it.
"""

import base64
import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "vendor.lock.json"
VENDOR = ROOT / "static" / "vendor"
LICENCES = ("LICENSE", "NOTICE")
# The maps are not kept, and a manifest of static files refuses a name that it cannot find.
SOURCE_MAP = re.compile(rb"\s*/\*# sourceMappingURL=.*?\*/")


def fetch(reference: str, folder: Path, lock: dict[str, str]) -> tarfile.TarFile:
    """Return a package's tarball, checked against the lock."""
    command = ["npm", "pack", reference, "--silent", "--pack-destination", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (path,) = folder.glob("*.tgz")
    found = "sha512-" + base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    if lock.setdefault(reference, found) != found:
        raise SystemExit(f"{reference}: {found} is not what vendor.lock.json says")
    return tarfile.open(path)


def content(package: tarfile.TarFile, name: str) -> bytes:
    """Return one file of a package."""
    member = package.extractfile(f"package/{name}")
    if member is None:
        raise SystemExit(f"{name} is not a file")
    return member.read()


def sprite(package: tarfile.TarFile, icons: list[str]) -> str:
    """Return one SVG with a symbol for each icon, under its licence."""
    licence = content(package, "LICENSE").decode().strip()
    symbols = []
    for name in sorted(icons):
        drawing = content(package, f"icons/outline/{name}.svg").decode()
        paths = re.findall(r'<path d="[^"]+" />', drawing)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(paths)}</symbol>')
    lines = [f"<!--\n{licence}\n-->", '<svg xmlns="http://www.w3.org/2000/svg">', *symbols]
    return "\n".join([*lines, "</svg>"]) + "\n"


def main() -> None:
    lock = json.loads(LOCK.read_text()) if LOCK.exists() else {}
    for wanted in tomllib.loads((ROOT / "vendor.toml").read_text())["package"]:
        reference = f"{wanted['name']}@{wanted['version']}"
        with tempfile.TemporaryDirectory() as folder:
            package = fetch(reference, Path(folder), lock)
            for name in wanted.get("files", []):
                data = SOURCE_MAP.sub(b"", content(package, name))
                (VENDOR / Path(name).name).write_bytes(data)
            for name in LICENCES:
                if f"package/{name}" in package.getnames():
                    kept = VENDOR / f"{wanted['keep_as']}.{name}"
                    kept.write_bytes(content(package, name))
            if icons := wanted.get("icons"):
                (VENDOR / f"{wanted['keep_as']}.svg").write_text(sprite(package, icons))
        print(reference)
    LOCK.write_text(json.dumps(lock, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
