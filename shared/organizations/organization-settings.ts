import * as z from 'zod';
import { TimeZone } from '../platform/time-zone.ts';

const brandName = z.string().trim().min(1).max(100);
const country = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z]{2}$/, 'Two letters, as in US');
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM');

/** Nobody is texted before or after, wherever they are: 47 CFR 64.1200(c)(1). States may ask for more. */
const federalHours = { start: '08:00', end: '21:00' };

/** A narrower day than the law's, in the recipient's local time. */
const QuietHours = z
  .strictObject({ start: clockTime, end: clockTime })
  .refine(({ start, end }) => start >= federalHours.start && end <= federalHours.end && start < end, {
    message: `The day may be narrowed only: within ${federalHours.start} and ${federalHours.end}`,
  });

/** What a STOP ends: everything that the organization sends, or the programme that it answered. */
const OptOutScope = z.enum(['organization', 'program']);

const disclosure = z.string().trim().min(1).max(1000);
const Disclosures = z.strictObject({ optIn: disclosure, optOut: disclosure, help: disclosure }).partial();

/** How an organization works; what it doesn't set has the value beside. */
export const OrganizationSettings = z
  .object({
    brandName: brandName.nullable().default(null).meta({ description: 'Names the sender in messages; else the name' }),
    defaultCountry: country.default('US').meta({ description: 'Of phones that are written without country code' }),
    timeZone: TimeZone.default('America/New_York'),
    quietHours: QuietHours.default(federalHours).meta({ description: 'When messages may arrive, in local time' }),
    optOutScope: OptOutScope.default('organization'),
    disclosures: Disclosures.default({}),
    managersSeeAllCustomers: z
      .boolean()
      .default(false)
      .meta({ description: 'Managers see customers with a sign-in that aren’t assigned to them as well' }),
    secondStepRequired: z.boolean().default(false).meta({ description: 'Everybody signs in with a code as well' }),
  })
  .meta({ id: 'OrganizationSettings' });
export type OrganizationSettings = z.infer<typeof OrganizationSettings>;

export const defaultSettings: OrganizationSettings = OrganizationSettings.parse({});

/** A partial change: what is absent stays, `null` goes back to the default. */
export const SettingsChange = z
  .strictObject({
    brandName: brandName.nullable(),
    defaultCountry: country.nullable(),
    timeZone: TimeZone.nullable(),
    quietHours: QuietHours.nullable(),
    optOutScope: OptOutScope.nullable(),
    disclosures: Disclosures.nullable(),
    managersSeeAllCustomers: z.boolean().nullable(),
    secondStepRequired: z.boolean().nullable(),
  })
  .partial();
export type SettingsChange = z.infer<typeof SettingsChange>;

export const changeSettings = (settings: OrganizationSettings, change: SettingsChange): OrganizationSettings => {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  const cleared = given.filter(([, value]) => value === null).map(([name]) => name);
  const kept = Object.entries({ ...settings, ...Object.fromEntries(given) }).filter(
    ([name]) => !cleared.includes(name),
  );
  return OrganizationSettings.parse(Object.fromEntries(kept));
};
