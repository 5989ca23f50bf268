/** An id that nobody else draws, from a hundred random bits; also outside secure contexts, which have no randomUUID. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(20)), (byte) => (byte % 36).toString(36)).join('');
}
