import type pg from 'pg';

export interface ContactQuery {
  page: number;
  limit: number;
  search?: string;
  /** Whether to count what a search finds. */
  total: boolean;
  /** By the full-text index, which knows no phones, instead of looking into each contact. */
  words?: boolean;
}

const anyText = `(first_name ILIKE $2 OR last_name ILIKE $2 OR email ILIKE $2 OR company ILIKE $2 OR phone ILIKE $2)`;
const fullText = `to_tsvector('english', COALESCE(first_name, '') || ' ' || COALESCE(last_name, '') || ' ' ||
  COALESCE(email, '') || ' ' || COALESCE(company, '')) @@ to_tsquery('english', $2)`;

/**
 * A page of contacts with all that the issue's example answers: their lists, the total and the organization's counts.
 * In the order of ids, for which there is an index.
 */
export const contactLister = (pool: pg.Pool, organization: string) => {
  const count = async (name: string, where: string, values: readonly string[]) => {
    const text = `SELECT count(*)::int AS total, count(*) FILTER (WHERE status = 'active')::int AS active
      FROM contacts WHERE organization_id = $1 AND ${where}`;
    const { rows } = await pool.query<{ total: number; active: number }>({
      name: `count ${name}`,
      text,
      values: [organization, ...values],
    });
    return rows[0] ?? { total: 0, active: 0 };
  };

  return async ({ page, limit, search, total, words }: ContactQuery) => {
    const [name, where, values] =
      search === undefined
        ? ['all', 'true', []]
        : words
          ? [
              'words',
              fullText,
              [
                `${search
                  .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
                  .trim()
                  .replaceAll(' ', ' & ')}:*`,
              ],
            ]
          : ['text', anyText, [`%${search.replaceAll(/[%_\\]/g, String.raw`\$&`)}%`]];
    const rows = pool.query({
      name: `page ${name}`,
      text: `WITH page AS (
          SELECT * FROM contacts WHERE organization_id = $1 AND ${where}
          ORDER BY id LIMIT $${values.length + 2} OFFSET $${values.length + 3})
        SELECT id, first_name AS "firstName", last_name AS "lastName", email, phone,
          phone_formatted AS "phoneFormatted", company, title, address, city, state, zip, country, tags,
          custom_fields AS "customFields", status, source, notes, last_contact_date AS "lastContactDate",
          contact_count AS "contactCount", created_at AS "createdAt", updated_at AS "updatedAt",
          (SELECT COALESCE(json_agg(json_build_object('id', l.id, 'name', l.name, 'addedAt', m.added_at)), '[]')
            FROM contact_list_memberships m JOIN contact_lists l ON l.id = m.list_id
            WHERE m.contact_id = page.id) AS lists
        FROM page ORDER BY id`,
      values: [organization, ...values, limit, (page - 1) * limit],
    });
    const everybody = count('all', 'true', []);
    const [data, all, found] = await Promise.all([
      rows,
      everybody,
      search === undefined ? everybody : total ? count(name, where, values) : null,
    ]);
    return {
      data: data.rows,
      pagination: { page, limit, total: found?.total ?? null, pages: found && Math.ceil(found.total / limit) },
      filters: { totalContacts: all.total, activeContacts: all.active, inactiveContacts: all.total - all.active },
    };
  };
};
