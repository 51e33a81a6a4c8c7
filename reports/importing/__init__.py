"""History from workbooks (INV-32, INV-33): all rows of a file become cases, or none does.

maps        the map file: which column is what
workbooks   the file: refused early where it is hostile, read in a limited child process
values      cells to values; what does not fit is a fault
history     a row to a case's intake with its acts
run         the whole file: faults of every row, then everything in one transaction
marking     the workbook with the faults marked
"""
