"""Everything that enters or leaves by machine: HL7 v2, files, the message log."""
