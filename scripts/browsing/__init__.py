"""The page in a browser: what its tests, its pictures and its benchmark have in common."""
