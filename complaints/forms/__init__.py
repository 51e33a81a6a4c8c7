"""Forms of the acts; importing the package fills `complaints.forms.acts.FORMS`."""

from complaints.forms import acts, corrections, handling, relating

__all__ = ["acts", "corrections", "handling", "relating"]
