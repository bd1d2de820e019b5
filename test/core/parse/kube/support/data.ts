/** What stands in a Secret's `data`. */
export function base64(text: string | Uint8Array): string {
  return Buffer.from(text).toString('base64');
}

export function secretObject(data: Record<string, unknown>, parts: { type?: string; metadata?: object } = {}) {
  const { type = 'kubernetes.io/tls', metadata = {} } = parts;
  return { metadata: { namespace: 'shop', name: 'web-tls', resourceVersion: '7', ...metadata }, type, data };
}
