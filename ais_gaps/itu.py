"""What the numbers in AIS mean, by the tables of the International Telecommunication Union (ITU) and the IMO.

- ship types: ITU-R M.1371-5, annex 8, table 53
- navigational status: ITU-R M.1371-5, annex 8, table 48
- forms of an MMSI: ITU-R M.585-9, annexes 1 and 2
- maritime identification digits (MID): ITU table of maritime identification digits (Radio Regulations, appendix 42)
- IMO numbers: IMO resolution A.1117(30), with the check digit that closes them
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

TRANSMITTERS: Final = ("ship", "base_station", "aton", "aircraft", "craft", "sart", "handheld", "group", "device")
"""What can transmit, told from the form of its MMSI.

`craft` belongs to a parent ship (98MIDxxxx), `sart` are distress beacons (970, 972, 974), `group` is the call to a
group of ships (0MIDxxxxx, which no ship should send as itself), `device` is an autonomous radio device that is no aid
to navigation, such as a net marker (979). Whatever is none of the others counts as a `ship`.
"""

_SHIP, _BASE, _ATON, _AIRCRAFT, _CRAFT, _SART, _HANDHELD, _GROUP, _DEVICE = range(len(TRANSMITTERS))

NAV_STATUS_WORDS: Final[dict[int, str]] = {
    0: "Under way using engine",
    1: "At anchor",
    2: "Not under command",
    3: "Restricted manoeuvrability",
    4: "Constrained by her draught",
    5: "Moored",
    6: "Aground",
    7: "Engaged in fishing",
    8: "Under way sailing",
    9: "Reserved, status 9 (high-speed craft)",
    10: "Reserved, status 10 (wing in ground)",
    11: "Towing astern",
    12: "Pushing ahead or towing alongside",
    13: "Reserved, status 13",
    14: "AIS-SART, MOB or EPIRB active",
    15: "Undefined",
}
"""Navigational status 0-15, one distinct text each."""

_SPECIAL_SHIP_TYPES = {
    30: "Fishing",
    31: "Towing",
    32: "Towing, long or wide",
    33: "Dredging or underwater operations",
    34: "Diving operations",
    35: "Military operations",
    36: "Sailing",
    37: "Pleasure craft",
    50: "Pilot vessel",
    51: "Search and rescue",
    52: "Tug",
    53: "Port tender",
    54: "Anti-pollution",
    55: "Law enforcement",
    56: "Local vessel, code 56",
    57: "Local vessel, code 57",
    58: "Medical transport",
    59: "Not party to an armed conflict",
}
_CLASSES = {2: "Wing in ground", 4: "High-speed craft", 6: "Passenger", 7: "Cargo", 8: "Tanker", 9: "Other"}
_CARGOES = {
    0: "",
    1: ", hazardous category A",
    2: ", hazardous category B",
    3: ", hazardous category C",
    4: ", hazardous category D",
    9: ", no additional information",
}


def _ship_type(code: int) -> str:
    if code in _SPECIAL_SHIP_TYPES:
        return _SPECIAL_SHIP_TYPES[code]
    first, second = divmod(code, 10)
    if first not in _CLASSES:
        return f"Reserved, code {code}"
    return _CLASSES[first] + _CARGOES.get(second, f", reserved code {code}")


SHIP_TYPE_WORDS: Final[dict[int, str]] = {code: _ship_type(code) for code in range(1, 100)}
"""Ship type 1-99, one distinct text each. The hazard categories A-D are those since renamed X, Y, Z and OS."""


def ship_type_words(code: int) -> str | None:
    """The ship type of an ITU code in words; None for 0 (not available) and for what is no such code (0-255)."""
    if 100 <= code <= 199:
        return f"Regional use, code {code}"
    if 200 <= code <= 255:
        return f"Reserved, code {code}"
    return SHIP_TYPE_WORDS.get(code)


_FLAG_MIDS = """
AD 202; AE 470-471; AF 401; AG 304-305; AI 301; AL 201; AM 216; AO 603; AR 701; AS 559; AT 203; AU 503; AW 307; AZ 423
BA 478; BB 314; BD 405; BE 205; BF 633; BG 207; BH 408; BI 609; BJ 610; BM 310; BN 508; BO 720; BR 710; BS 308-309 311
BT 410; BW 611; BY 206; BZ 312; CA 316; CC 523; CD 676; CF 612; CG 615; CH 269; CI 619; CK 518; CL 725; CM 613
CN 412-414; CO 730; CR 321; CU 323; CV 617; CW 306; CX 516; CY 209-210 212; CZ 270; DE 211 218; DJ 621; DK 219-220
DM 325; DO 327; DZ 605; EC 735; EE 276; EG 622; ER 625; ES 224-225; ET 624; FI 230; FJ 520; FK 740; FM 510; FO 231
FR 226-228; GA 626; GB 232-235; GD 330; GE 213; GF 745; GH 627; GI 236; GL 331; GM 629; GN 632; GP 329; GQ 631
GR 237 239-241; GT 332; GW 630; GY 750; HK 477; HN 334; HR 238; HT 336; HU 243; ID 525; IE 250; IL 428; IN 419; IQ 425
IR 422; IS 251; IT 247; JM 339; JO 438; JP 431-432; KE 634; KG 451; KH 514-515; KI 529; KM 616 620; KN 341; KP 445
KR 440-441; KW 447; KY 319; KZ 436; LA 531; LB 450; LC 343; LI 252; LK 417; LR 636-637; LS 644; LT 277; LU 253; LV 275
LY 642; MA 242; MC 254; MD 214; ME 262; MG 647; MH 538; MK 274; ML 649; MM 506; MN 457; MO 453; MP 536; MQ 347; MR 654
MS 348; MT 215 229 248-249 256; MU 645; MV 455; MW 655; MX 345; MY 533; MZ 650; NA 659; NC 540; NE 656; NG 657; NI 350
NL 244-246; NO 257-259; NP 459; NR 544; NU 542; NZ 512; OM 461; PA 351-357 370-374; PE 760; PF 546; PG 553; PH 548
PK 463; PL 261; PM 361; PN 555; PR 358; PS 443; PT 204 255 263; PW 511; PY 755; QA 466; RE 660; RO 264; RS 279; RU 273
RW 661; SA 403; SB 557; SC 664; SD 662; SE 265-266; SG 563-566; SH 608 665; SI 278; SK 267; SL 667; SM 268; SN 663
SO 666; SR 765; SS 638; ST 668; SV 359; SY 468; SZ 669; TC 364; TD 670; TF 501 607 618 635; TG 671; TH 567; TJ 472
TL 550; TM 434; TN 672; TO 570; TR 271; TT 362; TV 572; TW 416; TZ 674 677; UA 272; UG 675; US 303 338 366-369; UY 770
UZ 437; VA 208; VC 375-377; VE 775; VG 378; VI 379; VN 574; VU 576-577; WF 578; WS 561; YE 473 475; ZA 601; ZM 678
ZW 679
"""


def _mid_flags(text: str) -> dict[int, str]:
    flags = {}
    for entry in text.replace("\n", ";").split(";"):
        flag, *spans = entry.split() or [""]
        for span in spans:
            first, _, last = span.partition("-")
            flags.update(dict.fromkeys(range(int(first), int(last or first) + 1), flag))
    return dict(sorted(flags.items()))


MID_FLAGS: Final[dict[int, str]] = _mid_flags(_FLAG_MIDS)
"""MID -> ISO 3166-1 alpha-2. Territories with a code of their own have it; the Azores and Madeira are PT, Alaska is US,
the French southern and Antarctic lands TF, Ascension SH. 306 is shared by BQ, CW and SX: CW keeps the register."""

_FLAGS_BY_MID: NDArray[np.object_] = np.full(1000, None, dtype=object)
for _mid, _flag in MID_FLAGS.items():
    _FLAGS_BY_MID[_mid] = _flag


def transmitters(mmsi: NDArray[Any]) -> NDArray[np.int8]:
    """For each MMSI the index into `TRANSMITTERS`, by its form (ITU-R M.585-9). Malformed numbers count as ships."""
    number = np.asarray(mmsi).astype(np.int64, copy=False)
    hundreds = number // 1_000_000
    conditions = [
        _is_mid(number // 10_000) & (number < 10_000_000),
        _is_mid(number // 100_000) & (number < 100_000_000),
        (hundreds == 111) & _is_mid(number // 1_000 % 1_000),
        (number // 10_000_000 == 99) & _is_mid(number // 10_000 % 1_000),
        (number // 10_000_000 == 98) & _is_mid(number // 10_000 % 1_000),
        (hundreds == 970) | (hundreds == 972) | (hundreds == 974),
        hundreds == 979,
        number // 100_000_000 == 8,
    ]
    choices = [_BASE, _GROUP, _AIRCRAFT, _ATON, _CRAFT, _SART, _DEVICE, _HANDHELD]
    return np.select(conditions, [np.int8(choice) for choice in choices], np.int8(_SHIP))


def transmitter_of(mmsi: int) -> str:
    """What transmits under this MMSI, one of `TRANSMITTERS`."""
    return TRANSMITTERS[int(transmitters(np.array([mmsi], dtype=np.int64))[0])]


# How far the MID stands from the right end of the number, by transmitter; 0 where the form holds no MID.
_MID_DIVISORS: NDArray[np.int64] = np.zeros(len(TRANSMITTERS), dtype=np.int64)
_MID_DIVISORS[[_SHIP, _BASE, _ATON, _AIRCRAFT, _CRAFT, _HANDHELD, _GROUP]] = [
    1_000_000,
    10_000,
    10_000,
    1_000,
    10_000,
    100_000,
    100_000,
]


def flags(mmsi: NDArray[Any]) -> NDArray[np.object_]:
    """For each MMSI its flag as ISO 3166-1 alpha-2; None where its form holds no MID or the MID is not allocated."""
    number = np.asarray(mmsi).astype(np.int64, copy=False)
    divisors = _MID_DIVISORS[transmitters(number)]
    mids = number // np.maximum(divisors, 1) % 1_000
    return _FLAGS_BY_MID[np.where((divisors > 0) & ~malformed(number), mids, 0)]


def flag_of(mmsi: int) -> str | None:
    """The flag of an MMSI as ISO 3166-1 alpha-2, from its MID; None where there is none or it is not allocated."""
    flag: str | None = flags(np.array([mmsi], dtype=np.int64))[0]
    return flag


def malformed(mmsi: NDArray[Any]) -> NDArray[np.bool_]:
    """For each number whether it cannot be an MMSI at all (see `mmsi_problem`)."""
    number: NDArray[np.int64] = np.asarray(mmsi).astype(np.int64, copy=False)
    nine_digits = (number >= 100_000_000) & (number <= 999_999_999)
    base_station = _is_mid(number // 10_000) & (number < 10_000_000)
    group = _is_mid(number // 100_000) & (number < 100_000_000)
    possible: NDArray[np.bool_] = nine_digits | base_station | group
    return ~possible


def mmsi_problem(mmsi: int) -> str | None:
    """Why a number cannot be an MMSI, in plain words; None when it can.

    Nine digits always can, even where no administration would give them out: ships do transmit under such numbers.
    Fewer digits are a coast station (00MIDxxxx) or a group of ships (0MIDxxxxx), or nothing.
    """
    if mmsi <= 0:
        return "MMSI is zero" if mmsi == 0 else "MMSI is negative"
    if mmsi > 999_999_999:
        return "MMSI has more than nine digits"
    if mmsi < 100_000_000 and bool(malformed(np.array([mmsi], dtype=np.int64))[0]):
        return "MMSI has fewer than nine digits and is no coast station or group"
    return None


def _is_mid(number: NDArray[np.int64]) -> NDArray[np.bool_]:
    within: NDArray[np.bool_] = (number >= 200) & (number <= 799)
    return within


def imos_valid(imo: NDArray[Any]) -> NDArray[np.bool_]:
    """For each number whether it is an IMO ship number: seven digits, the last one the check digit.

    The check digit is the last digit of the sum of the first six, weighted 7, 6, 5, 4, 3, 2.
    """
    number = np.asarray(imo).astype(np.int64, copy=False)
    total: NDArray[np.int64] = np.zeros(number.shape, dtype=np.int64)
    for weight, place in zip(range(2, 8), range(1, 7), strict=True):
        total += weight * (number // 10**place % 10)
    valid: NDArray[np.bool_] = (number >= 1_000_000) & (number <= 9_999_999) & (total % 10 == number % 10)
    return valid


def imo_valid(imo: int) -> bool:
    """Whether a number is an IMO ship number: seven digits that satisfy the check digit."""
    return bool(imos_valid(np.array([imo], dtype=np.int64))[0])
