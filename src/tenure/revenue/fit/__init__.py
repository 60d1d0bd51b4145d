"""Which kinds of customers stay and pay: life tables of groups, what is more than chance, who the best are."""
