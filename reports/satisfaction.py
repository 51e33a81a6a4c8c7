"""Which answers of a customer count as satisfied."""

SATISFIED = ("满意", "基本满意")
