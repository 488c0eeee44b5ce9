"""What front ends show first: tallies, orders, highlights and trends, made from a board."""
