"""The criteria table as an Excel workbook that officers can fill (docs/bang-tieu-chi-excel.md)."""
