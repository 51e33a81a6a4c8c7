"""The packs that come with the product, found by code."""

from functools import cache
from pathlib import Path

from regulations.engine.explanation import OtherPack, other_packs
from regulations.engine.pack import Pack
from regulations.engine.reading import read_pack

FOLDER = Path(__file__).resolve().parent / "packs"


def codes() -> list[str]:
    """Return the codes of the packs that come with the product, in order."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


@cache
def pack_named(reference: str) -> Pack:
    """Return the pack of `CODE` or `CODE@VERSION`; raise KeyError for one that is not there."""
    code, _, version = reference.partition("@")
    path = FOLDER / f"{code}.yaml"
    if path.parent != FOLDER or not path.is_file():
        raise KeyError(reference)
    pack = read_pack(path)
    if version and version != str(pack.version):
        raise KeyError(reference)
    return pack


@cache
def others_of(code: str) -> tuple[OtherPack, ...]:
    """Return a pack for each other reading of a pack; raise KeyError for one that is not there."""
    pack_named(code)
    return other_packs((FOLDER / f"{code}.yaml").read_text(encoding="utf-8"))
