"""管理简报: one page for management, drawn from sums that are kept by month."""
