"""Which expected parse of the corpus belongs to which message, and how its words map to ours.

The expected parses are the upstream project's own and are read where they lie. Four of them
describe files that the corpus stores once, under another name, because the messages are equal.
"""

from pathlib import Path
from typing import Any

import yaml

PARSES = "emap/expected_interchange_yaml"
MESSAGES = "emap/Adt"

# Expected parse -> message, where the names differ.
ELSEWHERE = {
    "generic/A01": "birth_date_gmt",
    "Location/CancelTransfer/01_A01": "Location/CancelDischarge/01_A01",
    "Location/CancelTransfer/02_A02": "Location/CancelDischarge/02_A02",
    "Location/Moves/02_A01": "Location/CancelDischarge/01_A01",
}

# Folders of expected parses of ADT messages.
FOLDERS = ("DoubleA01WithA13", "Location", "generic", "pending")

# Plain values: absent means that the message says none.
PLAIN = {
    "mrn": "local_id",
    "nhsNumber": "nhs_number",
    "visitNumber": "visit_number",
    "previousMrn": "previous_local_id",
    "previousVisitNumber": "previous_visit_number",
    "otherMrn": "other_local_id",
    "otherNhsNumber": "other_nhs_number",
    "otherVisitNumber": "other_visit_number",
}

# Plain values that are compared only where the expected parse has them.
PLAIN_WHERE_PRESENT = {
    "dischargeDateTime": "discharged_at",
    "dischargeDisposition": "discharge_destination",
    "cancelledDateTime": "at",
    "cancelledLocation": "prior_location",
}

# Values with a status. Absent or "IGNORE" means that the message states nothing.
STATED = {
    "fullLocationString": "location",
    "patientBirthDate": "birth_date",
    "patientClass": "class",
    "patientFamilyName": "family_name",
    "patientGivenName": "given_name",
    "patientIsAlive": "alive",
    "patientDeathDateTime": "died_at",
    "patientSex": "sex",
    "patientTitle": "title",
    "patientZipOrPostalCode": "postcode",
}

STATED_WHERE_PRESENT = {
    "admissionDateTime": "admitted_at",
    # The upstream name of PV1-44 while the person is only registered.
    "presentationDateTime": "admitted_at",
    "previousLocationString": "prior_location",
    "pendingDestination": "pending",
    "otherFullLocationString": "other_location",
}

# What our model does not hold: no field to compare.
NOT_HELD = frozenset(
    {
        "eventReasonCode",  # EVN-4: why the sender's system spoke
        "sourceSystem",  # MSH-3: a feed of ours is configured, not learned
        "dischargeLocation",  # PV1-37
        "modeOfArrival",  # PV2-38
        "patientBirthDateTime",  # we hold birth dates, not instants
        "patientMiddleName",  # given names are kept as one
        "patientReligion",  # PID-17
        "ethnicGroup",  # held as the code sent, upstream as their own words
    }
)
# Compared on their own: `recordedDateTime` and `eventOccurredDateTime`.
TIMES = frozenset({"recordedDateTime", "eventOccurredDateTime"})

CLASSES = {
    "INPATIENT": "inpatient",
    "EMERGENCY": "emergency",
    "OUTPATIENT": "outpatient",
    "DAY_CASE": "day_case",
}
# PV1-2 N: the message is about no visit, so it states no class of one.
NO_CLASS = "NOT_APPLICABLE"


def pairs(corpus: Path) -> list[tuple[Path, Path]]:
    """Expected parse and message, for every ADT parse whose message is in the corpus."""
    root = corpus / PARSES
    found = []
    for parse in sorted(root.rglob("*.yaml")):
        name = parse.relative_to(root).with_suffix("").as_posix()
        if name.split("/")[0] in FOLDERS:
            message = corpus / MESSAGES / f"{ELSEWHERE.get(name, name)}.txt"
            found.append((parse, message))
    return found


def read_parse(path: Path) -> dict[str, Any]:
    """One expected parse, without the upstream class name."""
    content: dict[str, Any] = yaml.safe_load(path.read_text())
    content.pop("@class", None)
    return content
