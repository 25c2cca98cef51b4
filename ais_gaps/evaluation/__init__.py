"""Evaluation: how well the judgement of silences does, measured on an archive's own tracks.

`injection` deletes stretches of honest tracks, which makes silences that are known to be no hole in reception; `judging` has them
and the archive's own silences judged; `metrics` says how well the two are told apart, `rules` by what else they could be. `truth`
holds generated worlds against what they know of themselves. `calibration` fits the judgement to the archive by the same means.
"""
