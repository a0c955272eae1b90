import { domainToASCII } from 'node:url';

const ADDRESS_4 = /^(?:\d{1,3}\.){3}\d{1,3}$/;
const ADDRESS_6 = /^[0-9a-f:.]{2,45}$/;
const HOST = /^(?=.{3,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+$/;
const PLAIN = /^[a-z0-9._-]+$/;

/** true for the host `203.0.113.9` or `2001:db8::9` */
export function isAddress(host: string): boolean {
  return ADDRESS_4.test(host) || (host.includes(':') && ADDRESS_6.test(host));
}

/** Lower case, without final dot, international names in their ASCII form; undefined for what is no host. */
export function domainForm(text: string): string | undefined {
  if (text.length > 253) return undefined;
  let host = text.trim().toLowerCase();
  if (host.startsWith('[') && host.endsWith(']')) host = host.slice(1, -1);
  if (isAddress(host)) return host;
  if (!PLAIN.test(host)) host = domainToASCII(host);
  if (host.endsWith('.')) host = host.slice(0, -1);
  return HOST.test(host) ? host : undefined;
}
