"""Forms of the acts; importing the package fills `complaints.forms.acts.FORMS`."""

from complaints.forms import acts, corrections, handling, recording, relating, subtasks

__all__ = ["acts", "corrections", "handling", "recording", "relating", "subtasks"]
