"""Patient classes: who counts as an inpatient and who does not."""

from enum import StrEnum
from functools import lru_cache


class PatientClass(StrEnum):
    """What kind of visit this is."""

    INPATIENT = "inpatient"
    MATERNITY = "maternity"
    NEWBORN = "newborn"
    DAY_CASE = "day_case"
    EMERGENCY = "emergency"
    OUTPATIENT = "outpatient"
    PREADMIT = "preadmit"
    RECURRING = "recurring"
    UNKNOWN = "unknown"


CLASS_NAMES: dict[PatientClass, str] = {
    PatientClass.INPATIENT: "Inpatient",
    PatientClass.MATERNITY: "Maternity inpatient",
    PatientClass.NEWBORN: "Newborn",
    PatientClass.DAY_CASE: "Day case",
    PatientClass.EMERGENCY: "Emergency department",
    PatientClass.OUTPATIENT: "Outpatient",
    PatientClass.PREADMIT: "Pre-admission",
    PatientClass.RECURRING: "Regular attender",
    PatientClass.UNKNOWN: "Not known",
}

# The live list counts these. A baby born here is in a cot beside its mother, not in a bed.
INPATIENT_CLASSES = (PatientClass.INPATIENT, PatientClass.MATERNITY)

# PV1-2 as sent (HL7 table 0004 and words that trusts use) to our class. A feed may override.
DEFAULT_CLASSES: dict[str, PatientClass] = {
    "I": PatientClass.INPATIENT,
    "INPATIENT": PatientClass.INPATIENT,
    "IP": PatientClass.INPATIENT,
    "B": PatientClass.MATERNITY,
    "MATERNITY": PatientClass.MATERNITY,
    "NEWBORN": PatientClass.NEWBORN,
    "D": PatientClass.DAY_CASE,
    "DC": PatientClass.DAY_CASE,
    "DAY CASE": PatientClass.DAY_CASE,
    "DAYCASE": PatientClass.DAY_CASE,
    "SURG ADMIT": PatientClass.INPATIENT,
    "E": PatientClass.EMERGENCY,
    "EMERGENCY": PatientClass.EMERGENCY,
    "O": PatientClass.OUTPATIENT,
    "OUTPATIENT": PatientClass.OUTPATIENT,
    "P": PatientClass.PREADMIT,
    "R": PatientClass.RECURRING,
    "N": PatientClass.UNKNOWN,
    "U": PatientClass.UNKNOWN,
    "C": PatientClass.UNKNOWN,
}

# Admission methods of a baby born here, at home as intended, or on the way
# (NHS Data Dictionary, admission method; docs/reference/codes.md).
BIRTH_METHODS = frozenset({"82", "83", "2C"})


@lru_cache(maxsize=1024)
def effective_class(stated: str, admission_method: str) -> PatientClass:
    """The class a visit counts under: an "inpatient" admitted by being born is a newborn."""
    known = PatientClass(stated) if stated in set(PatientClass) else PatientClass.UNKNOWN
    if known in INPATIENT_CLASSES and admission_method in BIRTH_METHODS:
        return PatientClass.NEWBORN
    return known
