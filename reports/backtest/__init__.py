"""Backtest (制度沙盘): stored cases judged under a draft, beside what the version in force says."""
