"""History from ledgers (INV-32, INV-33): all rows of a file become cases, or none does.

gate        the file: refused by what is in it, before anything is parsed
child       the process that parses it, with bounded memory and time; `workbooks` talks with it
tables      cells, rows and sheets, of workbooks and of text; `headers` what columns are called
matching    where the table is and what its columns are, before a person looks at it
maps        the map: which column is what
values      cells to values; what does not fit is a fault
history     a row to a case's intake with its acts
series      numbers beside those that the regulation's own series gives out
comparing   a row beside the case that has its number
run         the whole file: faults of every row, then everything in one transaction
marking     the table with the faults marked
job         checking and storing in the background; `forms` and `views` are its pages
"""
