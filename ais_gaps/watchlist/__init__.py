"""The watchlist of a day: which silences within range of what is watched began, last or ended, the most worth a look first."""
