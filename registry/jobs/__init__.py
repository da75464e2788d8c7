"""Jobs: one maker holds one, from the claim to the parcel."""
