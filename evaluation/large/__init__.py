"""How search bears a million passages: made-up vectors and texts like real ones, and what is measured with them."""
