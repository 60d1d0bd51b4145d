"""What the product says of itself: its documentation as pages, its words, and what each page shows."""
