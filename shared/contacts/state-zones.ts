/** The time zones of each state and territory, the one of most of its people first. */
const zonesByState: Record<string, string> = {
  'America/New_York': 'CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV',
  'America/New_York America/Chicago': 'FL IN KY MI',
  'America/Chicago': 'AL AR IA IL LA MN MO MS OK WI',
  'America/Chicago America/New_York': 'TN',
  'America/Chicago America/Denver': 'KS ND NE SD TX',
  'America/Denver': 'CO MT NM UT WY',
  'America/Denver America/Los_Angeles': 'ID',
  'America/Phoenix America/Denver': 'AZ',
  'America/Los_Angeles': 'CA WA',
  'America/Los_Angeles America/Denver': 'NV OR',
  'America/Anchorage America/Adak': 'AK',
  'Pacific/Honolulu': 'HI',
  'America/Puerto_Rico': 'PR VI',
  'Pacific/Guam': 'GU MP',
  'Pacific/Pago_Pago': 'AS',
};

/** Area codes of states with two zones that lie in one of them, or in more than their state's main one. */
const zonesByAreaCode: Record<string, string> = {
  'America/New_York':
    '239 305 321 324 352 386 407 561 645 656 689 727 728 754 772 786 813 863 904 941 954 260 317 463 765 502 761 859 231 248 269 313 517 586 616 679 734 810 947 989 865',
  'America/Chicago':
    '316 913 402 531 210 214 254 281 325 346 361 409 430 432 469 512 621 682 713 726 737 806 817 830 832 903 936 940 945 956 972 979 615 629 731 901',
  'America/Phoenix': '480 520 602 623',
  'America/Los_Angeles': '702 725 503 971',
  'America/New_York America/Chicago': '423 729',
  'America/Denver America/Chicago': '915',
};

/** ZIP prefixes of states with two zones that lie in one of them. */
const zonesByZip: Record<string, string> = {
  'America/Chicago': '324 325 463 464 476 477 420 421 422 423 424 370 371 372 380 381 382 383 384 385',
  'America/New_York': '373 374 376 377 378 379',
  'America/Denver': '693 577 798 799 885 979',
  'America/Los_Angeles': '835 838 889 890 891 893 894 895 897',
};

const spread = (zones: Record<string, string>): ReadonlyMap<string, readonly string[]> =>
  new Map(
    Object.entries(zones).flatMap(([names, codes]) =>
      codes.split(' ').map((code) => [code, names.split(' ')] as const),
    ),
  );

const byState = spread(zonesByState);
const byAreaCode = spread(zonesByAreaCode);
const byZip = spread(zonesByZip);

/** Zones in which people of a state live (IANA), the most likely first; none for what is no state. */
export const zonesOfState = (state: string): readonly string[] => byState.get(state) ?? [];

/** Zones in which an area code of a state was given out. */
export const zonesOfAreaCode = (areaCode: string, state: string): readonly string[] =>
  byAreaCode.get(areaCode) ?? zonesOfState(state);

/** Zones to which ZIP codes of a state deliver that begin with these three digits. */
export const zonesOfZip = (prefix: string, state: string): readonly string[] =>
  byZip.get(prefix) ?? zonesOfState(state);
