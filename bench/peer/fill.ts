import { parse } from 'csv-parse/sync';
import type pg from 'pg';
import { z } from 'zod';
import { parsePhone } from '../../shared/contacts/phone.ts';

const batchSize = 5000;

const Row = z.object({
  first_name: z.string(),
  last_name: z.string(),
  phone: z.string(),
  email: z.string(),
  company: z.string(),
  city: z.string(),
  state: z.string(),
  zip: z.string(),
  tags: z.string(),
});

/** Imports a CSV into an organization and a list of its own, by our rules for phones. @returns the organization's id */
export const fill = async (pool: pg.Pool, csv: string): Promise<string> => {
  const by = '00000000-0000-4000-8000-000000000000';
  const organization = await idOf(
    pool.query(`INSERT INTO organizations (name, slug) VALUES ('Organization', 'organization') RETURNING id`),
  );
  const list = await idOf(
    pool.query(
      `INSERT INTO contact_lists (organization_id, name, created_by) VALUES ($1, 'Contacts', $2) RETURNING id`,
      [organization, by],
    ),
  );
  const rows = z.array(Row).parse(parse(csv, { columns: true }));
  for (let first = 0; first < rows.length; first += batchSize) {
    const contacts = rows.slice(first, first + batchSize).flatMap(({ phone, tags, ...row }) => {
      const parsed = parsePhone(phone);
      if (parsed.kind === 'refused') return [];
      return [{ ...row, tags: tags === '' ? [] : [tags], phone: parsed.e164, phone_formatted: parsed.e164 }];
    });
    await pool.query(
      `WITH made AS (
         INSERT INTO contacts (organization_id, created_by, source, first_name, last_name, email, phone,
           phone_formatted, company, city, state, zip, tags)
         SELECT $1, $2, 'import', first_name, last_name, email, phone,
           phone_formatted, company, city, state, zip, tags
         FROM jsonb_populate_recordset(NULL::contacts, $4)
         ON CONFLICT DO NOTHING RETURNING id)
       INSERT INTO contact_list_memberships (contact_id, list_id, added_by) SELECT id, $3, $2 FROM made`,
      [organization, by, list, JSON.stringify(contacts)],
    );
  }
  await pool.query(
    `UPDATE contact_lists SET contact_count = (SELECT count(*) FROM contact_list_memberships WHERE list_id = $1) WHERE id = $1`,
    [list],
  );
  await pool.query('VACUUM ANALYZE');
  return organization;
};

const idOf = async (result: Promise<pg.QueryResult>) => z.object({ id: z.string() }).parse((await result).rows[0]).id;
