"""What the build stops on beside tests: known holes, static findings, secrets, what is not pinned.

Every exception is named in `tools/exceptions.toml` with its reason and its last day; one that has
expired, or names nothing any more, stops the build itself (INV-42).

    uv run --only-group supply python -m tools.supply [--root FOLDER] [check …]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from detect_secrets.core import scan
from detect_secrets.settings import transient_settings

ROOT = Path(__file__).resolve().parents[1]
EXCEPTIONS = Path("tools/exceptions.toml")
RULES = ROOT / "tools" / "semgrep.yaml"
# Detectors of tokens by their form. Those by entropy alone would name every checksum.
DETECTORS = (
    "AWSKeyDetector",
    "AzureStorageKeyDetector",
    "BasicAuthDetector",
    "GitHubTokenDetector",
    "GitLabTokenDetector",
    "JwtTokenDetector",
    "KeywordDetector",
    "NpmDetector",
    "PrivateKeyDetector",
    "PypiTokenDetector",
    "SendGridDetector",
    "SlackDetector",
    "StripeDetector",
    "TwilioKeyDetector",
)
# The lock has a part for each of these; they exclude each other.
GROUPS = (["--group", "dev"], ["--only-group", "supply"])
# Written by tools, of checksums: no person types a secret there.
GENERATED = (".lock", "vendor.lock.json")
LONGEST_LINE = 2000


@dataclass(frozen=True, order=True)
class Fault:
    """One thing found: by which check, of what kind, and where."""

    check: str
    what: str
    where: str
    words: str = ""

    def __str__(self):
        return f"{self.check}: {self.what} in {self.where} {self.words}".rstrip()


@dataclass(frozen=True)
class Exception_:
    """A fault that is let through until a day, inclusive; `where` is the beginning of the place."""

    check: str
    what: str
    where: str
    why: str
    until: date

    def covers(self, fault: Fault) -> bool:
        same = (self.check, self.what) == (fault.check, fault.what)
        return same and fault.where.startswith(self.where)


def advisories(root: Path, service: Sequence[str] = ()) -> Iterator[Fault]:
    """Ask the advisory service about every locked package.

    `service` are pip-audit's own words for another service than its default one.
    """
    asked = [one for group in GROUPS for one in _audited(root, group, service)]
    if not asked:
        yield Fault("advisories", "unreachable", "uv.lock", "nobody answered about any package")
    for one in asked:
        for hole in one["vulns"]:
            better = ", ".join(hole["fix_versions"]) or "no version"
            yield Fault(
                "advisories", hole["id"], one["name"], f"{one['version']}, mended in {better}"
            )


def _audited(root: Path, group: list[str], service: Sequence[str]) -> list[dict]:
    """Return what the service answered of the packages of a group; nothing if it did not answer."""
    words = ["export", "--locked", *group, "--no-emit-project", "--no-header", "--no-annotate"]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(_run(["uv", *words], root, check=True).stdout)
        file.flush()
        words = ["-r", file.name, "--disable-pip", "--require-hashes", "-f", "json", *service]
        said = _run(["pip-audit", "--progress-spinner", "off", *words], root)
    found = json.loads(said.stdout) if said.stdout.strip() else {"dependencies": []}
    return [one for one in found["dependencies"] if "skip_reason" not in one]


def bandit(root: Path) -> Iterator[Fault]:
    """Find what bandit calls medium or worse in everything but the tests."""
    files = [one for one in tracked(root) if one.endswith(".py") and not one.startswith("tests/")]
    said = _run(["bandit", "-q", "-ll", "-f", "json", *files], root)
    for one in json.loads(said.stdout)["results"]:
        where = f"{one['filename'].removeprefix('./')}:{one['line_number']}"
        yield Fault("bandit", one["test_id"], where, one["issue_text"])


def semgrep(root: Path) -> Iterator[Fault]:
    """Find what the house's own rules forbid."""
    words = [
        "--metrics=off",
        "--disable-version-check",
        "--quiet",
        "--json",
        "--config",
        str(RULES),
    ]
    said = json.loads(_run(["semgrep", "scan", *words, "."], root).stdout)
    for problem in said["errors"]:
        yield Fault("semgrep", "unread", problem.get("path", "?"), problem["message"][:200])
    for one in said["results"]:
        rule = one["check_id"].rpartition(".")[2]
        yield Fault(
            "semgrep", rule, f"{one['path']}:{one['start']['line']}", one["extra"]["message"]
        )


def secrets(root: Path) -> Iterator[Fault]:
    """Find what looks like a secret in any line that was ever added to the history."""
    words = ["log", "--all", "--patch", "--unified=0", "--no-color", "--no-ext-diff"]
    history = _run(["git", *words], root, check=True).stdout
    found = set()
    with transient_settings({"plugins_used": [{"name": name} for name in DETECTORS]}):
        for path, line in _added(history):
            found |= {Fault("secrets", one.type, path) for one in scan.scan_line(line)}
    yield from found


def _added(history: str) -> Iterator[tuple[str, str]]:
    path = ""
    for line in history.splitlines():
        if line.startswith("+++ "):
            path = line.removeprefix("+++ ").removeprefix("b/")
        elif line.startswith("+") and len(line) < LONGEST_LINE and not path.endswith(GENERATED):
            yield path, line[1:]


def pins(root: Path) -> Iterator[Fault]:
    """Find packages that the lock does not name by version and checksum, and a lock out of step."""
    if _run(["uv", "lock", "--check"], root).returncode:
        yield Fault("pins", "out-of-step", "uv.lock", "pyproject.toml wants something else")
    for package in tomllib.loads((root / "uv.lock").read_text())["package"]:
        if "registry" not in package["source"]:
            if not {"virtual", "editable"} & package["source"].keys():
                yield Fault("pins", "not-from-a-registry", package["name"])
            continue
        files = [*package.get("wheels", ()), *filter(None, [package.get("sdist")])]
        if not files or not all(one.get("hash", "").startswith("sha256:") for one in files):
            yield Fault("pins", "without-checksum", package["name"])


CHECKS: tuple[Callable[[Path], Iterator[Fault]], ...] = (
    advisories,
    bandit,
    semgrep,
    secrets,
    pins,
)


def exceptions(root: Path) -> list[Exception_]:
    """Read the exceptions; each has all of its fields."""
    text = (root / EXCEPTIONS).read_text(encoding="utf-8")
    return [Exception_(**one) for one in tomllib.loads(text).get("exception", [])]


def judged(faults: Sequence[Fault], given: Sequence[Exception_], today: date) -> list[Fault]:
    """Return what stops the build: faults without a valid exception, and exceptions without a fault."""
    valid = [one for one in given if one.until >= today]
    stops = [fault for fault in faults if not any(one.covers(fault) for one in valid)]
    for one in given:
        if one.until < today:
            stops.append(Fault("exceptions", "expired", one.where, f"{one.check} {one.what}"))
        elif not any(one.covers(fault) for fault in faults):
            stops.append(Fault("exceptions", "needless", one.where, f"{one.check} {one.what}"))
    return sorted(stops)


def tracked(root: Path) -> list[str]:
    """Return the files of the project, as paths from its root."""
    return _run(["git", "ls-files"], root, check=True).stdout.splitlines()


def _run(words: list[str], root: Path, *, check=False) -> subprocess.CompletedProcess[str]:
    beside = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        words,
        cwd=root,
        check=check,
        env={**os.environ, "PATH": beside},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        stdin=subprocess.DEVNULL,
    )


def main() -> int:
    """Run the checks on a project; print what was let through and what stops the build."""
    known = {check.__name__: check for check in CHECKS}
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", type=Path, default=ROOT)
    parser.add_argument("--advisories-at", help="address of another advisory service (OSV)")
    parser.add_argument("checks", nargs="*", help=f"of {', '.join(known)}; by default all")
    wanted = parser.parse_args()
    if unknown := set(wanted.checks) - known.keys():
        parser.error(f"no such check: {', '.join(sorted(unknown))}")
    names = wanted.checks or [*known]
    given, today = exceptions(wanted.root), date.today()  # noqa: DTZ011
    if wanted.advisories_at:
        known["advisories"] = partial(
            advisories, service=["-s", "osv", "--osv-url", wanted.advisories_at]
        )
    faults = [fault for name in names for fault in known[name](wanted.root)]
    stops = judged(faults, [one for one in given if one.check in names], today)
    for one in given:
        print(f"let through until {one.until}: {one.check} {one.what} in {one.where}: {one.why}")
    for fault in stops:
        print(f"STOP {fault}")
    return bool(stops)


if __name__ == "__main__":
    sys.exit(main())
