"""What a benchmark measures is its answer: printed in any case."""


def measured(capsys, line: str) -> None:
    """Print a line past the capturing of the test."""
    with capsys.disabled():
        print(f"\n{line}")
