"""How good was it? Ranking, flags and calibration of what was said before against what came after."""
