"""Reports by pack: made when their period is over, frozen when signed, published to posts."""
