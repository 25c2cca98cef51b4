"""Was it a choice? The judgement of silences: a probability, a cause, and the reasons with their weights.

`coverage` and `around` say how other ships were heard, in the long run and in that very hour; `exposure` adds up along possible
paths how often the silent ship should have been heard; `factor` makes of it a Bayes factor; `terms` adds what she was doing and is
used to; `model` sums them with weights that were fitted on generated worlds. `causes` and `reasons` put it in words.
"""

from ais_gaps.judgement.ask import JUDGEMENT, chances, judgement
from ais_gaps.judgement.judge import CONTEXT_H, Judged, judge
from ais_gaps.judgement.model import shipped

__all__ = ["CONTEXT_H", "JUDGEMENT", "Judged", "chances", "judge", "judgement", "shipped"]
