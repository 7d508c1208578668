/** Messages made by code, by feature, read by Postern and by mailparser. */
import { expect, it } from 'vitest';
import { disagreements } from './compare.ts';
import { GENERATED } from './generated/messages.ts';
import { GENERATED_DISAGREEMENTS } from './generated/disagreements.ts';

it('are read alike, but for what the table says', async () => {
  expect(GENERATED.length).toBeGreaterThanOrEqual(300);
  expect(new Set(GENERATED.map(({ name }) => name)).size).toBe(GENERATED.length);
  const found: string[] = [];
  for (const { name, bytes } of GENERATED)
    for (const field of await disagreements(bytes)) found.push(`${field} of ${name}`);
  expect(found.sort()).toEqual(Object.values(GENERATED_DISAGREEMENTS).flat().sort());
});
