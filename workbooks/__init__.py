"""Workbooks: how a cell is written, wherever a workbook is made."""
