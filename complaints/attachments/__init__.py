"""Files of a case: what may be attached, where it lies, who may open it."""
