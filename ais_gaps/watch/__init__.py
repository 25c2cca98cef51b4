"""What a user watches besides the watched places, and what people have said of silences."""
