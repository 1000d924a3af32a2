"""Why messages wait or were rejected, in plain words, and what mends it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CauseWords:
    """One cause. title: as a heading. meaning: what is wrong. mend: what to do about it."""

    title: str
    meaning: str
    mend: str


SENDER = "Ask the sending system's team"

CAUSES: dict[str, CauseWords] = {
    "no_identifier": CauseWords(
        "No hospital number",
        "PID-3 holds no number of the hospital's own, so nobody can tell who it is about.",
        "If the number is there under another assigning authority, change “Local identifier” in "
        f"the feed's settings and replay. If it is not, {SENDER.lower()} to send it.",
    ),
    "two_nhs_numbers": CauseWords(
        "Two NHS numbers",
        "PID-3 holds two different valid NHS numbers for one person.",
        "Find out at the hospital which is right. Once it is mended there a new message comes: "
        "then dismiss this one.",
    ),
    "no_visit_number": CauseWords(
        "No visit number",
        "PV1-19 names no visit and PV1-44 gives no admission to know it by.",
        f"{SENDER} to fill PV1-19. If the visit is known from other messages, dismiss this one.",
    ),
    "bad_time": CauseWords(
        "A time that cannot be read",
        "A field that must hold a date and time holds something else.",
        f"{SENDER} to send it as YYYYMMDDHHMM. Once a right message has come, dismiss this one.",
    ),
    "impossible_time": CauseWords(
        "A time that cannot be",
        "The event is dated more than a day ahead of when it came, or before 1900.",
        "Check the sending system's clock and the feed's time zone. If the date was ahead only "
        "by a wrong time zone, change it in the feed's settings and replay.",
    ),
    "unknown_class": CauseWords(
        "A patient class nobody mapped",
        "PV1-2 holds a code that this feed does not map to a kind of visit.",
        "Add the code under “Patient classes” in the feed's settings, then replay the group.",
    ),
    "no_pid": CauseWords(
        "No patient",
        "There is no PID segment, so the message is about nobody.",
        f"{SENDER} why. Dismiss it if it was sent by mistake.",
    ),
    "no_mrg": CauseWords(
        "A merge without the earlier number",
        "The message joins two records but has no MRG segment to say which.",
        f"{SENDER} to send the merge again in full, then dismiss this one.",
    ),
    "no_message_type": CauseWords(
        "No kind of message",
        "MSH-9 is empty, so nothing says what happened.",
        f"{SENDER} to fill MSH-9. Once a right message has come, dismiss this one.",
    ),
    "control_id_reused": CauseWords(
        "A control id used twice",
        "The sender used the same MSH-10 for two different messages.",
        "If this sender's control ids do not tell messages apart, set “Control ids are unique” to "
        "no in the feed's settings, then replay. If it was a slip, replay what is right and "
        "dismiss what is not.",
    ),
    "internal_error": CauseWords(
        "An error of Homeward's own",
        "Homeward failed on this message. Nothing is wrong with it as far as is known.",
        "Replay it after the next upgrade. Until then report the receipt number to whoever runs "
        "Homeward: the log holds the details.",
    ),
    "visit_of_another_person": CauseWords(
        "The visit belongs to someone else",
        "The visit number in PV1-19 is known as another person's visit.",
        "If the two records are one person, replay after the hospital has merged them. If the "
        "visit was moved, replay after the move has come. Otherwise dismiss this one.",
    ),
    "discharge_before_admission": CauseWords(
        "Left before they came",
        "The discharge is earlier than the admission.",
        "Find out at the hospital which time is right. Replay after the admission is mended, or "
        "dismiss this one once a right discharge has come.",
    ),
    "no_open_spell": CauseWords(
        "Readiness without a visit",
        "A readiness fact names no visit, and the person has none open, or more than one.",
        "Replay after the admission has come. Dismiss it if the person has left.",
    ),
    "unknown_visit": CauseWords(
        "Readiness for an unknown visit",
        "A readiness fact names a visit that was never heard of.",
        "Replay after the admission has come.",
    ),
    "unreadable": CauseWords(
        "Cannot be read",
        "It is not HL7 version 2, or its characters are not of the set it names.",
        "Check the feed's character set and replay. If it is not HL7, find out who sends it.",
    ),
    "unknown_sender": CauseWords(
        "Nobody takes it",
        "No feed is set up for this sender (MSH-3 and MSH-4).",
        "Set up a feed for the sender; it will then send again.",
    ),
    "feed_off": CauseWords(
        "The feed is switched off",
        "A feed is set up for this sender, but somebody switched it off.",
        "Switch the feed on in its settings and replay.",
    ),
    "processing_id": CauseWords(
        "Not meant for this system",
        "MSH-11 says it is for another use, such as training or testing.",
        "If this feed should take such messages, add the letter under “Processing ids” in its "
        "settings and replay.",
    ),
    "version": CauseWords(
        "A version that is not taken",
        "MSH-12 names a version of HL7 that this feed does not take.",
        "A feed that is not strict takes every version 2. Change its settings and replay, or "
        f"{SENDER.lower()} to send version 2.5.1.",
    ),
    "unsupported": CauseWords(
        "A kind of message not read here",
        "The feed is strict, and this kind of message is not one that Homeward reads.",
        f"{SENDER} to leave it out, or set the feed to not strict so that it is thanked and left "
        "alone.",
    ),
    "set_aside": CauseWords(
        "Set aside",
        "Someone took it out of account.",
        "Replay it to bring it back.",
    ),
}


def cause_words(cause: str) -> CauseWords:
    """A cause in words; one that is not known here keeps its own."""
    title = cause.replace("_", " ").capitalize() or "No cause given"
    unknown = CauseWords(title, "The reason below says what is wrong.", "Mend it, then replay.")
    return CAUSES.get(cause, unknown)
