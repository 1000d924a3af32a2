"""A synthetic health system that talks HL7 through the front door."""
