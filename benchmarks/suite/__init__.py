"""A benchmark of xqs beside its peers: the same works, answers that agree, medians."""
