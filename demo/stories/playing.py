"""Plays the stories through the pipeline."""

from collections.abc import Mapping

from regulations.models import RegulationVersion


def play(versions: Mapping[str, RegulationVersion]) -> None:
    """Let every story happen, where none has happened yet."""
