"""Synthetic messages that several tests share."""

ADMISSION = "\r".join(
    (
        "MSH|^~\\&|PAS|RX0|HOMEWARD|RX0|20260105101502||ADT^A01^ADT_A01|M-1|P|2.5.1",
        "EVN|A01|20260105101500||||20260105100500",
        "PID|1||633841^^^RX0^MR~9449305552^^^NHS^NH||O\\T\\Hara^Amelia&van^Jane||19410312|F",
        'PV1|1|I|W12^B3^2^RX001|21||""',
        "NK1|1|First",
        "NK1|2|Second",
    )
)


def message(*segments: str, header: str = "MSH|^~\\&|PAS|RX0") -> bytes:
    return "\r".join((header, *segments)).encode()
