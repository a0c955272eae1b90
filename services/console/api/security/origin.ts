import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/** No form and no foreign page can send it without asking first, and nobody is answered here. */
export const CLIENT_HEADER = 'x-yujing-client';

/**
 * May this request change something? A cookie alone proves nothing about the page that sent it: either our own header is
 * there, or the browser says that the page is ours.
 */
export function isOurs(headers: IncomingHttpHeaders): boolean {
  if (headers[CLIENT_HEADER] !== undefined) return true;
  if (headers['sec-fetch-site'] !== undefined) return headers['sec-fetch-site'] === 'same-origin';
  const { origin, host } = headers;
  if (origin === undefined || host === undefined) return false;
  return URL.canParse(origin) && new URL(origin).host === host;
}

function hostName(host: string): string {
  const bare = host.startsWith('[') ? host.slice(1, host.indexOf(']')) : (host.split(':')[0] ?? '');
  return bare.toLowerCase();
}

/**
 * A foreign name that was made to point here would be a page of ours to the browser (DNS rebinding), and the demo asks for
 * no password. An address cannot be rebound.
 */
export function isKnownHost(host: string | undefined, names: readonly string[]): boolean {
  if (host === undefined) return false;
  const name = hostName(host);
  return name === 'localhost' || isIP(name) !== 0 || names.includes(name);
}
