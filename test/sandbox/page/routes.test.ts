import { describe, expect, it } from '@jest/globals';
import { Hono } from 'hono';
import { pageRoutes } from '../../../sandbox/page/routes.ts';

const app = new Hono();
pageRoutes(app);

describe('the page as served', () => {
  it('runs nothing but its own files', async () => {
    const response = await app.request('/');

    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self'; style-src 'self'/);
    expect(await response.text()).not.toMatch(/<script>|style=|onclick=/);
  });

  it('answers every asset the document and its modules name', async () => {
    const seen = new Set<string>();
    const names = [...(await (await app.request('/')).text()).matchAll(/\/assets\/([\w.-]+)/g)].map((match) => match[1] ?? '');
    for (const name of names) {
      if (seen.has(name)) continue;
      seen.add(name);
      const response = await app.request(`/assets/${name}`);
      expect([name, response.status]).toEqual([name, 200]);
      if (name.endsWith('.js'))
        names.push(...[...(await response.text()).matchAll(/from '\.\/([\w.-]+)'/g)].map((match) => match[1] ?? ''));
    }
    expect(seen.size).toBeGreaterThan(20);
  });

  it('serves nothing outside its folder', async () => {
    for (const path of ['/assets/../routes.ts', '/assets/..%2froutes.ts', '/assets/%2e%2e/README.md', '/assets/tsconfig.json']) {
      expect((await app.request(path)).status).toBe(404);
    }
  });
});
