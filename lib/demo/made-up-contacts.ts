const firstNames = [
  'Ada',
  'Ben',
  'Chloé',
  'Dev',
  'Esra',
  'Finn',
  'Grace',
  'Hugo',
  'Inés',
  'Jun',
  'Kai',
  'Lena',
  'Mo',
  'Nia',
];
export const lastNames = [
  'Abara',
  'Brook',
  'Castro',
  'Dunn',
  'Eze',
  'Ford',
  'Grant',
  'Hale',
  'Ito',
  'Jansen',
  'Kaur',
  'Lund',
];
const places = [
  ['Boston', 'MA', '617', '02108'],
  ['Denver', 'CO', '303', '80202'],
  ['Austin', 'TX', '512', '78701'],
  ['Seattle', 'WA', '206', '98101'],
  ['Chicago', 'IL', '312', '60601'],
  ['Miami', 'FL', '305', '33101'],
] as const;

/** Every twentieth row repeats an earlier phone, every twenty-fifth has none that could be one. */
const repeatEvery = 20;
const wrongEvery = 25;

/**
 * Last two digits of fictional numbers (555-01xx). Left out are those that the simulated provider keeps waiting or
 * refuses for ever; those that end undelivered are in, as they are in life.
 */
const fictional = Array.from({ length: 100 }, (_, line) => line).filter(
  (line) => line !== 37 && (line < 40 || line > 53),
);

/**
 * A CSV of made-up contacts, the same for the same count. Phones are fictional as far as those go; from there on they
 * run through exchanges that belong to somebody, for the simulator only.
 */
export const madeUpContacts = (rows: number): string => {
  const lines = ['first_name,last_name,phone,email,company,title,address,city,state,zip'];
  for (let row = 0; row < rows; row += 1) {
    const first = pick(firstNames, row * 7);
    const last = pick(lastNames, row * 5 + Math.floor(row / firstNames.length));
    const [city, state, , zip] = pick(places, row);
    const phone =
      row % wrongEvery === wrongEvery - 1 ? '555-CALL' : phoneOf(row % repeatEvery === repeatEvery - 1 ? row - 1 : row);
    lines.push(`${first},${last},${phone},,"${last}, ${first} & Co.",,,${city},${state},${zip}`);
  }
  return `${lines.join('\n')}\n`;
};

const phoneOf = (row: number) => {
  const [, , area] = pick(places, row);
  const line = Math.floor(row / places.length);
  const beyond = line - fictional.length;
  const exchange = beyond < 0 ? '555' : String(220 + Math.floor(beyond / 10_000));
  const last = beyond < 0 ? `01${String(fictional[line]).padStart(2, '0')}` : String(beyond % 10_000).padStart(4, '0');
  return `(${area}) ${exchange}-${last}`;
};

const pick = <T>(from: readonly T[], index: number): T => {
  const value = from[index % from.length];
  if (value === undefined) throw new Error('Nothing to pick from');
  return value;
};
