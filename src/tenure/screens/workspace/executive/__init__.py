"""The executive page: retention, expansion and word of mouth in a month, against targets, with owners."""
