"""The watchlist as a static site: pages and data files that any web server or folder can serve."""
