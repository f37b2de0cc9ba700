"""Result folders: swapped in whole, canonical files written and read back."""
