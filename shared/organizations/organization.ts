import * as z from 'zod';
import { OrganizationId } from '../platform/organization-id.ts';
import { defaultSettings, OrganizationSettings, SettingsChange } from './organization-settings.ts';

/** What an organization may use: see rate-limits. */
export const subscriptionTiers = ['free', 'pro', 'enterprise'] as const;
export const SubscriptionTier = z.enum(subscriptionTiers);
export type SubscriptionTier = z.infer<typeof SubscriptionTier>;

export const Organization = z
  .object({
    id: OrganizationId,
    name: z.string(),
    slug: z.string().meta({ description: 'Unique in the installation; stays when the name changes' }),
    settings: OrganizationSettings.default(defaultSettings),
    subscriptionTier: SubscriptionTier.default('free'),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    version: z.number().int(),
  })
  .meta({ id: 'Organization' });
export type Organization = z.infer<typeof Organization>;

const name = z.string().trim().min(1).max(100);

export const OrganizationChange = z
  .strictObject({
    name,
    settings: SettingsChange,
    subscriptionTier: SubscriptionTier.meta({ description: 'A superuser’s to change' }),
    version: z.number().int().meta({ description: 'Refuses the change if somebody else came first' }),
  })
  .partial()
  .meta({ id: 'OrganizationChange' });
export type OrganizationChange = z.infer<typeof OrganizationChange>;

export const NewOrganization = z
  .strictObject({ name, subscriptionTier: SubscriptionTier.optional() })
  .meta({ id: 'NewOrganization' });
export type NewOrganization = z.infer<typeof NewOrganization>;
