const kLength = 20;

/** An id that nobody else draws, from a hundred random bits; also outside secure contexts, which have no randomUUID. */
export function randomId(): string {
  const bytes = new Uint8Array(kLength);
  // Node 18 has no crypto unless asked for; a server that renders draws no id that stays.
  if (globalThis.crypto) crypto.getRandomValues(bytes);
  else bytes.forEach((_, i) => (bytes[i] = Math.random() * 256));
  return Array.from(bytes, (byte) => (byte % 36).toString(36)).join('');
}
