"""The demo's sample cases: what happened, as data, and the player that lets it happen."""
