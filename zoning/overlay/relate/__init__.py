"""Sites against layers: which they meet, how much they share, how far they are."""
