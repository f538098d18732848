"""The speech model in windows: which one is there, fetched, verified, removed, chosen."""
