"""Floor 2: what is written down: tables, visibility, encryption, audit; knows no KPI."""
