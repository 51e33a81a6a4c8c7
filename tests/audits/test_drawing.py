"""The draw of an audit sample: share, strata, seed (INV-19, F220)."""

import json
import random
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits import drawing
from audits.drawing import Member, digest, draw, quotas, ranked, total

THIRTY = Fraction(3, 10)
ROOT = Path(__file__).parents[2]


def cases(count: int, *stratum: str, begin: str = "TS") -> list[Member]:
    return [Member(f"{begin}{place:05}", stratum) for place in range(count)]


populations = st.lists(
    st.tuples(st.text(min_size=1, max_size=8), st.sampled_from("甲乙丙丁")),
    unique_by=lambda row: row[0],
    max_size=60,
).map(lambda rows: [Member(number, (place,)) for number, place in rows])
shares = st.fractions(min_value="1/100", max_value=1, max_denominator=1000)
seeds = st.integers(min_value=0, max_value=2**63 - 1)


@pytest.mark.feature("F220")
@pytest.mark.parametrize(("handled", "drawn"), [(10, 3), (11, 4), (1, 1), (0, 0), (100, 30)])
def test_thirty_per_cent_rounded_up_without_repeats(handled, drawn):
    found = draw(cases(handled), THIRTY, 0, seed=7)
    assert len(found) == len({member.number for member in found}) == drawn


def test_inv_19_the_total_is_exact_from_0_to_20_000():
    """At least 30 %, and no case more than that needs; over strata the same."""
    for count in range(20_001):
        due = total(count, THIRTY)
        assert due * 10 >= count * 3 > (due - 1) * 10 or due == count == 0
        sizes = {("甲",): count // 2, ("乙",): count // 3}
        sizes["丙",] = count - sum(sizes.values())
        assert sum(quotas(sizes, THIRTY, 0, 1).values()) == due


def test_the_share_is_no_float():
    """In floats 0.1 + 0.2 of ten cases is more than three, and a fourth would be drawn."""
    assert total(10, Fraction("0.3")) == 3
    assert total(10, Fraction(0.1 + 0.2)) == 4


@given(populations, shares, st.integers(0, 5), seeds)
def test_inv_19_what_holds_of_every_draw(population, share, minimum, seed):
    found = draw(population, share, minimum, seed)
    assert len(found) == len(set(found))
    assert set(found) <= set(population)
    assert len(found) >= share * len(population)
    for stratum in {member.stratum for member in population}:
        size = sum(member.stratum == stratum for member in population)
        assert sum(member.stratum == stratum for member in found) >= min(minimum, size)
    if minimum == 0:
        assert len(found) == total(len(population), share)
    shuffled = random.Random(seed).sample(population, len(population))
    assert draw(shuffled, share, minimum, seed) == found
    assert digest(shuffled) == digest(population)


@given(populations, shares, seeds)
def test_each_stratum_is_within_one_of_its_share(population, share, seed):
    sizes = {}
    for member in population:
        sizes[member.stratum] = sizes.get(member.stratum, 0) + 1
    due = total(len(population), share)
    for stratum, quota in quotas(sizes, share, 0, seed).items():
        assert abs(quota - Fraction(due * sizes[stratum], len(population))) < 1


def test_largest_remainder():
    """Of 20 cases 6 are due: 10 → 3.0, 7 → 2.1, 3 → 0.9; the last place goes to the 0.9."""
    sizes = {("甲",): 10, ("乙",): 7, ("丙",): 3}
    assert quotas(sizes, THIRTY, 0, 1) == {("甲",): 3, ("乙",): 2, ("丙",): 1}


def test_a_minimum_raises_the_total():
    sizes = {("甲",): 18, ("乙",): 1, ("丙",): 1}
    assert quotas(sizes, THIRTY, 1, 1) == {("甲",): 6, ("乙",): 1, ("丙",): 1}
    assert sum(quotas(sizes, THIRTY, 1, 1).values()) == 8 > total(20, THIRTY)


def test_a_case_twice_in_the_population_is_refused():
    with pytest.raises(ValueError, match="twice"):
        draw([*cases(3), *cases(1)], THIRTY, 0, 1)


def test_the_digest_tells_populations_apart():
    population = cases(3, "物业公司")
    assert digest(population) != digest(population[:2])
    assert digest(population) != digest(
        [*population[:2], Member(population[2].number, ("营销部",))]
    )


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no coreutils")
def test_the_order_is_that_of_sha_256_of_seed_and_number():
    """Reckoned again by another program."""
    population = cases(12)
    marks = {
        subprocess.run(
            ["sha256sum"], input=f"42\n{m.number}".encode(), capture_output=True, check=True
        ).stdout: m.number
        for m in population
    }
    assert ranked(population, 42) == {(): [marks[mark] for mark in sorted(marks)]}


def pythons() -> list[str]:
    """Return the Pythons of this machine, one for each version, this one first."""
    names = ("python3", *(f"python3.{minor}" for minor in range(9, 16)))
    found: dict[str, str] = {}
    for path in [sys.executable, *filter(None, map(shutil.which, names))]:
        said = subprocess.run([path, "--version"], capture_output=True, check=False)
        if said.returncode == 0:
            found.setdefault(said.stdout.decode(), path)
    return list(found.values())


@pytest.mark.parametrize("python", pythons())
@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_the_same_seed_gives_the_same_list_in_another_process_and_python(python, hash_seed):
    population = [*cases(11, "物业公司"), *cases(9, "营销部", begin="YX")]
    program = (
        "import json, sys; sys.path.insert(0, 'audits'); import drawing;"
        "from fractions import Fraction;"
        "rows = [drawing.Member(n, tuple(s)) for n, s in json.load(sys.stdin)];"
        "print(json.dumps([drawing.draw(rows, Fraction(3, 10), 1, 2026), drawing.digest(rows)]))"
    )
    said = subprocess.run(
        [python, "-c", program],
        input=json.dumps(population),
        capture_output=True,
        check=True,
        text=True,
        cwd=ROOT,
        env={"PYTHONHASHSEED": hash_seed},
    )
    found, known_by = json.loads(said.stdout)
    assert [Member(n, tuple(s)) for n, s in found] == draw(population, THIRTY, 1, 2026)
    assert known_by == digest(population)


# Chi-square with 39 degrees of freedom is above this once in 1,000 (tables).
CRITICAL = 72.055
SEEDS = 2000


def chi_square(population: list[Member]) -> float:
    """Return how unevenly 2,000 seeds draw the cases of one stratum.

    Drawing `due` of n without repeats, a case is drawn with p = due / n, and the counts of n cases
    vary by SEEDS · p · (1 - p) · n / (n - 1) around SEEDS · p.
    """
    count = len(population)
    drawn = {member.number: 0 for member in population}
    for seed in range(SEEDS):
        for member in draw(population, THIRTY, 0, seed):
            drawn[member.number] += 1
    p = total(count, THIRTY) / count
    spread = SEEDS * p * (1 - p) * count / (count - 1)
    return sum((times - SEEDS * p) ** 2 for times in drawn.values()) / spread


def test_over_2_000_seeds_no_case_is_drawn_more_often():
    assert chi_square(cases(40)) < CRITICAL


def test_the_chi_square_finds_a_draw_that_favours_some(monkeypatch):
    """The control: an order in which one digit of the number counts."""
    fair = drawing._mark

    def favours(seed: int, *words: str) -> str:
        favoured = seed % 5 == 0 and "".join(words).endswith("7")
        return ("0" * 8 if favoured else "") + fair(seed, *words)

    monkeypatch.setattr(drawing, "_mark", favours)
    assert chi_square(cases(40)) > CRITICAL


def test_between_equal_strata_none_has_precedence():
    """Ten departments with a case each: 3 are due, and each department is met 600 times in 2,000."""
    population = [Member(f"TS{place}", (f"部门{place}",)) for place in range(10)]
    drawn = {member.number: 0 for member in population}
    for seed in range(SEEDS):
        for member in draw(population, THIRTY, 0, seed):
            drawn[member.number] += 1
    spread = SEEDS * 0.3 * 0.7 * 10 / 9
    # Nine degrees of freedom: above 27.877 once in 1,000.
    assert sum((times - 600) ** 2 for times in drawn.values()) / spread < 27.877
