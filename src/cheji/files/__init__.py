"""Spreadsheets in and out: bytes become typed rows with problems at their cells, rows become files.

Nothing here touches records: `cheji.actions.imports` takes the typed rows from `reading.read`.
"""
