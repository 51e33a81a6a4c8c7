"""A proof pack is checked by its own script, without the product: yes, or what differs."""

import json
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command

from audits import anchoring, keys
from complaints.models import CaseEvent
from tests.loop import Loop
from tests.penalties.house import late


@pytest.fixture
def pack(fresh_db, clock, settings, tmp_path) -> Path:
    """The unpacked proof of a case that was anchored with others beside it."""
    settings.ANCHOR_FOLDER = tmp_path / "anchors"
    loop = Loop.new()
    case = late(loop, 3)
    for number in range(4):
        loop.register(phone=f"1300000001{number}")
    anchoring.anchor()
    call_command("proof", case.number, tmp_path / "proof.zip", texts=True)
    with ZipFile(tmp_path / "proof.zip") as file:
        file.extractall(tmp_path / "pack")
    return tmp_path / "pack"


def check(pack: Path, *key: Path) -> tuple[int, list[str]]:
    """Run the pack's script as whoever received it would: no Django, no settings, no database."""
    ended = subprocess.run(
        [sys.executable, "-I", str(pack / "check.py"), str(pack), *map(str, key)],
        cwd="/",
        env={"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert ended.stderr == ""
    return ended.returncode, ended.stdout.splitlines()


def test_a_true_pack_is_confirmed_with_the_key_that_was_kept(pack):
    kept = keys.public_file(keys.required())
    assert check(pack, kept) == (0, ["YES: every event is as it was recorded and anchored"])


def test_without_a_key_of_ones_own_the_packs_is_taken_and_that_is_said(pack):
    code, said = check(pack)
    assert code == 0
    assert said[0].startswith("NOTE: checked with the key in the pack")


def test_the_script_does_without_the_product(pack):
    words = (pack / "check.py").read_text()
    assert "django" not in words.lower()
    assert "import records" not in words


def change(pack: Path, deed) -> None:
    content = json.loads((pack / "case.json").read_text())
    deed(content)
    (pack / "case.json").write_text(json.dumps(content, ensure_ascii=False))


def make_anew(content) -> None:
    """Compute the chain of a changed pack anew, as a forger would."""
    from records import chain

    head = chain.GENESIS
    for event in content["events"]:
        body = {name: value for name, value in event.items() if "hash" not in name}
        event["previous_hash"], event["hash"] = head, chain.link(head, body)
        head = event["hash"]


def forged(content) -> None:
    content["events"][4]["at"] = "2026-03-01T00:00:00+00:00"
    make_anew(content)


# What somebody does to a pack → what the script says.
FORGERIES = {
    "a time": (
        lambda c: c["events"][4].update(at="2026-03-01T00:00:00+00:00"),
        "event 5: content does not match its hash",
    ),
    "a middle": (lambda c: c["events"].pop(4), "event 5: missing"),
    "a tail": (lambda c: c["events"].pop(), "case {count}-{count}: missing, but anchored"),
    "anew": (forged, "case 1-{count}: not what was anchored"),
    "a text": (
        lambda c: c["texts"][0].update(body="没有的事"),
        "text {text}: is not what an event names",
    ),
    "an anchor": (
        lambda c: c["proofs"][0]["anchor"].update(at="2026-03-01T00:00:00+00:00"),
        "anchor 1: content does not match its hash",
    ),
    "a path": (
        lambda c: c["proofs"][0]["path"].pop(),
        "anchor 1: the path does not lead to its root",
    ),
    "no proof": (lambda c: c["proofs"].clear(), "anchor: the case was not anchored yet"),
    "another case": (lambda c: c.update(case=99), "anchor 1: tells of another chain"),
    "an amount": (
        lambda c: c["entries"][0].update(amount="0.00"),
        "entry 1: content does not match its hash",
    ),
    "a ledger without its end": (
        lambda c: c["entries"].pop(),
        "ledger {entries}-{entries}: missing, but anchored",
    ),
    "a ledger unproven": (
        lambda c: c["proofs"].pop(),
        "anchor: the ledger was not anchored yet",
    ),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_pack_is_refused_and_says_what_differs(forgery, pack):
    content = json.loads((pack / "case.json").read_text())
    names = {
        "count": len(content["events"]),
        "entries": len(content["entries"]),
        "text": content["texts"][0]["id"],
    }
    deed, wanted = FORGERIES[forgery]
    change(pack, deed)
    code, said = check(pack, keys.public_file(keys.required()))
    assert code == 1
    assert said[-1] == "NO"
    assert wanted.format(**names) in said


def test_another_key_confirms_nothing(pack, tmp_path):
    keys.create(tmp_path / "other")
    code, said = check(pack, tmp_path / "other.pub")
    assert (code, said) == (1, [*2 * ["anchor 1: is not signed with the key"], "NO"])


def test_without_texts_nothing_that_people_wrote_is_in_it(pack, tmp_path):
    number = CaseEvent.objects.first().case.number
    call_command("proof", number, tmp_path / "bare.zip")
    with ZipFile(tmp_path / "bare.zip") as file:
        told = file.read("case.json").decode()
    assert json.loads(told)["texts"] == []
    for value in ("门禁", "李建国", "13000000001"):
        assert value not in told


def test_an_unknown_case_has_no_proof(db, tmp_path):
    with pytest.raises(CommandError, match="没有编号为 X 的投诉"):
        call_command("proof", "X", tmp_path / "x.zip")
