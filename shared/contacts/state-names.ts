const names =
  'Alabama:AL Alaska:AK American Samoa:AS Arizona:AZ Arkansas:AR California:CA Colorado:CO Connecticut:CT Delaware:DE District of Columbia:DC Washington DC:DC Florida:FL Georgia:GA Guam:GU Hawaii:HI Idaho:ID Illinois:IL Indiana:IN Iowa:IA Kansas:KS Kentucky:KY Louisiana:LA Maine:ME Maryland:MD Massachusetts:MA Michigan:MI Minnesota:MN Mississippi:MS Missouri:MO Montana:MT Nebraska:NE Nevada:NV New Hampshire:NH New Jersey:NJ New Mexico:NM New York:NY North Carolina:NC North Dakota:ND Northern Mariana Islands:MP Ohio:OH Oklahoma:OK Oregon:OR Pennsylvania:PA Puerto Rico:PR Rhode Island:RI South Carolina:SC South Dakota:SD Tennessee:TN Texas:TX Utah:UT Vermont:VT US Virgin Islands:VI Virgin Islands:VI Virginia:VA Washington:WA West Virginia:WV Wisconsin:WI Wyoming:WY';

const codeByName: ReadonlyMap<string, string> = new Map(
  [...names.matchAll(/([A-Z][A-Za-z ]*?):([A-Z]{2})(?: |$)/g)].map(([, name = '', code = '']) => [
    name.toLowerCase(),
    code,
  ]),
);
const codes: ReadonlySet<string> = new Set(codeByName.values());

/** The two letters of a state or territory, from a code or a name as people write it; undefined for anything else. */
export const stateCode = (text: string): string | undefined => {
  const plain = text.replaceAll('.', '').trim();
  const upper = plain.toUpperCase();
  return codes.has(upper) ? upper : codeByName.get(plain.toLowerCase());
};
