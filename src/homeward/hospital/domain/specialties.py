"""Names of specialties and treatment functions (NHS Data Dictionary, main specialty code).

Only names that staff use on a list; a code not listed is shown as it came.
"""

SPECIALTY_NAMES: dict[str, str] = {
    "100": "General surgery",
    "101": "Urology",
    "107": "Vascular surgery",
    "110": "Trauma and orthopaedics",
    "120": "Ear, nose and throat",
    "150": "Neurosurgery",
    "170": "Cardiothoracic surgery",
    "180": "Emergency medicine",
    "192": "Intensive care",
    "300": "General medicine",
    "301": "Gastroenterology",
    "302": "Endocrinology",
    "303": "Haematology",
    "314": "Rehabilitation",
    "315": "Palliative medicine",
    "318": "Intermediate care",
    "320": "Cardiology",
    "326": "Acute medicine",
    "328": "Stroke medicine",
    "340": "Respiratory medicine",
    "350": "Infectious diseases",
    "361": "Renal medicine",
    "370": "Medical oncology",
    "400": "Neurology",
    "410": "Rheumatology",
    "420": "Paediatrics",
    "430": "Geriatric medicine",
    "501": "Obstetrics",
    "502": "Gynaecology",
    "560": "Midwifery",
    "710": "Adult mental illness",
    "715": "Old age psychiatry",
    "800": "Clinical oncology",
    "950": "Nursing",
    "960": "Allied health professions",
}


def specialty_name(code: str) -> str:
    """The specialty in words; an unknown code as it came."""
    return SPECIALTY_NAMES.get(code, code)
