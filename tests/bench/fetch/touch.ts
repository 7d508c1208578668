/** Looks at every value there is in `value`, however deep; how many there were. */
export function touch(value: unknown): number {
  if (typeof value === 'string') return value.length > 0 && value.charCodeAt(value.length - 1) >= 0 ? 1 : 0;
  if (typeof value !== 'object' || value === null) return 1;
  if (ArrayBuffer.isView(value)) return 1;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) count += touch(item);
    return count;
  }
  for (const key in value) count += touch((value as Record<string, unknown>)[key]);
  return count;
}
