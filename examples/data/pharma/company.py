"""The SYNTHETIC sample company, as it truly is: what generate.py draws its data from.

"Latent" is what nothing in the data files says. Qualities are in codes of satisfaction.
"""

from dataclasses import dataclass
from datetime import date, datetime

FIRST_DAY, LAST_DAY = date(2024, 1, 1), date(2025, 12, 31)
# When the data were drawn: later touchpoints are planned, later answers are not there.
DRAWN = datetime(2025, 12, 14, 23, 0)
# Summer time in Berlin. Nothing is dated in the night of a change, so days are enough.
SUMMER_TIME = ((date(2024, 3, 31), date(2024, 10, 27)), (date(2025, 3, 30), date(2025, 10, 26)))
HOLIDAYS = {
    *(date(2024, m, d) for m, d in ((1, 1), (3, 29), (4, 1), (5, 1), (5, 9), (5, 20))),
    *(date(2025, m, d) for m, d in ((1, 1), (4, 18), (4, 21), (5, 1), (5, 29), (6, 9))),
    *(date(y, m, d) for y in (2024, 2025) for m, d in ((10, 3), (12, 25), (12, 26))),
}

REGIONS = ("north", "east", "west", "centre", "south", "south_west")
REPS_PER_REGION = 10
PHYSICIANS_PER_REP = 50
CLASSES = {"A": 0.20, "B": 0.35, "C": 0.45}  # share of the physicians
SEGMENTS = {
    "general_practice": 0.40,
    "internal_medicine": 0.22,
    "cardiology": 0.14,
    "neurology": 0.10,
    "diabetology": 0.08,
    "oncology": 0.06,
}


@dataclass(frozen=True)
class Kind:
    """A kind of touchpoint. `hours` are local, `cost` in cents from a to b."""

    channel: str
    hours: tuple[int, int]
    cost: tuple[int, int]
    classes: tuple[float, float, float]  # how much an A, B, C physician gets of it, relatively
    cancelled: float
    answered: float  # share of realised touchpoints that are answered, over all physicians
    quality: float  # latent, in codes of satisfaction
    by_reps: int = 0  # touchpoints by the field


FAVOUR_A, EVEN = (7.0, 2.5, 0.6), (1.0, 1.0, 1.0)
KINDS = {
    "visit": Kind("face_to_face", (8, 18), (7000, 13000), FAVOUR_A, 0.05, 0.122, 0.12, 24000),
    "call": Kind("phone", (8, 18), (900, 2200), (3.0, 2.0, 1.0), 0.03, 0.085, -0.08, 8000),
    "video_call": Kind("video", (8, 19), (1500, 3500), (3.0, 2.0, 1.0), 0.06, 0.127, 0.00, 3500),
    "email": Kind("e_mail", (7, 21), (40, 160), (2.0, 1.5, 1.0), 0.01, 0.024, -0.18, 7000),
    "sample": Kind("post", (8, 17), (1200, 2600), FAVOUR_A, 0.02, 0.053, 0.05, 3500),
    "medical_information": Kind("phone", (9, 17), (2500, 6500), EVEN, 0.01, 0.17, 0.28),
    "mailing": Kind("post", (9, 12), (110, 260), EVEN, 0.01, 0.014, -0.30),
    "webinar": Kind("online_event", (18, 20), (1800, 4200), (1.5, 1.1, 0.7), 0.06, 0.28, 0.15),
    "congress": Kind("event", (9, 18), (14000, 32000), (1.8, 1.0, 0.6), 0.04, 0.18, 0.20),
}
QUERIES = 1600  # touchpoints of kind medical_information: a physician asks, the department answers
# Share of the physicians that get it, before `classes`.
SHARED_TO = {"mailing": 0.64, "email": 0.40, "webinar": 0.04, "congress": 0.12}
OWNERS = {
    "mailing": "marketing",
    "email": "marketing",
    "webinar": "medical_department",
    "congress": "event_organisation",
}


@dataclass(frozen=True)
class Campaign:
    """`share`: of the field's touchpoints while it lasts; `quality`: latent, as of a kind."""

    first: date
    last: date
    share: float
    quality: float
    shared: bool = True  # whether mailings, webinars and so on belong to it


CAMPAIGNS = {
    "SYN-alder": Campaign(date(2024, 3, 1), date(2025, 6, 30), 0.20, 0.43),  # the good one
    "SYN-birch": Campaign(date(2024, 9, 1), date(2025, 10, 31), 0.18, -0.31),  # the bad one
    "SYN-cedar": Campaign(date(2024, 1, 1), date(2024, 12, 31), 0.20, 0.00),
    "SYN-dogwood": Campaign(date(2025, 1, 1), date(2025, 12, 31), 0.20, 0.05),
    "SYN-elder": Campaign(date(2025, 10, 1), date(2025, 12, 31), 0.04, 0.00, shared=False),
}

# Latent means per item of ceqs, as codes 1..5: requirement, satisfaction.
CEQS_ITEMS = {
    "relevance": (4.3, 3.20),
    "information": (4.2, 3.30),
    "credibility": (4.5, 3.15),
    "dialogue": (3.6, 2.90),
    "effort": (3.9, 3.00),
}
SD_REP, SD_SEVERITY, SD_DEMAND, SD_FORM, SD_ANSWER = 0.22, 0.50, 0.40, 0.35, 0.65
ONE_WAY = ("email", "mailing", "sample")  # where dialogue is often not applicable
EARLY_FORMS = 5  # dated before their touchpoint
NOT_APPLICABLE = "9"

# Latent means per item of sqr: requirement, and what the item adds to satisfaction.
SQR_ITEMS = {
    "timely": (4.4, -0.15),
    "competent": (4.3, 0.20),
    "reliable": (4.5, -0.05),
    "reachable": (4.0, 0.10),
    "fits_task": (4.1, -0.10),
}
# Latent mean of satisfaction per department, in wave 1 and 2.
SQR_DEPARTMENTS = {
    "marketing": (2.45, 2.20),
    "product_management": (2.22, 2.07),
    "event_organisation": (2.90, 2.90),
    "medical_department": (2.40, 2.20),
}
SQR_WAVES = (date(2024, 3, 4), date(2025, 9, 1))  # first day of three weeks
SQR_ABSENT = 3
SD_REP_SEVERITY, SD_WAVE = 0.45, 0.25
